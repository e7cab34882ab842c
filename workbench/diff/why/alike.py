"""Records whose changes have the same causes: one of them is followed for all.

A line that says something else, or a raw column that was written anew, changes hundreds of
thousands of values. Their records are told apart by what causes are found by, as whole columns:
subject, part, changed variables, edited raw row, and the same of the records that they were taken
from.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from derive.values.column import Rows
from derive.values.hashed import numbered
from derive.values.text import Text
from specs.account import DataSetAccount
from workbench.diff.side import Side
from workbench.diff.why.changes import Changes

_MANY = 20_000
"""Changed cells of a data set from which on its records are told apart first."""
_OWN = ("row", "file", "stream", "table", "cell", "event")
_BITS = 40


class Alike:
    """The first record of each kind, by data set."""

    def __init__(self, changes: Changes) -> None:
        self.changes, self.match = changes, changes.match
        self._kinds: dict[str, Rows] = {}
        self._working: set[str] = set()
        self._first: dict[str, Rows | None] = {}

    def first(self, data_set: str, at: Rows) -> Rows:
        """Of each pair (its position) the first one whose changes have the same causes."""
        table = self._table(data_set)
        return at if table is None else table[at]

    def one(self, data_set: str, at: int) -> int:
        """The same of one pair."""
        table = self._table(data_set)
        return at if table is None else int(table[at])

    def _table(self, data_set: str) -> Rows | None:
        if data_set not in self._first:
            many = self.changes.sets[data_set].changed >= _MANY
            known = self.match.new.account(data_set) is not None
            self._first[data_set] = self._first_of(data_set) if many and known else None
        return self._first[data_set]

    def _first_of(self, data_set: str) -> Rows:
        kinds = self._kind(data_set)
        at = np.arange(len(kinds))
        first = np.empty(int(kinds.max(initial=-1)) + 1, np.int64)
        first[kinds[::-1]] = at[::-1]  # the last assignment, the first pair, stays
        return first[kinds]

    def _kind(self, data_set: str) -> Rows:
        """A number per pair, the same for those whose changes have the same causes."""
        if data_set not in self._kinds:
            self._working.add(data_set)
            total = np.zeros(len(self.changes.sets[data_set].pairs.new), np.int64)
            for column in self._telling(data_set):
                codes, distinct = numbered(column)
                total, _ = numbered(total * (len(distinct) + 1) + codes)
            self._working.discard(data_set)
            self._kinds[data_set] = total
        return self._kinds[data_set]

    def _telling(self, data_set: str) -> Iterator[Rows]:
        diff = self.changes.sets[data_set]
        pairs, size = diff.pairs, len(diff.pairs.new)
        records = self.match.new.records[data_set]
        if records.has("USUBJID"):
            subject = records.column("USUBJID")
            if isinstance(subject, Text):
                yield subject.codes[pairs.new].astype(np.int64)
        bits = np.zeros(size, np.int64)
        for number, changed in enumerate(diff.cells.values()):
            bits[changed.at] |= 1 << (number % _BITS)
            if number % _BITS == _BITS - 1:
                yield bits
                bits = np.zeros(size, np.int64)
        yield bits
        for side, rows in ((self.match.old, pairs.old), (self.match.new, pairs.new)):
            vectors = side.vectors(data_set)
            yield from (vectors[n][rows] for n in ("stream", "table", "cell", "event")
                        if n in vectors)  # fmt: skip
            yield self._edits(side, data_set, rows)
        yield from self._linked(data_set)

    def _edits(self, side: Side, data_set: str, records: Rows) -> Rows:
        """The kind of edit of each record's raw row: its number, and which of the columns that
        were written anew it holds."""
        out = np.zeros(len(records), np.int64)
        account, vectors = side.account(data_set), side.vectors(data_set)
        if account is None or "row" not in vectors:
            return out
        new = side is self.match.new
        stream = vectors.get("stream", np.zeros(len(vectors["row"]), np.int64))[records]
        for number, part in enumerate(account.parts):
            if part.kind != "raw" or part.source not in side.raw:
                continue
            at = np.flatnonzero(stream == number)
            rows = self.match.raw_rows(side, part.source, vectors, records[at], is_old=not new)
            table = self.changes.edit_kinds(part.source, len(side.raw[part.source]), new=new)
            out[at] = table[rows]
        return out

    def _linked(self, data_set: str) -> Iterator[Rows]:
        """The kinds of the records that a record was made of, or took values from."""
        pairs = self.changes.sets[data_set].pairs
        account = self.match.new.account(data_set)
        old, new = self.match.old.vectors(data_set), self.match.new.vectors(data_set)
        for vector in new:
            name = _target(account, vector)
            if name not in self.changes.sets or vector not in old:
                continue
            there = new[vector][pairs.new] - 1
            here = old[vector][pairs.old] - 1
            where = np.append(self.changes.positions(name), -1)[there]
            before = np.append(self.changes.old_positions(name), -1)[here]
            same = (where == before) & (where >= 0) & (name not in self._working)
            kinds = self._kind(name) if name not in self._working else where
            nothing = (here < 0) & (there < 0)
            alone = -2 - np.arange(len(there))
            yield np.where(nothing, -1, np.where(same, np.append(kinds, -1)[where], alone))
        if account is not None and any(part.kind == "data set" for part in account.parts):
            yield np.arange(len(pairs.new))  # copies of records: each for itself


def _target(account: DataSetAccount | None, vector: str) -> str:
    """The data set whose records a vector numbers; '' for none."""
    if vector.startswith("from:"):
        return vector.removeprefix("from:")
    if account is None or vector in _OWN:
        return ""
    known = (*account.variables.values(), *account.qualifiers.values())
    return next((n for one in known for n, v in one.taken.items() if v == vector), "")

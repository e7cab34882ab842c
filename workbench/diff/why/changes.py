"""What changed between two builds, by data set, variable and subject: what causes look things up
in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import numpy as np

from derive.values.column import Mask, Rows
from derive.values.hashed import numbered
from derive.values.text import Text
from workbench.diff.cells import DataSetDiff, data_set_diff
from workbench.diff.raw_edits import RawEdits, RowEdit
from workbench.diff.records import RecordMatch

_T = TypeVar("_T")
Causes = dict[int, bool]
"""Roots by number, and whether the way to them is recorded."""
Event = tuple[str, int]
"""``+`` and a new record that came, or ``-`` and an old one that went."""


class Changes:
    """The changed cells and records of all data sets of both builds, and the raw edits."""

    def __init__(self, match: RecordMatch, edits: RawEdits) -> None:
        self.match, self.edits = match, edits
        self.sets: dict[str, DataSetDiff] = {n: data_set_diff(match, n) for n in match.names}
        self._cells: dict[tuple[str, str], Mask] = {}
        self._subjects: dict[tuple[str, bool], Text | None] = {}
        self._by_subject: dict[tuple[str, str], Mapping[str, list[int]]] = {}
        self._events: dict[str, Mapping[str, list[Event]]] = {}
        self._position: dict[str, Rows] = {}
        self._old_position: dict[str, Rows] = {}
        self._usubjid: dict[str, str] | None = None
        self.alike: Callable[[str, Rows], Rows] = lambda _, at: at
        """Of each pair the first one whose changes have the same causes."""
        self.by_row = {
            (e.source, side == 1, e.rows[side]): i
            for i, e in enumerate(edits.rows)
            for side in (0, 1)
            if e.rows[side] >= 0
        }
        """The edit of a raw row: by source, whether the row is of the new export, and row."""
        self.by_source: dict[str, list[int]] = {}
        for i, e in enumerate(edits.rows):
            self.by_source.setdefault(e.source, []).append(i)

    def changed(self, data_set: str, variable: str, at: int) -> bool:
        """Whether the value of a pair (its position) is another one."""
        key = (data_set, variable)
        if key not in self._cells:
            diff = self.sets.get(data_set)
            found = diff.cells.get(variable) if diff is not None else None
            mask = np.zeros(0 if diff is None or found is None else len(diff.pairs.new), np.bool_)
            if found is not None:
                mask[found.at] = True
            self._cells[key] = mask
        return at < len(self._cells[key]) and bool(self._cells[key][at])

    def position(self, data_set: str, record: int) -> int:
        """The position of a new record (0-based) among the pairs; -1 for one that came."""
        return int(self.positions(data_set)[record])

    def positions(self, data_set: str) -> Rows:
        """The position of each new record."""
        if data_set not in self._position:
            self._position[data_set] = self.sets[data_set].pairs.position()
        return self._position[data_set]

    def old_position(self, data_set: str, record: int) -> int:
        """The position of an old record (0-based) among the pairs; -1 for one that went."""
        return int(self.old_positions(data_set)[record])

    def old_positions(self, data_set: str) -> Rows:
        """The position of each old record."""
        if data_set not in self._old_position:
            pairs = self.sets[data_set].pairs
            at = np.full(pairs.sizes[0], -1, np.int64)
            at[pairs.old] = np.arange(len(pairs.old))
            self._old_position[data_set] = at
        return self._old_position[data_set]

    def edit_kinds(self, source: str, size: int, *, new: bool) -> Rows:
        """Per row of a raw table a number, the same for rows with the same edits; the last is that
        of no row."""
        out = np.zeros(size + 1, np.int64)
        for number in self.by_source.get(source, ()):
            row = self.edits.rows[number].rows[int(new)]
            if row >= 0:
                out[row] = number + 1
        for number, one in enumerate(self.edits.rewritten.values()):
            if one.source == source:
                rows = one.pairs.new if new else one.pairs.old
                out[rows[one.at]] += (len(self.edits.rows) + 1) << number
        return out

    def subject(self, data_set: str, record: int, *, is_old: bool = False) -> str:
        """The subject of a record, as it is called now; '' where there is none."""
        key = (data_set, is_old)
        if key not in self._subjects:
            records = (self.match.old if is_old else self.match.new).records[data_set]
            named = records.has("USUBJID")
            column = self.match.called(records, "USUBJID") if is_old and named else None
            if column is None and named:
                column = records.column("USUBJID")
            self._subjects[key] = column if isinstance(column, Text) else None
        found = self._subjects[key]
        if found is None or found.codes[record] < 0:
            return ""
        return found.values[int(found.codes[record])]

    def cells_of(self, data_set: str, variable: str, subject: str) -> list[int]:
        """The positions of changed cells of a subject ('': of all)."""
        if data_set not in self.sets:
            return []
        key = (data_set, variable)
        if key not in self._by_subject:
            diff = self.sets[data_set]
            found: dict[str, list[int]] = {}
            changed = diff.cells.get(variable)
            # of those whose changes have the same causes one is enough
            for at in () if changed is None else np.unique(self.alike(data_set, changed.at)):
                who = self.subject(data_set, int(diff.pairs.new[at]))
                found.setdefault(who, []).append(int(at))
            self._by_subject[key] = found
        return _of(self._by_subject[key], subject)

    def events_of(self, data_set: str, subject: str) -> list[Event]:
        """The records of a subject ('': of all) that came or went."""
        if data_set not in self.sets:
            return []
        if data_set not in self._events:
            pairs = self.sets[data_set].pairs
            found: dict[str, list[Event]] = {}
            for sign, rows in (("+", pairs.added), ("-", pairs.gone)):
                for row in rows.tolist():
                    who = self.subject(data_set, row, is_old=sign == "-")
                    found.setdefault(who, []).append((sign, row))
            self._events[data_set] = found
        return _of(self._events[data_set], subject)

    def edits_of(self, source: str, subject: str, column: str = "") -> list[int]:
        """The edits of a raw table that concern a subject ('': all), and a column or whole rows."""
        out = []
        for number in self.by_source.get(source, ()):
            edit = self.edits.rows[number]
            if subject and edit.subject and subject not in self.usubjids(edit):
                continue
            whole = not column or not edit.cells or edit.kind != "cell"
            if not whole and all(c.column != column for c in edit.cells):
                continue
            out.append(number)
        return out

    def usubjids(self, edit: RowEdit) -> set[str]:
        """The subjects that an edited row belongs to and belonged to, as data sets call them."""
        names = {edit.subject, edit.before}
        return {self.usubjid.get(name, name) for name in names if name}

    @property
    def usubjid(self) -> Mapping[str, str]:
        """What data sets call the subjects of raw rows: as the records of these rows say."""
        if self._usubjid is None:
            self._usubjid = {}
            for is_old in (True, False):
                for name in self.match.names:
                    self._learn(name, self._usubjid, is_old=is_old)
        return self._usubjid

    def _learn(self, name: str, into: dict[str, str], *, is_old: bool) -> None:
        side = self.match.old if is_old else self.match.new
        account, records = side.account(name), side.records[name]
        vectors = side.vectors(name)
        if account is None or "row" not in vectors or not records.has("USUBJID"):
            return
        stream = vectors.get("stream", np.zeros(records.size, np.int64))
        who = records.column("USUBJID")
        if not isinstance(who, Text):
            return
        for number, part in enumerate(account.parts):
            table = side.raw.get(part.source) if part.kind == "raw" else None
            if table is None or table.subject is None:
                continue
            at = np.flatnonzero(stream == number)
            rows = self.match.raw_rows(side, part.source, vectors, at, is_old=is_old)
            here = table.columns[table.subject]
            known = rows >= 0
            codes = here.codes[rows[known]].astype(np.int64) * (len(who.values) + 1)
            for code in numbered(codes + who.codes[at][known])[1].tolist():
                one, two = divmod(code, len(who.values) + 1)
                into[here.values[one]] = (
                    self.match.said(who.values[two]) if is_old else who.values[two]
                )


def _of(found: Mapping[str, list[_T]], subject: str) -> list[_T]:
    if subject:
        return found.get(subject, [])
    return [one for listed in found.values() for one in listed]


def merged(parts: Iterable[Mapping[int, bool]]) -> dict[int, bool]:
    """Causes together: one that is recorded anywhere is recorded."""
    out: dict[int, bool] = {}
    for part in parts:
        for root, sure in part.items():
            out[root] = out.get(root, False) or sure
    return out

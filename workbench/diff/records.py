"""Which record of an older build is which of a newer one: by where it comes from, else by keys.

A record's origin is its raw row (paired with that of the other export) and cell, or the records of
other data sets that it was made of. Records whose origin is not recorded pair by their natural
keys, then with one of them left out where that is unique: a corrected key. --SEQ pairs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from derive.values.column import Column, Mask, Rows
from derive.values.keys import shared_codes
from derive.values.number import Number
from derive.values.text import Text
from workbench.diff.joined import Joined
from workbench.diff.raw_rows import RawMatch
from workbench.diff.side import Records, Side, numbers
from workbench.diff.uniting import holds_any, telling, united

POINTERS = re.compile(r"[A-Z0-9]{1,2}SEQ|SRCSEQ|IDVARVAL|RELID|ASEQ")
"""Variables that number records, or name them by number: each build gives them anew."""
_TOLD = ("PARAMCD", "BASETYPE", "DTYPE")
_NONE = -(2**40)
"""No origin."""


@dataclass(frozen=True, slots=True)
class RecordPairs:
    """Records (0-based) that belong together, in the order of the new data set. ``corrected`` are
    the positions of pairs whose natural keys differ in one part."""

    name: str
    old: Rows
    new: Rows
    sizes: tuple[int, int]
    corrected: Rows = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def gone(self) -> Rows:
        """Records of the old data set alone."""
        return _without(self.sizes[0], self.old)

    @property
    def added(self) -> Rows:
        """Records of the new data set alone."""
        return _without(self.sizes[1], self.new)

    def of_old(self) -> Rows:
        """What identifies each old record on both sides: the new record's number, or a negative
        number of its own."""
        out = -1 - np.arange(self.sizes[0], dtype=np.int64)
        out[self.old] = self.new
        return out

    def position(self) -> Rows:
        """The position among the pairs of each new record; -1 for an added one."""
        out = np.full(self.sizes[1], -1, np.int64)
        out[self.new] = np.arange(len(self.new))
        return out


class RecordMatch:
    """Pairs the records of two builds, data set by data set, each when it is asked for."""

    def __init__(self, old: Side, new: Side, raw: RawMatch) -> None:
        self.old, self.new, self.raw = old, new, raw
        self._pairs: dict[str, RecordPairs] = {}
        self._working: set[str] = set()
        self._places: dict[tuple[bool, str], tuple[Rows, Rows, int]] = {}
        self._called: dict[tuple[str, str], Column] = {}

    @property
    def names(self) -> list[str]:
        """Data sets of both builds."""
        return [name for name in self.new.records if name in self.old.records]

    def pairs(self, name: str) -> RecordPairs:
        """The pairs of one data set."""
        if name not in self._pairs:
            self._working.add(name)
            self._pairs[name] = self._paired(name)
            self._working.discard(name)
        return self._pairs[name]

    def _paired(self, name: str) -> RecordPairs:
        old, new = self.old.records[name], self.new.records[name]
        sides = (self.old, old, True), (self.new, new, False)
        origins = [self._origin(side, name, is_old=was) for side, _, was in sides]
        keys = self._keys(name, old, new)
        mine, theirs = self._columns(name, keys)
        joined = Joined(old.size, new.size)
        known = [~_unknown(origins[0], old.size), ~_unknown(origins[1], new.size)]
        if origins[0] and len(origins[0]) == len(origins[1]):
            origins = telling(*origins)
            told = [n for n in self._told(name) if old.has(n) and new.has(n)]
            more = self._columns(name, told)
            # several records of one origin: by keys first
            first = ([*origins[0], *mine], [*origins[1], *theirs])
            joined.join([*origins[0], *more[0]], [*origins[1], *more[1]], known, if_repeated=first)
        # a record of a raw row that has no partner is gone, whatever is like it
        made = any(n.startswith("from:") for n in self.new.vectors(name))
        lost = [self._lost([] if made else o, known[i]) for i, o in enumerate(origins)]
        free = (~lost[0], ~lost[1])
        corrected = np.empty(0, np.int64)
        if keys:
            corrected = _by_keys(joined, keys, (mine, theirs), free)
        elif made:
            told = [n for n in ("USUBJID", *self._told(name)) if old.has(n) and new.has(n)]
            if len(told) > 1:  # where there is one of each
                joined.join(*self._columns(name, told), free, alone=True)
        order = np.argsort(joined.new, kind="stable")
        marked = np.flatnonzero(np.isin(joined.new[order], corrected))
        return RecordPairs(name, joined.old[order], joined.new[order], (old.size, new.size), marked)

    def _columns(self, name: str, variables: list[str]) -> tuple[list[Column], list[Column]]:
        """Variables of both builds."""
        found = [self.both(name, one) for one in variables]
        return [one for one, _ in found], [two for _, two in found]

    def _lost(self, origin: list[Column], known: Mask) -> Mask:
        """Records whose origin is known and has no partner."""
        if not origin:
            return np.zeros(len(known), np.bool_)
        return known & (numbers(origin[0]) < 0)

    def called(self, records: Records, name: str) -> Column:
        """An old variable, subjects as they are called now."""
        key = (records.name, name)
        if key not in self._called:
            column = records.column(name)
            if isinstance(column, Text) and holds_any(column, self.raw.subjects):
                column = column.map([self.said(value) for value in column.values])
            self._called[key] = column
        return self._called[key]

    def both(self, name: str, variable: str) -> tuple[Column, Column]:
        """A variable of both builds, subjects as they are called now; texts under one list."""
        old, new = self.old.records[name], self.new.records[name]
        one, two = self.called(old, variable), new.column(variable)
        if isinstance(one, Text) and isinstance(two, Text):
            one, two = united(one, two)
            self._called[old.name, variable] = one
            new.unite(variable, two)
        return one, two

    def said(self, value: str) -> str:
        """A text with subjects as they are called now."""
        for old, new in self.raw.subjects.items():
            if old in value:
                return re.sub(rf"(?<![0-9A-Za-z]){re.escape(old)}(?![0-9A-Za-z])", new, value)
        return value

    def _keys(self, name: str, old: Records, new: Records) -> list[str]:
        account = self.new.account(name)
        said = list(account.keys) if account is not None else []
        if name == "RELREC":
            said = ["RDOMAIN", "IDVAR", "RELID"]
        elif name.startswith("SUPP"):
            said = ["QNAM"]
        elif not said or any(map(POINTERS.fullmatch, said)):
            return []  # numbers are among them: the rest tells too little
        first = [n for n in ("USUBJID",) if n in new.names and n not in said]
        keys = [n for n in [*first, *said] if n != "STUDYID"]
        fits = all(old.has(n) and new.has(n) for n in keys)
        kinds = fits and all(old.column(n).kind is new.column(n).kind for n in keys)
        return keys if kinds else []

    def _told(self, name: str) -> list[str]:
        return [*_TOLD, f"{name.removesuffix('+')[:2]}TESTCD", "QNAM"]

    # where records come from

    def _origin(self, side: Side, name: str, *, is_old: bool) -> list[Column]:
        """Columns that say where each record comes from; empty where nothing is recorded. The
        first is a number: negative for an origin that the other build has not got."""
        account = side.account(name)
        if account is None:
            return self._parent(side, name, is_old=is_old)
        vectors = side.vectors(name)
        records = side.records[name]
        sources = [n for n in vectors if n.startswith("from:")]
        if sources:
            return self._from_records(side, name, sources, is_old=is_old)
        if "row" not in vectors or not any(p.kind in ("raw", "data set") for p in account.parts):
            return []
        part = vectors.get("stream", np.zeros(records.size, np.int64))
        row, tag = np.full(records.size, _NONE, np.int64), np.full(records.size, -1, np.int32)
        tags: list[str] = []
        for number, one in enumerate(account.parts):
            at = np.flatnonzero(part == number)
            found = None
            if one.kind == "raw":
                found = self._raw(side, one.source, vectors, at, is_old=is_old)
            elif one.kind == "data set" and one.source in side.records:
                found = self._identity(one.source, vectors["row"][at] - 1, is_old=is_old)
            if found is not None:
                row[at], tag[at] = found, len(tags)
            tags.append(self._source(one.source, is_old=is_old))
        return [
            Number(row.astype(np.float64), 0),
            Text(tag, tags).map(tags),
            self._cell(side, name, part),
        ]

    def _source(self, name: str, *, is_old: bool) -> str:
        """The name of a raw source in the new study."""
        if is_old:
            tables = self.raw.tables.items()
            return next((new for new, p in tables if p.old_table.source == name), name)
        return name

    def _raw(
        self, side: Side, source: str, vectors: Mapping[str, Rows], at: Rows, *, is_old: bool
    ) -> Rows | None:
        pairs = self.raw.tables.get(self._source(source, is_old=is_old))
        if pairs is None or source not in side.raw:
            return None
        rows = self.raw_rows(side, source, vectors, at, is_old=is_old)
        if not is_old:
            partner = np.full(len(pairs.new_table), -1, np.int64)
            partner[pairs.new] = pairs.new
            found = partner[rows]
            return np.where(rows < 0, _NONE, np.where(found < 0, -1 - rows, found))
        found = pairs.new_of_old()[rows]
        # rows of the old export alone must not meet those of the new one alone
        apart = -1 - len(pairs.new_table)
        return np.where(rows < 0, _NONE, np.where(found < 0, apart - rows, found))

    def raw_rows(
        self, side: Side, source: str, vectors: Mapping[str, Rows], at: Rows, *, is_old: bool
    ) -> Rows:
        """The kept raw row (0-based, -1: none) of records."""
        have, order, width = self._by_place(side, source, is_old=is_old)
        if not len(have):
            return np.full(len(at), -1, np.int64)
        files = vectors["file"][at] if "file" in vectors else np.zeros(len(at), np.int64)
        want = np.maximum(files, 0) * width + np.minimum(vectors["row"][at], width - 1)
        where = np.minimum(np.searchsorted(have, want), len(have) - 1)
        return np.where(have[where] == want, order[where], -1)

    def _by_place(self, side: Side, source: str, *, is_old: bool) -> tuple[Rows, Rows, int]:
        """File and row of all kept raw rows as one ascending number, and which row has it."""
        key = (is_old, source)
        if key not in self._places:
            table = side.raw[source]
            width = int(table.row_of.max(initial=0)) + 2
            have = table.file_of * width + table.row_of
            order = np.argsort(have, kind="stable")
            self._places[key] = (have[order], order, width)
        return self._places[key]

    def _cell(self, side: Side, name: str, part: Rows) -> Text:
        vectors, account = side.vectors(name), side.account(name)
        cells = vectors.get("cell")
        if cells is None or account is None:
            return Text.nothing(len(part))
        names: list[str] = []
        codes = np.full(len(part), -1, np.int32)
        for number, one in enumerate(account.parts):
            at = np.flatnonzero((part == number) & (cells >= 0))
            codes[at] = cells[at].astype(np.int32) + len(names)
            names += list(one.cells)
        return Text(codes, names).map(names)

    def _from_records(
        self, side: Side, name: str, sources: list[str], *, is_old: bool
    ) -> list[Column]:
        vectors = side.vectors(name)
        out: list[Column] = []
        other = (self.new if is_old else self.old).vectors(name)
        for one in sorted(sources):
            data_set = one.removeprefix("from:")
            if data_set in self._working or data_set not in self.names or one not in other:
                continue
            out.append(
                Number(self._identity(data_set, vectors[one] - 1, is_old=is_old).astype(float), 0)
            )
        if out and "table" in vectors:
            account = side.account(name)
            names = [p.name for p in account.parts] if account is not None else []
            out.append(Text(vectors["table"].astype(np.int32) - 1, names).map(names))
        return out

    def _identity(self, data_set: str, rows: Rows, *, is_old: bool) -> Rows:
        """What identifies records of a data set (0-based, -1: none) on both sides."""
        if data_set in self._working or data_set not in self.names:
            return np.full(len(rows), _NONE, np.int64)
        pairs = self.pairs(data_set)
        if is_old:
            return np.where(rows < 0, _NONE, pairs.of_old()[rows])
        known = np.full(pairs.sizes[1], False)
        known[pairs.new] = True
        return np.where(rows < 0, _NONE, np.where(known[rows], rows, -1 - pairs.sizes[0] - rows))

    def _parent(self, side: Side, name: str, *, is_old: bool) -> list[Column]:
        """Of SUPP-- and RELREC: the record that they speak of."""
        found = self.parent(side, name)
        if found is None:
            return []
        records = side.records[name]
        out = np.full(records.size, _NONE, np.int64)
        domains = records.column("RDOMAIN")
        assert isinstance(domains, Text)  # noqa: S101 - RDOMAIN is Char
        for code, domain in enumerate(domains.values):
            at = np.flatnonzero(domains.codes == code)
            if len(at) and domain in self.names:
                out[at] = self._identity(domain, found[at], is_old=is_old)
        told: list[Column] = [Number.of(out.astype(float)), domains.map(domains.values)]
        if records.has("RELID"):
            ids = records.column("RELID")
            assert isinstance(ids, Text)  # noqa: S101 - RELID is Char
            told.append(ids.map([value[:4] for value in ids.values]))
        return told

    def parent(self, side: Side, name: str) -> Rows | None:
        """The parent record (0-based, -1: none) of each record of SUPP-- or RELREC."""
        records = side.records[name]
        if not {"RDOMAIN", "IDVAR", "IDVARVAL", "USUBJID"} <= set(records.names):
            return None
        out = np.full(records.size, -1, np.int64)
        domain, idvar = records.column("RDOMAIN"), records.column("IDVAR")
        value, subject = records.column("IDVARVAL"), records.column("USUBJID")
        assert isinstance(domain, Text) and isinstance(idvar, Text)  # noqa: S101, PT018 - Char
        for here, there in {
            (int(a), int(b)) for a, b in zip(domain.codes, idvar.codes, strict=True)
        }:
            at = np.flatnonzero((domain.codes == here) & (idvar.codes == there))
            parent = side.records.get(domain.values[here] if here >= 0 else "")
            key = idvar.values[there] if there >= 0 else ""
            if parent is None or (key and not parent.has(key)) or not parent.has("USUBJID"):
                continue
            mine, theirs = [subject.take(at)], [parent.column("USUBJID")]
            if key:
                mine.append(value.take(at))
                theirs.append(_as_text(parent.column(key)))
            codes = shared_codes([mine, theirs])
            first = np.full(int(max(c.max(initial=-1) for c in codes)) + 2, -1, np.int64)
            first[codes[1][::-1]] = np.arange(len(codes[1]))[::-1]
            first[-1] = -1
            out[at] = np.where(codes[0] < 0, -1, first[codes[0]])
        return out


def _without(size: int, rows: Rows) -> Rows:
    left = np.ones(size, np.bool_)
    left[rows] = False
    return np.flatnonzero(left)


def _by_keys(
    joined: Joined,
    keys: list[str],
    sides: tuple[list[Column], list[Column]],
    free: tuple[Mask, Mask],
) -> Rows:
    """Pair what is left by natural keys, then with one of them left out; gives the new records of
    these last pairs."""
    joined.join(*sides, free)
    before = len(joined.old)
    for left_out, key in enumerate(keys):
        if key == "USUBJID" or len(keys) < 3:
            continue
        part = [[c for i, c in enumerate(side) if i != left_out] for side in sides]
        joined.join(part[0], part[1], free, unique=True)
    return joined.new[before:]


def _as_text(column: Column) -> Column:
    if isinstance(column, Text):
        return column
    return Text.of(
        "" if np.isnan(v) else repr(float(v)).removesuffix(".0") for v in numbers(column)
    )


def _unknown(origin: list[Column], size: int) -> Mask:
    """Records of which no origin is known."""
    if not origin:
        return np.ones(size, np.bool_)
    out = np.ones(size, np.bool_)
    for column in origin:
        if isinstance(column, Number):
            out &= numbers(column) == _NONE
    return out

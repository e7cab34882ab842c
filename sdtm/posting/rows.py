"""Rows: what each use of a source took and left out, and what became of each row of a source.

``R1  read = left out of the rows + carried``
``R2  carried + split - left out by test = offered; of a wide form ``cells = blank + filled`` and
filled stands for carried``
``R3  offered = left out of the records + records``
``R4  records of all uses of a data set = records published``
``R5  rows of a source = recorded + consulted + left out + unread``
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from derive.values.column import Codes, Mask, Rows
from sdtm.records.ledger import Ledger
from sdtm.records.left import RECORD_REASONS, ROW_REASONS, TEST_REASONS, WHERE, Left, Wide
from sdtm.records.sources import SourceTable
from sdtm.records.stream import StreamRecords
from sdtm.tabulation import Tabulation
from specs import BuildError, Finding, SpecPlace, finding

UNREAD, CONSULTED, RECORDED = 0, 1, 2
"""Fates of a row that was not left out; those above are reasons, by number."""
_FIRST_REASON = 3


@dataclass(slots=True)
class Use:
    """One stream of one data set: what it read of its source, left out and recorded."""

    data_set: str
    stream: int
    name: str
    source: str
    place: SpecPlace
    where: str
    read: int
    carried: int
    split: int
    offered: int
    wide: Wide | None
    left: list[Left]
    records: int
    rows: int
    """How many rows of the source its records come from."""

    def left_for(self, reasons: tuple[str, ...]) -> int:
        """How many were left out for one of these reasons."""
        return sum(len(one.rows) for one in self.left if one.reason in reasons)

    def equations(self) -> Iterator[tuple[str, int, int, str]]:
        """Name, both sides, and the words of each equation."""
        yield "R1", self.read, self.left_for(ROW_REASONS) + self.carried, "rows read"
        base = self.carried
        if self.wide is not None:
            base = self.wide.filled
            yield "R1", self.carried, self.wide.rows, "rows with cells"
            yield "R2", self.wide.cells, self.wide.blank + self.wide.filled, "cells"
        yield "R2", base + self.split - self.left_for(TEST_REASONS), self.offered, "records offered"
        yield "R3", self.offered, self.left_for(RECORD_REASONS) + self.records, "records"


def uses_of(tabulation: Tabulation) -> list[Use]:
    """The uses of a finished data set, in the order of its streams."""
    return [_use(tabulation, stream) for stream in tabulation.streams]


def _use(tabulation: Tabulation, stream: StreamRecords) -> Use:
    order = tabulation.order
    mine = order[(order >= stream.start) & (order < stream.stop)] - stream.start
    later = []
    for reason, place, records in tabulation.left:
        inside = records[(records >= stream.start) & (records < stream.stop)] - stream.start
        if len(inside):
            later.append(Left(reason, place, stream.rows[inside]))
    return Use(
        tabulation.name,
        stream.index,
        stream.model.name or "",
        stream.source.name if stream.source is not None else stream.of or stream.model.shown,
        tabulation.loaded.place(*stream.path),
        str(stream.model.where or ""),
        stream.read,
        stream.carried,
        stream.split,
        len(stream),
        stream.wide,
        [*stream.left, *later],
        len(mine),
        _distinct(stream.rows[mine]),
    )


def kept_of(tabulation: Tabulation, stream: StreamRecords) -> Rows:
    """The records of a stream, by their number in it, that are published."""
    kept = np.flatnonzero(tabulation.kept[stream.start : stream.stop])
    return np.asarray(kept, np.int64)


def recorded_rows(rows: Iterable[Rows]) -> int:
    """How many rows of a source there are behind the records of all its uses."""
    parts = [part[part >= 0] for part in rows]
    return _distinct(np.concatenate(parts)) if parts else 0


def _distinct(rows: Rows) -> int:
    """How many rows there are, whatever the records of each; counted without sorting them."""
    if not len(rows) or rows.min() < 0:
        return len(np.unique(rows))
    seen = np.zeros(int(rows.max()) + 1, np.bool_)
    seen[rows] = True
    return int(np.count_nonzero(seen))


def check_uses(uses: list[Use], published: int) -> None:
    """R1 to R4 of one data set. Raises BuildError MAP353 for one that does not close."""
    faults = [
        _open(use, name, left, right, what)
        for use in uses
        for name, left, right, what in use.equations()
        if left != right
    ]
    total = sum(use.records for use in uses)
    if total != published:
        faults.append(_open(uses[0], "R4", total, published, "records published"))
    if faults:
        raise BuildError(faults)


def _open(use: Use, name: str, left: int, right: int, what: str) -> Finding:
    message = f"{use.data_set} of {use.source}: {name} does not close, {what}: {left:,} and "
    return finding("MAP353", f"{message}{right:,}", dataset=use.data_set, spec=use.place)


# what became of each row of a source


@dataclass(slots=True)
class Fates:
    """Per row of a source its fate: unread, consulted, recorded, or a reason (from 3 on)."""

    source: SourceTable
    codes: Codes
    reasons: list[Left] = field(default_factory=list)
    _counted: Rows | None = field(default=None, init=False, repr=False)

    def live(self) -> Mask:
        """Rows that a record or a look-up took."""
        return np.asarray((self.codes == RECORDED) | (self.codes == CONSULTED))

    def count(self, fate: int) -> int:
        """How many rows have a fate."""
        return int(self._counts()[fate])

    def left(self) -> list[tuple[Left, int]]:
        """The reasons, with the rows that each one accounts for."""
        counts = self._counts()
        numbered = enumerate(self.reasons, _FIRST_REASON)
        return [(one, int(counts[code])) for code, one in numbered if counts[code]]

    def _counts(self) -> Rows:
        """How many rows each fate has; asked for once all fates are set."""
        if self._counted is None:
            least = len(self.reasons) + _FIRST_REASON
            self._counted = np.bincount(self.codes, minlength=least)
        return self._counted

    def rows_of(self, reason: Left) -> Codes:
        """The rows that a reason accounts for."""
        code = self.reasons.index(reason) + _FIRST_REASON
        return np.flatnonzero(self.codes == code).astype(np.int32)


def fates_of(
    source: SourceTable, uses: list[tuple[Use, StreamRecords, Tabulation]], ledger: Ledger
) -> Fates:
    """What became of each row: recorded if a record of some use comes from it; else consulted; else
    left out, for the reason of its last use, a plain ``where`` before any other reason."""
    out = Fates(source, np.zeros(source.n, np.int32))
    left = [one for use, _, _ in uses for one in use.left]
    plain = [one for one in left if one.reason == WHERE and not one.why]
    for reason in (*plain, *(one for one in left if one not in plain)):
        out.codes[reason.rows] = len(out.reasons) + _FIRST_REASON
        out.reasons.append(reason)
    people = ledger.people.get(source.name)
    if people is not None:
        out.codes[people & (out.codes == UNREAD)] = CONSULTED
    consulted = ledger.consulted.get(source.name)
    if consulted is not None:
        out.codes[consulted] = CONSULTED
    for _, stream, tabulation in uses:
        order = tabulation.order
        mine = order[(order >= stream.start) & (order < stream.stop)] - stream.start
        out.codes[stream.rows[mine]] = RECORDED
    return out

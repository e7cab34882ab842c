"""Cells: each one posted once, by what it was read as on its row.

``C  rows x columns = blank + left out with its row + value + identity + tested + technical
+ declared + presence + unread here + unread``

*Presence*: conditions ask whether there is something, and nothing reads what it says, on any row.
*Unread here*: lines read the column, on other rows than this one. *Unread*: none reads it at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from derive.values.column import KindError, Mask, Rows
from derive.values.masks import mask
from derive.values.text import Text
from sdtm.posting.rows import Fates
from sdtm.records.ledger import (
    DECLARED,
    IDENTITY,
    PRESENCE,
    ROLES,
    TESTED,
    VALUE,
    Ledger,
    Seen,
)
from sdtm.records.sources import SourceTable
from specs import SpecificationError, SpecPlace, finding
from specs.conditions import ConditionError
from specs.language.study import NotSubmitted
from specs.suggest import did_you_mean

BLANK, LEFT_OUT, TECHNICAL = "blank", "left_out", "technical"
UNREAD_HERE, UNREAD = "unread_here", "unread"
FATES = (
    *(BLANK, LEFT_OUT, VALUE, IDENTITY, TESTED, TECHNICAL, DECLARED),
    *(PRESENCE, UNREAD_HERE, UNREAD),
)


@dataclass(slots=True)
class Column:
    """The cells of one column: how many of each fate, the places that read it, the first row that
    nothing reads (-1: none), and what is wrong with its declaration."""

    name: str
    cells: dict[str, int] = field(default_factory=dict)
    by: list[str] = field(default_factory=list)
    open_row: int = -1
    why: str = ""
    idle: str = ""

    @property
    def open(self) -> int:
        """Filled cells that no line reads and no declaration covers."""
        return self.cells.get(UNREAD, 0) + self.cells.get(UNREAD_HERE, 0)


class Cells:
    """The columns of one source."""

    def __init__(
        self,
        fates: Fates,
        ledger: Ledger,
        declared: Mapping[str, NotSubmitted],
        place_of: Callable[[str], SpecPlace],
    ) -> None:
        self.source: SourceTable = fates.source
        self.live = fates.live()
        self.ledger, self.declared, self.place_of = ledger, declared, place_of
        self._streams: dict[int, Mask] = {}
        self.technical = {name for raw in self.source.raws for name in raw.technical}

    def columns(self) -> Iterator[Column]:
        """Every column of the source, in its order; then declarations of columns it lacks."""
        for name in self.source.names:
            yield self._column(name)
        for name in self.declared:
            if not self.source.has(name):
                hint = did_you_mean(name, self.source.names)
                yield Column(name, idle=f"{self.source.name!r} has no such column; {hint}")

    def _of_stream(self, key: int, rows: Callable[[], Rows]) -> Mask:
        if key not in self._streams:
            found = np.zeros(self.source.n, np.bool_)
            found[rows()] = True
            self._streams[key] = found
        return self._streams[key]

    def _column(self, name: str) -> Column:
        present = self.source.column(name).present()
        out = Column(name)
        self._post(out, BLANK, ~present)
        self._post(out, LEFT_OUT, present & ~self.live)
        rest = present & self.live
        roles = self.ledger.seen.get((self.source.name, name), {})
        for role in ROLES:
            if role in roles:
                rest = self._read(out, role, roles[role], rest)
        if name in self.technical:
            self._post(out, TECHNICAL, rest)
            return out
        read = present & self.live & ~rest
        if name in self.declared:
            rest = self._declare(out, self.declared[name], rest, read)
        if PRESENCE in roles and VALUE not in roles:
            rest = self._read(out, PRESENCE, roles[PRESENCE], rest)
        self._post(out, UNREAD_HERE if roles else UNREAD, rest)
        if rest.any():
            out.open_row = int(np.argmax(rest))
        return out

    def _read(self, out: Column, role: str, seen: Seen, rest: Mask) -> Mask:
        rows = seen.rows(self.source.n, self._of_stream)
        self._post(out, role, rest & rows)
        out.by += [place for place in seen.by if place not in out.by]
        return rest & ~rows

    def _declare(self, out: Column, said: NotSubmitted, rest: Mask, read: Mask) -> Mask:
        """Cells that the study says are not submitted; said of what is read alone it is idle."""
        holds = self._holds(out.name, said)
        out.why = said.why
        covered = rest & holds
        if (read & holds).any() and not covered.any():
            out.idle = f"lines read all its values ({int((read & holds).sum()):,})"
        self._post(out, DECLARED, covered)
        return rest & ~holds

    def _holds(self, name: str, said: NotSubmitted) -> Mask:
        if said.where is None:
            return np.ones(self.source.n, np.bool_)
        try:
            return mask(said.where, self._asked, lambda _: True)
        except (KindError, ConditionError) as error:
            place = self.place_of(name)
            raise SpecificationError(finding("SPEC131", error.message, spec=place)) from error

    def _asked(self, name: str) -> Text:
        bare = name.removeprefix("raw.")
        if not self.source.has(bare):
            message = f"{self.source.name!r} has no column {name!r}"
            hint = did_you_mean(name, self.source.names)
            raise SpecificationError(
                finding("SPEC114", message, spec=self.place_of(name), hint=hint)
            )
        return self.source.column(bare)

    @staticmethod
    def _post(out: Column, fate: str, rows: Mask) -> None:
        count = int(np.count_nonzero(rows))
        if count:
            out.cells[fate] = out.cells.get(fate, 0) + count


def total(columns: list[Column]) -> dict[str, int]:
    """Cells of a source by fate, without those that there are none of."""
    sums = {fate: sum(one.cells.get(fate, 0) for one in columns) for fate in FATES}
    return {fate: count for fate, count in sums.items() if count}

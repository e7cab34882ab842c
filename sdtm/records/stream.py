"""The records of one stream: rows of a source, and the columns that stand beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from derive.records import Link
from derive.values.column import Column, Rows
from derive.values.text import Text
from sdtm.model import Stream
from sdtm.records.left import Left, Wide
from sdtm.records.sources import SourceTable
from specs import RawCell, SpecPlace
from specs.reading.yaml_source import NodePath

RESULT = "RESULT"
"""The column that an unpivoted form's cells come in."""
RAW_TEST = "RAWTEST"
"""The raw name of the test: the column's name, or the text of the test column."""


@dataclass(slots=True)
class StreamRecords:
    """Records from one place. ``rows[i]`` is the source's row (0-based) behind record ``i``.

    ``own`` holds columns that no file has: those of the table of tests, RESULT of an unpivoted
    form, those of another data set. ``joins`` maps a joined source to the row that stands beside
    each record (-1: none). ``of`` is the data set that the records come from ("" for others).
    ``start`` is its first record in the data set. ``links`` says of own columns which record of
    another data set each value was taken from. ``read`` is how many records there were at first,
    ``carried`` how many before their tests are looked at, ``left`` what was left out, ``wide`` the
    cells of a wide form, ``split`` how many records more its cells gave.
    """

    index: int
    model: Stream
    path: NodePath
    rows: Rows
    source: SourceTable | None = None
    of: str = ""
    own: dict[str, Column] = field(default_factory=dict)
    joins: dict[str, tuple[SourceTable, Rows]] = field(default_factory=dict)
    value_columns: list[str] = field(default_factory=list)
    value_of: Rows | None = None
    start: int = 0
    links: dict[str, list[Link]] = field(default_factory=dict)
    read: int = 0
    carried: int = 0
    left: list[Left] = field(default_factory=list)
    wide: Wide | None = None
    split: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def stop(self) -> int:
        """One past its last record in the data set."""
        return self.start + len(self.rows)

    @property
    def shown(self) -> str:
        """What people call where its records come from."""
        return self.source.name if self.source is not None else self.of or self.model.shown

    def has(self, name: str) -> bool:
        """Whether ``name`` is one of its columns (own, raw, or joined as source.COLUMN)."""
        if name in self.own or (self.source is not None and self.source.has(name)):
            return True
        head, _, tail = name.partition(".")
        return bool(tail) and head in self.joins and self.joins[head][0].has(tail)

    def column(self, name: str) -> Column:
        """One of its columns. Raises KeyError for another name."""
        if name in self.own:
            return self.own[name]
        if self.source is not None and self.source.has(name):
            return self.source.column(name).take(self.rows)
        head, _, tail = name.partition(".")
        if tail and head in self.joins:
            source, rows = self.joins[head]
            if source.has(tail):
                return source.column(tail).take(rows)
        raise KeyError(name)

    def text(self, name: str) -> Text:
        """Like :meth:`column`, of a column that is text (every raw one is)."""
        column = self.column(name)
        assert isinstance(column, Text)  # noqa: S101 - asked for raw columns only
        return column

    def is_raw(self, name: str) -> bool:
        """Whether a name is text that people wrote: a column of a raw file, or a cell of one."""
        if name in self.own:
            return name in (RESULT, RAW_TEST)
        return self.has(name) and (self.source is None or self.source.is_raw)

    def names(self) -> list[str]:
        """Every name that :meth:`column` knows."""
        own = [*self.own, *(self.source.names if self.source else [])]
        return own + [f"{j}.{c}" for j, (source, _) in self.joins.items() for c in source.names]

    def select(self, positions: Rows) -> None:
        """Keep the records at these positions, in this order (one may stand several times)."""
        self.rows = self.rows[positions]
        self.joins = {name: (s, rows[positions]) for name, (s, rows) in self.joins.items()}
        self.own = {name: column.take(positions) for name, column in self.own.items()}
        if self.value_of is not None:
            self.value_of = self.value_of[positions]
        self.links = {
            name: [Link(one.data_set, one.rows[positions]) for one in links]
            for name, links in self.links.items()
        }

    def leave(self, reason: str, place: SpecPlace, positions: Rows, why: str = "") -> None:
        """Post records (by position) that the next step leaves out."""
        if len(positions):
            self.left.append(Left(reason, place, self.rows[positions], why))

    def cell(self, position: int, column: str) -> RawCell | None:
        """The raw cell behind a record; None for records that no file has."""
        name = column.removeprefix("raw.")
        if self.value_of is not None and name in (RESULT, ""):
            name = self.value_columns[int(self.value_of[position])]
        head, _, tail = name.partition(".")
        if tail and head in self.joins and self.joins[head][0].has(tail):
            source, rows = self.joins[head]
            return source.cell(int(rows[position]), tail) if rows[position] >= 0 else None
        if self.source is None:
            return None
        return self.source.cell(int(self.rows[position]), name)

    def one_per_cell(self, positions: Rows, column: str) -> Rows:
        """Of records that one raw row gave (a wide form), the first, unless each has its own
        cell."""
        if self.value_of is None or column in (RESULT, "") or not len(positions):
            return positions
        _, first = np.unique(self.rows[positions], return_index=True)
        return positions[np.sort(first)]


def no_records(index: int, model: Stream, path: NodePath) -> StreamRecords:
    """A stream whose records are not there yet."""
    return StreamRecords(index, model, path, np.empty(0, np.int64))

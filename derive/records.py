"""Records: columns, where each record comes from, and where each value was taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from derive.values.column import Column, Mask, Rows, nothing, stack
from transport.dataset import VariableMeta


@dataclass(frozen=True, slots=True)
class Link:
    """Per record the record of ``data_set`` that a value was taken from (-1: none)."""

    data_set: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Part:
    """Records that one stream or table gave: ``start`` <= i < ``stop``."""

    name: str
    start: int
    stop: int


@dataclass(slots=True)
class Records:
    """``size`` records of a data set, a working table, a CSV table or a raw source.

    ``columns`` maps a name to ``size`` values. ``origin`` maps a source (raw file group, data set,
    table) to the row of it that each record comes from (-1: none). ``links`` maps a variable to the
    records its values were taken from, one vector per data set. ``kept`` says which records are in
    this cut; the others are there only so that row numbers stay. ``metas`` holds what a source says
    of a variable that came along unchanged (label, format). ``parts`` are the streams or tables
    that the records were put together from.
    """

    name: str
    size: int
    columns: dict[str, Column] = field(default_factory=dict)
    origin: dict[str, Rows] = field(default_factory=dict)
    links: dict[str, tuple[Link, ...]] = field(default_factory=dict)
    kept: Mask | None = None
    metas: dict[str, VariableMeta] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    def in_cut(self) -> Mask:
        """Which records count (all, unless some were left out)."""
        return np.ones(self.size, np.bool_) if self.kept is None else self.kept

    def take(self, rows: Rows) -> Records:
        """The records at ``rows`` (none of them -1), origins and links with them."""
        return Records(
            self.name,
            len(rows),
            {name: column.take(rows) for name, column in self.columns.items()},
            {name: vector[rows] for name, vector in self.origin.items()},
            {n: tuple(Link(k.data_set, k.rows[rows]) for k in ls) for n, ls in self.links.items()},
            None if self.kept is None else self.kept[rows],
            dict(self.metas),
        )

    def where(self, mask: Mask) -> Records:
        """The records that a mask holds for; the same object where it holds for all."""
        return self if mask.all() else self.take(np.flatnonzero(mask))

    def shallow(self, name: str) -> Records:
        """The same records under another name; columns are shared, not copied."""
        return replace(
            self,
            name=name,
            columns=dict(self.columns),
            origin=dict(self.origin),
            links=dict(self.links),
            metas=dict(self.metas),
        )

    def as_source(self, name: str) -> Records:
        """The records as another data set reads them: they come from themselves."""
        out = self.shallow(name)
        out.origin = {name: np.arange(self.size, dtype=np.int64)}
        out.links = {}
        return out

    def slice(self, name: str, part: Part) -> Column:
        """A variable's values in one part."""
        return self.columns[name].take(np.arange(part.start, part.stop, dtype=np.int64))


def stacked(name: str, parts: Sequence[Records]) -> Records:
    """Records below each other. A column that a part lacks is missing there.

    Raises KindError when a column is of one kind in one part and of another in another.
    """
    names = list(dict.fromkeys(column for part in parts for column in part.columns))
    out = Records(name, sum(part.size for part in parts))
    for column in names:
        out.columns[column] = stack([_column(part, column, parts) for part in parts])
    for part in reversed(parts):
        out.metas.update(part.metas)
    for source in dict.fromkeys(s for part in parts for s in part.origin):
        out.origin[source] = np.concatenate([_vector(p.origin.get(source), p) for p in parts])
    for variable in dict.fromkeys(v for part in parts for v in part.links):
        out.links[variable] = _links(variable, parts)
    out.parts = tuple(_parts(parts))
    return out


def _column(part: Records, name: str, parts: Sequence[Records]) -> Column:
    if name in part.columns:
        return part.columns[name]
    kind = next(p.columns[name].kind for p in parts if name in p.columns)
    return nothing(kind, part.size)


def _vector(rows: Rows | None, part: Records) -> Rows:
    return np.full(part.size, -1, np.int64) if rows is None else rows


def _links(variable: str, parts: Sequence[Records]) -> tuple[Link, ...]:
    sets = dict.fromkeys(k.data_set for part in parts for k in part.links.get(variable, ()))
    return tuple(
        Link(
            one,
            np.concatenate(
                [_vector(_of(part.links.get(variable, ()), one), part) for part in parts]
            ),
        )
        for one in sets
    )


def _of(links: Iterable[Link], data_set: str) -> Rows | None:
    return next((link.rows for link in links if link.data_set == data_set), None)


def _parts(parts: Sequence[Records]) -> Iterable[Part]:
    start = 0
    for part in parts:
        yield Part(part.name, start, start + part.size)
        start += part.size

"""What a data set is while it is being built: record streams, columns, and who is kept."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from sdtm.columns import Column, NumberColumn, Rows, TextColumn, concat
from sdtm.sources import SourceTable
from specs import DomainSource
from specs.conditions import Mask
from specs.language import Records
from specs.yaml_source import NodePath


@dataclass(slots=True)
class Stream:
    """Records from one place. ``rows[i]`` is the source's row (0-based) behind record ``i``.

    ``virtual`` holds columns that no file has: those of the table of tests, RESULT of an unpivoted
    form. ``joins`` maps a joined source to the row that stands beside each record (-1: none).
    """

    index: int
    entry: Records
    path: NodePath
    rows: Rows
    source: SourceTable | None = None
    domain: str = ""
    virtual: dict[str, TextColumn] = field(default_factory=dict)
    joins: dict[str, tuple[SourceTable, Rows]] = field(default_factory=dict)
    value_columns: list[str] = field(default_factory=list)
    value_of: Rows | None = None
    start: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def stop(self) -> int:
        """One past its last record in the data set."""
        return self.start + len(self.rows)

    def has(self, name: str) -> bool:
        """Whether ``name`` is one of its own columns (virtual, raw, or joined as source.COLUMN)."""
        if name in self.virtual or (self.source is not None and self.source.has(name)):
            return True
        head, _, tail = name.partition(".")
        return bool(tail) and head in self.joins and self.joins[head][0].has(tail)

    def column(self, name: str) -> TextColumn:
        """One of its own columns. Raises KeyError for another name."""
        if name in self.virtual:
            return self.virtual[name]
        if self.source is not None and self.source.has(name):
            return self.source.column(name).take(self.rows)
        head, _, tail = name.partition(".")
        if tail and head in self.joins:
            source, rows = self.joins[head]
            if source.has(tail):
                return source.column(tail).take(rows)
        raise KeyError(name)

    def names(self) -> list[str]:
        """Every name that :meth:`column` knows."""
        own = [*self.virtual, *(self.source.names if self.source else [])]
        return own + [f"{j}.{c}" for j, (source, _) in self.joins.items() for c in source.names]


@dataclass(slots=True)
class DomainState:
    """A data set while it is built: ``n`` records in the order of its streams."""

    spec: DomainSource
    streams: list[Stream] = field(default_factory=list)
    n: int = 0
    columns: dict[str, Column] = field(default_factory=dict)
    supplemental: dict[str, TextColumn] = field(default_factory=dict)
    kept: Mask = field(default_factory=lambda: np.empty(0, np.bool_))
    order: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    recipes: dict[str, list[tuple[int, NodePath]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The data set's name, such as AE."""
        return self.spec.model.domain

    def set_streams(self, streams: list[Stream]) -> None:
        """Lay the streams one below the other."""
        start = 0
        for stream in streams:
            stream.start = start
            start += len(stream)
        self.streams, self.n = streams, start
        self.kept = np.ones(start, np.bool_)

    def put(self, name: str, pieces: list[Column | None]) -> None:
        """Set a variable from one piece per stream (None: missing in that stream)."""
        if any(isinstance(piece, NumberColumn) for piece in pieces):
            arrays = [self._floats(p, s) for p, s in zip(pieces, self.streams, strict=True)]
            self.columns[name] = NumberColumn(np.concatenate(arrays) if arrays else np.empty(0))
            return
        texts = [
            piece if isinstance(piece, TextColumn) else TextColumn.missing_everywhere(len(stream))
            for piece, stream in zip(pieces, self.streams, strict=True)
        ]
        self.columns[name] = texts[0] if len(texts) == 1 else concat(texts)

    @staticmethod
    def _floats(
        piece: Column | None, stream: Stream
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        if isinstance(piece, NumberColumn):
            return piece.values
        if isinstance(piece, TextColumn):
            return piece.numbers()
        return np.full(len(stream), np.nan)

    def slice(self, name: str, stream: Stream) -> Column:
        """A variable's values for one stream's records."""
        column = self.columns[name]
        if isinstance(column, NumberColumn):
            return NumberColumn(column.values[stream.start : stream.stop])
        return TextColumn(column.codes[stream.start : stream.stop], column.values)

    def text(self, name: str) -> TextColumn:
        """A variable as text (numbers in their shortest form)."""
        column = self.columns[name]
        if isinstance(column, TextColumn):
            return column
        return number_text(column)

    def located(self, record: int) -> tuple[Stream, int]:
        """The stream and the position in it of a record (0-based, before sorting)."""
        for stream in self.streams:
            if record < stream.stop:
                return stream, record - stream.start
        raise IndexError(record)


def number_text(column: NumberColumn) -> TextColumn:
    """Numbers as their shortest exact text; 3.0 is '3'."""
    values, codes = np.unique(column.values, return_inverse=True)
    texts = ["" if math.isnan(v) else shortest(v) for v in values.tolist()]
    return TextColumn(codes.astype(np.int32), [str(i) for i in range(len(texts))]).map(texts)


def shortest(value: float) -> str:
    """A float's shortest text, without a trailing '.0'."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)

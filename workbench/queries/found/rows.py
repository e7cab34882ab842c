"""Raw rows as questions are about them: where they stand, their ids, their cells, and how alike two
of them are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from derive.values.column import Rows
from derive.values.text import Text
from sdtm.records.sources import SourceTable
from specs.findings import RawCell
from workbench.queries.model import fingerprint

ALIKE = 0.5
"""The share of what a row says by which another is taken for it."""
AHEAD = 1.2
"""How much better than the next one it has to be."""


@dataclass(slots=True, frozen=True)
class Place:
    """A row of a source, 0-based, and the study's name of the column."""

    source: str
    row: int
    item: str


@dataclass
class RawRows:
    """The sources that a build read, to be asked for rows."""

    tables: Mapping[str, SourceTable]
    _known: dict[str, SourceRows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, table in self.tables.items():
            if table.is_raw and table.raws:
                self._known[name] = SourceRows(table)

    def of(self, source: str) -> SourceRows | None:
        """The rows of a source; None where it was not read."""
        return self._known.get(source)

    def place(self, cell: RawCell | None) -> Place | None:
        """Where a raw cell stands; None for a cell of no source, or of no row."""
        if cell is None or cell.row is None:
            return None
        for name, rows in self._known.items():
            if cell.file not in rows.table.files:
                continue
            item = rows.named(cell.column)
            row = rows.at(cell.file, cell.row)
            if row is not None and (not item or rows.table.has(item)):
                return Place(name, row, item)
        return None


def position(rows: Rows, row: int) -> int | None:
    """The first place of a row in an array that is sorted, as a rule."""
    at = int(np.searchsorted(rows, row))
    if at < len(rows) and rows[at] == row and (at == 0 or rows[at - 1] < row):
        return at
    found = np.flatnonzero(rows == row)
    return int(found[0]) if len(found) else None


class SourceRows:
    """The rows of one source."""

    def __init__(self, table: SourceTable) -> None:
        self.table = table
        self._counts: dict[str, Any] = {}
        self._codes: dict[str, dict[str, int]] = {}

    def at(self, file: str, row: int) -> int | None:
        """The row (0-based) of the source behind a row (1-based) of a file."""
        table = self.table
        number = table.files.index(file)
        start, stop = np.searchsorted(table.file_of, [number, number + 1])
        here = position(table.row_of[start:stop], row)
        return None if here is None else int(start) + here

    def named(self, column: str) -> str:
        """The study's name of a raw column."""
        return self.table.rename.get(column, column)

    def cells(self, row: int) -> dict[str, str]:
        """The filled cells of a row."""
        found = {name: self.text(row, name) for name in self.table.names}
        return {name: text for name, text in found.items() if text}

    def text(self, row: int, name: str) -> str:
        """One cell; "" where it is blank or there is no such column."""
        if not name or not self.table.has(name):
            return ""
        column = self.table.column(name)
        code = int(column.codes[row])
        return str(column.values[code]) if code >= 0 else ""

    @cached_property
    def _ids(self) -> Text | None:
        return self.table.column(self.table.row_id) if self.table.row_id else None

    def row_id(self, row: int) -> str:
        """The record id of a row with its occurrence, else the hash of what the row says."""
        if self._ids is None or self._ids.codes[row] < 0:
            return "=" + fingerprint(*(f"{n}\x1e{v}" for n, v in self.cells(row).items()))
        same = np.flatnonzero(self._ids.codes == self._ids.codes[row])
        number = int(np.flatnonzero(same == row)[0]) + 1
        text = str(self._ids.values[int(self._ids.codes[row])])
        return f"{text}#{number}" if number > 1 else text

    def with_id(self, row_id: str) -> Rows:
        """The rows that have a record id, whatever its occurrence."""
        if self._ids is None or row_id.startswith("="):
            return np.empty(0, np.int64)
        bare, mark, number = row_id.rpartition("#")
        wanted = bare if mark and number.isdigit() else row_id
        return self.having(str(self.table.row_id), wanted)

    def _code(self, column: str, text: str) -> int:
        """The code of a text in a column; -1 where no row has it."""
        if column not in self._codes:
            values = self.table.column(column).values if self.table.has(column) else ()
            self._codes[column] = {str(value): code for code, value in enumerate(values)}
        return self._codes[column].get(text, -1)

    def having(self, column: str, text: str) -> Rows:
        """The rows with a text in a column."""
        code = self._code(column, text)
        if code < 0:
            return np.empty(0, np.int64)
        return np.flatnonzero(self.table.column(column).codes == code)

    def weight(self, column: str, text: str) -> float:
        """How much it says that a row has a text in a column: the rarer the more, in bits."""
        code = self._code(column, text)
        if code >= 0 and column not in self._counts:
            found = self.table.column(column)
            codes = found.codes[found.codes >= 0]
            self._counts[column] = np.bincount(codes, minlength=len(found.values))
        times = int(self._counts[column][code]) if code >= 0 else 0
        return math.log2(max(2, self.table.n + 1) / max(1, times))

    def alike(self, old: Mapping[str, str], new: Mapping[str, str], ours: set[str]) -> float:
        """The share of what ``old`` says that ``new`` says too, between 0 and 1. A column of old
        that is none any more counts as equal where a column that old did not have (none of
        ``ours``) has its text."""
        moved = {text for name, text in new.items() if name not in ours}
        said = same = 0.0
        for name, text in old.items():
            weight = self.weight(name, text)
            said += weight
            kept = new.get(name) == text if self.table.has(name) else text in moved
            same += weight if kept else 0.0
        return same / said if said else 1.0

    def find(self, row_id: str, cells: Mapping[str, str]) -> int | None:
        """The row that a row of an earlier export is now; None where it is gone.

        By its id where the row with it still says about the same, else by what it says.
        """
        held = self.with_id(row_id)
        if len(held):
            likeness, best = max(
                (self.alike(cells, self.cells(row), set(cells)), row) for row in held.tolist()
            )
            if likeness >= ALIKE:
                return int(best)
        return self._by_content(cells)

    def _by_content(self, cells: Mapping[str, str]) -> int | None:
        scores = np.zeros(self.table.n)
        whole = 0.0
        for name, text in cells.items():
            weight = self.weight(name, text)
            whole += weight
            scores[self.having(name, text)] += weight
        if not len(scores) or not whole:
            return None
        best = int(np.argmax(scores))
        second = float(np.partition(scores, -2)[-2]) if len(scores) > 1 else 0.0
        good = scores[best] >= ALIKE * whole and scores[best] >= AHEAD * second
        return best if good else None

"""The raw cells that a line reads: of the record's own row, or of a row that is looked up."""

from __future__ import annotations

import numpy as np

from specs.account import PartAccount
from workbench.diff.why.changes import Causes, Changes
from workbench.diff.why.roots import Roots
from workbench.diff.why.standing import Standing, part_at


class RawCells:
    """Finds the edits of raw rows behind a record."""

    def __init__(self, changes: Changes, roots: Roots) -> None:
        self.changes, self.roots, self.match = changes, roots, changes.match

    def read(self, here: Standing, name: str) -> Causes:
        """A raw column: of the record's own row, or of the row of another source."""
        source, dot, column = name.partition(".")
        if dot and source in self.match.raw.tables:
            table = self.match.raw.tables[source].new_table
            subject = here.subject if table.subject else ""
            found = self.changes.edits_of(source, subject, table.header(column))
            return {self.roots.edit(number): True for number in found}
        if here.mode == "set":
            return self._of_subject(here, name)
        return self.own_row(here, name)

    def _of_subject(self, here: Standing, column: str) -> Causes:
        out: Causes = {}
        for part in here.account.parts:
            table = self.match.raw.tables.get(part.source) if part.kind == "raw" else None
            if table is not None:
                header = table.new_table.header(column)
                known = header if header in table.new_table.columns else ""
                for number in self.changes.edits_of(part.source, here.subject, known):
                    out[self.roots.edit(number)] = False
        return out

    def own_row(self, here: Standing, name: str) -> Causes:
        """The edit of the record's own raw row, if it is in that column ('': in any)."""
        part, number = self._edit(here)
        if number is None or part is None:
            return {}
        edit, columns = self.changes.edits.rows[number], self._columns(here, part, name)
        touched = not columns or edit.kind != "cell" or any(c.column in columns for c in edit.cells)
        return {self.roots.edit(number): True} if touched else {}

    def _columns(self, here: Standing, part: PartAccount, name: str) -> set[str]:
        """The file's columns that a name stands for: its own, or that of the record's cell."""
        table = self.match.raw.tables[part.source].new_table
        header = table.header(name)
        if not name or header in table.columns:
            return {header} if name else set()
        cell = self.match.new.vectors(here.data_set).get("cell")
        at = int(cell[here.records[1]]) if cell is not None else -1
        if 0 <= at < len(part.cells):
            return {table.header(part.cells[at])}
        return set()  # what a table of tests names: any cell of the row

    def _edit(self, here: Standing) -> tuple[PartAccount | None, int | None]:
        """The part of a record and the edit of its raw row."""
        for side, record, new in (
            (self.match.new, here.records[1], True), (self.match.old, here.records[0], False),
        ):  # fmt: skip
            part = part_at(side, here.data_set, record) if record >= 0 else None
            if part is None or part.kind != "raw" or part.source not in side.raw:
                continue
            vectors = side.vectors(here.data_set)
            row = self.match.raw_rows(
                side, part.source, vectors, np.array([record]), is_old=not new
            )[0]
            number = self.changes.by_row.get((part.source, new, int(row)))
            if number is not None:
                return part, number
        return None, None

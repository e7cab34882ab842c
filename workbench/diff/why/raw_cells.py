"""The raw cells that a line reads: of the record's own row, or of a row that is looked up."""

from __future__ import annotations

import numpy as np

from derive.values.column import Mask
from specs.account import PartAccount
from workbench.diff.raw_edits import Rewritten
from workbench.diff.side import Side
from workbench.diff.why.changes import Causes, Changes
from workbench.diff.why.roots import Roots
from workbench.diff.why.standing import Standing, part_at


class RawCells:
    """Finds the edits of raw rows behind a record."""

    def __init__(self, changes: Changes, roots: Roots) -> None:
        self.changes, self.roots, self.match = changes, roots, changes.match
        self._subjects: dict[tuple[str, str], set[str]] = {}
        self._masks: dict[tuple[str, str], Mask] = {}

    def read(self, here: Standing, name: str) -> Causes:
        """A raw column: of the record's own row, or of the row of another source."""
        source, dot, column = name.partition(".")
        if dot and source in self.match.raw.tables:
            table = self.match.raw.tables[source].new_table
            subject = here.subject if table.subject else ""
            header = table.header(column)
            found = self.changes.edits_of(source, subject, header)
            anew = self._anew(source, header, subject)
            return {**{self.roots.edit(number): True for number in found}, **anew}
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
                out.update(dict.fromkeys(self._anew(part.source, header, here.subject), False))
        return out

    def _anew(self, source: str, column: str, subject: str) -> Causes:
        """A column that was written anew, where that touched a subject ('': any)."""
        if (source, column) not in self.changes.edits.rewritten:
            return {}
        touched = not subject or subject in self._touched(source, column)
        return {self.roots.rewritten(source, column): True} if touched else {}

    def _touched(self, source: str, column: str) -> set[str]:
        """The subjects of the rows that a column written anew concerns, as data sets say."""
        key = (source, column)
        if key not in self._subjects:
            one = self.changes.edits.rewritten[key]
            table = one.pairs.new_table
            names: set[str] = set()
            if table.subject is not None:
                held = table.columns[table.subject].take(one.pairs.new[one.at])
                names = {held.values[code] for code in held.used()}
            self._subjects[key] = {self.changes.usubjid.get(n, n) for n in names}
        return self._subjects[key]

    def own_row(self, here: Standing, name: str) -> Causes:
        """The edit of the record's own raw row, if it is in that column ('': in any)."""
        anew = self._own_anew(here, name)
        part, number = self._edit(here)
        if number is None or part is None:
            return anew
        edit, columns = self.changes.edits.rows[number], self._columns(here, part, name)
        touched = not columns or edit.kind != "cell" or any(c.column in columns for c in edit.cells)
        return {self.roots.edit(number): True, **anew} if touched else anew

    def _own_anew(self, here: Standing, name: str) -> Causes:
        """The columns written anew that the record's own row holds."""
        known = list(self.changes.edits.rewritten.values())
        part = part_at(self.match.new, here.data_set, here.records[1]) if known else None
        if part is None or part.kind != "raw" or part.source not in self.match.raw.tables:
            return {}
        columns = self._columns(here, part, name)
        out: Causes = {}
        for one in known:
            if one.source == part.source and (not columns or one.column in columns):
                row = self._row(self.match.new, here.data_set, part.source, here.records[1])
                if row >= 0 and self._mask(one)[row]:
                    out[self.roots.rewritten(one.source, one.column)] = True
        return out

    def _mask(self, one: Rewritten) -> Mask:
        """Which rows of the new table a column written anew concerns."""
        key = (one.source, one.column)
        if key not in self._masks:
            mask = np.zeros(len(one.pairs.new_table), np.bool_)
            mask[one.pairs.new[one.at]] = True
            self._masks[key] = mask
        return self._masks[key]

    def _row(self, side: Side, data_set: str, source: str, record: int) -> int:
        """The kept raw row (-1: none) of a record."""
        vectors, is_old = side.vectors(data_set), side is self.match.old
        found = self.match.raw_rows(side, source, vectors, np.array([record]), is_old=is_old)
        return int(found[0])

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
            row = self._row(side, here.data_set, part.source, record)
            number = self.changes.by_row.get((part.source, new, row))
            if number is not None:
                return part, number
        return None, None

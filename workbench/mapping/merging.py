"""What was edited in a mapping workbook: held against what was written, and what stands now.

A cell that is as it was written is nobody's edit, whatever the specification says by now. One that
was edited in the workbook is taken where the specification is as it was, and is told where that was
edited too and says something else (DEF072).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from specs.findings import Finding
from workbench.mapping.book import counted
from workbench.mapping.model import Key, Row, Sheet, row_id
from workbench.mapping.reading import GivenBook, GivenRow
from workbench.mapping.writing import digest


@dataclass(slots=True)
class Edits:
    """The edits of a sheet: cells, keys, rows more and less, each with its row of the workbook."""

    sheet: Sheet
    cells: list[tuple[GivenRow, Row, str, str]] = field(default_factory=list)
    renamed: list[tuple[GivenRow, Row, Key]] = field(default_factory=list)
    added: list[tuple[GivenRow, Key | None]] = field(default_factory=list)
    deleted: list[Row] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.cells) + len(self.renamed) + len(self.added) + len(self.deleted)


def edits_of(sheet: Sheet, book: GivenBook) -> Edits:
    """What a sheet of the workbook asks to be changed."""
    return _Merge(sheet, book).run()


class _Merge:
    def __init__(self, sheet: Sheet, book: GivenBook) -> None:
        self.sheet, self.book = sheet, book
        self.out = Edits(sheet)
        rows = sheet.rows()
        keys = counted(sheet, [row.key for row in rows])
        self.now = {row_id(key): row for key, row in zip(keys, rows, strict=True)}
        self.base = book.base.get(sheet.title, {})
        self.given = book.rows.get(sheet.title, [])
        self.columns = [c.name for c in sheet.columns if c.name not in sheet.keys]

    def run(self) -> Edits:
        """The edits, by ids first: a row that says which one it is, is that row."""
        own = counted(self.sheet, [self.sheet.key_of(row.cells) for row in self.given])
        ids = [row_id(key) for key in own]
        self._twice(ids)
        taken = {one for one in ids if one in self.now or one in self.base}
        before: Key | None = None
        for row, key, one in zip(self.given, own, ids, strict=True):
            before = self._row(row, key, one, taken, before) or before
        for one in self.base:
            if one in self.now and one not in taken:
                self._deleted(one)
        return self.out

    def _row(
        self, row: GivenRow, key: Key, one: str, taken: set[str], before: Key | None
    ) -> Key | None:
        """One row of the workbook; gives the key that it has in the files."""
        if one in self.now:
            self._cells(row, self.now[one], self.base.get(one, {}))
            return self.now[one].key
        if one in self.base:  # somebody took it out of the files
            if not self._as_written(row.cells, self.base[one]):
                self._problem(row, "", "the row was taken out of the specification", "DEF072")
            return None
        if self.sheet.fixed:
            self._problem(row, "", "rows of this sheet are neither added nor renamed")
        elif row.id in self.now and row.id in self.base and row.id not in taken:
            taken.add(row.id)
            return self._renamed(row, key)
        elif row.id in self.base and row.id not in taken:
            self._problem(row, "", "the row that this was is not there any more", "DEF072")
        else:
            self._told_cells(row)
            self.out.added.append((row, before))
            return key
        return None

    def _renamed(self, row: GivenRow, key: Key) -> Key:
        known = self.now[row.id]
        if not self._keys_as_written(known, self.base[row.id]):
            self._problem(row, self.sheet.keys[0], "the row was edited elsewhere too", "DEF072")
        self._cells(row, known, self.base[row.id])
        self.out.renamed.append((row, known, key))
        return key

    def _cells(self, row: GivenRow, known: Row, base: dict[str, str]) -> None:
        for column in self.columns:
            given, now = row.cells[column], known[column]
            written = base.get(column)
            if given == now or digest(given) == written or (written is None and not given):
                continue
            if column not in known.cells:
                self._problem(row, column, _told(column))
            elif written is None or digest(now) != written:
                message = f"it was edited elsewhere too, and says {now[:60]!r} there"
                self._problem(row, column, message, "DEF072")
            else:
                self.out.cells.append((row, known, column, given))

    def _told_cells(self, row: GivenRow) -> None:
        for column in self.sheet.columns:
            if column.told and row.cells[column.name].strip() and not row.id:
                self._problem(row, column.name, "leave it blank in a new row: nobody reads it")

    def _deleted(self, one: str) -> None:
        known = self.now[one]
        if self.sheet.fixed:
            message = f"{self.sheet.title}: the row of {' '.join(known.key)} is gone"
            self.out.problems.append(self.book.error(self.sheet.title, 1, "", message))
        elif not self._as_written(known.cells, self.base[one]):
            message = f"the row of {' '.join(known.key)} was taken out, and edited elsewhere"
            self.out.problems.append(self.book.error(self.sheet.title, 1, "", message, "DEF072"))
        else:
            self.out.deleted.append(known)

    def _as_written(self, cells: dict[str, str], base: dict[str, str]) -> bool:
        return all(digest(text) == base[name] for name, text in cells.items() if name in base)

    def _keys_as_written(self, known: Row, base: dict[str, str]) -> bool:
        return all(digest(known[name]) == base.get(name) for name in self.sheet.keys)

    def _twice(self, ids: list[str]) -> None:
        seen: dict[str, int] = {}
        for row, one in zip(self.given, ids, strict=True):
            if one in seen:
                said = f"this row stands in row {seen[one]} already"
                self._problem(row, self.sheet.keys[-1], said)
            seen.setdefault(one, row.number)

    def _problem(self, row: GivenRow, column: str, message: str, code: str = "DEF071") -> None:
        found = self.book.error(self.sheet.title, row.number, column, message, code)
        self.out.problems.append(found)


def _told(column: str) -> str:
    if column in ("Raw column", "Map", "Condition", "Comment", "Label"):
        return "this line has no such part, or it comes from the standard: edit the cell Line"
    return "nobody reads this cell: it is told from the standard or the raw data"


def all_edits(sheets: list[Sheet], book: GivenBook) -> Iterator[Edits]:
    """The edits of all sheets that have some, or a problem."""
    for sheet in sheets:
        found = edits_of(sheet, book)
        if found.number or found.problems:
            yield found

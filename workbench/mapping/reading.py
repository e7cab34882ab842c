"""A mapping workbook as it came back: its cells, and what it was when it was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from define.workbook.sheets import letter
from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from workbench.mapping.book import BASE, CONTENTS
from workbench.mapping.model import Sheet
from workbench.mapping.writing import ID
from workbench.queries.workbooks.workbook_in import WRONG, read_cells

_MOST = 32_767


@dataclass(slots=True)
class GivenRow:
    """A row of the workbook: its number, the id that it had when it was written, its texts."""

    number: int
    id: str
    cells: dict[str, str]


@dataclass(slots=True)
class GivenBook:
    """A workbook: rows by sheet, and of each row as it was written a hash of each cell, by sheet
    and id. ``letters`` are those of the columns."""

    file: str
    rows: dict[str, list[GivenRow]] = field(default_factory=dict)
    base: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    letters: dict[str, dict[str, str]] = field(default_factory=dict)

    def error(
        self, sheet: str, row: int, column: str, message: str, code: str = "DEF071"
    ) -> Finding:
        """A finding at a cell: ``AE!I12 (Line): ...``."""
        at = self.letters.get(sheet, {}).get(column, "A")
        named = f" ({column})" if column else ""
        said = f"{sheet}!{at}{row}{named}: {message}"
        return finding(code, said, spec=SpecPlace(self.file, row, _number(at)))


def is_mapping(path: Path) -> bool:
    """Whether a workbook has the hidden sheet of a mapping workbook."""
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return f'name="{BASE}"'.encode() in archive.read("xl/workbook.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def read_book(path: Path, sheets: list[Sheet], study: str) -> GivenBook:
    """The workbook of these sheets. Raises SpecificationError DEF070 for another workbook, DEF071
    for cells that are no values."""
    try:
        found = read_cells(path, _MOST)
    except ValueError as error:
        raise _foreign(path, f"cannot be read: {error}") from error
    book = GivenBook(path.name)
    _base(path, book, found.get(BASE, []), sheets, study)
    titles = {sheet.title: sheet for sheet in sheets}
    unknown = [t for t in found if t not in titles and t not in (CONTENTS, BASE)]
    missing = [t for t in titles if t not in found]
    if unknown or missing:
        what = f"has the sheet {unknown[0]!r}, which nobody reads" if unknown else ""
        what = what or f"has no sheet {missing[0]!r}"
        raise _foreign(path, what)
    problems: list[Finding] = []
    for title, sheet in titles.items():
        problems += _rows(path, book, sheet, found[title])
    if problems:
        raise SpecificationError(problems)
    return book


def _base(path: Path, book: GivenBook, rows: list[Any], sheets: list[Sheet], study: str) -> None:
    head = [cell[0] for cell in rows[0]] if rows else []
    if head[:1] != ["tracelock-mapping/1"]:
        raise _foreign(path, "is no mapping workbook: its hidden sheet is gone")
    if head[1] != study:
        raise _foreign(path, f"is of the study {head[1]}, and this is {study}")
    names = {sheet.title: [c.name for c in sheet.columns] for sheet in sheets}
    for row in rows[1:]:
        title, identifier, *hashes = (cell[0] for cell in row)
        cells = dict(zip(names.get(title, []), hashes, strict=False))
        book.base.setdefault(title, {})[identifier] = cells


def _rows(path: Path, book: GivenBook, sheet: Sheet, rows: list[Any]) -> list[Finding]:
    heads = [cell[0].strip() for cell in rows[0]] if rows else []
    names = [column.name for column in sheet.columns]
    absent = [name for name in names if name.strip() not in heads]
    if absent:
        raise _foreign(path, f"has no column {absent[0]!r} in the sheet {sheet.title!r}")
    more = [h for h in heads if h and h not in (ID, *(n.strip() for n in names))]
    if more:
        raise _foreign(path, f"has the column {more[0]!r} in {sheet.title!r}, which nobody reads")
    at = {name: heads.index(name.strip()) for name in names}
    book.letters[sheet.title] = {name: letter(index) for name, index in at.items()}
    identifier = len(heads) - 1 - heads[::-1].index(ID) if ID in heads else len(heads)
    problems: list[Finding] = []
    given = book.rows.setdefault(sheet.title, [])
    for number, row in enumerate(rows[1:], 2):
        wrong = {n: row[i][1] for n, i in at.items() if i < len(row) and row[i][1]}
        for name, kind in wrong.items():
            what = WRONG.get(kind, f"is longer than {_MOST:,} characters")
            problems.append(book.error(sheet.title, number, name, f"it {what}, and no text"))
        cells = {n: row[i][0].replace("\r\n", "\n") if i < len(row) else "" for n, i in at.items()}
        stray = [i for i, c in enumerate(row) if i >= len(heads) and c[0].strip()]
        if stray:
            place = f"{sheet.title}!{letter(stray[0])}{number}"
            problems.append(
                finding(
                    "DEF071", f"{place}: the column has no head", spec=SpecPlace(book.file, number)
                )
            )
        if any(text.strip() for text in cells.values()):
            said = row[identifier][0].strip() if identifier < len(row) else ""
            given.append(GivenRow(number, said, cells))
    return problems


def _foreign(path: Path, message: str) -> SpecificationError:
    place = SpecPlace(path.name)
    return SpecificationError(finding("DEF070", f"{path.name} {message}", spec=place))


def _number(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number

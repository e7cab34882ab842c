"""Sheets as tables of text, every cell with its address."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from define.workbook.columns import LAYOUT, canonical_columns, canonical_sheets
from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace

MAX_BYTES = 200 * 1024 * 1024
"""Largest unpacked size that is read. Real workbooks unpack to 1 to 20 MB."""

REQUIRED = ("Define", "Datasets", "Variables")
"""Sheets that a workbook must have; metacore's has no sheet about the study."""
KEYS = {
    "Datasets": ("Dataset",),
    "Variables": ("Dataset", "Variable", "Data Type"),
    "ValueLevel": ("Dataset", "Variable", "Where Clause"),
    "Codelists": ("ID", "Term"),
}
"""Columns without which a sheet that has rows means nothing."""


def letter(index: int) -> str:
    """The letters of a 0-based column."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class Row:
    """A row: texts by column name. ``number`` is 1-based, as the sheet shows it."""

    sheet: Sheet
    number: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        self.sheet.asked.add(column)
        return self.values.get(column, "")

    def place(self, column: str) -> str:
        """``Variables!C12``."""
        index = self.sheet.columns.index(column) if column in self.sheet.columns else 0
        return f"{self.sheet.name}!{letter(index)}{self.number}"

    def error(self, column: str, message: str, hint: str = "") -> SpecificationError:
        """DEF021 at a cell."""
        said = f"{self.place(column)} {message}"
        return SpecificationError(workbook_finding("DEF021", said, self, column, hint=hint))


@dataclass(slots=True)
class Sheet:
    """A sheet: its columns by their canonical names, and its rows that are not blank.

    ``name`` and ``heads`` are as the workbook writes them; ``asked`` are the columns read.
    """

    file: str
    name: str
    columns: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def head(self, column: str) -> str:
        """How the workbook writes a canonical column; "" when it has none."""
        return self.heads[self.columns.index(column)] if column in self.columns else ""

    def unread(self) -> Iterator[Finding]:
        """DEF022 for each column with values that nobody read."""
        for column in self.columns:
            filled = [row for row in self.rows if row.values.get(column)]
            if column and column not in self.asked and filled:
                more = f" and {len(filled) - 1} more" if len(filled) > 1 else ""
                head = self.head(column)
                message = f"{filled[0].place(column)}{more}: column {head!r} is not kept"
                yield workbook_finding("DEF022", message, filled[0], column)

    def finding(self, code: str, message: str) -> Finding:
        """A finding about the sheet."""
        return finding(code, message, spec=SpecPlace(self.file))


def workbook_finding(code: str, message: str, row: Row, column: str, *, hint: str = "") -> Finding:
    """A finding at a cell; ``spec`` holds file, row and the number of the column."""
    columns = row.sheet.columns
    index = columns.index(column) + 1 if column in columns else 0
    return finding(code, message, spec=SpecPlace(row.sheet.file, row.number, index), hint=hint)


def read_sheets(path: Path) -> dict[str, Sheet]:
    """All sheets by their canonical names; those of :data:`LAYOUT` exist, blank when the workbook
    lacks them.

    Raises:
        SpecificationError: DEF020 no XLSX, a required sheet or a key column is missing.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    _bounded(path)
    try:
        book = CalamineWorkbook.from_path(path)
        found = {
            n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names
        }
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, f"cannot be read as XLSX: {error}") from error
    names = canonical_sheets(list(found))
    needed = REQUIRED[1:] if "Domains" in found else REQUIRED
    missing = [name for name in needed if name not in names.values()]
    if missing:
        raise _unreadable(path, f"has no sheet {', '.join(missing)}")
    sheets = {names[n]: _sheet(path.name, n, names[n], rows) for n, rows in found.items()}
    for name in LAYOUT:
        sheets.setdefault(name, Sheet(path.name, name))
    for name, columns in KEYS.items():
        absent = [c for c in columns if c not in sheets[name].columns]
        if absent and (sheets[name].rows or name in REQUIRED):
            raise _unreadable(path, f"sheet {name} has no column {', '.join(absent)}")
    return sheets


def _bounded(path: Path) -> None:
    """Refuse what would unpack to more than :data:`MAX_BYTES`, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise _unreadable(path, f"cannot be read as XLSX: {error}") from error
    if size > MAX_BYTES:
        raise _unreadable(path, f"would unpack to {size:,} bytes; the limit is {MAX_BYTES:,}")


def _sheet(file: str, name: str, canonical: str, rows: list[list[Any]]) -> Sheet:
    sheet = Sheet(file, name)
    if not rows:
        return sheet
    sheet.heads = [cell_text(c).strip() for c in rows[0]]
    sheet.columns = canonical_columns(canonical, sheet.heads)
    for number, cells in enumerate(rows[1:], 2):
        texts = (cell_text(c) for c in cells)
        values = {c: t for c, t in zip(sheet.columns, texts, strict=False) if c and t.strip()}
        if values:
            sheet.rows.append(Row(sheet, number, values))
    return sheet


def file_time(path: Path) -> str:
    """When a workbook was last saved, as it says itself; "" when it doesn't. ISO 8601, no zone."""
    with zipfile.ZipFile(path) as archive:
        if "docProps/core.xml" not in archive.namelist():
            return ""
        text = archive.read("docProps/core.xml")
    for tag in (b"modified", b"created"):
        found = re.search(rb"<dcterms:%s[^>]*>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)" % tag, text)
        if found:
            return found[1].decode()
    return ""


def cell_text(value: Any) -> str:
    """A cell as text; a whole number without decimal point, a date as ISO 8601."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return "" if value is None else str(value).replace("\r\n", "\n")


def _unreadable(path: Path, message: str) -> SpecificationError:
    place = SpecPlace(path.name)
    return SpecificationError(finding("DEF020", f"{path.name} {message}", spec=place))

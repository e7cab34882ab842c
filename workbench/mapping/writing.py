"""The mapping workbook as a file: text cells, ready to be edited, filtered and printed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from specs.codes import finding
from specs.errors import BuildError
from specs.findings import SpecPlace
from transport.sheet_text import opens_formula, text_cell
from validation.report.files import save_workbook
from validation.report.views.sheets import add_filter, fill, fit_height, start_sheet
from workbench.mapping.book import BASE, CONTENTS, counted
from workbench.mapping.model import Row, Sheet, row_id

ID = "id"
"""The hidden last column: which row of the export it was."""
_LONGEST = 32_767
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_TOLD = "EDEFF2"


def digest(text: str) -> str:
    """A short hash of a cell's text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def write_book(sheets: list[Sheet], path: Path, study: str) -> int:
    """Write the workbook; gives the number of rows. Raises BuildError DEF074 for a text that no
    cell holds."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    held = {sheet.title: sheet.rows() for sheet in sheets}
    _contents(book, sheets, held, study)
    for sheet in sheets:
        _sheet(book, sheet, held[sheet.title])
    _base(book, sheets, held, study)
    save_workbook(book, path)
    return sum(len(rows) for rows in held.values())


def _contents(book: Any, sheets: list[Sheet], held: dict[str, list[Row]], study: str) -> None:
    widths = (34, 60, 8)
    sheet = start_sheet(book, CONTENTS, ("Sheet", "What it holds", "Rows"), widths)
    for one in sheets:
        texts = (one.title, one.purpose, str(len(held[one.title])))
        sheet.append([text_cell(sheet, text) for text in texts])
    said = (
        f"Study {study}. Edit the white cells and import the file: `tracelock import FILE STUDY`.",
        "Grey cells are told from the standard and the raw data; nobody reads them.",
        "A new row needs its white cells alone; where it stands among the others does not matter.",
        "Columns hold example values of the raw data: keep the file where the raw data may be.",
    )
    sheet.append([])
    for text in said:
        sheet.append([text_cell(sheet, text)])


def _sheet(book: Any, one: Sheet, rows: list[Row]) -> None:
    from openpyxl.utils import get_column_letter

    names = [column.name for column in one.columns]
    widths = [column.width for column in one.columns]
    sheet = start_sheet(book, one.title, [*names, ID], [*widths, 4], _frozen(one))
    sheet.column_dimensions[get_column_letter(len(names) + 1)].hidden = True
    styles: dict[tuple[bool, bool], Any] = {}
    keys = counted(one, [row.key for row in rows])
    for number, (row, key) in enumerate(zip(rows, keys, strict=True), 2):
        texts = [_held(row[name], one, number) for name in names]
        fit_height(sheet, number, texts, widths)
        told = [name not in row.cells for name in names]
        pairs = zip([*texts, row_id(key)], [*told, True], strict=True)
        sheet.append([_cell(sheet, text, styles, told=one) for text, one in pairs])
    add_filter(sheet, len(names), len(rows))


def _frozen(one: Sheet) -> str:
    from openpyxl.utils import get_column_letter

    wide = sum(column.width for column in one.columns[: len(one.keys)])
    return f"{get_column_letter(len(one.keys) + 1)}2" if wide < 50 and len(one.keys) < 4 else "A2"


def _cell(sheet: Any, text: str, styles: dict[tuple[bool, bool], Any], *, told: bool) -> Any:
    """A text of a sheet; what is typed into it stays a text too. ``styles`` keeps those that are
    made, since making one takes longer than anything else."""
    from openpyxl.styles import Alignment

    made = text_cell(sheet, text)
    known = styles.get((told, opens_formula(text)))
    if known is not None:
        made._style = known  # noqa: SLF001 - openpyxl has no other way
        return made
    made.number_format = "@"
    made.alignment = Alignment(vertical="top", wrap_text=True)
    if told:
        made.fill = fill(_TOLD)
    styles[told, opens_formula(text)] = made._style  # noqa: SLF001
    return made


def _held(text: str, one: Sheet, number: int) -> str:
    if len(text) > _LONGEST or _ILLEGAL.search(text):
        what = f"{len(text):,} characters" if len(text) > _LONGEST else "characters of no cell"
        message = f"{one.title}, row {number}: {what} ({text[:40]!r} ...)"
        raise BuildError(finding("DEF074", message, spec=SpecPlace(one.title)))
    return text


def _base(book: Any, sheets: list[Sheet], held: dict[str, list[Row]], study: str) -> None:
    """The hidden sheet: by row, a hash of each cell as it was written."""
    sheet = book.create_sheet(BASE)
    sheet.sheet_state = "hidden"
    sheet.append([text_cell(sheet, text) for text in ("tracelock-mapping/1", study)])
    for one in sheets:
        rows = held[one.title]
        names = [column.name for column in one.columns]
        for row, key in zip(rows, counted(one, [r.key for r in rows]), strict=True):
            texts = [one.title, row_id(key), *(digest(row[name]) for name in names)]
            sheet.append([text_cell(sheet, text) for text in texts])

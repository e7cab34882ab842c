"""How our sheets look: header, widths, severity colours, printing (write-only openpyxl)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from transport.sheet_text import text_cell
from validation.report.views.cells import cell

SEVERITY_FILLS = {"rejects": "F3D9EA", "blocks": "FBDCDC", "explain": "FCEBD0", "info": "DFEBF7"}
_INK = "1F3B57"


@cache
def fill(colour: str) -> Any:
    """A solid fill of an RRGGBB colour."""
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=colour)


def start_sheet(
    book: Any, name: str, head: Sequence[str], widths: Sequence[int], freeze: str = "A2"
) -> Any:
    """A sheet with a frozen header row, column widths, and landscape pages one page wide."""
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = freeze
    for i, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(i)].width = width
    for_print(sheet)
    sheet.print_title_rows = "1:1"
    sheet.append(header_cells(sheet, head))
    return sheet


def for_print(sheet: Any) -> None:
    """A4 landscape, as wide as the page, as long as it takes."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.6
    sheet.oddFooter.left.text = "&A"
    sheet.oddFooter.right.text = "Page &P of &N"


def header_cells(sheet: Any, titles: Iterable[str]) -> list[Any]:
    """White on blue, wrapped."""
    from openpyxl.styles import Alignment, Font

    made = [text_cell(sheet, title) for title in titles]
    for title in made:
        title.font = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
        title.fill = fill(_INK)
        title.alignment = Alignment(vertical="center", wrap_text=True)
    return made


def severity_cell(sheet: Any, level: str) -> Any:
    """A severity in its colour; the word stays, so that colour is never alone."""
    made = text_cell(sheet, level)
    made.fill = fill(SEVERITY_FILLS[level])
    return made


def add_filter(sheet: Any, columns: int, rows: int) -> None:
    """Filter buttons over a table of ``rows`` rows below the header."""
    from openpyxl.utils import get_column_letter

    sheet.auto_filter.ref = f"A1:{get_column_letter(columns)}{rows + 1}"


def plain(sheet: Any, row: Iterable[Any]) -> list[Any]:
    """A row whose texts are texts, whatever they begin with; '' is an empty cell."""
    return [cell(sheet, v) if isinstance(v, str) and v else (v if v != "" else None) for v in row]


def as_cell(sheet: Any, value: Any) -> Any:
    """The value as a cell that can be styled; a cell as it is."""
    from openpyxl.cell import Cell, WriteOnlyCell

    if isinstance(value, str):
        return text_cell(sheet, value)
    return value if isinstance(value, Cell) else WriteOnlyCell(sheet, value=value)


def fit_height(sheet: Any, number: int, row: Iterable[Any], widths: Sequence[int]) -> None:
    """Make row ``number`` tall enough for its wrapped texts; not every reader does it on its own.

    To be called before the row is appended.
    """
    lines = max(
        sum(1 + _columns(part) // max(1, width - 1) for part in text.split("\n"))
        for text, width in zip((_shown(value) for value in row), widths, strict=True)
    )
    sheet.row_dimensions[number].height = min(409, _LINE * lines + 3)


_LINE = 13.5


def _shown(value: Any) -> str:
    return "" if value is None else str(getattr(value, "value", value))


def _columns(text: str) -> int:
    """Width of a text in columns of a sheet; full-width characters take two."""
    return len(text) + sum(unicodedata.east_asian_width(c) in "WF" for c in text)

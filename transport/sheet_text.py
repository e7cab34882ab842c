"""Text in the cells of every workbook that we write: never a formula, also not once it is edited.

A spreadsheet program reads a text that begins with ``=``, ``+``, ``-``, ``@`` or a tab as a formula
when its cell is edited, copied into another file or saved as CSV and opened again. ``quotePrefix``
is the mark of a cell that a person began with an apostrophe: it stays text.
"""

from __future__ import annotations

from typing import Any

FORMULA = "=+-@\t\r\n＝＋－＠"
"""What a formula begins with; East Asian versions read the full-width signs alike."""


def opens_formula(text: str) -> bool:
    """Whether the text, or what follows blanks at its beginning, begins like a formula."""
    return text[:1] in {*FORMULA} or text.lstrip()[:1] in {*FORMULA[:4], *FORMULA[-4:]}


def as_text(cell: Any) -> Any:
    """The openpyxl cell, whose value is a text, as text whatever stands in it."""
    cell.data_type = "s"
    if opens_formula(cell.value):
        cell.quotePrefix = True
    return cell


def text_cell(sheet: Any, text: str) -> Any:
    """A cell of a write-only sheet that is text whatever stands in it; it can be styled."""
    from openpyxl.cell import WriteOnlyCell

    return as_text(WriteOnlyCell(sheet, value=text))


def quoted_style(sheet: Any) -> int:
    """Number of the style, in the sheet's workbook, of an unstyled text that opens a formula; for
    worksheets whose XML is written past openpyxl."""
    return int(text_cell(sheet, "=").style_id)

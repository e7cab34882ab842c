"""The texts that an XLSX workbook shows, for the columns that are declared as ``displayed``."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import Any

from sdtm.raw._columns import Header, did_you_mean
from sdtm.raw._model import RawFile, ReadOptions
from sdtm.raw.codes import error
from sdtm.raw.formats._number_formats import UnknownFormatError, displayed

ALL = "*"


def show_cells(
    source: RawFile, name: str, header: Header, options: ReadOptions, cells: list[list[Any]]
) -> None:
    """Put what the sheet shows into ``cells`` (row by row from A1), for the declared columns.

    Raises RawDataError RAW127 for a workbook or a format that does not say what is shown, and for
    a column that is not there.
    """
    if not options.displayed:
        return
    place = f"{source.file}[{name}]"
    at = _places(place, header, options.displayed)
    if not zipfile.is_zipfile(source.path) or not _is_xlsx(source):
        raise error("RAW127", "only an XLSX workbook says how its cells are shown", place)
    import openpyxl

    book = openpyxl.load_workbook(source.path, read_only=True, data_only=True)
    try:
        sheet = book[name]
        sheet.reset_dimensions()  # what the sheet says of its own size may be wrong
        for row in sheet.iter_rows(min_row=options.header_row + options.label_rows + 1):
            for cell in row:
                if cell.value is not None and (column := cell.column - 1) in at:
                    cells[cell.row - 1][column] = _shown(place, cell, at[column])
    finally:
        book.close()


def _places(place: str, header: Header, wanted: Sequence[str]) -> dict[int, str]:
    named = {name: i for i, name in enumerate(header.names) if name}
    if ALL in wanted:
        return {i: name for name, i in named.items()}
    for name in wanted:
        if name not in named:
            message = f"the column {name!r}, whose displayed text is asked for, is not there"
            raise error("RAW127", message, place, column=name, hint=did_you_mean(name, named))
    return {named[name]: name for name in wanted}


def _is_xlsx(source: RawFile) -> bool:
    with zipfile.ZipFile(source.path) as archive:
        return "xl/workbook.xml" in archive.namelist()


def _shown(place: str, cell: Any, column: str) -> str:
    if cell.data_type == "e":
        return str(cell.value)
    try:
        return displayed(cell.value, cell.number_format or "General")
    except UnknownFormatError:
        message = f"the format {cell.number_format!r} does not tell what the cell shows"
        text = str(cell.value)
        raise error("RAW127", message, place, cell.row, column=column, text=text) from None

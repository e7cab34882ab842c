"""Cells of an XLSX workbook that its fast reader does not give as they are: errors, long integers.

openpyxl is nine times slower, so it looks only when a sheet's XML holds such a cell.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from typing import Any

from sdtm.raw._model import RawFile

_SPECIAL = re.compile(rb"""\bt=["']e["']|>-?[0-9]{16,}<""")
_EXACT = 10**15
"""Integers above it are not all of them numbers of a float."""
_OVERLAP = 64


def special_cells(source: RawFile, names: Sequence[str]) -> dict[str, list[tuple[int, int, str]]]:
    """Errors as shown, integers with all their digits: (row, column, text) by sheet."""
    if not zipfile.is_zipfile(source.path) or not _has_special_cells(source):
        return {}
    import openpyxl

    book = openpyxl.load_workbook(source.path, read_only=True, data_only=True)
    try:
        return {name: _of_sheet(book[name]) for name in names if name in book.sheetnames}
    finally:
        book.close()


def _of_sheet(sheet: Any) -> list[tuple[int, int, str]]:
    sheet.reset_dimensions()  # what the sheet says of its own size may be wrong
    cells = (cell for row in sheet.iter_rows() for cell in row)
    return [
        (int(cell.row), int(cell.column), str(cell.value))
        for cell in cells
        if cell.data_type == "e" or (cell.data_type == "n" and _is_long(cell.value))
    ]


def _is_long(value: object) -> bool:
    return isinstance(value, int) and abs(value) >= _EXACT


def _has_special_cells(source: RawFile) -> bool:
    with zipfile.ZipFile(source.path) as archive:
        for part in archive.namelist():
            if part.startswith("xl/worksheets/"):
                with archive.open(part) as stream:
                    tail = b""
                    while block := stream.read(1 << 20):
                        if _SPECIAL.search(tail + block):
                            return True
                        tail = block[-_OVERLAP:]
    return False

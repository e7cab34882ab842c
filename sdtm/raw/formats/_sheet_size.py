"""How far the cells of a workbook reach, before a reader makes room for all of them.

A reader makes a place for every cell from A1 to the last one. A stray cell in the last row and
column of a sheet would be seventeen thousand million places.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np

from sdtm.raw._model import RawFile
from sdtm.raw.codes import error
from specs.errors import RawDataError

MOST_PLACES = 20_000_000
"""Places that are fine whatever is in them."""
PLACES_PER_CELL = 100
_LOOKED_AT = 64 << 20
"""A part above this size has cells enough for its places; the reader's limits hold for it."""
# a cell with nothing in it has a format, and takes no place
_CELL = re.compile(
    rb"""<(?:\w+:)?c\s[^<>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^<>]*(?<!/)>(?!</)"""
)


def refuse_far_cells(source: RawFile) -> None:
    """Raises RawDataError RAW141 for a sheet with few cells that reach far, and RAW102 for two
    cells in one place, of which a reader would take one, and an ODS document without its end."""
    with zipfile.ZipFile(source.path) as archive:
        for member in archive.infolist():
            if member.filename.startswith("xl/worksheets/"):
                if member.file_size > _LOOKED_AT:
                    continue
                sizes: Iterator[tuple[int, int, int]] = iter(
                    [_xlsx_size(archive.read(member), source.file)]
                )
            elif member.filename == "content.xml":
                sizes = _ods_sizes(archive.open(member), source.file)
            else:
                continue
            for rows, columns, cells in sizes:
                if rows * columns > max(MOST_PLACES, PLACES_PER_CELL * cells):
                    raise _far(source, rows, columns, cells)


def _far(source: RawFile, rows: int, columns: int, cells: int) -> RawDataError:
    message = f"a sheet of {cells:,} cells reaches to row {rows:,} and column {columns:,}"
    hint = "delete the stray cells below and beside the table, and save the workbook again"
    return error("RAW141", message, source.file, rows if rows < 1 << 31 else None, hint=hint)


def _xlsx_size(part: bytes, file: str) -> tuple[int, int, int]:
    """Last row, last column and number of the cells of one sheet."""
    rows = columns = 0
    places = array("Q")
    for found in _CELL.finditer(part):
        row, column = int(found[2]), _column(found[1])
        rows, columns = max(rows, row), max(columns, column)
        places.append(row << 15 | column)
    in_order = np.frombuffer(places, np.uint64)
    if (in_order[1:] <= in_order[:-1]).any():
        _refuse_two_in_one_place(np.sort(in_order), file)
    return rows, columns, len(places)


def _refuse_two_in_one_place(places: np.ndarray[Any, np.dtype[np.uint64]], file: str) -> None:
    twice = places[1:][places[1:] == places[:-1]]
    if len(twice):
        row, column = int(twice[0]) >> 15, int(twice[0]) & 0x7FFF
        message = f"two cells stand in row {row:,}, column {column:,} of one sheet"
        raise error("RAW102", message, file, row, hint="save the workbook again from Excel")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _ods_sizes(stream: Any, file: str) -> Iterator[tuple[int, int, int]]:
    """As :func:`_xlsx_size` for each sheet; cells and rows can be repeated by a number."""
    from lxml import etree

    row = last_row = last_column = cells = 0
    tags = ("{*}table-row", "{*}table")
    parser = etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True)
    try:
        for _, element in parser:
            if element.tag.endswith("}table"):
                yield last_row, last_column, cells
                row = last_row = last_column = cells = 0
                continue
            column, filled = 0, 0
            for cell in element:
                column += _repeated(cell, "columns")
                if len(cell) or cell.text:
                    cells, filled = cells + 1, column
            row += _repeated(element, "rows")
            if filled:
                last_row, last_column = row, max(last_column, filled)
            element.clear()
    except etree.XMLSyntaxError as problem:  # the reader would wait for the end that is not there
        message = f"content.xml is not well-formed: {problem.msg}"
        raise error("RAW102", message, file, hint="export the file again") from None


def _repeated(element: Any, what: str) -> int:
    ns = element.tag.rpartition("}")[0].lstrip("{")
    text = element.get(f"{{{ns}}}number-{what}-repeated", "1")
    return int(text[:15]) if text.isascii() and text.isdigit() else 1

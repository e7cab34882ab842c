"""The XLSX file: text cells, a bold head row, frozen; no clock in it."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

from define.document.writer import CONTROL
from define.workbook.sheets import letter
from specs.codes import finding
from specs.errors import BuildError
from transport.sheet_text import as_text

LONGEST = 32_767
EPOCH = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the earliest time that a ZIP archive can hold


def save(path: Path, rows: dict[str, list[list[str]]]) -> None:
    """Write sheets, each a head and its rows; the same rows give the same bytes. A sheet without a
    head is left out.

    Raises BuildError (DEF023) for a text that no cell can hold; nothing is written then.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    from transport.atomic import whole_file

    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    for name, (columns, *below) in ((n, r) for n, r in rows.items() if r):
        sheet = book.create_sheet(name)
        sheet.append(columns)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for number, row in enumerate(below, 2):
            for index, text in enumerate(row, 1):
                if text:
                    _fits(text, f"{name}!{letter(index - 1)}{number}")
                    as_text(sheet.cell(number, index, text))
    book.properties.created = book.properties.modified = EPOCH
    held = io.BytesIO()
    book.save(held)
    with whole_file(path) as file:
        file.write(_without_clock(held.getvalue()))


def _fits(text: str, place: str) -> None:
    if len(text) > LONGEST or CONTROL.search(text):
        what = f"{len(text):,} characters" if len(text) > LONGEST else "a control character"
        raise BuildError(finding("DEF023", f"{place} would hold {what}", value=text[:40]))


def _without_clock(data: bytes) -> bytes:
    """The archive again, with fixed times: openpyxl stamps 'modified' when it saves."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _fixed_times(content)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return out.getvalue()


def _fixed_times(content: bytes) -> bytes:
    return re.sub(rb"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", b"1980-01-01T00:00:00Z", content)

"""Writing a file whole or not at all, and XLSX files without a clock in them."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from transport.atomic import whole_file
from transport.header_time import source_date_epoch

_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_beside(path: Path, content: bytes) -> None:
    """Write ``content`` to a temporary file beside ``path``, then put it in its place."""
    with whole_file(path) as stream:
        stream.write(content)


class _StillZip(zipfile.ZipFile):
    """A ZIP whose members carry no clock, so that the same content gives the same bytes.

    ``rows`` by member name: XML of rows to add at the end of a worksheet.
    """

    rows: Mapping[str, Iterable[str]]

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **_: Any) -> None:
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        raw = data.encode() if isinstance(data, str) else bytes(data)
        if name == "docProps/core.xml":
            raw = _STAMP.sub(rb"\g<1>" + _stamp(), raw)
        super().writestr(_member(name), raw)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **_: Any) -> None:
        member = _member(str(arcname))
        head, end, tail = Path(filename).read_bytes().partition(b"</sheetData>")
        with self.open(member, "w", force_zip64=True) as target:
            target.write(head)
            for block in self.rows.get(member.filename, ()):
                target.write(block.encode())
            target.write(end + tail)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name.lstrip("/"), _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member


def _stamp() -> bytes:
    made = source_date_epoch() or dt.datetime(1980, 1, 1, tzinfo=dt.UTC)  # as in the ZIP
    return made.strftime("%Y-%m-%dT%H:%M:%SZ").encode()


def save_workbook(book: Any, path: Path, rows: Mapping[str, Iterable[str]] | None = None) -> None:
    """Save an openpyxl workbook with the same bytes for the same content.

    Args:
        book: the workbook.
        path: where to.
        rows: by sheet name, blocks of row XML that follow the rows of the sheet. openpyxl needs
            some 8 microseconds per cell, so that long sheets are written past it.
    """
    from openpyxl.writer.excel import ExcelWriter

    for sheet in book.worksheets:
        sheet.close()
    names = [sheet.title for sheet in book.worksheets]
    members = {
        f"xl/worksheets/sheet{names.index(name) + 1}.xml": blocks
        for name, blocks in (rows or {}).items()
    }

    with (
        whole_file(path) as stream,
        _StillZip(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        archive.rows = members
        ExcelWriter(book, archive).save()

"""Writing a file whole or not at all, and XLSX files without a clock in them."""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_beside(path: Path, content: bytes) -> None:
    """Write ``content`` to a temporary file beside ``path``, then put it in its place."""
    replace_with(path, lambda stream: stream.write(content))


def replace_with(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Let ``write`` fill a temporary file beside ``path``; on success it takes its place."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w+b") as stream:
            write(stream)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class _StillZip(zipfile.ZipFile):
    """A ZIP whose members carry no clock, so that the same content gives the same bytes."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **_: Any) -> None:
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        raw = data.encode() if isinstance(data, str) else bytes(data)
        if name == "docProps/core.xml":
            raw = _STAMP.sub(rb"\g<1>" + _stamp(), raw)
        super().writestr(_member(name), raw)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **_: Any) -> None:
        with (
            Path(filename).open("rb") as source,
            self.open(_member(str(arcname)), "w", force_zip64=True) as target,
        ):
            while block := source.read(1 << 20):
                target.write(block)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name.lstrip("/"), _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member


def _stamp() -> bytes:
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))  # 1980-01-01, as in the ZIP
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()


def save_workbook(book: Any, path: Path) -> None:
    """Save an openpyxl workbook with the same bytes for the same content."""
    from openpyxl.writer.excel import ExcelWriter  # noqa: PLC0415 - heavy import

    def write(stream: IO[bytes]) -> None:
        with _StillZip(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            ExcelWriter(book, archive).save()

    replace_with(path, write)

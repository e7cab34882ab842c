"""Which adapter reads a file: declared, or told by content first and by name second."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from sdtm.raw._apart import read_apart
from sdtm.raw._model import RawFile, RawTable, ReadOptions, TableInfo
from sdtm.raw.codes import error

_XPT = b"HEADER RECORD*******"
_SAS = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


_APART = ("workbook", "sas")
"""Readers in other languages, which a damaged file can abort or keep busy without end."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A format's reader; ``module`` is imported on first use and has ``read`` and ``tables``."""

    format: str
    module: str

    def read(self, source: RawFile, options: ReadOptions) -> list[RawTable]:
        """Every table that the options name."""
        if self.module in _APART:
            return cast("list[RawTable]", read_apart(self.module, "read", source, options))
        reader: Callable[[RawFile, ReadOptions], list[RawTable]]
        reader = import_module(f"sdtm.raw.formats.{self.module}").read
        return reader(source, options)

    def tables(self, source: RawFile, options: ReadOptions) -> list[TableInfo]:
        """A cheap look at every table of the file."""
        if self.module in _APART:
            return cast("list[TableInfo]", read_apart(self.module, "tables", source, options))
        look: Callable[[RawFile, ReadOptions], list[TableInfo]]
        look = import_module(f"sdtm.raw.formats.{self.module}").tables
        return look(source, options)

    def sizes(self, source: RawFile, options: ReadOptions) -> dict[str, int]:
        """Of a file with several tables, the rows of each; nothing of others."""
        if self.module == "workbook":
            return cast("dict[str, int]", read_apart(self.module, "sizes", source, options))
        if self.module != "odm":
            return {}
        look: Callable[[RawFile, ReadOptions], dict[str, int]]
        look = import_module(f"sdtm.raw.formats.{self.module}").sizes
        return look(source, options)


ADAPTERS = {
    name: Adapter(name, module)
    for name, module in {
        "csv": "delimited",
        "tsv": "delimited",
        "xlsx": "workbook",
        "xls": "workbook",
        "ods": "workbook",
        "sas7bdat": "sas",
        "xpt": "sas",
        "parquet": "parquet",
        "odm": "odm",
    }.items()
}


def adapter_for(source: RawFile, declared: str | None) -> Adapter:
    """The adapter of a file. Raises RawDataError RAW109 for an unknown format."""
    name = declared.lower() if declared else format_of(source)
    if name not in ADAPTERS:
        message = f"there is no raw format {name!r}"
        raise error("RAW109", message, source.file, hint=f"use one of {', '.join(ADAPTERS)}")
    return ADAPTERS[name]


def format_of(source: RawFile) -> str:
    """The format of a file, by its first bytes (a .xls may hold text) and then by its name."""
    with source.path.open("rb") as handle:
        head = handle.read(512)
    by_content = _by_content(source, head)
    if by_content:
        return by_content
    extension = source.file.rsplit(".", 1)[-1].lower()
    if extension in ("xlsx", "sas7bdat", "xpt", "parquet", "ods") or (
        extension == "xml" and not head.strip()
    ):
        return {"xml": "odm"}.get(extension, extension)
    return "csv"


def _by_content(source: RawFile, head: bytes) -> str | None:
    if head.startswith(b"PK") and zipfile.is_zipfile(source.path):
        return _office_format(source)
    marks = {_XPT: "xpt", _SAS: "sas7bdat", _OLE: "xls", b"PAR1": "parquet"}
    for mark, name in marks.items():
        if head.startswith(mark):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    xml = text.startswith((b"<?xml", b"<ODM", b"<!--", b"<!DOCTYPE"))
    utf16_xml = head[:2] in (b"\xff\xfe", b"\xfe\xff") and b"<\0" in head[:6] + b"\0"
    return "odm" if xml or utf16_xml else None


def _office_format(source: RawFile) -> str:
    try:
        with zipfile.ZipFile(source.path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        return "xlsx" if source.file.lower().endswith((".xlsx", ".xlsm")) else "zip"
    if "[Content_Types].xml" in names:
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    return "zip"

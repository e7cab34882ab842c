"""One row of a delimited text file by its line, without reading the file as a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from sdtm.raw._columns import header_names
from sdtm.raw._model import RawFile, ReadOptions
from sdtm.raw._registry import adapter_for
from specs.foreign.grants import given
from specs.foreign.inside import is_inside

_LARGE = 2_000_000
_BLOCK = 1 << 18
_LONGEST = 1_000_000


def one_row(raw_dir: Path, file: str, row: int, options: ReadOptions) -> dict[str, str] | None:
    """The verbatim cells of a row (1-based line) by column name.

    None where only reading the whole file would tell: other formats, an undeclared delimiter or
    encoding that is not the usual one, line ends of old Macintosh files, a row out of shape.
    """
    source = RawFile(raw_dir / file, file)
    outside = not given().outside and not is_inside(source.path, raw_dir)
    if (
        outside
        or not source.path.is_file()
        or adapter_for(source, options.format).module != "delimited"
    ):
        return None
    encoding = _encoding(source.path, options.encoding)
    start, head_end = (_line_start(source.path, n) for n in (row, options.header_row + 1))
    if encoding is None or start is None or head_end is None:
        return None
    with source.path.open("rb") as handle:
        head = handle.read(head_end)
        handle.seek(start)
        tail = handle.read(_LONGEST)
    tab = source.path.suffix.lower() in (".tsv", ".tab", ".xls")
    delimiter = options.delimiter or ("\t" if tab else ",")
    try:
        header = head.decode(encoding).split("\n")[options.header_row - 1]
        names = _fields(header, delimiter, options.quote)
        cells = _fields(tail.decode(encoding, "ignore"), delimiter, options.quote)
    except (LookupError, UnicodeDecodeError, StopIteration, csv.Error):
        return None
    if len(cells) == len(names) + 1 and not cells[-1]:
        del cells[-1]  # a delimiter too many at the end of the line (RAW119)
    if len(names) != len(cells) or len(names) < 2 or (len(tail) == _LONGEST and b"\n" not in tail):
        return None
    known = header_names(file, names, options.header_row, []).names
    return {name: cell for name, cell in zip(known, cells, strict=True) if name}


def _encoding(path: Path, declared: str | None) -> str | None:
    """The codec, if a line can be decoded alone: as declared; UTF-8 where that is sure enough."""
    if declared is not None:
        plain = declared.lower().replace("_", "-")
        if plain.startswith(("utf-16", "utf-32", "utf16", "utf32")):
            return None
        return "utf-8-sig" if plain in ("utf-8", "utf8", "ascii") else declared
    if path.stat().st_size > _LARGE:
        return "utf-8-sig"
    try:
        path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return "utf-8-sig"


def _fields(text: str, delimiter: str, quote: str) -> list[str]:
    """The first record of a text. Raises csv.Error, StopIteration."""
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    if not quote:
        return next(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))
    return next(csv.reader(lines, delimiter=delimiter, quotechar=quote))


def _line_start(path: Path, line: int) -> int | None:
    """The offset of a 1-based line; None when there is no such line, or a line ends with a CR
    alone (what is a line is then not told by the line feeds)."""
    if line == 1:
        return 0
    block, offset, seen, after_return = bytearray(_BLOCK), 0, 0, False
    view = np.frombuffer(block, np.uint8)
    with path.open("rb", buffering=0) as handle:
        while size := handle.readinto(block):
            if size < _BLOCK:
                block[size:] = bytes(_BLOCK - size)
            if not _returns_are_paired(block, size, after_return=after_return):
                return None
            after_return = block[size - 1] == 13
            ends = view[:size] == 10
            found = int(np.count_nonzero(ends))
            if seen + found >= line - 1:
                return offset + int(np.flatnonzero(ends)[line - 2 - seen]) + 1
            seen, offset = seen + found, offset + size
    return None


def _returns_are_paired(block: bytearray, size: int, *, after_return: bool) -> bool:
    """Whether each CR has its LF; one at the end of a block is settled by the next."""
    if after_return and block[0] != 10:
        return False
    if block.find(b"\r", 0, size) < 0:
        return True
    last = int(block[size - 1] == 13)
    return block.count(b"\r", 0, size) - last == block.count(b"\r\n", 0, size)

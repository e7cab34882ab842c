"""One row of a raw source, fetched again as text: quickly where the format allows it."""

from __future__ import annotations

import csv
import io
import mmap
from pathlib import Path

import numpy as np

from sdtm.columns import TextColumn
from sdtm.raw import read_source
from sdtm.sources import SourceTable, from_raw, read_options
from specs import BuildError, Study, finding
from specs.language import Source

_BIG = 2_000_000


def one_row(study: Study, raw_dir: Path, name: str, file: str, row: int) -> SourceTable:
    """A source reduced to one row (by file and 1-based row), columns trimmed as in a build."""
    spec = study.spec.sources[name]
    path = raw_dir / file
    quick = _csv_row(path, spec, row) if path.is_file() and path.stat().st_size > _BIG else None
    if quick is not None:
        return _table(name, file, row, quick, spec)
    raws = read_source(raw_dir, spec.file, read_options(spec))
    whole = from_raw(name, raws, spec.rename)
    at = np.flatnonzero((whole.row_of == row) & (np.array(whole.files)[whole.file_of] == file))
    if not len(at):
        raise BuildError(finding("PKG004", f"{file} has no row {row} any more"))
    index = int(at[0])
    cells = {column: whole.cell(index, column).text for column in whole.names}
    return _table(name, file, row, cells, Source(file=spec.file))


def _csv_row(path: Path, spec: Source, row: int) -> dict[str, str] | None:
    """A row of a delimited text file by its line number, without parsing what is before it."""
    if path.suffix.lower() not in (".csv", ".tsv", ".txt") or spec.format not in (
        None,
        "csv",
        "tsv",
    ):
        return None
    encoding = spec.encoding or "utf-8-sig"
    delimiter = spec.delimiter or ("\t" if path.suffix.lower() == ".tsv" else ",")
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = _line_start(data, row)
        if start is None:
            return None
        head = data[: _line_start(data, spec.header_row + 1) or 0]
        tail = data[start : start + 1_000_000]
    try:
        lines = head.decode(encoding).splitlines()
        names = next(csv.reader(lines[spec.header_row - 1 :], delimiter=delimiter))
        text = tail.decode(encoding, "ignore").lstrip("\ufeff")
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (UnicodeDecodeError, StopIteration, csv.Error):
        return None
    return dict(zip(names, cells, strict=False)) if len(names) == len(cells) else None


def _line_start(data: mmap.mmap, line: int) -> int | None:
    """The offset of a 1-based line."""
    if line == 1:
        return 0
    bytes_ = np.frombuffer(data, np.uint8)
    step, seen = 1 << 24, 0
    try:
        for offset in range(0, len(bytes_), step):
            ends = np.flatnonzero(bytes_[offset : offset + step] == 10)
            if seen + len(ends) >= line - 1:
                return offset + int(ends[line - 2 - seen]) + 1
            seen += len(ends)
        return None
    finally:
        del bytes_


def _table(name: str, file: str, row: int, cells: dict[str, str], spec: Source) -> SourceTable:
    named = {spec.rename.get(column, column): text for column, text in cells.items()}
    out = SourceTable(name, [file], 1, np.array([row]), np.array([0]), list(named))
    blanks = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\u3000\ufeff"
    for column, text in named.items():
        out.put(column, TextColumn.of([text.strip(blanks)]), text)
    return out

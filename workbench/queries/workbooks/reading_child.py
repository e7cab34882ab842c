"""Reads one returned file in a process of its own, with limits; prints what stands in it as JSON.

``python -m workbench.queries.workbooks.reading_child FILE [CHARACTERS]``, with the most characters
of a cell that are read. What it prints is checked again by who started it. Exit code 3: the file is
refused, and standard output says why.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_BYTES = 50_000_000
MOST_RATIO = 100
MOST_UNPACKED = 500_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CHARACTERS = 2_000
MOST_MEMORY = 2_000_000_000
MOST_SECONDS = 60
REFUSED = 3
_FORMULA = re.compile(rb"(?:table|of):formula\s*=")


class RefusedError(Exception):
    """The file is not read; the text says why."""


def main(path: Path, most: int = MOST_CHARACTERS) -> dict[str, Any]:
    """Sheets as lists of rows of [text, kind]: kind is "" for a value, "f" for a formula, "e" for
    an error such as #REF!, "long" for a text that was cut."""
    if path.stat().st_size > MOST_BYTES:
        raise RefusedError(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return {"sheets": {"csv": list(_limited(_csv(path), most))}}
    if suffix not in (".xlsx", ".ods"):
        raise RefusedError(f"{suffix or 'a file without a suffix'} is none of .xlsx, .ods, .csv")
    _check_archive(path)
    return {"sheets": dict(_xlsx(path, most) if suffix == ".xlsx" else _ods(path, most))}


def _check_archive(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        whole = 0
        for member in archive.infolist():
            whole += member.file_size
            packed = max(1, member.compress_size)
            if member.file_size > 1_000_000 and member.file_size / packed > MOST_RATIO:
                raise RefusedError(f"{member.filename} unpacks to more than {MOST_RATIO} times")
        if whole > MOST_UNPACKED:
            raise RefusedError(f"it unpacks to more than {MOST_UNPACKED // 1_000_000} MB")


def _xlsx(path: Path, most: int) -> Iterator[tuple[str, list[Any]]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        rows = ([_of_cell(cell) for cell in row[:MOST_COLUMNS]] for row in sheet.iter_rows())
        yield sheet.title, list(_limited(rows, most))


def _of_cell(cell: Any) -> list[str]:
    kind = {"f": "f", "e": "e"}.get(getattr(cell, "data_type", ""), "")
    return [_shown(cell.value), kind]


def _ods(path: Path, most: int) -> Iterator[tuple[str, list[Any]]]:
    from python_calamine import CalamineWorkbook

    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
        if _FORMULA.search(stream.read(MOST_UNPACKED)):
            raise RefusedError("it has formulas, which are no answers: paste them as values")
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        shown = ([[_shown(v), ""] for v in row[:MOST_COLUMNS]] for row in rows)
        yield name, list(_limited(shown, most))


def _csv(path: Path) -> Iterator[list[Any]]:
    content = path.read_bytes()
    if b"\0" in content:
        raise RefusedError("it is no text")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise RefusedError("its text is neither UTF-8 nor GB18030")
    head = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [[v, "f" if v[:1] == "=" else ""] for v in row[:MOST_COLUMNS]]


def _limited(rows: Any, most: int) -> Iterator[list[Any]]:
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise RefusedError(f"it has more than {MOST_ROWS:,} rows")
        yield [[text[:most], "long"] if len(text) > most else [text, kind] for text, kind in row]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        sys.stdout.write(json.dumps(main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))))
    except RefusedError as refused:
        sys.stdout.write(str(refused))
        sys.exit(REFUSED)
    except Exception as error:  # whatever a reader raises for a broken file
        sys.stdout.write(f"{type(error).__name__}: {error}"[:300])
        sys.exit(REFUSED)

"""Files of a dictionary: found whatever their case, read as text, lines with their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from specs import RawCell, RawDataError, finding

_ENCODINGS = ("utf-8-sig", "cp1252")
"""English releases are ASCII or Windows-1252, the others UTF-8."""


def unreadable(path: Path, message: str, row: int | None = None) -> RawDataError:
    """The error of a dictionary file: FILE090, with its line."""
    raw = RawCell(path.name, row=row)
    return RawDataError(finding("FILE090", f"{path.name}: {message}", raw=raw))


def find(folder: Path, name: str, *, needed: bool = True) -> Path | None:
    """A file of a folder whatever the case of its name (LLT.asc). Raises RawDataError FILE090 where
    it is needed and not there."""
    if not folder.is_dir():
        raise unreadable(folder, "there is no such folder")
    found = sorted(p for p in folder.iterdir() if p.name.lower() == name.lower() and p.is_file())
    if not found and needed:
        raise unreadable(folder, f"the dictionary has no {name}")
    return found[0] if found else None


def text_of(path: Path) -> str:
    """The text of a file. Raises RawDataError FILE090."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error.strerror or "it cannot be read") from error
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable(path, "its text is neither UTF-8 nor Windows-1252")


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Every line that holds something, with its number from 1."""
    for number, line in enumerate(text_of(path).splitlines(), 1):
        if line.strip():
            yield number, line


def delimited(path: Path, fields: int, mark: str = "$") -> Iterator[tuple[int, list[str]]]:
    """The fields of each line, ``fields`` at least; the mark stands behind each of them.

    Raises RawDataError FILE090 for a line with fewer.
    """
    for number, line in lines(path):
        held = [field.strip() for field in line.split(mark)]
        if len(held) < fields:
            raise unreadable(path, f"line {number} has {len(held)} fields, not {fields}", number)
        yield number, held

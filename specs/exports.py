"""The files of a folder of raw exports, whether anything names them or not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep", ".gitignore")
_LITTER_STARTS = ("~$", "._")
"""What an operating system, a version control or an open workbook leaves in a folder."""
_NO_FOLDER = (".git", ".svn", "__MACOSX", ".tracelock-cache")


def export_files(raw: Path, study: Path, own: Sequence[Path] = ()) -> list[str]:
    """Every file below a raw folder, by its path from there with ``/``, in order.

    Links are not followed: one to a folder is named as it is. Where the study folder is or lies in
    the raw folder, what belongs to the study is left out: its files (``own``) and its builds.
    """
    home, root = study.resolve(), raw.resolve()
    mine = {path.resolve() for path in own}
    found = []
    for folder, file in _walk(raw):
        path = folder / file
        inside = home in path.resolve().parents and home != root and root in home.parents
        if not (inside or path.resolve() in mine):
            found.append(path.relative_to(raw).as_posix())
    return sorted(found)


def _walk(raw: Path) -> Iterator[tuple[Path, str]]:
    for folder, folders, files in os.walk(raw):
        here = Path(folder)
        if here != raw and _is_build(here, files):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if name not in _NO_FOLDER)
        yield from ((here, name) for name in folders if (here / name).is_symlink())
        for name in sorted(files):
            if name not in _LITTER and not name.startswith(_LITTER_STARTS):
                yield here, name


def _is_build(folder: Path, files: Sequence[str]) -> bool:
    """Whether a folder is what this program built."""
    if "manifest.json" not in files:
        return False
    text = (folder / "manifest.json").read_bytes()
    return b'"tracelock"' in text and b'"outputs"' in text


def part_of(place: str) -> tuple[str, str]:
    """A place of a raw folder as file and table: ``lab/x.xlsx[Notes]``, ``night.zip!/a.csv``."""
    if place.endswith("]") and "[" in place:
        file, _, table = place[:-1].partition("[")
        return file, table
    return place, ""


def is_meant(place: str, pattern: str) -> bool:
    """Whether a pattern means a place: the same name, or ``*``, ``?`` within a folder's names and
    ``**`` for any folders, as in a shell; the table in brackets may be a pattern too."""
    if place == pattern:
        return True
    (file, table), (files, tables) = part_of(place), part_of(pattern)
    if bool(table) != bool(tables) or not fnmatchcase(table, tables):
        return False
    return _fits(file.split("/"), files.split("/"))


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_fits(parts[at:], pattern[1:]) for at in range(len(parts) + 1))
    return (bool(parts) and fnmatchcase(parts[0], pattern[0].replace("[", "[[]"))) and _fits(
        parts[1:], pattern[1:]
    )


def is_pattern(name: str) -> bool:
    """Whether a name may mean several places, or none."""
    return "*" in name or "?" in name

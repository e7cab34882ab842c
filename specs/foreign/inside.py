"""What a study names lies in its own folder, or in that of a library that it extends.

Paths with ``..``, absolute paths and symbolic links may lead anywhere on this machine, and what
stands there would be in the build. That is for the person who runs it to allow, not for the study.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from specs.foreign.grants import Grants

FOLDERS = ("", "sdtm", "adam", "contracts", "maps", "standards")
"""Where the files of a specification lie."""


def is_inside(path: Path, folder: Path) -> bool:
    """Whether what the path leads to, links followed, lies in the folder."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def check_inside(
    path: Path, folder: Path, shown: str, grants: Grants, place: SpecPlace | None = None
) -> None:
    """Raises SpecificationError SPEC156 for a path that leads out of the folder, unless that is
    allowed."""
    if not grants.outside and not is_inside(path, folder):
        raise SpecificationError(_outside(shown, place))


def links_out(root: Path, shown: str, grants: Grants) -> list[Finding]:
    """The files and folders of a specification that are links to what lies elsewhere."""
    if grants.outside:
        return []
    return [_outside(f"{shown}{name}", SpecPlace(f"{shown}{name}")) for name in _leading_out(root)]


def _leading_out(root: Path) -> Iterator[str]:
    for folder in FOLDERS:
        here = root / folder
        if not here.is_dir():
            continue
        if not is_inside(here, root):
            yield folder
            continue
        yield from sorted(_links(here, root, f"{folder}/" if folder else ""))


def _links(here: Path, root: Path, shown: str) -> Iterable[str]:
    with os.scandir(here) as entries:
        return [
            f"{shown}{one.name}"
            for one in entries
            if one.is_symlink() and one.is_file() and not is_inside(Path(one.path), root)
        ]


def _outside(shown: str, place: SpecPlace | None) -> Finding:
    return finding("SPEC156", f"{shown!r} leads out of the study's folder", spec=place)

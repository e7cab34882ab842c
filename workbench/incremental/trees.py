"""What folders hold, by hash: everything that a command may read of a study."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from transport.atomic import content_hash
from transport.publish.manifest import MANIFEST, read_manifest, survey

STUDY_FOLDERS = ("sdtm", "adam", "contracts", "maps", "standards", "documents")
"""Folders of a study, or of a library that it extends, that are read; beside its files."""

_SAID = (MANIFEST, "findings.json", "adam_account.json", "figures.html")
"""Files beside the data sets of a build that nobody reads as data."""

Hashes = dict[str, str]
"""SHA-256 by path as seen from a folder, with ``/``."""


def study_tree(root: Path) -> Hashes:
    """The files of a study folder that commands read, raw data left out; those that are new too.

    Any file in the folder itself counts, and all below the folders of specifications.
    """
    found = {p.name: p for p in root.iterdir() if p.is_file() and not p.name.startswith(".")}
    hashes = {name: content_hash(path) for name, path in sorted(found.items())}
    for folder in STUDY_FOLDERS:
        if (root / folder).is_dir():
            below = whole_tree(root / folder)
            hashes |= {f"{folder}/{name}": digest for name, digest in below.items()}
    return hashes


def whole_tree(root: Path) -> Hashes:
    """Every file below a folder, links followed, without output folders of ours and what file
    managers and version control keep."""
    found = {}
    for path in _files(root, set()):
        found[os.path.relpath(path, root).replace(os.sep, "/")] = path
    return {name: content_hash(path) for name, path in sorted(found.items())}


def data_tree(folder: Path) -> Hashes:
    """What can be read of a folder as data sets: of an output folder of ours the files in it and
    in ``split``, without what it says beside its data; of any other every file."""
    found = whole_tree(folder)
    if read_manifest(folder) is None:
        return found
    return {
        name: digest
        for name, digest in found.items()
        if name not in _SAID and name.removeprefix("split/").count("/") == 0
    }


def _files(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    about = folder.stat()
    if (about.st_dev, about.st_ino) in seen:
        return
    seen.add((about.st_dev, about.st_ino))
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        path = Path(entry.path)
        if entry.is_file():
            yield path
        elif entry.is_dir() and not ((path / MANIFEST).is_file() and read_manifest(path)):
            yield from _files(path, seen)


def file_hashes(paths: Iterable[Path]) -> Hashes:
    """Each of these files; one that is not there has no hash."""
    return {
        path.as_posix(): content_hash(path) if path.is_file() else "" for path in sorted(set(paths))
    }


def output_tree(folder: Path) -> Hashes:
    """The files of an output folder that its manifest lists, as they are now, the manifest itself,
    and whatever else was put there; empty where there is none of ours."""
    manifest = read_manifest(folder)
    if manifest is None:
        return {}
    named = manifest.get("outputs")
    files = named if isinstance(named, dict) else {f["path"] for f in manifest.get("files", [])}
    names = {MANIFEST, *files, *manifest.get("beside", []), *survey(folder).unlisted}
    found = ((name, folder / name) for name in sorted(names))
    return {name: content_hash(path) if path.is_file() else "" for name, path in found}


def difference(before: Hashes, now: Hashes) -> list[str]:
    """The files that came, went or have other content, each with what became of it."""
    out = []
    for name in sorted(before.keys() | now.keys()):
        if name not in now or (before.get(name) and not now[name]):
            out.append(f"{name} is gone")
        elif name not in before or (now[name] and not before[name]):
            out.append(f"{name} is new")
        elif before[name] != now[name]:
            out.append(f"{name} has other content")
    return out

"""What an output folder says of itself: a schema of ours, and the files that it lists."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from specs.codes import finding
from specs.errors import SpecificationError
from transport.atomic import content_hash, whole_file

MANIFEST = "manifest.json"
READY = ".tracelock-ready"
"""Inside a folder that is published into: the new files that have not taken their places yet."""
CACHE = ".tracelock-cache"
"""What a build keeps for the next one; no output, and no manifest lists it."""
PREVIOUS = "previous"
"""The build of another export that this one replaced, in its folder."""
LOCK = "lock.json"
LOCK_SCHEMA = "tracelock-lock/1"
"""What commands say of a build as a whole, rewritten by each; no manifest lists it."""
_SCHEMA = re.compile(r"tracelock-[a-z]+/[0-9]+")
_HASH = re.compile(r"[0-9a-f]{64}")
_RESERVED = re.compile(
    r"(\..+)?\.tracelock-(cache|lock|previous|ready|building-[0-9a-f]{16})"
    r"|\.lock\.json\.[0-9a-f]{16}\.part"  # of a command that was killed while it wrote lock.json
)
_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", "lost+found")
"""What a file system or a file manager leaves by itself: nobody's work, and not our business."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of output folder: the ``schema`` of its manifest, and what it is in words."""

    schema: str
    words: str


@dataclass(frozen=True, slots=True)
class Held:
    """What lies in a folder beside the files that its manifest lists: files of others, output
    folders of their own (``adam`` in a build), and what file managers leave. Paths below it."""

    unlisted: tuple[str, ...]
    nested: tuple[str, ...]


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder of ours; None for any other folder.

    Ours has a ``schema`` of ours and lists its files by SHA-256 under paths that stay inside it,
    as ``outputs`` (path to hash) or as ``files`` (objects with path and hash); ``beside`` names
    files that another command put there later.
    """
    path = folder / MANIFEST
    try:
        if path.is_symlink() or not path.is_file():
            return None
        read = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict) or not _SCHEMA.fullmatch(str(read.get("schema"))):
        return None
    files, beside = _files(read), read.get("beside", [])
    if files is None or not isinstance(beside, list) or not all(map(_is_inside, beside)):
        return None
    return read if all(_is_inside(p) and _is_hash(h) for p, h in files.items()) else None


def _files(manifest: Mapping[str, Any]) -> dict[Any, Any] | None:
    """Hash by path, as it stands there; None where nothing of the kind does."""
    outputs, files = manifest.get("outputs"), manifest.get("files")
    if isinstance(outputs, dict):
        return outputs
    if not isinstance(files, list) or not all(isinstance(one, dict) for one in files):
        return None
    return {one.get("path"): one.get("sha256") for one in files}


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _is_inside(path: object) -> bool:
    """Whether a path is relative, leads nowhere else, and is written in one way only."""
    if not isinstance(path, str) or not path or "\0" in path:
        return False
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts and pure.as_posix() == path != "."


def listed(manifest: Mapping[str, Any] | None) -> frozenset[str]:
    """The files that a manifest lists, and itself."""
    if manifest is None:
        return frozenset()
    return frozenset({MANIFEST, *(_files(manifest) or {}), *manifest.get("beside", [])})


def own_files(folder: Path) -> list[str]:
    """The files in a folder that its manifest lists, as far as they are there: what may be removed.
    Nothing behind a link is."""
    known = listed(read_manifest(folder))
    return [path for path, kept in _entries(folder, "") if not kept and path in known]


def survey(folder: Path) -> Held:
    """What lies in an output folder beside what its manifest lists."""
    known = listed(read_manifest(folder)) | listed(read_manifest(folder / READY))
    found = list(_entries(folder, ""))
    return Held(
        tuple(path for path, kept in found if not kept and path not in known),
        tuple(path for path, kept in found if kept),
    )


def _entries(folder: Path, below: str) -> Iterator[tuple[str, bool]]:
    """(path, whether it is kept as it is) of everything that is no plain folder. Links are never
    followed: one that leads to an output folder of ours is kept, any other is a file."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = f"{below}{entry.name}"
        if entry.name in _LITTER or (not below and _is_ours(Path(entry.path))):
            yield path, True
        elif _RESERVED.fullmatch(entry.name):
            continue  # left by a command that was killed; whoever claims the folder clears it
        elif entry.is_dir() and read_manifest(Path(entry.path)) is not None:
            yield path, True
        elif entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), f"{path}/")
        else:
            yield path, False


def _is_ours(path: Path) -> bool:
    """Whether a file or folder is one that commands of ours keep beside what manifests list, and
    nobody else's of that name."""
    if path.name != LOCK:
        return path.name == CACHE
    try:
        read = None if path.is_symlink() else json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(read, dict) and read.get("schema") == LOCK_SCHEMA


def check_ours(out: Path, kind: Kind) -> None:
    """Hold that a folder may be published into: it is not there, or empty, or of this kind and
    without files that its manifest does not list.

    Raises SpecificationError MAP328, which names what is in the way.
    """
    if out.is_symlink() and not out.exists():
        message = f"{out.name} is a link to {out.readlink()}, and there is nothing"
        raise _refused(message, "make the folder that it leads to, or name another one with --out")
    if not out.exists():
        return
    if not out.is_dir():
        raise _refused(f"{out.name} is a file; an output folder is needed")
    manifest = read_manifest(out) or read_manifest(out / READY)
    if manifest is None:
        _check_empty(out)
    elif manifest["schema"].partition("/")[0] != kind.schema.partition("/")[0]:
        message = f"the folder {out.name!r} holds {manifest['schema']}, and this is {kind.words}"
        raise _refused(message, "name another folder with --out")
    elif manifest["schema"] != kind.schema:
        message = f"the folder {out.name!r} was made by another version ({manifest['schema']})"
        raise _refused(message)
    elif unlisted := survey(out).unlisted:
        message = f"the folder {out.name!r} holds what no build of ours made: {_names(unlisted)}"
        raise _refused(message, "move it elsewhere: what is built takes the place of the folder")


def _check_empty(out: Path) -> None:
    found = list(islice((p for p, nested in _entries(out, "") if not nested), _SHOWN + 1))
    if not found:
        return
    there = (out / MANIFEST).exists()
    which = f"its {MANIFEST} is none of ours" if there else f"holds no {MANIFEST}"
    message = f"the folder {out.name!r} is not empty and {which}: no build of ours made it"
    raise _refused(f"{message} ({_names(found)})")


def _names(paths: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more


def _refused(message: str, hint: str = "") -> SpecificationError:
    hint = hint or "name another folder with --out, or empty it"
    return SpecificationError(finding("MAP328", message, hint=hint))


def seal(folder: Path, kind: Kind) -> None:
    """Complete the manifest of a folder that is whole: its schema, and every file by SHA-256.

    A manifest that lists ``files`` itself must list them all (else ValueError: our own mistake).
    """
    path = folder / MANIFEST
    content = json.loads(path.read_bytes()) if path.is_file() else {}
    files = {path for path, kept in _entries(folder, "") if not kept} - {MANIFEST}
    if "files" in content:
        if missing := files - listed(content):
            raise ValueError(f"files that the manifest does not list: {sorted(missing)}")
    else:
        content["outputs"] = {name: content_hash(folder / name) for name in sorted(files)}
    _write(path, {**content, "schema": kind.schema})


def enter(*paths: Path) -> None:
    """List files that are written later into an output folder of ours, such as define.xml beside
    its data. Listed first and written then, a kill between the two leaves no file of nobody's."""
    for path in paths:
        for folder in path.absolute().parents:
            below = path.absolute().relative_to(folder)
            if any(map(_RESERVED.fullmatch, below.parts)):
                break  # in a folder that is being made
            manifest = read_manifest(folder)
            if manifest is not None:
                _enter(folder, manifest, below.as_posix())
                break


def _enter(folder: Path, manifest: dict[str, Any], name: str) -> None:
    if name in listed(manifest):
        return
    beside = sorted({*manifest.get("beside", []), name})
    _write(folder / MANIFEST, {**manifest, "beside": beside})


def _write(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    with whole_file(path) as file:
        file.write(text.encode("utf-8"))

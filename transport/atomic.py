"""Files appear whole or not at all; and their hashes."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

_PART = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{16}\.part", re.DOTALL)
_LONGEST = 255 - len("..0123456789abcdef.part")


@contextlib.contextmanager
def whole_file(path: Path | str) -> Iterator[BinaryIO]:
    """A binary file written beside ``path``, which takes its place when the block succeeds.

    After an error nothing is left, and an older file at ``path`` is as it was. Who may read it is
    for the umask to say. What a killed writer of the same file left is removed.
    """
    path = Path(path)
    _sweep(path)
    beside = path.parent / f".{_short(path.name)}.{secrets.token_hex(8)}.part"
    handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "w+b") as out:
            fcntl.flock(handle, fcntl.LOCK_SH)  # whoever writes holds it: see _sweep
            yield out
            out.flush()
            os.fsync(out.fileno())
            beside.replace(path)
    except BaseException as error:
        beside.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = os.fspath(path)  # a full disk does not say where it is full
        raise


def _sweep(path: Path) -> None:
    """Remove what earlier writers of this file left, if they live no more: a living one holds a
    lock. One that has only just made its file and loses it here ends with an error, not wrong."""
    with os.scandir(path.parent) as found:
        parts = ((e.path, _PART.fullmatch(e.name)) for e in found)
        left = [beside for beside, part in parts if part and part["name"] == _short(path.name)]
    for beside in left:
        with contextlib.suppress(OSError), Path(beside).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Path(beside).unlink()


def _short(name: str) -> str:
    """What a temporary file is named after: a file system that takes the name (255 bytes at most)
    has to take that of the temporary file too."""
    return (
        name
        if len(os.fsencode(name)) <= _LONGEST
        else hashlib.sha256(os.fsencode(name)).hexdigest()
    )


def content_hash(path: Path | str) -> str:
    """The SHA-256 of a file's content, in hexadecimal; read in pieces, and read once where the file
    is asked about again and nobody can have written to it."""
    with Path(path).open("rb") as file:
        state = _state(file)
        if state in _HASHED:
            return _HASHED[state]
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        changed = state[-1]
        if state == _state(file) and time.time_ns() - changed > _SETTLED:
            _HASHED[state] = digest
        return digest


_HASHED: dict[tuple[int, ...], str] = {}
"""Hashes that this process has found, by the state of the file."""
_SETTLED = 2_000_000_000
"""Nanoseconds: of two changes closer together the clock of a file system may see one."""


def _state(file: BinaryIO) -> tuple[int, ...]:
    """Which file it is and when it was changed; no program can set the last (ctime)."""
    found = os.fstat(file.fileno())
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def content_hashes(root: Path, paths: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of each file, by its path as seen from a folder, with ``/``."""
    return {
        os.path.relpath(path, root).replace(os.sep, "/"): content_hash(path)
        for path in sorted(set(paths))
    }

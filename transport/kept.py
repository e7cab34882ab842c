"""What a command keeps for the next one, below an output folder: safe to delete at any time.

Each entry is a file of its own that holds its own hash: one that was cut, swapped or edited is
none. Entries appear whole. The folder is bounded: what was used longest ago goes first.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from transport.atomic import whole_file

LEAST, MOST = 200_000_000, 4_000_000_000
"""Bytes that a cache may hold at least, and at most."""
_SUFFIX = ".kept"


@dataclass(frozen=True, slots=True)
class Kept:
    """Entries below a folder, by name. Neither reading nor keeping ever fails: what cannot be read
    is not there, and what cannot be written is not kept."""

    folder: Path

    def get(self, name: str) -> bytes | None:
        """The content of an entry; None where there is none, or it is not what was kept."""
        path = self._path(name)
        try:
            digest, _, content = path.read_bytes().partition(b"\n")
        except OSError:
            return None
        if digest != _digest(name, content):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # it was of use: others go first
        return content

    def put(self, name: str, content: bytes) -> None:
        """Keep an entry, in place of an older one of its name."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with whole_file(self._path(name)) as file:
                file.write(_digest(name, content) + b"\n" + content)

    def names(self) -> list[str]:
        """The names of all entries, the latest first."""
        return [path.name.removesuffix(_SUFFIX) for _, _, path in reversed(self._by_age())]

    def drop(self, name: str) -> None:
        """Remove an entry."""
        with contextlib.suppress(OSError):
            self._path(name).unlink(missing_ok=True)

    def bound(self, most: int) -> None:
        """Remove the oldest entries until at most so many bytes are left."""
        found = self._by_age()
        total = sum(size for _, size, _ in found)
        for _, size, path in found:
            if total <= most:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{_SUFFIX}"

    def _by_age(self) -> list[tuple[int, int, Path]]:
        """(time of last use, bytes, path) of the entries, oldest first."""
        out = []
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if path.name.endswith(_SUFFIX):
                    about = path.stat()
                    out.append((about.st_mtime_ns, about.st_size, path))
        return sorted(out)


def most_bytes(build: int) -> int:
    """How much a cache may hold beside a build of so many bytes: twice that, within limits."""
    return min(max(2 * build, LEAST), MOST)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether this process alone uses a cache meanwhile; a second one works without."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine = True
    except OSError:
        mine = False
    try:
        yield mine
    finally:
        os.close(handle)


def _digest(name: str, content: bytes) -> bytes:
    """Of name and content: an entry under another's name is none."""
    return hashlib.sha256(name.encode() + b"\0" + content).hexdigest().encode()

"""What a command keeps for the next one, below an output folder: safe to delete at any time.

Each entry is a file of its own that holds its own hash: one that was cut, swapped or edited is
none. Entries appear whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from transport.atomic import whole_file
from transport.publish.carrying import carry

_SUFFIX = ".kept"
LOOKS = "looks-"
"""What the names of entries begin with that say what conformance rules saw."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Entries below a folder, by name. Neither reading nor keeping ever fails: what cannot be read
    is not there, and what cannot be written is not kept."""

    folder: Path

    def get(self, name: str) -> bytes | None:
        """The content of an entry; None where there is none, or it is not what was kept."""
        path = self._path(name)
        try:
            digest, mark, content = path.read_bytes().partition(b"\n")
        except OSError:
            return None
        if not mark or digest != _digest(name, content):
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

    def carry(self, name: str, to: Kept) -> None:
        """Keep an entry in another folder too, where it is not there already."""
        with contextlib.suppress(OSError):
            carry(self._path(name), to._path(name))

    def drop(self, name: str) -> None:
        """Remove an entry."""
        with contextlib.suppress(OSError):
            self._path(name).unlink(missing_ok=True)

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


def _digest(name: str, content: bytes) -> bytes:
    """Of name and content: an entry under another's name is none."""
    return hashlib.sha256(name.encode() + b"\0" + content).hexdigest().encode()

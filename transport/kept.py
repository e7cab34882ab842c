"""What a command keeps for the next one, below an output folder: safe to delete at any time.

Each entry is a file of its own that holds its own hash: one that was cut, swapped or edited is
none. Entries appear whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transport.atomic import content_hash, whole_file
from transport.publish.carrying import carry

_SUFFIX = ".kept"
LOOKS = "looks-"
"""What the names of entries begin with that say what conformance rules saw."""
PARTS = "part-"
"""Those of parts of a package (:class:`Parts`)."""
_MOST_OF_A_KIND = 2
_MOST_BYTES = 32 << 20


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


Opened = Callable[[], AbstractContextManager[Callable[[], Iterable[Path]]]]
"""Begins to note which files are opened; what it gives names them."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Files that a command makes of inputs which it can name wholly, kept by these.

    ``program`` is the hash of the program that may use them, ``opened`` notes what is read while
    they are made: what reads a file that was not named is not kept. ``again`` false: nothing that
    was kept is used.
    """

    kept: Kept
    program: str
    opened: Opened
    again: bool = True

    def of(
        self,
        kind: str,
        reads: Mapping[str, Path],
        values: Any,
        make: Callable[[], dict[str, bytes]],
        *,
        makes: Iterable[Path] = (),
    ) -> dict[str, bytes]:
        """Files by name: those that were kept of the same inputs, else what ``make`` gives.

        ``reads`` are all files that are read, ``values`` what else it is made of (as JSON has it),
        ``makes`` files that it writes itself. What ``make`` raises is passed on.
        """
        hashes = {name: content_hash(path) for name, path in reads.items() if path.is_file()}
        said = json.dumps([self.program, kind, hashes, values], sort_keys=True)
        key = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
        name = f"{PARTS}{kind}-{key[:16]}"
        content = self.kept.get(name) if self.again else None
        found = None if content is None else _unpacked(content, key)
        if found is not None:
            return found
        with self.opened() as opened:
            made = make()
        named = {path.resolve() for path in (*reads.values(), *makes)}
        same = all(content_hash(reads[one]) == digest for one, digest in hashes.items())
        if same and named.issuperset(opened()):
            self._keep(kind, name, _packed(made, key))
        return made

    def _keep(self, kind: str, name: str, content: bytes) -> None:
        if len(content) <= _MOST_BYTES:
            self.kept.put(name, content)
        alike = [one for one in self.kept.names() if one.startswith(f"{PARTS}{kind}-")]
        for one in alike[_MOST_OF_A_KIND:]:
            self.kept.drop(one)


def _packed(files: Mapping[str, bytes], key: str) -> bytes:
    sizes = {name: len(content) for name, content in files.items()}
    return b"\n".join([json.dumps([key, sizes]).encode(), b"".join(files.values())])


def _unpacked(content: bytes, key: str) -> dict[str, bytes] | None:
    """The files of an entry; None where it was made of other inputs."""
    head, _, rest = content.partition(b"\n")
    known, sizes = json.loads(head)
    if known != key:
        return None
    out, start = {}, 0
    for name, size in sizes.items():
        out[name] = rest[start : start + size]
        start += size
    return out


def _digest(name: str, content: bytes) -> bytes:
    """Of name and content: an entry under another's name is none."""
    return hashlib.sha256(name.encode() + b"\0" + content).hexdigest().encode()

"""Folders at addresses: brought to this machine to be worked on, and put back when they are whole.

An address is anything that fsspec knows (``s3://bucket/study``, ``file:///srv/study``). A build is
published to an address in two steps: its files go below ``builds/<hash>/``, and then the one small
file ``current.json`` names that build. Who reads ``current.json`` first never meets half of one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from specs import SpecificationError, finding
from transport import content_hash

POINTER = "current.json"
SCHEMA = "tracelock-pointer/1"
_STORAGE = 'pip install "tracelock[storage]"'


@dataclass(frozen=True, slots=True)
class Place:
    """A folder at an address. ``files`` is an fsspec file system, ``path`` the folder in it."""

    files: Any
    path: str
    address: str

    def names(self) -> list[str]:
        """The files in it, as paths below it, in order."""
        with _said(self.address):
            found = self.files.find(self.path)
        return sorted(str(PurePosixPath(one).relative_to(self.path)) for one in found)

    def print_of(self) -> str:
        """A hash that another one has as soon as a file in it is another one; nothing is read."""
        with _said(self.address):
            found = self.files.find(self.path, detail=True)
            marks = [f"{name} {self.files.checksum(name)}" for name in sorted(found)]
        return hashlib.sha256("\n".join(marks).encode()).hexdigest()

    def fetch(self, folder: Path) -> None:
        """Copy all of it into a folder. Raises SpecificationError PRT121 where nothing is there."""
        names = self.names()
        if not names:
            message = f"there is nothing at {self.address}"
            raise SpecificationError(finding("PRT121", message))
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with _said(f"{self.address}/{name}"):
                self.files.get_file(f"{self.path}/{name}", str(target))

    def publish(self, folder: Path) -> str:
        """Put a folder there as its current build; gives the hash that it is called by."""
        names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
        hashes = {name: content_hash(folder / name) for name in names}
        digest = hashlib.sha256(json.dumps(hashes).encode()).hexdigest()[:16]
        below = f"{self.path}/builds/{digest}"
        with _said(self.address):
            for name in names:
                target = f"{below}/{name}"
                self.files.makedirs(str(PurePosixPath(target).parent), exist_ok=True)
                self.files.put_file(str(folder / name), target)
            self._verify(below, folder, names)
            pointer = {"schema": SCHEMA, "build": f"builds/{digest}", "files": hashes}
            self.files.pipe_file(f"{self.path}/{POINTER}", json.dumps(pointer, indent=1).encode())
        return digest

    def _verify(self, below: str, folder: Path, names: list[str]) -> None:
        self.files.invalidate_cache()
        for name in names:
            if self.files.size(f"{below}/{name}") != (folder / name).stat().st_size:
                message = f"{self.address}: {name} did not arrive whole"
                raise SpecificationError(finding("PRT121", message))

    def current(self) -> Place | None:
        """The build that was published last; None where there is none."""
        self.files.invalidate_cache()
        with _said(self.address):
            if not self.files.exists(f"{self.path}/{POINTER}"):
                return None
            pointer = json.loads(self.files.cat_file(f"{self.path}/{POINTER}"))
        below = str(pointer["build"])
        return Place(self.files, f"{self.path}/{below}", f"{self.address}/{below}")


def place(address: str) -> Place:
    """A folder at an address. Raises SpecificationError PRT113 (no fsspec, or not what it takes for
    such addresses), PRT121 (no such kind of address)."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise SpecificationError(
            finding("PRT113", f"{address} needs fsspec", hint=_STORAGE)
        ) from None
    try:
        files, path = url_to_fs(address)
    except ImportError as error:
        raise SpecificationError(finding("PRT113", f"{address}: {error}", hint=_STORAGE)) from None
    except ValueError as error:
        raise SpecificationError(finding("PRT121", f"{address}: {error}")) from None
    return Place(files, str(path).rstrip("/"), address)


@contextmanager
def _said(address: str) -> Iterator[None]:
    """What a store says against a call, as one finding."""
    try:
        yield
    except SpecificationError:
        raise
    except Exception as error:  # every kind of store has exceptions of its own
        what = " ".join(str(error).split())[:300] or type(error).__name__
        raise SpecificationError(finding("PRT121", f"{address}: {what}")) from error

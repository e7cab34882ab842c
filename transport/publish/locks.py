"""Who builds into a folder, and who reads it: locks of the system, which end with the process.

They hold between all processes of one kernel, containers on one volume included, whatever their
process ids are; nothing is ever guessed from a name or a number.

Order, so that nobody waits in a circle: folders around an output from the top down, then its lock
file, then the folder itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from specs.codes import finding
from specs.errors import SpecificationError
from transport.publish.manifest import READY, read_manifest


class _Held(threading.local):
    """The folders that this thread reads: it would wait for itself for ever."""

    def __init__(self) -> None:
        self.folders: list[tuple[int, int]] = []


_held = _Held()


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _identity(about: os.stat_result) -> tuple[int, int]:
    return about.st_dev, about.st_ino


def _is_still(handle: int, path: Path) -> bool:
    """Whether a path is still what was opened; another may have taken its place meanwhile."""
    try:
        return _identity(os.fstat(handle)) == _identity(path.stat())
    except FileNotFoundError:
        return False


def _wait(handle: int, path: Path, how: int, message: str) -> None:
    """Lock an open file, and say what for if that takes a while.

    Raises OSError, with its name, on a file system without locks: two builds at a time would mix.
    """
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        _say(message)
        fcntl.flock(handle, how)
    except OSError as error:
        error.filename = os.fspath(path)
        raise


@contextlib.contextmanager
def folder_lock(folder: Path, how: int, message: str) -> Iterator[None]:
    """Lock a folder that is there, shared or exclusive."""
    while True:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _wait(handle, folder, how, message)
            if _is_still(handle, folder):
                yield
                return
        finally:
            os.close(handle)


def output_folders(path: Path) -> list[Path]:
    """The output folders of ours that a path lies in, from the top down; itself, if it is one."""
    real = path.resolve()
    around = (*reversed(real.parents), real)
    looking.append(real)
    try:
        return [p for p in around if read_manifest(p) or read_manifest(p / READY)]
    finally:
        looking.pop()


looking: list[Path] = []
"""Paths around which output folders are looked for just now: what is opened for that says where to
lock, and nothing that is made depends on it."""


@contextlib.contextmanager
def shared(folder: Path) -> Iterator[None]:
    """Hold a folder as one of many readers."""
    message = f"waiting: a build is being published in {folder.name}"
    with folder_lock(folder, fcntl.LOCK_SH, message):
        _held.folders.append(_identity(folder.stat()))
        try:
            yield
        finally:
            _held.folders.pop()


@contextlib.contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold a folder alone, for as long as it takes to exchange it; waits for its readers.

    Raises SpecificationError FILE080 when the same call reads it.
    """
    if _identity(folder.stat()) in _held.folders:
        message = f"the output folder {folder.name!r} is part of what is read"
        raise SpecificationError(finding("FILE080", message, hint="name another one with --out"))
    message = f"waiting: {folder.name} is being read; it is published when that is over"
    with folder_lock(folder, fcntl.LOCK_EX, message):
        yield


@contextlib.contextmanager
def one_at_a_time(lock: Path, what: str) -> Iterator[None]:
    """Hold a lock file, which says who holds it; waits for whoever does. It is gone afterwards."""
    handle = _taken(lock, what)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        os.close(handle)


def _taken(lock: Path, what: str) -> int:
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            who = os.pread(handle, 500, 0).decode(errors="replace") or "another command"
            _wait(handle, lock, fcntl.LOCK_EX, f"waiting: {who} builds into {what}")
            if _is_still(handle, lock):
                os.ftruncate(handle, 0)
                os.pwrite(handle, _who().encode(errors="replace"), 0)
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _who() -> str:
    called = Path(sys.argv[0])
    name = called.parent.name if called.name == "__main__.py" else called.name
    return f"{name} (process {os.getpid()} on {socket.gethostname()})"


@contextlib.contextmanager
def abandoned(folder: Path) -> Iterator[bool]:
    """Whether a working folder belongs to nobody any more: its owner would hold it locked. While
    the block lasts, nobody can take it."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)

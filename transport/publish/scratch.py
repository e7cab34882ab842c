"""Working folders: locked while their owner lives, cleared by the next one when it was killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from transport.publish.locks import abandoned

_TOKEN = re.compile(r"[0-9a-f]{16}")
_PREFIX = "tracelock-scratch-"
_swept: set[Path] = set()


@contextlib.contextmanager
def working_folder(parent: Path, prefix: str, mode: int = 0o777) -> Iterator[Path]:
    """A new folder ``<prefix><16 hex digits>`` below ``parent``, as long as the block lasts.

    Its owner holds it locked, so that :func:`sweep` knows one that a kill left behind.
    """
    handle = None
    while handle is None:
        folder = parent / f"{prefix}{secrets.token_hex(8)}"
        folder.mkdir(mode)
        handle = _owned(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _owned(folder: Path) -> int | None:
    """A new folder, locked; None where somebody swept it away before it could be."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    fcntl.flock(handle, fcntl.LOCK_EX)
    if folder.is_dir():
        return handle
    os.close(handle)
    return None


def sweep(parent: Path, prefix: str) -> None:
    """Remove the working folders of this prefix whose owners are gone, and that are this user's."""
    with os.scandir(parent) as found:
        left = [
            Path(entry.path)
            for entry in found
            if entry.name.startswith(prefix)
            and _TOKEN.fullmatch(entry.name.removeprefix(prefix))
            and entry.is_dir(follow_symlinks=False)
            and entry.stat(follow_symlinks=False).st_uid == os.geteuid()
        ]
    for folder in left:
        with abandoned(folder) as nobodys:
            if nobodys:
                shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def scratch(parent: Path | None = None, prefix: str = _PREFIX) -> Iterator[Path]:
    """A folder for what is needed for a while (unpacked raw data, copies), private to its user.

    It lies in the system's folder for temporary files unless ``parent`` is given. What an earlier
    run left there when it was killed is removed first.
    """
    place = parent or Path(tempfile.gettempdir())
    if place not in _swept or parent is not None:
        sweep(place, prefix)
        _swept.add(place)
    with working_folder(place, prefix, 0o700) as folder:
        yield folder

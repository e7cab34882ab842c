"""Files that go from one folder to another: taken over as links; and all of them on disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def carry(old: Path, new: Path) -> None:
    """Take over a file, or what a folder holds, as links, or as copies where the file system has
    none. What is there stays."""
    new.parent.mkdir(parents=True, exist_ok=True)
    if old.is_dir() and not old.is_symlink():
        new.mkdir(exist_ok=True)
        for path in old.iterdir():
            carry(path, new / path.name)
    elif new.exists() or new.is_symlink():
        return
    elif old.is_symlink():
        new.symlink_to(old.readlink())
    elif old.exists():
        _link(old, new)


def _link(old: Path | str, new: Path | str) -> None:
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)


def sync(folder: Path) -> None:
    """Have everything below a folder on disk."""
    for path in [*folder.rglob("*"), folder]:
        sync_folder(path)


def sync_folder(path: Path) -> None:
    """Have one file, or the names in one folder, on disk."""
    if not path.is_symlink() and (path.is_file() or path.is_dir()):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""Publishing a build in one step: made beside, then exchanged; the last good one stays whole."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from specs import SpecificationError, finding

MANIFEST = "manifest.json"
_AT_FDCWD, _EXCHANGE = -100, 2


@contextmanager
def staged(out: Path, *, keep: Iterable[str] = (), owns: str = MANIFEST) -> Iterator[Path]:
    """A folder to build in; when the block ends well, it takes the place of ``out``.

    ``keep`` names entries of the old folder that the new one carries over unless it made its own.
    ``owns`` is the file that marks a folder as ours: any other folder that is not empty is refused
    (MAP328). If the block fails, nothing is left and ``out`` is as it was.
    """
    recover(out)
    refuse_foreign(out, owns)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.parent / f".{out.name}.building-{os.getpid()}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    try:
        yield beside
        for name in keep:
            _carry(out / name, beside / name)
        _sync(beside)
        _exchange(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def refuse_foreign(out: Path, owns: str = MANIFEST) -> None:
    """Raises SpecificationError MAP328 for a folder with content that no build made."""
    if out.exists() and not out.is_dir():
        message = f"{out.name} is a file; an output folder is needed"
    elif out.is_dir() and any(out.iterdir()) and not (out / owns).is_file():
        message = (
            f"the folder {out.name!r} is not empty and holds no {owns}: no build of ours made it"
        )
    else:
        return
    raise SpecificationError(
        finding("MAP328", message, hint="name another folder with --out, or empty it")
    )


def recover(out: Path) -> None:
    """After a kill between two renames: put the last good build back, and clear what is left."""
    previous = out.parent / f".{out.name}.previous"
    if previous.is_dir():
        if out.exists():
            shutil.rmtree(previous, ignore_errors=True)
        else:
            previous.rename(out)
    for leftover in out.parent.glob(f".{out.name}.building-*"):
        owner = leftover.name.rpartition("-")[2]
        if not (owner.isdigit() and _alive(int(owner))):
            shutil.rmtree(leftover, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _carry(old: Path, new: Path) -> None:
    if not old.exists() or new.exists():
        return
    if old.is_dir():
        shutil.copytree(old, new, copy_function=os.link)
    else:
        os.link(old, new)


def _sync(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _exchange(new: Path, out: Path) -> None:
    """Put ``new`` in the place of ``out`` in one step where the system can, else in two renames
    that :func:`recover` can finish."""
    if not out.exists():
        new.rename(out)
        return
    if _swapped(new, out):
        return
    previous = out.parent / f".{out.name}.previous"
    shutil.rmtree(previous, ignore_errors=True)
    out.rename(previous)
    new.rename(out)
    shutil.rmtree(previous, ignore_errors=True)


def _swapped(new: Path, out: Path) -> bool:
    """Exchange two folders atomically (Linux renameat2); False where it cannot be done."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    result = rename(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(out), _EXCHANGE)
    if result == 0:
        return True
    if ctypes.get_errno() in (errno.EINVAL, errno.ENOSYS, errno.EPERM, errno.EXDEV):
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(out))

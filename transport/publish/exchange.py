"""A new folder takes the place of an old one: in one step where the system can, else in two that
the next command ends."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from pathlib import Path

from transport.publish import inplace
from transport.publish.carrying import carry
from transport.publish.manifest import CACHE, survey

_AT_FDCWD, _EXCHANGE = -100, 2
_CANNOT = (errno.EINVAL, errno.ENOSYS, errno.EPERM, errno.EOPNOTSUPP)
"""What systems and file systems without the exchange answer."""
_ANOTHER_VOLUME = (errno.EBUSY, errno.EXDEV)


def put_in_place(new: Path, out: Path) -> None:
    """Publish ``new`` as ``out``; what was there lies where ``new`` was, for its owner to remove.

    Output folders inside the old one go along, and what is kept for a later run, unless the new one
    keeps its own. A folder that is a mount point after all is
    published into.
    """
    if not out.exists():
        new.rename(out)
        return
    own_cache = {CACHE} if (new / CACHE).exists() else set()
    for name in sorted({*survey(out).nested} - own_cache):
        carry(out / name, new / name)
    try:
        _exchange(new, out)
    except OSError as error:
        if error.errno not in _ANOTHER_VOLUME:
            raise
        inplace.publish_copy(new, out)
        return
    for name in survey(new).unlisted:  # it came while the two were exchanged
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).rename(out / name)


def recover_exchange(out: Path) -> None:
    """After a kill between two renames: put the last good output back, and clear what is left."""
    previous = _previous(out)
    if not previous.is_dir():
        return
    if out.exists():
        shutil.rmtree(previous)
    else:
        previous.rename(out)


def _previous(out: Path) -> Path:
    return out.parent / f".{out.name}.tracelock-previous"


def _exchange(new: Path, out: Path) -> None:
    if _swapped(new, out):
        return
    previous = _previous(out)
    out.rename(previous)
    new.rename(out)
    previous.rename(new)


def _swapped(new: Path, out: Path) -> bool:
    """Exchange two folders atomically (Linux renameat2); False where it cannot be done."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    result = rename(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(out), _EXCHANGE)
    if result == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(out))

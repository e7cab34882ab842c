"""Errors of the machine, as opposed to those of a file: nothing is wrong with the data."""

from __future__ import annotations

import errno

_OF_THE_MACHINE = frozenset(
    {
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOLCK,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EBUSY,
        errno.ESTALE,
        errno.ETIMEDOUT,
    }
)


def pass_on(error: BaseException) -> None:
    """Raise an error again if the machine made it: no right to read, a full disk, no memory.

    For whoever takes errors of a library as a sign of a damaged file, which would put the blame on
    who sent it.
    """
    if isinstance(error, MemoryError):
        raise error
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        raise error

"""Files appear whole or not at all; and their hashes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def whole_file(path: Path | str) -> Iterator[BinaryIO]:
    """A binary file written beside ``path``, which takes its place when the block succeeds.

    After an error nothing is left, and an older file at ``path`` is as it was. Who may read the
    file is what the umask says, as for any other file.
    """
    path = Path(path)
    beside = path.with_name(f".{path.name[:40]}.{secrets.token_hex(8)}.part")
    out = beside.open("x+b")
    try:
        with out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def content_hash(path: Path | str) -> str:
    """The SHA-256 of a file's content, in hexadecimal; read in pieces."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

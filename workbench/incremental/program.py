"""The program that built something, as one hash: its sources and tables, Python, the packages."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from specs.codes import PACKAGES

_HOME = Path(__file__).parents[2]
_LEFT_OUT = ("__pycache__", "studies")


@cache
def program_digest() -> str:
    """SHA-256 over every source and table of the product, the version of Python, the names and
    versions of all installed packages, and what of the environment changes outputs.

    After any change of these nothing that was kept is trusted.
    """
    digest = hashlib.sha256()
    for part in (sys.version, platform.machine(), sys.platform, *_packages()):
        digest.update(part.encode() + b"\0")
    digest.update(os.environ.get("SOURCE_DATE_EPOCH", "").encode() + b"\0")
    for path in _sources():
        digest.update(os.path.relpath(path, _HOME).encode() + b"\0")
        digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()


def _packages() -> list[str]:
    """Names and versions of what is installed, by the names of the folders that say so."""
    found: set[str] = set()
    for place in sys.path:
        if place and os.path.isdir(place):  # noqa: PTH112 - hundreds of entries, at each start
            names = os.listdir(place)  # noqa: PTH208
            found.update(name for name in names if name.endswith((".dist-info", ".egg-info")))
    return sorted(found)


def _sources() -> Iterator[str]:
    for package in PACKAGES:
        for folder, folders, names in os.walk(_HOME / package):
            folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
            yield from (f"{folder}/{name}" for name in sorted(names) if _is_read(name))


def _is_read(name: str) -> bool:
    """Examples of the catalogue are documentation; compiled sources follow from the sources."""
    return not name.startswith(".") and not name.endswith((".pyc", ".pyo"))

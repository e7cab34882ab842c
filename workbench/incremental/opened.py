"""Files that are opened while a command works, wherever they lie: a function of the study may read
any, and then what it makes depends on them."""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specs.codes import PACKAGES
from transport.kept import Kept, Parts
from transport.publish import locks
from transport.publish.manifest import CACHE
from workbench.incremental.program import program_digest

_HOME = Path(__file__).parents[2]


@dataclass
class Opened:
    """Paths that were opened for reading, without those below ``known`` folders."""

    known: tuple[str, ...]
    paths: set[str] = field(default_factory=set)

    def note(self, path: object, mode: object) -> None:
        """One file that was opened."""
        if not isinstance(path, str | bytes | os.PathLike):
            return  # a number: it was opened before
        if isinstance(mode, str) and set(mode) & set("wax"):
            return
        with contextlib.suppress(OSError, ValueError):
            name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - called for each file
            if not name.startswith(self.known):
                self.paths.add(name)

    def files(self) -> list[Path]:
        """Those that are there still (temporary files are not), by their real places."""
        real = {Path(os.path.realpath(name)) for name in self.paths}
        return sorted(p for p in real if not str(p).startswith(self.known) and p.is_file())


_listening: list[Opened] = []
_hooked: list[bool] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _listening and not locks.looking:
        for one in _listening:
            one.note(arguments[0], arguments[1])


@contextlib.contextmanager
def noting(*known: Path) -> Iterator[Opened]:
    """Note what is opened in this process meanwhile, but for what lies below ``known``, Python, the
    program itself and its packages."""
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    one = Opened(tuple(f"{place}{os.sep}" for place in _own() | {*map(str, _both(known))}))
    _listening.append(one)
    try:
        yield one
    finally:
        _listening.remove(one)


def _both(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        yield path.absolute()
        yield path.resolve()


def _own() -> set[str]:
    """Folders of the machine and of the program: what lies there is covered by versions."""
    places = {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix}
    places |= {str(_HOME / package) for package in PACKAGES}
    places |= {"/proc", "/sys", "/dev", "/etc", "/usr", "/lib"}
    return {place.rstrip(os.sep) for place in places | {os.path.realpath(p) for p in places}}


def parts_of(build: Path, *, anew: bool = False) -> Parts:
    """The parts of packages that are kept in a build; ``anew``: none of them is used."""
    return Parts(Kept(build / CACHE), program_digest(), _opened, again=not anew)


@contextlib.contextmanager
def _opened() -> Iterator[Callable[[], list[Path]]]:
    with noting() as opened:
        yield opened.files

"""What the person at the keyboard allows a study. A study cannot say any of it for itself.

Two things are asked for: that ``functions.py`` runs, and that tables and raw files outside the
study's folder are opened. They are given with the call (``--allow-functions``,
``--allow-outside``, or the same parameters from Python). A ``functions.py`` that was allowed once
is known by the SHA-256 of its bytes from then on, in the user's own configuration:
``$XDG_CONFIG_HOME/tracelock/allowed-functions``, by default below ``~/.config``. A person may write
the lines of that file too: the hash first, what follows it is a note.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

Announce = Callable[[str], None]


def _nobody(_: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Grants:
    """What is allowed while a study is loaded and used; ``announce`` is told what runs."""

    functions: bool = False
    outside: bool = False
    announce: Announce = _nobody


_NOTHING = Grants()
_GIVEN: ContextVar[Grants] = ContextVar("tracelock-grants", default=_NOTHING)


def given() -> Grants:
    """What is allowed now."""
    return _GIVEN.get()


def give(grants: Grants) -> Callable[[], None]:
    """Allow it from now on; gives what takes it back."""
    token = _GIVEN.set(grants)
    return lambda: _GIVEN.reset(token)


@contextmanager
def granted(grants: Grants) -> Iterator[None]:
    """Allow it within a block; what is allowed around it stays allowed."""
    now = given()
    both = Grants(
        grants.functions or now.functions,
        grants.outside or now.outside,
        grants.announce if grants.announce is not _nobody else now.announce,
    )
    take_back = give(both)
    try:
        yield
    finally:
        take_back()


def known_file() -> Path:
    """Where the hashes of allowed functions stand; relative folders in the environment do not
    count (XDG Base Directory Specification)."""
    said = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(said) if Path(said).is_absolute() else Path.home() / ".config"
    return base / "tracelock" / "allowed-functions"


def is_known(digest: str) -> bool:
    """Whether the user's configuration has this SHA-256."""
    try:
        lines = known_file().read_text(encoding="utf-8", errors="replace").splitlines()
    except (OSError, RuntimeError):  # no file, or no home
        return False
    return any(line.split()[:1] == [digest] for line in lines)


def remember(digest: str, note: str) -> bool:
    """Add a hash to the user's configuration; False where it cannot be written."""
    clean = "".join(c if c.isprintable() else "?" for c in note)
    try:
        path = known_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as lines:
            lines.write(f"{digest}  {clean}\n")
    except (OSError, RuntimeError):
        return False
    return True

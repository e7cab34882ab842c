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


def known_file(name: str = "allowed-functions") -> Path:
    """Where the hashes of allowed functions stand (and, in ``allowed-raw``, the raw folders); a
    relative folder in the environment does not count (XDG Base Directory Specification)."""
    said = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(said) if Path(said).is_absolute() else Path.home() / ".config"
    return base / "tracelock" / name


def is_known(digest: str) -> bool:
    """Whether the user's configuration has this SHA-256."""
    return any(line.split()[:1] == [digest] for line in _lines(known_file))


def remember(digest: str, note: str) -> bool:
    """Add a hash to the user's configuration; False where it cannot be written."""
    clean = "".join(c if c.isprintable() else "?" for c in note)
    return _add(known_file, f"{digest}  {clean}")


def raw_is_known(study: Path, raw: Path) -> bool:
    """Whether the user has said that this study's raw exports lie there (``init --raw``)."""
    return _pair(study, raw) in _lines(_raw_file)


def remember_raw(study: Path, raw: Path) -> bool:
    """Note that a study's raw exports lie there; False where it cannot be written."""
    pair = _pair(study, raw)
    return "\n" not in pair and (raw_is_known(study, raw) or _add(_raw_file, pair))


def _raw_file() -> Path:
    return known_file("allowed-raw")


def _pair(study: Path, raw: Path) -> str:
    return f"{os.path.realpath(study)}\t{os.path.realpath(raw)}"


def _lines(file: Callable[[], Path]) -> list[str]:
    try:
        return file().read_text(encoding="utf-8", errors="replace").split("\n")
    except (OSError, RuntimeError):  # no file, or no home
        return []


def _add(file: Callable[[], Path], line: str) -> bool:
    try:
        path = file()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="replace") as lines:
            lines.write(f"{line}\n")
    except (OSError, RuntimeError):
        return False
    return True

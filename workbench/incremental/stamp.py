"""Stamps: what a command that ended well had read, made and said, all by hash.

While nothing of that has changed the command has nothing to do. A stamp holds

* the program and its packages (:mod:`workbench.incremental.program`), the call and its options;
* the study and the libraries that it extends, the raw data, other inputs: every file below their
  folders, so that a new one counts; and whatever else was opened while the command worked;
* the outputs, as they were published: one that was edited or deleted is built again.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from specs.foreign.grants import given
from transport.kept import Kept
from transport.publish.manifest import CACHE
from workbench.incremental.opened import Opened, noting
from workbench.incremental.program import program_digest
from workbench.incremental.trees import (
    Hashes,
    data_tree,
    difference,
    file_hashes,
    output_tree,
    study_tree,
    whole_tree,
)

_SCHEMA = "tracelock-stamp/1"
_MOST = 8
"""Stamps of one command in a folder: one for each set of options."""
_TICK = 5_000_000
"""Nanoseconds by which the time of a file may lie behind the clock."""
_LOOK = {
    "study": study_tree,
    "library": study_tree,
    "folder": whole_tree,
    "data": data_tree,
    "output": output_tree,
}


@dataclass(frozen=True)
class Call:
    """A command as it was called.

    ``raw`` is the folder of the raw data, by default (None) the one that the study names;
    ``inputs`` are other folders that it reads beside the study, ``data`` those of which it reads
    data sets alone, ``built`` output folders that it reads, ``files`` single files; ``makes`` are
    the output folders that it publishes, ``own`` files that it writes beside them, and ``beside``
    the folders that a failed one leaves. ``dated``: what it says depends on the day. ``home`` is
    the output folder below which the stamp is kept.
    """

    stage: str
    home: Path
    study: Path | None
    makes: tuple[Path, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[Path, ...] = ()
    data: tuple[Path, ...] = ()
    built: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    own: tuple[Path, ...] = ()
    beside: tuple[Path, ...] = ()
    raw: Path | None = None
    reads_raw: bool = False
    dated: bool = False

    @property
    def name(self) -> str:
        """The name of its stamp: another one for each set of options."""
        return f"stamp-{self.stage}-{_digest(self._said())[:16]}"

    def _said(self) -> dict[str, Any]:
        grants = given()
        more = (*self.makes, *self.inputs, *self.data, *self.built, *self.files)
        paths = [self.home, self.study, self.raw, *more]
        return {
            "stage": self.stage,
            "paths": [None if path is None else str(path.resolve()) for path in paths],
            "allowed": [grants.functions, grants.outside],
            "options": {name: _plain(value) for name, value in sorted(self.options.items())},
        }

    def said(self) -> dict[str, Any]:
        """The call, the program, and the day where it counts."""
        day = datetime.now(UTC).date().isoformat() if self.dated else ""
        return {**self._said(), "program": program_digest(), "day": day}


@dataclass(frozen=True)
class Stamp:
    """A stamp that was found, and why it no longer holds (nothing: it does)."""

    told: Mapping[str, Any]
    changed: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether there is nothing to do."""
        return not self.changed


def stamp_of(call: Call) -> Stamp | None:
    """What is stamped of a call, held against the files that are there now; None for a call that
    was never stamped."""
    content = Kept(call.home / CACHE).get(call.name)
    kept = _read(content)
    if kept is None:
        return None
    return Stamp(kept["told"], tuple(_changes(call, kept)))


def _read(content: bytes | None) -> dict[str, Any] | None:
    if content is None:
        return None
    try:
        kept = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return kept if isinstance(kept, dict) and kept.get("schema") == _SCHEMA else None


def _changes(call: Call, kept: Mapping[str, Any]) -> Iterator[str]:
    now = call.said()
    if kept["call"]["program"] != now["program"]:
        yield "the program or its packages are of another version"
        return
    if kept["call"] != now:
        yield "the day is another one" if kept["call"]["day"] != now["day"] else "another call"
        return
    for kind, place, known in kept["looked"]:
        path = Path(place)
        if kind == "none":
            if path.exists():
                yield f"{path.name} is there"
            continue
        for one in difference(known, _look(kind, path)):
            yield one if kind == "file" else f"{path.name}: {one}"


def _look(kind: str, path: Path) -> Hashes:
    if kind == "file":
        return file_hashes([path])
    return _LOOK[kind](path) if path.is_dir() else {}


@dataclass
class Recording:
    """A command at work. :meth:`keep` stamps what it did."""

    call: Call
    opened: Opened
    since: int

    def keep(self, told: Mapping[str, Any]) -> None:
        """Stamp the call, unless a file that it reads was written to meanwhile: who knows what was
        read then."""
        looked = [(kind, str(path), _look(kind, path)) for kind, path in self._folders()]
        looked += [("file", str(path), _look("file", path)) for path in self._files(looked)]
        own = {path.resolve() for path in self.call.own}
        if any(_touched(*one, self.since - _TICK, own) for one in looked):
            return
        looked += [("file", str(path), _look("file", path)) for path in self.call.own]
        looked += [("none", str(path), {}) for path in self.call.beside]
        content = {
            "schema": _SCHEMA,
            "call": self.call.said(),
            "looked": looked,
            "told": told,
        }
        kept = Kept(self.call.home / CACHE)
        kept.put(self.call.name, json.dumps(content, ensure_ascii=False).encode("utf-8"))
        _drop_old(kept, f"stamp-{self.call.stage}-")

    def _files(self, looked: Sequence[tuple[str, str, Hashes]]) -> Iterator[Path]:
        """Files that no folder covers which was looked at before."""
        seen = {str(Path(place) / name) for _, place, found in looked for name in found}
        for path in sorted({*(p.absolute() for p in self.call.files), *self.opened.files()}):
            if str(path) not in seen:
                yield path

    def _folders(self) -> Iterator[tuple[str, Path]]:
        call = self.call
        if call.study is not None:
            yield "study", call.study.resolve()
            libraries, raw = _named_in(call.study)
            yield from (("library", path) for path in libraries)
            if call.reads_raw:
                yield "folder", call.raw.resolve() if call.raw is not None else raw
        yield from (("folder", path.resolve()) for path in call.inputs)
        yield from (("data", path.resolve()) for path in call.data)
        yield from (("output", path.resolve()) for path in (*call.built, *call.makes))


def _named_in(study: Path) -> tuple[list[Path], Path]:
    """The folders that a study names: the libraries that it extends, and its raw data."""
    from specs.reading.decisions import settle_itself
    from specs.reading.layers import layers_of
    from specs.reading.yaml_source import read_yaml

    document = settle_itself(read_yaml(study / "study.yaml", "study.yaml"))
    data = document.data if isinstance(document.data, dict) else {}
    libraries = [layer.root.resolve() for layer in layers_of(study, document)[1:]]
    return libraries, (study / str(data.get("raw", "raw"))).resolve()


def _touched(kind: str, place: str, found: Hashes, since: int, own: set[Path]) -> bool:
    """Whether an input was written to, or put there, since a time, and not by the command itself;
    outputs are held elsewhere."""
    if kind == "output":
        return False
    paths = [Path(place)] if kind == "file" else [Path(place, name) for name in found]
    there = (one for one in paths if one.exists() and one not in own)
    return any(one.stat().st_ctime_ns >= since for one in there)


def _drop_old(kept: Kept, prefix: str) -> None:
    for name in [name for name in kept.names() if name.startswith(prefix)][_MOST:]:
        kept.drop(name)


@contextmanager
def recording(call: Call) -> Iterator[Recording]:
    """Note what a command opens, so that it can be stamped."""
    folders = (call.study, call.raw, *call.inputs, *call.data)
    outside = [path for path in folders if path is not None]
    known = (*_read_whole(outside, call.study), *call.built, *call.makes, *call.beside, call.home)
    # what was written before the command was called lies more than a tick before its beginning
    time.sleep(2 * _TICK / 1e9)
    with noting(*known) as opened:
        yield Recording(call, opened, time.time_ns())


def _read_whole(folders: Sequence[Path], study: Path | None) -> Iterator[Path]:
    """Folders of which every file is looked at; of the study, those of specifications."""
    from workbench.incremental.trees import STUDY_FOLDERS

    for folder in folders:
        if folder is not study:
            yield folder
            continue
        yield from (folder / name for name in STUDY_FOLDERS)


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value.resolve())
    return list(value) if isinstance(value, tuple | list) else value


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8")).hexdigest()

"""``lock.json`` in a build: the state, and what commands have looked at beside the build itself.

What it says of rules and of the package is trusted only while its hashes are those of the build and
the specification that are there now; everything else is read from the build again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import Any

from transport.atomic import whole_file
from transport.publish import LOCK, LOCK_SCHEMA, MANIFEST
from validation.lock.evidence import Build, lock_of
from validation.lock.freshness import read_json, specification
from validation.lock.state import Evidence, Lock, State
from validation.lock.words import lock_dict

KEPT = ("conformance", "package")
"""Kinds of evidence that do not lie in the build in any other file."""


def settle(build: Build, *fresh: Evidence, keep: bool = True) -> Lock:
    """The state of a build's lock, written into its ``lock.json``.

    ``fresh`` is what the command has looked at; what an earlier one has is taken over where it is
    of the same build. With ``keep`` false nothing is written. A folder that cannot be written to
    keeps its file: what it says is then not of this state, and not trusted.
    """
    lock = judged(build, *fresh)
    if keep and (build.folder / MANIFEST).is_file():
        with contextlib.suppress(OSError), whole_file(build.folder / LOCK) as file:
            text = json.dumps(_content(build, lock), ensure_ascii=False, indent=1)
            file.write(text.encode("utf-8") + b"\n")
    return lock


def judged(build: Build, *fresh: Evidence) -> Lock:
    """The state of a build's lock, by its files and its ``lock.json``. Nothing is written."""
    known = {one.kind: one for one in _trusted(build)}
    known |= {one.kind: one for one in fresh}
    return lock_of(build, *known.values())


def _content(build: Build, lock: Lock) -> dict[str, Any]:
    return {**lock_dict(lock), "of": _of(build)}


def _of(build: Build) -> dict[str, str]:
    """Hashes of what a state is of: specification, raw data and outputs of both builds."""
    sdtm = read_json(build.folder / MANIFEST)
    adam = read_json(build.folder / "adam" / MANIFEST)
    parts = {
        "specification": specification(build.study),
        "raw": sdtm.get("inputs", []),
        "sdtm": sdtm.get("outputs", {}),
        "adam": adam.get("datasets", {}),
    }
    return {name: _digest(content) for name, content in parts.items()}


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8")).hexdigest()


def _trusted(build: Build) -> list[Evidence]:
    """Evidence of an earlier command, where it is of this build and can be read."""
    said = read_json(build.folder / LOCK)
    if said.get("schema") != LOCK_SCHEMA or said.get("of") != _of(build):
        return []
    try:
        return [_read(one) for one in said["evidence"] if one["kind"] in KEPT]
    except (KeyError, TypeError, ValueError, AttributeError):
        return []


def _read(one: dict[str, Any]) -> Evidence:
    """One line of evidence; what it forces is worked out again, and never better than it says."""
    opened = {str(name): int(number) for name, number in one.get("open", {}).items()}
    numbers = {name: int(one.get(name, 0)) for name in ("asked", "explained", "raises")}
    reason = str(one.get("reason", ""))
    state = State.UNCHECKED if reason else None
    looked_at = int(one["looked_at"])
    return Evidence(str(one["kind"]), looked_at, opened, **numbers, reason=reason, state=state)

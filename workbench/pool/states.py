"""In which state the builds of a pool's studies are: stale, edited by hand, locked or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from specs import Finding, Study, finding
from transport.publish import LOCK, MANIFEST
from validation.lock.freshness import adam_is_stale, edited_by_hand, read_json, sdtm_is_stale
from workbench.pool.members import Member, is_build

_MAY_BE_LOCKED = ("ready", "unexplained")


def states(found: Sequence[Member]) -> list[Finding]:
    """Builds that are stale, were edited, or are not to be locked."""
    out = []
    for one in found:
        if one.foreign or not is_build(one.home):
            message = f"{one.name}: nothing is recorded of how its data sets were made"
            out.append(finding("POOL244", message, spec=one.place))
            continue
        stale, edited = _is_stale(one.study, one.raw, one.home)
        stale = stale or one.unread
        if edited:
            message = f"{one.name} was edited by hand: {edited}"
            out.append(finding("POOL242", message, spec=one.place))
        if stale:
            out.append(finding("POOL241", f"{one.name}: {stale}", spec=one.place))
        state = str(read_json(one.home / LOCK).get("state", ""))
        if state not in _MAY_BE_LOCKED:
            told = f"its lock says: {state}" if state else "nobody has asked for its lock"
            out.append(finding("POOL243", f"{one.name}: {told}", spec=one.place))
    return out


def _is_stale(study: Study | None, raw: Path | None, home: Path) -> tuple[str, str]:
    """Why a build is stale, and which file of it was edited by hand; "" and "" for neither. Without
    its specification only the second is known."""
    edited = edited_by_hand(home)
    if edited or study is None:
        return "", edited
    stale = sdtm_is_stale(study, raw, home) if (home / MANIFEST).is_file() else ""
    if not stale and (home / "adam" / MANIFEST).is_file():
        stale = adam_is_stale(study, home)
    return stale, ""

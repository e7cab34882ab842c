"""Whether what was found ends a command with exit code 1; loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.findings import Severity
from validation.lock.state import Lock, State

if TYPE_CHECKING:
    from collections.abc import Iterable


def stands_in_the_way(
    lock: Lock | None, severities: Iterable[Severity], *, before_lock: bool = False
) -> bool:
    """Whether a build that was published ends with exit code 1.

    It does when something rejects or its input is stale; when a question or finding blocks, unless
    this is before the lock.
    """
    ranks = [severity.rank for severity in severities]
    if any(rank <= Severity.REJECTS.rank for rank in ranks):
        return True
    if lock is not None and lock.rejects:
        return True
    if lock is not None and lock.state is State.STALE:
        return True
    if before_lock:
        return False
    blocked = lock is not None and lock.state in (State.BLOCKED, State.NOT_BUILT)
    return blocked or any(rank <= Severity.BLOCKS.rank for rank in ranks)

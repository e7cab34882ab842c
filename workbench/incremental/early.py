"""The process of contracts, started before anything else is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from transport.publish.manifest import CACHE
from workbench.incremental.stamp import Call

if TYPE_CHECKING:
    from validation.contracts import Process


@contextmanager
def started(call: Call, *, force: bool = False) -> Iterator[Process | None]:
    """The process that checks contracts, at work on its imports, where the study has contracts and
    none were checked before, or all are to be again (``force``). What is cached needs no process,
    and its imports are most of its time."""
    process = None
    if _has_contracts(call) and (force or not any((call.home / CACHE).glob("contract-*"))):
        from validation.contracts import Process

        process = Process()
    try:
        yield process
    finally:
        if process is not None:
            process.close()


def _has_contracts(call: Call) -> bool:
    folder = call.study / "contracts" if call.study is not None else None
    return folder is not None and any(folder.glob("*.yaml"))

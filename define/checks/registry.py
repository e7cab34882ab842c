"""The register of content checks: one small function per finding code.

A check takes the examined document and yields a :class:`Hit` per defect. The runner gives hits
their code, severity and line, and reports a check whose needs are not met as not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from define.document.binding import Node
from specs.codes import Code, register
from specs.findings import Owner, Severity

if TYPE_CHECKING:
    from define.checks.document import Examined


@dataclass(frozen=True, slots=True)
class Hit:
    """A defect: the node that has it (its line is shown) and a sentence."""

    node: Node | None
    message: str
    dataset: str = ""
    variable: str = ""
    value: str = ""
    hint: str = ""
    line: int = 0
    record: int | None = None


Run = Callable[["Examined"], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check. ``needs`` is any of data, files, pdf, ct, guide, classes."""

    id: str
    family: str
    run: Run
    needs: tuple[str, ...] = ()


CHECKS: dict[str, Check] = {}


def check(
    identifier: str,
    title: str,
    *,
    family: str,
    why: str,
    fix: str,
    severity: Severity = Severity.EXPLAIN,
    owner: Owner = Owner.PROGRAMMING,
    needs: tuple[str, ...] = (),
) -> Callable[[Run], Run]:
    """Register the decorated function as the check behind a code."""

    def add(run: Run) -> Run:
        register(Code(identifier, title, why, fix, severity, owner))
        if identifier in CHECKS:
            raise ValueError(f"check {identifier} is registered twice")
        CHECKS[identifier] = Check(identifier, family, run, needs)
        return run

    return add

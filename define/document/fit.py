"""Whether a document may be written: valid by the schema, and whole.

A define.xml that no gateway reads is worse than none. What is held here is what makes a document
readable at all: the XSD, references that resolve, names and OIDs that mean one thing. Remarks on
the content (an origin without pages) are for :mod:`define.checks`; they don't keep it from being
written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from specs.codes import finding
from specs.errors import BuildError
from specs.findings import Finding, Severity, SpecPlace

if TYPE_CHECKING:
    from define.checks.registry import Check

HOLDS = frozenset({"schema", "version", "references", "uniqueness"})
"""The families of checks whose blocking findings keep a document from being written."""
SHOWN = 20


def refuse_unfit(data: bytes, name: str) -> None:
    """Raise BuildError (DEF014, one finding per fault) for a document that must not be written.

    ``data`` is the document, ``name`` its file's name. Lines are those of ``data``.
    """
    faults = list(unfit(data, name))
    if faults:
        more = len(faults) - SHOWN
        last = [finding("DEF014", f"{name}: and {more} more")] if more > 0 else []
        raise BuildError([*faults[:SHOWN], *last])


def unfit(data: bytes, name: str) -> Iterable[Finding]:
    """What keeps the document ``data`` from being written, each fault as a finding DEF014."""
    from define.checks.run import run_on_bytes

    report = run_on_bytes(data, name, only=[c.id for c in _holding()])
    faults = [f for f in report.findings if f.severity in (Severity.BLOCKS, Severity.REJECTS)]
    names = _names(data) if faults else []
    for found in faults:
        line = found.spec.line if found.spec else 0
        owner = next((oid for at, oid in reversed(names) if at <= line), "the document")
        message = f"{name} would not be valid, at {owner}: {found.message} ({found.rule})"
        yield finding("DEF014", message, spec=SpecPlace(name, line), value=found.value)


def _names(data: bytes) -> list[tuple[int, str]]:
    """The lines of all elements that have an OID, with it: what a person can look for."""
    from define.document.reader import parse

    held = (
        (e.sourceline or 0, e.get("OID") or e.get("ItemOID"))
        for e in parse(data, "").getroot().iter()
        if isinstance(e.tag, str)
    )
    return [(line, str(oid)) for line, oid in held if oid]


def _holding() -> Iterable[Check]:
    from define.checks import CHECKS

    return (c for c in CHECKS.values() if c.family in HOLDS and not c.needs)

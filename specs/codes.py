"""The register of finding codes: what each means, why it matters, how to mend it.

Every package registers the codes it raises (``<package>/codes.py``); ``tracelock explain CODE``
prints them, and a test holds that no unregistered code is raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from specs.findings import Finding, Owner, Severity


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. ``title`` is a noun phrase, ``why`` and ``fix`` are sentences."""

    id: str
    title: str
    why: str
    fix: str
    severity: Severity = Severity.BLOCKS
    owner: Owner = Owner.PROGRAMMING
    example: str = ""


_REGISTER: dict[str, Code] = {}


def register(*codes: Code) -> None:
    """Add codes; an id that is there already with another meaning is a programming error."""
    for code in codes:
        if _REGISTER.setdefault(code.id, code) != code:
            raise ValueError(f"finding code {code.id} is registered twice")


def code(identifier: str) -> Code:
    """The registered code. Raises KeyError for an unknown one."""
    return _REGISTER[identifier]


def all_codes() -> dict[str, Code]:
    """Every registered code, by id."""
    return dict(sorted(_REGISTER.items()))


def finding(identifier: str, message: str, **fields: Any) -> Finding:
    """A Finding of a registered code; severity and owner come from the code unless given."""
    known = _REGISTER[identifier]
    fields.setdefault("severity", known.severity)
    fields.setdefault("owner", known.owner)
    return Finding(rule=identifier, message=message, **fields)

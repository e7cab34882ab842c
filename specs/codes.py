"""The register of finding codes: what each means, why it matters, how to mend it.

Every package registers the codes it raises, in modules with ``codes`` in their name;
``tracelock explain CODE`` prints them, and a test holds that no unregistered code is raised. The
register is complete whatever has been imported: asked for a code that is not there yet, or for all
of them, it imports these modules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
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


PACKAGES = (
    *("specs", "transport", "derive", "sdtm", "adam", "define", "validation"),
    *("submission", "workbench", "tracelock"),
)
"""The packages of this distribution, those below first."""
_SHAPE = re.compile(r"[A-Z]+\d{3}")
_REGISTER: dict[str, Code] = {}
_HOMES = {
    "SPEC": ("specs",), "STD": ("specs",), "FILE": ("transport",), "RAW": ("sdtm",),
    "MAP": ("sdtm",), "ADAM": ("adam",), "DEF": ("define",), "VAL": ("validation",),
    "PKG": ("submission", "workbench"),
}  # fmt: skip
"""Where codes are looked for first, by their letters; they may stand elsewhere."""


def register(*codes: Code) -> None:
    """Add codes; an id that is there already with another meaning is a programming error."""
    for code in codes:
        if not _SHAPE.fullmatch(code.id):
            raise ValueError(f"{code.id} is no finding code: letters and three digits")
        if _REGISTER.setdefault(code.id, code) != code:
            raise ValueError(f"finding code {code.id} is registered twice")


@cache
def _modules() -> tuple[str, ...]:
    """What registers codes: each module named like it, in the packages beside this one."""
    root = Path(__file__).parents[1]
    paths = [p for package in PACKAGES for p in sorted((root / package).rglob("*codes*.py"))]
    return tuple(".".join(path.relative_to(root).with_suffix("").parts) for path in paths)


def _complete(identifier: str = "") -> None:
    """Import what registers codes, until the code is there; all of it where none is named."""
    home = _HOMES.get(identifier.rstrip("0123456789"), ())
    for name in sorted(_modules(), key=lambda name: name.partition(".")[0] not in home):
        if identifier not in _REGISTER:
            import_module(name)


def find_code(identifier: str) -> Code | None:
    """The registered code; None for what is none, such as the id of a conformance rule."""
    if identifier not in _REGISTER and _SHAPE.fullmatch(identifier):
        _complete()
    return _REGISTER.get(identifier)


def code(identifier: str) -> Code:
    """The registered code. Raises KeyError for an unknown one."""
    known = find_code(identifier)
    if known is None:
        raise KeyError(identifier)
    return known


def all_codes() -> dict[str, Code]:
    """Every registered code, by id."""
    _complete()
    return dict(sorted(_REGISTER.items()))


def finding(identifier: str, message: str, **fields: Any) -> Finding:
    """A Finding of a registered code; severity and owner come from the code unless given."""
    known = code(identifier)
    fields.setdefault("severity", known.severity)
    fields.setdefault("owner", known.owner)
    return Finding(rule=identifier, message=message, **fields)

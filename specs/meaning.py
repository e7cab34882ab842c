"""What a finding code or a rule means, as people read it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from specs.codes import Code
from specs.findings import Severity

_HAPPENS = {
    Severity.REJECTS: "the gateway rejects the submission",
    Severity.BLOCKS: "the build or the database lock is blocked until it is resolved",
    Severity.EXPLAIN: "it must be explained in the reviewer's guide",
    Severity.INFO: "nothing has to be done",
}
_WIDTH = 100


def code_meaning(code: Code) -> str:
    """Title, severity, reason, remedy, example and owner of a finding code."""
    parts = {"why": code.why, "fix": code.fix, "example": code.example, "who": code.owner.value}
    return meaning(code.id, code.title, code.severity, parts)


def meaning(identifier: str, title: str, severity: str, parts: Mapping[str, str]) -> str:
    """Parts below each other, each with its name in the margin; blank ones are left out."""
    lines = [f"{identifier}  {title}".rstrip(), ""]
    if severity:
        known = Severity(severity)
        lines += _part("severity", f"{known.value}: {_HAPPENS[known]}")
    for name, text in parts.items():
        lines += _part(name, text)
    return "\n".join(lines) + "\n"


def _part(name: str, text: str) -> list[str]:
    indent = " " * 12
    found: list[str] = []
    for i, line in enumerate(text.splitlines()):
        first = f"{name:<12}" if i == 0 else indent
        found += textwrap.wrap(
            line, _WIDTH, initial_indent=first, subsequent_indent=indent, drop_whitespace=True
        ) or [""]
    return found

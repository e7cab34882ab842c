"""What a finding code or a rule means, as people read it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from specs.codes import Code
from specs.findings import Severity

_HAPPENS = {
    Severity.REJECTS: "the gateway rejects the submission",
    Severity.BLOCKS: "the build or the database lock is blocked until it is resolved",
    Severity.EXPLAIN: "it must be explained in the reviewer's guide",
    Severity.INFO: "nothing has to be done",
}
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code or a rule means: its parts by their names, blank ones left out when shown."""

    id: str
    title: str
    severity: str
    parts: Mapping[str, str]

    def text(self) -> str:
        """Parts below each other, each with its name in the margin."""
        lines = [f"{self.id}  {self.title}".rstrip(), ""]
        if self.severity:
            known = Severity(self.severity)
            lines += _part("severity", f"{known.value}: {_HAPPENS[known]}")
        for name, text in self.parts.items():
            lines += _part(name, text)
        return "\n".join(lines) + "\n"

    def to_dict(self) -> dict[str, str]:
        """For ``--format json``."""
        said = {"id": self.id, "title": self.title, "severity": str(self.severity)}
        return said | {name: text for name, text in self.parts.items() if text}


def meaning_of(code: Code) -> Meaning:
    """Title, severity, reason, remedy, example and owner of a finding code."""
    parts = {"why": code.why, "fix": code.fix, "example": code.example, "who": code.owner.value}
    return Meaning(code.id, code.title, code.severity, parts)


def code_meaning(code: Code) -> str:
    """The same as text."""
    return meaning_of(code).text()


def _part(name: str, text: str) -> list[str]:
    indent = " " * 12
    found: list[str] = []
    for i, line in enumerate(text.splitlines()):
        first = f"{name:<12}" if i == 0 else indent
        found += textwrap.wrap(
            line, _WIDTH, initial_indent=first, subsequent_indent=indent, drop_whitespace=True
        ) or [""]
    return found

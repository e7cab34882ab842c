"""What only a person can write: listed, never filled with words that stand for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specs import Finding, finding


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is lacking: in which document, in which section, and what."""

    document: str
    section: str
    text: str

    def __str__(self) -> str:
        place = f"{self.document} {self.section}".strip()
        return f"{place}: {self.text}"

    def finding(self) -> Finding:
        """As a finding PKG179."""
        return finding("PKG179", str(self), details={"document": self.document})


def gap_list(gaps: Sequence[Gap]) -> str:
    """``gaps.txt``: the gaps by document, in the order of its sections."""
    lines = []
    for document in dict.fromkeys(g.document for g in gaps):
        lines += [document, *(f"  {g.section:<5} {g.text}" for g in gaps if g.document == document)]
    return "\n".join(lines) + "\n" if lines else "No gaps.\n"

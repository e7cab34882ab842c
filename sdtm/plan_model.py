"""What a plan is: nodes, the lines behind them, and the order in which they can be built."""

from __future__ import annotations

from dataclasses import dataclass, field

from sdtm.standard import Derivation
from specs import Finding
from specs.language import LineBase, Result, Visit
from specs.yaml_source import NodePath

Node = tuple[str, str]
RECORDS, KEPT = "*records", "*kept"

RESULT_SUFFIXES = (
    "ORRES", "ORRESU", "STRESC", "STRESN", "STRESU", "ORNRLO", "ORNRHI", "STNRLO", "STNRHI",
    "STNRC", "NRIND", "STAT", "REASND", "LLOQ",
)  # fmt: skip
AUTOMATIC = ("STUDYID", "DOMAIN", "USUBJID")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A line of a variable on one stream, and where it stands."""

    line: LineBase
    stream: int
    path: NodePath


@dataclass(slots=True)
class Plan:
    """Nodes in the order in which they can be built."""

    order: list[Node] = field(default_factory=list)
    needs: dict[Node, set[Node]] = field(default_factory=dict)
    lines: dict[Node, list[Recipe]] = field(default_factory=dict)
    owner: dict[Node, Node] = field(default_factory=dict)
    derived: dict[Node, Derivation] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    """Data sets whose records cannot be read as the specification says, and why."""
    unreadable: list[Finding] = field(default_factory=list)
    """What is wrong with raw files that cannot be read at all."""


def outputs(line: LineBase, domain: str, name: str) -> list[str]:
    """The variables that a line gives."""
    if isinstance(line, Result):
        return [f"{domain}{suffix}" for suffix in RESULT_SUFFIXES]
    if isinstance(line, Visit):
        return ["VISITNUM", "VISIT", "VISITDY"]
    return [name]

"""What a diff says: roots, the cells and records they changed, and what it means for endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specs import Finding
from workbench.diff.raw_edits import Layout
from workbench.diff.why.roots import Root

Cause = str
"""``recorded``: every step back is in the account of the builds; ``possible``: among the records
that a line looks at; ``unexplained``: nothing that was looked at changed."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A value that is another one. ``records`` count from 1; ``roots`` are numbers of roots, the
    first is the one it stands under."""

    dataset: str
    variable: str
    records: tuple[int, int]
    subject: str
    key: str
    values: tuple[str, str]
    roots: tuple[int, ...]
    cause: Cause


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record of one side alone: ``records`` count from 1, None is the side without it."""

    dataset: str
    records: tuple[int | None, int | None]
    subject: str
    key: str
    roots: tuple[int, ...]
    cause: Cause


@dataclass(frozen=True, slots=True)
class SetSummary:
    """One data set: its records on both sides, those that went, came and stayed, changed cells, and
    cells that only number records."""

    name: str
    records: tuple[int, int]
    gone: int
    added: int
    paired: int
    changed: int
    numbered: int
    corrected_keys: int
    variables_only: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One parameter: records whose value moved, came, went, became an event or censored; ``shown``
    says some of them."""

    dataset: str
    parameter: str
    moved: int
    added: int
    gone: int
    to_event: int
    to_censored: int
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Population:
    """A flag of the subject-level data set: who entered it and who left."""

    flag: str
    entered: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(slots=True)
class Diff:
    """Two builds held against each other."""

    study: str
    old: str
    new: str
    roots: list[Root]
    groups: list[list[int]]
    """Roots that are one thing, in the order in which they are shown."""
    cells: list[CellChange]
    records: list[RecordChange]
    sets: list[SetSummary]
    endpoints: list[Endpoint]
    populations: list[Population]
    layout: Layout
    subjects: Mapping[str, str]
    sets_only: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    findings: list[Finding] = field(default_factory=list)
    raw_only: bool = False
    """The new export did not build: only the raw half is known."""
    hints: list[str] = field(default_factory=list)

    @property
    def unexplained(self) -> int:
        """Changes that nothing explains."""
        return sum(one.cause == "unexplained" for one in self.changes)

    @property
    def changes(self) -> list[CellChange | RecordChange]:
        """Cells and records."""
        return [*self.cells, *self.records]

    @property
    def equal(self) -> bool:
        """Whether nothing is different, in the raw data either."""
        only = any(self.sets_only[0]) or any(self.sets_only[1])
        return not (self.roots or self.cells or self.records or only)

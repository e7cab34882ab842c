"""What goes into a conformance report, and the report itself.

A report is built once (:func:`validation.report.build.build_report`); JSON, text, XLSX, HTML and
the reviewer's guide are views of it, and none of them counts anything on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from specs.findings import Finding, Severity

if TYPE_CHECKING:
    from validation.account.told import Told
    from validation.lock.state import Lock
    from validation.report.counting.listing import Unlisted

SCHEMA = "tracelock-report/1"


class RunState(StrEnum):
    """What became of a rule. "Passed" is a rule that ran and has a count of 0."""

    RUN = "run"
    NOT_RUN = "not-run"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


class Change(StrEnum):
    """A group of findings against the previous report."""

    NEW = "New"
    GROWN = "Grown"
    UNCHANGED = "Unchanged"
    """As many findings as before, or fewer."""
    GONE = "Gone"
    NOT_CHECKED = "Not checked"
    """There before; its rule did not run this time, so nobody knows."""


@dataclass(frozen=True, slots=True)
class RuleStatus:
    """One rule of the run. ``count`` is recomputed from the findings; ``reason`` says why it did
    not run. ``cdisc_ids`` and ``fda_ids`` are the published numbers the rule answers to."""

    id: str
    title: str = ""
    status: RunState = RunState.RUN
    reason: str = ""
    count: int = 0
    severity: str = ""
    why: str = ""
    fix: str = ""
    example: str = ""
    version: str = "1"
    executability: str = ""
    cdisc_ids: tuple[str, ...] = ()
    fda_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandardVersion:
    """A standard or terminology package that the run was held against: ``SDTMIG`` ``3.4``."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that was read: name (never an absolute path), SHA-256 and what was in it."""

    name: str
    sha256: str = ""
    bytes: int = 0
    dataset: str = ""
    label: str = ""
    records: int | None = None


@dataclass(frozen=True, slots=True)
class ReportInput:
    """Everything a report is made from.

    ``findings`` is a sequence of :class:`Finding` or a DataFrame with at least the columns
    ``rule``, ``message`` and ``severity``. ``label`` names this run in "first seen" (the cut, as
    a rule).
    """

    findings: Iterable[Finding] | Any = ()
    rules: tuple[RuleStatus, ...] = ()
    standards: tuple[StandardVersion, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    study: str = ""
    label: str = ""
    engine: str = "tracelock"
    unlisted: Unlisted | None = None
    """What was found beside ``findings`` and is counted only."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of findings. ``open`` is what is neither explained nor asked nor merely information;
    ``asked`` are those that an open query of the build asks about already."""

    total: int
    open: int
    explained: int
    asked: int
    by_severity: dict[str, int]
    open_by_severity: dict[str, int]
    explanations: int


@dataclass(frozen=True, eq=False)
class Report:
    """A finished report.

    ``table`` has one row per finding that is listed, with the columns of
    :data:`validation.report.counting.table.COLUMNS` and ``group``, the 0-based row of ``groups``.
    ``groups`` has one row per rule x data set x variable x value, and counts all findings; ``gone``
    are the groups of the previous report that are not there any more.
    """

    study: str
    label: str
    engine: str
    rules: tuple[RuleStatus, ...]
    standards: tuple[StandardVersion, ...]
    inputs: tuple[InputFile, ...]
    table: Any
    groups: Any
    gone: Any
    previous: str | None = None
    """Label of the previous report; None where there was none."""
    rules_ran: int = 0
    """Rules of the engine that ran, checks of the waivers not counted."""
    unlisted: Unlisted | None = None
    """What is counted in ``groups`` and has no row in ``table``."""
    raised: frozenset[int] = frozenset()
    """Open queries (numbers in findings.json of the build) that a finding makes block."""
    lock: Lock | None = None
    """The state of the build's lock, where study and build are known."""
    account: Told | None = None
    """What became of the raw data and of the records of analysis data, where it is a build."""
    _cache: dict[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.table)

    def findings(self) -> Iterator[Finding]:
        """The findings, worst group first."""
        from validation.report.counting.table import findings_of

        return findings_of(self.table)

    @property
    def counts(self) -> Counts:
        """The numbers that every view shows."""
        if "counts" not in self._cache:
            self._cache["counts"] = _counts(self.groups)
        counts: Counts = self._cache["counts"]
        return counts

    @property
    def changes(self) -> dict[str, int]:
        """Number of groups by :class:`Change`."""
        found = self.groups["change"].value_counts().to_dict()
        found.update(self.gone["change"].value_counts().to_dict())
        return {change.value: int(found.get(change.value, 0)) for change in Change}

    @property
    def states(self) -> dict[str, int]:
        """Number of rules by :class:`RunState`."""
        states = [rule.status for rule in self.rules]
        return {state.value: states.count(state) for state in RunState}

    def rule(self, identifier: str) -> RuleStatus:
        """The status of a rule; one without a title where it is not listed."""
        if "rules" not in self._cache:
            self._cache["rules"] = {rule.id: rule for rule in self.rules}
        found: RuleStatus = self._cache["rules"].get(identifier, RuleStatus(identifier))
        return found


def _counts(groups: Any) -> Counts:
    explained = groups["explained"]
    is_open = ~explained & (groups["severity"] != Severity.INFO.value)
    rest = groups.assign(count=groups["count"] - groups["asked"])  # that no query asks about
    return Counts(
        total=int(groups["count"].sum()),
        open=int(rest.loc[is_open, "count"].sum()),
        explained=int(rest.loc[explained, "count"].sum()),
        asked=int(groups["asked"].sum()),
        by_severity=_by_severity(groups),
        open_by_severity=_by_severity(rest[is_open]),
        explanations=int(groups.loc[explained, "explanation"].nunique()),
    )


def _by_severity(groups: Any) -> dict[str, int]:
    sums = groups.groupby("severity", observed=True)["count"].sum().to_dict()
    return {level.value: int(sums.get(level.value, 0)) for level in Severity}

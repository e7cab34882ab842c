"""The state of a lock: the worst that a line of evidence forces. A pure function, no files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from specs.findings import Severity


class State(StrEnum):
    """What can be said of a study's data, worst first."""

    NOT_BUILT = "not built"
    STALE = "stale"
    BLOCKED = "blocked"
    UNCHECKED = "unchecked"
    UNEXPLAINED = "unexplained"
    READY = "ready"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(State).index(self)

    @property
    def may_be_locked(self) -> bool:
        """Whether the database may be locked."""
        return self in (State.UNEXPLAINED, State.READY)


WANTED = ("build", "freshness", "account", "queries", "conformance")
"""What has to be looked at before anything may be locked, in every study."""
ANALYSIS = "analysis"
"""And in a study with analysis data sets."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was looked at.

    ``looked_at`` counts it; ``open`` are numbers by severity of what nobody has answered or
    explained; ``raises`` are open queries that a finding of a rule makes worse than they were
    asked; ``reason`` says why it was not built, is stale, or could not be looked at as a whole.
    """

    kind: str
    looked_at: int = 0
    open: Mapping[str, int] = field(default_factory=dict)
    asked: int = 0
    explained: int = 0
    raises: int = 0
    reason: str = ""
    state: State | None = None
    """What the reason forces."""

    @property
    def forces(self) -> State:
        """The best state that there can be with this."""
        states = [State.READY] if self.state is None else [self.state]
        if self.open.get(Severity.REJECTS, 0) or self.open.get(Severity.BLOCKS, 0):
            states.append(State.BLOCKED)
        if self.open.get(Severity.EXPLAIN, 0):
            states.append(State.UNEXPLAINED)
        if self.kind in _COUNTED and not self.looked_at:
            states.append(State.UNCHECKED)
        return min(states, key=lambda state: state.rank)

    def to_dict(self) -> dict[str, Any]:
        """For lock.json; what is nought is left out."""
        out: dict[str, Any] = {"kind": self.kind, "looked_at": self.looked_at}
        out |= {"open": {name: n for name, n in self.open.items() if n}}
        out |= {"asked": self.asked, "explained": self.explained, "raises": self.raises}
        out |= {"reason": self.reason, "forces": self.forces.value}
        return {name: value for name, value in out.items() if name in _ALWAYS or value}


_COUNTED = ("build", "conformance")
"""Kinds of which nothing looked at is no evidence."""
_ALWAYS = ("kind", "looked_at", "forces")


@dataclass(frozen=True, slots=True)
class Lock:
    """The answer: the state, what it rests on, and what nobody has looked at."""

    state: State
    evidence: tuple[Evidence, ...] = ()
    not_looked_at: tuple[str, ...] = ()

    def of(self, kind: str) -> Evidence | None:
        """The evidence of a kind."""
        return next((one for one in self.evidence if one.kind == kind), None)

    @property
    def questions(self) -> int:
        """Open queries that block, those that a finding of a rule makes block among them."""
        return sum(
            one.open.get(Severity.BLOCKS, 0) + one.open.get(Severity.REJECTS, 0)
            for one in self.evidence
            if one.kind in ("queries", ANALYSIS)
        )

    @property
    def rejects(self) -> int:
        """Open findings that reject the submission, wherever they were found."""
        return sum(one.open.get(Severity.REJECTS, 0) for one in self.evidence)


def lock_state(evidence: Iterable[Evidence], *, analysis: bool = False) -> Lock:
    """The state that these lines of evidence leave, at most one of each kind.

    ``analysis`` says that the study has analysis data sets. What is not there was not looked at,
    and that alone keeps the lock away: any subset of the evidence gives one state, and less
    evidence never a better one than `unchecked`.
    """
    given = list(evidence)
    conformance = next((one for one in given if one.kind == "conformance"), None)
    lines = tuple(_raised(one, conformance.raises if conformance else 0) for one in given)
    wanted = (*WANTED, ANALYSIS) if analysis else WANTED
    missing = tuple(kind for kind in wanted if kind not in {one.kind for one in lines})
    forced = [one.forces for one in lines]
    if missing:
        forced.append(State.UNCHECKED)
    return Lock(min(forced, key=lambda state: state.rank), lines, missing)


def _raised(one: Evidence, raises: int) -> Evidence:
    """The queries, with those that a blocking finding of a rule is asked by counted as blocking."""
    if one.kind != "queries" or not raises:
        return one
    moved = min(raises, one.open.get(Severity.EXPLAIN, 0))
    opened = dict(one.open)
    opened[Severity.EXPLAIN.value] = one.open.get(Severity.EXPLAIN, 0) - moved
    opened[Severity.BLOCKS.value] = one.open.get(Severity.BLOCKS, 0) + moved
    return replace(one, open=opened, raises=0)

"""The rules of censoring, a function each: for whom a rule holds, and where the clock stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from adam.time_to_event.clock import Assessments, Candidates, Outcome, extreme, missed_visits
from adam.time_to_event.model import Parameter, Rule, Source
from adam.time_to_event.sources import Dated, Subjects, dated, truncated
from derive.values.column import Floats, Mask
from derive.values.moment import Moment
from derive.values.number import Number
from specs import BuildError
from specs.reading.yaml_source import NodePath
from specs.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a clock stopped: the source of the record, the rule of censoring (None: an event), and
    whether it stopped at the start, at a date that the rule names, or at the data cut."""

    source: Source | None
    rule: Rule | None
    at: str = ""


@dataclass(slots=True)
class Clocks:
    """The clocks of all subjects of one parameter, while its rules are tried.

    ``event`` is the first event of each subject up to the cut, ``later`` holds all events as they
    are dated, ``seen`` the adequate assessments, ``beyond`` says who has an event or an assessment
    after the cut.
    """

    subjects: Subjects
    parameter: Parameter
    event: Candidates
    later: list[tuple[Source, Dated]]
    seen: Assessments
    beyond: Mask
    outcome: Outcome
    reasons: list[Reason] = field(default_factory=list)

    @property
    def happened(self) -> Mask:
        """Who has an event."""
        return ~np.isnan(self.event.day)

    def last_seen(self, until: Floats | None = None, *, strictly: bool = False) -> Candidates:
        """The last assessment of each subject up to (``strictly``: before) a day."""
        size = self.subjects.size
        limit = np.full(size, np.nan) if until is None else until
        return self.seen.last(size, until=limit, strictly=strictly)

    def settle(self, where: Mask, found: Candidates, code: int, reason: Reason) -> None:
        """Decide for the subjects that are open and for whom ``where`` holds."""
        self.reasons.append(reason)
        self.outcome.settle(where, found, code=code, reason=len(self.reasons) - 1)

    def stop(self, rule: Rule, where: Mask, last: Candidates, day: Floats) -> None:
        """Censor where the rule says the clock stops; without an assessment that is the start."""
        none = np.full(self.subjects.size, -1, np.int64)
        if rule.stop == "date":
            self.settle(where, Candidates(day, none), rule.cnsr, Reason(None, rule, "date"))
            return
        if rule.stop == "last-assessment":
            assessed = where & ~np.isnan(last.day)
            reason = Reason(self.parameter.assessments, rule)
            self.settle(assessed, last, rule.cnsr, reason)
        start = Candidates(self.subjects.start, none)
        self.settle(where, start, rule.cnsr, Reason(None, rule, "start"))


def apply_rule(clocks: Clocks, rule: Rule, path: NodePath) -> None:
    """Try one rule for the subjects that are open."""
    _RULES[rule.rule](clocks, rule, path)


def _date(clocks: Clocks, rule: Rule, path: NodePath) -> None:
    """A therapy or transplant before the event."""
    subjects = clocks.subjects
    day = _days(subjects, rule.date or "")
    with np.errstate(invalid="ignore"):
        first = (day >= subjects.start) & ~(day > subjects.cut)
        first &= ~clocks.happened | (day < clocks.event.day)
    clocks.stop(rule, first, clocks.last_seen(day), day)


def _missed_visits(clocks: Clocks, rule: Rule, path: NodePath) -> None:
    """Too many planned visits without an adequate assessment lie before the event."""
    subjects = clocks.subjects
    last = clocks.last_seen(clocks.event.day, strictly=True)
    planned, before, after = _schedule(subjects, rule, path)
    day_one = _days(subjects, rule.day_one) if rule.day_one else subjects.start
    count = missed_visits(
        planned,
        day_one=day_one,
        last=np.where(np.isnan(last.day), subjects.start, last.day),
        event=clocks.event.day,
        before=before,
        after=after,
    )
    clocks.stop(rule, clocks.happened & (count >= rule.at_least), last, clocks.event.day)


def _no_assessment(clocks: Clocks, rule: Rule, path: NodePath) -> None:
    """No event, and no adequate assessment after the start."""
    size, start = clocks.subjects.size, clocks.subjects.start
    never = np.isnan(clocks.last_seen().day)
    clocks.stop(rule, ~clocks.happened & never, Candidates.none(size), start)


def _end_of_data(clocks: Clocks, rule: Rule, path: NodePath) -> None:
    """No event: the last assessment."""
    clocks.stop(rule, ~clocks.happened, clocks.last_seen(), clocks.subjects.start)


def _latest(clocks: Clocks, rule: Rule, path: NodePath) -> None:
    """No event: the latest of several dates, at the latest the cut. Who has the event after the cut
    was without it at the cut."""
    subjects, size = clocks.subjects, clocks.subjects.size
    found = [dated(subjects, one, (*path, "of", i)) for i, one in enumerate(rule.of)]
    candidates = [truncated(one, subjects.cut).last(size) for one in found]
    reasons = [Reason(source, rule) for source in rule.of]
    for source, one in clocks.later:
        with np.errstate(invalid="ignore"):
            after = one.where(one.day > subjects.cut[one.subject])
        candidates.append(truncated(after, subjects.cut).first(size))
        reasons.append(Reason(source, rule, "cut"))
    order = [*range(len(found), len(candidates)), *range(len(found))]
    best, which = extreme([candidates[i] for i in order], latest=True)
    for position, number in enumerate(order):
        source_code = reasons[number].source.cnsr if number < len(found) else None
        code = source_code or rule.cnsr
        clocks.settle(~clocks.happened & (which == position), best, code, reasons[number])


_RULES: dict[str, Callable[[Clocks, Rule, NodePath], None]] = {
    "date": _date,
    "missed-visits": _missed_visits,
    "no-assessment": _no_assessment,
    "end-of-data": _end_of_data,
    "latest": _latest,
}


def _days(subjects: Subjects, name: str) -> Floats:
    column = subjects.scope.column(name)
    assert isinstance(column, Moment)  # noqa: S101 - refused by the planner otherwise
    return column.days()


def _schedule(
    subjects: Subjects, rule: Rule, path: NodePath
) -> tuple[Floats, Floats | float, Floats | float]:
    """(planned study days, days of the window before, after) of the visits that count."""
    scope = subjects.scope
    other = scope.other(rule.schedule or "TV")
    column = other.column(rule.schedule_day)
    assert isinstance(column, Number)  # noqa: S101 - refused by the planner otherwise
    days = column.values
    if not rule.visits:
        planned = np.unique(days[~np.isnan(days)])
        return planned[planned > 1], rule.window_before, rule.window_after
    names = other.column(rule.schedule_visit).texts().tolist()
    day_of = dict(zip(names, days.tolist(), strict=True))
    unknown = [name for name in rule.visits if not day_of.get(name, np.nan) > 1]
    if unknown:
        message = f"{rule.schedule} plans no visit {unknown[0]!r} after day 1"
        place = scope.at()
        place.path = (*path, "visits", unknown[0])
        wrong = place.wrong("MAP305", message, did_you_mean(unknown[0], day_of))
        raise BuildError(wrong.findings)
    width = np.array(list(rule.visits.values()))
    return np.array([day_of[name] for name in rule.visits]), width, width

"""Waivers held against the findings of a run: what they explain, and which of them do not hold.

A waiver explains what a reviewer will see. It never makes a question none: what an open query asks
about it leaves alone, and what blocks the lock it explains only with a condition that is tested.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from specs.codes import finding
from specs.findings import Finding, Severity
from specs.suggest import did_you_mean
from validation.report.model import RuleStatus, RunState
from validation.waivers import Waiver

_STUDY = "STUDY"
"""What findings about the study as a whole have for a data set."""


@dataclass(frozen=True)
class Circumstances:
    """What a waiver is held against beside the groups of findings.

    ``queried`` counts the findings of each group with an open query on their raw row, ``recorded``
    those of a record; ``queries`` gives the severities of the open queries of a rule in a data set;
    ``holds`` says why a condition is not true of all records of the groups, "" when it is. Where
    something is not known nothing is explained by it.
    """

    queried: Any = None
    recorded: Any = None
    queries: Callable[[str, str], list[str]] = lambda _rule, _dataset: []
    holds: Callable[[Waiver, Any], str] = lambda _waiver, _rows: "cannot be tested without the data"
    raised: list[tuple[str, str]] = field(default_factory=list)
    """Rules and data sets of queries that block because of what an entry joins to them."""


def apply_waivers(  # noqa: PLR0917 - the waivers, the findings, and what is known around them
    waivers: Sequence[Waiver],
    groups: Any,
    rules: Sequence[RuleStatus],
    as_of: dt.date,
    datasets: Collection[str] = (),
    around: Circumstances | None = None,
) -> list[Finding]:
    """Mark the groups that waivers explain (in place), and say which waivers do not hold.

    Args:
        waivers: from :func:`parse_waivers`.
        groups: of a report (:func:`validation.report.counting.groups.group_findings`), with the
            number of findings of each that are asked.
        rules: statuses of the run; a waiver whose rule did not run cannot be judged (VAL906).
        as_of: the day against which review dates are held.
        datasets: names of those in the run; a waiver for another one cannot be judged (VAL906).
            Empty where they are not known.
        around: what else is known: queries and records.
    """
    states = {rule.id: rule.status for rule in rules}
    held = {name.upper() for name in datasets if name}
    found: list[Finding] = []
    for waiver in waivers:
        found.extend(_apply(waiver, groups, states, as_of, held, around or Circumstances()))
    return found


def _apply(  # noqa: PLR0917 - the waiver, the findings, and what is known around them
    waiver: Waiver,
    groups: Any,
    states: Mapping[str, RunState],
    as_of: dt.date,
    held: set[str],
    around: Circumstances,
) -> list[Finding]:
    target = _target(waiver, groups)
    covered = target if waiver.values is None else target & groups["value"].isin(waiver.values)
    idle = _out_of_use(waiver, groups, target, covered, states, as_of, held)
    if idle is not None:
        return [idle]
    found = _judge(waiver, groups, target, covered)
    if waiver.at_most is not None and _rest(groups, covered) > waiver.at_most:
        return found + _cannot_be(waiver, groups, covered & _rejects(groups))
    if waiver.asked is not None:
        return found + _join(waiver, groups, covered, around)
    return found + _settle(waiver, groups, covered, around)


def _out_of_use(  # noqa: PLR0917 - one reason after the other, and all that they are about
    waiver: Waiver,
    groups: Any,
    target: Any,
    covered: Any,
    states: Mapping[str, RunState],
    as_of: dt.date,
    held: set[str],
) -> Finding | None:
    """Why nothing is to be done with a waiver in this run; None when there is."""
    if not covered.any() and states.get(waiver.rule) is not RunState.RUN:
        return _not_judged(waiver, states)
    if not target.any() and held and waiver.dataset.upper() not in {*held, _STUDY}:
        return _says(waiver, "VAL906", "could not be judged: its data set is not in this run")
    if not target.any():
        return _says(waiver, "VAL901", "matches nothing", _found_elsewhere(waiver, groups))
    if waiver.review_by < as_of:
        return _says(waiver, "VAL902", f"was to be reviewed by {waiver.review_by}")
    if covered.any() and (groups.loc[covered, "asked"] == groups.loc[covered, "count"]).all():
        return _says(waiver, "VAL912", "rests on an open query, which asks about all of it")
    return None


def _rest(groups: Any, rows: Any) -> int:
    """How many findings no query asks about."""
    return int((groups.loc[rows, "count"] - groups.loc[rows, "asked"]).sum())


def _rejects(groups: Any) -> Any:
    return groups["severity"] == Severity.REJECTS.value


def _settle(waiver: Waiver, groups: Any, covered: Any, around: Circumstances) -> list[Finding]:
    """Explain what the waiver may explain, and say what it may not."""
    blocks = groups["severity"] == Severity.BLOCKS.value
    waivable = covered & ~_rejects(groups) & ~blocks
    if waiver.holds:
        if why := around.holds(waiver, np.flatnonzero(covered)):
            return [_says(waiver, "VAL913", f"states {waiver.holds}: {why}")]
        waivable |= covered & blocks & _unqueried(groups, around)
    found = _explain(waiver, groups, waivable) if waivable.any() else []
    return found + _cannot_be(waiver, groups, covered & ~waivable)


def _unqueried(groups: Any, around: Circumstances) -> Any:
    """The groups of which every finding is known to have no open query on its row."""
    if around.queried is None:
        return np.zeros(len(groups), dtype=bool)
    return (np.asarray(around.queried) == 0) & np.asarray(groups["listed"] == groups["count"])


def _cannot_be(waiver: Waiver, groups: Any, rows: Any) -> list[Finding]:
    """What is said of findings that no waiver, or none like this one, can explain."""
    if not rows.any():
        return []
    if (rows & _rejects(groups)).any():
        return [_says(waiver, "VAL904", "is for findings that reject the submission")]
    if waiver.holds:
        return [_says(waiver, "VAL904", "is for findings with an open query on their row")]
    hint = "state with `holds:` what is true of the records, or ask: an explanation answers nothing"
    return [_says(waiver, "VAL904", "is for findings that block the lock", hint)]


def _join(waiver: Waiver, groups: Any, covered: Any, around: Circumstances) -> list[Finding]:
    """Count the findings as the open query that the entry names, while there is one."""
    rule, dataset = waiver.asked or ("", "")
    severities = around.queries(rule, dataset)
    if not severities:
        return [_says(waiver, "VAL914", f"names the query {rule} on {dataset}, and none is open")]
    blocks = np.asarray(groups["severity"] == Severity.BLOCKS.value)
    recorded = np.ones(len(groups)) if around.recorded is None else np.asarray(around.recorded)
    own = blocks & (recorded > 0)  # a record has a row, and the query on it is found by itself
    joined = np.asarray(covered & ~_rejects(groups)) & ~own
    groups.loc[joined, "asked"] = groups.loc[joined, "count"]
    groups.loc[joined, "explanation"] = waiver.reason
    if (joined & blocks).any() and Severity.BLOCKS.value not in severities:
        around.raised.append((rule, dataset))
    return _cannot_be(waiver, groups, covered & ~joined)


def _not_judged(waiver: Waiver, states: Mapping[str, RunState]) -> Finding:
    """Its rule did not run; or it belongs to another catalogue, or its name is misspelt."""
    if waiver.rule in states:
        return _says(waiver, "VAL906", "could not be judged: its rule did not run")
    close = did_you_mean(waiver.rule, states, most=1)
    hint = close if close.startswith("did you mean") else ""
    return _says(waiver, "VAL906", "could not be judged: no rule of this run has that id", hint)


def _found_elsewhere(waiver: Waiver, groups: Any) -> str:
    """Where the rule did find something, if it did."""
    same = groups[groups["rule"] == waiver.rule]
    pairs = zip(same["dataset"], same["variable"], strict=True)
    places = sorted({".".join(filter(None, pair)) for pair in pairs})
    return f"the rule found something in {_listed(places)}" if places else ""


def _target(waiver: Waiver, groups: Any) -> Any:
    target = (groups["rule"] == waiver.rule) & (groups["dataset"] == waiver.dataset)
    if waiver.variable is not None:
        # a rule may be about several variables at once: "AESTDTC, AEENDTC"
        names = (text.split(", ") for text in groups["variable"])
        target &= np.array([waiver.variable in found for found in names], dtype=bool)
    return target


def _judge(waiver: Waiver, groups: Any, target: Any, covered: Any) -> list[Finding]:
    found = []
    if not covered.any():
        found.append(_says(waiver, "VAL901", "matches none of the values found"))
    else:
        idle = sorted(set(waiver.values or ()) - set(groups.loc[covered, "value"]))
        if idle:
            found.append(_says(waiver, "VAL901", f"names value(s) not found: {_listed(idle)}"))
    new = groups.loc[target & ~covered, "value"]
    if covered.any() and len(new):
        found.append(_says(waiver, "VAL903", f"does not name value(s): {_listed(list(new))}"))
    count = _rest(groups, covered)
    if waiver.at_most is not None and count > waiver.at_most:
        found.append(_says(waiver, "VAL903", f"is for at most {waiver.at_most}, found {count}"))
    return found


def _explain(waiver: Waiver, groups: Any, rows: Any) -> list[Finding]:
    twice = rows & groups["explained"]
    fresh = np.asarray(rows & ~groups["explained"])
    groups.loc[fresh, "explained"] = True
    groups.loc[fresh, "explanation"] = waiver.reason
    groups.loc[fresh, "author"] = waiver.author
    groups.loc[fresh, "review_by"] = waiver.review_by.isoformat()
    if twice.any():
        return [_says(waiver, "VAL905", "explains what an earlier entry explains")]
    return []


def _listed(values: list[str], most: int = 5) -> str:
    shown = ", ".join(f"'{value}'" for value in values[:most])
    return shown if len(values) <= most else f"{shown} and {len(values) - most} more"


def _says(waiver: Waiver, code: str, what: str, hint: str = "") -> Finding:
    return finding(
        code,
        f"waiver for {waiver.name} {what}",
        dataset=waiver.dataset,
        variable=waiver.variable or "",
        value=waiver.rule,
        hint=hint,
        spec=waiver.place,
    )

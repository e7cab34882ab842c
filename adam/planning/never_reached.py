"""Conditions of analysis data that never hold; events and rules of censoring behind others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adam.model import LoadedSet
from adam.time_to_event.model import Parameter, Rule, Source
from derive.judged.dead_parts import DeadParts, as_written
from derive.judged.fitted_lists import fitted_lists
from specs import Finding
from specs.conditions import Condition
from specs.reading.yaml_source import NodePath

_WITHOUT_EVENT = ("no-assessment", "end-of-data", "latest")
"""Rules for subjects without an event."""


def never_reached(loaded: Mapping[str, LoadedSet]) -> Iterator[Finding]:
    """SPEC140 for each condition that never holds, SPEC141 for each alternative, event, candidate
    date or rule of censoring that others before it leave nothing to."""
    for name, one in loaded.items():
        judge = DeadParts(name, one.place, as_written)
        yield from judge.of(one.model)
        yield from fitted_lists(judge, one.model)
        spec = one.model.time_to_event
        for code, parameter in (spec.parameters if spec is not None else {}).items():
            yield from _parameter(judge, parameter, ("time-to-event", "parameters", code))


def _parameter(judge: DeadParts, spec: Parameter, path: NodePath) -> Iterator[Finding]:
    yield from _sources(judge, spec.events, (*path, "events"), "event")
    before: list[Rule] = []
    for number, rule in enumerate(spec.censor):
        here = (*path, "censor", number)
        why = next((why for one in before if (why := _settled(one, rule))), "")
        if why:
            message = f"rule {number + 1} ({rule.rule}) is never reached: {why}"
            yield judge.told("SPEC141", message, here)
        yield from _sources(judge, rule.of, (*here, "of"), "date")
        before.append(rule)


def _sources(
    judge: DeadParts, sources: list[Source], path: NodePath, what: str
) -> Iterator[Finding]:
    """Sources that take the same date of records that an earlier one has taken already."""
    groups: dict[tuple[str, str], list[int]] = {}
    for number, source in enumerate(sources):
        groups.setdefault((source.from_, source.date), []).append(number)
    for numbers in groups.values():
        whole: int | None = None
        conditions: list[Condition | None] = []
        for number in numbers:
            if whole is not None:
                message = f"{what} {number + 1} is never reached: {what} {whole + 1} takes all "
                yield judge.told("SPEC141", f"{message}records of it", (*path, number))
                continue
            conditions.append(sources[number].where)
            if number != numbers[0] and len(conditions) - 1 in judge.behind(conditions):
                message = f"{what} {number + 1} is never reached: those before it hold wherever "
                yield judge.told("SPEC141", f"{message}it would", (*path, number))
            whole = number if sources[number].where is None else None


def _settled(before: Rule, rule: Rule) -> str:
    """Why a rule finds nobody left behind an earlier one; '' where it may."""
    if before.rule == "end-of-data" and rule.rule in _WITHOUT_EVENT and before.stop != "date":
        return "`end-of-data` before it stops the clock of everybody without an event"
    if before.rule != rule.rule:
        return ""
    same = before.date == rule.date and before.schedule == rule.schedule
    windows = (before.visits, before.window_before, before.window_after, before.day_one)
    same &= windows == (rule.visits, rule.window_before, rule.window_after, rule.day_one)
    if same and rule.rule in ("date", "no-assessment") and before.stop == rule.stop:
        return "an earlier rule holds for the same subjects"
    if same and rule.rule == "missed-visits" and before.at_least <= rule.at_least:
        return "an earlier rule of missed visits asks for no more of them"
    return ""

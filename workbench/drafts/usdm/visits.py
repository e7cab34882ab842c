"""Visits of a study definition: encounters with their days, windows and rules."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.drafts.usdm.definition import Definition, Node, code_of

_DURATION = re.compile(r"(-?)P(?:(\d+)W|(?:(\d+)D)?(?:T(?:\d+[HMS])*)?)")
_BEFORE, _AFTER, _FIXED = "C201357", "C201356", "C201358"


@dataclass(slots=True)
class Visit:
    """A planned visit; ``day`` is its study day (no day 0), None where no timing says it."""

    number: int
    name: str
    day: int | None
    before: int | None
    after: int | None
    starts: str
    ends: str


def days_of(text: object) -> int | None:
    """Whole days of an ISO 8601 duration in weeks or days; None for another one."""
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if found is None or not (found[2] or found[3] or "T" in found[0]):
        return None
    days = int(found[2] or 0) * 7 + int(found[3] or 0)
    return -days if found[1] else days


def _window(text: object) -> int | None:
    """Whole days of a window; None for one of hours, which days cannot say."""
    return None if isinstance(text, str) and "T" in text else days_of(text)


def visits_of(definition: Definition) -> list[Visit]:
    """The visits in their order, numbered from 1."""
    timings = _timings(definition)
    offsets = _offsets(timings)
    instance_of: dict[str, object] = {}
    for timeline in definition.listed("scheduleTimelines"):
        for one in definition.listed("instances", timeline):
            if timeline.get("mainTimeline") and isinstance(one.get("encounterId"), str):
                instance_of.setdefault(one["encounterId"], one.get("id"))
    out = []
    for number, one in enumerate(definition.chained("encounters"), 1):
        at = instance_of.get(str(one.get("id")))
        timing = definition.of(one.get("scheduledAtId"))
        timing = timing or next((t for t in timings if t[_FROM] == at and t[_FROM] != t[_TO]), {})
        offset = offsets.get(at)
        day = None if offset is None else offset + 1 if offset >= 0 else offset
        out.append(
            Visit(
                number,
                definition.plain(one.get("label") or one.get("name")).upper(),
                day,
                _window(timing.get("windowLower")),
                _window(timing.get("windowUpper")),
                _rule(definition, one, "transitionStartRule") or _said(definition, timing),
                _rule(definition, one, "transitionEndRule"),
            )
        )
    return out


_FROM, _TO = "relativeFromScheduledInstanceId", "relativeToScheduledInstanceId"


def _timings(definition: Definition) -> list[Node]:
    main = [t for t in definition.listed("scheduleTimelines") if t.get("mainTimeline")]
    found = [t for one in main for t in definition.listed("timings", one)]
    return [t for t in found if isinstance(t.get(_FROM), str) and isinstance(t.get(_TO), str)]


def _offsets(timings: list[Node]) -> dict[object, int]:
    """Days from the fixed reference, by scheduled instance, as far as timings lead to it."""
    fixed = [t[_FROM] for t in timings if code_of(t.get("type")).get("code") == _FIXED]
    out: dict[object, int] = {fixed[0]: 0} if len(fixed) == 1 else {}
    for _ in timings:
        for one in timings:
            days, kind = days_of(one.get("value")), code_of(one.get("type")).get("code")
            sign = {_BEFORE: -1, _AFTER: 1}.get(str(kind))
            if days is None or sign is None:
                continue
            if one[_TO] in out and one[_FROM] not in out:
                out[one[_FROM]] = out[one[_TO]] + sign * days
            elif one[_FROM] in out and one[_TO] not in out:
                out[one[_TO]] = out[one[_FROM]] - sign * days
    return out


def _rule(definition: Definition, node: Node, name: str) -> str:
    rule = node.get(name)
    return definition.plain(rule.get("text")) if isinstance(rule, dict) else ""


def _said(definition: Definition, timing: Node) -> str:
    """The rule that a timing is: ``2 Weeks after Dose``."""
    kind = {_BEFORE: "before", _AFTER: "after"}.get(str(code_of(timing.get("type")).get("code")))
    to = definition.of(timing.get(_TO))
    value = definition.plain(timing.get("valueLabel") or timing.get("value"))
    name = definition.plain(to.get("label") or to.get("name"))
    return f"{value} {kind} {name}" if kind and value and name else ""

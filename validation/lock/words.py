"""The words of every verdict about a lock. No other module words one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specs.findings import Severity
from transport.publish import LOCK_SCHEMA
from validation.lock.state import ANALYSIS, Evidence, Lock, State

_LOOKED = {
    "build": "the build",
    "freshness": "the hashes of what it was built from",
    "account": "the account of the raw data",
    "queries": "the queries",
    "conformance": "conformance",
    ANALYSIS: "the analysis",
}
_SAYS = {
    Severity.REJECTS: ("makes the gateway reject it", "make the gateway reject it"),
    Severity.BLOCKS: ("blocks the lock", "block the lock"),
    Severity.EXPLAIN: ("waits for an explanation", "wait for an explanation"),
}
NO_RULE_RAN = "No rule ran: this report says nothing about the data."


def says(lock: Lock) -> str:
    """The state of a lock in one sentence, without its full stop."""
    match lock.state:
        case State.NOT_BUILT:
            return f"Not built: {_reason(lock, State.NOT_BUILT) or 'there is no build'}"
        case State.STALE:
            return stale(_reason(lock, State.STALE))
        case State.BLOCKED:
            return f"Blocked: {_joined(_blocking(lock))}"
        case State.UNCHECKED:
            return f"Nothing blocks so far; {_unchecked(lock)}"
        case State.UNEXPLAINED:
            return f"May be locked; {_joined(_without_text(lock))} need a text"
        case State.READY:
            return f"Ready: {_looked_at(lock)}"


def lock_dict(lock: Lock) -> dict[str, Any]:
    """The lock as JSON-ready data."""
    return {
        "schema": LOCK_SCHEMA,
        "state": lock.state.value,
        "says": says(lock),
        "evidence": [one.to_dict() for one in lock.evidence],
        "not_looked_at": list(lock.not_looked_at),
    }


def lock_lines(lock: Lock) -> list[str]:
    """The state, and below it what it rests on, for a terminal."""
    lines = [says(lock)]
    for one in lock.evidence:
        numbers = [f"{number:,} {name}" for name, number in one.open.items() if number]
        opened = f", open: {', '.join(numbers)}" if numbers else ""
        parts = (("asked", one.asked), ("explained", one.explained))
        settled = "".join(f", {name}: {number:,}" for name, number in parts if number)
        reason = f" ({one.reason})" if one.reason else ""
        line = f"  {one.kind:<12} {one.looked_at:>6,} looked at{opened}{settled}"
        lines.append(f"{line} -> {one.forces.value}{reason}")
    return lines + [f"  {kind:<12} not looked at" for kind in lock.not_looked_at]


def stale(reason: str) -> str:
    """That a build is not what its study, or its own manifest, says of it."""
    return f"Stale: {reason}"


def dry_run(lock: Lock) -> str:
    """The banner of what is made before the lock; "" where it may be locked."""
    if lock.state is not State.BLOCKED:
        return ""
    return f"Dry run before lock. {says(lock)}: not to be sent."


def report_says(
    rules_ran: int,
    opened: Mapping[str, int],
    *,
    failed: int = 0,
    explained: int = 0,
    not_run: int = 0,
    asked: int = 0,
    not_held: Mapping[str, int] | None = None,
) -> str:
    """What a conformance report says of data that no study and build of ours stand behind.

    ``not_held`` counts the rules that did not run by what of the standards they lacked.
    """
    if rules_ran == 0:
        return NO_RULE_RAN
    parts = _open_parts(opened)
    if failed:
        parts.append(f"{count(failed, 'rule')} failed to run")
    if asked:
        parts.append(f"{asked:,} asked by open queries")
    if parts:
        sentence = f"Not ready: {_joined(parts)}"
    elif explained:
        every = "all " if explained > 1 else ""
        sentence = f"Ready: {count(explained, 'finding')}, {every}explained"
    else:
        sentence = f"Clean: {count(rules_ran, 'rule')} ran and found nothing to act on"
    left_out = f"; {count(not_run, 'rule')} did not run" if not_run else ""
    if not_held:
        left_out += f" ({'; '.join(f'{n:,}: {what}' for what, n in not_held.items())})"
    return f"{sentence}{left_out}."


def _open_parts(opened: Mapping[str, int]) -> list[str]:
    parts: list[str] = []
    for level, (one, many) in _SAYS.items():
        number = opened.get(level.value, 0)
        if number:
            shown = f"{number:,}" if parts else count(number, "finding")
            parts.append(f"{shown} {one if number == 1 else many}")
    return parts


def _reason(lock: Lock, state: State) -> str:
    return "; ".join(one.reason for one in lock.evidence if one.state is state and one.reason)


def _blocking(lock: Lock) -> list[str]:
    parts = []
    if lock.questions:
        verb = "is" if lock.questions == 1 else "are"
        parts.append(f"{count(lock.questions, 'question')} {verb} open")
    others = [one for one in lock.evidence if one.kind not in ("queries", ANALYSIS)]
    number = sum(_blocks(one) for one in others)
    if number:
        verb = "blocks" if number == 1 else "block"
        parts.append(f"{count(number, 'finding')} of rules {verb}")
    reasons = [one.reason for one in lock.evidence if one.state is State.BLOCKED and one.reason]
    return parts + reasons


def _blocks(one: Evidence) -> int:
    return one.open.get(Severity.BLOCKS, 0) + one.open.get(Severity.REJECTS, 0)


def _unchecked(lock: Lock) -> str:
    reasons = [one.reason for one in lock.evidence if one.state is State.UNCHECKED and one.reason]
    missing = [_LOOKED[kind] for kind in lock.not_looked_at]
    missing += [
        _LOOKED[one.kind]
        for one in lock.evidence
        if one.forces is State.UNCHECKED and not one.reason
    ]
    if missing:
        verb = "was" if len(missing) == 1 else "were"
        reasons.append(f"{_joined(missing)} {verb} not looked at")
    return "; ".join(reasons)


def _without_text(lock: Lock) -> list[str]:
    parts = []
    for kinds, noun in (
        (("queries", ANALYSIS), "question"),
        (("conformance",), "finding"),
        (("package",), "gap"),
    ):
        some = [one for one in lock.evidence if one.kind in kinds]
        number = sum(one.open.get(Severity.EXPLAIN, 0) for one in some)
        if number:
            parts.append(count(number, noun))
    return parts


def _looked_at(lock: Lock) -> str:
    nouns = (("sources", "source"), ("checks", "check"), ("conformance", "rule"))
    looked = [count(one.looked_at, noun) for kind, noun in nouns if (one := lock.of(kind))]
    explained = sum(one.explained for one in lock.evidence)
    more = f"; {count(explained, 'finding')} explained" if explained else ""
    return f"{', '.join(looked)} looked at{more}"


def count(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

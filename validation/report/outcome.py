"""The verdict of a report in one sentence, and its exit code."""

from __future__ import annotations

from specs.findings import Severity
from validation.report.model import Report, RunState

_SAYS = {
    Severity.REJECTS: ("makes the gateway reject it", "make the gateway reject it"),
    Severity.BLOCKS: ("blocks the lock", "block the lock"),
    Severity.EXPLAIN: ("waits for an explanation", "wait for an explanation"),
}


def exit_code(report: Report) -> int:
    """0 clean or all explained, 1 open findings or a rule that failed, 2 no rule ran at all."""
    if report.rules_ran == 0:
        return 2
    if report.counts.open or report.states[RunState.ERROR.value]:
        return 1
    return 0


def verdict(report: Report) -> str:
    """One sentence: can this be locked or sent, and if not, why not."""
    if report.rules_ran == 0:
        return "No rule ran: this report says nothing about the data."
    counts = report.counts
    if exit_code(report) == 1:
        sentence = f"Not ready: {_joined(_open_parts(report))}"
    elif counts.explained:
        every = "all " if counts.explained > 1 else ""
        sentence = f"Ready: {_count(counts.explained, 'finding')}, {every}explained"
    else:
        sentence = f"Clean: {_count(report.rules_ran, 'rule')} ran and found nothing to act on"
    return f"{sentence}{_left_out(report)}."


def _open_parts(report: Report) -> list[str]:
    parts: list[str] = []
    for level, (one, many) in _SAYS.items():
        number = report.counts.open_by_severity[level.value]
        if number:
            noun = "finding" if not parts else ""
            parts.append(f"{_count(number, noun)} {one if number == 1 else many}")
    failed = report.states[RunState.ERROR.value]
    if failed:
        parts.append(f"{_count(failed, 'rule')} failed to run")
    return parts


def _left_out(report: Report) -> str:
    number = report.states[RunState.NOT_RUN.value]
    return f"; {_count(number, 'rule')} did not run" if number else ""


def _count(number: int, noun: str) -> str:
    if not noun:
        return f"{number:,}"
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

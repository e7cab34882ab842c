"""Text views: ``concise`` for CI, ``full`` for the terminal. Plain text, no colour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specs.findings import Finding, Severity
from validation.report.counting.table import findings_of
from validation.report.model import Report, RunState
from validation.report.outcome import verdict

_SHOWN_RECORDS = 20
_LONGEST_VALUE = 60
_SHORT_VALUE = 30
_MOST_VALUES = 5
_LONGEST_NAMES = 40
_LONGEST_REASON = 200


def concise(report: Report) -> str:
    """One line per open group, worst first, then one per rule for the rest, one per reason for
    which rules did not run, what changed since the previous report, the standards, and last the
    verdict.

    ``severity rule dataset.variable value: message (records, subjects) [change, explained]``

    More than five values of one rule, data set and variable (in one state) share a line. What is
    explained, or information, has one line per rule and state.
    """
    folded: dict[tuple[str, ...], list[Any]] = {}
    settled: dict[tuple[str, ...], list[Any]] = {}
    for group in report.groups.itertuples():
        if _standing(group) or group.severity == Severity.INFO.value:
            state = (group.severity, group.rule, group.change, _standing(group))
            settled.setdefault(state, []).append(group)
        else:
            named = (group.severity, group.rule, group.dataset, group.variable, group.change)
            folded.setdefault(named, []).append(group)
    lines = [line for groups in folded.values() for line in _folded(groups)]
    lines += [_one_line(groups) for groups in settled.values()]
    lines += _left_out(report)
    lines += _against_previous(report)
    lines += _checked_as(report)
    return "\n".join([*lines, verdict(report)]) + "\n"


def _against_previous(report: Report) -> Iterator[str]:
    """``since cut 1: 3 new, 1 grown, 20 unchanged, 2 gone (groups of findings)``."""
    if report.previous is not None:
        counts = ", ".join(f"{n:,} {change.lower()}" for change, n in report.changes.items())
        yield f"since {one_line(report.previous)}: {counts} (groups of findings)"


def _checked_as(report: Report) -> Iterator[str]:
    """``checked as SDTMIG 3.3, Controlled terminology sdtmct-2020-12-18``."""
    if report.standards:
        named = (f"{each.name} {each.version}".strip() for each in report.standards)
        yield f"checked as {', '.join(named)}"


def _left_out(report: Report) -> Iterator[str]:
    """``not run RULE, RULE, ... (11 rules): there is no define.xml``."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for rule in report.rules:
        if rule.status in (RunState.NOT_RUN, RunState.ERROR):
            said = "failed" if rule.status is RunState.ERROR else "not run"
            reasons.setdefault((said, rule.reason or "no reason given"), []).append(rule.id)
    for (said, reason), names in sorted(reasons.items()):
        more = f", ... ({len(names):,} rules)" if len(names) > 3 else ""
        yield f"{said:<8}{', '.join(names[:3])}{more}: {_short(one_line(reason), _LONGEST_REASON)}"


def _folded(groups: list[Any]) -> Iterator[str]:
    """The lines of groups that differ in their value or message alone: each, or one for all."""
    if len(groups) <= _MOST_VALUES:
        yield from map(_group_line, groups)
    else:
        yield _one_line(groups)


def _one_line(groups: list[Any]) -> str:
    """Groups of one rule in one state."""
    if len(groups) == 1:
        return _group_line(groups[0])
    first = groups[0]
    messages = {one_line(group.message) for group in groups}
    said = (
        messages.pop()
        if len(messages) == 1
        else f"{one_line(first.message).rstrip('.')}, and others"
    )
    shown = [f"'{_short(one_line(g.value), _SHORT_VALUE)}'" for g in groups[:3] if g.value]
    values = f" ({', '.join(shown)}, ...)" if shown else ""
    state = f"{first.change}{_standing(first)}"
    found = f"{sum(group.count for group in groups):,} found, {len(groups):,} values{values}"
    places = list(dict.fromkeys(map(_target, groups)))
    target = ", ".join(places[:3]) + (", ..." if len(places) > 3 else "")
    return f"{first.severity:<8}{first.rule} {target}: {said} ({found}) [{state}]"


def full(report: Report, records: int = _SHOWN_RECORDS) -> str:
    """The verdict, each group with its first ``records`` findings, and what did not run."""
    return "\n".join([verdict(report), "", *_groups(report, records), *_rules(report)]) + "\n"


def _group_line(group: Any) -> str:
    state = f"{group.change}{_standing(group)}"
    found = f"{group.count:,} found"
    if group.subjects:
        found += f" in {group.subjects:,} subject{'s' if group.subjects > 1 else ''}"
    value = f" '{_short(one_line(group.value), _LONGEST_VALUE)}'" if group.value else ""
    return (
        f"{group.severity:<8}{group.rule} {_target(group)}{value}: "
        f"{one_line(group.message)} ({found}) [{state}]"
    )


def _standing(group: Any) -> str:
    """What keeps a group from being open, as it follows its change; "" for an open one."""
    if group.asked == group.count:
        return ", asked"
    return ", explained" if group.explained else ""


def _target(group: Any) -> str:
    names = [name for name in (group.dataset, _short(group.variable, _LONGEST_NAMES)) if name]
    return ".".join(names) or "study"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def one_line(text: str) -> str:
    """Text on one line, control characters made visible."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _groups(report: Report, records: int) -> Iterator[str]:
    starts = report.table["group"].searchsorted(range(len(report.groups)))
    for group, start in zip(report.groups.itertuples(), starts, strict=True):
        yield _group_line(group)
        if group.explained:
            yield f"    explained: {group.explanation} ({group.author}, review {group.review_by})"
        shown = min(records, group.listed)
        for item in findings_of(report.table.iloc[start : start + shown]):
            yield f"    {_finding_line(item)}"
        if group.count > shown:
            yield f"    ... and {group.count - shown:,} more"


def _finding_line(item: Finding) -> str:
    parts = [f"record {item.record}" if item.record else "data set"]
    parts += [f"{name}={one_line(value)}" for name, value in item.key]
    parts += [f"raw {one_line(str(item.raw))}"] if item.raw else []
    parts += [f"spec {item.spec}"] if item.spec else []
    return "  ".join(parts)


def _rules(report: Report) -> Iterator[str]:
    states = report.states
    yield ""
    yield (
        f"rules: {states['run']} ran, {states['not-run']} did not run, "
        f"{states['not-applicable']} not applicable, {states['error']} failed"
    )
    for rule in report.rules:
        if rule.status in (RunState.NOT_RUN, RunState.ERROR):
            yield f"    {rule.status.value} {rule.id}: {rule.reason or 'no reason given'}"

"""The parts of the HTML view that are plain HTML: front page, gone groups, rules, inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from specs.findings import Severity
from validation.lock.words import dry_run
from validation.report.counting.datasets import dataset_counts
from validation.report.model import Change, Report, RuleStatus, RunState
from validation.report.outcome import exit_code, verdict

_SHOWN_GONE = 1000
_TONES = (("0", "ok"), ("1", "stop"), ("2", "stop"), ("explain", "explain"))
_UNPRINTABLE = {c: f"\\u{c:04x}" for c in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F),
                *range(0x2066, 0x206A)) if c not in (9, 10)}  # fmt: skip


def escaped(text: str) -> str:
    """Escaped for HTML; control and direction marks are shown, not obeyed."""
    return escape(text.translate(_UNPRINTABLE))


def _icon(name: str, cls: str = "") -> str:
    return f'<svg class="{cls}" aria-hidden="true"><use href="#s-{name}"/></svg>'


def front(report: Report) -> str:
    """Verdict, severities, changes and rules: what a validator needs on screen one."""
    code = exit_code(report)
    tone, icon = _TONES[-1] if code == 1 and _only_to_explain(report) else _TONES[code]
    return (
        f'<div class="verdict tone-{tone}">{_icon(icon)}'
        f"<div>{escaped(_banner(report))}<small>{_basis(report)}</small></div></div>\n"
        f'<div class="board">{_severities(report)}{_changes(report)}{_ran(report)}</div>'
    )


def _banner(report: Report) -> str:
    """The verdict; before the lock, that this is a dry run."""
    return (report.lock is not None and dry_run(report.lock)) or verdict(report)


def _only_to_explain(report: Report) -> bool:
    if report.lock is not None:
        return report.lock.state.may_be_locked
    todo = report.counts.open_by_severity
    failed = report.states[RunState.ERROR.value]
    return not (todo[Severity.REJECTS.value] or todo[Severity.BLOCKS.value] or failed)


def _basis(report: Report) -> str:
    standards = ", ".join(f"{item.name} {item.version}" for item in report.standards)
    datasets = [file for file in report.inputs if file.dataset]
    records = sum(file.records or 0 for file in datasets)
    parts = [standards, f"{len(datasets)} data sets, {records:,} records" if datasets else ""]
    return escaped(" \N{MIDDLE DOT} ".join(part for part in (*parts, report.engine) if part))


def _severities(report: Report) -> str:
    counts = report.counts
    tiles = []
    for i, level in enumerate(Severity):
        total, todo = counts.by_severity[level.value], counts.open_by_severity[level.value]
        shown = total if level is Severity.INFO else todo
        settled = "settled" if counts.asked else "explained"
        below = "nothing to do" if level is Severity.INFO else f"{total - todo:,} {settled}"
        tiles.append(
            f'<button type="button" class="tile{"" if shown else " none"}" data-severity="{i}" '
            f'aria-pressed="false"><span class="{level.value}">{_icon(level.value)}'
            f"{level.value.capitalize()}</span><b>{shown:,}</b><i>{below}</i></button>"
        )
    asked = f", {counts.asked:,} asked by open queries" if counts.asked else ""
    side = f"{counts.total:,} in all, {counts.explained:,} explained{asked}"
    return _card("Open findings", side, f'<div class="tiles">{"".join(tiles)}</div>')


def _changes(report: Report) -> str:
    if report.previous is None:
        side = "no previous report: everything is new"
    else:
        side = f"since {escaped(report.previous) or 'the previous report'}"
    explained = int(report.groups.loc[_unchanged(report), "explained"].sum())
    below = {Change.UNCHANGED: f"{explained:,} explained"}
    tiles = []
    for change in Change:
        number = report.changes[change.value]
        if change is Change.NOT_CHECKED and not number:
            continue
        leads = change in (Change.GONE, Change.NOT_CHECKED)
        target = 'data-tab="gone"' if leads else f'data-state="{change.value}" aria-pressed="false"'
        tiles.append(
            f'<button type="button" class="tile{"" if number else " none"}" {target}>'
            f"<span>{change.value}</span><b>{number:,}</b>"
            f"<i>{below.get(change, '')}&nbsp;</i></button>"
        )
    return _card("Groups of findings", side, f'<div class="tiles">{"".join(tiles)}</div>')


def _unchanged(report: Report) -> object:
    return report.groups["change"] == Change.UNCHANGED.value


def _ran(report: Report) -> str:
    states = report.states
    found = sum(rule.count > 0 for rule in report.rules if rule.status is RunState.RUN)
    parts = (
        ("clean", states["run"] - found, "clean"),
        ("found", found, "with findings"),
        ("notrun", states["not-run"], "did not run"),
        ("error", states["error"], "failed"),
        ("na", states["not-applicable"], "not applicable"),
    )
    total = max(1, sum(number for _, number, _ in parts))
    bars, x = [], 0.0
    for name, number, _ in parts:
        bars.append(
            f'<rect class="k-{name}" x="{x:.3f}" width="{number / total * 100:.3f}" height="10"/>'
        )
        x += number / total * 100
    legend = "".join(
        f'<li><svg class="k-{name}" viewBox="0 0 10 10" aria-hidden="true">'
        f'<rect width="10" height="10" rx="2"/></svg><b>{number:,}</b> {label}</li>'
        for name, number, label in parts
    )
    bar = (
        '<svg class="bar wide" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'{"".join(bars)}</svg><ul class="legend">{legend}</ul>'
    )
    return _card("Rules", f"{len(report.rules):,} in all", bar)


def _card(title: str, side: str, body: str) -> str:
    return f'<div class="card"><h2>{title} <em>{side}</em></h2>{body}</div>'


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]], classes: dict[int, str]) -> str:
    """A table; cells are HTML already. ``classes`` by column."""

    def cell(tag: str, i: int, content: str) -> str:
        cls = f' class="{classes[i]}"' if i in classes else ""
        return f"<{tag}{cls}>{content}</{tag}>"

    header = "".join(cell("th", i, name) for i, name in enumerate(head))
    body = "".join(
        f"<tr>{''.join(cell('td', i, content) for i, content in enumerate(row))}</tr>"
        for row in rows
    )
    return (
        f'<div class="tablewrap"><table><thead><tr>{header}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def gone(report: Report) -> str:
    """Groups of the previous report that are not there any more."""
    if report.previous is None:
        return '<p class="note">There is no previous report to compare with.</p>'
    if not len(report.gone):
        return '<p class="note">Everything that the previous report found is still found.</p>'
    rows = [
        (
            f'<span class="{row.severity}">{_icon(row.severity)}{row.severity}</span>',
            escaped(row.rule),
            escaped(row.dataset),
            escaped(row.variable),
            escaped(row.value),
            f"{row.previous_count:,}",
            escaped(row.change),
            escaped(row.first_seen),
        )
        for row in report.gone.head(_SHOWN_GONE).itertuples()
    ]
    head = ("Severity", "Rule", "Data set", "Variable", "Value", "Before", "Now", "First seen")
    left = len(report.gone) - len(rows)
    note = f'<p class="note">and {left:,} more, in the JSON report.</p>' if left else ""
    return html_table(head, rows, {3: "mono", 4: "mono", 5: "num"}) + note


def data_sets(report: Report) -> str:
    """What was found in each data set; its name leads to its findings."""
    rows = []
    for each in dataset_counts(report):
        name = escaped(each.name)
        shown = (
            f'<button type="button" class="link" data-set="{name}">{name}</button>'
            if each.total and name
            else name or "the study as a whole"
        )
        numbers = [each.open.get(level.value, 0) for level in Severity]
        numbers += [each.explained, each.rules, each.subjects]
        rows.append(
            (
                shown,
                escaped(each.label),
                "" if each.records is None else f"{each.records:,}",
                *(f"{number:,}" if number else "" for number in numbers),
            )
        )
    if not rows:
        return '<p class="note">No data set was named.</p>'
    levels = tuple(
        f'<span class="{level.value}">{_icon(level.value)}{level.value.capitalize()}</span>'
        for level in Severity
    )
    head = ("Data set", "Label", "Records", *levels, "Explained", "Rules", "Subjects")
    note = '<p class="note">Open findings by severity; explained ones apart.</p>'
    return note + html_table(head, rows, dict.fromkeys(range(2, len(head)), "num"))


def rules(report: Report) -> str:
    """Every rule with what became of it, what did not run first."""
    blocks = (
        ("Failed", RunState.ERROR, None, True),
        ("Did not run", RunState.NOT_RUN, None, True),
        ("Ran and found something", RunState.RUN, True, True),
        ("Ran clean", RunState.RUN, False, False),
        ("Not applicable", RunState.NOT_APPLICABLE, None, False),
    )
    found = []
    for title, state, with_count, is_open in blocks:
        chosen = [
            rule
            for rule in report.rules
            if rule.status is state and (with_count is None or (rule.count > 0) is with_count)
        ]
        if chosen:
            found.append(_rule_block(title, chosen, is_open))
    return "".join(found) or '<p class="note">No rule was given.</p>'


def _rule_block(title: str, chosen: list[RuleStatus], is_open: bool) -> str:
    ran = chosen[0].status is RunState.RUN
    rows = [
        (
            escaped(rule.id),
            escaped(rule.title),
            escaped(", ".join((*rule.cdisc_ids, *rule.fda_ids))),
            f"{rule.count:,}" if ran else escaped(rule.reason),
        )
        for rule in chosen
    ]
    head = ("Rule", "Title", "Answers to", "Findings" if ran else "Reason")
    table = html_table(head, rows, {3: "num"} if ran else {})
    return (
        f'<details class="block"{" open" if is_open else ""}>'
        f"<summary>{title} <i>{len(chosen):,}</i></summary>{table}</details>"
    )


def inputs(report: Report) -> str:
    """Standards and controlled terminology, and the files that were read with their hashes."""
    standards = [(escaped(item.name), escaped(item.version)) for item in report.standards]
    files = [
        (
            escaped(file.name),
            escaped(file.dataset),
            escaped(file.label),
            "" if file.records is None else f"{file.records:,}",
            f"{file.bytes:,}" if file.bytes else "",
            escaped(file.sha256),
        )
        for file in report.inputs
    ]
    head = ("File", "Data set", "Label", "Records", "Bytes", "SHA-256")
    classes = {0: "mono", 3: "num", 4: "num", 5: "mono hash"}
    return html_table(("Standard or terminology", "Version"), standards, {}) + html_table(
        head, files, classes
    )

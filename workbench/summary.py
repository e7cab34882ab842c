"""The summary of a build: data sets, records, queries by severity, and what to do next."""

from __future__ import annotations

from pathlib import Path

import click

from sdtm.build import EditCheck
from specs import Finding, Severity
from transport.publish import read_manifest
from validation.account.raw import last_line
from validation.lock.words import says
from workbench.queries.round import is_open
from workbench.steps.sdtm import SdtmResult
from workbench.terminal import render, severity_counts, show_table

_FIRST = 8


def show_build(result: SdtmResult) -> None:
    """Print what ``build-sdtm`` did."""
    show_made(result)
    click.echo(_next(result))


def show_made(result: SdtmResult) -> None:
    """Print what a build made and found, without what became of it."""
    if result.datasets:
        rows = [(name, f"{records:,}", label) for name, (label, records) in result.datasets.items()]
        show_table(rows, ("data set", "records", "label"))
        click.echo()
    for name, reason in result.failed.items():
        click.echo(f"  {name}: not built, {reason}")
    _show_first(result.findings, only_blocking=bool(result.failed))
    if result.checks:
        click.echo(_checks(result.checks))
    counts = severity_counts(result.findings)
    click.echo("findings: " + ", ".join(f"{n} {severity}" for severity, n in counts.items()))
    if result.account is not None:
        click.echo(last_line(result.account))
    if result.answers:
        click.echo(f"answers read from the workbooks: {result.answers}")


def _checks(checks: list[EditCheck]) -> str:
    """What the edit checks did: how many ask, and how many looked at nothing."""
    asking = sum(check.asked > 0 for check in checks)
    idle = sum(check.looked_at == 0 for check in checks)
    text = f"edit checks: {len(checks)}, of which {asking} ask"
    return text + (f" and {idle} looked at no record" if idle else "")


def _show_first(findings: list[Finding], *, only_blocking: bool) -> None:
    """The worst findings, one of each rule and variable; all are in the files."""
    seen: set[tuple[str, str, str]] = set()
    for finding in sorted(findings, key=lambda f: f.severity.rank):
        if only_blocking and finding.severity is not Severity.BLOCKS:
            continue
        kind = (finding.rule, finding.dataset, finding.variable)
        if finding.severity is Severity.INFO or kind in seen or len(seen) >= _FIRST:
            continue
        seen.add(kind)
        click.echo(render(finding))
    if seen:
        click.echo()


def last_good(out: Path) -> str:
    """What became of the build that was there before."""
    if read_manifest(out) is not None:
        return f"the last good build in {out.as_posix()} is whole"
    return f"there is no earlier build in {out.as_posix()}"


def _next(result: SdtmResult) -> str:
    name = result.out.as_posix()
    if not result.published:
        return (
            f"Nothing was published; {last_good(result.out)}. "
            f"All findings: {name}-failed/findings.json, queries: {name}-failed/queries.xlsx"
        )
    told = "" if result.lock is None else f" {says(result.lock)}."
    return f"Published to {name}.{told}{to_send(result)}"


def to_send(result: SdtmResult) -> str:
    """Where the questions are that have to be answered; "" where nothing blocks."""
    opened = [f for f in result.findings if is_open(f)]
    blocks = any(f.severity in (Severity.BLOCKS, Severity.REJECTS) for f in opened)
    return f" Send the files in {result.out.as_posix()}/queries." if blocks else ""

"""How findings and results look on a terminal: place, line, caret, hint; a short summary."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from specs import Finding, Severity

_MOST = 40


def render(finding: Finding) -> str:
    """One finding as a person reads it, several lines."""
    lines = [_head(finding)]
    spec = finding.spec
    if spec is not None and spec.line and spec.source and finding.raw is None:
        number = f"{spec.line:>5} | "
        lines.append(f"{number}{spec.source}")
        lines.append(
            " " * (len(number) - 2) + "| " + " " * (spec.column - 1) + "^" * min(spec.length, 60)
        )
    elif spec is not None and spec.line:
        lines.append(f"  spec {spec}")
    if finding.details.get("meanwhile"):
        lines.append(f"  meanwhile: {finding.details['meanwhile']}")
    if finding.hint:
        lines.append(f"  hint: {finding.hint}")
    return "\n".join(lines)


def _head(finding: Finding) -> str:
    place = finding.raw or finding.spec
    key = " ".join(value for _, value in finding.key)
    where = f"{place} " if place is not None else ""
    return f"{where}{finding.rule} {finding.message}{f' [{key}]' if key else ''}"


def show_findings(
    findings: Sequence[Finding], stream: TextIO | None = None, most: int = _MOST
) -> None:
    """Print findings, worst first, at most ``most`` of them."""
    out = stream or sys.stderr
    ordered = sorted(findings, key=lambda f: f.severity.rank)
    for finding in ordered[:most]:
        print(render(finding), file=out)
        print(file=out)
    if len(ordered) > most:
        print(f"... and {len(ordered) - most} more; all of them are in findings.json", file=out)


def severity_counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Number of findings by severity, worst first, every severity named."""
    counts = Counter(f.severity for f in findings)
    return {severity.value: counts[severity] for severity in Severity}


def show_table(
    rows: Sequence[Sequence[str]], head: Sequence[str], stream: TextIO | None = None
) -> None:
    """Print a plain table, numbers to the right."""
    out = stream or sys.stdout
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        cells = [
            c.rjust(w) if c.replace(",", "").isdigit() else c.ljust(w)
            for c, w in zip(row, widths, strict=True)
        ]
        print("  " + "  ".join(cells).rstrip(), file=out)


def print_json(data: Any) -> None:
    """Print JSON to standard output; where that cannot show every character, escaped."""
    shows_all = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(data, ensure_ascii=not shows_all, indent=2))


@contextmanager
def progress(title: str) -> Iterator[Any]:
    """A one-line progress display on stderr, off when that is no terminal.

    Yields a function of (data set, step).
    """
    if not sys.stderr.isatty():
        yield lambda _dataset, _step: None
        return
    from rich.console import Console

    with Console(stderr=True).status(title) as status:
        yield lambda dataset, step: status.update(f"{title}: {dataset} {step.lstrip('*+')}")

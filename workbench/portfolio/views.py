"""A portfolio's report: on the terminal, as JSON, and as one page that needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Any

from workbench.portfolio.outcome import End, Outcome, StageEnd

SCHEMA = "tracelock-portfolio/1"
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="sums">{sums}</p>
<div class="frame" tabindex="0">
<table>
<thead><tr><th scope="col">Study</th><th scope="col">State</th><th scope="col">Lock</th>
<th scope="col">Commands</th><th scope="col">Findings</th><th scope="col">Files that changed</th>
<th scope="col" class="n">Time</th><th scope="col" class="n">CPU</th>
<th scope="col" class="n">Memory</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
</main>
</body>
</html>
"""


def as_dict(title: str, outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    """The report as JSON-ready data."""
    return {
        "schema": SCHEMA,
        "title": title,
        "seconds": round(seconds, 3),
        "states": dict(Counter(one.end.value for one in outcomes)),
        "studies": [one.to_dict() for one in outcomes],
    }


def line(outcome: Outcome) -> str:
    """One study in one line, as it comes."""
    taken = "not run" if outcome.end is End.CURRENT else f"{outcome.seconds:.1f} s"
    built = outcome.end in (End.DONE, End.CURRENT, End.FINDINGS)
    told = (built and outcome.says) or outcome.why
    again = f" (attempt {outcome.attempts})" if outcome.attempts > 1 else ""
    return f"{outcome.name}: {outcome.end.value}, {taken}{again}{f'; {told}' if told else ''}"


def sums(outcomes: Sequence[Outcome], seconds: float) -> str:
    """How many of each state, and the time."""
    counts = Counter(one.end for one in outcomes)
    parts = [f"{counts[end]} {end.value}" for end in End if counts[end]]
    studies = "1 study" if len(outcomes) == 1 else f"{len(outcomes)} studies"
    return f"{studies}: {', '.join(parts)}; {seconds:.1f} s"


def html_page(title: str, outcomes: Sequence[Outcome], seconds: float) -> str:
    """The report as a page; the worst first."""
    order = list(End)
    worst = sorted(outcomes, key=lambda one: -order.index(one.end))
    style = (files("workbench.portfolio") / "style.css").read_text("utf-8")
    return _PAGE.format(
        title=escape(title),
        style=style,
        sums=escape(sums(outcomes, seconds)),
        rows="\n".join(map(_row, worst)),
    )


def _row(one: Outcome) -> str:
    bad = {End.DONE: "ok", End.CURRENT: "ok", End.FINDINGS: "ask"}.get(one.end, "bad")
    why = f"<small>{escape(one.why)}</small>" if one.why else ""
    log = f'<a href="logs/{escape(one.name)}.txt">log</a>' if one.log else ""
    commands = "".join(f"<li>{escape(_command(stage))}</li>" for stage in one.stages)
    memory = f"{one.memory / 1e6:,.0f} MB" if one.memory else ""
    cells = (
        f'<td><b class="{bad}">{escape(one.end.value)}</b>{why}{log}</td>',
        f"<td>{escape(one.says)}</td>",
        f"<td><ul>{commands}</ul></td>",
        f"<td>{escape(_found(one))}</td>",
        f"<td>{escape(_listed(one.changed))}</td>",
        f'<td class="n">{one.seconds:,.1f} s</td>',
        f'<td class="n">{one.cpu:,.1f} s</td>',
        f'<td class="n">{memory}</td>',
    )
    where = f"<small>{escape(one.where)}</small>" if one.where else ""
    return f'<tr><th scope="row">{escape(one.name)}{where}</th>{"".join(cells)}</tr>'


def _command(stage: StageEnd) -> str:
    if stage.exit_code is None:
        return f"{stage.stage}: {stage.says or 'did not run'}"
    return f"{stage.stage} {stage.exit_code} ({stage.seconds:.1f} s)"


def _found(one: Outcome) -> str:
    """Findings of all commands by severity."""
    total: Counter[str] = Counter()
    for stage in one.stages:
        total.update(stage.findings)
    return _listed({name: total[name] for name in ("rejects", "blocks", "explain", "info")})


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)

"""A diff as one HTML file that needs no network: causes on the left, what they changed beside."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from transport.atomic import whole_file
from workbench.diff.model import Diff
from workbench.diff.showing.words import effect_words, effects, group_title, no_effect, root_title

_MOST = 100_000
"""Changes that the page holds; the workbook and the JSON hold all."""


def write_page(diff: Diff, path: Path) -> None:
    """Write the page."""
    with whole_file(path) as file:
        file.write(page(diff).encode("utf-8"))


def page(diff: Diff) -> str:
    """The page as text. Everything that came from data is text in it, never markup."""
    assets = files("workbench.diff.showing")
    style = assets.joinpath("page.css").read_text("utf-8")
    script = assets.joinpath("page.js").read_text("utf-8")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; "
        f"script-src 'sha256-{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )
    data = json.dumps(_data(diff), ensure_ascii=False).replace("<", "\\u003c")
    title = escape(f"{diff.study}: what changed")
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head><body>
<header><h1>{title}</h1><p class="builds">{escape(diff.old)} &rarr; {escape(diff.new)}</p>
{_summary(diff)}</header>
<main><form id="filter" aria-label="Filter">
<label>Data set <select id="dataset"><option value="">all</option></select></label>
<label>Subject <input id="subject" type="search" autocomplete="off" placeholder="ends with"></label>
<label>Cause <input id="cause" type="search" autocomplete="off" placeholder="any word"></label>
<output id="count" aria-live="polite"></output></form>
<div class="panes"><section aria-labelledby="h-causes"><h2 id="h-causes">Causes</h2>
<ol id="causes">{_causes(diff)}</ol></section>
<section aria-labelledby="h-effects"><h2 id="h-effects">What it changed</h2>
<p id="chosen">Choose a cause.</p><div id="raw"></div><div id="effects"></div></section></div>
{_tables(diff)}</main>
<script type="application/json" id="data">{data}</script><script>{script}</script>
</body></html>
"""


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


def _summary(diff: Diff) -> str:
    bad = diff.unexplained or diff.raw_only
    said = f"{diff.unexplained:,} unexplained" if diff.unexplained else "all explained"
    if diff.raw_only:
        said = "the new export does not build: raw data alone"
    facts = [
        f'<strong class="{"bad" if bad else "good"}">{said}</strong>',
        f"{len(diff.groups):,} causes",
        f"{len(diff.records):,} records came or went",
        f"{len(diff.cells):,} values changed",
        f"{sum(one.numbered for one in diff.sets):,} numbers given anew",
    ]
    return f'<p class="facts">{" &middot; ".join(facts)}</p>'


def _causes(diff: Diff) -> str:
    """The causes as plain text: they are there without a script too."""
    known = effects(diff)
    out = []
    for number, group in enumerate(diff.groups):
        words = effect_words(*known.get(number, ([], []))) or [no_effect(diff, group)]
        out.append(
            f'<li data-group="{number}"><button type="button">'
            f"<b>{escape(group_title(diff, group))}</b>"
            f"<span>{escape('; '.join(words))}</span></button></li>"
        )
    return "".join(out)


def _tables(diff: Diff) -> str:
    ends = [
        (e.dataset, e.parameter, e.moved, e.added, e.gone, e.to_event, e.to_censored,
         "; ".join(e.shown)) for e in diff.endpoints
    ]  # fmt: skip
    heads = ("data set", "parameter", "moved", "new", "gone", "to event", "to censored", "which")
    out = [_table("Endpoints", heads, ends)]
    flags = [(p.flag, ", ".join(p.entered), ", ".join(p.left)) for p in diff.populations]
    out.append(_table("Populations", ("flag", "entered", "left"), flags))
    sets = [
        (s.name, *s.records, s.gone, s.added, s.changed, s.numbered)
        for s in diff.sets
        if s.gone or s.added or s.changed
    ]
    head = ("data set", "records before", "now", "gone", "new", "values changed", "numbered anew")
    out.append(_table("Data sets", head, sets))
    out.append(_table("Told", ("code", "what"), [(f.rule, f.message) for f in diff.findings]))
    hints = [(hint,) for hint in diff.hints]
    out.append(_table("Lines that would make it fit", ("line",), hints))
    return "".join(out)


def _table(title: str, heads: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>"
        for row in rows
    )
    return (
        f'<section><h2>{escape(title)}</h2><div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></section>"
    )


def _data(diff: Diff) -> dict[str, Any]:
    """What the script filters: changes with the groups of their roots."""
    group_of = {root: number for number, group in enumerate(diff.groups) for root in group}

    def groups(roots: tuple[int, ...]) -> list[int]:
        return sorted({group_of[root] for root in roots}, key=[*map(group_of.get, roots)].index)

    changes = [
        [c.dataset, c.subject, c.key, c.variable, *c.values, groups(c.roots), c.cause]
        for c in diff.cells
    ]
    changes += [
        [r.dataset, r.subject, r.key, "", *_came(r.records), groups(r.roots), r.cause]
        for r in diff.records
    ]
    raw = [
        [
            [root_title(diff.roots[n]), diff.roots[n].subject,
             [[c.column, c.old, c.new] for c in diff.roots[n].cells]]
            for n in group
        ]
        for group in diff.groups
    ]  # fmt: skip
    return {"changes": changes[:_MOST], "left_out": max(0, len(changes) - _MOST), "raw": raw}


def _came(records: tuple[int | None, int | None]) -> tuple[str, str]:
    return ("record", "gone") if records[1] is None else ("", "new record")

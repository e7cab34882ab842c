"""``review.html``: lock, completeness, questions, account, what changed, subjects, listings.

One offline file. The summaries are plain HTML and stand without a script; data sets travel deflated
in inert blocks and are opened when they are looked at. Values are escaped here and set as text
there; the policy allows no script, style or address but the page's own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from specs import Study
from transport.atomic import whole_file
from transport.publish import enter
from validation.account.raw import last_line, table
from validation.lock.freshness import read_json
from validation.lock.state import Lock
from validation.lock.words import lock_dict
from workbench.review.changes import changes
from workbench.review.chosen import Chosen, chosen
from workbench.review.completeness import Cell, completeness
from workbench.review.packed import packed
from workbench.review.records import accounts_of, frames_of, is_shown, table_of

NAME = "review.html"
_ASSETS = Path(__file__).with_name("assets")
_PAGES = (
    ("lock", "Lock"),
    ("complete", "Completeness"),
    ("queries", "Questions"),
    ("account", "Raw data"),
    ("changes", "Changes"),
    ("subjects", "Subjects"),
    ("listings", "Listings"),
)
_MOST_ROWS = 400


def write_review(study: Study, build: Path, lock: Lock) -> Path:
    """Write the page of a published build beside its data, and give it; the same build gives the
    same bytes."""
    path = build / NAME
    text = review_html(study, build, lock)
    enter(path)
    with whole_file(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))
    return path


def review_html(study: Study, build: Path, lock: Lock) -> str:
    """The whole page."""
    frames = frames_of(build, study.spec.encoding)
    asked = read_json(build / "queries" / "queries.json")
    listed = {name: frame for name, frame in frames.items() if is_shown(name, frame)}
    those = chosen(listed, asked.get("queries", []))
    sections = {
        "lock": _lock(lock),
        "complete": _completeness(completeness(frames, study.spec.cut)),
        "queries": _queries(asked),
        "account": _account(read_json(build / "raw_account.json")),
        "changes": _changes(build, study.spec.encoding),
        "subjects": _left_out(those) + _asset("subjects.html"),
        "listings": _left_out(those) + _listings(listed),
    }
    body = "".join(
        f'<section class="page" id="{name}" aria-label="{title}"><h2>{title}</h2>{sections[name]}'
        "</section>"
        for name, title in _PAGES
    )
    return _whole(study, body, _blocks(listed, build, asked, those))


def _whole(study: Study, body: str, blocks: str) -> str:
    css = _asset("review.css")
    script = '(() => {\n"use strict";\n' + _asset("review.js") + "})();\n"
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(css)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    links = "".join(f'<a href="#{n}" data-page="{n}">{title}</a>' for n, title in _PAGES)
    cut = f"cut {study.spec.cut.isoformat()}" if study.spec.cut else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Review {escape(study.id)}</title><style>{css}</style></head><body>"
        '<a class="skip" href="#main">To the content</a>'
        f"<header><h1>Review of {escape(study.id)}</h1><p>{escape(study.spec.title)} {cut}</p>"
        '<button type="button" id="theme" class="scripted" hidden>Dark or light</button></header>'
        f'<nav aria-label="Pages">{links}</nav><main id="main">{body}</main>'
        f"{blocks}<script>{script}</script></body></html>\n"
    )


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]], numbers: Iterable[int] = ()) -> str:
    right = set(numbers)

    def mark(at: int) -> str:
        return ' class="n"' if at in right else ""

    heads = "".join(f'<th scope="col"{mark(i)}>{escape(h)}</th>' for i, h in enumerate(head))
    body = "".join(
        "<tr>"
        + "".join(f"<td{mark(i)}>{escape(_shown(v))}</td>" for i, v in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll tall" tabindex="0"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _shown(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _lock(lock: Lock) -> str:
    told = lock_dict(lock)
    rows = []
    for one in told["evidence"]:
        opened = ", ".join(f"{number:,} {name}" for name, number in one.get("open", {}).items())
        explained = one.get("explained", 0) or ""
        rows.append(
            (one["kind"], one["forces"], one["looked_at"], opened, explained, one.get("reason", ""))
        )
    rows += [(kind, "not looked at", 0, "", "", "") for kind in told["not_looked_at"]]
    head = ("Evidence", "Leaves", "Looked at", "Open", "Explained", "Why")
    state = escape(told["state"].replace(" ", "-"))
    small = "State of the lock when this page was made, from what the build and its checks found."
    return (
        f'<div class="card verdict {state}">{escape(told["says"])}<small>{small}</small></div>'
        f'<div class="card">{_table(head, rows, (2, 4))}</div>'
    )


def _completeness(cells: Sequence[Cell]) -> str:
    if not cells:
        return '<p class="card">The study has no planned visits (TV), or no sites (DM).</p>'
    told = (
        "Present of due. A visit is due when its planned day lies within the subject's"
        " participation; a form is expected at a visit where at least half of those who had the"
        " visit have it. <b>m</b> missing, <b>nd</b> not done."
    )
    matrices = "".join(
        f'<div class="card"><h3>Site {escape(site)}</h3>{_matrix(cells, site)}</div>'
        for site in sorted({one.site for one in cells})
    )
    return f'<p class="card soft">{told}</p>{matrices}'


def _matrix(cells: Sequence[Cell], site: str) -> str:
    mine = {(one.form, one.visit): one for one in cells if one.site == site}
    visits = list(dict.fromkeys(one.visit for one in cells))
    heads = "".join(f'<th scope="col">{escape(visit)}</th>' for visit in visits)
    rows = []
    for form in dict.fromkeys(one.form for one in cells):
        held = "".join(_of_cell(mine.get((form, visit))) for visit in visits)
        rows.append(f'<tr><th scope="row">{escape(form)}</th>{held}</tr>')
    return (
        '<div class="scroll tall" tabindex="0"><table class="m"><thead><tr>'
        f'<th scope="col">Form</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _of_cell(one: Cell | None) -> str:
    if one is None or not one.due:
        return "<td></td>"
    kind = "full" if not one.missing else "none" if not one.present else "part"
    more = f" · {one.missing} m" if one.missing else ""
    more += f" · {one.not_done} nd" if one.not_done else ""
    return f'<td class="{kind}">{one.present}/{one.due}{more}</td>'


def _queries(asked: Mapping[str, Any]) -> str:
    counts: dict[str, dict[str, int]] = asked.get("counts", {})
    tables = "".join(
        f'<div class="card"><h3>{title}</h3>{_table((name, "Number"), held.items(), (1,))}</div>'
        for name, title in (
            ("state", "By state"),
            ("site", "Open by site"),
            ("owner", "Open by who answers"),
            ("form", "Open by form"),
            ("age", "Open by age"),
        )
        if (held := {text or "(not known)": n for text, n in counts.get(name, {}).items() if n})
    )
    history = _history(asked.get("history", []))
    return f'{_asset("queries.html")}<div class="grid">{tables}{history}</div>'


def _history(numbers: Sequence[Mapping[str, Any]]) -> str:
    by: dict[tuple[str, str], dict[str, int]] = {}
    for one in numbers:
        held = by.setdefault((str(one["cut"]), str(one["raw"])), {})
        held[one["state"]] = held.get(one["state"], 0) + int(one["number"])
    states = sorted({state for held in by.values() for state in held})
    rows = [
        (number, cut, *(held.get(state, 0) for state in states))
        for number, ((cut, _), held) in enumerate(by.items(), start=1)
    ]
    if not rows:
        return ""
    shown = _table(("Export", "Cut", *states), rows, range(2, len(states) + 2))
    return f'<div class="card"><h3>From export to export</h3>{shown}</div>'


def _account(account: Mapping[str, Any]) -> str:
    if not account:
        return '<p class="card">This build has no account of its raw data.</p>'
    rows = table(account)
    head = ("Source", "Of", "What", "Number", "Became", "Why", "Specification")
    more = f"<p>The first {_MOST_ROWS} of {len(rows):,}.</p>" if len(rows) > _MOST_ROWS else ""
    return (
        f'<p class="card"><b>{escape(last_line(account))}</b></p>'
        f'<div class="card">{_table(head, rows[:_MOST_ROWS], (3,))}{more}</div>'
    )


def _changes(build: Path, encoding: str) -> str:
    found = changes(build, encoding)
    if found is None:
        return (
            '<p class="card">No earlier build is kept here: the build that another export replaces'
            " is held against the new one.</p>"
        )
    told = "Held against the build that the last export replaced; <code>tracelock diff</code>"
    return (
        f'<p class="card soft">{told} shows every cell.</p>'
        f'<div class="card">{_table(("Cause", "Effect"), found)}</div>'
    )


def _listings(frames: Mapping[str, Any]) -> str:
    options = "".join(f'<option value="{escape(name)}">{escape(name)}</option>' for name in frames)
    return _asset("listings.html").replace("{{sets}}", options)


def _left_out(those: Chosen) -> str:
    return f'<p class="card">{escape(those.said)}</p>' if those.said else ""


def _blocks(frames: Mapping[str, Any], build: Path, asked: Mapping[str, Any], those: Chosen) -> str:
    accounts = accounts_of(build)
    parts = [_inert("d-queries", _json(asked.get("queries", [])), "application/json")]
    for name, frame in frames.items():
        label = accounts[name].label if name in accounts else name
        text = packed(table_of(name, frame, build, accounts, those.rows(frame)), label)
        parts.append(_inert(f"t-{name}", text, "application/octet-stream"))
    return "".join(parts)


def _inert(identifier: str, text: str, kind: str) -> str:
    return f'<script type="{kind}" id="{escape(identifier)}">{text}</script>\n'


def _json(data: Any) -> str:
    """JSON that cannot leave its element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for code in ("<", "\u2028", "\u2029"):
        text = text.replace(code, f"\\u{ord(code):04x}")
    return text

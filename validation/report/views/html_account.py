"""The section of the HTML view that says what became of the raw data and of analysis records."""

from __future__ import annotations

from typing import Any

from validation.account.told import HEADS, NUMBERS, TITLES
from validation.report.model import Report
from validation.report.views.html_front import escaped, html_table

_MOST = 1000
_NAME = "What became of the data"


def account_tab(report: Report) -> str:
    """The tab; nothing where the data are of no build."""
    if report.account is None:
        return ""
    number = sum(map(len, report.account["tables"].values()))
    return (
        '<button role="tab" id="t-account" aria-controls="account" aria-selected="false" '
        f'tabindex="-1">{_NAME} <i>{number:,}</i></button>\n'
    )


def account_section(report: Report) -> str:
    """Both accounts: a line each, then their tables, the rows of the exports open."""
    if report.account is None:
        return ""
    lines = "".join(f"<p>{escaped(line)}</p>" for line in report.account["says"])
    tables = report.account["tables"]
    blocks = "".join(_block(name, tables[name]) for name in TITLES if tables.get(name))
    return (
        '<section id="account" role="tabpanel" aria-labelledby="t-account" hidden>\n'
        f'<h2 class="paper">{_NAME}</h2>\n<div class="note">{lines}</div>\n{blocks}\n'
        "</section>\n"
    )


def _block(name: str, rows: list[list[Any]]) -> str:
    head = HEADS[name]
    classes = {i: "num" for i, text in enumerate(head) if text in NUMBERS}
    shown = [[_cell(value) for value in row] for row in rows[:_MOST]]
    table = html_table(head, shown, classes)
    left = len(rows) - len(shown)
    note = f'<p class="note">and {left:,} more, in the JSON report.</p>' if left else ""
    opened = " open" if name == "rows" else ""
    return (
        f'<details class="block"{opened}><summary>{TITLES[name]} <i>{len(rows):,}</i></summary>'
        f"{table}{note}</details>"
    )


def _cell(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else escaped(str(value))

"""The HTML view: one offline file, with every finding in it.

The front page, the rules and the inputs are plain HTML. The findings travel as columns of codes in
a JSON block that the script reads; it draws only the rows on screen, so a hundred thousand
findings scroll. Values are data: they are escaped here and set as text there, and the content
policy of the page allows no script, style or address but its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from specs.findings import Severity
from validation.report.counting.datasets import dataset_counts
from validation.report.counting.table import NUMBER_COLUMNS, TEXT_COLUMNS, decode_key, subjects
from validation.report.files import write_beside
from validation.report.model import Change, Report
from validation.report.views.html_account import account_section, account_tab
from validation.report.views.html_front import data_sets, escaped, front, gone, inputs, rules

_ASSETS = Path(__file__).with_name("assets")
_SCRIPTS = ("model.js", "list.js", "detail.js", "main.js")
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_RECORD_TEXTS = tuple(name for name in TEXT_COLUMNS if name not in {
    "rule", "severity", "dataset", "variable", "value", "key"})  # fmt: skip
_CHANGES = (Change.NEW.value, Change.GROWN.value, Change.UNCHANGED.value)


def write_html(report: Report, path: Path) -> None:
    """Write the HTML view; the same report gives the same bytes."""
    write_beside(path, report_html(report).encode("utf-8", "backslashreplace"))


def report_html(report: Report) -> str:
    """The whole page."""
    css = _asset("report.css")
    script = '(() => {\n"use strict";\n' + "".join(_asset(name) for name in _SCRIPTS) + "})();\n"
    parts = {
        "policy": _policy(css, script),
        "title": escaped(f"Conformance report {report.study} {report.label}".strip()),
        "study": escaped(report.study),
        "label": escaped(report.label),
        "front": front(report),
        "sets": data_sets(report),
        "gone": gone(report),
        "rules": rules(report),
        "inputs": inputs(report),
        "account_tab": account_tab(report),
        "account": account_section(report),
        "n_findings": f"{report.counts.total:,}",
        "n_sets": f"{len(dataset_counts(report)):,}",
        "n_gone": f"{len(report.gone):,}",
        "n_rules": f"{len(report.rules):,}",
        "n_inputs": f"{len(report.inputs):,}",
        "css": css,
        "js": script,
        "data": embedded(page_data(report)),
    }
    return _PLACEHOLDER.sub(lambda found: parts[found[1]], _asset("report.html"))


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text("utf-8")


def _policy(css: str, script: str) -> str:
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(css)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def embedded(data: Any) -> str:
    """JSON that cannot leave its script element: no ``<`` is left in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


class _Pool:
    """Every distinct text once; columns hold its number. Number 0 is ''."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}

    def number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    def numbers(self, texts: Any) -> list[int]:
        return [self.number(text) for text in texts]

    def column(self, categorical: Any) -> Any:
        used = categorical.remove_unused_categories()
        return _compact(np.array([*self.numbers(used.categories), 0])[used.codes])

    @property
    def texts(self) -> list[str]:
        return list(self._numbers)


def _compact(numbers: Any) -> Any:
    """A column whose rows are all alike travels as one number."""
    if len(numbers) and (numbers == numbers[0]).all():
        return int(numbers[0])
    return numbers.tolist()


def page_data(report: Report) -> dict[str, Any]:
    """What the page's script reads: a pool of texts, groups, and rows in their order."""
    pool = _Pool()
    table = report.table
    rows = {name: pool.column(table[name].array) for name in _RECORD_TEXTS}
    rows["subject"] = pool.column(subjects(table))
    for name in NUMBER_COLUMNS:
        rows[name] = _compact(table[name].to_numpy())
    names, keys = _keys(table["key"].cat, pool)
    rows.update(keys)
    groups = _groups(report, pool)
    texts = [name for name in rows if name not in NUMBER_COLUMNS and name != "names"]
    return {
        "count": len(table),
        "total": report.counts.total,
        "pool": pool.texts,
        "texts": texts,
        "keys": names,
        "groups": groups,
        "rows": rows,
        "rules": _rule_texts(report),
        "compared": report.previous is not None,
        "waivable": [level.rank for level in Severity if level is not Severity.REJECTS],
    }


def _keys(keys: Any, pool: _Pool) -> tuple[list[list[str]], dict[str, Any]]:
    """Natural keys as columns: which names a row has, and its first, second, ... value."""
    decoded = list(map(decode_key, keys.categories))
    layouts: dict[tuple[str, ...], int] = {}
    which = [layouts.setdefault(tuple(n for n, _ in pairs), len(layouts)) for pairs in decoded]
    found = {"names": _compact(np.array([*which, 0])[keys.codes])}
    for i in range(max((len(layout) for layout in layouts), default=0)):
        numbers = [pool.number(pairs[i][1]) if i < len(pairs) else 0 for pairs in decoded]
        found[f"k{i}"] = _compact(np.array([*numbers, 0])[keys.codes])
    return [list(layout) for layout in layouts], found


def _groups(report: Report, pool: _Pool) -> dict[str, list[int]]:
    groups = report.groups
    title = _titles(report)
    levels = [level.value for level in Severity]
    found = {
        name: pool.numbers(groups[name])
        for name in (
            "rule",
            "dataset",
            "variable",
            "value",
            "owner",
            "message",
            "explanation",
            "author",
        )
    }
    return {
        **found,
        "title": pool.numbers(title),
        "review": pool.numbers(groups["review_by"]),
        "first": pool.numbers(groups["first_seen"]),
        "severity": [levels.index(level) for level in groups["severity"]],
        "change": [_CHANGES.index(change) for change in groups["change"]],
        "explained": groups["explained"].astype(int).tolist(),
        "asked": (groups["asked"] == groups["count"]).astype(int).tolist(),
        "count": groups["count"].tolist(),
        "listed": groups["listed"].tolist(),
        "subjects": groups["subjects"].tolist(),
        "previous": groups["previous_count"].tolist(),
    }


def _titles(report: Report) -> list[str]:
    """What is said of each rule, data set and variable: its message, where it has only one."""
    groups, table = report.groups, report.table
    issue = groups.groupby(["rule", "dataset", "variable"], sort=False, observed=True).ngroup()
    of_row = issue.to_numpy()[table["group"].to_numpy()]
    pairs = np.unique(np.stack([of_row, table["message"].cat.codes.to_numpy()], axis=1), axis=0)
    single = np.bincount(pairs[:, 0], minlength=len(groups)) == 1
    return [
        message if single[number] else report.rule(rule).title or message
        for rule, message, number in zip(groups["rule"], groups["message"], issue, strict=True)
    ]


def _rule_texts(report: Report) -> dict[str, dict[str, str]]:
    used = set(report.groups["rule"])
    return {
        rule.id: {
            "why": rule.why,
            "fix": rule.fix,
            "example": rule.example,
            "ids": ", ".join((*rule.cdisc_ids, *rule.fda_ids)),
        }
        for rule in report.rules
        if rule.id in used
    }

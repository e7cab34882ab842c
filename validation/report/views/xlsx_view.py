"""The XLSX view: the five sheets that validators know from the CORE engine's report.

The first columns of each sheet carry CORE's names in CORE's order, so that existing macros and
readers keep working; what CORE has not (severity, status, explanation, first seen, raw cell, spec
line) follows to the right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from specs.findings import Severity
from transport.sheet_text import quoted_style
from validation.account.told import HEADS
from validation.report.counting.table import Key, decode_key, subjects
from validation.report.files import save_workbook
from validation.report.guide import guide_rows
from validation.report.model import Change, Report, RunState
from validation.report.outcome import exit_code, verdict
from validation.report.views.cells import CellXml, number_xml, row_blocks
from validation.report.views.sheets import add_filter, plain, severity_cell, start_sheet

ROWS_PER_SHEET = 1_048_575
"""Findings on one sheet; more go to "Issue Details (2)", ..."""

DATASET_DETAILS = (
    "Filename",
    "Label",
    "Path",
    "Modification Date",
    "Size (kb)",
    "Total Records",
    "SHA-256",
)
ISSUE_SUMMARY = (
    "Dataset", "CORE-ID", "Message", "Issues", "Explanation",
    "Severity", "Status", "First seen", "Subjects", "Explained", "Open", "Owner",
)  # fmt: skip
ISSUE_DETAILS = (
    "CORE-ID", "Message", "Executability", "Dataset", "USUBJID", "Record", "Sequence",
    "Variable(s)", "Value(s)",
    "Severity", "Status", "Explanation", "First seen", "Owner", "Hint", "Key",
    "Raw cell", "Raw value", "Specification",
)  # fmt: skip
RULES_REPORT = (
    "CORE-ID", "Version", "CDISC RuleID", "FDA RuleID", "Message", "Status", "Reason", "Issues",
)  # fmt: skip

_STATES = {
    RunState.RUN: "SUCCESS",
    RunState.NOT_RUN: "SKIPPED",
    RunState.NOT_APPLICABLE: "NOT APPLICABLE",
    RunState.ERROR: "EXECUTION ERROR",
}


_TO_ACT = (Severity.REJECTS, Severity.BLOCKS, Severity.EXPLAIN)


def write_xlsx(report: Report, path: Path) -> None:
    """Write the XLSX view; the same report gives the same bytes."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "tracelock"
    _sheet(
        book, "Conformance Details", ("Conformance Details", ""), _conformance(report), (30, 110)
    )
    _sheet(
        book, "Dataset Details", DATASET_DETAILS, _datasets(report), (24, 40, 20, 18, 12, 14, 68)
    )
    _sheet(
        book,
        "Issue Summary",
        ISSUE_SUMMARY,
        _summary(report),
        (10, 14, 60, 10, 60, 10, 22, 18, 10, 10, 10, 18),
    )
    rows = {}
    issues = _issue_columns(
        report, _severity_styles(book), CellXml(quoted_style(book.worksheets[0]))
    )
    for number, first in enumerate(range(0, max(1, len(report.table)), ROWS_PER_SHEET), start=1):
        name = "Issue Details" if number == 1 else f"Issue Details ({number})"
        chosen = [column[first : first + ROWS_PER_SHEET] for column in issues]
        widths = (14, 60, 16, 10, 24, 9, 10, 18, 30, 10, 22, 50, 18, 18, 40, 40, 34, 24, 28)
        sheet = start_sheet(book, name, ISSUE_DETAILS, widths)
        add_filter(sheet, len(ISSUE_DETAILS), len(chosen[0]))
        rows[name] = row_blocks(chosen, first_row=2)
    _sheet(book, "Rules Report", RULES_REPORT, _rules(report), (14, 9, 18, 14, 70, 18, 50, 10))
    for name, title, table in _accounts(report):
        _sheet(book, title, HEADS[name], table, [_WIDTHS.get(head, 14) for head in HEADS[name]])
    save_workbook(book, path, rows)


def _sheet(
    book: Any,
    name: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[int],
) -> None:
    sheet = start_sheet(book, name, head, widths)
    level = list(head).index("Severity") if "Severity" in head else None
    count = 0
    for row in rows:
        made = plain(sheet, row)
        if level is not None:
            made[level] = severity_cell(sheet, row[level])
        sheet.append(made)
        count += 1
    add_filter(sheet, len(head), count)


_SHEETS = {
    "rows": "Account Rows",
    "cells": "Account Values",
    "terms": "Account Texts",
    "files": "Account Files",
    "answers": "Account Answers",
    "sources": "Account Analysis",
    "subjects": "Account Subjects",
}
_WIDTHS = {"Files": 40, "File": 40, "Column": 24, "Text": 40, "Variable": 24, "Why": 60,
           "Became": 40, "Answer": 40, "Specification": 34}  # fmt: skip


def _accounts(report: Report) -> Iterable[tuple[str, str, list[Sequence[Any]]]]:
    """The tables of the account that hold anything, with the names of their sheets."""
    tables = {} if report.account is None else report.account["tables"]
    for name, sheet in _SHEETS.items():
        if tables.get(name):
            yield name, sheet, tables[name]


def _conformance(report: Report) -> Iterable[tuple[str, str]]:
    """Names and values, all text as in CORE's sheet."""
    counts = report.counts
    opened = {f"Open: {level.value}": counts.open_by_severity[level.value] for level in _TO_ACT}
    numbers = {
        "Exit code": exit_code(report),
        "Findings": counts.total,
        "Open findings": counts.open,
        "Explained findings": counts.explained,
        "Findings asked by open queries": counts.asked,
        **opened,
        **{f"Groups: {name}": number for name, number in report.changes.items()},
        **{f"Rules: {name}": number for name, number in report.states.items()},
    }
    yield ("Study", report.study)
    yield ("Report Generation", report.label)
    yield ("Engine", report.engine)
    yield from ((item.name, item.version) for item in report.standards)
    yield ("Verdict", verdict(report))
    yield ("Lock", "not known" if report.lock is None else report.lock.state.value)
    yield ("Previous report", "none" if report.previous is None else report.previous)
    yield from ((name, str(number)) for name, number in numbers.items())


def _datasets(report: Report) -> Iterable[tuple[Any, ...]]:
    for file in report.inputs:
        folder, _, name = file.name.rpartition("/")
        yield (name, file.label, folder, "", file.bytes / 1000 or None, file.records, file.sha256)


def _summary(report: Report) -> Iterable[tuple[Any, ...]]:
    by_row = report.groups.groupby(["rule", "dataset"], sort=False, observed=True)
    groups = {name: group for name, group in by_row}  # noqa: C416 - a GroupBy is no mapping
    for row in guide_rows(report, everything=True):
        group = groups[row.rule, row.dataset]
        state = _status(set(group["change"]), row.open == 0, row.asked == row.count)
        yield (
            row.dataset, row.rule, row.message, row.count, row.explanation, row.severity,
            state, min(group["first_seen"]), row.subjects,
            row.count - row.open - row.asked, row.open, ", ".join(sorted(set(group["owner"]))),
        )  # fmt: skip


def _status(changes: set[str], explained: bool, asked: bool = False) -> str:
    worst = next(change.value for change in Change if change.value in changes)
    return f"{worst} (asked)" if asked else f"{worst} (explained)" if explained else worst


def _severity_styles(book: Any) -> dict[str, int]:
    """Style numbers of the shaded severity cells."""
    sheet = book.worksheets[0]
    return {level.value: int(severity_cell(sheet, level.value).style_id) for level in Severity}


def _issue_columns(report: Report, styles: dict[str, int], xml: CellXml) -> list[Any]:
    """Cell XML of the columns of "Issue Details"; a distinct text is escaped once."""
    table, groups = report.table, report.groups
    group = table["group"].to_numpy()
    keys = table["key"].cat
    pairs = list(map(decode_key, keys.categories))
    asked = groups["asked"] == groups["count"]
    status = map(_status, ({change} for change in groups["change"]), groups["explained"], asked)
    levels = [xml(level, styles[level]) for level in groups["severity"]]
    ways = [report.rule(rule).executability for rule in table["rule"].cat.categories]
    return [
        _texts(xml, table["rule"]),
        _texts(xml, table["message"]),
        _picked(xml, ways, table["rule"].cat.codes),
        _texts(xml, table["dataset"]),
        _texts(xml, subjects(table)),
        _numbers(table["record"]),
        _picked(xml, map(_sequence, pairs), keys.codes),
        _texts(xml, table["variable"]),
        _texts(xml, table["value"]),
        np.array([*levels, ""], dtype=object)[group],
        _picked(xml, status, group),
        _picked(xml, groups["explanation"], group),
        _picked(xml, groups["first_seen"], group),
        _texts(xml, table["owner"]),
        _texts(xml, table["hint"]),
        _picked(xml, map(_shown_key, pairs), keys.codes),
        [xml(place) for place in _raw_places(table)],
        _texts(xml, table["raw_text"]),
        [xml(place) for place in _spec_places(table)],
    ]


def _sequence(key: Key) -> str:
    return next((value for name, value in key if name.endswith("SEQ")), "")


def _shown_key(key: Key) -> str:
    return ", ".join(f"{name}={value}" for name, value in key)


def _texts(xml: CellXml, column: Any) -> Any:
    categorical = column.array if hasattr(column, "array") else column
    return _picked(xml, categorical.categories, categorical.codes)


def _picked(xml: CellXml, texts: Iterable[str], codes: Any) -> Any:
    cells = np.array([*map(xml, texts), ""], dtype=object)
    return cells[np.asarray(codes)]


def _numbers(column: Any) -> Any:
    numbers, codes = np.unique(column.to_numpy(), return_inverse=True)
    return np.array([*map(number_xml, numbers.tolist()), ""], dtype=object)[codes]


def _raw_places(table: Any) -> Iterable[str]:
    places = (table["raw_file"].tolist(), table["raw_row"].tolist(), table["raw_column"].tolist())
    for file, row, column in zip(*places, strict=True):
        yield f"{file}:{row} {column}".rstrip() if row else f"{file} {column}".strip()


def _spec_places(table: Any) -> Iterable[str]:
    places = (
        table["spec_file"].tolist(),
        table["spec_line"].tolist(),
        table["spec_column"].tolist(),
    )
    for file, line, column in zip(*places, strict=True):
        yield f"{file}:{line}:{column}" if line else file


def _rules(report: Report) -> Iterable[tuple[Any, ...]]:
    for rule in report.rules:
        state = (
            "ISSUE REPORTED" if rule.status is RunState.RUN and rule.count else _STATES[rule.status]
        )
        yield (
            rule.id, rule.version, ", ".join(rule.cdisc_ids), ", ".join(rule.fda_ids), rule.title,
            state, rule.reason, rule.count,
        )  # fmt: skip

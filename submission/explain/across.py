"""The records behind values that were looked for across data sets, in elements and in visits."""

from __future__ import annotations

from typing import Any

import numpy as np
from sdtm.columns import Column, NumberColumn, TextColumn

from sdtm.date_arithmetic import days_after
from specs.conditions import evaluate
from specs.language import Across, Count, ElementStart, LineBase, Records
from submission.explain.build_folder import BuildFolder
from submission.explain.records import XptView

Found = tuple[str, int, str]
"""Data set, record (0-based) and variable that a value came from."""


def across_record(
    build: BuildFolder, line: LineBase, dataset: str, record: int, value: str
) -> Found | None:
    """The record that a `first` or `last` line took its value from; None if it cannot be told."""
    mine = build.view(dataset)
    subject = mine.text(record, "USUBJID") if "USUBJID" in mine.metas else ""
    if not isinstance(line, Across) or (line.over == "subject" and not subject):
        return None
    for text in [*(line.first or []), *(line.last or [])]:
        domain, dot, variable = text.partition(".")
        if not dot or not build.has(domain) or variable not in build.view(domain).metas:
            continue
        view = build.view(domain)
        rows = view.of_subject(subject) if line.over == "subject" else np.arange(view.records)
        rows = _meeting(view, rows, line)
        for theirs, own in _keys(line):
            if theirs in view.metas and own in mine.metas:
                rows = view.equal(theirs, mine.text(record, own), rows)
        taken = (line.take or variable).removeprefix(f"{domain}.")
        for row in rows:
            if taken in view.metas and _same(view.text(int(row), taken), value, line.plus):
                return domain, int(row), taken
    return None


def counted(build: BuildFolder, line: LineBase) -> str:
    """What a `count` line says, with the number of records that it looked at."""
    if not isinstance(line, Count):
        return ""
    domain, _, _ = line.count.partition(".")
    if not build.has(domain):
        return ""
    view = build.view(domain)
    rows = _meeting(view, np.arange(view.records), line) if line.over == "study" else []
    where = f" where {line.of.text}" if line.of is not None else ""
    return f"{line.count} counted in {len(rows)} records of {domain}{where}" if len(rows) else ""


def element_start(
    build: BuildFolder, entry: Records, dataset: str, record: int
) -> tuple[int, ElementStart, Found | None] | None:
    """The element of a stream that a record is (by its code and start), and what started it."""
    view = build.view(dataset)
    code, start = view.text(record, "ETCD"), view.text(record, f"{dataset}STDTC")
    first = None
    for number, element in enumerate(entry.elements or []):
        if element.etcd != code:
            continue
        found = across_record(build, element.starts, dataset, record, start)
        if found is not None:
            return number, element, found
        first = first or (number, element, None)
    return first


def following(build: BuildFolder, dataset: str, record: int) -> int | None:
    """The next record of the same subject."""
    view, after = build.view(dataset), record + 1
    same = after < view.records and view.text(after, "USUBJID") == view.text(record, "USUBJID")
    return after if same else None


def visit_record(
    build: BuildFolder, entry: Records, dataset: str, record: int, day: str
) -> Found | None:
    """A record of the data sets that a stream of visits was made from: same visit, same day."""
    mine = build.view(dataset)
    subject, number = mine.text(record, "USUBJID"), mine.text(record, "VISITNUM")
    for other in entry.visits_of or []:
        view = build.view(other)
        names = [n for n in (f"{other}STDTC", f"{other}DTC") if n in view.metas]
        if not names or "VISITNUM" not in view.metas:
            continue
        for row in view.equal("VISITNUM", number, view.of_subject(subject)):
            if view.text(int(row), names[0])[:10] == day[:10]:
                return other, int(row), names[0]
    return None


def _meeting(view: XptView, rows: Any, line: Across | Count) -> Any:
    """The records for which the line's `of` holds."""
    if line.of is None or not len(rows) or not all(_bare(n) in view.metas for n in line.of.names):
        return rows
    return rows[evaluate(line.of, lambda name: _column(view, rows, _bare(name)))]


def _column(view: XptView, rows: Any, name: str) -> Column:
    column = TextColumn.of([view.text(int(row), name) for row in rows])
    return NumberColumn(column.numbers()) if view.metas[name].type == "Num" else column


def _bare(name: str) -> str:
    return name.rpartition(".")[2]


def _keys(line: Across) -> list[tuple[str, str]]:
    return (
        list(line.on.items()) if isinstance(line.on, dict) else [(name, name) for name in line.on]
    )


def _same(theirs: str, value: str, plus: int) -> bool:
    if not plus:
        return bool(theirs) and theirs == value
    return days_after(theirs, plus) == value[:10]

"""The verb for dates: declared formats, right-truncated ISO 8601, problems as queries."""

from __future__ import annotations

import re
from typing import TypedDict

import numpy as np

from sdtm.columns import TextColumn, combinations
from sdtm.dates import (
    DateResult,
    add_zone,
    combine,
    parse_dates,
    parse_split_dates,
    parse_times,
)
from sdtm.failure import fail_rows
from sdtm.scene import Scene
from specs.codes import code as known_code
from specs.findings import Severity
from specs.language import DateTime

_DAY = len("YYYY-MM-DD")
_MISFITS = {"MAP210", "MAP211"}
_FEW = 5
"""Fewer different dates say nothing about their column."""


def evaluate_date(line: DateTime, scene: Scene) -> TextColumn:
    """--DTC from a date column, and a time column where there is one.

    What cannot be trusted is left out and listed, with the verbatim text.
    """
    dates, results = _dates(line, scene)
    results = [_known(result, line.at_least) for result in results]
    if line.time is None and line.zone is None:
        _tell(scene, line.date, dates, results)
        return dates.map([result.iso for result in results])
    return _with_time(line, scene, dates, results)


class _Said(TypedDict):
    """What a line, or the study, says of its dates."""

    unknown: list[str]
    pivot: int | None
    earliest: str | None
    latest: str | None


def _dates(line: DateTime, scene: Scene) -> tuple[TextColumn, list[DateResult]]:
    """The distinct dates, and what became of each."""
    dates, agreed = scene.text(line.date), scene.kitchen.study.spec.dates
    said: _Said = {
        "unknown": line.unknown or agreed.unknown,
        "pivot": agreed.pivot if line.pivot is None else line.pivot,
        "earliest": line.earliest or agreed.earliest,
        "latest": line.latest or agreed.latest,
    }
    if line.month or line.day:
        nothing = TextColumn.missing_everywhere(scene.n)
        parts = [dates, *(scene.text(n) if n else nothing for n in (line.month, line.day))]
        codes, *places = combinations(parts)
        texts = [
            [c.values[at] if at >= 0 else None for c, at in zip(parts, each, strict=True)]
            for each in zip(*places, strict=True)
        ]
        column = TextColumn(codes.astype(np.int32), [str(i) for i in range(len(texts))])
        return column, parse_split_dates(texts, **said)
    formats = line.format or agreed.format
    results = parse_dates(dates.values, formats, excel_system=line.excel, **said)
    _refuse_misfit(line, scene, dates, results)
    return dates, results


def _refuse_misfit(
    line: DateTime, scene: Scene, dates: TextColumn, results: list[DateResult]
) -> None:
    """Stop the data set when most texts are not written as declared: then the declaration is
    wrong, and so may be what it reads."""
    used = list(dates.used())
    bad = [code for code in used if results[code].problem in _MISFITS]
    if scene.trace is not None or len(used) < _FEW or 2 * len(bad) <= len(used):
        return
    declared = ", ".join(line.format or scene.kitchen.study.spec.dates.format)
    message = f"{len(bad)} of {len(used)} different dates are not written as {declared}"
    rows = np.flatnonzero(dates.codes == bad[0])
    hint = "declare the format of this column: format: ..."
    fail_rows(scene, "MAP219", message, rows[:1], name=line.date, hint=hint)


def _known(result: DateResult, least: str | None) -> DateResult:
    """A date that is sent as it is, asked about where its month (or day) is not known."""
    if least is None or result.problem or not result.iso:
        return result
    year_only = not re.match(r"[0-9]{4}-[0-9]{2}", result.iso)
    if not year_only and (least == "month" or len(result.iso) >= _DAY):
        return result
    message = f"{result.iso}: the {'month' if year_only else 'day'} is not known"
    return result._replace(problem="MAP218", message=message)


def _with_time(
    line: DateTime, scene: Scene, dates: TextColumn, results: list[DateResult]
) -> TextColumn:
    nothing = TextColumn.missing_everywhere(scene.n)
    times = scene.text(line.time) if line.time else nothing
    zones = scene.text(line.zone) if line.zone else nothing
    agreed = scene.kitchen.study.spec.dates
    clock = parse_times(
        times.values,
        line.time_format or agreed.time_format,
        unknown=line.unknown or agreed.unknown,
    )
    pair, left, right, beside = combinations([dates, times, zones])
    none_date, none_time = parse_dates([""])[0], parse_times([""])[0]
    both = [
        add_zone(
            combine(results[a] if a >= 0 else none_date, clock[b] if b >= 0 else none_time),
            zones.values[c] if c >= 0 else None,
        )
        for a, b, c in zip(left, right, beside, strict=True)
    ]
    column = TextColumn(pair.astype(np.int32), [str(i) for i in range(len(both))])
    names = [
        line.date if a >= 0 and results[a].problem else str(line.time or line.zone) for a in left
    ]
    _tell(scene, line.date, column, both, names)
    return column.map([result.iso for result in both])


def _tell(
    scene: Scene,
    name: str,
    column: TextColumn,
    results: list[DateResult],
    names: list[str] | None = None,
) -> None:
    if scene.trace is not None and len(results):
        scene.trace.extend(
            results[int(column.codes[0])].steps if column.codes[0] >= 0 else ("blank",)
        )
    for code in column.used():
        result = results[code]
        if result.problem is None:
            continue
        informs = known_code(result.problem).severity is Severity.INFO
        done = f"sent as {result.iso}" if result.iso else "left blank"
        rows = np.flatnonzero(column.codes == code)
        scene.rows(
            result.problem,
            result.message,
            rows,
            name=names[code] if names else name,
            done="" if informs and not result.iso else done,
        )

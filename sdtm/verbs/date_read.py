"""The reader of raw dates: declared formats, right-truncated ISO 8601, problems as queries."""

from __future__ import annotations

import re

import numpy as np

from derive.line import Answer
from derive.scope import Scope
from derive.values.column import Kind
from derive.values.keys import combinations
from derive.values.moment import Moment, of_text
from derive.values.text import Text
from derive.verbs.readers import DateKeys, DateParts
from sdtm.collected.dates import (
    DateResult,
    add_zone,
    combine,
    parse_dates,
    parse_split_dates,
    parse_times,
)
from specs.codes import code as known_code
from specs.findings import Severity

_DAY = len("YYYY-MM-DD")
_MISFITS = {"MAP210", "MAP211"}
_FEW = 5
"""Fewer different dates say nothing about their column."""


def read_dates(
    scope: Scope, keys: DateKeys, date: str | DateParts, time: str | None, kind: Kind
) -> Moment:
    """Moments of a date column (or of the parts of a date in columns of their own), and of a time
    column where there is one. What cannot be trusted is missing and listed, with the raw text."""
    if isinstance(date, DateParts):
        name, dates, results = _of_parts(scope, keys, date)
    else:
        name, dates = date, scope.text(date)
        results = _parsed(scope, keys, dates)
        _refuse_misfit(scope, keys, name, dates, results)
    results = [_known(result, keys.at_least) for result in results]
    if time is None and keys.zone is None:
        _tell(scope, name, dates, results)
        iso = dates.map([result.iso for result in results])
    else:
        iso = _with_time(scope, keys, (name, time or ""), dates, results)
    return of_text(iso, kind)[0]


def _parsed(scope: Scope, keys: DateKeys, dates: Text) -> list[DateResult]:
    agreed = scope.study.spec.dates
    return parse_dates(
        dates.values,
        keys.format or agreed.format,
        unknown=keys.unknown or agreed.unknown,
        excel_system=keys.excel,
        pivot=agreed.pivot if keys.pivot is None else keys.pivot,
        earliest=keys.earliest or agreed.earliest,
        latest=keys.latest or agreed.latest,
    )


def _of_parts(scope: Scope, keys: DateKeys, date: DateParts) -> tuple[str, Text, list[DateResult]]:
    """A date whose year, month and day stand in columns of their own. A blank part is not known:
    what the others say is kept."""
    nothing = Text.nothing(scope.size)
    names = (date.year, date.month, date.day)
    columns = [scope.text(name) if name else nothing for name in names]
    codes, places = combinations(columns)
    texts = [
        [column.values[at] if at >= 0 else None for column, at in zip(columns, each, strict=True)]
        for each in zip(*places, strict=True)
    ]
    agreed = scope.study.spec.dates
    results = parse_split_dates(
        texts,
        unknown=keys.unknown or agreed.unknown,
        pivot=agreed.pivot if keys.pivot is None else keys.pivot,
        earliest=keys.earliest or agreed.earliest,
        latest=keys.latest or agreed.latest,
    )
    column = Text(codes.astype(np.int32), [str(i) for i in range(len(texts))])
    return date.names[-1], column, results


def _refuse_misfit(
    scope: Scope, keys: DateKeys, name: str, dates: Text, results: list[DateResult]
) -> None:
    """Stop the data set when most texts are not written as declared: then the declaration is
    wrong, and so may be what it reads."""
    used = dates.used()
    bad = [code for code in used if results[code].problem in _MISFITS]
    if scope.trace is not None or len(used) < _FEW or 2 * len(bad) <= len(used):
        return
    declared = ", ".join(keys.format or scope.study.spec.dates.format)
    message = f"{len(bad)} of {len(used)} different dates are not written as {declared}"
    rows = np.flatnonzero(dates.codes == bad[0])
    hint = "declare the format of this column: format: ..."
    scope.fail("MAP219", message, rows[:1], name=name, hint=hint)


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
    scope: Scope, keys: DateKeys, names: tuple[str, str], dates: Text, results: list[DateResult]
) -> Text:
    """Dates with the times, and the offsets from UTC, of columns of their own."""
    nothing, agreed = Text.nothing(scope.size), scope.study.spec.dates
    times = scope.text(names[1]) if names[1] else nothing
    zones = scope.text(keys.zone) if keys.zone else nothing
    clock = parse_times(
        times.values,
        keys.time_format or agreed.time_format,
        unknown=keys.unknown or agreed.unknown,
    )
    codes, (left, right, beside) = combinations([dates, times, zones])
    none_date, none_time = parse_dates([""])[0], parse_times([""])[0]
    # a code of -1, which is missing, counts from the end
    all_dates, all_times = [*results, none_date], [*clock, none_time]
    both = [combine(all_dates[a], all_times[b]) for a, b in zip(left, right, strict=True)]
    if keys.zone is not None:
        said = [*zones.values, None]
        both = [add_zone(one, said[c]) for one, c in zip(both, beside, strict=True)]
    column = Text(codes.astype(np.int32), [str(i) for i in range(len(both))])
    second = names[1] or str(keys.zone)
    asked = [names[0] if all_dates[a].problem else second for a in left]
    _tell(scope, names[0], column, both, asked)
    return column.map([result.iso for result in both])


def _tell(
    scope: Scope,
    name: str,
    column: Text,
    results: list[DateResult],
    names: list[str] | None = None,
) -> None:
    if scope.trace is not None and len(results):
        steps = results[int(column.codes[0])].steps if column.codes[0] >= 0 else ("blank",)
        scope.trace.extend(steps)
    for code in column.used():
        result = results[code]
        if result.problem is None:
            continue
        informs = known_code(result.problem).severity is Severity.INFO
        done = f"sent as {result.iso}" if result.iso else "left blank"
        scope.problem(
            Answer.QUERY,
            result.problem,
            result.message,
            column,
            [code],
            name=(names[code] if names else name).removeprefix("raw."),
            done="" if informs and not result.iso else done,
        )

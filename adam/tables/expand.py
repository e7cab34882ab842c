"""``expand``: one record per dose of an interval of doses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from adam.tables.bench import Bench, moment_of, number_of, rows_of, text_of
from adam.tables.model import Expand
from derive.records import Records
from derive.values.column import Floats, Kind, Rows
from derive.values.moment import Moment, of_days, of_seconds
from derive.values.number import Number
from specs.suggest import did_you_mean

_DAY = 86_400.0
FREQUENCY_DAYS: Mapping[str, float] = {
    "QD": 1.0,
    "BID": 0.5,
    "TID": 1 / 3,
    "QID": 0.25,
    "Q12H": 0.5,
    "Q8H": 1 / 3,
    "Q6H": 0.25,
    "Q24H": 1.0,
    "QOD": 2.0,
    "QW": 7.0,
    "Q2W": 14.0,
    "Q3W": 21.0,
    "Q4W": 28.0,
    "QM": 30.4375,
    "ONCE": 0.0,
}
"""Days between doses of the controlled terms that state an interval (codelist FREQ, C71113); 0 is
a single dose."""


def expanded(bench: Bench, records: Records) -> Records:
    """One record per dose from ``start`` to ``end``, both inside.

    Of dates, the last day holds as many doses as any other day. ``start``, ``end`` and the dates of
    ``also`` become the time of the dose, ``nominal`` grows with it. No dose is lost: an interval
    without start or end, or that ends before it starts, is an error (ADAM216) unless the
    specification says that it is one dose, which is then told.
    """
    rule = bench.spec.expand
    if rule is None or not records.size:
        return records
    begins, ends = (moment_of(records, name) for name in (rule.start, rule.end))
    step = _intervals(bench, rule, records) * _DAY
    single = _doubtful(bench, rule, records, begins, ends) | (step == 0)
    counts = _counts(_seconds(begins), _seconds(ends), step, single, days=begins.kind is Kind.DAY)
    rows = np.repeat(np.arange(records.size, dtype=np.int64), counts)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    shift = np.where(single, 0.0, step)[rows] * nth
    out = records.take(rows)
    when = _seconds(begins)[rows] + shift
    for name in dict.fromkeys((rule.start, rule.end, *rule.also)):
        kind = moment_of(records, name).kind
        out.columns[name] = of_seconds(np.floor(when)) if kind is Kind.SECOND else _days(when)
    if rule.nominal is not None:
        per_unit = 3600.0 if rule.unit == "hours" else _DAY
        out.columns[rule.nominal] = number_of(out, rule.nominal).add(Number.of(shift / per_unit))
    return out


def _seconds(moment: Moment) -> Floats:
    return moment.days() * _DAY if moment.kind is Kind.DAY else moment.seconds()


def _days(seconds: Floats) -> Moment:
    return of_days(np.floor(seconds / _DAY))


def _counts(begins: Floats, ends: Floats, step: Floats, single: Rows, *, days: bool) -> Rows:
    """Doses per interval. By date an interval lasts until its last day is over."""
    until = ends + (_DAY - 1 if days else 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = np.floor((until - begins) / np.where(step > 0, step, 1.0) + 1e-9) + 1
    return np.where(single, 1, whole).astype(np.int64)


def _intervals(bench: Bench, rule: Expand, records: Records) -> Floats:
    """Days between doses. Raises LineFailed MAP301 for a term without one, MAP303 for none."""
    if rule.days is not None:
        return np.full(records.size, rule.days)
    known = {**FREQUENCY_DAYS, **rule.frequencies}
    column = text_of(records, rule.every)
    scope = bench.scope(records, "expand", "every")
    bad = [code for code in column.used() if column.values[code] not in known]
    if bad:
        text = column.values[bad[0]]
        hint = did_you_mean(text, known) or "state it under frequencies: {TERM: days}"
        rows = rows_of(np.isin(column.codes, bad))
        message = f"{rule.every}: no interval known for {text!r}"
        scope.fail("MAP301", message, rows, name=rule.every, hint=hint)
    blank = rows_of(column.missing())
    if len(blank):
        hint = "say ONCE in the data, or write the interval: every: 1"
        scope.fail("MAP303", f"{rule.every} is missing", blank, name=rule.every, hint=hint)
    return np.append([known.get(text, np.nan) for text in column.values], np.nan)[column.codes]


def _doubtful(bench: Bench, rule: Expand, records: Records, begins: Moment, ends: Moment) -> Rows:
    """Intervals of which only one dose is certain, each kind answered as the line says."""
    start, end = _seconds(begins), _seconds(ends)
    lost = rows_of(np.isnan(start))
    if len(lost):
        message = f"{rule.start} is missing, so it is not known when the doses were given"
        bench.scope(records, "expand", "start").fail("ADAM216", message, lost, name=rule.start)
    open_, turned = np.isnan(end), end < start
    for mask, answer, key, why in (
        (open_, rule.end_missing, "end-missing", f"{rule.end} is missing"),
        (turned, rule.end_before_start, "end-before-start", f"{rule.end} is before {rule.start}"),
    ):
        rows = rows_of(mask)
        if not len(rows):
            continue
        scope = bench.scope(records, "expand")
        message = f"{why}, so it is not known how many doses were given"
        if answer == "error":
            hint = f"mend the data, or say {key}: once"
            scope.fail("ADAM216", message, rows, name=rule.end, hint=hint)
        scope.tell("ADAM217", message, rows, name=rule.end, done="one dose was counted")
    return np.asarray(open_ | turned)

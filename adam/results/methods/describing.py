"""A number described: n, mean, median, quartiles, range, geometric mean."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from adam.results.cells import Cell, Made, RefusedError, Stat
from adam.results.shown import number, significant
from adam.results.statistics.simple import Floats, geometric, quartiles, standard_deviation

_USUAL = ("n", "mean", "median", "quartiles", "range")


def describe(cell: Cell) -> Iterator[Made]:
    """Of the values of a cell, one per subject; records without a value are counted apart."""
    spec, name = cell.of.spec, str(cell.of.spec.describe)
    cell.one_kind()
    cell.one_unit(name)
    cell.one_each()
    values = cell.records.numbers(name)[cell.rows]
    known = ~np.isnan(values)
    cell.count(cell.rows[known])
    wanted = spec.statistics or list(_USUAL)
    out: list[Stat] = []
    for one in wanted:
        out += _GROUPS[one](cell, values[known])
    missing = int((~known).sum())
    if missing:
        out.append(Stat("missing", missing, str(missing)))
    yield Made(tuple(out), name)


def _stat(cell: Cell, name: str, value: float, extra: int, records: int) -> Stat:
    spec = cell.of.spec
    if spec.significant is not None:
        text = significant(value, spec.significant)
    else:
        text = number(value, spec.decimals + extra)
    return Stat(name, value, text, "NE" if math.isnan(value) else "", records)


def _n(cell: Cell, values: Floats) -> list[Stat]:
    return [Stat("n", len(values), str(len(values)), records=len(values))]


def _mean(cell: Cell, values: Floats) -> list[Stat]:
    n = len(values)
    mean = float(values.mean()) if n else math.nan
    return [
        _stat(cell, "mean", mean, 1, n),
        _stat(cell, "sd", standard_deviation(values), 2, n),
    ]


def _median(cell: Cell, values: Floats) -> list[Stat]:
    n = len(values)
    return [_stat(cell, "median", quartiles(values)[1] if n else math.nan, 1, n)]


def _quartiles(cell: Cell, values: Floats) -> list[Stat]:
    n = len(values)
    q1, _, q3 = quartiles(values) if n else (math.nan,) * 3
    return [_stat(cell, "q1", q1, 1, n), _stat(cell, "q3", q3, 1, n)]


def _range(cell: Cell, values: Floats) -> list[Stat]:
    n = len(values)
    low, high = (float(values.min()), float(values.max())) if n else (math.nan, math.nan)
    return [_stat(cell, "min", low, 0, n), _stat(cell, "max", high, 0, n)]


def _geometric(cell: Cell, values: Floats) -> list[Stat]:
    positive = values[values > 0]
    left = len(values) - len(positive)
    if left and cell.of.spec.not_positive is None:
        message = f"{left} value(s) are not positive"
        hint = "say `not-positive: leave-out`, or take another statistic"
        raise RefusedError("ADAM315", message, "statistics", hint=hint)
    n = len(positive)
    mean, cv = geometric(positive) if n else (math.nan, math.nan)
    reason = ["NE" if math.isnan(x) else "" for x in (mean, cv)]
    out = [
        Stat("geometric_mean", mean, significant(mean, 3), reason[0], n),
        Stat("geometric_cv", cv, number(cv, 0 if cv > 1000 else 1), reason[1], n),
    ]
    return [*out, Stat("not_positive", left, str(left))] if left else out


_GROUPS = {
    "n": _n,
    "mean": _mean,
    "median": _median,
    "quartiles": _quartiles,
    "range": _range,
    "geometric": _geometric,
}

"""Derived records: one per dose, one per group, one per missing visit (ADaMIG 1.3, DTYPE)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from adam import columns
from adam.frame import Frame
from adam.grouping import extreme_rows, group_codes, order_of, sorted_rows

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
}
"""Days between doses of the controlled terms that state an interval (codelist FREQ)."""


def expand_doses(
    frame: Frame,
    *,
    start: str,
    end: str,
    interval: Any,
    nominal: str | None,
    unit: str,
    also: Sequence[str],
) -> Frame:
    """One record per dose from ``start`` to ``end`` (both inside), ``interval`` days apart.

    ``start``, ``end`` and the dates of ``also`` become the time of the dose, ``nominal`` grows with
    it. A record without an end is one dose; one that ends before it starts gives no record.
    ``interval`` missing or 0 means a single dose.
    """
    begins = columns.seconds(frame.columns[start])
    ends = columns.seconds(frame.columns[end])
    step = np.asarray(interval, dtype=np.float64) * 86400.0
    single = np.isnan(step) | (step <= 0) | np.isnan(ends) | np.isnan(begins)
    with np.errstate(invalid="ignore", divide="ignore"):
        counts = np.where(
            single, 1, np.floor((ends - begins) / np.where(single, 1, step) + 1e-9) + 1
        )
    counts = np.maximum(counts, 0).astype(np.int64)
    rows = np.repeat(np.arange(frame.size), counts)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    shift = np.where(single, 0, step)[rows] * nth
    out = frame.take(rows)
    time = _stamps(columns.seconds(out.columns[start]) + shift)
    for name in (start, end, *also):
        out.columns[name] = time
    if nominal is not None:
        per_unit = 3600.0 if unit == "hours" else 86400.0
        out.columns[nominal] = pd.Series(
            out.columns[nominal].to_numpy(dtype=np.float64) + shift / per_unit
        )
    return out


def _stamps(values: Any) -> pd.Series:
    gone = np.isnan(values)
    stamps = np.where(gone, 0, values).astype(np.int64).astype("datetime64[s]")
    stamps[gone] = columns.MISSING_DATE
    return pd.Series(stamps)


def summarise(
    frame: Frame, *, within: Sequence[str], of: str, how: str, by: Sequence[str]
) -> Frame:
    """One record per group: its extreme record, or the average, sum or median in its first record.

    Groups without a value give no record. ``by`` orders equal values of maximum and minimum.
    """
    (codes,), size = group_codes(frame.columns, by=list(within))
    values = frame.columns[of].to_numpy(dtype=np.float64)
    keep = ~np.isnan(values)
    order = order_of(frame.columns, by)
    if how in ("maximum", "minimum"):
        key = -values if how == "maximum" else values
        rows = extreme_rows(codes, size, [key, *order], keep, last=False)
        return frame.take(rows[rows >= 0])
    rows = extreme_rows(codes, size, order, keep, last=False)
    rows = rows[rows >= 0]
    grouped = pd.Series(values).groupby(codes)
    totals = {"average": grouped.mean, "sum": grouped.sum, "median": grouped.median}[how]()
    out = frame.take(rows)
    out.columns[of] = pd.Series(totals.reindex(codes[rows]).to_numpy())
    out.origin = {name: np.full(out.size, -1, dtype=np.int32) for name in out.origin}
    return out


def carry_forward(
    frame: Frame, *, within: Sequence[str], visit: str, visits: Mapping[float, str], named: str
) -> Frame:
    """Records for the planned visits that a group lacks, each with the group's last record
    before it.

    Only the new records come back. Visits before a group's first record are not filled.
    """
    (codes,), size = group_codes(frame.columns, by=list(within))
    at = frame.columns[visit].to_numpy(dtype=np.float64)
    order = sorted_rows(codes, [at])
    rows, numbers = [], []
    for number in sorted(visits):
        before = order[(at[order] < number)]
        last = np.full(size, -1, dtype=np.int64)
        last[codes[before]] = before
        there = np.zeros(size, dtype=bool)
        there[codes[at == number]] = True
        fill = last[(last >= 0) & ~there]
        rows.append(fill)
        numbers.append(np.full(len(fill), number))
    picked = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    stated = np.concatenate(numbers) if numbers else np.zeros(0)
    out = frame.take(picked)
    out.columns[visit] = pd.Series(stated)
    names = list(dict.fromkeys(visits.values()))
    position = {number: names.index(name) for number, name in visits.items()}
    out.columns[named] = columns.text_column([position[n] for n in stated], names)
    return out

"""Values that come from the records of another table: one-to-one, first, last, min, max, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from adam import columns
from adam.grouping import Columns, extreme_rows, group_codes, order_of


class SeveralRecordsError(ValueError):
    """More than one record matches where the specification expects one.

    ``rows`` holds record numbers (0-based) of the receiving table.
    """

    def __init__(self, rows: Any) -> None:
        self.rows = rows
        super().__init__(f"{len(rows)} records have several matches")


@dataclass(frozen=True, slots=True)
class Match:
    """Which record of ``other`` belongs to each record of ``base`` (-1: none)."""

    rows: Any

    def value(self, column: pd.Series) -> pd.Series:
        """The matched value of a column of the other table."""
        return columns.take(column, self.rows)


def match_one(base: Columns, other: Columns, on: Sequence[str], keep: Any) -> Match:
    """Exactly one or no record of ``other`` per key. Raises SeveralRecordsError otherwise."""
    (mine, theirs), size = group_codes(base, other, by=on)
    counts = np.bincount(theirs[keep], minlength=size)
    crowded = np.flatnonzero(counts[mine] > 1)
    if len(crowded):
        raise SeveralRecordsError(crowded)
    rows = extreme_rows(theirs, size, [], keep, last=False)
    return Match(rows[mine])


def match_extreme(
    base: Columns,
    other: Columns,
    on: Sequence[str],
    *,
    keep: Any,
    order: Sequence[str],
    last: bool,
) -> Match:
    """The first (last) kept record of ``other`` per key in the given order."""
    (mine, theirs), size = group_codes(base, other, by=on)
    rows = extreme_rows(theirs, size, order_of(other, order), keep, last=last)
    return Match(rows[mine])


def exists(base: Columns, other: Columns, on: Sequence[str], keep: Any) -> Any:
    """True where at least one kept record of ``other`` has the key."""
    (mine, theirs), size = group_codes(base, other, by=on)
    return (np.bincount(theirs[keep], minlength=size) > 0)[mine]


def aggregate(
    base: Columns, other: Columns, on: Sequence[str], *, values: pd.Series, keep: Any, how: str
) -> pd.Series:
    """min, max, sum, mean or count of the kept, non-missing values per key.

    min and max keep the kind of the column; a group without values gets a missing value (count: 0).
    """
    (mine, theirs), size = group_codes(base, other, by=on)
    keep = np.asarray(keep) & ~columns.missing(values)
    if how in ("min", "max"):
        rows = extreme_rows(theirs, size, [columns.sort_key(values)], keep, last=how == "max")
        return columns.take(values, rows[mine])
    codes = theirs[keep]
    counts = np.bincount(codes, minlength=size).astype(np.float64)
    if how == "count":
        return pd.Series(counts[mine])
    sums = np.bincount(codes, weights=values.to_numpy(dtype=np.float64)[keep], minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        out = np.where(counts > 0, sums if how == "sum" else sums / counts, np.nan)
    return pd.Series(out[mine])


def match_nearest(
    base: Columns,
    other: Columns,
    on: Sequence[str],
    *,
    at: pd.Series,
    limit: pd.Series,
    side: str,
    keep: Any,
) -> Match:
    """The record of ``other`` whose ``at`` lies nearest to ``limit`` on one side, per key.

    side: ``before``, ``on-or-before`` (the latest such), ``after``, ``on-or-after`` (the earliest).
    Among equal times the first record counts.
    """
    (mine, theirs), _ = group_codes(base, other, by=on)
    times = columns.sort_key(at)
    rows = np.flatnonzero(np.asarray(keep) & np.isfinite(times))
    rows = rows[np.lexsort([times[rows], theirs[rows]])]
    targets = columns.sort_key(limit)
    have, want = _rank_pairs(theirs[rows], times[rows], mine, targets)
    if not len(rows):
        return Match(np.full(len(mine), -1, dtype=np.int64))
    position = _position(have, want, side)
    inside = (position >= 0) & (position < len(rows)) & np.isfinite(targets)
    found = rows[np.where(inside, position, 0)]
    return Match(np.where(inside & (theirs[found] == mine), found, -1))


def _rank_pairs(groups: Any, times: Any, mine: Any, targets: Any) -> tuple[Any, Any]:
    """(group, time) pairs as one sortable number, for the sorted other side and for ours."""
    _, codes = np.unique(np.concatenate([times, targets]), return_inverse=True)
    width = codes.max(initial=0) + 1
    return groups * width + codes[: len(times)], mine * width + codes[len(times) :]


def _position(have: Any, want: Any, side: str) -> Any:
    """Where the nearest rank on one side stands in ``have`` (sorted); of equal ranks the first."""
    if side in ("after", "on-or-after"):
        return np.searchsorted(have, want, side="right" if side == "after" else "left")
    position = np.searchsorted(have, want, side="left" if side == "before" else "right") - 1
    first_of_equals = np.searchsorted(have, have[np.maximum(position, 0)], side="left")
    return np.where(position < 0, -1, first_of_equals)

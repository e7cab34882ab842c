"""Many values to one per group: min, max, sum, mean, median, count, count-distinct."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from derive.values import rounding
from derive.values.column import Column, Kind, KindError, Mask, Rows
from derive.values.keys import group_codes
from derive.values.number import Number
from derive.values.order import extreme_rows
from derive.values.rounding import EXACT, power_of_ten

How = Literal["min", "max", "sum", "mean", "median", "count", "count-distinct"]


def kind_of_summary(kind: Kind, how: How) -> Kind:
    """The kind of a summary of values of a kind. Raises KindError where there is none: text has no
    order and no sum, a moment no sum."""
    if how in ("count", "count-distinct"):
        return Kind.NUMBER
    if kind is Kind.TEXT:
        hint = "read it as a number or a date first, or name what orders it: first, last with by"
        raise KindError(f"text has no {how}", hint)
    if kind.is_moment and how not in ("min", "max"):
        raise KindError(
            f"a {kind.value} has no {how}", "only min and max of moments have a meaning"
        )
    return kind


def aggregate(codes: Rows, n: int, values: Column, how: How) -> Column:
    """One value per group of ``n`` from its values that are not missing; a group without values is
    missing (count, count-distinct: 0). Rows of code -1 do not count.

    min and max keep the kind. Raises KindError, see :func:`kind_of_summary`; ValueError for another
    ``how``.
    """
    if how not in get_args(How):
        raise ValueError(f"{how!r} is no summary")
    kind_of_summary(values.kind, how)
    keep = values.present() & (codes >= 0)
    if how in ("min", "max"):
        return values.take(extreme_rows(codes, n, [values.ranks()], keep, last=how == "max"))
    if how == "count":
        return _counted(codes[keep], n)
    if how == "count-distinct":
        return _counted_distinct(codes, n, values, keep)
    assert isinstance(values, Number)  # noqa: S101 (the kind says so)
    there = Number(values.values[keep], values.decimals)
    if how == "median":
        return _median(codes[keep], n, there)
    total = _summed(codes[keep], n, there)
    return total if how == "sum" else total.divide(_counted(codes[keep], n))


def _counted(codes: Rows, n: int) -> Number:
    return Number(np.bincount(codes, minlength=n).astype(np.float64), 0)


def _counted_distinct(codes: Rows, n: int, values: Column, keep: Mask) -> Number:
    own, _ = group_codes([values])
    rows = np.flatnonzero(keep)
    both = codes[rows] * (int(own.max(initial=0)) + 1) + own[rows]
    return _counted(codes[rows[np.unique(both, return_index=True)[1]]], n)


def _summed(codes: Rows, n: int, values: Number) -> Number:
    """Exact in each group whose sum of absolute values is within what is exact."""
    plain = np.bincount(codes, weights=values.values, minlength=n).astype(np.float64)
    sums, places = rounding.settled(plain), values.places
    if places is not None:
        size = power_of_ten(places)
        whole = np.rint(values.values * size)
        fits = np.bincount(codes, weights=np.abs(whole), minlength=n) < EXACT
        exact = np.bincount(codes, weights=whole, minlength=n) / size
        sums, places = np.where(fits, exact, sums), places if fits.all() else None
    empty = np.bincount(codes, minlength=n) == 0
    return Number(np.where(empty | ~np.isfinite(sums), np.nan, sums + 0.0), places)


def _median(codes: Rows, n: int, values: Number) -> Number:
    """The middle value, or half of the two middle values together."""
    order = np.lexsort([values.values, codes])
    number = np.bincount(codes, minlength=n)
    start = np.cumsum(number) - number
    low = np.where(number > 0, start + (number - 1) // 2, -1)
    high = np.where(number > 0, start + number // 2, -1)
    ordered = values.take(order)
    return ordered.take(low).add(ordered.take(high)).multiply(Number.constant(0.5, n))

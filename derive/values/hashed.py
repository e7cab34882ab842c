"""Numbering whole numbers, and the distinct among them: quick for few, for dense and for many."""

from __future__ import annotations

import numpy as np

from derive.values.column import Mask, Rows

_FEW = 4096
_SPREAD = 4


def numbered(keys: Rows, without: Mask | None = None) -> tuple[Rows, Rows]:
    """The number of each integer in order of first appearance (-1 where ``without`` holds), and the
    distinct integers.

    Few are sorted; many that lie close together are looked up in a table of all between; the rest
    is hashed by pandas, which few need and which takes time to load.
    """
    if without is not None and without.any():
        inside = np.flatnonzero(~without)
        codes = np.full(len(keys), -1, np.int64)
        codes[inside], distinct = numbered(keys[inside])
        return codes, distinct
    if len(keys) <= _FEW:
        return _sorted(keys)
    low, high = int(keys.min()), int(keys.max())
    if high - low < _SPREAD * len(keys):
        return _looked_up(keys, low, high - low + 1)
    import pandas as pd

    codes, distinct = pd.factorize(keys)
    return codes.astype(np.int64), np.asarray(distinct, np.int64)


def _sorted(keys: Rows) -> tuple[Rows, Rows]:
    values, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place[codes], values[order].astype(np.int64)


def _looked_up(keys: Rows, low: int, size: int) -> tuple[Rows, Rows]:
    at = keys - low
    first = np.full(size, -1, np.int64)
    first[at[::-1]] = np.arange(len(at) - 1, -1, -1)  # the last assignment, the first row, stays
    found = np.sort(first[first >= 0])
    first[at[found]] = np.arange(len(found))
    return first[at], keys[found]

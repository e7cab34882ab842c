"""Finding rows by equal keys: joins, look-ups, one row per key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sdtm.columns import Column, Rows, TextColumn, concat, numbered
from specs.conditions import Mask

_WIDEST = 2**62
_SEVERAL = re.compile(r"^(first|last)(?:\s+by\s+(.+))?$")


@dataclass(frozen=True, slots=True)
class Several:
    """Which of several rows is taken: the first or last, by a column or in file order."""

    last: bool
    by: str | None


def parse_several(text: str | None) -> Several | None:
    """``first``, ``last``, ``first by COL``, ``last by COL``; None when nothing is said.

    Raises ValueError for anything else.
    """
    if text is None:
        return None
    match = _SEVERAL.match(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not 'first by COLUMN' or 'last by COLUMN'")
    return Several(match.group(1) == "last", match.group(2))


def shared_keys(left: Sequence[TextColumn], right: Sequence[TextColumn]) -> tuple[Any, Any]:
    """One integer per row for the combination of key columns, the same for equal texts on both
    sides; -1 where a key column is missing."""
    n = len(left[0])
    key_left, key_right = np.zeros(n, np.int64), np.zeros(len(right[0]), np.int64)
    gone_left, gone_right = np.zeros(n, np.bool_), np.zeros(len(right[0]), np.bool_)
    span = 1
    for a, b in zip(left, right, strict=True):
        both = concat([a, b])
        codes_a, codes_b = both.codes[: len(a)], both.codes[len(a) :]
        size = len(both.values) + 1
        if span > _WIDEST // size:  # so many distinct texts: number the combinations anew
            anew, distinct = numbered(np.concatenate([key_left, key_right]))
            key_left, key_right = anew[:n], anew[n:]
            span = len(distinct)
        span *= size
        key_left = key_left * size + codes_a
        key_right = key_right * size + codes_b
        gone_left |= codes_a < 0
        gone_right |= codes_b < 0
    key_left[gone_left] = -1
    key_right[gone_right] = -1
    return key_left, key_right


def group_codes(columns: Sequence[TextColumn]) -> Any:
    """One integer per row for the combination of its texts (missing counts as a text)."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        key = key * (len(column.values) + 1) + column.codes + 1
        key = numbered(key)[0]
    return key


def find_rows(
    left: Sequence[TextColumn], right: Sequence[TextColumn], order: Column | None, *, last: bool
) -> tuple[Rows, Mask]:
    """For each left row the matching right row (-1: none), and where several right rows match.

    Of several, the first (or last) by ``order`` is taken, ties in file order.
    """
    key_left, key_right = shared_keys(left, right)
    at = np.arange(len(key_right))
    if order is not None:
        at = at[np.argsort(order.ranks(), kind="stable")]
    if last:
        at = at[::-1]
    at = at[key_right[at] >= 0]
    by_key = at[np.argsort(key_right[at], kind="stable")]
    keys = key_right[by_key]
    low = np.searchsorted(keys, key_left, side="left")
    high = np.searchsorted(keys, key_left, side="right")
    found = (high > low) & (key_left >= 0)
    rows = np.full(len(key_left), -1, np.int64)
    rows[found] = by_key[low[found]]
    return rows, found & (high - low > 1)


def one_per_group(
    group: Any, order: Column | None, *, last: bool, ties: Column | None = None
) -> tuple[Rows, Rows]:
    """The row kept of each group (ascending), and the rows left out; equal ones go by ``ties``."""
    at = np.arange(len(group))
    if ties is not None:
        at = at[np.argsort(ties.ranks(), kind="stable")]
    if order is not None:
        at = at[np.argsort(order.ranks()[at], kind="stable")]
    if last:
        at = at[::-1]
    _, first = np.unique(group[at], return_index=True)
    kept = np.sort(at[first])
    return kept, np.setdiff1d(np.arange(len(group)), kept, assume_unique=True)

"""Records grouped by keys, within one table and across two, as integer codes.

All merges, sequences and picks work on these codes, so that a text key is compared once per
distinct value and never once per record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from adam import columns

Columns = Mapping[str, pd.Series]
"""Columns of one table by name, all of the same length (a dict or a DataFrame)."""


def _codes_of(parts: Sequence[pd.Series]) -> tuple[list[Any], int]:
    """Codes of the same values in several columns are the same; -1 is missing."""
    if all(columns.is_text(part) for part in parts):
        labels = pd.Index(sorted({v for part in parts for v in part.cat.categories}))
        vectors = []
        for part in parts:
            position = np.append(labels.get_indexer(part.cat.categories), -1)
            vectors.append(position[part.cat.codes.to_numpy()].astype(np.int64))
        return vectors, len(labels)
    values = np.concatenate([_numbers(part) for part in parts])
    codes, found = pd.factorize(values, sort=True)
    edges = np.cumsum([len(part) for part in parts])[:-1]
    return list(np.split(codes.astype(np.int64), edges)), len(found)


def _numbers(part: pd.Series) -> Any:
    if columns.is_text(part):
        raise TypeError("a text key cannot be matched with a number or a date")
    return columns.seconds(part) if columns.is_date(part) else part.to_numpy(dtype=np.float64)


def group_codes(*tables: Columns, by: Sequence[str]) -> tuple[list[Any], int]:
    """One code vector per table and the number of codes; a missing key value is a value of its own.

    Raises TypeError when a key is text in one table and a number in another.
    """
    total = [np.zeros(len(table[by[0]]), dtype=np.int64) for table in tables]
    size = 1
    for name in by:
        vectors, count = _codes_of([table[name] for table in tables])
        total = [t * (count + 1) + (v + 1) for t, v in zip(total, vectors, strict=True)]
        size *= count + 1
        if size > 2**24:
            total, size = _compact(total)
    return _compact(total) if len(by) > 1 else (total, size)


def _compact(vectors: list[Any]) -> tuple[list[Any], int]:
    codes, found = pd.factorize(np.concatenate(vectors))
    edges = np.cumsum([len(v) for v in vectors])[:-1]
    return list(np.split(codes.astype(np.int64), edges)), len(found)


def order_of(frame: Columns, order: Sequence[str]) -> list[Any]:
    """Sort keys, first key first. ``"ADT desc"`` sorts down; missing values come last
    either way."""
    keys = []
    for item in order:
        name, _, direction = item.partition(" ")
        key = columns.sort_key(frame[name])
        if direction == "desc":
            key = np.where(np.isinf(key), np.inf, -key)
        keys.append(key)
    return keys


def sorted_rows(codes: Any, keys: Sequence[Any]) -> Any:
    """Row numbers ordered by group, then keys, then position (a stable sort)."""
    return np.lexsort([*reversed(list(keys)), codes])


def extreme_rows(codes: Any, size: int, keys: Sequence[Any], keep: Any, *, last: bool) -> Any:
    """Per group the row number of its first (last) kept record by ``keys``; -1 where
    there is none."""
    out = np.full(size, -1, dtype=np.int64)
    rows = np.flatnonzero(keep)
    if not len(rows):
        return out
    if last:  # a missing key is never the last one while there is another
        keys = [np.where(np.isinf(key), -np.inf, key) for key in keys]
    picked = rows[sorted_rows(codes[rows], [key[rows] for key in keys])] if keys else rows
    if not last:
        picked = picked[::-1]
    out[codes[picked]] = picked  # the last assignment of a group wins
    return out


def ties(codes: Any, keys: Sequence[Any], keep: Any, picked: Any) -> Any:
    """Kept records that stand beside the picked one of their group: same keys, another record."""
    rows = np.flatnonzero(keep)
    chosen = picked[codes[rows]]
    same = (chosen >= 0) & (rows != chosen)
    for key in keys:
        same &= key[rows] == key[chosen]
    return rows[same]


def sequence(codes: Any, keys: Sequence[Any]) -> Any:
    """1, 2, 3 ... within each group in the order of ``keys``, as float64."""
    rows = sorted_rows(codes, keys)
    groups = codes[rows]
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]]) if len(rows) else rows
    counts = np.diff(np.append(starts, len(rows)))
    numbers = np.arange(len(rows)) - np.repeat(starts, counts) + 1
    out = np.empty(len(rows), dtype=np.float64)
    out[rows] = numbers
    return out


def episodes(codes: Any, starts: Any, ends: Any, *, gap: float) -> Any:
    """Number of the run that each record belongs to, per group in order of start, as float64.

    A run ends when the next start is more than ``gap`` after every end so far; a missing end never
    comes. Records without a start belong to no run.
    """
    out = np.full(len(codes), np.nan)
    rows = sorted_rows(codes, [np.where(np.isnan(starts), np.inf, starts)])
    rows = rows[~np.isnan(starts[rows])]
    until = pd.Series(np.where(np.isnan(ends), np.inf, ends)[rows])
    groups = pd.Series(codes[rows])
    before = until.groupby(groups).cummax().groupby(groups).shift(fill_value=-np.inf).to_numpy()
    opens = pd.Series((starts[rows] > before + gap).astype(np.float64))
    out[rows] = opens.groupby(groups).cumsum().to_numpy()
    return out

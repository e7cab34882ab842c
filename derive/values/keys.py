"""Records that belong together: the same code for the same keys, within and across tables.

As a key, missing matches nothing (code -1); as a group, missing is a group of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from derive.values.column import (
    Column,
    KindError,
    Mask,
    Ranks,
    Rows,
    Seconds,
    Timed,
    agreed,
    stack,
)
from derive.values.hashed import numbered
from derive.values.order import extreme_rows
from derive.values.text import Text

Side = Literal["before", "on-or-before", "after", "on-or-after"]
_WIDEST = 2**62
_SPREAD = 2
"""Codes up to so many times the rows are left as they are where they need not be dense."""


@dataclass(frozen=True, slots=True)
class Match:
    """For each own record the matching record (-1: none), and where several would have matched."""

    rows: Rows
    several: Mask


def shared_codes(tables: Sequence[Sequence[Column]]) -> list[Rows]:
    """One code per row of each table, the same for the same keys; -1 where any key is missing. Not
    every number up to the largest need occur.

    ``tables`` holds the key columns of each table, in the same order and number. Numbers match by
    value, moments by what they say. Raises KindError where a key is of two kinds.
    """
    keys = [_stacked(parts) for parts in zip(*tables, strict=True)]
    codes, _ = _combined(keys, as_group=False, dense=False)
    edges = np.cumsum([len(table[0]) for table in tables])[:-1]
    return list(np.split(codes, edges))


def group_codes(columns: Sequence[Column], *, dense: bool = True) -> tuple[Rows, int]:
    """One code per row for the combination of its values, and how many there are; missing counts
    as a value. Codes ascend in order of first appearance; not ``dense``, they may stand in any
    order, and not every number need occur. Raises ValueError without columns."""
    if not columns:
        raise ValueError("there is no column to group by")
    return _combined(columns, as_group=True, dense=dense)


def combinations(columns: Sequence[Text], *, either: bool = True) -> tuple[Rows, list[list[int]]]:
    """The distinct combinations of texts that occur together.

    Gives a code per row and, for each column, its code in each combination. With ``either`` a
    combination may hold missing texts (code -1); without, such rows get code -1.
    """
    codes, n = _combined(columns, as_group=either, dense=True)
    first = np.zeros(n, np.int64)
    at = np.flatnonzero(codes >= 0)[::-1]
    first[codes[at]] = at
    return codes, [column.codes[first].tolist() for column in columns]


def pairs(left: Text, right: Text) -> tuple[Rows, list[int], list[int]]:
    """The distinct pairs of texts that occur together where neither is missing: a code per row (-1
    where a side is missing), and the two texts' codes per pair."""
    codes, (a, b) = combinations([left, right], either=False)
    return codes, a, b


def _stacked(parts: Sequence[Column]) -> Column:
    try:
        return stack(parts)
    except KindError as error:
        raise KindError(f"as a key, {error.message}", error.hint) from None


def _combined(columns: Sequence[Column], *, as_group: bool, dense: bool) -> tuple[Rows, int]:
    """One integer per row for its values together, numbered anew whenever it would not fit and, for
    ``dense``, at the end."""
    total, size = _value_codes(columns[0], dense=dense)
    gone = total < 0
    if as_group:
        total, size = total + 1, size + 1
    for column in columns[1:]:
        codes, count = _value_codes(column, dense=dense)
        gone |= codes < 0
        if size > _WIDEST // (count + 1):
            total, found = numbered(total)
            size = len(found)
        total = total * (count + 1) + codes + 1
        size *= count + 1
    if not dense and size <= _SPREAD * len(total):
        return np.where(gone, -1, total), size
    codes, found = numbered(total, None if as_group else gone)
    return codes, len(found)


def _value_codes(column: Column, *, dense: bool) -> tuple[Rows, int]:
    """A code per row, -1 missing, the same for the same value, and how many there may be."""
    if isinstance(column, Text):
        return column.codes.astype(np.int64), len(column.values)
    ranks, missing = column.ranks(), column.missing()
    if not dense and len(ranks) and not missing.any():
        low = int(ranks.min())
        size = int(ranks.max()) - low + 1
        if size <= _SPREAD * len(ranks):
            return ranks - low, size
    codes, found = numbered(ranks, missing)
    return codes, len(found)


# one record of another table; ``mine`` and ``theirs`` are from shared_codes, ``keep`` is of theirs


def match_one(mine: Rows, theirs: Rows, keep: Mask) -> Match:
    """The kept record of the same key: the first in their order, and where there are several."""
    n = _size(mine, theirs)
    rows = extreme_rows(theirs, n, [], keep)
    number = _counted(theirs, n, keep)
    return Match(of_groups(rows, mine), of_groups(number, mine, none=0) > 1)


def exists(mine: Rows, theirs: Rows, keep: Mask) -> Mask:
    """Where at least one kept record has the key."""
    return counts(mine, theirs, keep) > 0


def counts(mine: Rows, theirs: Rows, keep: Mask) -> Rows:
    """How many kept records have the key."""
    return of_groups(_counted(theirs, _size(mine, theirs), keep), mine, none=0)


def of_groups(values: Rows, codes: Rows, none: int = -1) -> Rows:
    """The value of each row's group; ``none`` for rows in no group."""
    return np.append(values, none)[codes]


def _size(mine: Rows, theirs: Rows) -> int:
    return int(max(mine.max(initial=-1), theirs.max(initial=-1))) + 1


def _counted(codes: Rows, n: int, keep: Mask) -> Rows:
    return np.bincount(codes[keep & (codes >= 0)], minlength=n).astype(np.int64)


def match_nearest(
    mine: Rows, theirs: Rows, at: Timed, limit: Timed, *, side: Side, keep: Mask
) -> Match:
    """The kept record of the same key whose moment ``at`` is nearest to the own moment ``limit`` on
    one side of it, to the precision that both have.

    ``before`` takes records certainly before (2020-02 is before 2020-03-15, 2020-03 is not);
    ``on-or-before`` those that are not certainly after. Of equal moments the first record counts,
    and ``several`` says where. Raises KindError where a date meets a date-time.
    """
    agreed([at, limit])
    rows = np.flatnonzero(keep & at.present() & (theirs >= 0))
    none = Match(np.full(len(mine), -1, np.int64), np.zeros(len(mine), np.bool_))
    if not len(rows) or not len(mine):
        return none
    groups = theirs[rows]
    ordered = groups * len(rows) + _dense(at.ranks()[rows])
    edge, target, strict = _edges(at, limit, side)
    best = _best_beside(groups, ordered, edge[rows], (mine, target), side, strict=strict)
    best = np.where((best // len(rows) == mine) & (mine >= 0) & limit.present(), best, -1)
    order = np.argsort(ordered, kind="stable")
    low = np.searchsorted(ordered[order], best, side="left")
    high = np.searchsorted(ordered[order], best, side="right")
    found = rows[order[np.minimum(low, len(rows) - 1)]]
    return Match(np.where(best < 0, -1, found), (best >= 0) & (high - low > 1))


def _edges(at: Timed, limit: Timed, side: Side) -> tuple[Seconds, Seconds, bool]:
    """Which ends of two moments decide, and whether equal ends are outside."""
    (first, last), (limit_first, limit_last) = at.edges(), limit.edges()
    match side:
        case "before":
            return last, limit_first, True
        case "on-or-before":
            return first, limit_last, False
        case "after":
            return first, limit_last, True
        case _:
            return last, limit_first, False


def _best_beside(
    groups: Rows,
    ordered: Rows,
    edge: Rows,
    own: tuple[Rows, Rows],
    side: Side,
    *,
    strict: bool,
) -> Rows:
    """For each own (group, target) the greatest (least, for after) of ``ordered`` among the records
    up to (from) the target; -1 where there is none. ``ordered`` ascends with the groups."""
    mine, target = own
    codes = _dense(np.concatenate([edge, target]))
    width = int(codes.max()) + 1
    have = groups * width + codes[: len(edge)]
    want = mine * width + codes[len(edge) :]
    order = np.argsort(have, kind="stable")
    have, values = have[order], ordered[order]
    if side in ("before", "on-or-before"):
        place = np.searchsorted(have, want, side="left" if strict else "right") - 1
        running = np.maximum.accumulate(values)
    else:
        place = np.searchsorted(have, want, side="right" if strict else "left")
        running = np.minimum.accumulate(values[::-1])[::-1]
    inside = (place >= 0) & (place < len(have))
    return np.where(inside, running[np.where(inside, place, 0)], -1)


def _dense(keys: Ranks) -> Rows:
    """0, 1, 2 ... in the order of the keys."""
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)

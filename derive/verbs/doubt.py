"""Which picks a date that is known in part could overturn. Days decide, and on one day the time
where it is not known of both and something else than the date is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from derive.values.column import NO_RANK, Column, Mask, Ranks, Rows
from derive.values.moment import Moment, date_of
from derive.values.order import partial_overturns

_DAY = 86_400


def rows_in_doubt(
    codes: Rows,
    keep: Mask,
    columns: Sequence[Column],
    down: Sequence[bool],
    rows: Rows,
    *,
    last: bool,
    values: Ranks | None = None,
) -> Iterator[tuple[int, Rows]]:
    """Per column of an order (by number) the records that may stand before (``last``: after) the
    one that was taken of their group, though all columns before it are equal.

    ``codes`` is a group number per record (-1: none), ``keep`` which records count, ``down`` which
    columns count downwards, ``rows`` the record that was taken, by group number. ``values`` is what
    is taken of each record: where it differs, a date without a time is in doubt beside a time of
    its day; not said: the day itself is taken.
    """
    counts = keep & (codes >= 0)
    for number, (column, downwards) in enumerate(zip(columns, down, strict=True)):
        if isinstance(column, Moment):
            days = date_of(column)
            known = counts & days.present()
            found = partial_overturns(days, codes, known, rows, last=last is not downwards)
            if values is not None:
                timed = partial_overturns(column, codes, known, rows, last=last is not downwards)
                unlike = values[timed] != values[rows[codes[timed]]]
                found = np.union1d(found, timed[unlike])
            if len(found):
                yield number, found
        if number + 1 < len(columns):
            ranks = column.ranks()
            taken = np.append(rows, -1)[codes]
            counts = counts & (taken >= 0) & (ranks == ranks[np.maximum(taken, 0)])


def sources_in_doubt(values: Sequence[Column], which: Rows, *, last: bool) -> tuple[Rows, str]:
    """Own records where the value of another source may come before (``last``: after) the one that
    was taken, and the first such text. ``values`` are per source those of the own records,
    ``which`` the number of the source that was taken."""
    none = np.empty(0, np.int64), ""
    found = [one for one in values if isinstance(one, Moment)]
    if len(found) < 2 or len(found) < len(values):
        return none
    size, moments = len(which), found[0].below(found[1:])
    own = np.tile(np.arange(size, dtype=np.int64), len(values))
    taken, days = which * size + np.arange(size), date_of(moments)
    rows = partial_overturns(days, own, days.present(), taken, last=last)
    if not len(rows):
        return none
    return np.unique(own[rows]), partial_text(moments, rows[0], taken[own[rows[0]]])


def partial_text(moments: Moment, doubtful: int, taken: int) -> str:
    """The text of the one of two records whose moment is known in part only."""
    first, last = moments.bounds()
    width = last - first
    wide = [row for row in (doubtful, taken) if width[row] > _DAY]
    least = taken if width[taken] > width[doubtful] else doubtful
    return str(moments.texts()[(wide or [least])[0]])


def nearest_in_doubt(
    groups: tuple[Rows, Rows],
    keep: Mask,
    at: Moment,
    limit: Moment,
    taken: Rows,
    *,
    side: str,
    ranks: Ranks,
) -> tuple[Rows, Rows]:
    """Own records whose nearest record a partial ``at`` puts in doubt, and a record of each that
    may be the nearest instead.

    ``groups`` are the group numbers of the own records and of those looked at, ``limit`` is the own
    moment, ``taken`` the record of each own one (-1: none), ``side`` as in ``nearest``. Records
    with equal ``ranks`` have one value, and which of them it is does not matter.
    """
    low, high = _days(at)
    near, far = _days(limit)
    partial = (low < high) & at.present()
    own, other = _pairs(groups, limit.present(), keep & at.present(), partial, taken)
    one = taken[own]
    fit, best = np.maximum(one, 0), one >= 0
    open_ = partial[other] | (best & partial[fit])
    if side in ("before", "on-or-before"):
        edge = far[own] - (side == "before")
        closer = np.minimum(high[other], edge) > np.where(best, low[fit], np.iinfo(np.int64).min)
        may = (low[other] <= edge) & closer
    else:
        edge = near[own] + (side == "after")
        closer = np.maximum(low[other], edge) < np.where(best, high[fit], np.iinfo(np.int64).max)
        may = (high[other] >= edge) & closer
    unlike = ranks[other] != np.where(best, ranks[fit], NO_RANK)
    hit = open_ & may & unlike & (other != one)
    rows, first = np.unique(own[hit], return_index=True)
    return rows, other[hit][first]


def _days(moment: Moment) -> tuple[Rows, Rows]:
    low, high = date_of(moment).edges()
    return np.asarray(low // _DAY, np.int64), np.asarray(high // _DAY, np.int64)


def _pairs(
    groups: tuple[Rows, Rows], known: Mask, counts: Mask, partial: Mask, taken: Rows
) -> tuple[Rows, Rows]:
    """Own records beside every record of their group that counts, where a partial date is among
    them: the partial ones alone, or all where the one that was taken is one."""
    mine = groups[0]
    asked = known & (mine >= 0)
    wide = asked & (taken >= 0) & np.append(partial, False)[taken]
    found = [
        _beside(groups, asked & ~wide, counts & partial),
        _beside(groups, wide, counts),
    ]
    return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])


def _beside(groups: tuple[Rows, Rows], own: Mask, other: Mask) -> tuple[Rows, Rows]:
    mine, theirs = groups
    n = int(max(mine.max(initial=-1), theirs.max(initial=-1))) + 1
    rows, left = np.flatnonzero(other & (theirs >= 0)), np.flatnonzero(own)
    if not len(rows) or not len(left):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    rows = rows[np.argsort(theirs[rows], kind="stable")]
    counts = np.bincount(theirs[rows], minlength=n)
    starts = np.cumsum(counts) - counts
    number = counts[mine[left]]
    within = np.arange(int(number.sum())) - np.repeat(np.cumsum(number) - number, number)
    return np.repeat(left, number), rows[np.repeat(starts[mine[left]], number) + within]

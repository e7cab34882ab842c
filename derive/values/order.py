"""The order of records. Missing stands last whichever way, and is never picked beside a value.

``keys`` are sort keys per record, the first decides first (see :func:`sort_keys`); ``codes`` are
group numbers (-1: in no group); ``keep`` are the records that count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from derive.values.column import NO_RANK, Column, Floats, Kind, Mask, Ranks, Rows, Timed

_WIDEST = 2**62
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Key:
    """A name to order by, and whether downwards."""

    name: str
    down: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.down else self.name


@dataclass(frozen=True, slots=True)
class Order:
    """What records are ordered by, the first key first."""

    keys: tuple[Key, ...]

    @classmethod
    def of(cls, names: Sequence[str]) -> Order:
        """From ``["ADT", "-LBSEQ"]``: a name after a minus orders downwards."""
        return cls(tuple(Key(name.removeprefix("-"), name.startswith("-")) for name in names))

    @property
    def names(self) -> tuple[str, ...]:
        """The names, without direction."""
        return tuple(key.name for key in self.keys)


def sort_keys(order: Order, column_of: Callable[[str], Column]) -> list[Ranks]:
    """A sort key per name of the order, ascending; missing is NO_RANK whichever way."""
    return [sort_key(column_of(key.name), down=key.down) for key in order.keys]


def sort_key(column: Column, *, down: bool = False) -> Ranks:
    """The ranks of a column, turned round for ``down``; missing stays last."""
    ranks = column.ranks()
    return turned(ranks) if down else ranks


def turned(key: Ranks) -> Ranks:
    """A sort key the other way round; missing stays last."""
    out: Ranks = np.where(key == NO_RANK, NO_RANK, ~key)
    return out


def sort_rows(keys: Sequence[Ranks], groups: Rows | None = None) -> Rows:
    """Row numbers in order of group, keys and position (a stable sort).

    Raises ValueError without keys and groups.
    """
    parts = list(keys) if groups is None else [groups, *keys]
    if not parts:
        raise ValueError("there is nothing to sort by")
    packed, room = _packed(parts)
    if packed is None:
        return np.asarray(np.lexsort(parts[::-1]), np.int64)
    n = len(packed)
    if n < 2 or bool((packed[1:] >= packed[:-1]).all()):
        return np.arange(n)  # most tables come in order
    if room > _WIDEST // n:
        return np.asarray(np.argsort(packed, kind="stable"), np.int64)
    return np.sort(packed * n + np.arange(n)) % n  # the quick sort, which is not stable by itself


def _packed(parts: Sequence[Ranks]) -> tuple[Ranks | None, int]:
    """All keys in one integer, and how many there may be; None where they do not fit. Missing is
    made one more than the rest, for its own rank takes all the room."""
    total, room = np.zeros(len(parts[0]), np.int64), 1
    for part in parts:
        low, high = int(part.min(initial=NO_RANK)), int(part.max(initial=-NO_RANK))
        if low == NO_RANK:
            continue
        place = part - low
        if high == NO_RANK:
            there = part != NO_RANK
            high = int(part.max(where=there, initial=low))
            place = np.where(there, place, high - low + 1)
        size = high - low + 2
        if room > _WIDEST // size:
            return None, 0
        total *= size
        total += place
        room *= size
    return total, room


def extreme_rows(
    codes: Rows, n: int, keys: Sequence[Ranks], keep: Mask, *, last: bool = False
) -> Rows:
    """The first (last) kept record of each of ``n`` groups by the keys; -1 where there is none.

    A record whose key is missing is picked only where the group has no other. Records with equal
    keys: the first in their order; without keys the first (last) in their order.
    """
    out = np.full(n, -1, np.int64)
    rows = _best(codes, n, keys, keep, last=last)
    if keys or not last:
        rows = rows[::-1]
    out[codes[rows]] = rows  # the last assignment of a group stays
    return out


def ties(codes: Rows, n: int, keys: Sequence[Ranks], keep: Mask, *, last: bool = False) -> Rows:
    """Kept records with the same keys as the picked record of their group, without that record.

    Of such groups the values must agree, or the order does not say which is meant.
    """
    rows = _best(codes, n, keys, keep, last=last)
    picked = extreme_rows(codes, n, keys, keep, last=last)
    others: Rows = rows[picked[codes[rows]] != rows]
    return others


def _best(codes: Rows, n: int, keys: Sequence[Ranks], keep: Mask, *, last: bool) -> Rows:
    """The kept records that no other of their group stands before; without sorting."""
    rows = np.flatnonzero(keep & (codes >= 0))
    for key in keys:
        mine = turned(key[rows]) if last else key[rows]
        best = np.full(n, NO_RANK, np.int64)
        np.minimum.at(best, codes[rows], mine)
        rows = rows[mine == best[codes[rows]]]
    return rows


def sequence(codes: Rows, keys: Sequence[Ranks]) -> Rows:
    """1, 2, 3 ... within each group in the order of the keys, then of the records; 0 for records in
    no group."""
    rows = sort_rows(keys, codes)
    out = np.empty(len(rows), np.int64)
    out[rows] = runs(codes[rows])
    return np.where(codes < 0, 0, out)


def runs(groups: Rows) -> Rows:
    """1, 2, 3 ... within each run of equal numbers."""
    n = len(groups)
    if not n:
        return np.empty(0, np.int64)
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    return np.arange(n) - np.repeat(starts, np.diff(np.r_[starts, n])) + 1


def repeated(keys: Sequence[Ranks], groups: Rows | None = None) -> Rows:
    """Records that have the keys of a record before them in sorted order, in that order."""
    rows = sort_rows(keys, groups)
    parts = keys if groups is None else [groups, *keys]
    return rows[repeated_beside([part[rows] for part in parts])]


def repeated_beside(keys: Sequence[Ranks]) -> Rows:
    """Of records in the order of the keys, those that have the keys of the one before."""
    again = np.ones(max(len(keys[0]) - 1, 0), np.bool_)
    for part in keys:
        again &= part[1:] == part[:-1]
    return np.flatnonzero(again) + 1


def episodes(codes: Rows, starts: Floats, ends: Floats, *, gap: float) -> Rows:
    """The number (1, 2 ...) of the run that each record belongs to, per group by start.

    A run ends when the next start is more than ``gap`` after every end so far; a missing end never
    comes. 0 for records without a start or in no group. Starts, ends and gap are of one unit.
    """
    out = np.zeros(len(codes), np.int64)
    rows = np.flatnonzero(~np.isnan(starts) & (codes >= 0))
    rows = rows[np.lexsort([starts[rows], codes[rows]])]
    if not len(rows):
        return out
    groups = codes[rows]
    until = _reached(groups, np.where(np.isnan(ends), np.inf, ends)[rows])
    new_group = np.r_[True, groups[1:] != groups[:-1]]
    before = np.r_[-np.inf, until[:-1]]
    opened = np.cumsum(new_group | (starts[rows] > before + gap))
    first = opened[np.flatnonzero(new_group)]
    out[rows] = opened - np.repeat(first, np.diff(np.r_[np.flatnonzero(new_group), len(rows)])) + 1
    return out


def _reached(groups: Rows, ends: Floats) -> Floats:
    """The latest end so far within each group; groups stand together."""
    found, place = np.unique(ends, return_inverse=True)
    block = np.cumsum(np.r_[0, groups[1:] != groups[:-1]])
    reached: Floats = found[np.maximum.accumulate(block * len(found) + place) % len(found)]
    return reached


def partial_overturns(
    moments: Timed, codes: Rows, keep: Mask, picked: Rows, *, last: bool = False
) -> Rows:
    """Kept records whose moment may come before (``last``: after) that of the picked record of
    their group, because one of the two is known in part only.

    ``picked`` is from :func:`extreme_rows` over the same records. 2020-02 beside a last of
    2020-01-20 is certainly later; 2020-01 beside it may be. Of complete moments none is found.
    """
    rows = np.flatnonzero(keep & (codes >= 0) & moments.present())
    chosen = picked[codes[rows]]
    rows, chosen = rows[(chosen >= 0) & (chosen != rows)], chosen[(chosen >= 0) & (chosen != rows)]
    there = moments.present()[chosen]
    rows, chosen = rows[there], chosen[there]
    first, final = (_grain(edge, moments.kind) for edge in moments.bounds())
    beyond = final[rows] > first[chosen] if last else first[rows] < final[chosen]
    partial = (first[rows] < final[rows]) | (first[chosen] < final[chosen])
    found: Rows = rows[beyond & partial]
    return found


def _grain(edge: Rows, kind: Kind) -> Rows:
    """Seconds as days where a date is complete when its day is known."""
    return np.asarray(edge // _DAY if kind is Kind.DAY else edge, np.int64)

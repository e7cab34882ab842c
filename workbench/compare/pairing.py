"""Which record of one side is which of the other: by keys, and by occurrence where keys repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.values.column import Column, KindError, Rows, stack
from derive.values.keys import group_codes
from derive.values.number import Number
from derive.values.order import sequence
from derive.values.text import Text
from specs import SpecificationError, finding
from transport import Dataset

_MOST_KEYS = 8


@dataclass(frozen=True, slots=True)
class Pairs:
    """Row numbers (0-based) that belong together, those of one side alone, and how many records
    share their key with another one of their side."""

    base: Rows
    compare: Rows
    only_base: Rows
    only_compare: Rows
    repeated: tuple[int, int]


def column_of(dataset: Dataset, name: str) -> Column:
    """A variable as a column. Trailing blanks are none, as SAS pads values; others count."""
    series: Any = dataset.frame[name]
    if dataset.variable(name).type == "Num":
        return Number.of(series.to_numpy(dtype="float64", na_value=np.nan))
    category = (
        series if str(series.dtype) == "category" else series.astype("str").astype("category")
    )
    raw = Text(np.asarray(category.cat.codes, np.int32), [str(c) for c in category.cat.categories])
    cut = [value.rstrip(" ") for value in raw.values]
    return raw if cut == raw.values and "" not in cut else raw.map(cut)


def paired(base: Sequence[Column], compare: Sequence[Column], sizes: tuple[int, int]) -> Pairs:
    """Pair records by keys, those with equal keys in their order; without keys, by their place."""
    if not base:
        both = np.arange(min(sizes), dtype=np.int64)
        left, right = (np.arange(len(both), n, dtype=np.int64) for n in sizes)
        return Pairs(both, both, left, right, (0, 0))
    together = [stack(parts) for parts in zip(base, compare, strict=True)]
    codes, count = group_codes(together, dense=False)
    mine, theirs = np.split(codes, [sizes[0]])
    many = [np.bincount(side, minlength=count) for side in (mine, theirs)]
    if all(counts.max(initial=0) <= 1 for counts in many):
        return _once_each(mine, theirs, count)
    places = [sequence(side, []) - 1 for side in (mine, theirs)]
    # one number for key and place among those with this key
    ids = [side + count * place for side, place in zip((mine, theirs), places, strict=True)]
    order = np.argsort(ids[1], kind="stable")
    ordered = ids[1][order]
    at = np.minimum(np.searchsorted(ordered, ids[0]), max(len(ordered) - 1, 0))
    found = ordered[at] == ids[0] if len(ordered) else np.zeros(sizes[0], np.bool_)
    own = np.flatnonzero(found)
    other = order[at[own]] if len(ordered) else np.empty(0, np.int64)
    taken = np.zeros(sizes[1], np.bool_)
    taken[other] = True
    repeated = tuple(int(counts[counts > 1].sum()) for counts in many)
    return Pairs(
        own, other, np.flatnonzero(~found), np.flatnonzero(~taken), (repeated[0], repeated[1])
    )


def _once_each(mine: Rows, theirs: Rows, count: int) -> Pairs:
    """Pairs of keys that no side repeats: looked up, without sorting."""
    place = np.full(count, -1, np.int64)
    place[theirs] = np.arange(len(theirs))
    at = place[mine]
    found = at >= 0
    own, other = np.flatnonzero(found), at[found]
    taken = np.zeros(len(theirs), np.bool_)
    taken[other] = True
    return Pairs(own, other, np.flatnonzero(~found), np.flatnonzero(~taken), (0, 0))


def smallest_key(base: Dataset, compare: Dataset, names: Sequence[str]) -> tuple[str, ...]:
    """The shortest list of variables found, each one that tells most records apart, under which no
    two records of a side are the same; empty where eight do not."""
    sides = [{name: column_of(one, name) for name in names} for one in (base, compare)]
    sizes = (base.records, compare.records)
    chosen: list[str] = [name for name in ("USUBJID",) if name in names]
    for _ in range(_MOST_KEYS):
        if chosen and all(_apart(s, chosen) == n for s, n in zip(sides, sizes, strict=True)):
            return tuple(chosen)
        rest = [name for name in names if name not in chosen]
        if not rest:
            return ()
        told = {n: min(_apart(side, [*chosen, n]) for side in sides) for n in rest}
        best = max(rest, key=lambda name: told[name])
        chosen.append(best)
    return ()


def _apart(side: dict[str, Column], names: Sequence[str]) -> int:
    """How many combinations of values there are."""
    return group_codes([side[name] for name in names])[1]


def check_kinds(name: str, keys: Sequence[str], base: Dataset, compare: Dataset) -> None:
    """Refuse a key that is text on one side and a number on the other (PKG191)."""
    for key in keys:
        try:
            stack([column_of(base, key), column_of(compare, key)])
        except KindError as error:
            message = f"{key} of {name} is no key: {error.message}"
            raise SpecificationError(
                finding("PKG191", message, dataset=name, variable=key)
            ) from error

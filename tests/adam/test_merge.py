"""Merges against the plain loops that they stand for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adam import columns, merge
from adam.grouping import group_codes, sequence

KEYS = st.sampled_from(["a", "b", "c", ""])
TIMES = st.one_of(st.just(math.nan), st.integers(0, 6).map(float))
SIDES = {
    "before": lambda t, limit: t < limit,
    "on-or-before": lambda t, limit: t <= limit,
    "after": lambda t, limit: t > limit,
    "on-or-after": lambda t, limit: t >= limit,
}


def table(rows: list[tuple[Any, ...]]) -> dict[str, pd.Series]:
    return {
        "K": columns.as_text([r[0] for r in rows]),
        "T": pd.Series(np.array([r[1] for r in rows], dtype=float)),
    }


ROWS = st.lists(st.tuples(KEYS, TIMES), max_size=12)


@settings(deadline=None)
@given(ROWS, ROWS, st.sampled_from(sorted(SIDES)))
def test_the_nearest_record_on_one_side(base: list[Any], other: list[Any], side: str) -> None:
    mine, theirs = table(base), table(other)
    every = np.ones(len(other), dtype=bool)
    got = merge.match_nearest(
        mine, theirs, ["K"], at=theirs["T"], limit=mine["T"], side=side, keep=every
    ).rows
    for (key, limit), row in zip(base, got, strict=True):
        fits = [(t, i) for i, (k, t) in enumerate(other) if k == key and SIDES[side](t, limit)]
        best = (max if "before" in side else min)(t for t, _ in fits) if fits else None
        expected = min(i for t, i in fits if t == best) if fits else -1
        assert row == expected


@settings(deadline=None)
@given(ROWS, ROWS, st.booleans())
def test_the_first_and_last_record_in_an_order(
    base: list[Any], other: list[Any], last: bool
) -> None:
    mine, theirs = table(base), table(other)
    every = np.ones(len(other), dtype=bool)
    got = merge.match_extreme(mine, theirs, ["K"], keep=every, order=["T"], last=last).rows
    for (key, _), row in zip(base, got, strict=True):
        fits = [(t, i) for i, (k, t) in enumerate(other) if k == key]
        known = [t for t, _ in fits if not math.isnan(t)]
        if not fits:
            assert row == -1
        elif known:
            assert other[row][1] == (max(known) if last else min(known))
        else:
            assert math.isnan(other[row][1])


@settings(deadline=None)
@given(ROWS, ROWS, st.sampled_from(["min", "max", "sum", "mean", "count"]))
def test_aggregates_per_key(base: list[Any], other: list[Any], how: str) -> None:
    mine, theirs = table(base), table(other)
    every = np.ones(len(other), dtype=bool)
    got = merge.aggregate(mine, theirs, ["K"], values=theirs["T"], keep=every, how=how)
    plain = {"min": min, "max": max, "sum": sum, "mean": lambda v: sum(v) / len(v), "count": len}
    for (key, _), value in zip(base, got, strict=True):
        known = [t for k, t in other if k == key and not math.isnan(t)]
        if known or how == "count":
            assert value == pytest.approx(plain[how](known))
        else:
            assert math.isnan(value)


@settings(deadline=None)
@given(ROWS)
def test_a_sequence_counts_each_group_in_order(rows: list[Any]) -> None:
    data = table(rows)
    (codes,), _ = group_codes(data, by=["K"]) if rows else ([np.zeros(0, dtype=int)], 0)
    got = sequence(codes, [columns.sort_key(data["T"])])
    for key in {k for k, _ in rows}:
        mine = [(columns.sort_key(data["T"])[i], i) for i, (k, _) in enumerate(rows) if k == key]
        assert [got[i] for _, i in sorted(mine)] == list(range(1, len(mine) + 1))


def test_one_to_one_refuses_a_second_match() -> None:
    mine, theirs = table([("a", 1.0)]), table([("a", 1.0), ("a", 2.0)])
    with pytest.raises(merge.SeveralRecordsError) as caught:
        merge.match_one(mine, theirs, ["K"], np.ones(2, dtype=bool))
    assert caught.value.rows.tolist() == [0]


def test_keys_of_different_kinds_do_not_match_in_silence() -> None:
    with pytest.raises(TypeError):
        group_codes({"K": columns.as_text(["1"])}, {"K": pd.Series([1.0])}, by=["K"])


def test_many_keys_are_compared_without_overflow() -> None:
    names = [f"K{i}" for i in range(12)]
    rng = np.random.default_rng(1)
    data = {n: pd.Series(rng.integers(0, 1000, 500).astype(float)) for n in names}
    doubled = {n: pd.concat([c, c], ignore_index=True) for n, c in data.items()}
    (codes,), size = group_codes(doubled, by=names)
    assert size == 500
    assert (codes[:500] == codes[500:]).all()
    assert len(set(codes[:500])) == 500

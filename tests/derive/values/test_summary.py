"""Summaries of groups against decimal.Decimal and the statistics module."""

from __future__ import annotations

import math
import statistics
from decimal import Decimal
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.column import Kind, KindError, nothing
from derive.values.moment import of_text
from derive.values.number import Number
from derive.values.summary import How, aggregate, kind_of_summary
from derive.values.text import Text

decimals = st.builds(
    lambda n, p: Decimal(n).scaleb(-p), st.integers(-(10**6), 10**6), st.integers(0, 3)
)
rows = st.lists(st.tuples(st.integers(-1, 2), st.none() | decimals), max_size=15)
NUMBERS = ("min", "max", "sum", "mean", "median")


def by_hand(values: list[Decimal], how: How) -> float:
    if how in ("count", "count-distinct"):
        return len(values if how == "count" else set(values))
    if not values:
        return math.nan
    if how == "mean":
        return float(sum(values) / len(values))
    return float({"min": min, "max": max, "sum": sum, "median": statistics.median}[how](values))


@given(rows, st.sampled_from(get_args(How)))
def test_a_group_is_summed_up(given_rows: list[tuple[int, Decimal | None]], how: How) -> None:
    codes = np.array([code for code, _ in given_rows], np.int64)
    column = Number.of([math.nan if v is None else float(v) for _, v in given_rows])
    found = aggregate(codes, 3, column, how)
    assert isinstance(found, Number)
    for group in range(3):
        mine = [v for code, v in given_rows if code == group and v is not None]
        expected = by_hand(mine, how)
        if how == "mean":
            assert found.values[group] == pytest.approx(expected, rel=1e-15, nan_ok=True)
        else:
            assert np.array_equal(found.values[group], expected, equal_nan=True)


def test_ten_tenths_are_one_whatever_another_group_holds() -> None:
    codes = np.array([0] * 10 + [1, 1])
    for odd in (0.5, 1 / 3, 1e15):
        sums = aggregate(codes, 2, Number.of([0.1] * 10 + [odd, odd]), "sum")
        assert isinstance(sums, Number)
        assert sums.values[0] == 1


@pytest.mark.parametrize("kind", [Kind.DAY, Kind.SECOND])
def test_the_earliest_and_latest_moment_keep_their_kind(kind: Kind) -> None:
    column, _ = of_text(Text.of(["2024-02-01", "2024-01-10", None, "2024-01"]), kind)
    codes = np.array([0, 0, 1, -1])
    for how, text in (("min", "2024-01-10"), ("max", "2024-02-01")):
        found = aggregate(codes, 2, column, how)
        assert found.kind is kind
        assert found.texts().tolist() == [text, ""]


def test_texts_are_counted_and_nothing_else() -> None:
    column = Text.of(["a", "b", "a", None])
    codes = np.zeros(4, np.int64)
    assert aggregate(codes, 2, column, "count").texts().tolist() == ["3", "0"]
    assert aggregate(codes, 2, column, "count-distinct").texts().tolist() == ["2", "0"]
    for how in NUMBERS:
        with pytest.raises(KindError):
            aggregate(codes, 2, column, how)


@pytest.mark.parametrize("how", get_args(How))
@pytest.mark.parametrize("kind", Kind)
def test_what_is_refused_without_data_is_refused_with_it(kind: Kind, how: How) -> None:
    none = np.empty(0, np.int64)
    try:
        expected = kind_of_summary(kind, how)
    except KindError:
        with pytest.raises(KindError):
            aggregate(none, 0, nothing(kind, 0), how)
    else:
        assert aggregate(none, 0, nothing(kind, 0), how).kind is expected


def test_another_word_is_no_summary() -> None:
    with pytest.raises(ValueError, match="no summary"):
        aggregate(np.zeros(1, np.int64), 1, Number.of([1]), "mode")  # type: ignore[arg-type]

"""Arithmetic against decimal.Decimal: what is written with few digits is calculated exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.number import Number, compared, of_text
from derive.values.text import Text

decimals = st.builds(
    lambda whole, places: Decimal(whole).scaleb(-places),
    st.integers(-(10**9), 10**9),
    st.integers(0, 4),
)
columns = st.lists(st.tuples(decimals, decimals), min_size=1, max_size=12)


def of(numbers: list[Decimal]) -> Number:
    return Number.of([float(number) for number in numbers])


@given(columns)
def test_sums_and_differences_are_those_of_decimals(pairs: list[tuple[Decimal, Decimal]]) -> None:
    left, right = (of(list(side)) for side in zip(*pairs, strict=True))
    assert left.add(right).values.tolist() == [float(a + b) for a, b in pairs]
    assert left.subtract(right).values.tolist() == [float(a - b) for a, b in pairs]


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6)), min_size=1))
def test_products_are_those_of_decimals(pairs: list[tuple[int, int]]) -> None:
    left = of([Decimal(a).scaleb(-2) for a, _ in pairs])
    right = of([Decimal(b).scaleb(-1) for _, b in pairs])
    expected = [float(Decimal(a * b).scaleb(-3)) for a, b in pairs]
    assert left.multiply(right).values.tolist() == expected


@given(columns, st.sampled_from([1 / 3, 1e15 + 0.5, 1e200, np.pi]))
def test_no_row_depends_on_what_another_row_holds(
    pairs: list[tuple[Decimal, Decimal]], odd: float
) -> None:
    left, right = (of(list(side)) for side in zip(*pairs, strict=True))
    more, other = Number.of([*left.values, odd]), Number.of([*right.values, odd / 7])
    for operate in (Number.add, Number.subtract):
        beside = operate(more, other)
        assert beside.places is None
        assert beside.values[:-1].tolist() == operate(left, right).values.tolist()
    assert more.round(1).values[:-1].tolist() == left.round(1).values.tolist()


@given(columns, st.integers(0, 5))
def test_rounding_with_and_without_places_agrees(
    pairs: list[tuple[Decimal, Decimal]], to: int
) -> None:
    left = of([a for a, _ in pairs])
    unknown = Number(left.values, None)
    assert left.round(to).values.tolist() == unknown.round(to).values.tolist()


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(1, 10**4)), min_size=1))
def test_a_quotient_that_is_a_short_decimal_is_that_decimal(pairs: list[tuple[int, int]]) -> None:
    product = of([Decimal(a * b).scaleb(-1) for a, b in pairs])
    divisor = of([Decimal(b) for _, b in pairs])
    assert product.divide(divisor).values.tolist() == [
        float(Decimal(a).scaleb(-1)) for a, _ in pairs
    ]


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([], 0),
        ([math.nan], 0),
        ([1, 2, -3], 0),
        ([1.5, math.nan, 2.25], 2),
        ([0.1, 1e-12], 12),
        ([1e-13], None),
        ([1 / 3], None),
        ([2.0**51], None),
        ([0.001, 1e13], None),
        ([*range(2000), 0.125], 3),
        ([*range(2000), 1 / 3], None),
    ],
)
def test_places_are_found(values: list[float], places: int | None) -> None:
    assert Number.of(values).places == places


def test_missing_in_missing_out_and_what_is_infinite_is_missing() -> None:
    a, b = Number.of([1, math.nan, 1, math.inf]), Number.of([math.nan, 1, 0, 1])
    for operate in (Number.add, Number.subtract, Number.multiply, Number.divide, Number.power):
        assert operate(a, b).missing().tolist()[:2] == [True, True]
    assert a.divide(b).missing().tolist() == [True, True, True, True]
    assert Number.of([1e300]).multiply(Number.of([1e300])).missing().all()


@pytest.mark.parametrize(
    ("operate", "left", "right", "expected"),
    [
        (Number.floor_divide, 0.3, 0.1, 3),
        (Number.floor_divide, -7, 2, -4),
        (Number.remainder, 0.3, 0.1, 0),
        (Number.remainder, -7, 2, 1),
        (Number.remainder, 5.5, 1, 0.5),
        (Number.power, 1.1, 2, 1.21),
        (Number.power, 2, -1, 0.5),
        (Number.subtract, 138.1, 138, 0.1),
        (Number.divide, 1, 3, 1 / 3),
    ],
)
def test_operations(
    operate: Callable[[Number, Number], Number], left: float, right: float, expected: float
) -> None:
    assert operate(Number.of([left]), Number.of([right])).values.tolist() == [expected]


def test_functions_take_noise_off() -> None:
    noisy = Number.of([1]).divide(Number.of([3])).multiply(Number.of([3]))
    assert noisy.floor().values.tolist() == [1]
    assert Number(np.array([2.9999999999999996]), None).floor().values.tolist() == [3]
    assert Number(np.array([3.0000000000000004]), None).ceil().values.tolist() == [3]
    assert Number.of([1000]).apply(np.log10).values.tolist() == [3]


def test_columns_are_compared_at_places_or_at_15_digits() -> None:
    exact, noisy = Number.of([0.3]), Number(np.array([0.1 + 0.2]), None)
    left, right = compared(exact, noisy)
    assert left.tolist() == right.tolist() == [0.3]
    left, right = compared(Number.of([1e-12]), Number.of([2e-12]))
    assert left[0] < right[0]


numbers = st.floats(-1e12, 1e12) | st.sampled_from([0.0, -0.0, 0.1, 0.1 + 0.2, 0.3, math.nan])


@given(st.lists(numbers, min_size=2))
def test_ranks_order_as_the_numbers_that_are_compared(values: list[float]) -> None:
    column = Number.of(values)
    ranks, shown = column.ranks(), column.comparable()
    for i, j in zip(range(len(values)), reversed(range(len(values))), strict=True):
        if not math.isnan(shown[i]) and not math.isnan(shown[j]):
            assert (ranks[i] < ranks[j]) == (shown[i] < shown[j])
            assert (ranks[i] == ranks[j]) == (shown[i] == shown[j])
        elif math.isnan(shown[i]):
            assert ranks[j] <= ranks[i]


@given(st.lists(numbers))
def test_distinct_numbers_give_the_column_back(values: list[float]) -> None:
    column = Number.of(values)
    codes, found = column.distinct()
    back = np.array([*found, math.nan])[codes]
    assert np.array_equal(back, column.values, equal_nan=True)
    assert len(set(found)) == len(found)


@given(st.lists(st.none() | decimals.map(str)))
def test_texts_are_read_as_the_numbers_they_say(texts: list[str | None]) -> None:
    column, bad = of_text(Text.of(texts))
    assert bad == []
    expected = [math.nan if text is None else float(text) for text in texts]
    assert np.array_equal(column.values, expected, equal_nan=True)
    back = [Decimal(text) if text else None for text in column.texts()]
    assert back == [None if text is None else Decimal(text) for text in texts]


def test_texts_that_are_no_number_are_told_where_they_occur() -> None:
    text = Text.of(["1", "<5", "1e999", "unused", "2.50"]).take(np.array([0, 1, 2, 4, 1]))
    column, bad = of_text(text)
    assert bad == [1, 2]
    assert column.texts().tolist() == ["1", "", "", "2.5", ""]
    assert column.places == 1


def test_as_text_with_decimals_and_digits() -> None:
    column = Number.of([2.5, math.nan, -0.04, 1234.5])
    assert column.to_text(0).texts().tolist() == ["3", "", "0", "1235"]
    assert column.to_text(digits=2).texts().tolist() == ["2.5", "", "-0.04", "1200"]


def test_a_column_of_one_is_the_same_number_for_all_rows() -> None:
    column = Number.of([1.1, 2.2, math.nan])
    assert column.add(Number.of([0.1])).texts().tolist() == ["1.2", "2.3", ""]
    assert Number.of([1]).divide(column.round()).texts().tolist() == ["1", "0.5", ""]
    assert len(Number.of([]).add(Number.of([1]))) == 0
    assert Number.constant(0.5, 2).places == 1

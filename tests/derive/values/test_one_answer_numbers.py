"""Questions that two engines once answered in two ways, of numbers, keys and order: one answer."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derive.values.arithmetic import calculate, kind_of
from derive.values.column import Column, Kind, KindError
from derive.values.keys import counts, match_one, shared_codes
from derive.values.moment import of_text
from derive.values.number import Number, compared
from derive.values.number import of_text as numbers_of
from derive.values.order import Order, extreme_rows, sort_keys
from derive.values.summary import aggregate, kind_of_summary
from derive.values.text import Text
from specs.language.expression import parse_expression

ONE = np.zeros(2, np.int64)
BOTH = np.ones(2, np.bool_)


def test_the_largest_of_the_texts_9_and_10_is_refused() -> None:
    with pytest.raises(KindError):
        kind_of_summary(Kind.TEXT, "max")
    number, bad = numbers_of(Text.of(["9", "10"]))
    assert bad == []
    assert aggregate(ONE, 1, number, "max").texts().tolist() == ["10"]


def test_one_more_text_does_not_change_the_order_of_others() -> None:
    number, bad = numbers_of(Text.of(["9", "10", "<5"]))
    assert bad == [2]
    assert number.ranks()[0] < number.ranks()[1]


def test_the_last_version_is_the_last_by_number() -> None:
    versions, _ = numbers_of(Text.of(["10", "9"]))
    keys = sort_keys(Order.of(["VERSION"]), lambda _: versions)
    assert extreme_rows(ONE, 1, keys, BOTH, last=True).tolist() == [0]


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", ["D", "-D"])
def test_a_record_without_its_sort_key_is_not_picked_beside_another(name: str, last: bool) -> None:
    day, _ = of_text(Text.of([None, "2024-01-05"]), Kind.DAY)
    keys = sort_keys(Order.of([name]), lambda _: day)
    assert extreme_rows(ONE, 1, keys, BOTH, last=last).tolist() == [1]


def test_a_missing_key_meets_no_missing_key() -> None:
    mine, theirs = shared_codes([[Text.of([None, "A"])], [Text.of([None, "A"])]])
    assert match_one(mine, theirs, BOTH).rows.tolist() == [-1, 1]


def test_records_and_different_values_are_counted_by_two_words() -> None:
    same = Text.of(["9", "9"])
    assert aggregate(ONE, 1, same, "count").texts().tolist() == ["2"]
    assert aggregate(ONE, 1, same, "count-distinct").texts().tolist() == ["1"]
    assert counts(ONE, ONE, BOTH).tolist() == [2, 2]


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (0.125, 2, "0.13"),
        (2.5, 0, "3"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
    ],
)
def test_decimals_round_and_as_text_are_one_rounding(
    value: float, decimals: int, expected: str
) -> None:
    column = Number.of([value])
    assert column.round(decimals).texts().tolist() == [expected]
    assert column.to_text(decimals).texts().tolist() == [expected]
    rounded = calculate(parse_expression(f"round(X, {decimals})"), lambda _: column)
    assert rounded.texts().tolist() == [expected]


def test_a_difference_of_decimals_is_a_decimal() -> None:
    columns: dict[str, Column] = {"AVAL": Number.of([138.1]), "BASE": Number.of([138])}
    change = calculate(parse_expression("AVAL - BASE"), columns.__getitem__)
    assert isinstance(change, Number)
    assert change.values.tolist() == [0.1]
    left, right = compared(change, Number.of([0.1]))
    assert (left >= right).all()


def test_from_9_to_09_is_a_change_by_90_percent() -> None:
    columns: dict[str, Column] = {"AVAL": Number.of([0.9]), "BASE": Number.of([9])}
    change = calculate(parse_expression("(AVAL - BASE) / BASE * 100"), columns.__getitem__)
    assert isinstance(change, Number)
    assert change.values.tolist() == [-90]


def test_a_part_of_a_day_beside_a_date_time_needs_its_unit() -> None:
    columns: dict[str, Column] = {"T": of_text(Text.of(["2024-01-05T10:00"]), Kind.SECOND)[0]}
    with pytest.raises(KindError):
        kind_of(parse_expression("T + 0.25"), lambda _: Kind.SECOND)
    found = calculate(parse_expression("T + 0.25 days"), columns.__getitem__)
    assert found.texts().tolist() == ["2024-01-05T16:00:00"]


@pytest.mark.parametrize("kind", [Kind.DAY, Kind.SECOND])
def test_a_date_times_two_is_refused(kind: Kind) -> None:
    with pytest.raises(KindError):
        kind_of(parse_expression("D * 2"), lambda _: kind)


def test_a_number_as_text_has_no_exponent_no_noise_and_no_negative_zero() -> None:
    column = Number.of([1e-7, -0.0, 0.1 + 0.2, 1e21, math.nan])
    expected = ["0.0000001", "0", "0.3", "1" + "0" * 21, ""]
    assert column.texts().tolist() == expected

"""Texts of numbers: rounded once, half away from zero."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest

from adam.results.shown import number, percent, reached, significant


@pytest.mark.parametrize(
    ("count", "total", "text"),
    [
        (0, 40, ""),
        (12, 40, "30.0"),
        (40, 40, "100"),
        (1, 16, "6.3"),
        (1, 4000, "<0.1"),
        (3999, 4000, ">99.9"),
        (0, 0, ""),
    ],
)
def test_percentages(count: int, total: int, text: str) -> None:
    assert percent(count, total) == text


def test_percentages_are_rounded_from_the_integers() -> None:
    for total in range(2, 400):
        for count in range(1, total):
            exact = (Decimal(100) * count / total).quantize(Decimal("0.1"), ROUND_HALF_UP)
            if Decimal("0.1") <= exact < Decimal(100):
                assert percent(count, total) == str(exact)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(2.675, 2, "2.68"), (-0.04, 1, "0.0"), (1.005, 2, "1.01"), (math.nan, 1, "NE"), (12, 0, "12")],
)
def test_numbers(value: float, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


def test_significant_digits() -> None:
    shown = [significant(x, 3) for x in (0.01234, 1.005, 12.34, 1234.5, 0)]
    assert shown == ["0.0123", "1.01", "12.3", "1235", "0"]
    assert reached(math.nan, 1) == ("NR", "NR")

"""Rounding against decimal.Decimal, which rounds the decimal that is written."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.rounding import (
    at_digits,
    decimal_text,
    half_away,
    rounded,
    settled,
    significant,
)

decimals_of_15_digits = st.builds(
    lambda whole, places: Decimal(whole).scaleb(-places),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.integers(0, 12),
)


def exactly(number: Decimal, decimals: int) -> float:
    return float(number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


@given(decimals_of_15_digits, st.integers(0, 12))
def test_a_decimal_of_15_digits_is_rounded_as_it_is_written(number: Decimal, to: int) -> None:
    assert rounded(np.array([float(number)]), to).tolist() == [exactly(number, to)]


@given(st.integers(-(2**51) + 1, 2**51 - 1), st.integers(0, 12), st.integers(-3, 12))
def test_with_known_places_every_whole_number_below_2_51_is(whole: int, p: int, to: int) -> None:
    number = Decimal(whole).scaleb(-p)
    expected = exactly(number, to) if to < p else float(number)
    assert rounded(np.array([float(number)]), to, p).tolist() == [expected + 0.0]


@pytest.mark.parametrize("places", [3, None])
@pytest.mark.parametrize(
    ("value", "to", "expected"),
    [
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (0.125, 2, 0.13),
        (2.5, 0, 3),
        (0.5, 0, 1),
        (1.5, 0, 2),
        (-2.5, 0, -3),
        (-1.005, 2, -1.01),
        (0.499, 0, 0),
        (15, -1, 20),
        (149, -2, 100),
        (1234.5, 1, 1234.5),
        (0.0005, 3, 0.001),
    ],
)
def test_half_goes_away_from_zero(
    value: float, to: int, expected: float, places: int | None
) -> None:
    exact = places if places is None else 4
    assert rounded(np.array([value]), to, exact).tolist() == [expected]


def test_missing_stays_missing_and_there_is_no_negative_zero() -> None:
    for places in (1, None):
        out = rounded(np.array([np.nan, -0.4]), 0, places)
        assert np.isnan(out[0])
        assert not np.signbit(out[1])


def test_no_row_of_a_column_without_places_depends_on_another() -> None:
    alone = rounded(np.array([1.005]), 2)
    beside = rounded(np.array([1.005, 1 / 3, 1e300, 1e-300, np.nan, 0.0]), 2)
    assert beside[0] == alone[0]
    assert beside.tolist()[1:4] == [0.33, 1e300, 0.0]


@given(decimals_of_15_digits, st.integers(1, 15))
def test_significant_digits_as_decimal_has_them(number: Decimal, digits: int) -> None:
    expected = float(Context(prec=digits, rounding=ROUND_HALF_UP).plus(number))
    assert significant(np.array([float(number)]), digits).tolist() == [expected + 0.0]


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e280, max_value=1e280))
def test_fifteen_digits_are_found_once(value: float) -> None:
    once = at_digits(np.array([value]))
    assert at_digits(once).tolist() == once.tolist()
    assert once[0] == pytest.approx(value, rel=6e-15, abs=1e-290)


@given(decimals_of_15_digits)
def test_a_decimal_of_15_digits_is_its_own_15_digits(number: Decimal) -> None:
    assert at_digits(np.array([float(number)])).tolist() == [float(number) + 0.0]


@pytest.mark.parametrize(
    ("noisy", "meant"),
    [
        (-89.99999999999999, -90),
        (2.9999999999999996, 3),
        (0.30000000000000004, 0.3),
        (1e-20, 1e-20),
    ],
)
def test_noise_of_a_division_is_taken_off(noisy: float, meant: float) -> None:
    assert settled(np.array([noisy])).tolist() == [meant]


def test_what_has_no_finite_decimal_keeps_every_bit() -> None:
    thirds = np.array([1 / 3, 2 / 3, np.pi, 100 / 7])
    assert settled(thirds).tolist() == thirds.tolist()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (1e22, "1" + "0" * 22),
        (0.1 + 0.2, "0.3"),
        (100 / 3, "33.3333333333333"),
        (9007199254740991.0, "9007199254740991"),
        (-1.5, "-1.5"),
        (120.0, "120"),
    ],
)
def test_the_shortest_text(value: float, text: str) -> None:
    assert decimal_text(value) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.5, 0, "3"),
        (0.125, 2, "0.13"),
        (1.005, 2, "1.01"),
        (-0.004, 2, "0.00"),
        (5, 1, "5.0"),
        (1e22, 1, "1" + "0" * 22 + ".0"),
    ],
)
def test_text_with_so_many_decimals(value: float, decimals: int, text: str) -> None:
    assert decimal_text(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1234.5, 2, "1200"), (0.0012345, 3, "0.00123"), (2.5, 1, "3"), (9.99, 2, "10"), (0, 3, "0")],
)
def test_text_of_so_many_significant_digits(value: float, digits: int, text: str) -> None:
    assert decimal_text(value, digits=digits) == text


@given(st.integers(-(2**51) + 1, 2**51 - 1), st.integers(0, 12))
def test_an_exact_number_is_written_as_it_is(whole: int, places: int) -> None:
    number = Decimal(whole).scaleb(-places)
    written = decimal_text(float(number), exact=True)
    assert Decimal(written) == number
    assert "E" not in written.upper()


@given(decimals_of_15_digits, st.integers(0, 12))
def test_the_text_and_the_number_round_alike(number: Decimal, to: int) -> None:
    value = float(number)
    assert float(decimal_text(value, to)) == rounded(np.array([value]), to)[0]
    assert half_away(number, to) == Decimal(decimal_text(value, to))

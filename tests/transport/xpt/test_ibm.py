from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transport.xpt import ibm

LARGEST, SMALLEST = float(ibm.LARGEST), float(ibm.SMALLEST)
IN_RANGE = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda x: x == 0 or SMALLEST <= abs(x) <= LARGEST
)


def exact(bits: int) -> Fraction:
    """What eight bytes mean, by the book (IBM System/360 Principles of Operation)."""
    sign = -1 if bits >> 63 else 1
    return (
        sign * Fraction(bits & ((1 << 56) - 1), 1 << 56) * Fraction(16) ** ((bits >> 56 & 127) - 64)
    )


def bits_of(number: float) -> int:
    return int(ibm.to_ibm(np.array([number]))[0])


@pytest.mark.parametrize(
    ("number", "bits"),
    [
        # Wikipedia, "IBM hexadecimal floating-point" (single precision, zeros behind), and TS-140
        (-118.625, 0xC276A00000000000),
        (1.0, 0x4110000000000000),
        (-1.0, 0xC110000000000000),
        (2.0, 0x4120000000000000),
        (0.0, 0),
    ],
)
def test_known_numbers(number, bits):
    assert bits_of(number) == bits


@given(IN_RANGE)
def test_every_number_in_range_is_exact(number):
    assert exact(bits_of(number)) == Fraction(number)


@given(IN_RANGE)
def test_numbers_come_back(number):
    assert ibm.from_ibm(ibm.to_ibm(np.array([number])))[0] == number


@given(st.integers(0, 2**64 - 1))
def test_any_bytes_are_read_to_the_nearest_double(bits):
    assert ibm.from_ibm(np.array([bits], dtype=np.uint64))[0] == float(exact(bits))


def test_negative_zero_becomes_zero():
    assert bits_of(-0.0) == 0


@pytest.mark.parametrize("number", [math.inf, -math.inf, 7.3e75, 1e300, 5e-79, 5e-324, -1e-300])
def test_numbers_out_of_range_are_named(number):
    assert ibm.out_of_range(np.array([number]))[0]


@pytest.mark.parametrize("number", [LARGEST, -LARGEST, SMALLEST, 0.0, -0.0, math.nan])
def test_the_ends_of_the_range_are_in_it(number):
    assert not ibm.out_of_range(np.array([number]))[0]


def test_missing_is_a_full_stop():
    assert bits_of(math.nan) == 0x2E00000000000000

"""Rounding of numbers, once: half away from zero, decided on the decimal that is meant.

A double stands for the decimal of at most 15 digits that it is nearest to. Where a column's decimal
``places`` are known (see :mod:`derive.values.number`), ``rint(x * 10^places)`` is that decimal as a
whole number, exactly; where they are not, the first 15 significant digits count.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

import numpy as np
from numpy.typing import NDArray

from derive.values.column import Floats

DIGITS = 15
"""Every decimal of so many digits survives the way into a double and back (IEEE 754)."""
EXACT = 2.0**51
"""Below it, ``rint(x * 10^p)`` is the whole number meant: both err by less than 1/2."""
_INTEGERS = 2.0**53
_POWERS = np.array([float(f"1e{i}") for i in range(309)])
_BLOCK = 1 << 15
"""Numbers worked on at a time, so that what is between the steps stays in the processor's cache."""


def in_blocks(function: Callable[..., Floats], *columns: Floats) -> Floats:
    """``function`` of columns of one length (a column of length 1 is the same for all rows), block
    by block."""
    n = max(len(column) for column in columns) if all(len(c) for c in columns) else 0
    out = np.empty(n)
    with np.errstate(all="ignore"):
        for at in range(0, n, _BLOCK):
            block = (c if len(c) == 1 else c[at : at + _BLOCK] for c in columns)
            out[at : at + _BLOCK] = function(*block)
    return out


def power_of_ten(exponent: int) -> float:
    """10 to a whole exponent between 0 and 308."""
    return float(_POWERS[exponent])


def rounded(values: Floats, decimals: int, places: int | None = None) -> Floats:
    """Half away from zero to so many decimals (negative: tens, hundreds ...): 2.675 to 2 is 2.68.

    ``places`` are the most digits after the point of any value, where that is known and
    ``|x| * 10^places`` stays below EXACT; else a tie is one at 15 significant digits.
    """
    if places is None:
        return in_blocks(lambda x: _rounded_digits(x, decimals), values)
    if decimals >= places:
        return values
    size, drop = power_of_ten(places), power_of_ten(places - decimals)
    up, down = power_of_ten(max(-decimals, 0)), power_of_ten(max(decimals, 0))

    def block(x: Floats) -> Floats:
        whole = np.rint(np.abs(x) * size)
        # both are whole numbers below 2^53, so that the quotient is below the next whole number
        # exactly where the decimal is
        return np.copysign(np.floor((whole + drop / 2) / drop) * up / down, x) + 0.0

    return in_blocks(block, values)


def _rounded_digits(x: Floats, decimals: int) -> Floats:
    whole, scale = _parts(x)
    drop = scale - decimals
    step = _POWERS[np.clip(drop, 0, 16)]
    kept = np.where(drop > DIGITS, 0.0, np.floor((whole + step / 2) / step))
    up, down = power_of_ten(max(-decimals, 0)), power_of_ten(max(decimals, 0))
    near = np.where(drop > 0, kept, np.floor(np.abs(x) * down / up + 0.5))
    out = np.copysign(near * up / down, x)
    return np.where((drop <= 0) & (np.abs(x) * down >= EXACT), x, out) + 0.0


def significant(values: Floats, digits: int) -> Floats:
    """Half away from zero to so many significant digits (1 to 15)."""

    def block(x: Floats) -> Floats:
        whole, scale = _parts(x)
        step = power_of_ten(DIGITS - digits)
        return _joined(np.floor((whole + step / 2) / step) * step, scale, x)

    return in_blocks(block, values)


def at_digits(values: Floats) -> Floats:
    """The double nearest to the 15 significant digits of each value: what numbers without finite
    decimals are compared by. Whole numbers below 2^53 stay as they are."""

    def block(x: Floats) -> Floats:
        whole = (x == np.rint(x)) & (np.abs(x) < _INTEGERS)
        if whole.all():
            return x + 0.0
        return np.where(whole, x, _joined(*_parts(x), x)) + 0.0

    return in_blocks(block, values)


def settled(values: Floats) -> Floats:
    """The result of a division or function, its binary noise taken off: what is at 15 digits a
    decimal of 12 or fewer is that decimal (-89.99999999999999 is -90); else as it is."""

    def block(x: Floats) -> Floats:
        whole, scale = _parts(x)
        short = np.floor(whole / 1000.0) * 1000.0 == whole
        return np.where(short, _joined(whole, scale, x), x) + 0.0

    return in_blocks(block, values)


def settled_sum(left: Floats, right: Floats, total: Floats) -> Floats:
    """A sum, exact to the 15 digits of the larger part where both parts are decimals of 15 digits:
    138.1 - 138 is 0.1, not 0.09999999999999432."""

    def block(a: Floats, b: Floats, x: Floats) -> Floats:
        _, scale = _parts(np.maximum(np.abs(a), np.abs(b)))
        decimal = (_joined(*_parts(a), a) == a) & (_joined(*_parts(b), b) == b)
        return np.where(decimal, _joined(np.rint(_shifted(np.abs(x), scale)), scale, x), x) + 0.0

    return in_blocks(block, left, right, total)


def _parts(x: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """|x| as a whole number of 15 digits and how often it is divided by ten (0 and NaN: as is)."""
    size = np.abs(x)
    usual = (size > 0) & np.isfinite(size)
    scale = DIGITS - 1 - np.floor(np.log10(np.where(usual, size, 1.0))).astype(np.int64)
    whole = np.rint(_shifted(size, scale))
    wrong = (whole >= 1e15).astype(np.int64) - (usual & (whole < 1e14))
    if wrong.any():  # rounded up to one digit more, or the logarithm was a touch too large
        scale -= wrong
        whole = np.rint(_shifted(size, scale))
    return whole, scale


def _shifted(size: Floats, scale: NDArray[np.int64]) -> Floats:
    last = len(_POWERS) - 1
    out: Floats = size * _POWERS[np.clip(scale, 0, last)] / _POWERS[np.clip(-scale, 0, last)]
    return out


def _joined(whole: Floats, scale: NDArray[np.int64], sign: Floats) -> Floats:
    return np.copysign(_shifted(whole, -scale), sign)


# texts


def decimal_text(
    value: float, decimals: int | None = None, digits: int | None = None, *, exact: bool = False
) -> str:
    """A number as text, never with an exponent, never ``-0``.

    ``decimals``: half away from zero with exactly so many (2.5 to 0 is ``3``); ``digits``: so many
    significant ones, without zeros at the end; neither: the shortest text, of 15 significant digits
    at most unless it is a whole number or ``exact`` (its finite decimals are known).
    """
    number = _decimal(value, exact=exact)
    if decimals is not None:
        number = half_away(number, decimals)
    elif digits is not None:
        number = Context(prec=digits, rounding=ROUND_HALF_UP).plus(number)
    text = f"{number:f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if not number else text


def half_away(number: Decimal, decimals: int) -> Decimal:
    """Rounded half away from zero, with exactly so many decimals: 2.345 to 2 is 2.35."""
    with localcontext(Context(prec=max(28, number.adjusted() + decimals + 3))):
        return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _decimal(value: float, *, exact: bool) -> Decimal:
    whole = value.is_integer() and abs(value) < _INTEGERS
    return Decimal(repr(value)) if exact or whole else Decimal(f"{value:.{DIGITS}g}")

"""IBM System/360 floating point, the numbers of SAS transport files.

Source: SAS Technical Support TS-140. Eight bytes, big endian: sign, exponent of 16 (7 bits,
excess 64), fraction (56 bits). Every double from 16**-65 to 16**63 is exact, since a double has
53 significant bits and the fraction at least that many. The way back rounds to nearest-even where
another program used all 56 bits. Zero has one form, all bits 0: the sign of -0.0 is not kept.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SMALLEST = 16.0**-65
"""Smallest size of a number other than zero (5.397605346934028e-79)."""
LARGEST = np.nextafter(16.0**63, 0.0)
"""Largest size of a number that a double can hold as well (7.237005577332262e75)."""

MISSING = 0x2E << 56
"""The bits of an ordinary missing value (a full stop and zeros)."""
_FRACTION = np.uint64((1 << 56) - 1)
_POWERS = np.ldexp(1.0, 4 * (np.arange(128) - 64) - 56)
_SPECIAL = np.zeros(256, dtype=bool)
_SPECIAL[[0x2E, 0x5F, *range(0x41, 0x5B)]] = True

Bits = npt.NDArray[np.uint64]
Doubles = npt.NDArray[np.float64]


def out_of_range(values: Doubles) -> npt.NDArray[np.bool_]:
    """Which numbers have no IBM form: too large, infinite, or too small and not zero."""
    size = np.abs(values)
    return np.asarray((size > LARGEST) | ((size < SMALLEST) & (size > 0)))


def to_ibm(values: Doubles) -> Bits:
    """The IBM bits of doubles in range; NaN becomes the ordinary missing value."""
    bits = np.ascontiguousarray(values, dtype=np.float64).view(np.uint64)
    exponent = (bits >> np.uint64(52)).astype(np.int64) & 0x7FF
    exponent -= 1075
    shift = exponent & 3
    fraction = bits & np.uint64((1 << 52) - 1)
    fraction |= np.uint64(1 << 52)
    fraction <<= shift.view(np.uint64)
    exponent -= shift
    exponent += 312  # (exponent + 56) / 4 + 64, in the bits 56 to 62
    exponent <<= 54
    fraction |= exponent.view(np.uint64)
    fraction |= bits & np.uint64(1 << 63)
    fraction[values == 0] = 0
    fraction[np.isnan(values)] = MISSING
    return fraction


def missing_letters(bits: Bits) -> npt.NDArray[np.uint8]:
    """First byte of each missing value (``.``, ``_`` or ``A`` to ``Z``), 0 for numbers."""
    first = (bits >> np.uint64(56)).astype(np.uint8)
    absent = _SPECIAL[first] & ((bits & _FRACTION) == 0)
    return np.where(absent, first, np.uint8(0))


def from_ibm(bits: Bits) -> Doubles:
    """Doubles of IBM bits that are not missing values."""
    values = (bits & _FRACTION).astype(np.float64)
    values *= _POWERS[((bits >> np.uint64(56)) & np.uint64(0x7F)).view(np.int64)]
    np.negative(values, out=values, where=(bits >> np.uint64(63)).astype(bool))
    return values

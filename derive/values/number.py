"""Number columns: doubles that stand for decimals, and how many decimals they have.

``places`` is the most digits after the point of any value. As long as ``|x| * 10^places`` stays
below 2^51 a value is the double nearest to its decimal and ``+ - *`` are exact decimal arithmetic:
the whole numbers ``rint(x * 10^places)`` are added or multiplied, and divided once. ``None`` is
"not known": after a division, a mean, a logarithm, or when numbers grow too large. Then each row is
settled for itself (see :mod:`derive.values.rounding`), so that no row depends on another, and
numbers are compared at 15 significant digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from derive.values import rounding
from derive.values.column import NO_RANK, Codes, Floats, Kind, Mask, Ranks, Rows, makes_nothing
from derive.values.hashed import numbered
from derive.values.rounding import EXACT, in_blocks, power_of_ten
from derive.values.text import Text, is_number

MOST_PLACES = 12
_SAMPLE = 512


class _Lazy:
    """Decimals that nobody asked for yet."""


LAZY: Final = _Lazy()


@dataclass(slots=True)
class Number:
    """``n`` numbers: ``values`` (NaN missing, never infinite), ``decimals`` as told or LAZY."""

    values: Floats
    decimals: int | _Lazy | None = LAZY
    _largest: float = field(default=-1.0, init=False, repr=False, compare=False)

    @property
    def kind(self) -> Kind:
        """Always NUMBER."""
        return Kind.NUMBER

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(cls, values: Sequence[float] | NDArray[np.generic]) -> Number:
        """From numbers; NaN is missing, and so is what is infinite."""
        floats = np.asarray(values, np.float64) + 0.0
        floats[np.isinf(floats)] = np.nan
        return cls(floats)

    @classmethod
    def nothing(cls, n: int) -> Number:
        """A column of nothing but missing values."""
        return cls(np.full(n, np.nan), 0)

    @classmethod
    def constant(cls, value: float, n: int) -> Number:
        """The same number everywhere."""
        return cls(np.full(n, value + 0.0), cls.of([value]).places)

    @property
    def places(self) -> int | None:
        """The most digits after the point of any value; None when there is no such number up to 12
        at which every value is exact."""
        if isinstance(self.decimals, _Lazy):
            self.decimals = _found_places(self.values)
        return self.decimals

    @property
    def largest(self) -> float:
        """The largest absolute value (0 when all are missing)."""
        if self._largest < 0:
            self._largest = _largest(self.values)
        return self._largest

    def exact_at(self, places: int | None) -> bool:
        """Whether every value is a whole number of 10^-places, exactly."""
        return places is not None and self.largest * power_of_ten(places) < EXACT

    # rows

    def take(self, rows: Rows) -> Number:
        """Values at the rows; -1 gives missing."""
        if not len(self.values):
            return Number.nothing(len(rows))
        values = self.values[rows]
        if len(rows) and rows.min() < 0:
            values[rows < 0] = np.nan
        return Number(values, self.decimals)

    def keep(self, mask: Mask) -> Number:
        """Missing wherever the mask is false."""
        return Number(np.where(mask, self.values, np.nan), self.decimals)

    def fill(self, other: Number, mask: Mask) -> Number:
        """The other column's values wherever the mask holds."""
        return Number(np.where(mask, other.values, self.values), _together([self, other]))

    def below(self, others: Sequence[Number]) -> Number:
        """One below the other."""
        parts = [self, *others]
        return Number(np.concatenate([part.values for part in parts]), _together(parts))

    def missing(self) -> Mask:
        """Which rows are missing."""
        return np.isnan(self.values)

    def present(self) -> Mask:
        """Which rows are not missing."""
        return ~np.isnan(self.values)

    def comparable(self) -> Floats:
        """The values as they are compared: as they are where places are known, else the doubles
        nearest to their 15 digits. Negative zero is zero."""
        return self.values if self.places is not None else rounding.at_digits(self.values)

    def ranks(self) -> Ranks:
        """A sort key per row: the whole number of the last decimal; where that is not known, the
        bits of the number, so turned that they order as it does."""
        missing = self.missing()
        if self.places is not None:
            ranks = np.rint(np.where(missing, 0.0, self.values) * power_of_ten(self.places))
            ranks = ranks.astype(np.int64)
        else:
            bits = self.comparable().view(np.int64)
            ranks = bits ^ ((bits >> 63) & NO_RANK)
        ranks[missing] = NO_RANK
        return ranks

    def distinct(self) -> tuple[Codes, list[float]]:
        """A code per row and the distinct numbers, in order of first appearance."""
        codes, bits = numbered((self.values + 0.0).view(np.int64), self.missing())
        return codes.astype(np.int32), bits.view(np.float64).tolist()

    def texts(self) -> NDArray[np.object_]:
        """The shortest text of each number, missing as ''."""
        return self.to_text().texts()

    def to_text(self, decimals: int | None = None, digits: int | None = None) -> Text:
        """As text: with so many decimals, so many significant digits, or the shortest; half away
        from zero, no exponent, no ``-0`` (see :func:`derive.values.rounding.decimal_text`)."""
        codes, values = self.distinct()
        exact = self.places is not None
        texts: list[str | None] = [
            rounding.decimal_text(value, decimals, digits, exact=exact) for value in values
        ]
        return Text(codes, [str(i) for i in range(len(texts))]).map(texts)

    # arithmetic: missing in, missing out; a column of length 1 is the same number for all rows

    def add(self, other: Number) -> Number:
        """Sum; exact where places are known."""
        return self._summed(other, np.add)

    def subtract(self, other: Number) -> Number:
        """Difference; exact where places are known."""
        return self._summed(other, np.subtract)

    def _summed(self, other: Number, operate: np.ufunc) -> Number:
        places = _together([self, other])
        if places is not None and (self.largest + other.largest) * power_of_ten(places) < EXACT:
            size = power_of_ten(places)
            if not places:
                return Number(operate(self.values, other.values), 0)

            def block(a: Floats, b: Floats) -> Floats:
                whole: Floats = operate(np.rint(a * size), np.rint(b * size))
                return whole / size

            return Number(in_blocks(block, self.values, other.values), places)
        total = in_blocks(operate, self.values, other.values)
        return _finite(rounding.settled_sum(self.values, other.values, total))

    def multiply(self, other: Number) -> Number:
        """Product; exact where places are known."""
        p, q = self.places, other.places
        if p is not None and q is not None:
            size_p, size_q, size = power_of_ten(p), power_of_ten(q), power_of_ten(p + q)
            if self.largest * size_p * other.largest * size_q < EXACT:

                def block(a: Floats, b: Floats) -> Floats:
                    return np.rint(a * size_p) * np.rint(b * size_q) / size + 0.0

                return Number(in_blocks(block, self.values, other.values), p + q)
        return self._by(other, np.multiply)

    def divide(self, other: Number) -> Number:
        """Quotient; missing where the divisor is 0."""
        return self._by(other, np.divide)

    def power(self, other: Number) -> Number:
        """To the power of the other."""
        out = self._by(other, np.power)
        return out.keep(self.present() & other.present())  # 1 to any power is 1 for numpy

    def floor_divide(self, other: Number) -> Number:
        """How often the other goes into it whole, rounded down."""
        return self.divide(other).floor()

    def remainder(self, other: Number) -> Number:
        """What is left of it after :meth:`floor_divide`; of the sign of the divisor."""
        return self.subtract(self.floor_divide(other).multiply(other))

    def _by(self, other: Number, operate: np.ufunc) -> Number:
        return _finite(rounding.settled(in_blocks(operate, self.values, other.values)))

    def negate(self) -> Number:
        """With the other sign."""
        return Number(0.0 - self.values, self.decimals)

    def absolute(self) -> Number:
        """Without its sign."""
        return Number(np.abs(self.values), self.decimals)

    def round(self, decimals: int = 0) -> Number:
        """Half away from zero to so many decimals."""
        values = rounding.rounded(self.values, decimals, self.places)
        places = max(decimals, 0)
        if self.places is not None:
            return Number(values, min(places, self.places))
        return Number(values) if places > MOST_PLACES else Number(values, _if_exact(values, places))

    def significant(self, digits: int) -> Number:
        """Half away from zero to so many significant digits."""
        return Number(rounding.significant(self.values, digits))

    def floor(self) -> Number:
        """The whole number at or below it."""
        return self._whole(np.floor)

    def ceil(self) -> Number:
        """The whole number at or above it."""
        return self._whole(np.ceil)

    def _whole(self, operate: np.ufunc) -> Number:
        values = operate(self.comparable()) + 0.0
        return Number(values, _if_exact(values, 0))

    def apply(self, function: Callable[[Floats], Floats]) -> Number:
        """A function of one number; missing where it has no finite value."""
        return _finite(rounding.settled(in_blocks(function, self.values)))

    def extreme(self, other: Number, *, largest: bool) -> Number:
        """The smaller (larger) of the two; the other where one is missing."""
        operate = np.fmax if largest else np.fmin
        return Number(in_blocks(operate, self.values, other.values), _together([self, other]))


def of_text(column: Text) -> tuple[Number, list[int]]:
    """The numbers that texts say, and the codes in use whose text is no number (missing then).

    Numbers are as people write them: ASCII digits, a point, an exponent; no separators, no words.
    """
    used = column.used()
    table = np.full(len(column.values) + 1, np.nan)
    for code in used:
        text = column.values[code]
        table[code] = float(text) if is_number(text) else np.nan
    table[np.isinf(table)] = np.nan
    bad = [code for code in used if np.isnan(table[code])]
    places = Number(table + 0.0).places
    return Number((table + 0.0)[column.codes], places), bad


def compared(left: Number, right: Number) -> tuple[Floats, Floats]:
    """The values of two columns as they are compared with each other: at their places, or both at
    15 digits where one has none. A column of length 1 is the same number for all rows."""
    if left.places is not None and right.places is not None:
        return left.values, right.values
    return rounding.at_digits(left.values), rounding.at_digits(right.values)


def _found_places(values: Floats) -> int | None:
    """The fewest decimals (up to 12) at which every value is exact. A few values are asked first,
    for most columns without finite decimals show it soon."""
    few = _places_from(values[:_SAMPLE], 0)
    places = few if few is None or len(values) <= _SAMPLE else _places_from(values, few)
    return None if places is None else _if_exact(values, places)


def _places_from(values: Floats, places: int) -> int | None:
    rest = values[~np.isnan(values)]
    while len(rest := rest[~_exact(rest, places)]):
        places += 1
        if places > MOST_PLACES:
            return None
    return places


def _if_exact(values: Floats, places: int) -> int | None:
    """The places, unless a value is too large for so many."""
    return places if _largest(values) * power_of_ten(places) < EXACT else None


def _exact(values: Floats, places: int) -> Mask:
    size = power_of_ten(places)
    with np.errstate(over="ignore", invalid="ignore"):
        same: Mask = np.rint(values * size) / size == values
    return same


def _largest(values: Floats) -> float:
    """The largest absolute value that is no NaN; 0 when there is none."""
    if not len(values):
        return 0.0
    high, low = float(np.fmax.reduce(values)), float(np.fmin.reduce(values))
    return 0.0 if np.isnan(high) else max(high, -low, 0.0)


def _together(columns: Sequence[Number]) -> int | None:
    """The places at which the values of all the columns are exact."""
    found = [column.places for column in columns]
    known = [places for places in found if places is not None]
    if len(known) < len(found):
        return None
    most = max(known)
    return most if all(column.exact_at(most) for column in columns) else None


def _finite(values: Floats) -> Number:
    return Number(np.where(np.isfinite(values), values, np.nan), None)


makes_nothing(lambda _, n: Number.nothing(n), Kind.NUMBER)

"""Columns as the engine sees them: codes into distinct values, or numbers.

A check works on the distinct values of a variable (a few thousand in a million records) and takes
the answer back to the records with one indexing step. Blank and missing are one thing: code -1, or
NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Mask = Bools | bool
"""An answer per record, or one answer for all of them."""

RELATIVE_TOLERANCE = 1e-9
"""8.55 and 8.549999999999999 are the same number: a double written and read as text may differ so
much."""
ABSOLUTE_TOLERANCE = 1e-12
NUMBER_FORMAT = ".15g"
"""How a number reads as text: as many digits as a double holds, no trailing zeros."""


class Column:
    """One variable of one table, immutable.

    ``codes`` index ``values`` (-1 is missing); a numeric column holds ``numbers`` (NaN is missing)
    and gets codes only when something asks for its distinct values.
    """

    def __init__(
        self,
        codes: Codes | None = None,
        values: Sequence[Any] = (),
        *,
        numbers: Floats | None = None,
    ) -> None:
        self._codes = codes
        self._values = values
        self.numbers = numbers

    @classmethod
    def constant(cls, value: Any, length: int) -> Column:
        """The same value on every record; None is missing everywhere."""
        code = -1 if is_blank(value) else 0
        codes = np.broadcast_to(np.int32(code), (length,))
        return cls(codes, [] if code else [value])

    @classmethod
    def from_values(cls, values: Sequence[Any]) -> Column:
        """A short column from Python values (metadata tables)."""
        known: dict[Any, int] = {}
        codes = np.empty(len(values), dtype=np.int32)
        for at, value in enumerate(values):
            codes[at] = -1 if is_blank(value) else known.setdefault(value, len(known))
        return cls(codes, list(known))

    @classmethod
    def from_series(cls, series: Any) -> Column:
        """A pandas Series: categorical and text become codes, the rest numbers."""
        if isinstance(series.dtype, pd.CategoricalDtype):
            return cls._from_categories(series.cat.codes.to_numpy(), series.cat.categories)
        if pd.api.types.is_bool_dtype(series.dtype) or pd.api.types.is_numeric_dtype(series.dtype):
            return cls(numbers=series.to_numpy(dtype=np.float64, na_value=np.nan))
        codes, values = pd.factorize(series.to_numpy(dtype=object), use_na_sentinel=True)
        return cls._from_categories(codes.astype(np.int32), values)

    @classmethod
    def _from_categories(cls, codes: Codes, categories: Any) -> Column:
        values = [value if isinstance(value, str) else as_text(value) for value in categories]
        blank = [at for at, value in enumerate(values) if not value.strip()]
        if blank:
            table = np.arange(len(values) + 1, dtype=np.int32)
            table[[*blank, -1]] = -1
            codes = table[codes]
        return cls(codes, values)

    def __len__(self) -> int:
        return len(self.numbers if self.numbers is not None else self._require_codes())

    @property
    def nbytes(self) -> int:
        """Bytes that the column holds; nothing for one value that stands for all."""
        if self.numbers is not None:
            return int(self.numbers.nbytes)
        return 0 if self.is_constant else int(self._require_codes().nbytes)

    @property
    def is_numeric(self) -> bool:
        """Whether the column holds numbers (variable type Num)."""
        return self.numbers is not None

    @property
    def is_constant(self) -> bool:
        """Whether one value stands for all records."""
        return self.numbers is None and self._require_codes().strides == (0,)

    @property
    def is_list(self) -> bool:
        """Whether the values are collections (the result of an operation)."""
        return self.numbers is None and len(self._values) > 0 and isinstance(self._values[0], tuple)

    def _require_codes(self) -> Codes:
        if self._codes is None:
            raise AssertionError("a column has codes or numbers")
        return self._codes

    @cached_property
    def _coded(self) -> tuple[Codes, Sequence[Any]]:
        if self.numbers is None:
            return self._require_codes(), self._values
        codes, values = pd.factorize(self.numbers, use_na_sentinel=True)
        same = representatives(values)
        if same is not None:
            codes = np.append(same, -1)[codes]
        return codes.astype(np.int32), values.tolist()

    @property
    def codes(self) -> Codes:
        """A code per record into ``values``; -1 is missing."""
        return self._coded[0]

    @property
    def values(self) -> Sequence[Any]:
        """The distinct values, not missing; not necessarily all in use."""
        return self._coded[1]

    @cached_property
    def texts(self) -> list[str]:
        """The distinct values as text; numbers without trailing zeros."""
        return [as_text(value) for value in self.values]

    @cached_property
    def missing(self) -> Mask:
        """Where the value is blank."""
        if self.numbers is not None:
            return np.isnan(self.numbers)
        codes = self._require_codes()
        if self.is_constant:
            return len(codes) > 0 and int(codes[0]) < 0
        return codes < 0

    @cached_property
    def floats(self) -> Floats:
        """The values as numbers; text that is not a number is NaN."""
        if self.numbers is not None:
            return self.numbers
        parsed = np.array([*(to_number(value) for value in self._values), np.nan], dtype=np.float64)
        out: Floats = parsed[self._require_codes()]
        return out

    def where(self, predicate: Callable[[Any], bool], *, missing: bool = False) -> Mask:
        """Ask each distinct value (as it is); ``missing`` is the answer for a blank."""
        return self.spread([bool(predicate(value)) for value in self.values], missing=missing)

    def where_text(self, predicate: Callable[[str], bool], *, missing: bool = False) -> Mask:
        """Ask each distinct value as text."""
        return self.spread([bool(predicate(text)) for text in self.texts], missing=missing)

    def spread(self, answers: Sequence[bool] | Bools, *, missing: bool = False) -> Mask:
        """Take an answer per distinct value to the records."""
        if self.is_constant:
            codes = self._require_codes()
            if not len(codes):
                return False
            return missing if int(codes[0]) < 0 else bool(answers[0])
        table = np.empty(len(answers) + 1, dtype=np.bool_)
        table[:-1] = answers
        table[-1] = missing
        if not table.any():
            return False
        if table.all():
            return True
        out: Bools = table[self.codes]
        return out

    def take(self, rows: npt.NDArray[np.int64]) -> Column:
        """The values at ``rows``; row -1 is missing."""
        if self.is_constant and not (rows < 0).any():
            value = self._values[0] if len(self._values) else None
            return Column.constant(value, len(rows))
        if self.numbers is not None:
            return Column(numbers=np.append(self.numbers, np.nan)[rows])
        codes = self._require_codes()
        if self.is_constant:
            return Column(np.where(rows < 0, np.int32(-1), codes[:1]), self._values)
        padded = np.append(codes, np.array([-1], dtype=codes.dtype))
        return Column(padded[rows], self._values)

    def first_members(self) -> Column:
        """Of collections, the only member; missing where there are none or several."""
        singles = [value[0] if len(value) == 1 else "" for value in self.values]
        kept = [single for single in singles if not is_blank(single)]
        table = [kept.index(single) if not is_blank(single) else -1 for single in singles]
        return Column(np.array([*table, -1], dtype=np.int32)[self.codes], kept)

    def report(self, rows: npt.NDArray[np.int64]) -> list[str]:
        """The values at ``rows`` as a report shows them; blank for missing."""
        picked = self.codes[rows]
        shown = [*(reported(value) for value in self.values), ""]
        return [shown[code] for code in picked.tolist()]


def close(left: Floats, right: Floats | float) -> Bools:
    """Equal within the tolerance; NaN equals nothing."""
    out: Bools = np.isclose(left, right, rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE)
    return out


def representatives(numbers: Floats) -> npt.NDArray[np.int64] | None:
    """For each of distinct numbers, the place of the first that is the same within the tolerance;
    None when all differ."""
    order = np.argsort(numbers, kind="stable")
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = ~close(numbers[order[1:]], numbers[order[:-1]])
    if new.all():
        return None
    cluster = np.cumsum(new) - 1
    first = np.full(int(cluster[-1]) + 1, len(numbers))
    np.minimum.at(first, cluster, order)
    out = np.empty(len(order), dtype=np.int64)
    out[order] = first[cluster]
    return out


def is_blank(value: Any) -> bool:
    """None, NaN and text of nothing but spaces: one thing."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float) and value != value  # noqa: PLR0124 - NaN


def as_text(value: Any) -> str:
    """A value as text to compare with text: whole numbers without a decimal point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return format(value, NUMBER_FORMAT)


def reported(value: Any) -> str:
    """A value as the results of the Open Rules print it: 12.0 for the number 12 of a data set."""
    if isinstance(value, tuple):
        return str(list(value))
    if isinstance(value, float):
        return repr(value)
    return str(value)


def to_number(value: Any) -> float:
    """The number in a value, or NaN."""
    if isinstance(value, (bool, tuple)):
        return float("nan")
    try:
        number = float(value)
    except ValueError:
        return float("nan")
    return number if np.isfinite(number) else float("nan")


def as_number(text: str) -> str:
    """Text that is a number as the shortest text of that number: 1 for 1.0 and for 01."""
    number = to_number(text)
    return text if number != number else as_text(number)  # noqa: PLR0124 - NaN


def both(left: Mask, right: Mask) -> Mask:
    """And, with one-answer-for-all kept as such."""
    if isinstance(left, bool):
        return right if left else False
    if isinstance(right, bool):
        return left if right else False
    return left & right


def either(left: Mask, right: Mask) -> Mask:
    """Or."""
    if isinstance(left, bool):
        return True if left else right
    if isinstance(right, bool):
        return True if right else left
    return left | right


def negated(mask: Mask) -> Mask:
    """Not."""
    return (not mask) if isinstance(mask, bool) else ~mask


def nowhere(mask: Mask) -> bool:
    """Whether no record answers yes."""
    return not mask if isinstance(mask, bool) else not mask.any()


def rows_of(mask: Mask, length: int) -> npt.NDArray[np.int64]:
    """The row numbers (from 0) where the answer is yes."""
    if isinstance(mask, bool):
        return np.arange(length if mask else 0, dtype=np.int64)
    return np.flatnonzero(mask)

"""Columns while a data set is built: text by dictionary, numbers as floats.

A text column is a vector of codes into a list of distinct texts; verbs work on the distinct texts
and never on the rows. Code -1 is missing; blank text does not exist.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specs.conditions import Mask
from specs.invisible import visible

Codes = NDArray[np.int32]
Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

_WIDEST = 2**62
_FEW = 4096


@dataclass(slots=True)
class TextColumn:
    """``n`` texts: ``codes`` (int32, -1 missing) into ``values`` (distinct, none blank)."""

    codes: Codes
    values: list[str]

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def missing_everywhere(cls, n: int) -> TextColumn:
        """A column of nothing but missing values."""
        return cls(np.full(n, -1, np.int32), [])

    @classmethod
    def constant(cls, value: str, n: int) -> TextColumn:
        """The same text everywhere (missing where it is blank)."""
        return cls(np.zeros(n, np.int32), [value]) if value else cls.missing_everywhere(n)

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> TextColumn:
        """From texts one by one; None and '' are missing."""
        return cls(*_distinct(list(texts)))

    @classmethod
    def from_series(cls, series: Any) -> TextColumn:
        """From a pandas column (category or text), white space at both ends taken off."""
        import pandas as pd

        if not isinstance(series.dtype, pd.CategoricalDtype):
            series = series.astype("str").astype("category")
        codes = np.asarray(series.cat.codes, dtype=np.int32)
        raw = cls(codes, series.cat.categories.to_numpy(dtype=object).tolist())
        trimmed = [visible(text) for text in raw.values]
        return raw if trimmed == raw.values and "" not in raw.values else raw.map(trimmed)

    def to_categorical(self) -> Any:
        """As a pandas Categorical without unused texts, in sorted order (a stable dictionary)."""
        import pandas as pd

        tidy = self.tidy()
        return pd.Categorical.from_codes(tidy.codes, categories=pd.Index(tidy.values, dtype="str"))

    def tidy(self) -> TextColumn:
        """Only the texts that occur, sorted by code point."""
        used = np.flatnonzero(np.bincount(self.codes[self.codes >= 0], minlength=len(self.values)))
        order = sorted(used.tolist(), key=lambda i: self.values[i])
        table = np.full(len(self.values) + 1, -1, np.int32)
        table[order] = np.arange(len(order), dtype=np.int32)
        return TextColumn(table[self.codes], [self.values[i] for i in order])

    def map(self, new: Sequence[str | None]) -> TextColumn:
        """Another text for each distinct text (None or '' is missing); equal ones fall together."""
        codes, values = _distinct(new)
        table = np.append(codes, np.int32(-1))
        return TextColumn(table[self.codes], values)

    def apply(self, function: Callable[[str], str | None]) -> TextColumn:
        """Like :meth:`map`, with a function of one text."""
        return self.map([function(value) for value in self.values])

    def take(self, rows: Any) -> TextColumn:
        """Selected rows, by index; -1 gives missing."""
        codes = self.codes[rows] if len(self.codes) else np.full(len(rows), -1, np.int32)
        if len(rows) and rows.min() < 0:
            codes = np.where(rows < 0, np.int32(-1), codes)
        return TextColumn(codes, self.values)

    def keep(self, mask: Mask) -> TextColumn:
        """Missing wherever the mask is false."""
        return TextColumn(np.where(mask, self.codes, np.int32(-1)), self.values)

    def fill(self, other: TextColumn, mask: Mask) -> TextColumn:
        """The other column's values wherever the mask holds."""
        joined = concat([self, other])
        n = len(self)
        return TextColumn(np.where(mask, joined.codes[n:], joined.codes[:n]), joined.values)

    def texts(self) -> Any:
        """The texts as an object array, missing as ''."""
        return np.array([*self.values, ""], dtype=object)[self.codes]

    def used(self) -> list[int]:
        """The codes that occur."""
        found: list[int] = np.flatnonzero(
            np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))
        ).tolist()
        return found

    def ranks(self) -> Codes:
        """A sort key per row: the rank of its text, missing first."""
        order = sorted(range(len(self.values)), key=self.values.__getitem__)
        table = np.zeros(len(self.values) + 1, np.int32)
        table[order] = np.arange(1, len(order) + 1, dtype=np.int32)
        return table[self.codes]

    def numbers(self) -> Floats:
        """Every value as a float; NaN where it is missing or no number."""
        table = np.array([*map(_float, self.values), np.nan])
        return table[self.codes]

    # specs.conditions.Operand

    def missing(self) -> Mask:
        """Which rows are missing."""
        return self.codes < 0

    def among(self, values: tuple[str | float, ...]) -> Mask:
        """Which rows hold one of the values (a number is compared as a number)."""
        texts = {v for v in values if isinstance(v, str)}
        numbers = {v for v in values if isinstance(v, float)}
        return self._where(
            lambda text: text in texts or (bool(numbers) and _float(text) in numbers)
        )

    def compare(self, op: str, other: Any) -> Mask:
        """Which rows stand in the relation; see :func:`related`."""
        if isinstance(other, str | float):
            return self._where(lambda text: related(text, op, other))
        if isinstance(other, NumberColumn):
            return NumberColumn(self.numbers()).compare(op, other)
        pair, left, right = pairs(self, other)
        holds = np.array(
            [related(self.values[i], op, other.values[j]) for i, j in zip(left, right, strict=True)]
            + [False]
        )
        return np.asarray(holds[pair], dtype=np.bool_)

    def _where(self, test: Callable[[str], bool]) -> Mask:
        table = np.array([*(test(value) for value in self.values), False], dtype=np.bool_)
        return np.asarray(table[self.codes], dtype=np.bool_)


@dataclass(slots=True)
class NumberColumn:
    """``n`` numbers as floats; NaN is missing."""

    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: Any) -> NumberColumn:
        """Selected rows, by index; -1 gives missing."""
        if not len(self.values):
            return NumberColumn(np.full(len(rows), np.nan))
        return NumberColumn(np.where(rows < 0, np.nan, self.values[rows]))

    def keep(self, mask: Mask) -> NumberColumn:
        """Missing wherever the mask is false."""
        return NumberColumn(np.where(mask, self.values, np.nan))

    def fill(self, other: NumberColumn, mask: Mask) -> NumberColumn:
        """The other column's values wherever the mask holds."""
        return NumberColumn(np.where(mask, other.values, self.values))

    def ranks(self) -> Any:
        """A sort key per row; missing first."""
        return np.where(np.isnan(self.values), -np.inf, self.values)

    def missing(self) -> Mask:
        """Which rows are missing."""
        return np.isnan(self.values)

    def among(self, values: tuple[str | float, ...]) -> Mask:
        """Which rows hold one of the values."""
        return np.isin(self.values, [_float(v) for v in values])

    def compare(self, op: str, other: Any) -> Mask:
        """Which rows stand in the relation; missing never does."""
        if isinstance(other, TextColumn):
            other = NumberColumn(other.numbers())
        right = other.values if isinstance(other, NumberColumn) else _float(other)
        if isinstance(right, float) and np.isnan(right):
            return np.zeros(len(self), np.bool_)
        with np.errstate(invalid="ignore"):
            holds = _COMPARE[op](self.values, right)
        missing = np.isnan(self.values) | np.isnan(right)
        return np.asarray(holds & ~missing, dtype=np.bool_)


Column = TextColumn | NumberColumn

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def is_number(text: str) -> bool:
    """Whether a text is a number as people write it: ASCII digits, no words, no separators."""
    return _NUMBER.fullmatch(text) is not None


def _float(value: str | float) -> float:
    """A number as people write it; NaN for anything else (``1_000``, ``inf``, full width)."""
    if isinstance(value, float):
        return value
    number = float(value) if is_number(value) else math.nan
    return number if math.isfinite(number) else math.nan


def related(left: str, op: str, right: str | float) -> bool:
    """Compare two values. Texts order by code point, to the precision that both have: the date
    ``2022-03`` is neither before nor after ``2022-03-15``. With a number, both must be numbers."""
    if isinstance(right, float):
        number = _float(left)
        return bool(not math.isnan(number) and _COMPARE[op](number, right))
    if op in ("==", "!="):
        return (left == right) == (op == "==")
    if _looks_dated(left) and _looks_dated(right):
        shortest = min(len(left), len(right))
        left, right = left[:shortest], right[:shortest]
    return bool(_COMPARE[op](left, right))


def _looks_dated(text: str) -> bool:
    return len(text) >= 4 and text[:4].isdigit() and (len(text) == 4 or text[4] == "-")


def _distinct(texts: Sequence[str | None]) -> tuple[Codes, list[str]]:
    index: dict[str, int] = {}
    codes = np.fromiter(
        (index.setdefault(text, len(index)) if text else -1 for text in texts), np.int32, len(texts)
    )
    return codes, list(index)


def numbered(keys: Rows) -> tuple[Rows, Rows]:
    """The number of each integer in order of first appearance, and the distinct integers.

    pandas hashes, which is quick for many; for few, sorting spares the time to load it.
    """
    if len(keys) > _FEW:
        import pandas as pd

        codes, distinct = pd.factorize(keys)
        return codes.astype(np.int64), np.asarray(distinct, np.int64)
    values, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place[codes], values[order].astype(np.int64)


def concat(columns: Sequence[TextColumn]) -> TextColumn:
    """Columns one below the other, with one dictionary."""
    index: dict[str, int] = {}
    pieces: list[Codes] = []
    for column in columns:
        table = np.fromiter(
            (index.setdefault(value, len(index)) for value in column.values),
            np.int32,
            len(column.values),
        )
        pieces.append(np.append(table, np.int32(-1))[column.codes])
    codes = np.concatenate(pieces) if pieces else np.empty(0, np.int32)
    return TextColumn(codes, list(index))


def pairs(left: TextColumn, right: TextColumn) -> tuple[Any, list[int], list[int]]:
    """The distinct pairs of values that occur together where neither is missing.

    Gives a code per row (-1 where a side is missing), and the two values' codes per pair.
    """
    codes, a, b = combinations([left, right], either=False)
    return codes, a, b


def combinations(columns: Sequence[TextColumn], *, either: bool = True) -> Any:
    """The distinct combinations of values that occur together.

    Gives (code per row, codes of column 1 per combination, of column 2, ...). With ``either`` a
    combination may hold missing values (code -1); without, such rows get code -1.
    """
    if math.prod(len(column.values) + 1 for column in columns) > _WIDEST:
        return _wide_combinations(columns, either=either)
    n = len(columns[0])
    key = np.zeros(n, np.int64)
    some_missing = np.zeros(n, np.bool_)
    for column in columns:
        key *= len(column.values) + 1
        key += column.codes + 1
        some_missing |= column.codes < 0
    if not either:
        key[some_missing] = -1
    codes, distinct = numbered(key)
    out: list[list[int]] = []
    rest = np.asarray(distinct, np.int64).copy()
    if not either:
        drop = np.flatnonzero(rest == -1)
        if len(drop):
            at = int(drop[0])
            codes = np.where(codes == at, -1, codes - (codes > at))
            rest = np.delete(rest, at)
    for column in reversed(columns):
        size = len(column.values) + 1
        out.append((rest % size - 1).tolist())
        rest //= size
    found: tuple[Any, ...] = (codes, *reversed(out))
    return found


def _wide_combinations(columns: Sequence[TextColumn], *, either: bool) -> Any:
    """As :func:`combinations`, of columns whose combinations do not fit one integer."""
    key = np.zeros(len(columns[0]), np.int64)
    some_missing = np.zeros(len(key), np.bool_)
    for column in columns:
        key = numbered(key * (len(column.values) + 1) + column.codes + 1)[0]
        some_missing |= column.codes < 0
    if not either:
        key[some_missing] = -1
    distinct, first, codes = np.unique(key, return_index=True, return_inverse=True)
    blank = int(len(distinct) > 0 and distinct[0] == -1)
    found = [column.codes[first[blank:]].tolist() for column in columns]
    return codes - blank, *found

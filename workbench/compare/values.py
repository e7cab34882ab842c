"""Values held against each other, variable by variable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.values.column import Column, Floats, Mask, Rows
from derive.values.number import Number
from derive.values.text import Text
from transport import Dataset
from transport.xpt.ibm import from_ibm, out_of_range, to_ibm
from workbench.compare.model import Asked, Cell, Unequal
from workbench.compare.pairing import Pairs, column_of

_ORDINARY = ord(".")


def unequal(
    base: Dataset,
    compare: Dataset,
    names: tuple[str, str],
    pairs: Pairs,
    *,
    asked: Asked,
    keys: Sequence[Column],
) -> Unequal | None:
    """The differences of one variable over paired records; None where there are none.

    ``names`` is its name on each side. Numbers that go through a transport file on one side only
    are held against each other as such a file holds them (IBM doubles).
    """
    if base.variable(names[0]).type == "Num":
        left, right = _numbers(base, names[0]), _numbers(compare, names[1])
        if _is_transport(base) != _is_transport(compare):
            left, right = _as_transported(left), _as_transported(right)
        left, right = left[pairs.base], right[pairs.compare]
        other, largest = _apart(left, right, asked)
        letters = [_letters(base, names[0], pairs.base), _letters(compare, names[1], pairs.compare)]
        other |= letters[0] != letters[1]
        rows = np.flatnonzero(other)
        shown: list[Texts | Numbers]
        shown = [Numbers(v, s) for v, s in zip((left, right), letters, strict=True)]
    else:
        one, two = column_of(base, names[0]), column_of(compare, names[1])
        assert isinstance(one, Text) and isinstance(two, Text)  # noqa: S101, PT018 - Char
        both = one.take(pairs.base).below([two.take(pairs.compare)])
        n, largest = len(pairs.base), None
        rows = np.flatnonzero(both.codes[:n] != both.codes[n:])
        values = [*both.values, ""]
        shown = [Texts(both.codes[:n], values), Texts(both.codes[n:], values)]
    if not len(rows):
        return None
    first = tuple(
        Cell(key_of(keys, int(pairs.base[i])), shown[0][int(i)], shown[1][int(i)])
        for i in rows[: asked.most]
    )
    return Unequal(names[0], len(rows), largest, first)


class Texts:
    """Texts by row, made when asked for."""

    def __init__(self, codes: NDArray[np.int32], values: list[str]) -> None:
        self.codes, self.values = codes, values

    def __getitem__(self, row: int) -> str:
        return self.values[int(self.codes[row])]


class Numbers:
    """Numbers by row as text; special missing values as SAS prints them."""

    def __init__(self, values: Floats, letters: NDArray[np.uint8] | None = None) -> None:
        self.values = values
        self.letters = np.zeros(len(values), np.uint8) if letters is None else letters

    def __getitem__(self, row: int) -> str:
        value = self.values[row]
        if np.isnan(value):
            letter = int(self.letters[row])
            return "." if letter in (0, _ORDINARY) else f".{chr(letter)}"
        return repr(float(value)).removesuffix(".0")


def _numbers(dataset: Dataset, name: str) -> Floats:
    series: Any = dataset.frame[name]
    out: Floats = series.to_numpy(dtype="float64", na_value=np.nan)
    return out


def _apart(left: Floats, right: Floats, asked: Asked) -> tuple[Mask, float | None]:
    """Which pairs differ by more than is agreed, and the largest difference of those."""
    gone = np.isnan(left) | np.isnan(right)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        size = np.abs(right - left)
        if asked.method == "relative":
            size = size / ((np.abs(left) + np.abs(right)) / 2)
        elif asked.method == "percent":
            size = 100 * size / np.abs(left)
        size = np.where(left == right, 0.0, size)
    limit = asked.criterion if asked.method != "exact" else 0.0
    other = ~gone & ~(size <= limit)
    largest = float(np.abs(right - left)[other].max()) if other.any() else None
    return other | (np.isnan(left) != np.isnan(right)), largest


def _letters(dataset: Dataset, name: str, rows: Rows) -> NDArray[np.uint8]:
    """The letter of each special missing value; 0 for all others."""
    out = np.zeros(len(dataset.frame), np.uint8)
    special = dataset.special_missing.get(name)
    if special is not None:
        out[special.rows] = [ord(str(letter)) for letter in special.letters]
    return out[rows]


def _is_transport(dataset: Dataset) -> bool:
    return str(dataset.source or "").lower().endswith((".xpt", ".xport"))


def _as_transported(values: Floats) -> Floats:
    """Numbers as a transport file holds them; what it can't hold stays."""
    fits = ~(np.isnan(values) | out_of_range(values))
    out = values.copy()
    out[fits] = from_ibm(to_ibm(values[fits]))
    return out


def key_of(keys: Sequence[Column], row: int) -> str:
    """The key of a record as people read it; its number where there is no key."""
    if not keys:
        return f"record {row + 1}"
    return " ".join(_one(column, row) for column in keys)


def _one(column: Column, row: int) -> str:
    taken = column.take(np.array([row], np.int64))
    if isinstance(taken, Text):
        return taken.values[int(taken.codes[0])] if taken.codes[0] >= 0 else "(blank)"
    return Numbers(np.array([taken.values[0]]))[0] if isinstance(taken, Number) else ""

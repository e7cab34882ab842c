"""A data set as the checks see it: distinct values and row masks, never single records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from define.checks.numbers import is_number, number_text

if TYPE_CHECKING:
    from define.model import RangeCheck
    from transport.dataset import Dataset, VariableMeta

Mask = npt.NDArray[np.bool_]


class Column:
    """The distinct values of one variable and, per record, which of them it has (-1 for blank)."""

    def __init__(self, meta: VariableMeta, values: Any) -> None:
        self.meta = meta
        self.numeric = meta.type == "Num"
        codes, distinct = pd.factorize(values, use_na_sentinel=True)
        if self.numeric:
            self.values: npt.NDArray[Any] = np.asarray(distinct, dtype="float64")
        else:
            self.values = np.asarray(distinct, dtype=object).astype(str)
            codes = _without_blanks(codes, self.values)
        self.codes: npt.NDArray[np.int64] = np.asarray(codes, dtype="int64")

    @property
    def texts(self) -> list[str]:
        """The distinct non-blank values as text; a whole number without its decimal point."""
        if not self.numeric:
            return [str(v) for v in self.values if v != ""]
        return [number_text(v) for v in self.values]

    @property
    def blanks(self) -> int:
        """How many records have no value."""
        return int((self.codes < 0).sum())

    @property
    def longest(self) -> int:
        """The length in bytes of the longest value (Char), or of its text (Num)."""
        return max((len(t.encode()) for t in self.texts), default=0)

    @property
    def most_frequent(self) -> int:
        """How many records the most frequent value has."""
        counts = np.bincount(self.codes[self.codes >= 0], minlength=1)
        return int(counts.max())

    def at(self, mask: Mask) -> Column:
        """The same column on the records that ``mask`` selects."""
        part = object.__new__(Column)
        part.meta, part.numeric = self.meta, self.numeric
        chosen = self.codes[mask]
        used = np.unique(chosen[chosen >= 0])
        renumbered = np.full(len(self.values) + 1, -1, dtype="int64")
        renumbered[used] = np.arange(len(used))
        part.values, part.codes = self.values[used], renumbered[chosen]
        return part

    def selects(self, comparator: str, values: Sequence[str]) -> Mask:
        """The records for which a condition holds. Blank fulfils NE, NOTIN and EQ to blank only."""
        holds = self._holds(comparator, values)
        blank = _blank_holds(comparator, values)
        return np.append(holds, blank)[self.codes]

    def _holds(self, comparator: str, values: Sequence[str]) -> Mask:
        if comparator in ("EQ", "IN"):
            return self._among(values)
        if comparator in ("NE", "NOTIN"):
            return ~self._among(values)
        compare = {"LT": np.less, "LE": np.less_equal, "GT": np.greater, "GE": np.greater_equal}
        limit = _limit(values)
        if comparator not in compare or limit is None:
            return np.zeros(len(self.values), dtype=bool)
        with np.errstate(invalid="ignore"):
            return np.asarray(compare[comparator](self._numbers(), limit), dtype=bool)

    def _among(self, values: Sequence[str]) -> Mask:
        if not self.numeric:
            return np.isin(self.values, np.asarray(list(values), dtype=str))
        wanted = [number_text(float(v)) for v in values if is_number(v)]
        return np.isin(np.asarray(self.texts, dtype=str), np.asarray(wanted, dtype=str))

    def _numbers(self) -> npt.NDArray[np.float64]:
        if self.numeric:
            return self.values
        numbers = [float(v) if is_number(v) else np.nan for v in self.values]
        return np.asarray(numbers, dtype="float64")


def _without_blanks(codes: Any, values: npt.NDArray[Any]) -> Any:
    blank = np.flatnonzero(values == "")
    return np.where(np.isin(codes, blank), -1, codes) if len(blank) else codes


def _blank_holds(comparator: str, values: Sequence[str]) -> bool:
    if comparator in ("NE", "NOTIN"):
        return "" not in values
    return comparator in ("EQ", "IN") and "" in values


def _limit(values: Sequence[str]) -> float | None:
    return float(values[0]) if values and is_number(values[0]) else None


class DataView:
    """A data set: columns are made when first asked for."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.records = len(dataset.frame)
        self.names = [v.name for v in dataset.variables]
        self._columns: dict[str, Column] = {}

    def column(self, name: str) -> Column | None:
        """A column by its name; None when the data set does not have it."""
        if name not in self._columns:
            if name not in self.names:
                return None
            self._columns[name] = Column(self.dataset.variable(name), self.dataset.frame[name])
        return self._columns[name]

    def select(self, conditions: Iterable[tuple[str, RangeCheck]]) -> Mask | None:
        """The records that fulfil all conditions; None if a variable is not in the data."""
        mask = np.ones(self.records, dtype=bool)
        for name, condition in conditions:
            column = self.column(name)
            if column is None:
                return None
            mask &= column.selects(condition.comparator, condition.values)
        return mask

    def duplicates(self, names: Sequence[str]) -> Mask:
        """The records whose values of ``names`` occur more than once. Blanks count as a value."""
        keys = [self.column(n) for n in names]
        frame = pd.DataFrame(
            {n: c.codes for n, c in zip(names, keys, strict=True) if c is not None}
        )
        return np.asarray(frame.duplicated(keep=False), dtype=bool)

"""Text columns: codes into distinct texts. Verbs work on the texts and never on the rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.values.column import NO_RANK, Codes, Kind, Mask, Ranks, Rows, makes_nothing
from specs.text.invisible import visible

_AT_ONCE = 1 << 16
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def is_number(text: str) -> bool:
    """Whether a text is a number as people write it: ASCII digits, no words, no separators."""
    return _NUMBER.fullmatch(text) is not None


@dataclass(slots=True)
class Text:
    """``n`` texts: ``codes`` (int32, -1 missing) into ``values`` (distinct, none blank)."""

    codes: Codes
    values: Sequence[str]
    order: Ranks | None = field(default=None, repr=False, compare=False)
    """The rank of each distinct text and of missing, once asked for."""
    occurring: list[int] | None = field(default=None, repr=False, compare=False)
    """The codes that occur, once asked for."""

    @property
    def kind(self) -> Kind:
        """Always TEXT."""
        return Kind.TEXT

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def nothing(cls, n: int) -> Text:
        """A column of nothing but missing values."""
        return cls(np.full(n, -1, np.int32), [])

    @classmethod
    def constant(cls, value: str, n: int) -> Text:
        """The same text everywhere (missing where it is blank)."""
        return cls(np.zeros(n, np.int32), [value]) if value else cls.nothing(n)

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> Text:
        """From texts one by one; None and '' are missing."""
        return cls(*_distinct(list(texts)))

    @classmethod
    def from_series(cls, series: Any) -> Text:
        """From a pandas column (category or text), without what nobody sees at both ends."""
        import pandas as pd

        if not isinstance(series.dtype, pd.CategoricalDtype):
            series = series.astype("str").astype("category")
        codes = np.asarray(series.cat.codes, dtype=np.int32)
        raw = cls(codes, series.cat.categories.to_numpy(dtype=object).tolist())
        trimmed = _trimmed(raw.values)
        return raw if trimmed == raw.values and "" not in raw.values else raw.map(trimmed)

    def to_categorical(self) -> Any:
        """As a pandas Categorical without unused texts, in sorted order (a stable dictionary)."""
        import pandas as pd

        tidy = self.tidy()
        categories = pd.Index(tidy.values, dtype="str")
        return pd.Categorical.from_codes(tidy.codes, categories=categories, validate=False)

    # distinct texts

    def counts(self) -> Rows:
        """How many rows hold each distinct text."""
        return np.bincount(self.codes + np.int32(1), minlength=len(self.values) + 1)[1:]

    def used(self) -> list[int]:
        """The codes that occur."""
        if self.occurring is None:
            seen = np.zeros(len(self.values) + 1, np.bool_)
            for start in range(0, len(self.codes), _AT_ONCE):
                seen[self.codes[start : start + _AT_ONCE]] = True  # missing falls on the last
                if seen[:-1].all():
                    break  # few texts are soon all seen
            self.occurring = np.flatnonzero(seen[:-1]).tolist()
        return self.occurring

    def tidy(self) -> Text:
        """Only the texts that occur, sorted by code point."""
        order = sorted(self.used(), key=self.values.__getitem__)
        table = np.full(len(self.values) + 1, -1, np.int32)
        table[order] = np.arange(len(order), dtype=np.int32)
        return Text(table[self.codes], [self.values[i] for i in order])

    def map(self, new: Sequence[str | None]) -> Text:
        """Another text for each distinct text (None or '' is missing); equal ones fall together."""
        codes, values = _distinct(new)
        return Text(np.append(codes, np.int32(-1))[self.codes], values)

    def apply(self, function: Callable[[str], str | None]) -> Text:
        """Like :meth:`map`, with a function of one text."""
        return self.map([function(value) for value in self.values])

    def where(self, test: Callable[[str], bool]) -> Mask:
        """Which rows hold a text that passes the test; missing never does."""
        table = np.array([*(test(value) for value in self.values), False], dtype=np.bool_)
        return table[self.codes]

    # rows

    def take(self, rows: Rows) -> Text:
        """Values at the rows; -1 gives missing."""
        codes = self.codes[rows] if len(self.codes) else np.full(len(rows), -1, np.int32)
        if len(rows) and rows.min() < 0:
            codes = np.where(rows < 0, np.int32(-1), codes)
        return self._with(codes)

    def in_order(self, rows: Rows) -> Text:
        """Values at rows that are each named once at most; of all rows the same texts occur."""
        whole = len(rows) == len(self.codes)
        return Text(self.codes[rows], self.values, self.order, self.occurring if whole else None)

    def keep(self, mask: Mask) -> Text:
        """Missing wherever the mask is false."""
        return self._with(np.where(mask, self.codes, np.int32(-1)))

    def fill(self, other: Text, mask: Mask) -> Text:
        """The other column's values wherever the mask holds."""
        joined = self.below([other])
        n = len(self)
        return Text(np.where(mask, joined.codes[n:], joined.codes[:n]), joined.values)

    def below(self, others: Sequence[Text]) -> Text:
        """One below the other, with one dictionary."""
        if all(other.values is self.values for other in others):
            return Text(np.concatenate([self.codes, *(o.codes for o in others)]), self.values)
        values = list(dict.fromkeys(chain(*(column.values for column in (self, *others)))))
        index = dict(zip(values, range(len(values)), strict=True))
        pieces: list[Codes] = []
        for column in (self, *others):
            size = len(column.values)
            table = np.fromiter(map(index.__getitem__, column.values), np.int32, size)
            pieces.append(np.append(table, np.int32(-1))[column.codes])
        return Text(np.concatenate(pieces), values)

    def missing(self) -> Mask:
        """Which rows are missing."""
        return self.codes < 0

    def present(self) -> Mask:
        """Which rows are not missing."""
        return self.codes >= 0

    def ranks(self) -> Ranks:
        """The place of each row's text in code point order; missing is NO_RANK."""
        if self.order is None:
            order = sorted(range(len(self.values)), key=self.values.__getitem__)
            table = np.full(len(self.values) + 1, NO_RANK, np.int64)
            table[order] = np.arange(len(order))
            self.order = table
        return self.order[self.codes]

    def distinct(self) -> tuple[Codes, Sequence[str]]:
        """The codes and the distinct texts."""
        return self.codes, self.values

    def texts(self) -> NDArray[np.object_]:
        """The texts as an object array, missing as ''."""
        return np.array([*self.values, ""], dtype=object)[self.codes]

    def _with(self, codes: Codes) -> Text:
        """Other rows of the same texts, whose order is known if it was."""
        return Text(codes, self.values, self.order)


def concat(columns: Sequence[Text]) -> Text:
    """Columns one below the other; none gives an empty column."""
    return columns[0].below(columns[1:]) if columns else Text.nothing(0)


def _distinct(texts: Sequence[str | None]) -> tuple[Codes, list[str]]:
    values = [text for text in dict.fromkeys(texts) if text]
    index: dict[str | None, int] = dict(zip(values, range(len(values)), strict=True))
    index[None] = index[""] = -1
    return np.fromiter(map(index.__getitem__, texts), np.int32, len(texts)), values


def _trimmed(texts: Sequence[str]) -> list[str]:
    """Texts without what cannot be seen around them; in printable ASCII that is the blank alone."""
    if all(map(str.isascii, texts)) and all(map(str.isprintable, texts)):
        return list(map(str.strip, texts))
    return [visible(text) for text in texts]


makes_nothing(lambda _, n: Text.nothing(n), Kind.TEXT)

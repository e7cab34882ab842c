"""The records of one ODM item group, growing as the document streams by."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sdtm.raw._model import type_rows
from sdtm.raw._text import categorical

Context = dict[str, str]
"""Keys and vendor attributes of the levels above a record, by column name."""


class Column:
    """Texts of one column as codes; rows that were never set are missing."""

    def __init__(self) -> None:
        self.codes = array("i")
        self.texts: dict[str, int] = {}

    def set(self, row: int, text: str) -> None:
        """Put a text (or "", for missing) at a row."""
        code = self.texts.setdefault(text, len(self.texts)) if text else -1
        codes = self.codes
        if len(codes) > row:
            codes[row] = code
            return
        if len(codes) < row:
            codes.extend([-1] * (row - len(codes)))
        codes.append(code)

    def categorical(self, count: int, alive: NDArray[np.bool_]) -> pd.Categorical:
        """The first ``count`` rows, those that are alive."""
        codes = np.full(count, -1, np.int32)
        codes[: len(self.codes)] = np.frombuffer(self.codes, np.int32)
        return _compact(codes[alive], list(self.texts))


def _compact(codes: NDArray[np.int32], texts: list[str]) -> pd.Categorical:
    """A categorical without the texts that no code uses."""
    used, again = np.unique(codes[codes >= 0], return_inverse=True)
    out = np.full(len(codes), -1, np.int32)
    out[codes >= 0] = again
    return categorical(out, [texts[i] for i in used])


class Records:
    """One wide table: the context, own attributes and items of each record.

    Records of one form share a context, so that it is held once: ``contexts`` belongs to the
    document, and a record has a number in it.
    """

    def __init__(self, contexts: list[Context]) -> None:
        self._contexts = contexts
        self._context = array("i")
        self.own: dict[str, Column] = {}
        self.items: dict[str, Column] = {}
        self.ordinals = array("q")
        self.alive = bytearray()
        self.index: dict[Hashable, int] = {}
        self.removed: set[Hashable] = set()

    def __len__(self) -> int:
        return len(self.ordinals)

    def add(self, key: Hashable, ordinal: int, context: int, own: Context) -> int:
        """A new record; an older one of the same key stays, but is found no more."""
        row = len(self.ordinals)
        self.ordinals.append(ordinal)
        self.alive.append(1)
        self._context.append(context)
        self.index[key] = row
        self.removed.discard(key)
        _put(self.own, row, own)
        return row

    def put(self, row: int, values: Mapping[str, str | None]) -> None:
        """Values of items; None and "" make them missing."""
        _put(self.items, row, values)

    def remove(self, key: Hashable) -> bool:
        """Take a record out; False when there is none."""
        row = self.index.pop(key, None)
        self.removed.add(key)
        if row is None:
            return False
        self.alive[row] = 0
        return True

    def rows(self) -> type_rows:
        """Ordinals of the records that were not removed."""
        ordinals: type_rows = np.array(self.ordinals, np.int64)
        kept: type_rows = ordinals[self._alive()]
        return kept

    def key_names(self) -> list[str]:
        """Columns of the contexts and of the records' own attributes."""
        used = dict.fromkeys(self._context)
        above = [name for number in used for name in self._contexts[number]]
        return list(dict.fromkeys([*above, *self.own]))

    def columns(self, names: Iterable[str]) -> dict[str, pd.Categorical]:
        """The named columns; one that no record has is all missing."""
        alive = self._alive()
        columns = {**self.own, **self.items}
        return {
            name: columns[name].categorical(len(self), alive)
            if name in columns
            else self._above(name, alive)
            for name in names
        }

    def _above(self, name: str, alive: NDArray[np.bool_]) -> pd.Categorical:
        """A column of the contexts."""
        column = Column()
        numbers = np.frombuffer(self._context, np.int32)[alive]
        used, place = np.unique(numbers, return_inverse=True)
        for row, number in enumerate(used.tolist()):
            column.set(row, self._contexts[number].get(name, ""))
        codes = np.array(column.codes, np.int32)
        return _compact(codes[place] if len(codes) else codes, list(column.texts))

    def _alive(self) -> NDArray[np.bool_]:
        return np.frombuffer(self.alive, np.uint8).astype(bool)


def _put(columns: dict[str, Column], row: int, values: Mapping[str, str | None]) -> None:
    """Column.set for each value, written out: this runs once per value of the document."""
    for name, text in values.items():
        column = columns.get(name)
        if column is None:
            column = columns[name] = Column()
        codes = column.codes
        if len(codes) != row:
            column.set(row, text or "")
            continue
        if not text:
            codes.append(-1)
            continue
        code = column.texts.get(text)
        if code is None:
            code = column.texts[text] = len(column.texts)
        codes.append(code)

"""The records of one ODM item group, growing as the document streams by."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sdtm.raw._model import type_rows
from sdtm.raw._text import categorical


class Column:
    """Texts of one column as codes; rows that were never set are missing."""

    def __init__(self) -> None:
        self.codes = array("i")
        self.texts: dict[str, int] = {}

    def set(self, row: int, text: str) -> None:
        """Put a text (or "", for missing) at a row."""
        codes = self.codes
        if len(codes) <= row:
            codes.extend([-1] * (row + 1 - len(codes)))
        codes[row] = self.texts.setdefault(text, len(self.texts)) if text else -1

    def get(self, row: int) -> int:
        """The code at a row, -1 when missing."""
        return self.codes[row] if row < len(self.codes) else -1

    def categorical(self, count: int, alive: NDArray[np.bool_]) -> pd.Categorical:
        """The first ``count`` rows, those that are alive."""
        codes = np.full(count, -1, np.int32)
        codes[: len(self.codes)] = np.frombuffer(self.codes, np.int32)
        codes = codes[alive]
        used, again = np.unique(codes[codes >= 0], return_inverse=True)
        texts = list(self.texts)
        out = np.full(len(codes), -1, np.int32)
        out[codes >= 0] = again
        return categorical(out, [texts[i] for i in used])


class Records:
    """One wide table: key columns, vendor attributes and items, by record."""

    def __init__(self) -> None:
        self.keys: dict[str, Column] = {}
        self.items: dict[str, Column] = {}
        self.ordinals = array("q")
        self.alive = bytearray()
        self.index: dict[Hashable, int] = {}
        self.removed: set[Hashable] = set()

    def __len__(self) -> int:
        return len(self.ordinals)

    def add(self, key: Hashable, ordinal: int, context: Iterable[tuple[str, str]]) -> int:
        """A new record; an older one of the same key stays, but is found no more."""
        row = len(self.ordinals)
        self.ordinals.append(ordinal)
        self.alive.append(1)
        self.index[key] = row
        self.removed.discard(key)
        self.describe(row, context)
        return row

    def describe(self, row: int, context: Iterable[tuple[str, str]]) -> None:
        """Key columns and vendor attributes of a record."""
        keys = self.keys
        for name, text in context:
            column = keys.get(name)
            if column is None:
                column = keys[name] = Column()
            column.set(row, text)

    def set(self, row: int, item: str, text: str) -> None:
        """The value of an item."""
        column = self.items.get(item)
        if column is None:
            column = self.items[item] = Column()
        column.set(row, text)

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

    def columns(self, names: Iterable[str]) -> dict[str, pd.Categorical]:
        """The named columns; one that no record has is all missing."""
        alive = self._alive()
        both = {**self.keys, **self.items}
        empty = Column()
        return {name: both.get(name, empty).categorical(len(self), alive) for name in names}

    def _alive(self) -> NDArray[np.bool_]:
        return np.frombuffer(self.alive, np.uint8).astype(bool)

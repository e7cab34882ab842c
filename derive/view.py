"""Records as a line stands on them, where no raw file lies behind: analysis data, tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from derive.line import SUBJECT
from derive.records import Records
from derive.values.column import Column, Rows
from specs import RawCell


@dataclass(slots=True)
class RecordsView:
    """All records of a data set or table. ``keys`` name a record to people; ``raw`` says that its
    columns are what people wrote (a raw source that is looked at)."""

    of: Records
    keys: Sequence[str] = (SUBJECT,)
    raw_columns: bool = False

    @property
    def name(self) -> str:
        """Its name."""
        return self.of.name

    @property
    def size(self) -> int:
        """Number of records."""
        return self.of.size

    def find(self, name: str, making: str) -> Column | None:
        """A column by its bare name."""
        return self.of.columns.get(name)

    def raw(self, name: str) -> bool:
        """Whether people wrote what stands in a column."""
        return self.raw_columns and name.removeprefix("raw.") in self.of.columns

    def names(self) -> list[str]:
        """Every column."""
        return list(self.of.columns)

    def records(self, positions: Rows) -> Rows:
        """The positions themselves."""
        return positions

    def table(self) -> Records:
        """The records themselves."""
        return self.of

    def cell(self, position: int, column: str) -> RawCell | None:
        """No raw cell lies behind."""
        return None

    def key(self, position: int) -> tuple[tuple[str, str], ...]:
        """The values of the keys that the records have by now."""
        at = np.array([position], np.int64)
        known = [key for key in self.keys if key in self.of.columns]
        return tuple((key, str(self.of.columns[key].take(at).texts()[0])) for key in known)

    def same_cell(self, positions: Rows, column: str) -> Rows:
        """All of them: each record stands for itself."""
        return positions

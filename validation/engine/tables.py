"""What a rule looks at: a data set, the parts of a split data set together, a join, or a table of
metadata."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from validation.engine.columns import Codes, Column
from validation.engine.memo import Memo

Rows = npt.NDArray[np.int64]
_numbers = count()


class Table:
    """Named columns of equal length, and the way back to the records of the submitted data sets."""

    def __init__(self, name: str, length: int, memo: Memo) -> None:
        self.name = name
        self.length = length
        self.memo = memo
        self.id = next(_numbers)

    @property
    def names(self) -> list[str]:
        """The columns, in order."""
        raise NotImplementedError

    def column(self, name: str) -> Column | None:
        """The column, or None when the table has no such column."""
        raise NotImplementedError

    def records(self, rows: Rows) -> tuple[list[str] | str, Rows]:
        """Data set and 1-based record of rows: one name for all, or one per row."""
        return self.name, rows + 1

    def group(self, names: Sequence[str]) -> tuple[Codes, int]:
        """A dense number per distinct combination of the named columns, and how many there are.

        Missing is a value of its own. Names that are not in the table are left out.
        """
        present = tuple(name for name in names if self.column(name) is not None)
        key: Hashable = (self.id, "group", present)
        return self.memo.get(key, lambda: self._group(present))

    def _group(self, names: Sequence[str]) -> tuple[Codes, int]:
        combined, size = np.zeros(self.length, dtype=np.int64), 1
        for name in names:
            column = self.column(name)
            if column is None or (column.is_constant and len(column.values) <= 1):
                continue
            combined, size = combine(combined, size, column.codes, len(column.values))
        return dense(combined, size)


def combine(
    left: Codes, left_size: int, codes: Codes, values: int
) -> tuple[npt.NDArray[np.int64], int]:
    """One number for a pair of codes; -1 (missing) of the second is a value of its own."""
    if left_size * (values + 1) > 2**62:
        left, left_size = dense(left, left_size)
    return left.astype(np.int64) * (values + 1) + (codes + 1), left_size * (values + 1)


def dense(codes: Codes, size: int) -> tuple[Codes, int]:
    """Renumber codes to 0..n-1 without gaps."""
    if size <= max(4 * len(codes), 1024):
        used = np.bincount(codes, minlength=size) > 0
        renumbered = np.cumsum(used, dtype=np.int64) - 1
        return renumbered[codes].astype(np.int32), int(used.sum())
    renumbered, distinct = pd.factorize(codes)
    return renumbered.astype(np.int32), len(distinct)


class DatasetTable(Table):
    """One submitted data set."""

    def __init__(self, name: str, frame: pd.DataFrame, memo: Memo) -> None:
        super().__init__(name, len(frame), memo)
        self.frame = frame
        self._places = {str(column): at for at, column in enumerate(frame.columns)}
        self._columns: dict[str, Column] = {}

    @cached_property
    def names(self) -> list[str]:
        """The variables, in the order of the data set."""
        return list(self._places)

    def column(self, name: str) -> Column | None:
        """The variable as a column."""
        if name not in self._columns and name in self._places:
            self._columns[name] = Column.from_series(self.frame.iloc[:, self._places[name]])
        return self._columns.get(name)


class SplitTable(Table):
    """The parts of a split data set (LBCH, LBHE) one below the other; SDTMIG 4.1.7."""

    def __init__(self, name: str, parts: Sequence[Table], memo: Memo) -> None:
        super().__init__(name, sum(part.length for part in parts), memo)
        self.parts = list(parts)
        self._starts = np.cumsum([0, *(part.length for part in parts)])

    @cached_property
    def names(self) -> list[str]:
        """Every variable of any part, in order of appearance."""
        return list(dict.fromkeys(name for part in self.parts for name in part.names))

    def column(self, name: str) -> Column | None:
        """The variable of all parts; missing in a part that does not have it."""
        if name not in self.names:
            return None
        return self.memo.get((self.id, "column", name), lambda: self._stack(name))

    def _stack(self, name: str) -> Column:
        pieces = [part.column(name) or Column.constant(None, part.length) for part in self.parts]
        if all(piece.is_numeric or not len(piece.values) for piece in pieces):
            return Column(numbers=np.concatenate([piece.floats for piece in pieces]))
        known: dict[str, int] = {}
        codes = []
        for piece in pieces:
            table = [*(known.setdefault(text, len(known)) for text in piece.texts), -1]
            codes.append(np.array(table, dtype=np.int32)[piece.codes])
        return Column(np.concatenate(codes), list(known))

    def records(self, rows: Rows) -> tuple[list[str] | str, Rows]:
        """The part and the record within it."""
        part = np.searchsorted(self._starts, rows, side="right") - 1
        return [self.parts[at].name for at in part], rows - self._starts[part] + 1


class JoinedTable(Table):
    """Records of one table beside related ones of another; ``DM.RFSTDTC`` is the right one's."""

    def __init__(
        self, left: Table, left_rows: Rows | None, right: Table, right_rows: Rows, label: str
    ) -> None:
        super().__init__(left.name, len(right_rows), left.memo)
        self.left, self.right, self.label = left, right, label
        self._left_rows, self._right_rows = left_rows, right_rows

    @property
    def nbytes(self) -> int:
        """Bytes of the row numbers that make the join."""
        return sum(rows.nbytes for rows in (self._left_rows, self._right_rows) if rows is not None)

    @cached_property
    def names(self) -> list[str]:
        """The left table's columns, then those that only the right one has."""
        return list(dict.fromkeys([*self.left.names, *self.right.names]))

    def column(self, name: str) -> Column | None:
        """A column by its name, left before right; ``LABEL.NAME`` is the right table's."""
        return self.memo.get((self.id, "column", name), lambda: self._find(name))

    def _find(self, name: str) -> Column | None:
        label, dot, rest = name.partition(".")
        if dot and label == self.label:
            right = self.right.column(rest)
            return None if right is None else right.take(self._right_rows)
        left = self.left.column(name)
        if left is not None:
            return left if self._left_rows is None else left.take(self._left_rows)
        right = self.right.column(name)
        return None if right is None else right.take(self._right_rows)

    def records(self, rows: Rows) -> tuple[list[str] | str, Rows]:
        """The left table's records."""
        return self.left.records(rows if self._left_rows is None else self._left_rows[rows])


class PickedTable(Table):
    """Some records of a table."""

    def __init__(self, table: Table, rows: Rows) -> None:
        super().__init__(table.name, len(rows), table.memo)
        self._table, self._rows = table, rows

    @property
    def names(self) -> list[str]:
        """The columns of the table."""
        return self._table.names

    def column(self, name: str) -> Column | None:
        """The column, at the picked records."""
        column = self._table.column(name)
        return None if column is None else column.take(self._rows)

    def records(self, rows: Rows) -> tuple[list[str] | str, Rows]:
        """The records in the table."""
        return self._table.records(self._rows[rows])


class MetadataTable(Table):
    """A table of columns that the engine made: variables, data sets, what a define.xml says."""

    def __init__(
        self, name: str, columns: Mapping[str, Column], memo: Memo, length: int | None = None
    ) -> None:
        rows = (
            length
            if length is not None
            else max((len(each) for each in columns.values()), default=0)
        )
        super().__init__(name, rows, memo)
        self._columns = dict(columns)

    @property
    def names(self) -> list[str]:
        """The columns."""
        return list(self._columns)

    def column(self, name: str) -> Column | None:
        """A column by its name."""
        return self._columns.get(name)

    @classmethod
    def of_records(
        cls, name: str, records: Sequence[Mapping[str, Any]], memo: Memo
    ) -> MetadataTable:
        """From one mapping per row; a key that a row does not have is missing there."""
        keys = dict.fromkeys(key for record in records for key in record)
        made = {key: Column.from_values([record.get(key) for record in records]) for key in keys}
        return cls(name, made, memo, len(records))

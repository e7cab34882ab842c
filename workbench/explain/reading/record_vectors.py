"""The lineage vectors of a data set, read a piece at a time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class RecordVectors:
    """``lineage/<data set>.parquet``: of each record the row, stream and file it came from.

    Only the row group that holds a record is read, without pandas.
    """

    _file: Any
    _starts: list[int]
    _groups: dict[int, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> RecordVectors:
        """Open a file. Raises OSError when it is not there."""
        import pyarrow.parquet as pq

        file = pq.ParquetFile(path, pre_buffer=False)
        about = file.metadata
        sizes = (about.row_group(i).num_rows for i in range(about.num_row_groups))
        return cls(file, list(accumulate(sizes, initial=0)))

    def of(self, record: int) -> dict[str, int]:
        """The vectors' values of a record (0-based), by the name of the vector."""
        group = bisect_right(self._starts, record) - 1
        if group not in self._groups:
            # one thread: nothing is left running when the process ends
            self._groups[group] = self._file.read_row_group(group, use_threads=False)
        table, at = self._groups[group], record - self._starts[group]
        return {name: int(table.column(name)[at].as_py()) for name in table.column_names}

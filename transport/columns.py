"""Columns kept for the next build and for comparisons: Arrow IPC, LZ4, texts as dictionaries.

``columns/`` of a build holds one file a data set and, below ``raw/``, one a raw table that was
read, so that what it was made of is still known when the export has been replaced. Reading a
million records takes a tenth of what their transport file takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from specs.codes import finding
from specs.errors import BuildError
from transport.dataset import Dataset

FOLDER = "columns"
RAW = "raw"
_ABOUT = b"tracelock"


_FEW = 4096
"""So many distinct texts are made at once; more when they are asked for."""


_OFTEN = 16
"""Making one text takes as long as making so many at once."""


class Words(Sequence[str]):
    """Distinct texts as Arrow holds them, of which millions cost little; Python texts are made
    when they are asked for."""

    __slots__ = ("_asked", "_listed", "array")

    def __init__(self, array: Any) -> None:
        self.array = array
        self._listed: list[str] | None = None
        self._asked = 0

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if self._listed is not None or isinstance(at, slice):
            return self.listed()[at]
        self._asked += 1
        if self._asked * _OFTEN > len(self.array):
            return self.listed()[at]
        return str(self.array[at].as_py())

    def __iter__(self) -> Iterator[str]:
        return iter(self.listed())

    def listed(self) -> list[str]:
        """All of them as Python texts."""
        if self._listed is None:
            self._listed = self.array.to_pylist()
        return self._listed


def arrow_of(values: Sequence[str]) -> Any:
    """Distinct texts as an Arrow array."""
    import pyarrow as pa

    return values.array if isinstance(values, Words) else pa.array(values, pa.string())


class Coded(NamedTuple):
    """Texts: a code a row into distinct values (-1: blank)."""

    codes: NDArray[np.int32]
    values: Sequence[str]


Kept = Coded | NDArray[np.float64] | NDArray[np.int64]
"""A column: texts, numbers (NaN is missing) or whole numbers."""


@dataclass(slots=True)
class KeptTable:
    """Columns in their order, and what the writer said of them (plain data)."""

    columns: dict[str, Kept]
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """The number of records."""
        first = next(iter(self.columns.values()), None)
        if first is None:
            return 0
        return len(first.codes) if isinstance(first, Coded) else len(first)


def write_columns(table: KeptTable, path: Path) -> None:
    """Write a table; the folder is made."""
    import pyarrow as pa
    from pyarrow import feather

    arrays = [_array(column) for column in table.columns.values()]
    about = {_ABOUT: json.dumps(table.about, ensure_ascii=False, sort_keys=True).encode()}
    made = pa.Table.from_arrays(arrays, names=list(table.columns)).replace_schema_metadata(about)
    path.parent.mkdir(parents=True, exist_ok=True)
    feather.write_feather(made, path, compression="lz4", chunksize=max(1, len(made)))


_CODES = ((127, np.int8), (32_767, np.int16), (2**31 - 1, np.int32))
"""Codes take as little room as their number allows."""


def _array(column: Kept) -> Any:
    import pyarrow as pa

    if not isinstance(column, Coded):
        return (
            pa.array(column)
            if column.dtype == np.int64
            else _narrow(np.asarray(column, np.float64))
        )
    narrow = next(kind for most, kind in _CODES if len(column.values) <= most)
    blank = column.codes < 0
    codes = pa.array(column.codes.astype(narrow), mask=blank if blank.any() else None)
    return pa.DictionaryArray.from_arrays(codes, arrow_of(column.values))


def _narrow(numbers: NDArray[np.float64]) -> Any:
    """Numbers that are whole in as little room as they take, missing ones as null; others as they
    are, and so a zero below zero, which only a float can say."""
    import pyarrow as pa

    missing = np.isnan(numbers)
    some = bool(missing.any())
    there = np.where(missing, 0.0, numbers) if some else numbers
    if not len(there) or max(-there.min(), there.max()) > _CODES[-1][0]:
        return pa.array(numbers)
    whole = there.astype(np.int32)
    if (whole != there).any() or np.signbit(there[whole == 0]).any():
        return pa.array(numbers)
    widest = int(np.abs(whole).max())
    kind = next(kind for most, kind in _CODES if widest <= most)
    return pa.array(whole.astype(kind), mask=missing if some else None)


def read_columns(path: Path, names: Sequence[str] | None = None) -> KeptTable:
    """Read a table, or some columns of it. Raises BuildError LIN101 for a damaged file."""
    import pyarrow as pa
    from pyarrow import feather

    try:
        table = feather.read_table(path, columns=names, memory_map=True)
        about = json.loads((table.schema.metadata or {}).get(_ABOUT, b"{}"))
        columns = {n: _column(table.column(n)) for n in table.column_names}
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error
    return KeptTable(columns, about)


def names_of(path: Path) -> list[str]:
    """The columns of a table. Raises BuildError LIN101 for a damaged file."""
    import pyarrow as pa

    try:
        with pa.memory_map(str(path)) as file:
            return list(pa.ipc.open_file(file).schema.names)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> BuildError:
    message = f"{path.name} of the build cannot be read: {type(error).__name__}"
    return BuildError(finding("LIN101", message, hint="build again"))


def _column(chunked: Any) -> Kept:
    import pyarrow as pa

    array = chunked.chunk(0) if chunked.num_chunks == 1 else chunked.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], chunked.type)
    if not pa.types.is_dictionary(array.type):
        return _number(array)
    codes = array.indices.fill_null(-1) if array.indices.null_count else array.indices
    codes = codes.to_numpy(zero_copy_only=False)
    told = array.dictionary
    values = Words(told) if len(told) > _FEW else told.to_pylist()
    return Coded(codes.astype(np.int32, copy=False), values)


def _number(array: Any) -> NDArray[np.float64] | NDArray[np.int64]:
    """Numbers as they were written: those that took less room are float64 again."""
    import pyarrow as pa

    if pa.types.is_int64(array.type) or pa.types.is_float64(array.type):
        return np.asarray(array)
    numbers = array.cast(pa.float64())
    return np.asarray(numbers.to_numpy(zero_copy_only=False), np.float64)


def coded(series: Any) -> Coded:
    """A pandas column of texts; '' is blank."""
    import pandas as pd

    if not isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype("str").astype("category")
    codes = np.asarray(series.cat.codes, np.int32)
    values = _words(series.cat.categories)
    blank = _place_of_blank(values)
    if blank >= 0:
        codes = np.where(codes == blank, np.int32(-1), codes)
    return Coded(codes, values)


def _words(categories: Any) -> Sequence[str]:
    """Categories as texts; many of them stay as Arrow holds them."""
    import pyarrow as pa

    if len(categories) <= _FEW:
        return [str(value) for value in categories.to_numpy(dtype=object).tolist()]
    try:
        array = pa.array(categories, pa.string())
    except (pa.ArrowException, TypeError, ValueError):  # not all of them are texts
        return [str(value) for value in categories.to_numpy(dtype=object).tolist()]
    return Words(array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array)


def _place_of_blank(values: Sequence[str]) -> int:
    """Where '' stands among distinct texts; -1: nowhere."""
    if isinstance(values, Words):
        import pyarrow.compute as pc

        return int(pc.index(values.array, "").as_py())
    return values.index("") if "" in values else -1


def keep_dataset(dataset: Dataset, folder: Path) -> None:
    """Write the columns of a data set below ``folder``. One with special missing values is not
    kept: only its transport file says them all."""
    if dataset.special_missing:
        return
    columns: dict[str, Kept] = {}
    for meta in dataset.variables:
        series = dataset.frame[meta.name]
        number = meta.type == "Num"
        columns[meta.name] = (
            series.to_numpy(dtype="float64", na_value=np.nan) if number else coded(series)
        )
    write_columns(
        KeptTable(columns, {"name": dataset.name}), folder / f"{dataset.name.lower()}.arrow"
    )


def kept_columns(folder: Path) -> Mapping[str, Path]:
    """The files of a ``columns/`` folder, by their names in capitals."""
    return {path.stem.upper(): path for path in sorted(folder.glob("*.arrow"))}

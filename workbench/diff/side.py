"""One build as a diff sees it: data sets as columns, accounts of lines, vectors of records."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from derive.values.column import Column, Rows
from derive.values.number import Number
from derive.values.text import Text
from specs.account import DataSetAccount
from transport import Dataset, read_dataset
from transport.atomic import content_hash
from transport.columns import FOLDER, Coded, KeptTable, read_columns
from transport.folder import read_header
from transport.publish import MANIFEST
from workbench.compare.pairing import column_of
from workbench.diff.tables import RawRows, read_raw
from workbench.diff.uniting import without_trailing_blanks
from workbench.explain.reading.build_folder import BuildFolder
from workbench.explain.shown import iso_of

_PLACES = (("sdtm", FOLDER), ("adam", f"adam/{FOLDER}"), ("adam/sdtm", f"adam/{FOLDER}"))


@dataclass(slots=True)
class Records:
    """A data set: its columns, read when they are asked for."""

    name: str
    size: int
    names: tuple[str, ...]
    transported: bool
    """Read from its transport file: numbers are as such a file holds them."""
    _kept: KeptTable | None
    _read: Dataset | None
    _path: Path
    _encoding: str | None = None
    _columns: dict[str, Column] = field(default_factory=dict)
    _formats: dict[str, str] | None = None

    def column(self, name: str) -> Column:
        """A variable. Trailing blanks are none."""
        if name not in self._columns:
            self._columns[name] = self._made(name)
        return self._columns[name]

    def _made(self, name: str) -> Column:
        if self._kept is None:
            assert self._read is not None  # noqa: S101 - one of the two is there
            return column_of(self._read, name)
        kept = self._kept.columns[name]
        if not isinstance(kept, Coded):
            return Number.of(np.asarray(kept, np.float64))
        return without_trailing_blanks(Text(kept.codes, kept.values))

    def unite(self, name: str, column: Text) -> None:
        """Keep a variable under the codes that it shares with another column."""
        self._columns[name] = column

    def has(self, name: str) -> bool:
        """Whether there is such a variable."""
        return name in self.names

    def text(self, record: int, name: str) -> str:
        """A value as people write it, dates in ISO 8601; missing is ''."""
        if name not in self.names:
            return ""
        column = self.column(name)
        if isinstance(column, Text):
            code = int(column.codes[record])
            return column.values[code] if code >= 0 else ""
        value = float(numbers(column)[record])
        if np.isnan(value):
            return ""
        return iso_of(value, self._format(name)) or repr(value).removesuffix(".0")

    def _format(self, name: str) -> str:
        """The format of a number, as the transport file says it."""
        if self._formats is None:
            variables = read_header(self._path, encoding=self._encoding).variables
            self._formats = {one.name: one.format for one in variables}
        return self._formats.get(name, "")


def numbers(column: Column) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The numbers of a numeric column."""
    assert isinstance(column, Number)  # noqa: S101 - the caller knows
    return column.values


@dataclass
class Side:
    """A build folder. ``records`` are its data sets by name, SDTM first; what was derived from
    analysis data and has the name of a data set of SDTM (RELREC) is ``NAME+``."""

    folder: Path
    encoding: str | None = None

    @cached_property
    def build(self) -> BuildFolder:
        """The accounts and the manifest."""
        return BuildFolder(self.folder)

    @cached_property
    def raw(self) -> Mapping[str, RawRows]:
        """The raw tables that it was made of, as far as it kept them."""
        return read_raw(self.folder)

    @cached_property
    def records(self) -> Mapping[str, Records]:
        """All data sets."""
        out: dict[str, Records] = {}
        for name, path, kept in self._files():
            called = f"{name}+" if name in out else name
            out[called] = _opened(called, path, kept, self.encoding)
        return out

    @cached_property
    def stale(self) -> bool:
        """Whether the analysis data were made of other tabulation data than these: the records
        that they name are not here, so they are left out."""
        path = self.folder / "adam" / MANIFEST
        try:
            said = json.loads(path.read_text("utf-8")) if path.is_file() else {}
            files = [
                (self.folder / "sdtm" / s["file"], s["sha256"]) for s in said["sources"].values()
            ]
        except (ValueError, KeyError, TypeError, AttributeError):
            return path.is_file()
        return any(not file.is_file() or content_hash(file) != known for file, known in files)

    def _files(self) -> Iterator[tuple[str, Path, Path]]:
        for place, columns in _PLACES:
            if place.startswith("adam") and self.stale:
                continue
            for path in sorted((self.folder / place).glob("*.xpt")):
                yield path.stem.upper(), path, self.folder / columns / f"{path.stem}.arrow"

    def account(self, name: str) -> DataSetAccount | None:
        """What the build says of a data set; None for SUPP-- and RELREC of the tabulation."""
        if name in self.build.sdtm:
            return self.build.sdtm[name]
        return self.build.adam.get(name.removesuffix("+")) if self._is_adam(name) else None

    def _is_adam(self, name: str) -> bool:
        return name.endswith("+") or not (self.folder / "sdtm" / f"{name.lower()}.xpt").is_file()

    def vectors(self, name: str) -> Mapping[str, Rows]:
        """The lineage vectors of a data set; none where it has no file."""
        if name not in self._vectors:
            self._vectors[name] = self._read_vectors(name)
        return self._vectors[name]

    @cached_property
    def _vectors(self) -> dict[str, Mapping[str, Rows]]:
        return {}

    def _read_vectors(self, name: str) -> Mapping[str, Rows]:
        import pyarrow.parquet as pq

        base = self.folder / "adam" if self._is_adam(name) else self.folder
        path = base / "lineage" / f"{name.removesuffix('+').lower()}.parquet"
        if not path.is_file():
            return {}
        table = pq.read_table(path, use_threads=False)
        return {n: np.asarray(table.column(n), np.int64) for n in table.column_names}


def _opened(name: str, path: Path, kept: Path, encoding: str | None) -> Records:
    if kept.is_file():
        table = read_columns(kept)
        names = tuple(table.columns)
        return Records(name, table.records, names, False, table, None, path, encoding)
    dataset = read_dataset(path, encoding=encoding)
    names = tuple(v.name for v in dataset.variables)
    return Records(name, dataset.records, names, True, None, dataset, path, encoding)

"""Raw cells and specification lines for findings, from the lineage that a build left behind.

``lineage/account.json`` of a build (:mod:`specs.account`) names the parts of a data set and, per
variable, the specification line; ``lineage/<data set>.parquet`` holds the raw row of every record.
Validation reads the files and knows nothing of the builder. What the raw cell says is not in the
lineage and stays empty. Analysis data sets have theirs in ``adam/lineage``, with lines and no raw
cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specs.account import ALL, FILE, DataSetAccount, LineAccount, read_accounts
from specs.codes import finding
from specs.errors import BuildError, SpecificationError
from specs.findings import SpecPlace
from validation.report.counting.table import category

Vector = NDArray[np.int64]
_RAW = "raw."
_VECTORS = ("stream", "file", "cell", "row")
_TEXTS = ("raw_file", "raw_column", "spec_file", "spec_source")
_NUMBERS = ("raw_row", "spec_line", "spec_column", "spec_length")


def attach_lineage(table: Any, build: Path) -> Any:
    """The table with raw cells and specification lines, where the build knows them.

    Findings that have a raw cell or a specification line already keep them.

    Args:
        table: of findings (:func:`validation.report.counting.table.finding_table`).
        build: folder of the build whose data sets were validated; without ``lineage/`` in it the
            table comes back as it is.

    Raises:
        SpecificationError: VAL921, the lineage cannot be read or is that of other data sets.
    """
    places = _Places(table)
    for folder in (build / "lineage", build / "adam" / "lineage", build.parent / "lineage"):
        if not folder.is_dir():
            continue
        try:
            accounts = read_accounts(folder)
            for dataset in table["dataset"].cat.categories:
                vectors = folder / f"{dataset.lower()}.parquet"
                if dataset in accounts:
                    places.fill(dataset, _Lineage(accounts[dataset], _vectors(vectors)))
        except (BuildError, ValueError, KeyError, TypeError, IndexError, OSError) as error:
            message = f"the lineage of the build does not fit its data sets: {error}"
            place = SpecPlace(f"lineage/{FILE}")
            raise SpecificationError(finding("VAL921", message, spec=place)) from error
    return places.table()


def _vectors(file: Path) -> dict[str, Vector]:
    import pyarrow.parquet as pq

    read = pq.read_table(file)
    out = {name: np.zeros(read.num_rows, dtype="int64") for name in _VECTORS}
    out |= {name: read[name].to_numpy().astype("int64") for name in {*out} & {*read.column_names}}
    if "table" in read.column_names:  # of analysis data, from 1
        out["stream"] = read["table"].to_numpy().astype("int64") - 1
    return out


@dataclass(frozen=True)
class _Lineage:
    account: DataSetAccount
    vectors: Mapping[str, Vector]

    def at(self, records: Vector) -> Vector:
        """Part, file, cell and row of records (1-based), one row each."""
        known = len(self.vectors["row"])
        if len(records) and records.max() > known:
            name = self.account.name
            raise ValueError(f"{name} has {known} records in it, found {records.max()}")
        return np.stack([self.vectors[name][records - 1] for name in _VECTORS], axis=1)

    def place(self, variables: str, part: int, file: int, cell: int) -> dict[str, str | int]:
        """Raw file and column and specification line of one variable of one part."""
        source = self.account.parts[part]
        line = self._line(variables, source.name)
        name, _, where = line.spec.partition(":")
        number, _, column = where.partition(":")
        found: dict[str, str | int] = {
            "spec_file": name,
            "spec_line": int(number or 0),
            "spec_column": int(column or 0),
            "spec_source": line.text,
            "spec_length": 0,  # the text is without its indent, so that no column points into it
        }
        if source.kind == "raw" and source.files:
            known = bool(source.cells) and cell >= 0
            raw_column = source.cells[cell] if known else _column_read(line)
            found |= {"raw_file": source.files[file], "raw_column": raw_column}
        return found

    def _line(self, variables: str, part: str) -> LineAccount:
        """The line of the first variable that reads a raw column, else of the first there is."""
        known = self.account.variables
        found = [known[name].lines for name in variables.split(", ") if name in known]
        lines = [line for each in found if (line := each.get(part) or each.get(ALL))]
        read = (line for line in lines if _column_read(line))
        return next(read, lines[0] if lines else LineAccount(""))


def _column_read(line: LineAccount) -> str:
    """The raw column that a line reads first."""
    raw = (name.removeprefix(_RAW) for name in line.reads if name.startswith(_RAW))
    return next(raw, "")


class _Places:
    """The place columns of a table, filled data set by data set."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._texts = {name: table[name].astype(object).to_numpy(copy=True) for name in _TEXTS}
        self._numbers = {name: table[name].to_numpy(copy=True) for name in _NUMBERS}
        placed = (self._texts["raw_file"] != "") | (self._texts["spec_file"] != "")
        self._open = ~placed & (table["record"].to_numpy() > 0)

    def fill(self, dataset: str, lineage: _Lineage) -> None:
        rows = np.flatnonzero(self._open & np.asarray(self._table["dataset"] == dataset))
        if not len(rows):
            return
        origin = lineage.at(self._table["record"].to_numpy()[rows])
        variables = self._table["variable"].cat
        codes = variables.codes.to_numpy().astype("int64")[rows]
        kinds, which = np.unique(
            np.column_stack([codes, origin[:, :3]]), axis=0, return_inverse=True
        )
        found = [
            lineage.place(variables.categories[code], stream, file, cell)
            for code, stream, file, cell in kinds.tolist()
        ]
        for name, column in (self._texts | self._numbers).items():
            empty = "" if name in self._texts else 0
            values = np.array([place.get(name, empty) for place in found], dtype=object)
            column[rows] = values[which.ravel()]
        has_file = self._texts["raw_file"][rows] != ""
        self._numbers["raw_row"][rows] = np.where(has_file, origin[:, 3], 0)

    def table(self) -> Any:
        texts = {name: category(column) for name, column in self._texts.items()}
        return self._table.assign(**texts, **self._numbers)

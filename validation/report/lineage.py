"""Raw cells and specification lines for findings, from the lineage that a build left behind.

``lineage/recipes.json`` of a build names streams and, per variable, the specification line;
``lineage/<data set>.parquet`` holds the raw row of every record. Validation reads the files and
knows nothing of the builder. What the raw cell says is not in the lineage and stays empty.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import SpecPlace
from validation.report.table import category

_TEXTS = ("raw_file", "raw_column", "spec_file", "spec_source")
_NUMBERS = ("raw_row", "spec_line", "spec_column", "spec_length")


def attach_lineage(table: Any, build: Path) -> Any:
    """The table with raw cells and specification lines, where the build knows them.

    Findings that have a raw cell or a specification line already keep them.

    Args:
        table: of findings (:func:`validation.report.table.finding_table`).
        build: folder of the build whose data sets were validated; without ``lineage/`` in it the
            table comes back as it is.

    Raises:
        SpecificationError: VAL921, the lineage cannot be read or is that of other data sets.
    """
    recipes_file = build / "lineage" / "recipes.json"
    if not recipes_file.is_file():
        return table
    try:
        recipes = json.loads(recipes_file.read_bytes())
        places = _Places(table)
        for dataset in table["dataset"].cat.categories:
            if dataset in recipes:
                lineage = _Lineage(dataset, recipes[dataset], _origins(recipes_file, dataset))
                places.fill(dataset, lineage)
    except (ValueError, KeyError, TypeError, IndexError, OSError) as error:
        message = f"the lineage of the build does not fit its data sets: {error}"
        place = SpecPlace("lineage/recipes.json")
        raise SpecificationError(finding("VAL921", message, spec=place)) from error
    return places.table()


def _origins(recipes_file: Path, dataset: str) -> dict[str, Any]:
    import pyarrow.parquet as pq

    read = pq.read_table(recipes_file.with_name(f"{dataset.lower()}.parquet"))
    return {name: read[name].to_numpy() for name in read.column_names}


@dataclass(frozen=True)
class _Lineage:
    dataset: str
    recipe: dict[str, Any]
    origins: dict[str, Any]

    def at(self, records: Any) -> Any:
        """Stream, file, cell and row of records (1-based), one row each."""
        known = len(self.origins["row"])
        if len(records) and records.max() > known:
            raise ValueError(f"{self.dataset} has {known} records in it, found {records.max()}")
        zero = np.zeros(known, dtype="int64")
        parts = ("stream", "file", "cell", "row")
        columns = [self.origins.get(name, zero) for name in parts]
        return np.stack([np.asarray(c, dtype="int64")[records - 1] for c in columns], axis=1)

    def place(self, variables: str, stream: int, file: int, cell: int) -> dict[str, Any]:
        """Raw file and column and specification line of one variable of one stream."""
        line = self._line(variables, str(stream))
        source = self.recipe["streams"][stream]
        name, _, where = str(line.get("spec", "")).partition(":")
        number, _, column = where.partition(":")
        text = str(line.get("text", ""))
        found: dict[str, Any] = {
            "spec_file": name,
            "spec_line": int(number or 0),
            "spec_column": int(column or 0),
            "spec_source": text,
            "spec_length": 0,  # the text is without its indent, so that no column points into it
        }
        if source["kind"] == "raw" and source["files"]:
            cells = source.get("cells") or []
            known = bool(cells) and cell >= 0
            column = cells[cell] if known else _column_read(line.get("reads", []), text)
            found |= {"raw_file": source["files"][file], "raw_column": column}
        return found

    def _line(self, variables: str, stream: str) -> dict[str, Any]:
        """The line of the first variable that reads a raw column, else of the first there is."""
        known = self.recipe["variables"]
        found = [known.get(name, {}) for name in variables.split(", ")]
        lines = [line for each in found if (line := each.get(stream) or each.get("*"))]
        read = (line for line in lines if _reads_raw(line))
        return next(read, lines[0] if lines else {})


def _reads_raw(line: dict[str, Any]) -> bool:
    return bool(_column_read(line.get("reads", []), str(line.get("text", ""))))


def _column_read(reads: list[str], text: str) -> str:
    """The raw column that a line reads first; those of other data sets (``DM.SEX``) are none."""
    own = [name for name in reads if "." not in name]
    named = text.partition(":")[2]
    places = {name: re.search(rf"(?<!\w){re.escape(name)}(?!\w)", named) for name in own}
    written = [(found.start(), name) for name, found in places.items() if found]
    return min(written)[1] if written else next(iter(own), "")


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

"""Where every analysis value came from: record vectors per data set, one recipe per variable.

``lineage/<dataset>.parquet`` holds, per published record, the record of each source data set it
comes from (``from:PC``), and for values that were looked up elsewhere the record they were taken
from (``value:TRTSDTM``; of several data sets ``value:LSTALVDT:AE``). Records count from 1; 0 is
none. ``lineage/recipes.json`` holds, per variable, the specification line, its verb, what it reads,
and which data set its ``value:`` vector points into.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from adam.describe import line_of
from adam.frame import TABLE, Frame
from adam.lines import AdamLine
from adam.load import LoadedDataset
from specs.findings import SpecPlace

FOLDER = "lineage"


def write_lineage(
    datasets: Mapping[str, LoadedDataset],
    frames: Mapping[str, Frame],
    orders: Mapping[str, Any],
    folder: Path,
) -> None:
    """Write the lineage of published data sets.

    ``orders`` maps each to its record order: position in the file to record of the frame.
    """
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    places = {name: _places(order) for name, order in orders.items()}
    recipes = {}
    for name in orders:
        vectors = record_vectors(frames[name], datasets[name].published, places)
        _write(
            {key: vector[orders[name]] for key, vector in vectors.items()},
            target / f"{name.lower()}.parquet",
        )
        recipes[name] = recipe(datasets[name], frames[name])
    text = json.dumps(recipes, ensure_ascii=False, indent=1, sort_keys=True)
    (target / "recipes.json").write_text(text + "\n", encoding="utf-8")


def _places(order: Any) -> Any:
    """Record of the frame to position in the file, counted from 1."""
    out = np.empty(len(order), dtype=np.int32)
    out[order] = np.arange(1, len(order) + 1)
    return out


def record_vectors(frame: Frame, published: list[str], places: Mapping[str, Any]) -> dict[str, Any]:
    """Vectors in the frame's order; those into published data sets follow the order of
    their files."""
    out = {}
    for name, vector in frame.origin.items():
        key = TABLE if name == TABLE else f"from:{name}"
        out[key] = _numbered(vector, places.get(name))
    for variable, (source, vector) in frame.links.items():
        if variable.split(":")[0] in published:
            out[f"value:{variable}"] = _numbered(vector, places.get(source))
    return out


def _numbered(vector: Any, place: Any) -> Any:
    known = vector >= 0
    if place is None:
        return np.where(known, vector + 1, 0).astype(np.int32)
    return np.where(known, place[np.where(known, vector, 0)] if len(place) else 0, 0).astype(
        np.int32
    )


def recipe(dataset: LoadedDataset, frame: Frame) -> dict[str, Any]:
    """How each published variable is made, as data.

    A variable that several record tables make has a line for each ``by table``; the vector
    ``table`` says which table (counted from 1) a record is of.
    """
    return {
        "keys": list(dataset.model.keys),
        "sources": sorted(name for name in frame.origin if name != TABLE),
        "tables": frame.tables,
        "variables": {name: _entry(dataset, frame, name) for name in dataset.published},
    }


def _entry(dataset: LoadedDataset, frame: Frame, name: str) -> dict[str, Any]:
    line = line_of(dataset, name)
    if line is None:
        return {"verb": "record", "reads": []}
    entry = _said(line, dataset.place_of(name))
    linked = [source for key, (source, _) in frame.links.items() if key.split(":")[0] == name]
    if linked:
        entry["value of"] = linked[0] if len(linked) == 1 else linked
    tables = dataset.lines_of(name) if dataset.maker(name) is None else {}
    if len(tables) > 1:
        entry["by table"] = {
            table: _said(own, _line_place(dataset, written, name))
            for table, (written, own) in tables.items()
        }
    return entry


def _line_place(dataset: LoadedDataset, table: str, name: str) -> SpecPlace:
    section = "tables" if table in dataset.model.tables else "records"
    return dataset.place(section, table, "variables", name)


def _said(line: AdamLine, place: SpecPlace) -> dict[str, Any]:
    reads = sorted({f"{d}.{n}" if d else n for d, n in line.refs()})
    entry: dict[str, Any] = {"verb": type(line).verb, "reads": reads, "spec": str(place)}
    entry["text"] = place.source.strip()
    if line.note:
        entry["note"] = line.note
    return entry


def _write(vectors: Mapping[str, Any], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({name: pa.array(vector) for name, vector in vectors.items()})
    encodings = dict.fromkeys(vectors, "DELTA_BINARY_PACKED")
    pq.write_table(
        table,
        path,
        compression="zstd",
        use_dictionary=False,
        column_encoding=encodings,
        store_schema=False,
    )

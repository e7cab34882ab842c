"""Where every value came from: one origin vector per data set, one recipe per column.

``lineage/<ds>.parquet`` holds, per record, the stream, the source file and its row, and for wide
forms the column; ``lineage/recipes.json`` holds, per variable and stream, the specification line,
its verb and the columns that it reads.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from sdtm.plan import Plan, outputs
from sdtm.references import references
from sdtm.scene import Kitchen
from sdtm.state import DomainState, Stream

FOLDER = "lineage"
_GROUP = 262_144
"""Records of a row group: `explain` reads one of them."""


def write_lineage(kitchen: Kitchen, plan: Plan, domains: list[str], folder: Path) -> None:
    """Write the lineage of finished data sets below ``folder``."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    recipes = {}
    for domain in domains:
        state = kitchen.states[domain]
        _write_origins(kitchen, state, target / f"{domain.lower()}.parquet")
        recipes[domain] = {
            "streams": [_stream(stream) for stream in state.streams],
            "variables": _variables(kitchen, plan, state),
            "keys": list(state.spec.model.keys),
        }
    text = json.dumps(recipes, ensure_ascii=False, indent=1, sort_keys=True)
    (target / "recipes.json").write_text(text + "\n", encoding="utf-8")


def _write_origins(kitchen: Kitchen, state: DomainState, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = origins(kitchen, state)
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    encodings = dict.fromkeys(columns, "DELTA_BINARY_PACKED")
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=9,
        use_dictionary=False,
        column_encoding=encodings,
        write_statistics=False,
        store_schema=False,
        row_group_size=_GROUP,
    )


def origins(kitchen: Kitchen, state: DomainState) -> dict[str, Any]:
    """Per record in final order: stream, file (index into the stream's files), row, cell column.

    The row of a record that comes from another data set is its record number there.
    """
    stream = (
        np.concatenate([np.full(len(s), s.index, np.int32) for s in state.streams])
        if state.streams
        else np.empty(0, np.int32)
    )
    file = np.concatenate([_files(s) for s in state.streams]) if state.streams else stream
    row = np.concatenate([_rows(kitchen, s) for s in state.streams]) if state.streams else stream
    out = {"row": row[state.order]}
    if len(state.streams) > 1:
        out["stream"] = stream[state.order]
    if any(s.source is not None and len(s.source.files) > 1 for s in state.streams):
        out["file"] = file[state.order]
    if any(s.value_of is not None for s in state.streams):
        cells = [
            s.value_of if s.value_of is not None else np.full(len(s), -1) for s in state.streams
        ]
        out["cell"] = np.concatenate(cells).astype(np.int32)[state.order]
    return out


def _files(stream: Stream) -> Any:
    if stream.source is None:
        return np.full(len(stream), -1, np.int32)
    return stream.source.file_of[stream.rows].astype(np.int32)


def _rows(kitchen: Kitchen, stream: Stream) -> Any:
    if stream.source is not None:
        return stream.source.row_of[stream.rows].astype(np.int32)
    other = kitchen.states.get(stream.domain)
    if other is None:
        return (stream.rows + 1).astype(np.int32)
    place = np.zeros(other.n, np.int32)
    place[other.order] = np.arange(1, len(other.order) + 1)
    return place[stream.rows]


def _stream(stream: Stream) -> dict[str, Any]:
    source = stream.source
    kind = (
        "raw"
        if source is not None and source.is_raw
        else "table"
        if source is not None
        else "derived"
    )
    return {
        "kind": kind,
        "source": stream.entry.source or stream.entry.table or stream.entry.domain or "",
        "files": source.files if source is not None else [],
        "cells": stream.value_columns,
    }


def _variables(kitchen: Kitchen, plan: Plan, state: DomainState) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for (domain, name), recipes in plan.lines.items():
        if domain != state.name:
            continue
        for recipe in recipes:
            place = state.spec.place(*recipe.path)
            line = {
                "verb": type(recipe.line).verb,
                "spec": str(place),
                "text": place.source.strip(),
                "path": list(recipe.path),
                "reads": sorted(
                    {
                        r.name if not r.domain else f"{r.domain}.{r.name}"
                        for r in references(recipe.line, domain)
                    }
                ),
            }
            for output in outputs(recipe.line, domain, name):
                out.setdefault(output, {})[str(recipe.stream)] = line
    for (domain, name), derivation in plan.derived.items():
        if domain == state.name:
            needs = [
                n.lstrip("?").replace("--", domain)
                for n in derivation.needs
                if not n.startswith("=")
            ]
            out[name] = {
                "*": {
                    "verb": "standard",
                    "says": derivation.says,
                    "reads": needs,
                    "spec": str(state.spec.place("standard")),
                }
            }
    tables = {n for s in state.streams for n in s.virtual}
    for (domain, name), owner in plan.owner.items():
        if domain == state.name and owner == (domain, "*records") and name in tables:
            out.setdefault(name, {})["*"] = {
                "verb": "table of tests",
                "spec": str(state.spec.place("tests")),
                "reads": [],
            }
    return dict(sorted(out.items()))

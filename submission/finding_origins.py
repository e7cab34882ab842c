"""The raw row and specification line behind each finding of a validated build, from its lineage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from submission.explain.build_folder import BuildFolder


def add_origins(table: Any, out: Path) -> Any:
    """Fill ``raw_*`` and ``spec_*`` of the findings whose record has a lineage."""
    build = BuildFolder(out)
    frame = table.copy()
    files = frame["raw_file"].astype("str").to_numpy(dtype=object).copy()
    columns = frame["raw_column"].astype("str").to_numpy(dtype=object).copy()
    places = frame["spec_file"].astype("str").to_numpy(dtype=object).copy()
    rows, lines = frame["raw_row"].to_numpy().copy(), frame["spec_line"].to_numpy().copy()
    records, variables = (
        frame["record"].to_numpy(),
        frame["variable"].astype("str").to_numpy(dtype=object),
    )
    datasets = frame["dataset"].astype("str").to_numpy(dtype=object)
    for name in sorted(set(datasets) & set(build.sdtm)):
        at = np.flatnonzero((datasets == name) & (records > 0) & (rows == 0))
        if not len(at):
            continue
        recipes, vectors = build.sdtm[name], build.vectors(name)
        for position in at:
            index = int(records[position]) - 1
            if index >= len(vectors["row"]):
                continue
            stream = int(vectors["stream"][index]) if "stream" in vectors else 0
            about = recipes["streams"][stream]
            first = variables[position].partition(",")[0].strip()
            recipe = _recipe(recipes, first, stream)
            if about["kind"] == "raw":
                number = int(vectors["file"][index]) if "file" in vectors else 0
                files[position], rows[position] = about["files"][number], int(vectors["row"][index])
                columns[position] = next(iter(recipe.get("reads", [])), "") if recipe else ""
            if recipe:
                file, _, rest = recipe["spec"].partition(":")
                places[position], lines[position] = file, int(rest.partition(":")[0] or 0)
    for column, values in (("raw_file", files), ("raw_column", columns), ("spec_file", places)):
        frame[column] = pd.Categorical(values)
    frame["raw_row"], frame["spec_line"] = rows, lines
    return frame


def _recipe(recipes: dict[str, Any], variable: str, stream: int) -> dict[str, Any]:
    found = recipes["variables"].get(variable, {})
    recipe: dict[str, Any] = found.get(str(stream)) or found.get("*") or {}
    return recipe

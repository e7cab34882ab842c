"""Both accounts of a build in one shape, for every view of a report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from specs.build_accounts import read_adam, read_raw
from validation.account import analysis, raw

ROWS, CELLS, TERMS, FILES, ANSWERS = "rows", "cells", "terms", "files", "answers"
TITLES = {
    ROWS: "Rows of the exports",
    CELLS: "Values that no data set has",
    TERMS: "Texts that became nothing, or a query",
    FILES: "Files and sheets that no source reads",
    ANSWERS: "Declared answers that were needed",
    "sources": "Records that analysis data are made of",
    "subjects": "Subjects without a record of a parameter",
}
"""The tables of an account, by key, and what they are called."""
HEADS: dict[str, tuple[str, ...]] = {
    ROWS: ("Source", "Files", "Rows", "Became", "Why", "Specification"),
    CELLS: ("Source", "Column", "Values", "Became", "Why", "Specification"),
    TERMS: ("Source", "Text", "Rows", "Became", "Why", "Specification"),
    FILES: ("Source", "File", "Size", "Became", "Why", "Specification"),
    ANSWERS: ("Source", "Variable", "Records", "Answer", "Why", "Specification"),
    "sources": ("Data set", "Source", "Records", "Became", "Specification"),
    "subjects": (
        *("Data set", "Parameter", "Population", "Subjects", "With", "Without", "Why"),
        "Specification",
    ),
}
NUMBERS = ("Rows", "Values", "Size", "Records", "Subjects", "With", "Without")
Told = dict[str, Any]


def told(build: Path) -> Told | None:
    """What the accounts of a build say: ``says`` in a line each, and tables of rows by their key;
    None where the build has none."""
    found = read_raw(build)
    if found is None:
        return None
    says = [raw.last_line(found)]
    tables: dict[str, list[Sequence[Any]]]
    tables = {name: [] for name in (ROWS, CELLS, TERMS, FILES, ANSWERS)}
    for source, of, *rest in raw.table(found):
        tables[of].append((source, *rest))
    made = read_adam(build / "adam")
    if made is not None:
        says.append(analysis.last_line(made))
        tables["sources"] = analysis.source_rows(made)
        tables["subjects"] = analysis.subject_rows(made)
    return {
        "says": says,
        "tables": {name: [list(r) for r in rows] for name, rows in tables.items()},
    }

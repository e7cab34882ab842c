"""What is said of values that no line of a specification gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_GIVEN = {
    "STUDYID": "the study's identifier (study.yaml)",
    "DOMAIN": "the data set's two-letter name",
    "USUBJID": "the study's identifier and the subject's number (study.yaml, subject)",
}


def without_line(
    recipes: Mapping[str, Any], dataset: str, variable: str, origin: Mapping[str, int]
) -> str:
    """How a variable without a line came about: numbering, identifier, or the record itself."""
    if variable == f"{dataset}SEQ":
        return f"number of the record within the subject, sorted by {', '.join(recipes['keys'])}"
    if variable in _GIVEN:
        return _GIVEN[variable]
    about = recipes["streams"][origin.get("stream", 0)]
    files, cells = about["files"], about["cells"]
    if not files:
        return "given by the records that the data set is made of"
    file = files[min(origin.get("file", 0), len(files) - 1)]
    if about["kind"] == "table":
        return f"row {origin['row']} of the table {file}"
    cell = origin.get("cell", -1)
    column = f", column {cells[cell]}" if 0 <= cell < len(cells) else ""
    return f"given by the record's source, {file} row {origin['row']}{column}"

"""Analysis variables that are worked out on the way and not published: their lines, as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from specs.yaml_source import YamlDocument, read_yaml

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?")


@dataclass(frozen=True, slots=True)
class WorkingLine:
    """A line of ``variables`` or of a working table: its place, its text, the names in it."""

    spec: str
    text: str
    names: tuple[str, ...]
    table: str = ""
    """The working table that the line belongs to."""


@cache
def _document(path: Path) -> YamlDocument | None:
    return read_yaml(path, f"adam/{path.name}") if path.is_file() else None


def working_lines(
    root: Path, dataset: str, variable: str, records: str = ""
) -> Iterator[WorkingLine]:
    """The lines that make a name: of the data set, of its records, then of its working tables.

    ``records`` names the stream of records, where there are several.
    """
    document = _document(root / "adam" / f"{dataset.lower()}.yaml")
    data = (document.data or {}) if document is not None else {}
    if document is None or not isinstance(data, dict):
        return
    if variable in (data.get("variables") or {}):
        yield _line(document, data, ("variables", variable))
    for section in ("records", "tables"):
        for name, model in (data.get(section) or {}).items():
            if section == "records" and records not in ("", name):
                continue
            if isinstance(model, dict) and variable in (model.get("variables") or {}):
                table = name if section == "tables" else ""
                yield _line(document, data, (section, name, "variables", variable), table)


def _line(
    document: YamlDocument, data: dict[str, Any], path: tuple[str, ...], table: str = ""
) -> WorkingLine:
    node: Any = data
    for step in path:
        node = node[step]
    place = document.place(path, key=True)
    names = (n for n in _NAME.findall(str(node)) if n.rpartition(".")[2] != path[-1])
    return WorkingLine(str(place), place.source.strip(), tuple(dict.fromkeys(names)), table)

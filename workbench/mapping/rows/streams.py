"""Where lines stand in the file of a data set, and what else it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

SECTIONS = ("working", "variables", "supplemental")
"""Mappings of a name to a line."""
_BY_NAME = ("named", "extensions", "codelists", "decisions", "parameters")
_STREAM = ("source", "domain", "table", "one", "visits-of", "elements", "from", "rows", "events")
ARROW = " > "
Steps = tuple[str, ...]
Path = tuple[str | int, ...]


def sections(data: Any) -> Iterator[tuple[Steps, Path, dict[str, Any]]]:
    """Every mapping of lines: the steps that people see, its path, and what it holds."""
    for steps, path, node in holders(data):
        for name in SECTIONS:
            found = node.get(name)
            if isinstance(found, dict):
                yield (*steps, name), (*path, name), found


def holders(data: Any) -> Iterator[tuple[Steps, Path, dict[str, Any]]]:
    """The data set itself, its streams and its working tables."""
    if not isinstance(data, dict):
        return
    yield (), (), data
    for key in ("tables", "records"):
        yield from _streams((key,), (key,), data.get(key))


def _streams(steps: Steps, path: Path, node: Any) -> Iterator[tuple[Steps, Path, dict[str, Any]]]:
    if isinstance(node, list):
        for number, one in enumerate(node):
            if isinstance(one, dict):
                name = one.get("name")
                shown = name if isinstance(name, str) and name else f"#{number + 1}"
                yield (*steps, shown), (*path, number), one
    elif isinstance(node, dict) and is_stream(node):
        yield steps, path, node
    elif isinstance(node, dict):
        for name, one in node.items():
            if isinstance(one, dict):
                yield (*steps, name), (*path, name), one


def is_stream(node: dict[str, Any]) -> bool:
    """Whether a mapping says where records come from, and is no mapping of several that do."""
    return any(key in node and not isinstance(node[key], dict) for key in _STREAM)


def settings(data: Any) -> Iterator[tuple[Steps, Path]]:
    """Everything of a file that is no line: one entry per key of the data set, of its streams and
    tables, and per entry of what is called by name."""
    for steps, path, node in holders(data):
        for key, value in node.items():
            if key in SECTIONS and isinstance(value, dict):
                continue
            if not steps and key in ("records", "tables") and _has_streams(value):
                continue
            if key in _BY_NAME and isinstance(value, dict) and value:
                yield from (((*steps, key, name), (*path, key, name)) for name in value)
            else:
                yield (*steps, key), (*path, key)


def _has_streams(node: Any) -> bool:
    return any(True for _ in _streams((), (), node))


def resolve(data: Any, steps: Steps) -> Path:
    """The path of steps that people see: an item of a list by its name or its number."""
    path: list[str | int] = []
    for step in steps:
        at: str | int = step
        if isinstance(data, list):
            names = [one.get("name") if isinstance(one, dict) else None for one in data]
            number = int(step[1:]) - 1 if step[:1] == "#" and step[1:].isdecimal() else None
            at = names.index(step) if step in names else number if number is not None else step
        path.append(at)
        inside = isinstance(data, list) and isinstance(at, int) and at < len(data)
        data = data.get(at) if isinstance(data, dict) else data[at] if inside else None
    return tuple(path)

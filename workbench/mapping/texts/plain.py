"""Plain data of a YAML text: what a source says, with one change, and how it is written."""

from __future__ import annotations

import copy
import textwrap
from collections.abc import Sequence
from typing import Any

import yaml

from specs.errors import SpecificationError
from specs.reading.yaml_source import parse_yaml
from workbench.mapping.texts.scalars import scalar

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class EditError(ValueError):
    """An edit that the text cannot take; its message says why, for a person."""


def is_block(source: str) -> bool:
    """Whether a source is a mapping or list in lines of its own."""
    node: Any = yaml.compose(source, Loader=_LOADER)
    return not isinstance(node, yaml.ScalarNode) and node is not None and not node.flow_style


def in_one_line(source: str) -> str:
    """The same data in brackets, to stand inside other brackets."""
    return flow(meant(source))


def flow(data: Any) -> str:
    """Plain data as YAML in one line."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(flow, data)) + "]"
    if isinstance(data, str):
        return scalar(data)
    return "null" if data is None else str(data).lower()


def pair(key: str, source: str) -> str:
    """A mapping of one key, in lines of its own."""
    if is_block(source):
        return f"{scalar(key)}:\n{textwrap.indent(source, '  ')}"
    first, newline, rest = source.partition("\n")
    return f"{scalar(key)}: {first}{newline}{textwrap.indent(rest, '  ')}"


def meant(source: str) -> Any:
    """What a source says alone. Raises EditError where it is no YAML, or nothing."""
    if not source:
        raise EditError("nothing stands there")
    try:
        return parse_yaml(source, "cell").data
    except SpecificationError as error:
        first = error.findings[0]
        column = first.spec.column if first.spec else 0
        raise EditError(f"{first.message} (at character {column} of it)") from error


def at(data: Any, path: Sequence[str | int]) -> Any:
    """The data at a path; None where nothing is."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(str(step))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def changed(
    data: Any, path: Sequence[str | int], value: Any, *, after: str | int | None = None
) -> Any:
    """A copy of the data with a value at a path; a new key stands behind ``after``."""
    if not path:
        return value
    out = copy.deepcopy(data)
    parent = at(out, path[:-1])
    step = path[-1]
    if isinstance(parent, list) and isinstance(step, int):
        parent[step : step + 1] = [value]
        return out
    if not isinstance(parent, dict):
        raise EditError("there is nothing that it could be put into")
    if after is None or step in parent or after not in parent:
        parent[str(step)] = value
        return out
    items = list(parent.items())
    items.insert(list(parent).index(str(after)) + 1, (str(step), value))
    parent.clear()
    parent.update(items)
    return out


def without(data: Any, path: Sequence[str | int]) -> Any:
    """A copy of the data without what is at a path."""
    out = copy.deepcopy(data)
    parent: Any = at(out, path[:-1])
    del parent[path[-1]]
    return out


def ordered(data: Any) -> Any:
    """The data with the order of its keys, so that a comparison sees it."""
    if isinstance(data, dict):
        return ["dict", *((key, ordered(value)) for key, value in data.items())]
    if isinstance(data, list):
        return ["list", *map(ordered, data)]
    return data

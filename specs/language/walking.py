"""Walks over the models of a specification file: every part of it, with its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from specs.conditions import Condition
from specs.reading.yaml_source import NodePath

_WRAPPED = "line"
"""A field whose keys stand beside those of its model: an alternative and its line are one
mapping."""


def walk_parts(model: Any, path: NodePath = ()) -> Iterator[tuple[NodePath, Any]]:
    """Every model, condition and plain value below a node, the node itself first."""
    yield path, model
    if isinstance(model, Condition):
        return
    if isinstance(model, BaseModel):
        for name in model.model_fields_set:
            info = type(model).model_fields[name]
            key = info.alias or name
            steps = () if name == _WRAPPED else (key,)
            yield from walk_parts(getattr(model, name), (*path, *steps))
    elif isinstance(model, dict):
        for key, value in model.items():
            yield from walk_parts(value, (*path, key))
    elif isinstance(model, list | tuple):
        for number, value in enumerate(model):
            yield from walk_parts(value, (*path, number))


def condition_paths(model: Any) -> dict[int, NodePath]:
    """Where each condition of a file stands, by the identity of the condition."""
    return {id(part): path for path, part in walk_parts(model) if isinstance(part, Condition)}

"""A Define model as plain data, with the values that stand in the specification left to it.

A value that the specification says is written as its place, ``{in: sdtm/ae.yaml, at: [label]}``.
Reading follows the places, so that what a person changes in the specification is what is exported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from define.document.binding import NESTED, Node, bindings
from define.model import Define

type_resolve = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in the study folder: a file and a path in it.

    ``words`` translate the specification's word into the document's; with ``number_of`` the value
    is the position of that name in a list, from 1; with ``joined`` the list with blanks between.
    """

    file: str
    at: tuple[str | int, ...]
    words: tuple[tuple[str, str], ...] = ()
    number_of: str = ""
    joined: bool = False

    def plain(self) -> dict[str, Any]:
        """The place as YAML holds it."""
        out: dict[str, Any] = {"in": self.file, "at": [str(step) for step in self.at]}
        if self.words:
            out["words"] = dict(self.words)
        if self.number_of:
            out["number-of"] = self.number_of
        if self.joined:
            out["joined"] = "true"
        return out


@dataclass(slots=True)
class Placed:
    """Which values of a model stand in the specification: by node and field."""

    places: dict[tuple[int, str], Place] = field(default_factory=dict)

    def put(self, node: Node, name: str, place: Place) -> None:
        """``node``'s field ``name`` stands at ``place``."""
        self.places[id(node), name] = place

    def at(self, node: Node, name: str) -> Place | None:
        """Where a value stands; None when it is kept here."""
        return self.places.get((id(node), name))


def dump(node: Node, placed: Placed) -> dict[str, Any]:
    """A node as nested dicts, lists and texts; what is blank is left out."""
    out: dict[str, Any] = {}
    for name, bound in _fields(node):
        value = getattr(node, name)
        place = placed.at(node, name)
        if place is not None:
            out[name] = place.plain()
        elif bound:
            held = _nested(value, placed)
            if held is not None:
                out[name] = held
        elif value:
            out[name] = value
    return out


def _nested(value: Any, placed: Placed) -> Any:
    if isinstance(value, list):
        return [dump(one, placed) for one in value] or None
    return None if value is None else dump(value, placed)


def _fields(node: Node | type[Node]) -> list[tuple[str, bool]]:
    kind = node if isinstance(node, type) else type(node)
    own = [("version", False), ("stylesheet", False)] if kind is Define else []
    return own + [(name, bound.kind in NESTED) for name, bound in bindings(kind)]


def load(kind: type[Node], data: Mapping[str, Any], resolve: type_resolve) -> Any:
    """The node of :func:`dump`'s output; ``resolve`` gives the text of a place."""
    found: dict[str, Any] = {}
    bound = dict(bindings(kind))
    for name, is_nested in _fields(kind):
        if name not in data:
            continue
        value = data[name]
        of = bound[name].of if name in bound else None
        if is_nested and of is not None:
            many = isinstance(value, list)
            found[name] = (
                [load(of, one, resolve) for one in value] if many else load(of, value, resolve)
            )
        else:
            found[name] = resolve(value) if isinstance(value, dict) else value
    return kind(**found)

"""A condition on columns: its kinds before a row is read, and which rows it holds for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from derive.values.column import Column, Kind, KindError, Mask
from derive.values.related import MIRROR, Side, check, compare, side
from derive.values.text import Text
from specs.conditions import (
    Among,
    Comparison,
    Condition,
    Contains,
    Joined,
    Literal,
    Missing,
    Name,
    Node,
    Not,
)

KindOf = Callable[[str], Kind | Side]
"""The kind of a name; a Side tells raw text apart."""


def check_condition(condition: Condition, kind_of: KindOf) -> None:
    """Refuse a condition that mixes kinds. Raises KindError with the offset of the comparison."""
    for fault in faults(condition, kind_of):
        raise fault


def faults(condition: Condition, kind_of: KindOf) -> Iterator[KindError]:
    """Every mix of kinds in a condition, from left to right."""
    yield from _faults(condition.tree, kind_of)


def _faults(node: Node, kind_of: KindOf) -> Iterator[KindError]:
    if isinstance(node, Joined):
        for part in node.parts:
            yield from _faults(part, kind_of)
    elif isinstance(node, Not):
        yield from _faults(node.inner, kind_of)
    elif isinstance(node, Missing):
        kind_of(node.name.text)
    elif isinstance(node, Among):
        for value in node.values:
            yield from _refused(node.name, "==", Literal(value), kind_of)
    elif isinstance(node, Contains):
        yield from _not_text(node, kind_of)
    else:
        yield from _refused(node.left, node.op, node.right, kind_of)


def _not_text(node: Contains, kind_of: KindOf) -> Iterator[KindError]:
    found = side(kind_of(node.name.text), node.name.text)
    if found.kind is not Kind.TEXT:
        hint = f"make a text of it: {{as-text: {node.name.text}}}"
        message = f"{found}, only text contains text"
        yield KindError(message, hint, (node.name.text,), node.name.offset)


def _refused(
    left: Name | Literal, op: str, right: Name | Literal, kind_of: KindOf
) -> Iterator[KindError]:
    refusal = check(_side(left, kind_of), op, _side(right, kind_of))
    if refusal is not None:
        names = [part for part in (left, right) if isinstance(part, Name)]
        at = names[0].offset if names else 0
        yield KindError(refusal.message, refusal.hint, tuple(n.text for n in names), at)


def _side(part: Name | Literal, kind_of: KindOf) -> Side:
    return side(kind_of(part.text), part.text) if isinstance(part, Name) else side(part.value)


def mask(
    condition: Condition,
    column_of: Callable[[str], Column],
    is_raw: Callable[[str], bool] = lambda _: False,
) -> Mask:
    """Which rows a condition holds for; ``not`` is two-valued.

    ``is_raw`` tells which names are text of a raw export. Raises KindError where
    :func:`check_condition` would.
    """
    return _Walk(column_of, is_raw).node(condition.tree)


class _Walk:
    def __init__(self, column_of: Callable[[str], Column], is_raw: Callable[[str], bool]) -> None:
        self.column_of, self.is_raw = column_of, is_raw

    def node(self, node: Node) -> Mask:
        if isinstance(node, Joined):
            join = np.logical_and if node.op == "and" else np.logical_or
            return np.asarray(join.reduce([self.node(part) for part in node.parts]))
        if isinstance(node, Not):
            return ~self.node(node.inner)
        if isinstance(node, Missing):
            column = self.column_of(node.name.text)
            return column.present() if node.negated else column.missing()
        if isinstance(node, Among):
            return self._among(node)
        if isinstance(node, Contains):
            return self._contains(node)
        return self._comparison(node)

    def _among(self, node: Among) -> Mask:
        column = self.column_of(node.name.text)
        hit = np.zeros(len(column), np.bool_)
        for value in node.values:
            hit |= self._compare(node.name, "==", value)
        return ~hit & column.present() if node.negated else hit

    def _contains(self, node: Contains) -> Mask:
        column = self.column_of(node.name.text)
        if not isinstance(column, Text):
            message = f"{node.name.text} is a {column.kind.value}, only text contains text"
            raise KindError(message, "", (node.name.text,), node.name.offset)
        return column.where(lambda text: (node.text in text) != node.negated)

    def _comparison(self, node: Comparison) -> Mask:
        left, right = node.left, node.right
        if isinstance(left, Name):
            other = self.column_of(right.text) if isinstance(right, Name) else right.value
            return self._compare(left, node.op, other)
        if isinstance(right, Name):
            return self._compare(right, MIRROR[node.op], left.value)
        raise KindError("a comparison needs the name of a column or variable")

    def _compare(self, name: Name, op: str, other: Column | str | float) -> Mask:
        column, raw = self.column_of(name.text), self.is_raw(name.text)
        try:
            return compare(column, op, other, raw=raw)
        except KindError as error:
            message = f"{name.text}: {error.message}"
            raise KindError(message, error.hint, (name.text,), name.offset) from None

"""Records that a filter leaves out only because something it asks about is blank."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derive.values.column import Column, Mask
from specs.conditions import Condition, Joined, Missing, Node, Not, walk_names

Holds = Callable[[Condition], Mask]


def undecided(condition: Condition, holds: Holds, column: Callable[[str], Column]) -> Mask:
    """Where a condition does not hold and would for some value of what is blank. A condition that
    asks for blank itself (``is missing``, ``is not missing``) has decided."""
    asked = _Asked(holds, column)
    return asked.may(condition.tree) & ~holds(condition)


class _Asked:
    """Three answers: it must hold, it may hold, it does not."""

    def __init__(self, holds: Holds, column: Callable[[str], Column]) -> None:
        self.holds, self.column = holds, column

    def may(self, node: Node) -> Mask:
        """Where a node holds for some value of what is blank."""
        if isinstance(node, Joined):
            join = np.logical_and if node.op == "and" else np.logical_or
            return np.asarray(join.reduce([self.may(part) for part in node.parts]))
        if isinstance(node, Not):
            return ~self.must(node.inner)
        return self._plain(node) | self._blank(node)

    def must(self, node: Node) -> Mask:
        """Where a node holds for every value of what is blank."""
        if isinstance(node, Joined):
            join = np.logical_and if node.op == "and" else np.logical_or
            return np.asarray(join.reduce([self.must(part) for part in node.parts]))
        if isinstance(node, Not):
            return ~self.may(node.inner)
        return self._plain(node) & ~self._blank(node)

    def _plain(self, node: Node) -> Mask:
        return self.holds(Condition("", node))

    def _blank(self, node: Node) -> Mask:
        """Where a comparison has a side that is blank."""
        names = list(walk_names(node))
        out = np.zeros(len(self.column(names[0].text)), np.bool_)
        for name in () if isinstance(node, Missing) else names:
            out |= self.column(name.text).missing()
        return out

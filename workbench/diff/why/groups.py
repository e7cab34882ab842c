"""Roots that are one thing to people: a correction entered on two forms is one line."""

from __future__ import annotations

from collections.abc import Container, Sequence

from workbench.diff.why.roots import Root

_ORDER = ("subject", "column", "rewritten", "line", "files", "standard", "product", "cut")


def grouped(roots: Sequence[Root], touching: Container[int]) -> list[list[int]]:
    """Numbers of roots by group, in the order in which they are shown: what concerns everything,
    then the raw edits by source and row. ``touching`` are those that changed a data set; the others
    of one source and kind are one group."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, root in enumerate(roots):
        idle = number not in touching and root.edit >= 0
        key = ("idle", root.source, root.kind) if idle else _key(number, root)
        groups.setdefault(key, []).append(number)
    return sorted(groups.values(), key=lambda group: _place(roots[group[0]], group[0]))


def _key(number: int, root: Root) -> tuple[object, ...]:
    """Corrections of one subject from the same texts to the same texts are one thing; so are rows
    of a source that one subject had and another has."""
    values = frozenset((c.old, c.new) for c in root.cells)
    if root.kind == "cell" and root.subject and all(len(b) >= _TELLING for _, b in values):
        return (root.subject, values)
    if root.kind == "moved":
        moves = [(c.old, c.new) for c in root.cells]
        if len(moves) == 1:  # what was corrected beside the subject is told of its row
            return (root.kind, root.source, *moves)
    return (number,)


_TELLING = 6
"""A text this long, such as a date, is the same on two forms for one reason."""


def _place(root: Root, number: int) -> tuple[int, str, int, int]:
    first = _ORDER.index(root.kind) if root.kind in _ORDER else len(_ORDER)
    rows = [row for row in root.rows if row is not None]
    return first, root.source, rows[-1] if rows else 0, number

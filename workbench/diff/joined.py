"""Records paired by one key after the other."""

from __future__ import annotations

import numpy as np

from derive.values.column import Column, Mask, Rows, stack
from derive.values.keys import group_codes
from workbench.compare.pairing import paired


class Joined:
    """Pairs found so far, by one key after the other."""

    def __init__(self, old: int, new: int) -> None:
        self.free = (np.ones(old, np.bool_), np.ones(new, np.bool_))
        self._found: list[tuple[Rows, Rows]] = []

    def join(
        self,
        mine: list[Column],
        theirs: list[Column],
        among: tuple[Mask, Mask] | list[Mask],
        *,
        unique: bool = False,
        alone: bool = False,
        if_repeated: tuple[list[Column], list[Column]] | None = None,
    ) -> None:
        """Pair what is left of ``among`` by these keys: in their order, only where what is left
        has them once (``unique``), or only where the whole data set has them once (``alone``).
        Where records share a key, those are paired by the keys ``if_repeated`` first."""
        left, right = (np.flatnonzero(f & a) for f, a in zip(self.free, among, strict=True))
        if not len(left) or not len(right) or not mine:
            return
        one, two = _taken(mine, left), _taken(theirs, right)
        found = paired(one, two, (len(left), len(right)))
        if if_repeated is not None and any(found.repeated):
            self.join(*if_repeated, among)
            self.join(mine, theirs, among)
            return
        here, there = found.base, found.compare
        if alone:
            once = _once(mine, theirs, left[here], right[there])
            here, there = here[once], there[once]
        elif unique:
            once = _once(one, two, here, there)
            here, there = here[once], there[once]
        self.free[0][left[here]] = False
        self.free[1][right[there]] = False
        self._found.append((left[here], right[there]))

    @property
    def old(self) -> Rows:
        """Old records of the pairs."""
        return _joined([a for a, _ in self._found])

    @property
    def new(self) -> Rows:
        """New records of the pairs."""
        return _joined([b for _, b in self._found])


def _joined(pieces: list[Rows]) -> Rows:
    return np.concatenate(pieces) if pieces else np.empty(0, np.int64)


def _once(one: list[Column], two: list[Column], here: Rows, there: Rows) -> Mask:
    """Which pairs have a key that stands once on both sides."""
    codes, count = group_codes([stack(parts) for parts in zip(one, two, strict=True)])
    left, right = np.split(codes, [len(one[0])])
    many = [np.bincount(c, minlength=count) for c in (left, right)]
    out: Mask = (many[0][left[here]] == 1) & (many[1][right[there]] == 1)
    return out


def _taken(columns: list[Column], rows: Rows) -> list[Column]:
    """The rows of columns; of all rows the columns as they are."""
    return columns if len(rows) == len(columns[0]) else [c.take(rows) for c in columns]

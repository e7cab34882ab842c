"""Rows without a number of their own, paired by what they hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derive.values.column import Floats, Rows
from derive.values.text import Text
from workbench.compare.pairing import paired

_BLOCK = 64
_WHOLE = 1500
"""Rows a side that are still looked at together when no block holds them."""
_OWN, _SECOND = 0.5, 1.2
"""A pair agrees in above half of the row's own weight, and beats the second by a fifth."""


def by_content(
    old: Sequence[Text], new: Sequence[Text], sizes: tuple[int, int], *, subject: int | None
) -> tuple[Rows, Rows]:
    """Pair rows: equal ones first, as many as there are on both sides; of the rest the best
    partners within a subject, then those of a subject that went and one that came, then wherever
    they are. ``subject`` is the number of that column."""
    if not old:
        both = np.arange(min(sizes), dtype=np.int64)
        return both, both
    same = paired(old, new, sizes)
    pairs = [(same.base, same.compare)]
    left, right = same.only_base, same.only_compare
    for blocks in (_blocks(old, new, subject), _other_subjects(old, new, subject)):
        if blocks is None or not len(left) or not len(right):
            continue
        if blocks.exact:
            found = _equal_but(old, new, (left, right), blocks)
        else:
            found = _best(old, new, (left, right), blocks.codes)
        pairs.append(found)
        left, right = np.setdiff1d(left, found[0]), np.setdiff1d(right, found[1])
    if len(left) and len(right) and max(len(left), len(right)) <= _WHOLE:
        nothing = (np.zeros(sizes[0], np.int64), np.zeros(sizes[1], np.int64))
        pairs.append(_best(old, new, (left, right), nothing))
    return np.concatenate([p[0] for p in pairs]), np.concatenate([p[1] for p in pairs])


class _Blocks:
    """Block of each row, both sides (-1: in none); ``exact`` asks for rows that are equal but for
    the subject's name."""

    def __init__(
        self, codes: tuple[Rows, Rows], *, exact: bool = False, but: int | None = None
    ) -> None:
        self.codes, self.exact, self.but = codes, exact, but


def _blocks(old: Sequence[Text], new: Sequence[Text], subject: int | None) -> _Blocks | None:
    if subject is None:
        return None
    both = old[subject].below([new[subject]])
    left, right = np.split(both.codes.astype(np.int64), [len(old[subject])])
    return _Blocks((left, right))


def _other_subjects(
    old: Sequence[Text], new: Sequence[Text], subject: int | None
) -> _Blocks | None:
    """The rows of subjects that one side alone knows."""
    if subject is None:
        return None
    one, two = old[subject], new[subject]
    names = {one.values[i] for i in one.used()}, {two.values[i] for i in two.used()}
    gone, come = names[0] - names[1], names[1] - names[0]
    if not gone or not come:
        return None
    left, right = one.where(gone.__contains__), two.where(come.__contains__)
    codes = (left.astype(np.int64) - 1, right.astype(np.int64) - 1)
    return _Blocks(codes, exact=True, but=subject)


def _equal_but(
    old: Sequence[Text], new: Sequence[Text], rest: tuple[Rows, Rows], blocks: _Blocks
) -> tuple[Rows, Rows]:
    """Rows of the blocks that are equal in everything but one column."""
    left, right = (rows[codes[rows] >= 0] for rows, codes in zip(rest, blocks.codes, strict=True))
    mine = [c.take(left) for i, c in enumerate(old) if i != blocks.but]
    theirs = [c.take(right) for i, c in enumerate(new) if i != blocks.but]
    if not mine:
        return left[:0], right[:0]
    found = paired(mine, theirs, (len(left), len(right)))
    return left[found.base], right[found.compare]


def _best(
    old: Sequence[Text], new: Sequence[Text], rest: tuple[Rows, Rows], blocks: tuple[Rows, Rows]
) -> tuple[Rows, Rows]:
    """Best partners within each block."""
    left, right = rest
    whole = [a.below([b]) for a, b in zip(old, new, strict=True)]
    both = np.concatenate([left, right + len(old[0])])
    columns = [column.take(both) for column in whole]
    weights = [_weights(column)[both] for column in whole]
    codes = (blocks[0][left], blocks[1][right])
    out: list[tuple[int, int]] = []
    for block in np.intersect1d(*codes):
        if block < 0:
            continue
        rows = np.flatnonzero(codes[0] == block), np.flatnonzero(codes[1] == block) + len(left)
        for mine, theirs in _small(columns, rows):
            out += _mutual(columns, weights, mine, theirs)
    pairs = np.array(out, np.int64).reshape(-1, 2)
    return left[pairs[:, 0]], right[pairs[:, 1] - len(left)]


def _small(columns: Sequence[Text], rows: tuple[Rows, Rows]) -> list[tuple[Rows, Rows]]:
    """A block that is too large, cut by the column that cuts it finest without leaving few."""
    if max(len(rows[0]), len(rows[1])) <= max(_BLOCK, _WHOLE // 4):
        return [rows]
    both = np.concatenate(rows)
    cuts = sorted(columns, key=lambda c: len(np.unique(c.codes[both])), reverse=True)
    for column in cuts:
        size = len(np.unique(column.codes[both]))
        if 1 < size <= len(both) // 2:
            mine, theirs = column.codes[rows[0]], column.codes[rows[1]]
            return [
                (rows[0][mine == code], rows[1][theirs == code])
                for code in np.intersect1d(mine, theirs)
                if max((mine == code).sum(), (theirs == code).sum()) <= _WHOLE
            ]
    return [rows] if max(len(rows[0]), len(rows[1])) <= _WHOLE else []


def _weights(column: Text) -> Floats:
    """-log2 of how frequent each row's text is; blank tells nothing."""
    counts = column.counts()
    bits = -np.log2(np.maximum(counts, 1) / max(1, len(column)))
    return np.append(np.maximum(bits, 0.05), 0.0)[column.codes]


def _mutual(
    columns: Sequence[Text], weights: Sequence[Floats], mine: Rows, theirs: Rows
) -> list[tuple[int, int]]:
    """Pairs of which each is the other's best, and clearly."""
    score = np.zeros((len(mine), len(theirs)))
    own = np.zeros(len(mine))
    for column, weight in zip(columns, weights, strict=True):
        equal = column.codes[mine][:, None] == column.codes[theirs][None, :]
        score += equal * weight[mine][:, None]
        own += weight[mine]
    if not score.size:
        return []
    best = score.argmax(axis=1)
    back = score.argmax(axis=0)
    top = score[np.arange(len(mine)), best]
    rest = score.copy()
    rest[np.arange(len(mine)), best] = -1.0
    second = np.maximum(rest.max(axis=1), 0.0) if len(theirs) > 1 else np.zeros(len(mine))
    fits = (back[best] == np.arange(len(mine))) & (top > _OWN * own) & (top >= _SECOND * second)
    return [(int(mine[i]), int(theirs[best[i]])) for i in np.flatnonzero(fits)]


__all__ = ["by_content"]

"""Find the records of one table that have the same key values as the records of another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from validation.engine.columns import Codes, Column, as_number
from validation.engine.tables import combine, dense

Rows = npt.NDArray[np.int64]


def common_codes(
    left: Sequence[Column], right: Sequence[Column], *, match_blank: bool
) -> tuple[Codes, Codes, int]:
    """Key numbers of two tables in one numbering (0..n-1), and n. A key without a partner is -1.

    Values compare as text, a number as its shortest text; beside a number, text is read as a
    number (IDVARVAL 1.0 is --SEQ 1). Unless ``match_blank``, a key with a blank in it has no
    partner.
    """
    sizes = len(left[0]) if left else 0, len(right[0]) if right else 0
    codes = np.zeros(sum(sizes), dtype=np.int64)
    count = 1
    lost = np.zeros(sum(sizes), dtype=np.bool_)
    for one, other in zip(left, right, strict=True):
        numbers: dict[str, int] = {}
        tables = [
            [*(numbers.setdefault(t, len(numbers)) for t in texts), -1]
            for texts in (_texts(one, other), _texts(other, one))
        ]
        both = np.concatenate(
            [np.array(t)[s.codes] for t, s in zip(tables, (one, other), strict=True)]
        )
        lost |= both < 0
        codes, count = combine(codes, count, both, len(numbers))
    numbered, count = dense(codes, count)
    numbered = numbered.astype(np.int64)
    if not match_blank:
        numbered[lost] = -1
    return numbered[: sizes[0]], numbered[sizes[0] :], count


def _texts(side: Column, partner: Column) -> list[str]:
    if partner.is_numeric and not side.is_numeric:
        return [as_number(text) for text in side.texts]
    return side.texts


def pairs(left: Codes, right: Codes, count: int, *, keep_left: bool) -> tuple[Rows, Rows]:
    """Row pairs with the same key number, in the left's order; -1 for none on the right."""
    held = np.flatnonzero(right >= 0)
    order = held[np.argsort(right[held], kind="stable")]
    counts = np.bincount(right[held], minlength=count)
    starts = np.concatenate([[0], np.cumsum(counts)])
    partners = np.where(left >= 0, np.append(counts, 0)[left], 0)
    repeats = np.maximum(partners, 1) if keep_left else partners
    left_rows = np.repeat(np.arange(len(left)), repeats)
    within = np.arange(len(left_rows)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    has_partner = partners[left_rows] > 0
    at = np.where(has_partner, starts[left[left_rows]] + within, 0)
    right_rows = np.where(has_partner, np.append(order, -1)[at] if len(order) else -1, -1)
    return left_rows, right_rows

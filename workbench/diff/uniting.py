"""Two columns of texts with one list of texts, so that their codes can be held against each other.

The lists are united by Arrow: of millions of row ids no Python text is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.values.column import Column, Mask
from derive.values.text import Text
from transport.columns import Words, arrow_of


def united(one: Text, two: Text) -> tuple[Text, Text]:
    """Both columns, with the same texts under the same codes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if one.values is two.values:
        return one, two
    mine, theirs = arrow_of(one.values), arrow_of(two.values)
    if mine.equals(theirs):
        return one, Text(two.codes, one.values)
    table = _side_by_side(mine, theirs)
    if table is None:
        found = pc.index_in(theirs, value_set=mine).fill_null(-1).to_numpy(zero_copy_only=False)
        table = found.astype(np.int32)
    table = np.append(table, np.int32(-1))
    new = np.flatnonzero(table[:-1] < 0)
    table[new] = len(mine) + np.arange(len(new), dtype=np.int32)
    values = one.values
    if len(new):
        values = Words(pa.concat_arrays([mine, theirs.take(pa.array(new))]))
    return Text(one.codes, values), Text(table[two.codes], values)


_MOST_APART = 1000
_STEP = 64


def _side_by_side(mine: Any, theirs: Any) -> NDArray[np.int32] | None:
    """The place in ``mine`` of each text of ``theirs`` (-1: none), where both are in order and few
    differ, as in two exports a month apart: walked along together, in steps that double while all
    is equal. None where that does not hold."""
    if not (_in_order(mine) and _in_order(theirs)):
        return None
    table = np.full(len(theirs), -1, np.int32)
    here = there = apart = 0
    step = _STEP
    while here < len(mine) and there < len(theirs):
        size = min(step, len(mine) - here, len(theirs) - there)
        equal = _equal(mine.slice(here, size), theirs.slice(there, size))
        same = size if equal.all() else int(equal.argmin())
        table[there : there + same] = np.arange(here, here + same, dtype=np.int32)
        here, there = here + same, there + same
        if same == size:
            step *= 2
            continue
        step, apart = _STEP, apart + 1
        if apart > _MOST_APART:
            return None
        if mine[here].as_py() < theirs[there].as_py():
            here += 1
        else:
            there += 1
    return table


def _in_order(told: Any) -> bool:
    import pyarrow.compute as pc

    return len(told) < 2 or bool(
        pc.all(pc.less(told.slice(0, len(told) - 1), told.slice(1))).as_py()
    )


def _equal(one: Any, two: Any) -> Mask:
    import pyarrow.compute as pc

    found: Mask = pc.equal(one, two).to_numpy(zero_copy_only=False)
    return found


def without_trailing_blanks(column: Text) -> Text:
    """The column, its texts without blanks at their end."""
    import pyarrow.compute as pc

    told = arrow_of(column.values)
    blank = pc.or_(pc.ends_with(told, " "), pc.equal(told, ""))
    if not len(told) or not pc.any(blank).as_py():
        return column
    return column.map([value.rstrip(" ") for value in column.values])


def holds_any(column: Text, parts: Iterable[str]) -> bool:
    """Whether any of the texts holds one of the parts."""
    import pyarrow.compute as pc

    if not len(column.values):
        return False
    told = arrow_of(column.values)
    return any(pc.any(pc.match_substring(told, part)).as_py() for part in parts)


def telling(mine: list[Column], theirs: list[Column]) -> list[list[Column]]:
    """Both sides' columns without the texts that are the same everywhere."""
    kept = [n for n, pair in enumerate(zip(mine, theirs, strict=True)) if not _constant(*pair)]
    return [[side[n] for n in kept] for side in (mine, theirs)]


def _constant(one: Column, two: Column) -> bool:
    if not (isinstance(one, Text) and isinstance(two, Text) and len(one) and len(two)):
        return False
    one, two = united(one, two)
    codes = {int(edge) for c in (one.codes, two.codes) for edge in (c.min(), c.max())}
    return len(codes) == 1

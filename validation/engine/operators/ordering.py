"""Order: the next record, the last record, sorting."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from validation.engine import dates
from validation.engine.columns import Bools, Codes, Column, Mask, negated
from validation.engine.operators import operator
from validation.engine.operators.consistency import _as_tuple
from validation.engine.view import Call

Rows = npt.NDArray[np.int64]


def sort_keys(
    column: Column, *, descending: bool = False, missing_last: bool = True
) -> npt.NDArray[np.float64]:
    """Numbers that sort as the values do: numbers by size, text by character."""
    if column.is_numeric:
        ranks = column.floats.copy()
        blank = np.isnan(ranks)
    else:
        texts = np.array(column.texts, dtype=object)
        order = np.argsort(texts, kind="stable") if len(texts) else np.array([], dtype=np.int64)
        rank = np.zeros(len(texts) + 1)
        rank[order] = np.arange(len(texts))
        ranks, blank = rank[column.codes], column.codes < 0
    if descending:
        ranks = -ranks
    ranks[blank] = np.inf if missing_last else -np.inf
    return ranks


def _groups(call: Call, names: tuple[str, ...]) -> Codes:
    return (
        call.table.group(call.view.expand(names))[0]
        if names
        else np.zeros(call.table.length, np.int64)
    )


@operator("empty_within_except_last_row")
def empty_within_except_last_row(call: Call) -> Mask:
    """Blank on a record that is not the last of its group in the given order."""
    return np.asarray(call.target.missing) & ~_last_rows(call)


@operator("non_empty_within_except_last_row")
def non_empty_within_except_last_row(call: Call) -> Mask:
    """A value on a record that is not the last of its group in the given order."""
    return np.asarray(negated(call.target.missing)) & ~_last_rows(call)


def _last_rows(call: Call) -> Bools:
    codes = _groups(call, _as_tuple(call.leaf.value))
    order = _ordered(call, codes)
    ordered = codes[order]
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = ordered[1:] != ordered[:-1]
    out = np.zeros(len(order), dtype=np.bool_)
    out[order] = last
    return out


def _ordered(call: Call, codes: Codes) -> Rows:
    ordering = call.view.column(str(call.option("ordering") or ""))
    if ordering is None:
        return np.argsort(codes, kind="stable")
    return np.lexsort((sort_keys(ordering), codes))


@operator("has_next_corresponding_record")
def has_next_corresponding_record(call: Call) -> Mask:
    """The value is the other variable's on the next record of the group; the last record has no
    next."""
    equal, has_next = _next(call)
    return equal & has_next


@operator("does_not_have_next_corresponding_record")
def does_not_have_next_corresponding_record(call: Call) -> Mask:
    """There is a next record in the group, and its other variable has another value."""
    equal, has_next = _next(call)
    return ~equal & has_next


def _next(call: Call) -> tuple[Bools, Bools]:
    other = call.comparator()
    codes = _groups(call, _as_tuple(call.option("within")))
    order = _ordered(call, codes)
    has_next = np.zeros(len(order), dtype=np.bool_)
    equal = np.zeros(len(order), dtype=np.bool_)
    if other is None or not len(order):
        return equal, has_next
    following = np.append(order[1:], -1)
    has_next[order[:-1]] = codes[order[1:]] == codes[order[:-1]]
    known = {text: code for code, text in enumerate(call.target.texts)}
    table = np.array([*(known.get(text, -2) for text in other.texts), -1])
    next_codes = np.append(table[other.codes], -3)[following]
    equal[order] = call.target.codes[order] == next_codes
    return equal, has_next


@operator("is_ordered_by", "is_not_ordered_by")
def is_ordered_by(call: Call) -> Mask:
    """The records come in the order of the target."""
    keys = sort_keys(call.target, descending=str(call.option("order") or "asc").startswith("d"))
    return bool((keys[1:] >= keys[:-1]).all())


@operator("is_ordered_set", "is_not_ordered_set")
def is_ordered_set(call: Call) -> Mask:
    """Within each group of ``value``, the records come in ascending order of the target."""
    codes = _groups(call, _as_tuple(call.leaf.value))
    order = np.argsort(codes, kind="stable")
    keys, groups = sort_keys(call.target)[order], codes[order]
    return bool(((keys[1:] >= keys[:-1]) | (groups[1:] != groups[:-1])).all())


@operator("target_is_not_sorted_by", "target_is_sorted_by")
def target_is_not_sorted_by(call: Call) -> Mask:
    """The target does not follow the order of the variables in ``value``, within its group.

    A record is out of order when the records sorted by those variables have, at its place, another
    value of the target than the records sorted by the target; equal values of those variables may
    come in any order.
    """
    codes = _groups(call, _as_tuple(call.option("within")))
    specs = call.leaf.value if isinstance(call.leaf.value, tuple) else (call.leaf.value,)
    keys = [key for spec in specs for key in _spec_keys(call, spec)]
    if not keys:
        return False
    target = sort_keys(call.target)
    by_target = np.lexsort((target, codes))
    by_value = np.lexsort((target, *reversed(keys), codes))
    out = np.zeros(call.table.length, dtype=np.bool_)
    out[by_value] = target[by_value] != target[by_target]
    out[np.isnan(target) | np.isinf(target)] = False
    return out | _uncertain(call, specs, codes)


def _uncertain(call: Call, specs: tuple[Any, ...], codes: Codes) -> Bools:
    """Records whose partial date could lie on either side of the next record's date."""
    out = np.zeros(call.table.length, dtype=np.bool_)
    for spec in specs[:1]:
        name = str(spec.get("name")) if isinstance(spec, dict) else str(spec)
        column = call.view.column(name)
        if column is None or column.is_numeric or not name.endswith("DTC"):
            continue
        order = np.lexsort((sort_keys(column), codes))
        known = dates.Dates(column)
        first, second = order[:-1], order[1:]
        levels = known.precision[known.codes]
        shared = np.minimum(levels[first], levels[second])
        at = np.maximum(shared, 1) - 1
        same = known.keys[known.codes[first], at] == known.keys[known.codes[second], at]
        unsure = same & (shared > 0) & (shared < 3) & (levels[first] != levels[second])
        unsure &= codes[first] == codes[second]
        out[first[unsure]] = out[second[unsure]] = True
    return out


def _spec_keys(call: Call, spec: Any) -> list[npt.NDArray[np.float64]]:
    if not isinstance(spec, dict):
        spec = {"name": spec}
    column = call.view.column(str(spec.get("name")))
    if column is None:
        return []
    descending = str(spec.get("sort_order") or spec.get("order") or "asc").startswith("d")
    last = str(spec.get("null_position") or "last") != "first"
    return [sort_keys(column, descending=descending, missing_last=last)]

"""Uniqueness, one-to-one relationships, sameness within groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validation.engine.columns import Codes, Column, Mask
from validation.engine.operators import operator
from validation.engine.operators.text import cut_column
from validation.engine.ruleset.regexes import extracting
from validation.engine.tables import combine, dense
from validation.engine.view import Call

Counts = npt.NDArray[np.int64]


def _group(call: Call, names: list[str]) -> tuple[Codes, int]:
    return call.table.group(names)


@operator("is_not_unique_set", "is_unique_set")
def is_not_unique_set(call: Call) -> Mask:
    """Another record has the same values in the target and the companions; a blank is a value."""
    names = [call.view.resolve(call.leaf.name)]
    if call.target.is_list:
        names = [str(each) for each in call.target.values[0]]
    names = [*names, *(each for each in call.companions() if each not in names)]
    pattern = call.option("regex")
    codes, size = _cut_group(call, names, str(pattern)) if pattern else _group(call, names)
    out: Mask = (np.bincount(codes, minlength=size) > 1)[codes]
    return out


def _cut_group(call: Call, names: list[str], pattern: str) -> tuple[Codes, int]:
    """Groups by the part of each value that ``pattern`` matches (a date without its time)."""
    match = extracting(pattern)

    def cut(text: str) -> str:
        found = match.match(text)
        return found.group(0) if found else text

    codes, size = np.zeros(call.table.length, dtype=np.int64), 1
    for name in names:
        column = call.table.column(name)
        if column is not None:
            column = column if column.is_numeric else cut_column(column, cut)
            codes, size = combine(codes, size, column.codes, len(column.values))
    return dense(codes, size)


@operator("is_not_unique_relationship", "is_unique_relationship")
def is_not_unique_relationship(call: Call) -> Mask:
    """The target goes with more than one value of the other variable, or the other way round.

    A blank is a value that a value can go with; blank on both sides says nothing.
    """
    other = call.view.column(str(call.leaf.value))
    if other is None:
        return False
    left, right = call.target.codes + 1, other.codes + 1
    sizes = len(call.target.values) + 1, len(other.values) + 1
    many_left = _partners(left, right, *sizes)
    many_right = _partners(right, left, sizes[1], sizes[0])
    many_left[0] = many_right[0] = False
    out: Mask = many_left[left] | many_right[right]
    return out


def _partners(of: Codes, partner: Codes, of_size: int, partner_size: int) -> npt.NDArray[np.bool_]:
    """Per value of ``of``: whether it goes with more than one partner."""
    pairs, count = dense(of.astype(np.int64) * partner_size + partner, of_size * partner_size)
    first = np.zeros(count, dtype=np.int64)
    first[pairs] = of
    out: npt.NDArray[np.bool_] = np.bincount(first, minlength=of_size) > 1
    return out


@operator("is_inconsistent_across_dataset")
def is_inconsistent_across_dataset(call: Call) -> Mask:
    """The target has several values among the records that agree in the companions; a blank is a
    value.

    Where one value is held by more records than any other, it stands and the others are
    inconsistent; where there is no such value, all are. ``regex`` compares the part of a value that
    its first group (or the whole of it) finds. With ``blanks: false`` a blank is no value.
    """
    names = call.companions()
    if not any(call.table.column(name) is not None for name in names):
        return False
    codes, size = _group(call, names)
    target = _found_part(call)
    values = len(target.values) + 1
    pairs, count = dense(codes.astype(np.int64) * values + (target.codes + 1), size * values)
    group_of = np.zeros(count, dtype=np.int64)
    group_of[pairs] = codes
    held = np.bincount(pairs, minlength=count)
    blank = np.zeros(count, dtype=bool)
    if call.option("blanks") is False:
        blank[pairs] = target.codes < 0
        held[blank] = 0
    most = np.zeros(size, dtype=np.int64)
    np.maximum.at(most, group_of, held)
    leads = (held == most[group_of]) & ~blank
    alone = np.bincount(group_of[leads], minlength=size) == 1
    wrong = ~(leads & alone[group_of]) & ~blank
    out: Mask = wrong[pairs]
    return out


def _found_part(call: Call) -> Column:
    """The target with every value cut to what ``regex`` finds in it; left as it is without one."""
    pattern = call.option("regex")
    if not pattern or call.target.is_numeric:
        return call.target
    search = extracting(str(pattern))

    def cut(text: str) -> str:
        found = search.search(text)
        return text if found is None else found.group(1 if search.groups else 0) or text

    return cut_column(call.target, cut)


@operator("has_same_values", "has_different_values")
def has_same_values(call: Call) -> Mask:
    """Every record has the same value."""
    return len(np.unique(call.target.codes)) <= 1


@operator("present_on_multiple_rows_within", "not_present_on_multiple_rows_within")
def present_on_multiple_rows_within(call: Call) -> Mask:
    """The value is there more than ``value`` times (once, if not said) in its ``within`` group."""
    limit = call.whole_number("value", 1)
    within = call.view.expand(_as_tuple(call.option("within")))
    codes, size = _group(call, [*within, call.view.resolve(call.leaf.name)])
    out: Mask = (np.bincount(codes, minlength=size) > limit)[codes]
    return out


def _as_tuple(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else (str(value),)


@operator("value_has_multiple_references", "value_does_not_have_multiple_references")
def value_has_multiple_references(call: Call) -> Mask:
    """The value is counted more than once by the operation named in ``value``."""
    counts = call.view.results.get(str(call.leaf.value))
    table = (
        dict(counts.values[0])
        if counts is not None and counts.is_list and len(counts.values)
        else {}
    )
    return call.target.where(lambda value: int(table.get(value, 0)) > 1)

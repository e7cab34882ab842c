"""Equal, less, greater. Numbers compare with a tolerance; a comparison with a blank is false."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from validation.engine.columns import (
    Column,
    Floats,
    Mask,
    as_number,
    both,
    close,
    either,
    negated,
    to_number,
)
from validation.engine.operators import operator
from validation.engine.view import Call

Fold = Callable[[str], str]


@operator("equal_to")
def equal_to(call: Call) -> Mask:
    """The same value; a blank equals nothing."""
    return _equality(call, _same)[0]


@operator("not_equal_to")
def not_equal_to(call: Call) -> Mask:
    """Another value, or a blank on one side only."""
    return _difference(call, _same)


@operator("equal_to_case_insensitive")
def equal_to_case_insensitive(call: Call) -> Mask:
    """The same text but for upper and lower case."""
    return _equality(call, str.casefold)[0]


@operator("not_equal_to_case_insensitive")
def not_equal_to_case_insensitive(call: Call) -> Mask:
    """Another text, case apart, or a blank on one side only."""
    return _difference(call, str.casefold)


def _same(text: str) -> str:
    return text


def _difference(call: Call, fold: Fold) -> Mask:
    equal, blank = _equality(call, fold)
    return negated(either(equal, blank))


def _equality(call: Call, fold: Fold) -> tuple[Mask, Mask]:
    other = _referenced(call) if call.option("value_is_reference") else call.comparator()
    target = call.target
    if other is None:
        return False, target.missing
    if other.is_list and not target.is_list:
        other = other.first_members()
    if call.option("round_values"):
        target, other = (
            Column(numbers=np.round(target.floats)),
            Column(numbers=np.round(other.floats)),
        )
    if call.option("type_insensitive"):
        return equality(target, other, lambda text: fold(as_number(text.strip())))
    return equality(target, other, fold)


def equality(target: Column, other: Column, fold: Fold = _same) -> tuple[Mask, Mask]:
    """Where both have the same value, and where both are blank."""
    blank = both(target.missing, other.missing)
    if other.is_constant:
        return (_equal_value(target, other.values[0], fold) if len(other.values) else False), blank
    if target.is_constant:
        return (_equal_value(other, target.values[0], fold) if len(target.values) else False), blank
    if target.is_numeric or other.is_numeric:
        return close(target.floats, other.floats), blank
    return _equal_texts(target, other, fold), blank


def _equal_value(column: Column, value: object, fold: Fold) -> Mask:
    if isinstance(value, bool):
        return column.where(lambda each: each is value or str(each).lower() == str(value).lower())
    if column.is_numeric:
        number = to_number(value)
        return False if np.isnan(number) else close(column.floats, number)
    if isinstance(value, (int, float)):
        numbers = np.array([to_number(each) for each in column.values], dtype=np.float64)
        return column.spread(close(numbers, float(value)))
    wanted = fold(str(value))
    return column.where_text(lambda text: fold(text) == wanted)


def _equal_texts(target: Column, other: Column, fold: Fold) -> Mask:
    numbers: dict[str, int] = {}
    left = [numbers.setdefault(fold(text), len(numbers)) for text in target.texts]
    right = [numbers.get(fold(text), -2) for text in other.texts]
    codes = np.array([*left, -1], dtype=np.int32)[target.codes]
    same: Mask = codes == np.array([*right, -3], dtype=np.int32)[other.codes]
    return same


def _referenced(call: Call) -> Column | None:
    """The value of the variable that another variable names: IDVARVAL against the IDVAR of the
    parent."""
    value = str(call.leaf.value)
    special = call.table.column(f"{value} reference")
    if special is not None:
        return special
    naming = call.view.column(value)
    if naming is None:
        return None
    numbers: dict[str, int] = {}
    codes = np.full(call.table.length, -1, dtype=np.int32)
    for code, name in enumerate(naming.texts):
        column = call.table.column(name)
        if column is not None:
            table = np.array(
                [*(numbers.setdefault(t, len(numbers)) for t in column.texts), -1], dtype=np.int32
            )
            rows = np.flatnonzero(naming.codes == code)
            codes[rows] = table[column.codes[rows]]
    return Column(codes, list(numbers))


def _ordered(call: Call) -> tuple[Floats, Floats | float] | None:
    other = call.comparator()
    if other is None:
        return None
    if other.is_constant:
        return call.target.floats, to_number(other.values[0]) if len(other.values) else np.nan
    return call.target.floats, other.floats


@operator("less_than")
def less_than(call: Call) -> Mask:
    """Smaller by more than the tolerance."""
    sides = _ordered(call)
    return False if sides is None else (sides[0] < sides[1]) & ~close(*sides)


@operator("less_than_or_equal_to")
def less_than_or_equal_to(call: Call) -> Mask:
    """Smaller or equal within the tolerance."""
    sides = _ordered(call)
    return False if sides is None else (sides[0] < sides[1]) | close(*sides)


@operator("greater_than")
def greater_than(call: Call) -> Mask:
    """Larger by more than the tolerance."""
    sides = _ordered(call)
    return False if sides is None else (sides[0] > sides[1]) & ~close(*sides)


@operator("greater_than_or_equal_to")
def greater_than_or_equal_to(call: Call) -> Mask:
    """Larger or equal within the tolerance."""
    sides = _ordered(call)
    return False if sides is None else (sides[0] > sides[1]) | close(*sides)

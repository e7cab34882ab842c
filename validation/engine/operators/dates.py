"""Dates and durations in ISO 8601."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from validation.engine import dates
from validation.engine.columns import Mask, both, negated
from validation.engine.operators import operator
from validation.engine.view import Call

Sign = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.bool_]]


def _sides(call: Call) -> tuple[dates.Dates, dates.Dates] | None:
    other = call.comparator()
    if other is None:
        return None
    if other.is_list:
        other = other.first_members()
    return dates.Dates(call.target), dates.Dates(other)


def _compared(call: Call, test: Sign) -> Mask:
    sides = _sides(call)
    if sides is None:
        return False
    difference, known = dates.compare(*sides, call.option("date_component"))
    return test(difference) & known


def _equality(call: Call) -> tuple[Mask, Mask]:
    sides = _sides(call)
    if sides is None:
        return False, False
    component = call.option("date_component")
    difference, known = dates.compare(*sides, component)
    same = (difference == 0) & (component is not None or dates.same_precision(*sides))
    return same, known


@operator("date_equal_to")
def date_equal_to(call: Call) -> Mask:
    """The same date with the same precision; with a ``date_component``, the same part of it."""
    same, known = _equality(call)
    return both(same, known)


@operator("date_not_equal_to")
def date_not_equal_to(call: Call) -> Mask:
    """Two dates, and not the same one (the complement where both are dates)."""
    same, known = _equality(call)
    return both(negated(same), known)


@operator("date_greater_than")
def date_greater_than(call: Call) -> Mask:
    """Later at the precision that both have."""
    return _compared(call, lambda difference: difference > 0)


@operator("date_greater_than_or_equal_to")
def date_greater_than_or_equal_to(call: Call) -> Mask:
    """Later or the same at the precision that both have."""
    return _compared(call, lambda difference: difference >= 0)


@operator("date_less_than")
def date_less_than(call: Call) -> Mask:
    """Earlier at the precision that both have."""
    return _compared(call, lambda difference: difference < 0)


@operator("date_less_than_or_equal_to")
def date_less_than_or_equal_to(call: Call) -> Mask:
    """Earlier or the same at the precision that both have."""
    return _compared(call, lambda difference: difference <= 0)


@operator("is_complete_date", "is_incomplete_date")
def is_complete_date(call: Call) -> Mask:
    """One date with year, month and day; a blank and an interval are not complete."""
    return call.target.where_text(dates.is_complete)


@operator("invalid_date")
def invalid_date(call: Call) -> Mask:
    """There is a value, and it is no ISO 8601 date."""
    return call.target.where_text(lambda text: not dates.is_valid(text))


@operator("invalid_duration")
def invalid_duration(call: Call) -> Mask:
    """There is a value, and it is no ISO 8601 duration; ``negative`` allows a minus."""
    allowed = bool(call.option("negative"))
    return call.target.where_text(lambda text: not dates.is_duration(text, negative=allowed))

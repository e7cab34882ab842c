"""Dates and durations in ISO 8601."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from validation.engine import dates
from validation.engine.columns import Mask
from validation.engine.operators import operator
from validation.engine.view import Call

Sign = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.bool_]]


def _compared(call: Call, test: Sign) -> Mask:
    other = call.comparator()
    if other is None:
        return False
    if other.is_list:
        other = other.first_members()
    component = call.option("date_component")
    difference, known = dates.compare(dates.Dates(call.target), dates.Dates(other), component)
    return test(difference) & known


@operator("date_equal_to")
def date_equal_to(call: Call) -> Mask:
    """The same date at the precision that both have."""
    return _compared(call, lambda difference: difference == 0)


@operator("date_not_equal_to")
def date_not_equal_to(call: Call) -> Mask:
    """Another date, or a date on one side only."""
    other = call.comparator()
    if other is None:
        return False
    if other.is_list:
        other = other.first_members()
    difference, known = dates.compare(
        dates.Dates(call.target), dates.Dates(other), call.option("date_component")
    )
    one_blank = np.asarray(call.target.missing) != np.asarray(other.missing)
    out: Mask = (known & (difference != 0)) | one_blank
    return out


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
    """Year, month and day are there; a blank is not complete."""
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

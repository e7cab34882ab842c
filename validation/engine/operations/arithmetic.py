"""Numbers from numbers: a difference, a quotient."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validation.engine.columns import Column, to_number
from validation.engine.operations import Request, operation
from validation.engine.view import NotRunError

Floats = npt.NDArray[np.float64]


def _numbers(request: Request, given: object) -> Floats:
    """The numbers of a variable, of another operation's result, or of a literal; missing for a
    variable that is not there."""
    if not isinstance(given, str):
        return np.full(request.length, to_number(given))
    column = request.view.column(given)
    if column is None and given.startswith("$"):
        raise NotRunError(f"{given} is no result of an operation")
    return np.full(request.length, np.nan) if column is None else column.floats


def _operands(request: Request) -> tuple[Floats, Floats]:
    return (
        _numbers(request, request.operation.get("name")),
        _numbers(request, request.operation.get("value")),
    )


@operation("difference")
def difference(request: Request) -> Column:
    """``name`` minus ``value``; missing where one of them is. ``day`` true counts as a study day
    does: no day 0."""
    left, right = _operands(request)
    out = left - right
    if request.operation.get("day"):
        out = np.where(out >= 0, out + 1, out)
    return Column(numbers=out)


@operation("quotient")
def quotient(request: Request) -> Column:
    """``name`` divided by ``value``, ``times`` a number; missing where the divisor is 0. ``whole``
    true cuts the fraction off (the date of a date-time is the quotient by 86400)."""
    left, right = _operands(request)
    with np.errstate(divide="ignore", invalid="ignore"):
        out = np.where(right == 0, np.nan, left / right) * to_number(
            request.operation.get("times", 1)
        )
    return Column(numbers=np.floor(out) if request.operation.get("whole") else out)

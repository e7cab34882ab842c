"""Lists made of other lists and of text."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from validation.engine.columns import Column
from validation.engine.operations import Request, operation
from validation.engine.view import NotRunError


@operation("minus")
def minus(request: Request) -> Column:
    """What the list ``name`` has and the list ``subtract`` has not, in the order of the former.

    Unless ``order_insensitive`` is set, only those are taken away that come in the order of
    ``subtract``.
    """
    have = _listed(request, request.operation.get("name"))
    away = _listed(request, request.operation.get("subtract"))
    if request.operation.get("order_insensitive"):
        return request.constant(tuple(each for each in have if each not in set(away)))
    return request.constant(tuple(_without_in_order(have, away)))


def _listed(request: Request, name: Any) -> tuple[Hashable, ...]:
    if name is None:
        return ()
    result = request.view.results.get(str(name))
    if result is None:
        raise NotRunError(f"{name} is no result of an operation")
    value = result.values[0] if len(result.values) else ()
    return value if isinstance(value, tuple) else (value,)


def _without_in_order(have: Sequence[Hashable], away: Sequence[Hashable]) -> list[Hashable]:
    left: list[Hashable] = []
    start = 0
    for each in away:
        if each in have[start:]:
            at = have.index(each, start)
            left += have[start:at]
            start = at + 1
            while start < len(have) and have[start] == each:
                start += 1
    return [*left, *have[start:]]


@operation("split_by")
def split_by(request: Request) -> Column:
    """The parts of a text between ``delimiter``, as a list per record; none for a blank."""
    column = request.view.column(request.name)
    delimiter = request.operation.get("delimiter")
    if column is None or not delimiter:
        raise NotRunError("split_by needs a variable that is there and a delimiter")
    numbers: dict[tuple[str, ...], int] = {}
    table = [
        numbers.setdefault(tuple(text.split(str(delimiter))), len(numbers)) for text in column.texts
    ]
    return Column(np.array([*table, -1], dtype=np.int32)[column.codes], list(numbers))

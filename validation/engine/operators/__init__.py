"""The operators of a check, by name; one module per kind.

An operator takes a :class:`~validation.engine.view.Call` and answers per record. Its complement is
registered with it, and each answers no where the target variable does not exist.
"""

from __future__ import annotations

from collections.abc import Callable

from validation.engine.columns import Mask, negated
from validation.engine.view import Call

Operator = Callable[[Call], Mask]
_OPERATORS: dict[str, Operator] = {}


def operator(name: str, complement: str = "") -> Callable[[Operator], Operator]:
    """Register a function as an operator, and its negation under another name."""

    def wrap(function: Operator) -> Operator:
        _OPERATORS[name] = function
        if complement:
            _OPERATORS[complement] = lambda call: negated(function(call))
        return function

    return wrap


def find(name: str) -> Operator | None:
    """The operator of that name, or None."""
    return _OPERATORS.get(name)


def known() -> list[str]:
    """The names of all operators, sorted."""
    return sorted(_OPERATORS)


from validation.engine.operators import (  # noqa: E402 - they register themselves here
    comparison,
    consistency,
    dates,
    define,
    membership,
    ordering,
    presence,
    text,
    title_case,
)

__all__ = [
    "comparison",
    "consistency",
    "dates",
    "define",
    "find",
    "known",
    "membership",
    "operator",
    "ordering",
    "presence",
    "text",
    "title_case",
]

"""``calculate``: arithmetic on numbers, dates and date-times."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from derive.line import Answer, Kinds, Line, Made, Read, at_key, reads_of
from derive.scope import Scope
from derive.values.arithmetic import calculate, kind_of
from derive.values.column import Kind, KindError, Mask
from derive.values.number import Number
from derive.verbs.words import rounded
from specs.language.base import Formula

_UNKNOWN = ("not known",)
"""A date that is not known to the day has no difference; that is no fault of the data."""


class Calculate(Line):
    """``+ - * / // % **``, parentheses, min max abs round floor ceil log exp sqrt; decimals are
    exact, rounding is half away from zero. date - date is days, date + 7 a date, ``TRTSDTM + 6
    hours`` a date-time. Missing where a part is; a division by zero is missing, and asked about."""

    verb: ClassVar[str] = "calculate"
    calculate: Formula
    decimals: int | None = Field(default=None, ge=0, le=12)

    def reads(self) -> list[Read]:
        """Every name of the expression."""
        return reads_of(self.calculate.names)

    def kind(self, kinds: Kinds) -> Kind:
        """A number, or the moment that is moved."""
        with at_key("calculate"):
            kind = kind_of(self.calculate, lambda name: kinds.of(Read.of(name)))
        if self.decimals is not None and kind is not Kind.NUMBER:
            raise KindError(f"a {kind.value} is not rounded to decimals")
        return kind

    def values(self, scope: Scope) -> Made:
        """The result of each record."""

        def told(reason: str, rows: Mask) -> None:
            if not reason.startswith(_UNKNOWN):
                message = f"{self.calculate}: {reason}"
                wrong = np.flatnonzero(rows & scope.on())
                scope.answer(Answer.QUERY, "MAP321", message, wrong, name=self._first(scope))

        made = calculate(self.calculate, scope.column, scope.size, told)
        scope.step(f"calculated as {self.calculate}")
        if self.decimals is not None and isinstance(made, Number):
            made = made.round(self.decimals)
        return {scope.variable: made}

    def _first(self, scope: Scope) -> str:
        names = self.calculate.names
        return next((name for name in names if scope.is_raw(name)), names[0] if names else "")

    def words(self) -> str:
        """The expression and its rounding."""
        return f"Calculated as {self.calculate}{rounded(self.decimals)}."

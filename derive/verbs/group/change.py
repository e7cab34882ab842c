"""``change`` and ``percent-change`` from a baseline value, in exact decimals."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from derive.line import Kinds, Line, Made, Read
from derive.scope import Scope
from derive.values.column import Kind, KindError
from derive.values.number import Number
from specs.language.base import Text


class Change(Line):
    """The value minus ``base`` (BASE), or that in per cent of it; missing where the base is 0."""

    verb: ClassVar[str] = "change"
    words_of_verb: ClassVar[tuple[str, ...]] = ("change", "percent-change")
    change: Text | None = None
    percent_change: Text | None = None
    base: Text = "BASE"

    @property
    def value(self) -> str:
        """What changes."""
        return self.change or self.percent_change or ""

    def reads(self) -> list[Read]:
        """Value and base."""
        return [Read.of(self.value), Read.of(self.base)]

    def kind(self, kinds: Kinds) -> Kind:
        """A number, of two numbers."""
        for read in self.reads():
            kind = kinds.of(read)
            if kind is not Kind.NUMBER:
                hint = "the time between two dates is {duration: [A, B]}" if kind.is_moment else ""
                raise KindError(f"{read} is a {kind.value}, a number is needed", hint, (str(read),))
        return Kind.NUMBER

    def values(self, scope: Scope) -> Made:
        """The difference."""
        value, base = scope.number(self.value), scope.number(self.base)
        out = value.subtract(base)
        scope.step(f"{self.value} minus {self.base}")
        if self.percent_change is not None:
            out = out.divide(base.keep(base.values != 0)).multiply(_hundred(scope.size))
            scope.step(f"in per cent of {self.base}")
        return {scope.variable: out}

    def words(self) -> str:
        """The difference."""
        if self.percent_change is not None:
            return (
                f"100 * ({self.value} - {self.base}) / {self.base}; missing where {self.base} is 0."
            )
        return f"{self.value} - {self.base}."


def _hundred(n: int) -> Number:
    return Number(np.full(n, 100.0), 0)

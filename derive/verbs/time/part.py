"""``date-of`` and ``time-of``: the parts of a date-time."""

from __future__ import annotations

from typing import ClassVar

from derive.line import Kinds, Line, Made, Read
from derive.scope import Scope
from derive.values import moment
from derive.values.column import Kind, KindError
from derive.values.number import Number
from specs.language.base import Text


class DateOf(Line):
    """The day of a date-time, as far as it is known."""

    verb: ClassVar[str] = "date-of"
    date_of: Text

    def reads(self) -> list[Read]:
        """The date-time."""
        return [Read.of(self.date_of)]

    def kind(self, kinds: Kinds) -> Kind:
        """A date."""
        _check(self.date_of, kinds)
        return Kind.DAY

    def values(self, scope: Scope) -> Made:
        """The days."""
        scope.step(f"the date of {self.date_of}")
        return {scope.variable: moment.date_of(scope.moment(self.date_of))}

    def words(self) -> str:
        """The date-time."""
        return f"The date part of {self.date_of}."


class TimeOf(Line):
    """The time of day of a date-time in seconds since midnight, as SAS stores times; missing where
    it is not known to the minute."""

    verb: ClassVar[str] = "time-of"
    time_of: Text

    def reads(self) -> list[Read]:
        """The date-time."""
        return [Read.of(self.time_of)]

    def kind(self, kinds: Kinds) -> Kind:
        """A number, of a date-time."""
        _check(self.time_of, kinds)
        return Kind.NUMBER

    def values(self, scope: Scope) -> Made:
        """The seconds."""
        scope.step(f"the time of {self.time_of}")
        return {scope.variable: Number.of(moment.time_of(scope.moment(self.time_of)))}

    def words(self) -> str:
        """The date-time."""
        return f"The time part of {self.time_of}, in seconds since midnight."


def _check(name: str, kinds: Kinds) -> None:
    kind = kinds.of(Read.of(name))
    if kind is not Kind.SECOND:
        hint = f"read it with {{datetime: {name}}}" if kind is Kind.TEXT else ""
        raise KindError(f"{name} is a {kind.value}, not a date-time", hint, (name,))

"""``duration``, ``age`` and ``iso-duration``: from one moment to another."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from derive.line import Kinds, Line, Made, Read, reads_of
from derive.scope import Scope
from derive.values.column import Floats, Kind, KindError, Mask
from derive.values.number import Number
from derive.values.text import Text
from derive.values.time import calendar
from derive.values.time.calendar import Unit
from derive.verbs.words import listed
from specs.language.base import Text as Words
from specs.language.base import Texts

_CLOCK = ("seconds", "minutes", "hours")


def check_moment(name: str, kinds: Kinds) -> Kind:
    """The kind of a name, which must be a moment. Raises KindError."""
    kind = kinds.of(Read.of(name))
    if not kind.is_moment:
        hint = f"read it with {{date: {name}}}" if kind is Kind.TEXT else ""
        raise KindError(f"{name} is a {kind.value}, not a date", hint, (name,))
    return kind


def _one_grain(start: str, end: str, kinds: Kinds) -> Kind:
    first, second = check_moment(start, kinds), check_moment(end, kinds)
    if first is not second:
        message = f"{start} is a {first.value}, {end} is a {second.value}"
        raise KindError(message, "take the day of the date-time with date-of", (start, end))
    return first


def _number(values: Floats) -> Number:
    """Numbers of a division: what has finite decimals keeps them, the rest loses its noise."""
    found = Number.of(values)
    return found if found.places is not None else found.apply(lambda x: x)


class Duration(Line):
    """Time from the first moment to the second, in ``unit`` (seconds to weeks; months are 30.4375
    and years 365.25 days); ``plus-one`` counts whole days, the first one too. Both of one grain,
    and known to the same precision."""

    verb: ClassVar[str] = "duration"
    duration: Annotated[list[Words], Field(min_length=2, max_length=2)]
    unit: Unit = "days"
    plus_one: bool = False

    def reads(self) -> list[Read]:
        """Both moments."""
        return reads_of(self.duration)

    def kind(self, kinds: Kinds) -> Kind:
        """A number, of two moments of one grain."""
        kind = _one_grain(self.duration[0], self.duration[1], kinds)
        if self.unit in _CLOCK and (kind is Kind.DAY or self.plus_one):
            what = "between dates" if kind is Kind.DAY else "with plus-one"
            raise KindError(f"there are no {self.unit} {what}", "unit: days", tuple(self.duration))
        return Kind.NUMBER

    def values(self, scope: Scope) -> Made:
        """The spans."""
        start, end = (scope.moment(name) for name in self.duration)
        spans = calendar.duration(start, end, self.unit, plus_one=self.plus_one)
        scope.step(f"{self.unit} from {self.duration[0]} to {self.duration[1]}")
        return {scope.variable: _number(spans)}

    def words(self) -> str:
        """Both moments and the unit."""
        counted = ", the first day counted" if self.plus_one else ""
        return f"Time from {self.duration[0]} to {self.duration[1]} in {self.unit}{counted}."


class Age(Line):
    """Completed years (or ``unit: months``) from a date of birth ``at`` a date, by the calendar.
    Missing where what is known of the two allows more than one age."""

    verb: ClassVar[str] = "age"
    age: Words
    at: Words
    unit: Literal["years", "months"] = "years"

    def reads(self) -> list[Read]:
        """Both dates."""
        return reads_of([self.age, self.at])

    def kind(self, kinds: Kinds) -> Kind:
        """A number, of two moments of whichever grain."""
        check_moment(self.age, kinds)
        check_moment(self.at, kinds)
        return Kind.NUMBER

    def values(self, scope: Scope) -> Made:
        """The ages."""
        birth, at = scope.moment(self.age), scope.moment(self.at)
        if self.unit == "years":
            ages = calendar.age(birth, at)
        else:
            months = calendar.completed(birth, at, "months")
            ages = np.where(months < 0, np.nan, months)
        scope.step(f"completed {self.unit} from {self.age} to {self.at}")
        return {scope.variable: Number(ages, 0)}

    def words(self) -> str:
        """Both dates and the unit."""
        return f"Completed {self.unit} from {self.age} to {self.at}."


def _many(value: object) -> object:
    return value if isinstance(value, list) else [value]


class IsoDuration(Line):
    """An ISO 8601 duration (P5D, PT1H30M): from the first moment to the second, or of a number in
    ``unit``. Missing where the end comes first, or the moments are not known alike."""

    verb: ClassVar[str] = "iso-duration"
    iso_duration: Annotated[Texts, BeforeValidator(_many), Field(min_length=1, max_length=2)]
    unit: Unit | None = None

    @model_validator(mode="after")
    def _one_way(self) -> IsoDuration:
        if (len(self.iso_duration) == 1) != (self.unit is not None):
            message = "two moments, or one number with its `unit`"
            raise PydanticCustomError("iso-duration", message, {})
        return self

    def reads(self) -> list[Read]:
        """The moments, or the number."""
        return reads_of(self.iso_duration)

    def kind(self, kinds: Kinds) -> Kind:
        """Text, of two moments of one grain or of a number."""
        if self.unit is None:
            _one_grain(self.iso_duration[0], self.iso_duration[1], kinds)
        elif kinds.of(Read.of(self.iso_duration[0])) is not Kind.NUMBER:
            name = self.iso_duration[0]
            raise KindError(f"{name} is no number of {self.unit}", names=(name,))
        return Kind.TEXT

    def values(self, scope: Scope) -> Made:
        """The durations."""
        scope.step(f"the duration {listed(self.iso_duration)}")
        if self.unit is None:
            start, end = (scope.moment(name) for name in self.iso_duration)
            self._tell_negative(scope, calendar.difference(end, start) < 0)
            return {scope.variable: calendar.durations(start, end)}
        number = scope.number(self.iso_duration[0])
        self._tell_negative(scope, number.values < 0)
        codes, amounts = number.distinct()
        shown = [calendar.duration_text(amount, self.unit) for amount in amounts]
        return {scope.variable: Text(codes, [str(i) for i in range(len(shown))]).map(shown)}

    def _tell_negative(self, scope: Scope, negative: Mask) -> None:
        rows = np.flatnonzero(negative & scope.on())
        if len(rows):
            names = self.iso_duration
            many = len(names) > 1
            message = f"{names[1]} is before {names[0]}" if many else f"{names[0]} is negative"
            scope.tell("MAP346", message, rows, name=names[-1], done="left blank")

    def words(self) -> str:
        """What it is the duration of."""
        if self.unit is None:
            what = f"from {self.iso_duration[0]} to {self.iso_duration[1]}"
        else:
            what = f"of {self.iso_duration[0]} in {self.unit}"
        return f"The ISO 8601 duration {what}."

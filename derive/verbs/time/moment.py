"""``date`` and ``datetime``: moments of texts or of other moments, imputed where a line says so."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from derive.line import Answer, Kinds, Line, Made, Origin, Read, reads_of
from derive.scope import Scope, as_text
from derive.values import moment
from derive.values.column import Column, Kind, KindError
from derive.values.keys import combinations
from derive.values.moment import Moment
from derive.values.number import Number
from derive.values.related import compare
from derive.values.text import Text
from derive.values.time.imputation import Fill, Imputation, impute
from derive.verbs.readers import DateKeys, DateParts, needs_reader, read_dates, said_keys
from derive.verbs.words import answered, listed, quoted
from specs.language.base import SpecModel
from specs.language.base import Text as Words


def _fill(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdigit() and value.isascii() else value


_Part = Annotated[
    Fill | int | None, BeforeValidator(_fill), WithJsonSchema({"type": ["string", "integer"]})
]


class Impute(SpecModel):
    """Parts of a moment that may be filled in, and with what: ``first``, ``last``, ``mid``, or a
    value (``month: 6``, ``time: "08:00:00"``). A part that is not named stays unknown."""

    year: Annotated[int | None, BeforeValidator(_fill)] = None
    month: _Part = None
    day: _Part = None
    time: Words | None = None

    @model_validator(mode="after")
    def _in_the_calendar(self) -> Impute:
        if not self.model_fields_set:
            raise PydanticCustomError("impute", "name the parts that may be filled in", {})
        try:
            self.rule()
        except KindError as error:
            extra = {"message": error.message, "hint": error.hint}
            raise PydanticCustomError("impute", "{message}", extra) from error
        return self

    def rule(self) -> Imputation:
        """The same, as it is executed. Raises KindError for what is in no calendar."""
        return Imputation(self.year, self.month, self.day, self.time)

    def words(self) -> str:
        """``an unknown month is taken as the first, an unknown time as 08:00:00``."""
        said = [(name, getattr(self, name)) for name in ("year", "month", "day", "time")]
        parts = [f"an unknown {name} is taken as {_said(v)}" for name, v in said if v is not None]
        return listed(parts)


def _said(value: object) -> str:
    return {"first": "the first", "last": "the last", "mid": "the middle"}.get(
        str(value), str(value)
    )


class Moments(DateKeys, Line):
    """What ``date`` and ``datetime`` share."""

    usual_origin: ClassVar[Origin] = Origin.COLLECTED
    time: Words | None = None
    impute: Impute | None = None
    not_before: Words | None = None
    not_after: Words | None = None
    date_flag: Words | None = None
    time_flag: Words | None = None
    seconds_flag: bool | None = None

    @property
    def of(self) -> str | DateParts:
        """What is read: a name, or the names of the parts of a date."""
        raise NotImplementedError

    @property
    def grain(self) -> Kind:
        """The kind that the line gives by itself."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _no_idle_keys(self) -> Moments:
        if self.impute is None:
            keys = ("not_before", "not_after", "date_flag")
            idle = next((key for key in keys if getattr(self, key) is not None), None)
            if idle is not None:
                message = "`{key}` says nothing without `impute`"
                extra = {"key": idle.replace("_", "-")}
                raise PydanticCustomError("date", message, extra)
        if self.seconds_flag is not None and self.time_flag is None:
            raise PydanticCustomError("date", "`seconds-flag` needs `time-flag`", {})
        if self.grain is Kind.DAY and (self.time_flag or (self.impute and self.impute.time)):
            raise PydanticCustomError("date", "a date has no time: write `datetime`", {})
        return self

    @property
    def names(self) -> list[str]:
        """The columns that are read."""
        return [*_names(self.of), *(name for name in (self.time, self.zone) if name)]

    def reads(self) -> list[Read]:
        """The text or moment, its time, and the bounds."""
        return reads_of([*self.names, self.not_before, self.not_after])

    def kind(self, kinds: Kinds) -> Kind:
        """A date or a date-time. Raw text gives what an ISO 8601 variable needs."""
        for name in _names(self.of):
            self._check_source(name, kinds)
        if self.time is not None and kinds.of(Read.of(self.time)).is_moment:
            raise KindError(f"{self.time} is a moment, not a time of day", names=(self.time,))
        for bound in reads_of([self.not_before, self.not_after]):
            if not kinds.of(bound).is_moment:
                hint = f"read it with {{date: {bound}}}"
                raise KindError(f"the bound {bound} is no date", hint, (str(bound),))
        raw = any(kinds.is_raw(Read.of(name)) for name in self.names)
        if raw and kinds.declared is Kind.SECOND:
            return Kind.SECOND
        return self.grain

    def _check_source(self, name: str, kinds: Kinds) -> None:
        kind = kinds.of(Read.of(name))
        if kind is Kind.NUMBER and isinstance(self.of, str):
            raise KindError(f"{name} is a number, which is no date", names=(name,))
        if kind.is_moment and (self.time is not None or said_keys(self, DateKeys)):
            keys = "how its text is written" if self.time is None else "a time of day beside it"
            if kind is Kind.SECOND or self.time is None:
                raise KindError(f"{name} is a {kind.value}; it has no use for {keys}", "", (name,))

    def makes(self, variable: str, data_set: str) -> dict[str, Kind]:
        """The imputation flags."""
        return {name: Kind.TEXT for name in (self.date_flag, self.time_flag) if name is not None}

    def values(self, scope: Scope) -> Made:
        """The moments, and the flags of what was filled in."""
        grain = scope.kind if scope.kind is Kind.SECOND else self.grain
        found = self._found(scope, grain)
        if self.impute is None and self.time_flag is None:
            return {scope.variable: found}
        return self._imputed(found, scope, grain)

    def _found(self, scope: Scope, grain: Kind) -> Moment:
        parts = isinstance(self.of, DateParts)
        if parts or needs_reader(scope, self, DateKeys, self.names):
            return read_dates(scope, self, self.of, self.time, grain)
        return iso_moments(scope, str(self.of), self.time, grain)

    def _imputed(self, found: Moment, scope: Scope, grain: Kind) -> Made:
        self._tell_contradiction(found, scope)
        made = impute(
            found,
            self.impute.rule() if self.impute is not None else Imputation(),
            kind=grain,
            not_before=scope.moment(self.not_before) if self.not_before is not None else None,
            not_after=scope.moment(self.not_after) if self.not_after is not None else None,
            seconds_flag=self.seconds_flag,
        )
        if self.impute is not None:
            scope.step(self._impute_words())
        moments = made.moment
        if self.impute is None:  # the flag alone is asked for: what is known stays as it is
            moments = found
        flags = ((self.date_flag, made.date_flag), (self.time_flag, made.time_flag))
        return {scope.variable: moments, **{name: flag for name, flag in flags if name}}

    def _tell_contradiction(self, found: Moment, scope: Scope) -> None:
        """Of what is imputed: no moment is between bounds of which the upper one comes first."""
        if self.not_before is None or self.not_after is None:
            return
        least, most = scope.moment(self.not_before), scope.moment(self.not_after)
        open_ = found.present() & ~found.complete() & scope.on()
        rows = np.flatnonzero(open_ & compare(least, ">", most))
        if len(rows):
            message = f"{self.not_before} is after {self.not_after}: no date is inside both bounds"
            done = f"the date is not after {self.not_after}, as far as its text allows"
            scope.tell("MAP345", message, rows, name=self.not_after, done=done)

    def _impute_words(self) -> str:
        assert self.impute is not None  # noqa: S101 - asked by those who know
        text = self.impute.words()
        bounds = [("before", self.not_before), ("after", self.not_after)]
        said = [f"not {side} {name}" for side, name in bounds if name is not None]
        return f"{text}, {' and '.join(said)}, as far as what is known allows" if said else text

    def words(self) -> str:
        """What is read, how it is written, and what is filled in."""
        what = "date and time" if self.grain is Kind.SECOND else "date"
        source = self.of if isinstance(self.of, str) else listed(self.of.names)
        text = f"The {what} of {source}"
        text += f" with the time of {self.time}" if self.time is not None else ""
        keys = [_KEY_WORDS[key](value) for key, value in said_keys(self, DateKeys).items()]
        text += f" ({', '.join(keys)})" if keys else ""
        text += "; unknown parts are left out" if self.impute is None else ""
        text += f"; {self._impute_words()}" if self.impute is not None else ""
        flags = [("date", self.date_flag), ("time", self.time_flag)]
        told = [f"{flag} says which part of the {what}" for what, flag in flags if flag]
        text += f"; {listed(told)} was imputed" if told else ""
        if self.seconds_flag is not None:
            text += ", seconds too" if self.seconds_flag else ", but not seconds alone"
        return f"{text}."


def _names(of: str | DateParts) -> list[str]:
    return of.names if isinstance(of, DateParts) else [of]


_KEY_WORDS = {
    "format": lambda v: f"written as {listed(v, 'or')}",
    "time-format": lambda v: f"its time as {listed(v, 'or')}",
    "unknown": lambda v: f"{listed(map(quoted, v), 'or')} being unknown",
    "pivot": lambda v: f"years of two digits from {v:02d} on being of the last century",
    "excel": lambda v: f"day numbers by Excel's calendar of {v}",
    "earliest": lambda v: f"none before {v}",
    "latest": lambda v: f"none after {v}",
    "zone": lambda v: f"with the offset from UTC of {v}",
    "at-least": lambda v: f"where the {v} is not known, {answered(Answer.QUERY)}".replace(
        "left blank", "kept"
    ),
}


class Date(Moments):
    """A date of a text, or the day of a moment, as far as it is known (with ``time`` a date-time,
    of a column with the time of day). Raw text by the formats of the study or of the line, text of
    a data set in ISO 8601; three columns: ``date: {year: Y, month: M, day: D}``.

    ``impute`` names the parts that may be filled in, ``not-before`` and ``not-after`` move what was
    imputed inside what its text allows, ``date-flag`` names the variable of the imputation flag.
    """

    verb: ClassVar[str] = "date"
    date: DateParts | Words

    @property
    def of(self) -> str | DateParts:
        """What is read."""
        return self.date

    @property
    def grain(self) -> Kind:
        """A date, with a time a date-time."""
        return Kind.DAY if self.time is None else Kind.SECOND


class DateTime(Moments):
    """A date-time, as ``date``; seconds that are not known are 0 where a second is needed.
    ``impute: {time: ...}`` fills in the unknown parts of the time, ``time-flag`` names its flag
    (with ``seconds-flag: false`` not for seconds alone; not said: as ADaMIG has it)."""

    verb: ClassVar[str] = "datetime"
    datetime: DateParts | Words

    @property
    def of(self) -> str | DateParts:
        """What is read."""
        return self.datetime

    @property
    def grain(self) -> Kind:
        """A date-time."""
        return Kind.SECOND


def iso_moments(scope: Scope, name: str, time: str | None, grain: Kind) -> Moment:
    """Moments of ISO 8601 text, or of other moments. Text that is neither stops the line (MAP330).

    ``time`` is a column of ISO 8601 times, or of seconds since midnight.
    """
    column = scope.column(name)
    if isinstance(column, Moment) and time is None:
        return _of_grain(column, grain)
    text = as_text(column)
    if time is not None:
        text = _with_time(text, scope.column(time))
    made, bad = moment.of_text(text, grain)
    scope.problem(
        Answer.ERROR,
        "MAP330",
        lambda t: f"{name}: {t!r} is not a date in ISO 8601",
        text,
        bad,
        name=name,
        hint="say how it is written: format: ...",
    )
    scope.step(f"the date of {name}")
    return made


def _of_grain(column: Moment, grain: Kind) -> Moment:
    if column.kind is grain:
        return column
    return moment.date_of(column) if grain is Kind.DAY else moment.of_text(column.iso(), grain)[0]


def _with_time(dates: Text, times: Column) -> Text:
    """Dates with their times; a time beside a date that is not known to the day is left out."""
    clocks = _clocks(times) if isinstance(times, Number) else as_text(times)
    codes, (left, right) = combinations([dates, clocks])
    shown: list[str | None] = []
    for a, b in zip(left, right, strict=True):
        day = dates.values[a] if a >= 0 else ""
        whole = len(day) == len("2020-01-31") and b >= 0
        shown.append(f"{day}T{clocks.values[b]}" if whole else day)
    return Text(codes.astype(np.int32), [str(i) for i in range(len(shown))]).map(shown)


def _clocks(seconds: Number) -> Text:
    """``08:00:00`` of 28800 seconds since midnight."""
    codes, values = seconds.distinct()
    shown: list[str | None] = [_clock(value) for value in values]
    return Text(codes, [str(i) for i in range(len(shown))]).map(shown)


def _clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}"

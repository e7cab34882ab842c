"""Moment columns: dates and date-times, partial ones included, of a declared grain.

A moment is what its ISO text allows: from its first to its last second. A column is codes into
distinct moments. The grain (``DAY`` or ``SECOND``) is declared by the line that makes the column
and never guessed from the values. The clock is the one that the text was recorded by; an offset
from UTC enters where two texts that both have one are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from derive.values.column import (
    NO_RANK,
    Codes,
    Floats,
    Kind,
    KindError,
    Mask,
    Ranks,
    Rows,
    Seconds,
    makes_nothing,
)
from derive.values.hashed import numbered
from derive.values.text import Text
from derive.values.time import iso

SAS_DAYS, SAS_SECONDS = 3653, 3653 * 86_400
"""From 1960-01-01, where SAS counts from, to 1970-01-01."""
FIRST_DAY = -719_162
LAST_DAY = 2_932_896
"""0001-01-01 and 9999-12-31, the calendar of ISO 8601 texts."""


@dataclass(slots=True, eq=False)
class Moments:
    """Distinct moments: first and last microsecond of each (``iso.Ticks``), how precise it is
    (``iso.YEAR`` to ``iso.SECOND``, 0 without a year), minutes from UTC (``iso.NO_OFFSET``)."""

    low: iso.Ticks
    high: iso.Ticks
    precision: iso.Small
    offset: iso.Small
    written: list[str] | None = field(default=None, repr=False)
    """The ISO texts; None while they are not asked for (computed moments)."""
    known: iso.Parts | None = field(default=None, repr=False)
    order: Ranks | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.low)

    @classmethod
    def computed(cls, ticks: iso.Ticks, precision: int) -> Moments:
        """Complete moments: whole days (precision DAY) or seconds (SECOND)."""
        span = iso.PER_DAY if precision == iso.DAY else iso.PER_SECOND
        size = len(ticks)
        return cls(
            ticks,
            ticks + span - 1,
            np.full(size, precision, np.int64),
            np.full(size, iso.NO_OFFSET, np.int64),
        )

    @classmethod
    def distinct(cls, texts: Sequence[str], moments: Moments) -> tuple[Codes, Moments]:
        """Moments with their texts (``''``: missing), each text kept once, and a code per text."""
        shown = Text.of(texts)
        dated = np.flatnonzero(shown.codes >= 0)
        first = dated[np.unique(shown.codes[dated], return_index=True)[1]]
        table = cls(
            moments.low[first],
            moments.high[first],
            moments.precision[first],
            moments.offset[first],
            list(shown.values),
            moments.parts[first],
        )
        return shown.codes, table

    @property
    def texts(self) -> list[str]:
        """The ISO 8601 text of each."""
        if self.written is None:
            stamps = np.floor_divide(self.low, iso.PER_SECOND).astype("datetime64[s]")
            days = np.datetime_as_string(stamps, unit="D")
            to_second = np.datetime_as_string(stamps, unit="s")
            self.written = np.where(self.precision == iso.DAY, days, to_second).tolist()
        return self.written

    @property
    def parts(self) -> iso.Parts:
        """Year to microsecond of each, -1 where unknown."""
        if self.known is None:
            self.known = iso.parts_of(self.low)
            self.known[self.precision == iso.DAY, 3:] = iso.UNKNOWN
        return self.known

    @property
    def zoned(self) -> Mask:
        """Which have an offset from UTC."""
        zoned: Mask = self.offset != iso.NO_OFFSET
        return zoned

    @property
    def shift(self) -> iso.Ticks:
        """From each one's clock to UTC, in microseconds; 0 without an offset."""
        return np.where(self.zoned, -self.offset, 0) * (60 * iso.PER_SECOND)

    def ranks(self) -> Ranks:
        """A rank per moment and NO_RANK at the end (for code -1): by first, then last second.

        One with an offset stands at its time in UTC whatever stands beside it, one without at that
        of its clock: see :func:`uneven_offsets`.
        """
        if self.order is None:
            keys = np.stack([self.low + self.shift, self.high + self.shift], axis=1)
            order = np.lexsort((keys[:, 1], keys[:, 0]))
            new = np.any(np.diff(keys[order], axis=0) != 0, axis=1)
            table = np.full(len(self) + 1, NO_RANK, np.int64)
            table[order] = np.concatenate([np.zeros(min(len(order), 1), np.int64), np.cumsum(new)])
            self.order = table
        return self.order


@dataclass(slots=True, eq=False)
class Moment:
    """``n`` moments of one grain: ``codes`` (int32, -1 missing) into a table of distinct ones."""

    codes: Codes
    table: Moments
    kind: Kind
    shown: Text | None = field(default=None, init=False, repr=False)
    """The column as text, once asked for: it knows its order and which texts occur."""

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def nothing(cls, kind: Kind, n: int) -> Moment:
        """A column of nothing but missing values."""
        empty = Moments.computed(np.empty(0, np.int64), iso.DAY)
        return cls(np.full(n, -1, np.int32), empty, kind)

    # rows

    def take(self, rows: Rows) -> Moment:
        """Values at the rows; -1 gives missing."""
        codes = self.codes[rows] if len(self.codes) else np.full(len(rows), -1, np.int32)
        if len(rows) and rows.min() < 0:
            codes = np.where(rows < 0, np.int32(-1), codes)
        return Moment(codes, self.table, self.kind)

    def keep(self, mask: Mask) -> Moment:
        """Missing wherever the mask is false."""
        return Moment(np.where(mask, self.codes, np.int32(-1)), self.table, self.kind)

    def fill(self, other: Moment, mask: Mask) -> Moment:
        """The other column's values wherever the mask holds; raises KindError for another grain."""
        table, (mine, theirs) = _joined([self, other])
        return Moment(np.where(mask, theirs, mine), table, self.kind)

    def below(self, others: Sequence[Moment]) -> Moment:
        """One below the other; raises KindError for another grain."""
        table, codes = _joined([self, *others])
        return Moment(np.concatenate(codes), table, self.kind)

    def missing(self) -> Mask:
        """Which rows are missing."""
        return self.codes < 0

    def present(self) -> Mask:
        """Which rows are not missing."""
        return self.codes >= 0

    def ranks(self) -> Ranks:
        """By first second, then by last; missing is NO_RANK."""
        return self.table.ranks()[self.codes]

    def distinct(self) -> tuple[Codes, list[str]]:
        """The codes and the distinct ISO texts."""
        return self.codes, self.table.texts

    def texts(self) -> NDArray[np.object_]:
        """ISO 8601 texts as an object array, missing as ''."""
        return np.array([*self.table.texts, ""], dtype=object)[self.codes]

    def bounds(self) -> tuple[Seconds, Seconds]:
        """First and last second that each row's text allows (missing rows: 0)."""
        return (
            Seconds(self.each(np.floor_divide(self.table.low, iso.PER_SECOND), 0)),
            Seconds(self.each(np.floor_divide(self.table.high, iso.PER_SECOND), 0)),
        )

    def edges(self) -> tuple[Seconds, Seconds]:
        """First and last second in the order of time: in UTC where a text has an offset."""
        table = self.table
        ends = (
            np.floor_divide(end + table.shift, iso.PER_SECOND) for end in (table.low, table.high)
        )
        first, last = (Seconds(self.each(end, 0)) for end in ends)
        return first, last

    def each(self, of_table: NDArray[np.int64], missing: int) -> NDArray[np.int64]:
        """A number per distinct moment, brought to the rows."""
        return np.append(of_table, missing)[self.codes]

    # values

    def complete(self) -> Mask:
        """Which rows name one day (DAY), or one second or minute (SECOND)."""
        return np.append(self._exact(), False)[self.codes]

    def _exact(self) -> Mask:
        """Minutes are precision, not absence: 14:30 is the second 14:30:00 where one is needed."""
        return self.table.precision >= (iso.DAY if self.kind is Kind.DAY else iso.MINUTE)

    def days(self) -> Floats:
        """Days since 1970-01-01 of the recorded day; NaN where not known to the day."""
        whole = self.table.precision >= iso.DAY
        days = np.floor_divide(self.table.low, iso.PER_DAY).astype(np.float64)
        return np.append(np.where(whole, days, np.nan), np.nan)[self.codes]

    def seconds(self) -> Floats:
        """Whole seconds since 1970-01-01T00:00:00 by the recorded clock; NaN where not complete.

        A date (DAY) is its midnight.
        """
        seconds = np.floor_divide(self.table.low, iso.PER_SECOND).astype(np.float64)
        return np.append(np.where(self._exact(), seconds, np.nan), np.nan)[self.codes]

    def sas(self) -> Floats:
        """What SAS stores: days (DAY) or seconds (SECOND) since 1960-01-01."""
        return self.days() + SAS_DAYS if self.kind is Kind.DAY else self.seconds() + SAS_SECONDS

    def iso(self) -> Text:
        """As text, with the precision that is known."""
        if self.shown is None:
            self.shown = Text(self.codes, self.table.texts)
        return self.shown


def of_text(text: Text, kind: Kind) -> tuple[Moment, list[int]]:
    """ISO 8601 texts as moments, and the codes of the texts that are none (missing in the column).

    DAY leaves the time of day out; a text without any part of a date is then missing.
    """
    kept, readings, bad = iso.read_texts(text.values, days=kind is Kind.DAY)
    parts = readings.parts
    codes, table = Moments.distinct(
        kept,
        Moments(readings.low, readings.high, iso.precisions(parts), readings.offset, kept, parts),
    )
    return Moment(np.append(codes, np.int32(-1))[text.codes], table, kind), bad


def literal(text: str, kind: Kind) -> Moment | None:
    """One moment, written in a specification line; None when the text is no date.

    With a time of day it is a date-time, whatever it stands beside.
    """
    moment, bad = of_text(Text.constant(text, 1), Kind.SECOND if "T" in text else kind)
    return None if bad or not len(moment.table) else moment


def of_days(days: Floats) -> Moment:
    """Dates from days since 1970-01-01 (NaN, and days outside 0001 to 9999: missing).

    Raises KindError for a part of a day.
    """
    codes, distinct = _coded(days, FIRST_DAY, LAST_DAY, "whole days")
    return Moment(codes, Moments.computed(distinct * iso.PER_DAY, iso.DAY), Kind.DAY)


def of_seconds(seconds: Floats) -> Moment:
    """Date-times from seconds since 1970-01-01T00:00:00, rounded to the second."""
    last = (LAST_DAY + 1) * 86_400 - 1
    codes, distinct = _coded(np.floor(seconds + 0.5), FIRST_DAY * 86_400, last, "seconds")
    return Moment(codes, Moments.computed(distinct * iso.PER_SECOND, iso.SECOND), Kind.SECOND)


def of_sas(numbers: Floats, kind: Kind) -> Moment:
    """From what SAS stores: days (DAY) or seconds (SECOND) since 1960-01-01."""
    return of_days(numbers - SAS_DAYS) if kind is Kind.DAY else of_seconds(numbers - SAS_SECONDS)


def date_of(moment: Moment) -> Moment:
    """The day of date-times, as far as it is known."""
    return moment if moment.kind is Kind.DAY else of_text(moment.iso(), Kind.DAY)[0]


def time_of(moment: Moment) -> Floats:
    """Seconds since midnight; NaN where the time is not known to the minute."""
    clock = np.maximum(moment.table.parts[:, 3:6], 0) @ np.array([3600, 60, 1])
    known = (moment.table.parts[:, 3:5] >= 0).all(axis=1)
    return np.append(np.where(known, clock, np.nan), np.nan)[moment.codes]


def _coded(values: Floats, low: int, high: int, what: str) -> tuple[Codes, iso.Ticks]:
    with np.errstate(invalid="ignore"):
        inside = (values >= low) & (values <= high)
    whole = np.where(inside, values, 0).astype(np.int64)
    broken = int((inside & (whole != values)).sum())
    if broken:
        raise KindError(f"{broken} values are no {what}", "add hours to a date-time, not to a date")
    codes, distinct = numbered(whole, ~inside)
    return codes.astype(np.int32), distinct


def uneven_offsets(moments: Moment, codes: Rows, n: int, keep: Mask) -> Mask:
    """In which of ``n`` groups times with an offset from UTC and times without one stand together:
    nobody knows their order. ``codes`` are group numbers (-1: in no group)."""
    table = moments.table
    if not table.zoned.any():
        return np.zeros(n, np.bool_)
    counts = keep & (codes >= 0)
    both = np.ones(n, np.bool_)
    for kind in (table.zoned, ~table.zoned & (table.precision > iso.DAY)):
        seen = np.zeros(n, np.bool_)
        seen[codes[counts & np.append(kind, False)[moments.codes]]] = True
        both &= seen
    return both


def _joined(columns: Sequence[Moment]) -> tuple[Moments, list[Codes]]:
    """One table for several columns, and the codes of each in it."""
    kinds = {column.kind for column in columns}
    if len(kinds) > 1:
        raise KindError("a date meets a date-time", "take the day of the date-time with date-of")
    tables = {id(column.table): column.table for column in columns}
    if len(tables) == 1:
        return columns[0].table, [column.codes for column in columns]
    stacked = list(tables.values())
    keep, places = _same_moments(stacked)
    maps = dict(zip(tables, places, strict=True))
    return keep, [np.append(maps[id(c.table)], np.int32(-1))[c.codes] for c in columns]


def _same_moments(tables: Sequence[Moments]) -> tuple[Moments, list[Codes]]:
    stacked = Moments(
        np.concatenate([table.low for table in tables]),
        np.concatenate([table.high for table in tables]),
        np.concatenate([table.precision for table in tables]),
        np.concatenate([table.offset for table in tables]),
    )
    if all(table.written is None for table in tables):
        codes = numbered(stacked.low * 8 + stacked.precision)[0].astype(np.int32)
        first = np.unique(codes, return_index=True)[1]
        joined = Moments(
            stacked.low[first], stacked.high[first], stacked.precision[first], stacked.offset[first]
        )
    else:
        stacked.known = np.concatenate([table.parts for table in tables])
        codes, joined = Moments.distinct([t for table in tables for t in table.texts], stacked)
    cuts = np.cumsum([len(table) for table in tables])[:-1]
    return joined, list(np.split(codes, cuts))


makes_nothing(Moment.nothing, Kind.DAY, Kind.SECOND)

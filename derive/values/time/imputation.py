"""Imputation: exactly the parts of a date that a line names, never outside what its text allows.

Flags as ADaMIG 1.3 section 3.2.3 has them: the largest part that was filled (Y, M, D; H, M, S).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Literal

import numpy as np

from derive.values.column import Kind, KindError, Mask
from derive.values.hashed import numbered
from derive.values.moment import Moment, of_days, of_seconds
from derive.values.text import Text
from derive.values.time import iso

Fill = Literal["first", "last", "mid"]
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?")


@dataclass(frozen=True, slots=True)
class Imputation:
    """What may be filled, and with what; a part that is not named stays unknown.

    ``time`` fills the unknown ones of hour, minute and second: ``first`` 00:00:00, ``last``
    23:59:59, ``mid`` 12:00:00, or a clock ``HH:MM`` or ``HH:MM:SS``. ``mid`` of a year is 30 June,
    of a month its 15th. A day that a month does not have is its last one. Raises KindError for what
    is in no calendar (month 13, 30 February).
    """

    year: int | None = None
    month: Fill | int | None = None
    day: Fill | int | None = None
    time: Fill | str | None = None

    def __post_init__(self) -> None:
        month = self.month if isinstance(self.month, int) else 1
        if isinstance(self.year, int) and not 1 <= self.year <= 9999:
            raise KindError(f"there is no year {self.year}", "a year from 1 to 9999")
        if not 1 <= month <= 12:
            raise KindError(f"there is no month {month}", "first, last, mid, or 1 to 12")
        if isinstance(self.day, int) and not 1 <= self.day <= monthrange(2000, month)[1]:
            raise KindError(f"there is no such day: {self.day}", "first, last, mid, or 1 to 31")
        clock = self.time in (None, "first", "last", "mid") or _CLOCK.fullmatch(str(self.time))
        if not clock:
            raise KindError(f"{self.time!r} is no time of day", 'first, last, mid, or "08:00:00"')

    def filled(self, parts: iso.Parts, kind: Kind) -> iso.Parts:
        """The parts with the named ones filled in, and the clock where ``kind`` needs one.

        Seconds are 0 where they are not known and no time is named: minutes are precision.
        """
        out = parts.copy()
        whole_year = (out[:, 1] < 0) & (out[:, 2] < 0)
        _put(out, 0, self.year)
        _put(out, 1, _of_year(self.month))
        if (self.month, self.day) == ("mid", "mid"):
            out[whole_year, 2] = 30
        _put_day(out, self.day, parts[:, 1] < 0)
        if kind is Kind.SECOND:
            self._put_clock(out)
        return out

    def _put_clock(self, out: iso.Parts) -> None:
        unknown = out[:, 3:6] < 0
        if self.time is None:
            only_seconds = ~unknown[:, 0] & ~unknown[:, 1] & unknown[:, 2]
            out[only_seconds, 5] = 0
            return
        out[:, 3:6] = np.where(unknown, _clock(self.time), out[:, 3:6])


def _of_year(month: Fill | int | None) -> int | None:
    return (
        month if month is None or isinstance(month, int) else {"first": 1, "last": 12}.get(month, 6)
    )


def _put(out: iso.Parts, at: int, value: int | None) -> None:
    if value is not None:
        out[out[:, at] < 0, at] = value


def _put_day(out: iso.Parts, day: Fill | int | None, month_free: Mask) -> None:
    known = (out[:, 0] >= 0) & (out[:, 1] >= 0)
    longest = iso.month_lengths(np.where(known, out[:, 0], 2000), np.where(known, out[:, 1], 1))
    if day is not None:
        wanted = day if isinstance(day, int) else {"first": 1, "last": 31}.get(day, 15)
        fill = known & (out[:, 2] < 0)
        out[fill, 2] = np.minimum(wanted, longest)[fill]
    # the 31st of a filled June is not what the text says: every month without a day is followed by
    # one that has it; a filled year without its 29 February has no such neighbour
    beyond = known & (out[:, 2] > longest)
    out[beyond & month_free, 1] += 1
    out[beyond & ~month_free, 0] = iso.UNKNOWN


def _clock(time: str) -> tuple[int, ...]:
    if time in ("first", "last", "mid"):
        return {"first": (0, 0, 0), "last": (23, 59, 59)}.get(time, (12, 0, 0))
    return tuple(int(part) for part in (time + ":00")[:8].split(":"))


@dataclass(frozen=True, slots=True)
class Imputed:
    """Complete moments (missing where a part stays unknown) and their flags (missing: none)."""

    moment: Moment
    date_flag: Text
    time_flag: Text


def impute(
    moment: Moment,
    rule: Imputation,
    *,
    kind: Kind | None = None,
    not_before: Moment | None = None,
    not_after: Moment | None = None,
    seconds_flag: bool | None = None,
) -> Imputed:
    """Fill in what ``rule`` names, as dates or date-times (``kind``; None: the moment's own grain).

    ``not_before`` and ``not_after`` move what was imputed to the bound, with the bound's time of
    day, as far as the text allows. ``seconds_flag``: whether seconds that alone were filled are
    flagged; None: where other values of the column have seconds (ADaMIG).
    """
    grain = kind or moment.kind
    table = moment.table
    width = 3 if grain is Kind.DAY else 6
    parts = rule.filled(table.parts, grain)
    whole: Mask = np.asarray((parts[:, :width] >= 0).all(axis=1), np.bool_)
    ticks = iso.first_and_last(np.where(whole[:, None], parts, 1))[0]
    ticks = np.where(whole, np.clip(ticks, table.low, table.high), 0) // _step(grain) * _step(grain)
    filled: Mask = table.parts[:, :6] < 0
    movable = whole & filled[:, :width].any(axis=1) & ~filled[:, 0]
    values = _bounded(
        moment,
        grain,
        moment.each(ticks, 0),
        np.append(movable, False)[moment.codes],
        _Bounds(not_before, not_after),
    )
    seen = np.zeros(len(table) + 1, np.bool_)
    seen[moment.codes] = True
    told = bool((seen[:-1] & ~filled[:, 5]).any()) if seconds_flag is None else seconds_flag
    clock_flags = "HMS" if told else "HM"
    date_flags = _flags(filled[:, :3], "YMD", whole)
    time_flags = _flags(filled[:, 3 : 3 + len(clock_flags)], clock_flags, whole & (width == 6))
    text = moment.iso()
    made = _made(values, np.append(whole, False)[moment.codes], grain)
    return Imputed(made, text.map(date_flags), text.map(time_flags))


def _step(grain: Kind) -> int:
    return iso.PER_DAY if grain is Kind.DAY else iso.PER_SECOND


def _made(ticks: iso.Ticks, there: Mask, grain: Kind) -> Moment:
    if grain is Kind.DAY:
        return of_days(np.where(there, np.floor_divide(ticks, iso.PER_DAY), np.nan))
    return of_seconds(np.where(there, np.floor_divide(ticks, iso.PER_SECOND), np.nan))


def _flags(filled: Mask, letters: str, whole: Mask) -> list[str | None]:
    first = filled.argmax(axis=1).tolist()
    any_filled = (filled.any(axis=1) & whole).tolist()
    return [letters[at] if some else None for at, some in zip(first, any_filled, strict=True)]


# bounds


@dataclass(frozen=True, slots=True)
class _Bounds:
    not_before: Moment | None
    not_after: Moment | None

    def rows(self, size: int, grain: Kind) -> tuple[iso.Ticks, iso.Ticks]:
        """First and last allowed tick of each row."""
        least = _edge(self.not_before, grain, last=False)
        most = _edge(self.not_after, grain, last=True)
        return (
            np.full(size, _LEAST, np.int64) if least is None else least,
            np.full(size, _MOST, np.int64) if most is None else most,
        )


_LEAST, _MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


def _edge(bound: Moment | None, grain: Kind, *, last: bool) -> iso.Ticks | None:
    """The bound as it will be published: whole days, or the second of a bound that has one."""
    if bound is None:
        return None
    low, high = bound.table.low, bound.table.high
    step = _step(grain)
    low, high = low // step * step, high // step * step
    if grain is Kind.SECOND:
        high = np.where(bound.table.precision >= iso.MINUTE, low, high)
    return bound.each(high, _MOST) if last else bound.each(low, _LEAST)


def _bounded(
    moment: Moment, grain: Kind, values: iso.Ticks, moved: Mask, bounds: _Bounds
) -> iso.Ticks:
    """Imputed values outside their bounds, moved as far as their text allows."""
    least, most = bounds.rows(len(moment), grain)
    rows = np.flatnonzero(moved & ((values < least) | (values > most)))
    if not len(rows):
        return values
    keys = np.stack([moment.codes[rows].astype(np.int64), values[rows], least[rows], most[rows]])
    codes = np.zeros(len(rows), np.int64)
    for key in keys:
        seen = numbered(key)[0]
        codes = numbered(codes * (int(seen.max()) + 1) + seen)[0]
    first = np.unique(codes, return_index=True)[1]
    table = moment.table
    step = _step(grain)
    settled = [
        _settled(
            _spans(tuple(table.parts[code]), int(table.low[code]), int(table.high[code]), step),
            value,
            low,
            high,
        )
        for code, value, low, high in keys[:, first].T.tolist()
    ]
    out = values.copy()
    out[rows] = np.array(settled, np.int64)[codes]
    return out


Span = tuple[int, int]


def _settled(spans: tuple[Span, ...], value: int, low: int, high: int) -> int:
    """The value moved to the first allowed moment of the lower bound, then to the last one of the
    upper bound; a bound outside what the text allows does not move it."""
    if value < low:
        value = min((max(a, low) for a, b in spans if b >= low), default=value)
    if value > high:
        value = max((min(b, high) for a, b in spans if a <= high), default=value)
    return value


@lru_cache(maxsize=4096)
def _spans(parts: tuple[int, ...], low: int, high: int, step: int) -> tuple[Span, ...]:
    """The stretches of time that a text allows, in whole steps: several where a part in the middle
    is unknown (2020---15 is the 15th of any month)."""
    width = 3 if step == iso.PER_DAY else 6
    known = [at for at in range(width) if parts[at] >= 0]
    last = known[-1] if known else -1
    unknown = [at for at in range(1, last) if parts[at] < 0]
    if parts[0] < 0 or not unknown:
        return ((low // step * step, high // step * step),)
    ranges = {1: range(1, 13), 2: range(1, 32), 3: range(24), 4: range(60)}
    rows = []
    for values in product(*(ranges[at] for at in unknown)):
        row = list(parts)
        for at, value in zip(unknown, values, strict=True):
            row[at] = value
        if row[2] < 0 or row[2] <= monthrange(row[0], row[1])[1]:
            rows.append(row)
    first, final = iso.first_and_last(np.array(rows, np.int64))
    ends = zip((first // step * step).tolist(), (final // step * step).tolist(), strict=True)
    return tuple(ends)

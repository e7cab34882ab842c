"""ISO 8601 texts as SDTM writes them (SDTMIG 3.4 section 4.4.2): which parts are known, and which
seconds a text allows.

Right-truncated dates (``2020-03``), unknown parts in the middle (``2020---15``, ``--12-15``,
``2020-01-15T-:30``, ``-----T07:15``), fractions of seconds, offsets (``Z``, ``+02:00``) and
intervals of uncertainty (``2020-01-01/2020-02-15``). Not: week dates, day-of-year dates, the basic
form ``20200315``, durations, ``24:00``, unknown parts at the end (``2020--``).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from derive.values.column import Mask

Parts = NDArray[np.int64]
"""n x 7: year, month, day, hour, minute, second, microsecond; -1 where unknown."""
Ticks = NDArray[np.int64]
"""Microseconds since 1970-01-01T00:00:00 on the clock that the text was recorded by."""
Small = NDArray[np.int64]

YEAR, MONTH, DAY, HOUR, MINUTE, SECOND = range(1, 7)
"""Precision: how many parts are known from the left (0: not even the year)."""
PER_SECOND, PER_DAY = 1_000_000, 86_400_000_000
NO_OFFSET = 1 << 20
"""In place of minutes from UTC where a text has none."""
UNKNOWN = -1

_PART = "(?P<{}>[0-9]{{{}}}|-)"
_ISO = re.compile(
    f"{_PART.format('year', 4)}(?:-{_PART.format('month', 2)}(?:-{_PART.format('day', 2)})?)?"
    f"(?P<time>T{_PART.format('hour', 2)}(?::{_PART.format('minute', 2)}"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?)?"
    r"(?P<zone>Z|[+-][0-9]{2}(?::[0-9]{2})?)?)?"
)
_NAMES = ("year", "month", "day", "hour", "minute", "second")


class Reading(NamedTuple):
    """One text read: its parts, minutes from UTC (NO_OFFSET: none)."""

    parts: tuple[int, ...]
    offset: int = NO_OFFSET


@dataclass(slots=True)
class Readings:
    """Distinct texts read: one row per text."""

    parts: Parts
    low: Ticks
    high: Ticks
    offset: Small


def read_one(text: str) -> Reading | None:
    """The parts of a text; None when it is no ISO 8601 date as SDTM has them."""
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    given = [found[name] for name in _NAMES]
    named = [part for part in given if part is not None]
    if named[-1] == "-" or (found["time"] and found["day"] is None):
        return None
    values = [UNKNOWN if part in (None, "-") else int(part) for part in given]
    fraction = found["fraction"]
    values.append(UNKNOWN if fraction is None else int(fraction[:6].ljust(6, "0")))
    offset = _offset(found["zone"])
    return Reading(tuple(values), offset) if _possible(values) and offset is not None else None


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return NO_OFFSET
    if zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:] or 0)
    minutes_away = 60 * hours + minutes
    if hours > 23 or minutes > 59:
        return None
    return -minutes_away if zone[0] == "-" else minutes_away


def _possible(parts: Sequence[int]) -> bool:
    year, month, day, hour, minute, second = parts[:6]
    if year == 0 or month == 0 or day == 0 or month > 12:
        return False
    longest = 31 if month == UNKNOWN else monthrange(2000 if year == UNKNOWN else year, month)[1]
    return day <= longest and hour < 24 and minute < 60 and second < 60


def read_texts(texts: Sequence[str], *, days: bool) -> tuple[list[str], Readings, list[int]]:
    """Distinct texts read, with the number of each that is no date.

    With ``days`` the time of day (and the offset with it) is cut off. The texts that come back are
    what is left of each: ``''`` where nothing is known, or for what is no date.
    """
    kept: list[str] = []
    firsts: list[Reading] = []
    lasts: list[tuple[int, Reading]] = []
    bad: list[int] = []
    for number, text in enumerate(texts):
        pieces = text.split("/")
        ends = [read_one(piece) for piece in pieces]
        if len(ends) > 2 or None in ends:
            bad.append(number)
            kept.append("")
            firsts.append(Reading((UNKNOWN,) * 7))
            continue
        sound = [_cut(end) if days else end for end in ends if end is not None]
        kept.append(_cut_text(pieces) if days else text)
        firsts.append(sound[0])
        if len(sound) == 2 and sound[0] != sound[1]:
            lasts.append((number, sound[1]))
    readings = _readings(firsts)
    for number in _uncertain(readings, lasts):
        bad.append(number)
        kept[number] = ""
    return kept, readings, sorted(bad)


def _cut(reading: Reading) -> Reading:
    return Reading((*reading.parts[:3], UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN))


def _cut_text(pieces: Sequence[str]) -> str:
    days = [piece.partition("T")[0].rstrip("-") for piece in pieces]
    return days[0] if days[0] == days[-1] else "/".join(days)


def _readings(rows: Sequence[Reading]) -> Readings:
    parts = np.array([row.parts for row in rows], np.int64).reshape(-1, 7)
    offset = np.array([row.offset for row in rows], np.int64)
    return Readings(parts, *first_and_last(parts), offset)


def _uncertain(readings: Readings, lasts: Sequence[tuple[int, Reading]]) -> list[int]:
    """Take the ends of intervals in; gives those that end before they begin, or on another
    clock."""
    if not lasts:
        return []
    at = np.array([number for number, _ in lasts])
    ends = _readings([reading for _, reading in lasts])
    same = np.cumprod(readings.parts[at] == ends.parts, axis=1).astype(np.bool_)
    readings.parts[at] = np.where(same, ends.parts, UNKNOWN)
    wrong = (ends.high < readings.low[at]) | (ends.offset != readings.offset[at])
    readings.high[at] = ends.high
    return [int(number) for number in at[wrong]]


def first_and_last(parts: Parts) -> tuple[Ticks, Ticks]:
    """The first and the last microsecond that the parts allow (unknown year: 0001 to 9999)."""
    year, month, day = parts[:, 0], parts[:, 1], parts[:, 2]
    leap = (month == 2) & (day == 29)
    first_year = np.where(year < 0, np.where(leap, 4, 1), year)
    last_year = np.where(year < 0, np.where(leap, 9996, 9999), year)
    last_month = np.where(month < 0, 12, month)
    last_day = np.where(day < 0, month_lengths(last_year, last_month), day)
    low = day_numbers(first_year, np.where(month < 0, 1, month), np.where(day < 0, 1, day))
    high = day_numbers(last_year, last_month, last_day)
    clock = parts[:, 3:]
    earliest = np.where(clock < 0, 0, clock)
    latest = np.where(clock < 0, [23, 59, 59, PER_SECOND - 1], clock)
    scale = np.array([3600 * PER_SECOND, 60 * PER_SECOND, PER_SECOND, 1])
    return low * PER_DAY + earliest @ scale, high * PER_DAY + latest @ scale


def day_numbers(year: Small, month: Small, day: Small) -> Small:
    """Days since 1970-01-01 of days of the (proleptic Gregorian) calendar."""
    months = (12 * (year - 1970) + month - 1).astype("datetime64[M]")
    return np.asarray(months.astype("datetime64[D]").astype(np.int64) + day - 1, np.int64)


def month_lengths(year: Small, month: Small) -> Small:
    """Days of each month."""
    one = np.ones_like(month)
    following = day_numbers(year + month // 12, month % 12 + 1, one)
    lengths: Small = following - day_numbers(year, month, one)
    return lengths


def precisions(parts: Parts) -> Small:
    """How many parts are known from the left: 0 (no year) to 6 (second)."""
    known: Mask = parts[:, :6] >= 0
    return np.asarray(np.cumprod(known, axis=1).sum(axis=1), np.int64)


def parts_of(ticks: Ticks) -> Parts:
    """Year to second of moments (microseconds are not told apart from the second)."""
    stamps = np.floor_divide(ticks, PER_SECOND)
    day, clock = np.divmod(stamps, 86_400)
    months = day.astype("datetime64[D]").astype("datetime64[M]")
    month = months.astype(np.int64)
    of_month = day - months.astype("datetime64[D]").astype(np.int64) + 1
    hour, rest = np.divmod(clock, 3600)
    minute, second = np.divmod(rest, 60)
    year = np.floor_divide(month, 12) + 1970
    unknown = np.full_like(year, UNKNOWN)
    return np.stack([year, month % 12 + 1, of_month, hour, minute, second, unknown], axis=1)

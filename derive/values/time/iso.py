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
    parts, plain = read_plain(texts)
    offset = np.full(len(texts), NO_OFFSET, np.int64)
    kept = [text[:10] for text in texts] if days else list(texts)
    ends: list[tuple[int, Reading]] = []
    bad: list[int] = []
    for at in np.flatnonzero(~plain).tolist():
        pieces = texts[at].split("/")
        found = [reading for piece in pieces if (reading := read_one(piece))]
        if len(found) != len(pieces) or len(found) > 2:
            bad.append(at)
            continue
        parts[at], offset[at] = found[0]
        kept[at] = _cut_text(pieces) if days else texts[at]
        ends += [(at, end) for end in found[1:]]
    if days:
        parts[:, 3:] = UNKNOWN
        offset[:] = NO_OFFSET
        ends = [(at, _cut(end)) for at, end in ends]
    readings = Readings(parts, *first_and_last(parts), offset)
    bad += _uncertain(readings, ends)
    for at in bad:
        kept[at] = ""
    return kept, readings, sorted(bad)


_PLAIN = ((4, 0), (7, 5), (10, 8), (13, 11), (16, 14), (19, 17))
"""How long a text is that ends with each part, and where that part begins."""
_SEPARATORS = "--T::"


def read_plain(texts: Sequence[str]) -> tuple[Parts, Mask]:
    """Right-truncated dates without anything special, which nearly all are, read in one pass:
    their parts (-1 for other texts), and which texts these are."""
    parts = np.full((len(texts), 7), UNKNOWN, np.int64)
    plain = np.zeros(len(texts), np.bool_)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    for count, (length, _) in enumerate(_PLAIN, start=1):
        at = np.flatnonzero(lengths == length)
        if not len(at):
            continue
        letters = np.array([texts[i] for i in at.tolist()], f"U{length}")
        codes = letters.view(np.uint32).reshape(-1, length)
        found, sound = _numerals(codes, count)
        sound[sound] = _in_calendar(found[sound])
        parts[at[sound]] = found[sound]
        plain[at] = sound
    return parts, plain


def _numerals(codes: NDArray[np.uint32], count: int) -> tuple[Parts, Mask]:
    """The first ``count`` parts of texts of one length, and which texts have them."""
    digits = codes.astype(np.int64) - ord("0")
    sound = np.ones(len(codes), np.bool_)
    found = np.full((len(codes), 7), UNKNOWN, np.int64)
    for part, (end, start) in enumerate(_PLAIN[:count]):
        of_part = digits[:, start:end]
        sound &= ((of_part >= 0) & (of_part <= 9)).all(axis=1)
        found[:, part] = of_part @ (10 ** np.arange(end - start)[::-1])
        if part:
            sound &= codes[:, start - 1] == ord(_SEPARATORS[part - 1])
    return found, sound


def _in_calendar(parts: Parts) -> Mask:
    year, month, day = parts[:, 0], parts[:, 1], parts[:, 2]
    possible = (year > 0) & (month != 0) & (month <= 12) & (day != 0)
    longest = month_lengths(np.maximum(year, 1), np.clip(month, 1, 12))
    possible &= (day <= longest) & (parts[:, 3] < 24)
    return np.asarray(possible & (parts[:, 4] < 60) & (parts[:, 5] < 60), np.bool_)


def _cut(reading: Reading) -> Reading:
    return Reading((*reading.parts[:3], *[UNKNOWN] * 4))


def _cut_text(pieces: Sequence[str]) -> str:
    days = [piece.partition("T")[0].rstrip("-") for piece in pieces]
    return days[0] if days[0] == days[-1] else "/".join(days)


def _uncertain(readings: Readings, lasts: Sequence[tuple[int, Reading]]) -> list[int]:
    """Take the ends of intervals in; gives those that end before they begin, or on another
    clock."""
    if not lasts:
        return []
    at = np.array([number for number, _ in lasts])
    parts = np.array([reading.parts for _, reading in lasts], np.int64)
    offset = np.array([reading.offset for _, reading in lasts], np.int64)
    high = first_and_last(parts)[1]
    same = np.cumprod(readings.parts[at] == parts, axis=1).astype(np.bool_)
    readings.parts[at] = np.where(same, parts, UNKNOWN)
    wrong = (high < readings.low[at]) | (offset != readings.offset[at])
    readings.high[at] = high
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

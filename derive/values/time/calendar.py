"""Arithmetic on moments: study days, differences, ages, adding to a date, ISO 8601 durations.

What is not known well enough for an answer has none (NaN, missing).
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from derive.values.column import Floats, Kind, KindError, Mask
from derive.values.hashed import numbered
from derive.values.moment import FIRST_DAY, LAST_DAY, Moment, Moments, of_seconds
from derive.values.rounding import decimal_text
from derive.values.text import Text
from derive.values.time import iso

Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
UNITS: tuple[Unit, ...] = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
_OF_CLOCK = ("seconds", "minutes", "hours")
AVERAGE_DAYS = {"months": 30.4375, "years": 365.25}
"""Days of an average month and year of the Julian calendar, for durations with a fraction."""
_LETTERS = {"years": "Y", "months": "M", "weeks": "W", "days": "D"}


def study_day(moment: Moment, reference: Moment) -> Floats:
    """Day 1 is the reference day, the day before it is -1: there is no day 0.

    NaN unless both are known to the day (SDTMIG 3.4 section 4.4.4). The time of day does not enter.
    """
    difference = moment.days() - reference.days()
    return np.where(difference >= 0, difference + 1, difference)


def study_days_apart(days: Floats, others: Floats | float) -> Floats:
    """From study days ``others`` to study days ``days``: from -1 to 1 is one day.

    NaN for a study day 0, which does not exist.
    """
    return _elapsed(np.asarray(days, np.float64)) - _elapsed(np.asarray(others, np.float64))


def _elapsed(days: Floats) -> Floats:
    return np.where(days > 0, days - 1, np.where(days < 0, days, np.nan))


def difference(end: Moment, start: Moment, unit: Unit = "days") -> Floats:
    """``end`` minus ``start`` in seconds to weeks, date-times with a fraction.

    Both of one grain, and known to the same precision: two times, or two days. Where both
    date-times have an offset from UTC it counts. Raises KindError for two grains, for parts of a
    day between dates, and for months and years (see :func:`completed` and :func:`duration`).
    """
    _one_grain(end, start)
    if unit not in _SECONDS:
        raise KindError(f"{unit} differ in length", "completed months and years, or a duration")
    days = end.days() - start.days()
    if end.kind is Kind.DAY:
        if unit in _OF_CLOCK:
            raise KindError(f"{unit} between dates", "take date-times, or days")
        return days / (_SECONDS[unit] / 86_400)
    timed, timed_too = end.complete(), start.complete()
    seconds = end.seconds() - start.seconds() + _between_clocks(end, start)
    only_days = _only_day(end) & _only_day(start) & (unit not in _OF_CLOCK)
    exact = np.where(timed & timed_too, seconds, np.where(only_days, days * 86_400, np.nan))
    return exact / _SECONDS[unit]


def _only_day(moment: Moment) -> Mask:
    return np.append(moment.table.precision == iso.DAY, False)[moment.codes]


def _between_clocks(end: Moment, start: Moment) -> Floats:
    """What both offsets from UTC add to a difference of clocks, in seconds."""
    if not (end.table.zoned.any() and start.table.zoned.any()):
        return np.zeros(len(end))
    both = np.append(end.table.zoned, False)[end.codes]
    both &= np.append(start.table.zoned, False)[start.codes]
    shift = end.each(end.table.shift, 0) - start.each(start.table.shift, 0)
    return np.where(both, shift / iso.PER_SECOND, 0.0)


def _one_grain(end: Moment, start: Moment) -> None:
    if end.kind is not start.kind:
        raise KindError("a date and a date-time", "take the day of the date-time with date-of")


def duration(start: Moment, end: Moment, unit: Unit = "days", *, plus_one: bool = False) -> Floats:
    """From ``start`` to ``end``; months are 30.4375 and years 365.25 days.

    ``plus_one`` counts whole days, the first one too. Raises KindError as :func:`difference`.
    """
    _one_grain(end, start)
    if plus_one:
        if unit in _OF_CLOCK:
            raise KindError(f"the first day cannot be counted in {unit}", "unit: days")
        days = end.days() - start.days()
        days = days + (days >= 0)
    elif unit in AVERAGE_DAYS:
        days = difference(end, start)
    else:
        return difference(end, start, unit)
    return days / AVERAGE_DAYS.get(unit, _SECONDS.get(unit, 86_400) / 86_400)


def completed(start: Moment, end: Moment, unit: Literal["months", "years"]) -> Floats:
    """Completed months or years, by the calendar: a month is complete on its day of the month.

    Someone born on 29 February is a year older on 1 March of other years. NaN unless both are
    known to the day; negative where the end comes first. The time of day does not enter.
    """
    known = ~np.isnan(start.days()) & ~np.isnan(end.days())
    a, b = _ends(start)[0], _ends(end)[0]
    count = _full(np.minimum(a, b), np.maximum(a, b), unit)
    return np.where(known, np.where(b < a, -count, count), np.nan)


def age(birth: Moment, at: Moment) -> Floats:
    """Completed years; NaN unless every day that both may mean gives the same age, and where the
    birth may come later."""
    (born, born_last), (first, last) = _ends(birth), _ends(at)
    least = _full(born_last, np.maximum(first, born_last), "years")
    most = _full(born, np.maximum(last, born), "years")
    sure = birth.present() & at.present() & (least == most) & (born_last <= first)
    return np.where(sure, least, np.nan)


def _ends(moment: Moment) -> tuple[iso.Small, iso.Small]:
    """First and last day of each row."""
    low = np.floor_divide(moment.table.low, iso.PER_DAY)
    return moment.each(low, 0), moment.each(np.floor_divide(moment.table.high, iso.PER_DAY), 0)


def _full(start: iso.Small, end: iso.Small, unit: Literal["months", "years"]) -> Floats:
    """Full months or years between days, the start not after the end."""
    months, day = _month_and_day(start)
    months_too, day_too = _month_and_day(end)
    count = months_too - months - (day_too < day)
    return np.asarray(count // (12 if unit == "years" else 1), np.float64)


def _month_and_day(days: iso.Small) -> tuple[iso.Small, iso.Small]:
    """Months since 1970-01, and the day of the month."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    return months.astype(np.int64), days - months.astype("datetime64[D]").astype(np.int64) + 1


def add(moment: Moment, amount: Floats | float, unit: Unit = "days") -> Moment:
    """So much later (or earlier, where negative).

    Days, weeks, months and years move the day and leave the time of day, known or not, as it is; a
    month that has no such day ends on its last one. Hours, minutes and seconds, and parts of a day,
    need a date-time known to the minute; its offset from UTC is then left out. Missing where the
    day is not known or the calendar (0001 to 9999) ends. Raises KindError for parts of a day added
    to dates, and for parts of months.
    """
    amounts = np.broadcast_to(np.asarray(amount, np.float64), (len(moment),))
    broken = ~_whole(amounts)
    if unit in ("days", "weeks") and moment.kind is Kind.SECOND and broken.any():
        whole = _moved(moment, np.where(broken, np.nan, amounts), unit)
        parts = of_seconds(moment.seconds() + amounts * _SECONDS[unit])
        return whole.fill(parts, broken)
    if unit in _OF_CLOCK:
        if moment.kind is Kind.DAY:
            hint = "add to a date-time, or add whole days"
            raise KindError(f"{unit} cannot be added to a date", hint)
        return of_seconds(moment.seconds() + amounts * _SECONDS[unit])
    if broken.any():
        raise KindError(f"only whole {unit} can be added", "add hours to a date-time")
    return _moved(moment, amounts, unit)


def _whole(amounts: Floats) -> Mask:
    """Which amounts are whole, or missing."""
    with np.errstate(invalid="ignore"):
        whole = (np.abs(amounts) < 1e9) & (amounts == np.floor(amounts))
    return np.asarray(whole | np.isnan(amounts), np.bool_)


def _moved(moment: Moment, amounts: Floats, unit: Unit) -> Moment:
    """Every distinct pair of a moment and an amount moved once."""
    table = moment.table
    movable = (table.precision >= iso.DAY) & np.array(["/" not in t for t in table.texts], bool)
    without = ~np.append(movable, False)[moment.codes] | np.isnan(amounts)
    whole = np.where(np.isnan(amounts), 0, amounts).astype(np.int64)
    steps, distinct = numbered(whole)
    codes, pairs = numbered(moment.codes.astype(np.int64) * len(distinct) + steps, without)
    base, step = np.divmod(pairs, max(len(distinct), 1))
    old = np.floor_divide(table.low[base], iso.PER_DAY)
    new = _later(old, distinct[step], unit)
    inside = (new >= FIRST_DAY) & (new <= LAST_DAY)
    new = np.where(inside, new, old)
    low = table.low[base] + (new - old) * iso.PER_DAY
    high = table.high[base] + (new - old) * iso.PER_DAY
    parts = table.parts[base].copy()
    parts[:, :3] = iso.parts_of(low)[:, :3]
    days = np.datetime_as_string(new.astype("datetime64[D]"), unit="D").tolist()
    texts = [
        day + table.texts[at][10:] if fits else ""
        for day, at, fits in zip(days, base.tolist(), inside.tolist(), strict=True)
    ]
    found = Moments(low, high, table.precision[base], table.offset[base], texts, parts)
    numbers, kept = Moments.distinct(texts, found)
    return Moment(np.append(numbers, np.int32(-1))[codes], kept, moment.kind)


def _later(days: iso.Small, amounts: iso.Small, unit: Unit) -> iso.Small:
    if unit in ("days", "weeks"):
        return days + amounts * (7 if unit == "weeks" else 1)
    months, day = _month_and_day(days)
    months = months + amounts * (12 if unit == "years" else 1)
    year, month = np.floor_divide(months, 12) + 1970, months % 12 + 1
    return iso.day_numbers(year, month, np.minimum(day, iso.month_lengths(year, month)))


def durations(start: Moment, end: Moment) -> Text:
    """The ISO 8601 duration between moments known to the same precision: days, or days and time.

    Missing where they are not, or where the end comes first. Raises KindError for two grains.
    """
    spans = difference(end, start) * 86_400
    known: Mask = spans >= 0  # false for NaN
    timed = start.complete() & (start.kind is Kind.SECOND)
    keys = np.rint(np.where(known, spans, 0)).astype(np.int64) * 2 + timed
    codes, distinct = numbered(keys, ~known)
    shown: list[str | None] = [_span(key // 2, timed=key % 2 == 1) for key in distinct.tolist()]
    return Text(codes.astype(np.int32), [str(i) for i in range(len(shown))]).map(shown)


def _span(seconds: int, *, timed: bool) -> str:
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"P{text}" if text else ("PT0S" if timed else "P0D")


def duration_text(amount: float, unit: Unit) -> str | None:
    """An ISO 8601 duration: 5 days are ``P5D``, 1.5 hours ``PT1.5H``; None for a negative one."""
    if not amount >= 0:
        return None
    number = decimal_text(float(amount))
    return f"PT{number}{unit[0].upper()}" if unit in _OF_CLOCK else f"P{number}{_LETTERS[unit]}"

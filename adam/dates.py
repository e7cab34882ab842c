"""ISO 8601 text to dates: partial dates, imputation, imputation flags, study days, durations.

Works on the distinct values of a text column. ADaMIG 1.3 section 3.2.3 (date and time imputation
flags): DTF is Y, M or D for the largest part imputed; TMF is H, M or S.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from adam import columns

Fill = Literal["first", "last", "mid"]

_ISO = re.compile(
    r"^(?P<year>\d{4}|-)(?:-(?P<month>\d{2}|-)(?:-(?P<day>\d{2}|-))?)?"
    r"(?:T(?P<hour>\d{2}|-)(?::(?P<minute>\d{2}|-)(?::(?P<second>\d{2})(?:\.\d+)?)?)?)?$"
)
_PARTS = ("year", "month", "day", "hour", "minute", "second")


@dataclass(frozen=True, slots=True)
class Imputation:
    """What may be filled in. ``highest``: the largest part that may be imputed
    (none, day, month, year for the date; hour, minute, second for the time)."""

    date: Fill | str | None = None
    highest: Literal["none", "day", "month"] = "none"
    time: Fill | str | None = None


@dataclass(frozen=True, slots=True)
class Imputed:
    """Dates with their flags; ``unreadable`` holds the distinct texts that are no ISO date."""

    values: pd.Series
    date_flag: pd.Series
    time_flag: pd.Series
    unreadable: tuple[str, ...]


def parse_parts(text: str) -> tuple[int | None, ...] | None:
    """Year to second, None for each unknown part; None when the text is no ISO 8601 date."""
    found = _ISO.match(text)
    if found is None:
        return None
    values = [found[name] for name in _PARTS]
    parts = tuple(int(v) if v not in (None, "-") else None for v in values)
    return parts if _possible(parts) else None


def _possible(parts: tuple[int | None, ...]) -> bool:
    year, month, day, hour, minute, second = parts
    if month is not None and not 1 <= month <= 12:
        return False
    if day is not None and not 1 <= day <= _month_length(year, month):
        return False
    return (hour or 0) < 24 and (minute or 0) < 60 and (second or 0) < 60


def _month_length(year: int | None, month: int | None) -> int:
    if month is None:
        return 31
    if month == 2:
        leap = year is None or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
        return 29 if leap else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _date_part(parts: tuple[int | None, ...], rule: Imputation) -> tuple[str | None, str]:
    """(ISO date or None, DTF flag)."""
    year, month, day = parts[:3]
    if year is None:
        return None, ""
    if month is not None and day is not None:
        return f"{year:04d}-{month:02d}-{day:02d}", ""
    allowed = {"none": 0, "day": 1, "month": 2}[rule.highest]
    if allowed < (2 if month is None else 1) or rule.date is None:
        return None, ""
    flag = "M" if month is None else "D"
    new_month, new_day = _filled(year, month, rule.date)
    return f"{year:04d}-{new_month:02d}-{new_day:02d}", flag


def _filled(year: int, month: int | None, how: str) -> tuple[int, int]:
    if how == "first":
        return month or 1, 1
    if how == "last":
        target = month or 12
        return target, _month_length(year, target)
    if how == "mid":
        return (month, 15) if month else (6, 30)
    stated_month, stated_day = (int(v) for v in how.split("-"))
    target = month or stated_month
    return target, min(stated_day, _month_length(year, target))


def _time_part(parts: tuple[int | None, ...], how: str | None) -> tuple[str | None, str]:
    """(HH:MM:SS or None, TMF flag)."""
    known = parts[3:]
    if all(v is not None for v in known):
        return f"{known[0]:02d}:{known[1]:02d}:{known[2]:02d}", ""
    if how is None:
        return None, ""
    fill = {"first": (0, 0, 0), "last": (23, 59, 59), "mid": (12, 0, 0)}.get(how)
    filled = fill or tuple(int(v) for v in how.split(":"))
    lowest = next(i for i, v in enumerate(known) if v is None)
    clock = [known[i] if i < lowest else filled[i] for i in range(3)]
    return f"{clock[0]:02d}:{clock[1]:02d}:{clock[2]:02d}", "HMS"[lowest]


def impute(
    column: pd.Series, rule: Imputation, *, datetime: bool, seconds_flag: bool = True
) -> Imputed:
    """Dates (or date-times) of an ISO 8601 text column.

    A partial date that may not be imputed is missing. ``seconds_flag``: set TMF to S when only the
    seconds were imputed and some value of the column has seconds (ADaMIG leaves S out otherwise).
    """
    texts = list(column.cat.categories)
    parsed = [parse_parts(text) for text in texts]
    unreadable = tuple(t for t, p in zip(texts, parsed, strict=True) if p is None)
    with_seconds = any(p is not None and p[5] is not None for p in parsed)
    rows = [_one(p, rule, datetime) for p in parsed]
    if not (seconds_flag and with_seconds):
        rows = [(v, d, "" if t == "S" else t) for v, d, t in rows]
    codes = column.cat.codes.to_numpy()
    stamps = np.array([v or "NaT" for v, _, _ in rows] + ["NaT"], dtype="datetime64[s]")
    return Imputed(
        values=pd.Series(stamps[codes]),
        date_flag=columns.text_column(codes, [d for _, d, _ in rows]),
        time_flag=columns.text_column(codes, [t for _, _, t in rows]),
        unreadable=unreadable,
    )


def _one(
    parts: tuple[int | None, ...] | None, rule: Imputation, datetime: bool
) -> tuple[str | None, str, str]:
    if parts is None:
        return None, "", ""
    date, date_flag = _date_part(parts, rule)
    if date is None or not datetime:
        return date, date_flag, ""
    clock, time_flag = _time_part(parts, rule.time) if not date_flag else _all_time(rule.time)
    return (None, "", "") if clock is None else (f"{date}T{clock}", date_flag, time_flag)


def _all_time(how: str | None) -> tuple[str | None, str]:
    return _time_part((None,) * 6, how)


def bounded(
    imputed: Imputed,
    partial: pd.Series,
    *,
    not_before: pd.Series | None,
    not_after: pd.Series | None,
) -> pd.Series:
    """Imputed dates moved inside the bounds, never outside what the partial text allows.

    Only values with an imputation flag move; ``partial`` is the ISO text they come from. A bound
    outside the possible range of the text does not move the value (2024-05 stays in May).
    """
    values = imputed.values.to_numpy().copy()
    flagged = ~columns.missing(imputed.date_flag)
    for bound, lower in ((not_before, True), (not_after, False)):
        if bound is None:
            continue
        edge = bound.to_numpy().astype("datetime64[D]").astype("datetime64[s]")
        low, high = possible_range(partial)
        with np.errstate(invalid="ignore"):
            beyond = (values < edge) if lower else (values > edge)
            inside = (edge >= low) & (edge <= high)
        move = flagged & beyond & inside
        values[move] = edge[move]
    return pd.Series(values)


def possible_range(column: pd.Series) -> tuple[Any, Any]:
    """Earliest and latest day that each ISO text can mean, as datetime64[s] vectors."""
    parsed = [parse_parts(text) for text in column.cat.categories]
    out = []
    for how in ("first", "last"):
        rule = Imputation(date=how, highest="month")
        days = [_date_part(p, rule)[0] if p else None for p in parsed]
        stamps = np.array([d or "NaT" for d in days] + ["NaT"], dtype="datetime64[s]")
        out.append(stamps[column.cat.codes.to_numpy()])
    return out[0], out[1]


def date_of(column: pd.Series) -> pd.Series:
    """The day of a date-time."""
    return pd.Series(column.to_numpy().astype("datetime64[D]").astype("datetime64[s]"))


def time_of(column: pd.Series) -> pd.Series:
    """Seconds since midnight of a date-time (float64)."""
    return pd.Series(np.mod(columns.seconds(column), 86400.0))


def study_day(column: pd.Series, reference: pd.Series) -> pd.Series:
    """SDTMIG 4.4.4: day 1 is the reference day, and there is no day 0."""
    difference = columns.days(column) - columns.days(reference)
    return pd.Series(np.where(difference >= 0, difference + 1, difference))


_UNIT_SECONDS = {
    "seconds": 1.0,
    "minutes": 60.0,
    "hours": 3600.0,
    "days": 86400.0,
    "weeks": 604800.0,
}
DAYS_PER_MONTH = 30.4375
DAYS_PER_YEAR = 365.25


def duration(start: pd.Series, end: pd.Series, *, unit: str, add_one: bool) -> pd.Series:
    """End minus start in ``unit`` (seconds to weeks, months of 30.4375 and years of 365.25 days).

    ``add_one`` counts the first day too; with it, and for units of days and more, times of day
    are cut off.
    """
    scale = _UNIT_SECONDS.get(unit)
    if scale is None:
        scale = 86400.0 * {"months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR}[unit]
    if add_one:
        spans = (columns.days(end) - columns.days(start)) * 86400.0
        return pd.Series((spans + np.where(spans >= 0, 86400.0, 0.0)) / scale)
    return pd.Series((columns.seconds(end) - columns.seconds(start)) / scale)

"""Arithmetic on ISO 8601 texts: days, study days, order of partial dates, durations.

Days are counted from 1970-01-01. Only dates that are complete to the day have a day number.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

import numpy as np
import numpy.typing as npt

_EPOCH, _LAST = date(1970, 1, 1).toordinal(), date.max.toordinal()
_COMPLETE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.*)?", re.DOTALL)
_UNITS = {"years": "Y", "months": "M", "weeks": "W", "days": "D", "hours": "H", "minutes": "M"}
_UNITS["seconds"] = "S"
_IN_TIME = {"hours", "minutes", "seconds"}


def iso_to_days(values: Sequence[str | None]) -> npt.NDArray[np.float64]:
    """Day numbers of distinct ISO texts; NaN where the date is not complete to the day.

    The time of day does not enter, nor does a time zone: the day is the one that was recorded.
    """
    days = {value: _days(value) for value in set(values)}
    return np.array([days[value] for value in values], dtype=np.float64)


def _days(value: str | None) -> float:
    if not isinstance(value, str) or not _COMPLETE.fullmatch(value):
        return float("nan")
    try:
        return float(date.fromisoformat(value[:10]).toordinal() - _EPOCH)
    except ValueError:
        return float("nan")


def study_day(
    dtc: Sequence[str | None], reference: Sequence[str | None]
) -> npt.NDArray[np.float64]:
    """--DY of pairs of dates: the difference in days, plus 1 on or after the reference; no day 0.

    NaN unless both are complete to the day (SDTMIG 3.4 section 4.4.4).
    """
    difference = iso_to_days(dtc) - iso_to_days(reference)
    return np.where(difference >= 0, difference + 1, difference)


@lru_cache(maxsize=1 << 16)
def bounds(iso: str) -> tuple[str, str]:
    """The first and the last second that a date may mean, as sortable ``YYYY-MM-DDTHH:MM:SS``
    texts.

    ``2022-02`` is 2022-02-01T00:00:00 to 2022-02-28T23:59:59. A day without its month may be in
    any month of the year. Zones and fractions are left out. Raises ValueError for a text without
    a year.
    """
    day, _, time = iso.partition("T")
    year, _, rest = day.partition("-")
    if len(year) != 4 or not year.isdigit():
        raise ValueError(f"{iso!r} has no year")
    month, _, of_month = rest.partition("-") if not rest.startswith("--") else ("", "", rest[2:])
    first_month, last_month = (month, month) if month else ("01", "12")
    last_day = of_month or f"{calendar.monthrange(int(year), int(last_month))[1]:02d}"
    time = re.split(r"[Z+.-]", time)[0]
    low, high = time + "00:00:00"[len(time) :], time + "23:59:59"[len(time) :]
    return (
        f"{year}-{first_month}-{of_month or '01'}T{low}",
        f"{year}-{last_month}-{last_day}T{high}",
    )


def compare(left: str, right: str) -> int | None:
    """-1, 0 or 1 if it is certain that left is before, the same as or after right; otherwise None.

    Complete dates compare by what both have: a date without a time is not before a time on that
    day.
    """
    (left_first, left_last), (right_first, right_last) = bounds(left), bounds(right)
    if left == right and len(left) >= 10 and "--" not in left:
        return 0
    if left_last < right_first:
        return -1
    return 1 if right_last < left_first else None


def duration(amount: Decimal | int, unit: str) -> str:
    """An ISO 8601 duration: ``duration(5, 'days')`` is ``P5D``. Raises ValueError otherwise."""
    if unit not in _UNITS or amount < 0:
        raise ValueError(f"no duration of {amount} {unit}; units are {', '.join(_UNITS)}")
    return f"P{'T' if unit in _IN_TIME else ''}{Decimal(amount):f}{_UNITS[unit]}"


def duration_between(start: str, end: str) -> str | None:
    """The ISO 8601 duration between two moments: days, or days and time if both have a time.

    None if either is incomplete, if only one has a time, or if the end is before the start.
    """
    try:
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
        seconds = int((last - first).total_seconds())
    except (ValueError, TypeError):
        return None
    if seconds < 0 or ("T" in start) != ("T" in end) or min(len(start), len(end)) < 10:
        return None
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    clock = "".join(
        f"{n}{letter}" for n, letter in ((hours, "H"), (minutes, "M"), (rest, "S")) if n
    )
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"P{text}" if text else ("PT0S" if "T" in start else "P0D")


def days_after(iso: str, days: int) -> str | None:
    """The day that many days later; None unless the date is complete to the day, and where the
    calendar ends before."""
    number = _days(iso)
    if number != number:  # noqa: PLR0124 - NaN is the one value that differs from itself
        return None
    ordinal = int(number) + _EPOCH + days
    return date.fromordinal(ordinal).isoformat() if 1 <= ordinal <= _LAST else None

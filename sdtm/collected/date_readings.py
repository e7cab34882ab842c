"""One text read in one declared way: parts, ISO 8601 or Excel, with the checks of the calendar."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from derive.values.time.iso import UNKNOWN, read_one
from sdtm.collected.date_arithmetic import bounds
from sdtm.collected.date_formats import AFTERNOON, MONTHS
from specs.codes import finding
from specs.errors import SpecificationError

MOVED = "24:00 moved to the next day"


class DateResult(NamedTuple):
    """What became of one raw text: ``iso`` or None, and in ``problem`` a MAP2xx code or None."""

    iso: str | None
    steps: tuple[str, ...] = ()
    problem: str | None = None
    message: str = ""


class Reading(NamedTuple):
    """One way to read a text; with a problem if it cannot be right."""

    form: str
    iso: str = ""
    steps: tuple[str, ...] = ()
    problem: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a column declares besides its formats."""

    excel_system: str
    pivot: int | None
    earliest: str
    latest: str


class ImpossibleError(Exception):
    """A reading that cannot be right, by code and sentence."""

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem, self.message = problem, message


def check_limits(*limits: str | None) -> None:
    """Refuse a limit that is no ISO date with a year. Raises SpecificationError MAP201."""
    for limit in limits:
        try:
            first = limit and bounds(limit)[0]
            if first:
                datetime.fromisoformat(first)
        except ValueError as error:
            message = f"limit of dates {limit!r}: {error}"
            raise SpecificationError(finding("MAP201", message, value=str(limit))) from error


def read_parts(
    parts: Mapping[str, str], form: str, unknown: frozenset[str], rules: Rules
) -> Reading:
    """The parts of a declared format as ISO 8601."""
    known = {k: v for k, v in parts.items() if v is not None and v.upper() not in unknown}
    steps = tuple(f"{name.replace('_', ' ')} unknown" for name in parts if name not in known)
    date = ""
    try:
        date = _iso_date(_year(known, rules.pivot), _month(known), _number(known, "day"))
        _check_range(date, rules)
        time = with_zone(time_of(known), known.get("zone", ""))
        if len(date) < 10 or not time:
            return Reading(form, date, steps)
        if time.startswith("24"):
            return Reading(form, next_midnight(date, time), (*steps, MOVED))
        return Reading(form, f"{date}T{time}", steps)
    except ImpossibleError as error:
        trusted = date if error.problem in ("MAP221", "MAP226") else ""
        return Reading(form, trusted, steps, error.problem, error.message)


def _number(known: Mapping[str, str], name: str) -> int | None:
    return int(known[name]) if name in known else None


def _year(known: Mapping[str, str], pivot: int | None) -> int | None:
    short = _number(known, "short_year")
    if short is None:
        return _number(known, "year")
    if pivot is None:
        raise ImpossibleError(
            "MAP214", f"year {short:02d} could be of any century; declare a pivot"
        )
    return 2000 + short if short <= pivot else 1900 + short


def _month(known: Mapping[str, str]) -> int | None:
    name = known.get("month_name")
    return _number(known, "month") if name is None else MONTHS[name.upper()]


def _iso_date(year: int | None, month: int | None, day: int | None) -> str:
    """Right-truncated ISO 8601; ``-`` stands for what is unknown before something known."""
    if month is not None and not 1 <= month <= 12:
        raise ImpossibleError("MAP211", f"there is no month {month}")
    longest = 31 if month is None else calendar.monthrange(2000 if year is None else year, month)[1]
    if day is not None and not 1 <= day <= longest:
        raise ImpossibleError("MAP211", f"there is no such day {day}")
    if year == 0:
        raise ImpossibleError("MAP211", "there is no year 0")
    if year is None and (month is None or day is None):
        raise ImpossibleError("MAP215", "the year is unknown, and so is month or day")
    if day is None:
        return f"{year:04d}" if month is None else f"{year:04d}-{month:02d}"
    head = "-" if year is None else f"{year:04d}"
    return f"{head}-{'-' if month is None else f'{month:02d}'}-{day:02d}"


def time_of(known: Mapping[str, str]) -> str:
    """``HH``, ``HH:MM`` or ``HH:MM:SS`` of the known parts, empty without an hour.

    24:00 is given back as ``24:00``. Raises ImpossibleError MAP221.
    """
    hour = _number(known, "hour")
    if hour is None:
        return ""
    if "half" in known:
        hour = _on_24_hours(hour, afternoon=known["half"].upper() in AFTERNOON)
    minute, second = _number(known, "minute"), _number(known, "second")
    midnight = hour == 24 and not minute and not second
    if (hour > 23 and not midnight) or (minute or 0) > 59 or (second or 0) > 59:
        raise ImpossibleError("MAP221", "there is no such time of day")
    parts = (
        [hour] if minute is None else [hour, minute] if second is None else [hour, minute, second]
    )
    return ":".join(f"{part:02d}" for part in parts)


def with_zone(time: str, zone: str) -> str:
    """A time with its offset from UTC as ISO 8601: ``13:05`` and ``+0200`` is ``13:05+02:00``.

    Raises ImpossibleError MAP226 for an offset that no place on earth has.
    """
    if not time or not zone:
        return time
    found = re.fullmatch(r"(?:UTC|GMT)?([+-])([0-9]{2}):?([0-9]{2})?", zone.upper())
    if found is None:
        return f"{time}Z"
    sign, hours, minutes = found[1], int(found[2]), int(found[3] or 0)
    if hours * 60 + minutes > 14 * 60 or minutes > 59:
        raise ImpossibleError("MAP226", f"there is no time zone {zone}")
    return f"{time}{sign}{hours:02d}:{minutes:02d}"


def _on_24_hours(hour: int, *, afternoon: bool) -> int:
    if hour > 12 or (afternoon and hour == 0):
        raise ImpossibleError("MAP221", f"hour {hour} is not on a 12-hour clock")
    return hour % 12 + 12 * afternoon


def _check_range(date: str, rules: Rules) -> None:
    """Refuse a date that lies wholly outside the possible range; one without a year cannot be."""
    if date.startswith("-"):
        return
    first, last = bounds(date)
    if last < bounds(rules.earliest)[0] or first > bounds(rules.latest)[1]:
        why = f"{date} is not between {rules.earliest} and {rules.latest}"
        raise ImpossibleError("MAP213", why)


def next_midnight(date: str, time: str) -> str:
    """``2022-03-05`` and ``24:00`` is ``2022-03-06T00:00``; seconds are kept if they were written.

    Raises ImpossibleError MAP211 after the last day of the calendar.
    """
    try:
        following = datetime.fromisoformat(date) + timedelta(days=1)
    except (OverflowError, ValueError) as error:
        raise ImpossibleError("MAP211", "the calendar ends before the next day") from error
    return f"{following.date().isoformat()}T00{time[2:]}"


_ISO = re.compile(
    r"(?P<year>[0-9]{4}|-)(?:-(?P<month>[0-9]{2}|-)(?:-(?P<day>[0-9]{2}))?)?"
    r"(?:T(?P<hour>[0-9]{2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?P<fraction>\.[0-9]+)?)?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def read_iso(text: str, rules: Rules) -> Reading | None:
    """ISO 8601 extended format, partial as SDTM allows; fraction and zone are kept as written."""
    found = _ISO.fullmatch(text)
    if found is None or (found["month"] == "-" and found["day"] is None):
        return _read_gaps(text, rules)
    parts = {k: v for k, v in found.groupdict().items() if v not in (None, "-")}
    tail = parts.pop("fraction", "") + parts.pop("zone", "")
    if "hour" in parts and not {"year", "month", "day"} <= parts.keys():
        return _read_gaps(text, rules) or Reading(
            "iso", "", (), "MAP211", "a time on an incomplete date"
        )
    reading = read_parts(parts, "iso", frozenset(), rules)
    if reading.problem or not tail:
        return reading
    if parts["hour"] == "24":
        return Reading("iso", "", (), "MAP221", "24:00 with a fraction or zone")
    return Reading("iso", reading.iso + tail, reading.steps)


def _read_gaps(text: str, rules: Rules) -> Reading | None:
    """ISO 8601 with parts unknown before known ones, also of the time (``2024-01-15T-:30``,
    ``-----T07:15``), as SDTMIG 3.4 section 4.4.2 has them: kept as written."""
    read = read_one(text)
    if read is None:
        return None
    try:
        year, month, day = read.parts[:3]
        if year != UNKNOWN:
            known = f"-{month:02d}" + (f"-{day:02d}" if day != UNKNOWN else "")
            _check_range(f"{year:04d}{known if month != UNKNOWN else ''}", rules)
    except ImpossibleError as error:
        return Reading("iso", "", (), error.problem, error.message)
    return Reading("iso", text)


_SERIAL = re.compile(r"[0-9]{1,7}(?:\.[0-9]+)?")
_CELL = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_LAST_SERIAL = {"1900": 2958465, "1904": 2957003}


def read_excel(text: str, rules: Rules) -> Reading | None:
    """A serial number of the declared date system, or the text of a date cell.

    Midnight of a date cell is no time: Excel cannot tell it from a date alone. Four digits are
    refused, since they may be a year.
    """
    if _SERIAL.fullmatch(text):
        return _read_serial(text, rules)
    if not _CELL.fullmatch(text):
        return None
    date, _, time = text.replace(" ", "T").partition("T")
    if time.strip("0:.") == "":
        time = ""
    reading = read_iso(f"{date}T{time}" if time else date, rules)
    return reading and Reading("excel", *_but_form(reading))


def _but_form(reading: Reading) -> tuple[str, tuple[str, ...], str, str]:
    return reading.iso, reading.steps, reading.problem, reading.message


def _read_serial(text: str, rules: Rules) -> Reading | None:
    whole, _, fraction = text.partition(".")
    serial = int(whole)
    if serial > _LAST_SERIAL[rules.excel_system]:
        return None
    if len(whole) == 4 and not fraction:
        return Reading("excel", "", (), "MAP212", "four digits can be a year or an Excel serial")
    if rules.excel_system == "1900" and serial in {0, 60}:
        return Reading("excel", "", (), "MAP211", f"serial {serial} is no day of the calendar")
    start = datetime(1904, 1, 1)  # noqa: DTZ001 - Excel has no time zones
    if rules.excel_system == "1900":
        # Excel takes 1900 for a leap year: serial 60 is its 29 February, later ones are too high
        start = datetime(1899, 12, 31) if serial < 60 else datetime(1899, 12, 30)  # noqa: DTZ001
    seconds = round(float(f"0.{fraction or 0}") * 86400)
    try:
        moment = start + timedelta(days=serial, seconds=seconds)
    except OverflowError:
        return None
    iso = moment.isoformat() if seconds else moment.date().isoformat()
    try:
        _check_range(iso[:10], rules)
    except ImpossibleError as error:
        return Reading("excel", "", (), error.problem, error.message)
    return Reading("excel", iso, (f"Excel serial {text}, {rules.excel_system} system",))

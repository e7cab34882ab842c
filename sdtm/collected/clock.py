"""Raw times of day, and how they join their dates.

``24:00`` is the next day's ``00:00``: the date moves on, the study day with it, and MAP223 lists
it for the site. In every other case the time of day never changes a date, and so never a study
day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sdtm.collected.date_formats import ZONE, DateFormat, compile_formats, plain
from sdtm.collected.date_readings import (
    MOVED,
    DateResult,
    ImpossibleError,
    next_midnight,
    time_of,
    with_zone,
)


@dataclass(frozen=True, slots=True)
class TimeResult:
    """What became of one raw time: ``HH``, ``HH:MM``, ``HH:MM:SS`` or None; 24:00 stays so."""

    iso: str | None
    steps: tuple[str, ...] = ()
    problem: str | None = None
    message: str = ""


def parse_times(
    values: Sequence[str | None],
    formats: Sequence[str] = ("HH:mm",),
    *,
    unknown: Sequence[str] = (),
) -> list[TimeResult]:
    """Times of day of raw texts, one result per value; ``iso`` as a format is ``HH:mm`` or
    ``HH:mm:SS``.

    An unknown minute leaves the hour, an unknown hour leaves nothing. Raises SpecificationError
    MAP201.
    """
    spelled = [
        part for form in formats for part in (("HH:mm", "HH:mm:SS") if form == "iso" else (form,))
    ]
    compiled = [f for f in compile_formats(spelled, unknown) if isinstance(f, DateFormat)]
    words = frozenset(spelling.upper() for word in unknown for spelling in (word, plain(word)))
    return [_parse(value or "", compiled, words) for value in values]


def _parse(value: str, formats: Sequence[DateFormat], unknown: frozenset[str]) -> TimeResult:
    text = plain(value)
    if not text:
        return TimeResult(None)
    if text.upper() in unknown:
        return TimeResult(None, ("time declared as unknown",))
    found, wrong = _readings(text, formats, unknown)
    if len(found) > 1:
        ways = " or ".join(f"{iso} ({form})" for iso, form in found.items())
        return TimeResult(None, (), "MAP225", f"{text!r} can be {ways}")
    if found:
        iso, form_text = next(iter(found.items()))
        return TimeResult(iso or None, (f"time {text!r} read as {form_text}",))
    return wrong or _no_time(text, formats)


def _readings(
    text: str, formats: Sequence[DateFormat], unknown: frozenset[str]
) -> tuple[dict[str, str], TimeResult | None]:
    """The sound readings, time -> format, and the last one that the clock does not have."""
    found: dict[str, str] = {}
    wrong = None
    for form in formats:
        parts = form.parts(text) or {}
        known = {k: v for k, v in parts.items() if v is not None and v.upper() not in unknown}
        if not parts:
            continue
        try:
            found.setdefault(with_zone(time_of(known), known.get("zone", "")), form.text)
        except ImpossibleError as error:
            wrong = TimeResult(None, (), error.problem, f"{text!r}: {error.message}")
    return found, wrong


def _no_time(text: str, formats: Sequence[DateFormat]) -> TimeResult:
    declared = ", ".join(form.text for form in formats)
    return TimeResult(None, (), "MAP220", f"{text!r} is not a time (declared {declared})")


def combine(date: DateResult, time: TimeResult) -> DateResult:
    """One date with one time.

    A problem of the date wins; a problem of the time leaves the date alone. A time without a date
    is MAP222, a time that the date cell contradicts MAP224, 24:00 moves on one day (MAP223).
    """
    steps = date.steps + time.steps
    if date.iso and len(date.iso) == 10 and time.iso and not date.problem:
        return _joined(date.iso, time.iso, steps)  # nearly all pairs of a large column
    if time.iso is None or date.problem:
        problem, message = date.problem or time.problem, date.message or time.message
        return DateResult(date.iso, steps, problem, message)
    if date.iso is None:
        why = f"time {time.iso} without a date"
        return DateResult(None, steps, "MAP222", why)
    if "T" in date.iso:
        return _two_times(date, time, steps)
    return DateResult(date.iso, (*steps, "time left out: the date is incomplete"))


def _joined(date: str, time: str, steps: tuple[str, ...]) -> DateResult:
    if not time.startswith("24"):
        return DateResult(f"{date}T{time}", steps)
    try:
        iso = next_midnight(date, time)
    except ImpossibleError as error:
        return DateResult(date, steps, error.problem, error.message)
    why = f"{time} on {date} is {iso}"
    return DateResult(iso, (*steps, MOVED), "MAP223", why)


def _two_times(date: DateResult, time: TimeResult, steps: tuple[str, ...]) -> DateResult:
    day, _, inside = (date.iso or "").partition("T")
    given = time.iso or ""
    if inside.startswith(given) or given.startswith(inside):
        return DateResult(f"{day}T{max(inside, given, key=len)}", steps)
    why = f"{inside} in the date cell, {given} in the time cell"
    return DateResult(day, steps, "MAP224", why)


_ZONE = re.compile(ZONE, re.IGNORECASE)


def add_zone(result: DateResult, zone: str | None) -> DateResult:
    """A date-time with the offset from UTC of a column of its own.

    An offset that cannot be read is MAP226, and the date-time is sent without it. One beside a
    date without a time says nothing.
    """
    text = plain(zone or "")
    if not text or not result.iso or "T" not in result.iso or _ZONED.search(result.iso):
        return result
    if _ZONE.fullmatch(text) is None:
        what = f"{text!r} is no time zone such as +02:00"
        return result if result.problem else result._replace(problem="MAP226", message=what)
    try:
        iso = with_zone(result.iso, text)
    except ImpossibleError as error:
        if result.problem:
            return result
        return DateResult(result.iso, result.steps, error.problem, error.message)
    return DateResult(iso, (*result.steps, f"zone {text}"), result.problem, result.message)


_ZONED = re.compile(r"T.*(Z|[+-][0-9]{2}:[0-9]{2})$")


def combine_columns(
    dates: Sequence[DateResult],
    date_codes: npt.NDArray[np.integer],
    times: Sequence[TimeResult],
    time_codes: npt.NDArray[np.integer],
) -> tuple[list[DateResult], npt.NDArray[np.int64]]:
    """Dates with times, row by row: the results of the distinct pairs, and each row's code of them.

    ``date_codes`` and ``time_codes`` say, for each row, which date and which time; -1 is blank.
    """
    width = len(times) + 1
    pairs = (date_codes.astype(np.int64) + 1) * width + (time_codes.astype(np.int64) + 1)
    distinct, codes = np.unique(pairs, return_inverse=True)
    no_date, no_time = DateResult(None), TimeResult(None)
    results = []
    for pair in distinct.tolist():
        d, t = divmod(pair, width)
        results.append(combine(dates[d - 1] if d else no_date, times[t - 1] if t else no_time))
    return results, codes.astype(np.int64)

"""Raw dates and times to ISO 8601, as declared and never guessed.

Every function works on distinct texts; the caller maps results to rows by code. What is partly
unknown is right-truncated (``2022-03``; day without month ``2022---15``, SDTMIG 3.4 section
4.4.2). What cannot be trusted has no ISO text and one problem; the date part of a date-time is
kept if only its time is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from sdtm.collected.clock import TimeResult, add_zone, combine, combine_columns, parse_times
from sdtm.collected.date_arithmetic import (
    bounds,
    compare,
    duration,
    duration_between,
    iso_to_days,
    study_day,
)
from sdtm.collected.date_formats import MONTHS, DateFormat, compile_formats, plain
from sdtm.collected.date_readings import (
    MOVED,
    DateResult,
    Reading,
    Rules,
    check_limits,
    read_excel,
    read_iso,
    read_parts,
)

__all__ = [
    "DateResult",
    "TimeResult",
    "add_zone",
    "bounds",
    "combine",
    "combine_columns",
    "compare",
    "duration",
    "duration_between",
    "iso_to_days",
    "parse_dates",
    "parse_split_dates",
    "parse_times",
    "study_day",
]

DEFAULT_EARLIEST, DEFAULT_LATEST = "1880", "2099"


def parse_dates(
    values: Sequence[str | None],
    formats: Sequence[str] = ("YYYY-MM-DD",),
    *,
    unknown: Sequence[str] = (),
    excel_system: Literal["1900", "1904"] = "1900",
    pivot: int | None = None,
    earliest: str | None = None,
    latest: str | None = None,
) -> list[DateResult]:
    """ISO 8601 texts of raw dates (or date-times), one result per value, in order.

    ``unknown`` are texts that stand for an unknown part or an unknown date. ``pivot``: two-digit
    years up to and including it are 20xx, others 19xx. ``earliest`` and ``latest`` are ISO dates,
    partial ones included; without them years 1880 to 2099 are possible. Blank and None have no
    date and no problem. Raises SpecificationError MAP201 for a format that cannot be understood.
    """
    compiled = compile_formats(formats, unknown)
    check_limits(earliest, latest)
    rules = Rules(excel_system, pivot, earliest or DEFAULT_EARLIEST, latest or DEFAULT_LATEST)
    nothing = frozenset(plain(word).upper() for word in unknown)
    words = frozenset(nothing | {word.upper() for word in unknown})
    return [_parse(value or "", compiled, words, rules) for value in values]


_MONTH = rf"(?P<month>[0-9]{{1,2}})|(?P<month_name>{'|'.join(MONTHS)})"
_PARTS = {
    "year": re.compile(r"(?P<year>[0-9]{4})|(?P<short_year>[0-9]{2})"),
    "month": re.compile(_MONTH, re.IGNORECASE),
    "day": re.compile(r"(?P<day>[0-9]{1,2})"),
}


def parse_split_dates(
    values: Sequence[Sequence[str | None]],
    *,
    unknown: Sequence[str] = (),
    pivot: int | None = None,
    earliest: str | None = None,
    latest: str | None = None,
) -> list[DateResult]:
    """ISO 8601 texts of dates from (year, month, day), each of a column of its own.

    A part is a number, the month also an English name; a blank part is unknown, as are the words
    in ``unknown``. All three blank is no date and no problem. Otherwise as :func:`parse_dates`.
    """
    check_limits(earliest, latest)
    rules = Rules("1900", pivot, earliest or DEFAULT_EARLIEST, latest or DEFAULT_LATEST)
    words = frozenset(spelling.upper() for word in unknown for spelling in (word, plain(word)))
    return [_of_parts([plain(part or "") for part in each], words, rules) for each in values]


def _of_parts(texts: list[str], unknown: frozenset[str], rules: Rules) -> DateResult:
    shown = " ".join(text or "?" for text in texts)
    if not any(texts):
        return DateResult(None)
    if all(not text or text.upper() in unknown for text in texts):
        return DateResult(None, ("declared as unknown",))
    known: dict[str, str] = {}
    for text, (name, pattern) in zip(texts, _PARTS.items(), strict=True):
        if not text or text.upper() in unknown:
            continue
        found = pattern.fullmatch(text)
        if found is None:
            return DateResult(None, (), "MAP210", f"{shown!r}: {text!r} is no {name}")
        known |= {part: value for part, value in found.groupdict().items() if value}
    reading = read_parts(known, "year, month and day", unknown, rules)
    missing = tuple(f"{name} unknown" for name, text in zip(_PARTS, texts, strict=True) if not text)
    steps = (*missing, f"read as {reading.form}")
    if reading.problem:
        message = f"{shown!r}: {reading.message}"
        return DateResult(reading.iso or None, steps, reading.problem, message)
    return DateResult(reading.iso, steps)


def _parse(
    value: str, formats: Sequence[DateFormat | str], unknown: frozenset[str], rules: Rules
) -> DateResult:
    text = plain(value)
    if not text:
        return DateResult(None)
    steps = () if text == value.strip(" ") else (f"characters normalised to {text!r}",)
    readings = [reading for form in formats if (reading := _read(text, form, unknown, rules))]
    sound = [reading for reading in readings if not reading.problem]
    if not sound:
        return _unsound(text, readings, unknown, formats, steps)
    if len({reading.iso for reading in sound}) > 1:
        ways = " or ".join(f"{reading.iso} ({reading.form})" for reading in sound)
        return DateResult(None, steps, "MAP212", f"{text!r} can be {ways}")
    best = sound[0]
    steps = (*steps, *best.steps, f"read as {best.form}")
    if MOVED in best.steps:
        return DateResult(best.iso, steps, "MAP223", f"{text!r} is {best.iso}")
    return DateResult(best.iso, steps)


def _unsound(
    text: str,
    readings: Sequence[Reading],
    unknown: frozenset[str],
    formats: Sequence[DateFormat | str],
    steps: tuple[str, ...],
) -> DateResult:
    if text.upper() in unknown:
        return DateResult(None, (*steps, "declared as unknown"))
    if readings:
        first = readings[0]
        return DateResult(first.iso or None, steps, first.problem, f"{text!r}: {first.message}")
    declared = ", ".join(form if isinstance(form, str) else form.text for form in formats)
    return DateResult(None, steps, "MAP210", f"{text!r} is not a date (declared {declared})")


def _read(
    text: str, form: DateFormat | str, unknown: frozenset[str], rules: Rules
) -> Reading | None:
    if form == "iso":
        return read_iso(text, rules)
    if form == "excel":
        return read_excel(text, rules)
    assert isinstance(form, DateFormat)  # noqa: S101 - narrows the type for the checker
    parts = form.parts(text)
    return None if parts is None else read_parts(parts, form.text, unknown, rules)

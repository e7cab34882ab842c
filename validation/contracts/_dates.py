"""Dates in a declared format: is a text one, and which day is it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}
_TOKENS = {
    "YYYY": r"(?P<year>\d{4})",
    "MON": r"(?P<name>[A-Za-z]{3})",
    "MM": r"(?P<month>\d{2})",
    "DD": r"(?P<day>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "D": r"(?P<day>\d{1,2})",
    "hh": r"(?P<hour>[01]\d|2[0-3])",
    "mm": r"(?P<minute>[0-5]\d)",
    "ss": r"(?P<second>[0-5]\d)",
}
_SPLIT = re.compile("|".join(_TOKENS))


def check_format(text: str) -> None:
    """Raise ValueError for a format without year, month and day, or with one of them twice."""
    found = _SPLIT.findall(text)
    kinds = [part[0] for part in found]
    if sorted(kind for kind in kinds if kind in "YMD") != ["D", "M", "Y"]:
        raise ValueError(f"format {text!r} needs YYYY, one of MM, M, MON, and one of DD, D")
    if len(set(kinds)) < len(kinds):
        raise ValueError(f"format {text!r} has a part twice")


def ordinal(text: str, formats: Sequence[str]) -> int | None:
    """Days since year 1 of a text in one of the formats; None when it is no such date."""
    for one in formats:
        found = _pattern(one).fullmatch(text)
        if found is not None:
            day = _ordinal(found.groupdict())
            if day is not None:
                return day
    return None


def _ordinal(parts: dict[str, str]) -> int | None:
    month = int(parts["month"]) if "month" in parts else _MONTHS.get(parts["name"].upper(), 0)
    try:
        return date(int(parts["year"]), month, int(parts["day"])).toordinal()
    except ValueError:
        return None


@lru_cache(maxsize=128)
def _pattern(text: str) -> re.Pattern[str]:
    out, at = "", 0
    for token in _SPLIT.finditer(text):
        out += re.escape(text[at : token.start()]) + _TOKENS[token.group()]
        at = token.end()
    return re.compile(out + re.escape(text[at:]), re.ASCII)

"""The language in which a study declares how its dates and times are written.

Tokens: ``YYYY`` ``YY`` year, ``MM`` ``DD`` ``HH`` ``mm`` ``SS`` two digits, ``M`` ``D`` ``H``
``m`` one or two, ``MON`` English month name or abbreviation, ``AM`` (or ``AM/PM``, ``上午``) half
of the day, ``ZONE`` offset from UTC (``+02:00``, ``Z``). ``iso`` and ``excel`` stand alone. A space
is any run of blanks; every other character stands for itself.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import sdtm.collected.codes_dates  # noqa: F401 - registers the MAP2xx codes
from specs.codes import finding
from specs.errors import SpecificationError
from specs.text.invisible import ZERO_WIDTH, visible

_TOKEN = re.compile(r"ZONE|AM/PM|上午/下午|上午|YYYY|YY|MON|MM|M|DD|D|HH|H|mm|m|SS|AM")
_DIGITS = {
    "YYYY": ("year", "[0-9]{4}"),
    "YY": ("short_year", "[0-9]{2}"),
    "MM": ("month", "[0-9]{2}"),
    "M": ("month", "[0-9]{1,2}"),
    "DD": ("day", "[0-9]{2}"),
    "D": ("day", "[0-9]{1,2}"),
    "HH": ("hour", "[0-9]{2}"),
    "H": ("hour", "[0-9]{1,2}"),
    "mm": ("minute", "[0-9]{2}"),
    "m": ("minute", "[0-9]{1,2}"),
    "SS": ("second", "[0-9]{2}"),
}
MONTHS = {name.upper(): n for n, name in enumerate(calendar.month_name) if name} | {
    name.upper(): n for n, name in enumerate(calendar.month_abbr) if name
}
MONTHS["SEPT"] = 9
MORNING, AFTERNOON = ("AM", "A.M.", "上午"), ("PM", "P.M.", "下午")
ZONE = r"Z|UTC|GMT|(?:UTC|GMT)?[+-][0-9]{2}(?::?[0-9]{2})?"
"""An offset from UTC as people write it."""
_LITERAL_LETTERS = {"T", "Z"}
_VARYING = {"M", "D", "H", "m"}

_LIKE_ASCII = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_LIKE_ASCII |= dict.fromkeys([0xA0, 0x202F, 0x3000, 0x205F, *range(0x2000, 0x200B)], " ")
_LIKE_ASCII |= dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
_LIKE_ASCII |= dict.fromkeys(map(ord, ZERO_WIDTH), "")
_PLAIN = str.maketrans(_LIKE_ASCII)


def plain(text: str) -> str:
    """Full-width characters, odd blanks and dashes as ASCII; no invisible ones, no outer blanks."""
    return visible(text if text.isascii() else text.translate(_PLAIN))


@dataclass(frozen=True)
class DateFormat:
    """One declared format. ``pattern`` names its groups by the parts they hold."""

    text: str
    pattern: re.Pattern[str]

    def parts(self, text: str) -> dict[str, str] | None:
        """The texts of the parts, or None if the text is not of this form."""
        found = self.pattern.fullmatch(text)
        return None if found is None else found.groupdict()


@lru_cache(maxsize=256)
def compile_format(text: str, unknown: tuple[str, ...] = ()) -> DateFormat:
    """The pattern of a declared format, in which any part may be one of the unknown tokens.

    Raises SpecificationError MAP201 for a letter that is no token, a part that is named twice, and
    parts of varying width without a separator.
    """
    words = sorted(filter(None, map(plain, unknown)), key=len, reverse=True)
    either = "".join(f"|{re.escape(word)}" for word in words)
    out, seen, at, touching = [], set(), 0, False
    tokens = list(_TOKEN.finditer(text))
    for token in tokens:
        out.append(_literal(text, text[at : token.start()]))
        name, pattern = _token(token[0])
        if name in seen or (touching and token.start() == at):
            _refuse(text, f"{token[0]} stands where it cannot be told apart")
        seen.add(name)
        out.append(f"(?P<{name}>{pattern}{either if name not in ('half', 'zone') else ''})")
        touching = token[0] in _VARYING and token.end() < len(text)
        at = token.end()
    out.append(_literal(text, text[at:]))
    _check_parts(text, seen)
    return DateFormat(text, re.compile("".join(out), re.IGNORECASE))


def _token(token: str) -> tuple[str, str]:
    if token in _DIGITS:
        return _DIGITS[token]
    if token == "MON":  # noqa: S105 - a token of the format language, not a secret
        names = sorted(MONTHS, key=len, reverse=True)
        return "month_name", "|".join(names)
    if token == "ZONE":  # noqa: S105 - as above
        return "zone", ZONE
    return "half", "|".join(map(re.escape, MORNING + AFTERNOON))


def _literal(text: str, part: str) -> str:
    wrong = [c for c in part if c.isascii() and c.isalpha() and c not in _LITERAL_LETTERS]
    if wrong:
        _refuse(text, f"{wrong[0]!r} is no token")
    return re.sub(r"(?:\\ )+", r"\\s+", re.escape(part.translate(_PLAIN)))


def _check_parts(text: str, seen: set[str]) -> None:
    dates = seen & {"year", "short_year", "month", "month_name", "day"}
    if not seen - {"half", "zone"}:
        _refuse(text, "it has no part of a date or time")
    if {"year", "short_year"} <= seen or {"month", "month_name"} <= seen:
        _refuse(text, "a part is there twice")
    if dates and not seen & {"year", "short_year"}:
        _refuse(text, "a date needs a year")
    if seen & {"half", "zone"} and "hour" not in seen:
        _refuse(text, "AM and ZONE need an hour")
    if ("minute" in seen and "hour" not in seen) or ("second" in seen and "minute" not in seen):
        _refuse(text, "minutes need an hour, and seconds minutes")


def _refuse(text: str, why: str) -> None:
    message = f"date format {text!r}: {why}"
    hint = "tokens are YYYY YY MM M DD D MON HH H mm m SS AM ZONE, or `iso` or `excel` alone"
    raise SpecificationError(finding("MAP201", message, value=text, hint=hint))


def compile_formats(formats: Sequence[str], unknown: Sequence[str]) -> list[DateFormat | str]:
    """Formats in declared order; ``iso`` and ``excel`` stay as they are."""
    return [
        form if form in {"iso", "excel"} else compile_format(form, tuple(unknown))
        for form in formats
    ]

"""What a spreadsheet shows for a value under a number format (ECMA-376 part 1, 18.8.30, 18.8.31):
``0007``, ``5%``, ``1,234.50``, ``(3)``, ``5 mg``, ``03-May-2024``.

A format that is not understood whole raises UnknownFormatError: a text that only looks like the
displayed one would be worse than none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from sdtm.raw._text import number_text

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)'
    r"|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>General)|(?P<half>AM/PM|A/P)"
    r"|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?)"
    r"|(?P<exponent>[eE][+-])|(?P<digit>[0#?])|(?P<mark>[.,%@/])|(?P<other>.)",
    re.DOTALL,
)
_COLOURS = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]+", re.IGNORECASE
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9.]+)")
_HOLDS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
}
Token = tuple[str, str]


class UnknownFormatError(ValueError):
    """A number format, or a part of one, that is not understood."""


def displayed(value: object, code: str) -> str:
    """The text of a cell's value under a format code. Raises UnknownFormatError."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    sections = _sections(code)
    if isinstance(value, str):
        at = ("mark", "@")
        wanted = sections[3] if len(sections) > 3 else next((s for s in sections if at in s), [at])
        return "".join(value if token == at else _literal(token) for token in wanted)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return _moment(value, sections[0])
    if isinstance(value, int | float):
        return _number(value, sections)
    raise UnknownFormatError(code)


def _sections(code: str) -> list[list[Token]]:
    out: list[list[Token]] = [[]]
    for found in _TOKEN.finditer(code):
        kind = str(found.lastgroup)
        if kind == "other" and found[0] == ";":
            out.append([])
        else:
            out[-1].append((kind, found[kind]))
    return out


def _literal(token: Token) -> str:
    """What a token that stands for itself shows; nothing for colours and conditions."""
    kind, text = token
    if kind in ("quoted", "escaped", "currency", "other"):
        return text
    if kind == "space":
        return " "
    if kind == "fill" or (kind == "bracket" and (_COLOURS.fullmatch(text) or _condition(text))):
        return ""
    raise UnknownFormatError(text)


def _condition(text: str) -> tuple[str, Decimal] | None:
    found = _CONDITION.fullmatch(text)
    return (found[1], Decimal(found[2])) if found else None


def _number(value: float, sections: Sequence[list[Token]]) -> str:
    number = Decimal(repr(value))
    section, sign = _chosen(number, sections)
    if not section:
        return ""
    if section == [("general", "General")]:
        return number_text(value)
    kinds = {kind for kind, _ in section}
    if ("mark", "@") in section and "digit" not in kinds:
        return "".join(number_text(value) if t == ("mark", "@") else _literal(t) for t in section)
    if kinds & {"date", "half", "general"} or ("mark", "/") in section:
        raise UnknownFormatError("".join(text for _, text in section))
    return sign + _digits(abs(number), section)


def _chosen(number: Decimal, sections: Sequence[list[Token]]) -> tuple[list[Token], str]:
    """The section of a number, and the sign that stands before it."""
    minus = "-" if number < 0 else ""
    conditions = [_condition(t) for s in sections[:3] for k, t in s if k == "bracket"]
    if any(conditions):
        for section in sections[:3]:
            said = [c for k, t in section if k == "bracket" and (c := _condition(t))]
            if not said or all(_HOLDS[op](number, bound) for op, bound in said):
                return section, minus
        raise UnknownFormatError("no condition holds")
    if len(sections) == 1 or (number == 0 and len(sections) == 2) or number > 0:
        return sections[0], minus
    if number < 0:
        return sections[1], ""
    return sections[2], ""


def _digits(number: Decimal, section: Sequence[Token]) -> str:
    """A number that is not negative in the placeholders of its section."""
    places = [i for i, (kind, _) in enumerate(section) if kind == "digit"]
    if not places:
        return "".join(_literal(token) for token in section)
    number *= Decimal(100) ** sum(token == ("mark", "%") for token in section)
    exponent = next((i for i, (kind, _) in enumerate(section) if kind == "exponent"), None)
    power = 0
    if exponent is not None:
        power = number.adjusted() if number else 0
        if sum(i < _point(section) for i in places if i < exponent) != 1:
            raise UnknownFormatError("an exponent with several digits before the point")
    point = _point(section)
    whole = [i for i in places if i < point]
    part = [i for i in places if point < i and (exponent is None or i < exponent)]
    commas = [i for i, token in enumerate(section) if token == ("mark", ",")]
    last = max(whole + part)
    scaled = sum(i > last for i in commas)
    grouped = any(whole and whole[0] < i < whole[-1] for i in commas)
    number = number.scaleb(-power - 3 * scaled)
    rounded = number.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP)
    if exponent is not None and rounded >= 10:
        power, rounded = power + 1, (rounded / 10).quantize(Decimal(1).scaleb(-len(part)))
    before, _, after = f"{rounded:f}".partition(".")
    shown = {**_whole(before, whole, section, grouped=grouped), **_part(after, part, section)}
    if exponent is not None:
        shown |= _power(power, [i for i in places if i > exponent], exponent, section)
    return "".join(shown[i] if i in shown else _mark(t) for i, t in enumerate(section))


def _point(section: Sequence[Token]) -> int:
    return next((i for i, token in enumerate(section) if token == ("mark", ".")), len(section))


def _mark(token: Token) -> str:
    if token in (("mark", "."), ("mark", "%")):
        return token[1]
    return "" if token == ("mark", ",") else _literal(token)


def _whole(
    digits: str, places: Sequence[int], section: Sequence[Token], *, grouped: bool
) -> dict[int, str]:
    """The digits before the point, from the right; the first place takes all that are left."""
    left = digits.lstrip("0")
    out: dict[int, str] = {}
    count = 0
    for at in reversed(places):
        taken = left[-1:] or {"0": "0", "?": " ", "#": ""}[section[at][1]]
        left = left[:-1]
        comma = grouped and count and count % 3 == 0 and taken.isdigit()
        out[at] = taken + ("," if comma else "")
        count += 1
    while left and places:
        out[places[0]] = left[-1] + ("," if grouped and count % 3 == 0 else "") + out[places[0]]
        left, count = left[:-1], count + 1
    if left:
        raise UnknownFormatError("no place before the point")
    return out


def _part(digits: str, places: Sequence[int], section: Sequence[Token]) -> dict[int, str]:
    """The digits behind the point; trailing zeros of optional places are not shown."""
    out: dict[int, str] = {}
    open_end = True
    for at, digit in reversed(list(zip(places, digits, strict=False))):
        kind = section[at][1]
        open_end = open_end and digit == "0" and kind != "0"
        out[at] = {"#": "", "?": " "}.get(kind, digit) if open_end else digit
    return out


def _power(
    power: int, places: Sequence[int], exponent: int, section: Sequence[Token]
) -> dict[int, str]:
    letter, sign = section[exponent][1][0], section[exponent][1][1]
    shown = f"{abs(power):0{len(places)}d}"
    out = dict.fromkeys(places, "")
    out[places[0]] = shown
    out[exponent] = letter.upper() + ("-" if power < 0 else "+" if sign == "+" else "")
    return out


def _moment(value: dt.datetime | dt.date | dt.time, section: Sequence[Token]) -> str:
    halves = any(kind == "half" for kind, _ in section)
    dates = [i for i, (kind, _) in enumerate(section) if kind == "date"]
    out = []
    for i, token in enumerate(section):
        kind, text = token
        if kind == "half":
            early = _clock(value).hour < 12
            out.append(text.split("/")[0 if early else 1])
        elif kind == "date":
            out.append(_date_part(value, text, minute=_is_minute(section, dates, i), halves=halves))
        else:
            out.append(text if kind == "mark" and text in "/,." else _literal(token))
    return "".join(out)


def _is_minute(section: Sequence[Token], dates: Sequence[int], at: int) -> bool:
    """An ``m`` behind an hour or before a second is a minute."""
    place = dates.index(at)
    before = section[dates[place - 1]][1][0].lower() if place else ""
    behind = section[dates[place + 1]][1][0].lower() if place + 1 < len(dates) else ""
    return before == "h" or behind == "s"


def _clock(value: dt.datetime | dt.date | dt.time) -> dt.time:
    if isinstance(value, dt.time):
        return value
    return value.time() if isinstance(value, dt.datetime) else dt.time()


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _date_part(
    value: dt.datetime | dt.date | dt.time, text: str, *, minute: bool, halves: bool
) -> str:
    letter, size = text[0].lower(), len(text)
    clock = _clock(value)
    if letter in "hs" or (letter == "m" and minute and size < 3):
        return _clock_part(clock, text, halves=halves)
    if isinstance(value, dt.time):
        raise UnknownFormatError(f"{text} of a time without a date")
    if letter == "y":
        return f"{value.year % 100:02d}" if size < 3 else f"{value.year:04d}"
    number = value.month if letter == "m" else value.day
    if size <= 2:
        return f"{number:0{size}d}"
    name = _MONTHS[value.month - 1] if letter == "m" else _DAYS[value.weekday()]
    return name[0] if size == 5 and letter == "m" else name[:3] if size == 3 else name


def _clock_part(clock: dt.time, text: str, *, halves: bool) -> str:
    letter, _, fraction = text.partition(".")
    number = {"h": clock.hour, "m": clock.minute, "s": clock.second}[letter[0].lower()]
    if letter[0].lower() == "h" and halves:
        number = (number + 11) % 12 + 1
    shown = f"{number:0{min(len(letter), 2)}d}"
    return f"{shown}.{clock.microsecond:06d}"[: 3 + len(fraction)] if fraction else shown

"""How numbers are written in raw exports: locales, powers of ten, Chinese multiples."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple

from specs.text.invisible import ZERO_WIDTH, visible

Locale = Literal["point", "comma"] | None
PowerOfTen = Literal["10^n", "10^(n+1)"] | None

_SIGNS = str.maketrans({"≤": "<=", "≦": "<=", "⩽": "<=", "≥": ">=", "≧": ">=", "⩾": ">="})
_NO_WIDTH = str.maketrans("", "", ZERO_WIDTH)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SUPERSCRIPT = re.compile("10([⁻⁺]?[⁰¹²³⁴-⁹]+)")
_MULTIPLES = {"亿": 8, "百万": 6, "万": 4, "千": 3}

_PLAIN = r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_NUMERAL = re.compile(
    rf"(?P<digits>{_PLAIN})"
    r"(?:[eE](?P<exp>[+-]?[0-9]{1,2})(?![0-9A-Za-z])"
    r"|\s*[×xX*]\s*10(?:\^(?P<power>[+-]?[0-9]{1,2}(?![0-9]))|(?P<times_e>[eE]\+?(?P<e_power>[0-9]{1,2}(?![0-9]))))"
    r"|\s*(?P<multiple>亿|百万|万|千))?"
    r"(?P<unit>(?:\s+10\^[0-9]+/.*|\s*(?:/(?![0-9])|[A-Za-z%°\u4e00-\u9fff]).*)?)",
    re.DOTALL,
)
_POINT_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9,])")
_COMMA_NUMBER = re.compile(r"([+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+))(?:,([0-9]+))?(?![0-9,.])")


class NotANumeralError(Exception):
    """A text that is no numeral as declared; ``problem`` is its code."""

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem


@cache
def _marked() -> re.Pattern[str]:
    """Digits with something done to them, not in a unit: ``²``, ``₂``, ``①``, ``⑴``, ``½``."""
    marks = (
        chr(at) for at in range(0x80, 0x20000) if unicodedata.category(chr(at)) in ("No", "So")
    )
    forms = ((mark, unicodedata.normalize("NFKC", mark)) for mark in marks)
    found = "".join(mark for mark, form in forms if form != mark and form[0] in "(0123456789")
    return re.compile(rf"(?<![^\W\d_])(?<![^\W\d_][⁻⁺])([{found}]+)")


def plain_signs(text: str) -> str:
    """Full-width and other typographic forms of digits and signs as ASCII; outer blanks gone.

    A raised, lowered, circled or bracketed digit is a digit in a unit (``m²``) and a power of ten
    alone: ``12¹`` is twelve with a mark of a footnote, and stays what it is.
    """
    if text.isascii():
        return visible(text)
    text = _SUPERSCRIPT.sub(lambda m: "10^" + unicodedata.normalize("NFKC", m[1]), text)
    parts = _marked().split(text.translate(_SIGNS))
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    text = "".join(parts).translate(_SIGNS)
    text = text.replace("μ", "u")
    return visible(_DASHES.sub("-", text).translate(_NO_WIDTH))


class Numeral(NamedTuple):
    """A number that begins a text; ``unit`` is what is left over behind it.

    ``text`` is its plain form, empty where a power of ten makes it; ``written`` its verbatim one.
    """

    number: Decimal
    text: str
    unit: str
    steps: tuple[str, ...]
    written: str


def read_numeral(text: str, locale: Locale, power_of_ten: PowerOfTen) -> Numeral:
    """The number at the start of a text, and what is left over behind it.

    Raises NotANumeralError with MAP250, MAP251 (comma without locale) or MAP254 (10E6).
    """
    pointed, steps = _pointed(text, locale)
    found = _NUMERAL.fullmatch(pointed)
    if found is None:
        raise NotANumeralError("MAP250", "not a number, and not a declared word")
    digits, unit = found["digits"], found["unit"].strip()
    written = text[: len(text) - len(found["unit"])].rstrip()
    exponent = _exponent(found, power_of_ten)
    if exponent is None:
        return Numeral(Decimal(digits), _tidy(digits), unit, steps, written)
    number = Decimal(digits).scaleb(exponent)
    return Numeral(number, "", unit, (*steps, f"{digits} x 10^{exponent}"), written)


def _tidy(digits: str) -> str:
    """The digits as written, with a digit before the point and no plus sign."""
    sign, body = ("-", digits[1:]) if digits[0] == "-" else ("", digits.lstrip("+"))
    return f"{sign}0{body}" if body.startswith(".") else f"{sign}{body}"


def _exponent(found: re.Match[str], power_of_ten: PowerOfTen) -> int | None:
    if found["times_e"] is not None:
        if power_of_ten is None:
            raise NotANumeralError("MAP254", f"10{found['times_e']} can be read two ways")
        return int(found["e_power"]) + (power_of_ten == "10^(n+1)")
    if found["multiple"] is not None:
        return _MULTIPLES[found["multiple"]]
    written = found["exp"] or found["power"]
    return None if written is None else int(written)


def _pointed(text: str, locale: Locale) -> tuple[str, tuple[str, ...]]:
    """The text with its leading number in the notation of programs: ``1234.5``."""
    head = re.match(r"[+-]?[0-9][0-9.,]*", text)
    number = head[0] if head else ""
    if locale == "comma":
        return _from_comma(text, number)
    if "," not in number:
        return text, ()
    if locale is None:
        raise NotANumeralError("MAP251", "a comma, and no locale is declared")
    if not _POINT_THOUSANDS.fullmatch(number):
        raise NotANumeralError("MAP251", "a comma that sets no thousands apart")
    plain = number.replace(",", "")
    return plain + text[len(number) :], ("thousands separators removed",)


def _from_comma(text: str, number: str) -> tuple[str, tuple[str, ...]]:
    found = _COMMA_NUMBER.fullmatch(number)
    if number and found is None:
        raise NotANumeralError("MAP251", "not a number with a decimal comma")
    if found is None or ("," not in number and "." not in number):
        return text, ()
    plain = found[1].replace(".", "") + (f".{found[2]}" if found[2] else "")
    return plain + text[len(number) :], (f"{number} with a decimal comma is {plain}",)

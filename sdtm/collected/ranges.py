"""Reference ranges as laboratories write them: ``0-7``, ``<7``, ``男:130-175 女:115-150``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sdtm.collected.numerals import Locale, NotANumeralError, plain_signs, read_numeral

_NUMBER = r"[+-]?[0-9][0-9.,]*"
_BOTH = re.compile(rf"({_NUMBER})\s*(?:-{{1,2}}|~|to|至)\s*({_NUMBER})", re.IGNORECASE)
_ONE = re.compile(rf"(<=|>=|=<|=>|<|>)\s*({_NUMBER})")
_OPEN = re.compile(rf"({_NUMBER})\s*(?:-{{1,2}}|~)")
_BY_SEX = re.compile(r"(男性?|女性?|\b(?:male|female|men|women|m|f)\b)\s*[:=]?\s*", re.IGNORECASE)
_FEMALE = {"女", "女性", "female", "women", "f"}
_SEXES = {"M": "M", "F": "F", "男": "M", "女": "F", "MALE": "M", "FEMALE": "F"}


@dataclass(frozen=True, slots=True)
class RangeResult:
    """The limits of one raw range; None where a side is open. Signs: ``>`` ``<`` if exclusive."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_sign: str = ""
    high_sign: str = ""
    steps: tuple[str, ...] = ()
    problem: str | None = None
    message: str = ""


def parse_ranges(
    values: Sequence[str | None], sexes: Sequence[str | None] | None = None, locale: Locale = None
) -> list[RangeResult]:
    """The limits of distinct (range, sex) pairs; ``sexes`` beside ``values``, or None.

    A range by sex without a known sex is MAP256; a text that is no range is MAP255.
    """
    beside = sexes if sexes is not None else [None] * len(values)
    return [
        _parse(value or "", sex or "", locale) for value, sex in zip(values, beside, strict=True)
    ]


def _parse(value: str, sex: str, locale: Locale) -> RangeResult:
    text = plain_signs(value).strip("()[] ")
    if not text:
        return RangeResult()
    steps: tuple[str, ...] = ()
    if _BY_SEX.match(text):
        known = _SEXES.get(plain_signs(sex).upper())
        if known is None:
            return RangeResult(problem="MAP256", message=f"{value!r} is by sex, which is unknown")
        text, steps = _of_sex(text, known), (f"the range of sex {known}",)
    try:
        return _limits(text, steps, locale)
    except NotANumeralError as error:
        return RangeResult(problem="MAP255", message=f"{value!r} is not a range: {error}")


def _of_sex(text: str, sex: str) -> str:
    pieces = _BY_SEX.split(text)[1:]
    for label, part in zip(pieces[::2], pieces[1::2], strict=True):
        if (label.lower() in _FEMALE) == (sex == "F"):
            return part.strip(" ;,/|")
    return ""


def _limits(text: str, steps: tuple[str, ...], locale: Locale) -> RangeResult:
    both, one, half = _BOTH.fullmatch(text), _ONE.fullmatch(text), _OPEN.fullmatch(text)
    if both:
        if text.startswith("-") and "--" in text:
            raise NotANumeralError("MAP255", "-- is a dash, or a dash and a minus")
        low, high = _number(both[1], locale), _number(both[2], locale)
        if low > high:
            raise NotANumeralError("MAP255", "the lower limit is above the upper one")
        return RangeResult(low, high, steps=steps)
    if half:
        return RangeResult(_number(half[1], locale), steps=steps)
    if one is None:
        raise NotANumeralError("MAP255", "no limits")
    limit, exclusive = _number(one[2], locale), "=" not in one[1]
    if "<" in one[1]:
        return RangeResult(high=limit, high_sign="<" if exclusive else "", steps=steps)
    return RangeResult(low=limit, low_sign=">" if exclusive else "", steps=steps)


def _number(text: str, locale: Locale) -> Decimal:
    read = read_numeral(text, locale, None)
    if read.unit:
        raise NotANumeralError("MAP255", f"{read.unit!r} behind a limit")
    return read.number

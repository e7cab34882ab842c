"""Raw results and reference ranges: comparator, number, flags, unit and note, as declared.

Every function works on distinct texts. A result that cannot be read as declared has a problem and
no number; ``<2.5`` keeps its sign and has no numeric result (SDTMIG 3.4, --STRESN).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal

import sdtm.collected.codes_numbers  # noqa: F401 - registers the MAP25x codes
from sdtm.collected.numerals import NotANumeralError, plain_signs, read_numeral
from sdtm.collected.ranges import RangeResult, parse_ranges
from sdtm.collected.units import Conversion, convert, number_text

__all__ = [
    "RangeResult",
    "Result",
    "ResultRules",
    "convert_range",
    "convert_result",
    "parse_ranges",
    "parse_result",
    "parse_results",
]

Status = Literal["", "NOT DONE", "BELOW", "NOT DETECTED", "TERM"]


@dataclass(frozen=True)
class ResultRules:
    """What a specification declares of a column of results.

    ``flags`` are the characters that may stand before or after a value; ``below`` (BLQ),
    ``not_detected``, ``not_done`` and ``ambiguous`` are whole texts in any case; ``terms`` maps
    raw words to terms. ``locale``: ``point`` 1,234.5, ``comma`` 1.234,5, None: a comma is a
    problem. ``power_of_ten``: what ``2.1*10E6`` means, None: it is a problem.
    """

    flags: str = ""
    below: Sequence[str] = ()
    not_detected: Sequence[str] = ()
    not_done: Sequence[str] = ()
    ambiguous: Sequence[str] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    locale: Literal["point", "comma"] | None = None
    power_of_ten: Literal["10^n", "10^(n+1)"] | None = None

    @cached_property
    def words(self) -> dict[str, tuple[str, str]]:
        """Folded word -> (kind, term). One that is declared twice takes the more cautious kind."""
        found = {_fold(raw): ("TERM", term) for raw, term in self.terms.items()}
        kinds = [("BELOW", self.below), ("NOT DETECTED", self.not_detected)]
        kinds += [("NOT DONE", self.not_done), ("AMBIGUOUS", self.ambiguous)]
        for kind, words in kinds:
            found |= {_fold(word): (kind, "") for word in words if _fold(word) not in {"<", ">"}}
        return found


@dataclass(frozen=True, slots=True)
class Result:
    """One raw result. ``text`` is what --STRESC is made of, before any conversion.

    ``number`` is the value of the digits, also after a comparator; :attr:`numeric` is what
    --STRESN may hold. ``written`` is the result as it was collected, for --ORRES: without the
    declared flags and the unit, which have variables of their own, and otherwise verbatim.
    """

    text: str = ""
    comparator: str = ""
    number: Decimal | None = None
    flags: str = ""
    unit_text: str = ""
    note: str = ""
    status: Status = ""
    steps: tuple[str, ...] = ()
    problem: str | None = None
    message: str = ""
    written: str = ""

    @property
    def numeric(self) -> Decimal | None:
        """The number if the result is exactly it; None for ``<2.5``."""
        return None if self.comparator else self.number


def parse_results(values: Sequence[str | None], rules: ResultRules | None = None) -> list[Result]:
    """The results of distinct raw texts, in order."""
    rules = rules or ResultRules()
    return [parse_result(value, rules) for value in values]


def parse_result(value: str | None, rules: ResultRules | None = None) -> Result:
    """One raw result, read as declared. Blank and None are an empty Result without a problem."""
    rules = rules or ResultRules()
    text = plain_signs(value or "")
    if not text:
        return Result()
    word = rules.words.get(_fold(text))
    if word is not None:
        return _word(text, *word)
    bare, flags = _without_flags(text, rules.flags)
    if not bare:
        return Result(
            flags=flags, problem="MAP253", message=f"{value!r} is a flag without a result"
        )
    word = rules.words.get(_fold(bare))
    if word is not None:
        return replace(_word(bare, *word), flags=flags)
    return _value(str(value), bare, flags, rules)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _word(text: str, kind: str, term: str) -> Result:
    if kind == "AMBIGUOUS":
        message = f"{text!r} can mean more than one thing: which is it?"
        return Result(problem="MAP252", message=message)
    if kind == "TERM":
        return Result(text=term, status="TERM", steps=(f"{text!r} is {term!r}",))
    if kind == "NOT DETECTED":
        return Result(text=kind, status="NOT DETECTED", steps=(f"{text!r} is not detected",))
    status: Status = "BELOW" if kind == "BELOW" else "NOT DONE"
    return Result(status=status, steps=(f"{text!r} is {status.lower()}",))


def _without_flags(text: str, flags: str) -> tuple[str, str]:
    """The text without declared flags around it; a letter in a word or unit is none."""
    if not flags:
        return text, ""
    some = f"[{re.escape(flags)}]+"
    found = re.fullmatch(rf"({some})?(\s*)(.*?)(\s*)({some})?", text, re.DOTALL)
    if found is None:
        return text, ""
    before, gap, bare, last_gap, after = (part or "" for part in found.groups())
    if not gap and _is_word(before[-1:], bare[:1]):
        before, bare = "", before + bare
    if not last_gap and _is_word(after[:1], bare[-1:]):
        bare, after = bare + after, ""
    return bare, before + after


def _is_word(flag: str, beside: str) -> bool:
    """Whether a flag letter belongs to what touches it: a word, or a unit such as ``mg/L``."""
    return flag.isalpha() and bool(beside) and (beside.isalpha() or beside in "/*^")


_NOTE = re.compile(r"(.*[0-9].*?)\s*\(([^()]*[^()0-9.,\s+-][^()]*)\)", re.DOTALL)
_SIGN = re.compile(r"(<=|>=|=<|=>|<|>|=)?\s*(.*)", re.DOTALL)
_SAME_SIGN = {"=<": "<=", "=>": ">=", "=": ""}


def _value(raw: str, text: str, flags: str, rules: ResultRules) -> Result:
    steps: tuple[str, ...] = (f"flag {flags!r} set apart",) if flags else ()
    note = ""
    noted = _NOTE.fullmatch(text)
    if noted:
        text, note = noted[1], noted[2].strip()
        steps = (*steps, f"note {note!r} set apart")
        text, more = _without_flags(text, rules.flags)
        flags += more
    signed = _SIGN.fullmatch(text)
    sign, rest = (signed[1] or "", signed[2]) if signed else ("", text)
    sign = _SAME_SIGN.get(sign, sign)
    try:
        read = read_numeral(rest, rules.locale, rules.power_of_ten)
    except NotANumeralError as error:
        return Result(flags=flags, problem=error.problem, message=f"{raw!r}: {error}")
    unit, more = _without_flags(read.unit, rules.flags) if read.unit else ("", "")
    if unit:
        steps = (*steps, f"unit {unit!r} inside the value")
    return Result(
        text=f"{sign}{read.text or number_text(read.number)}",
        comparator=sign,
        number=read.number,
        flags=flags + more,
        unit_text=unit,
        note=note,
        steps=(*steps, *read.steps),
        written=text[: len(text) - len(rest)] + read.written + (f" ({note})" if note else ""),
    )


def convert_result(result: Result, conversion: Conversion, decimals: int | None = None) -> Result:
    """The result in another unit: the comparator stays, words and terms stay.

    Raises ValueError for a conversion with a problem.
    """
    if result.number is None or (conversion.is_identity and decimals is None):
        return result
    number = convert(result.number, conversion, decimals)
    text = f"{result.comparator}{number_text(number)}"
    return replace(result, text=text, number=number, steps=(*result.steps, *conversion.steps))


def convert_range(limits: RangeResult, conversion: Conversion) -> RangeResult:
    """The range in another unit, by the same conversion as its results."""
    low, high = (None if x is None else convert(x, conversion) for x in (limits.low, limits.high))
    return replace(limits, low=low, high=high, steps=(*limits.steps, *conversion.steps))

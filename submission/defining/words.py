"""Methods in words: what a line of the specification says, as a reviewer reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from specs import Study
from specs.conditions import Condition
from specs.language import (
    Across,
    Calculate,
    Choose,
    Combine,
    Constant,
    Count,
    DateTime,
    From,
    Function,
    LineBase,
    LookUp,
    Number,
    Result,
    Visit,
)

_OPERATORS = (
    ("==", "is"),
    ("!=", "is not"),
    ("<=", "is at most"),
    (">=", "is at least"),
    ("<", "is less than"),
    (">", "is more than"),
)
_DATED = re.compile(r"(DTC|DTM?|date|_date)$")
_RESULTS = {
    "STRESC": "The result in standard units as text; a result that is a word is mapped to its "
    "submission value.",
    "STRESN": "The numeric result in standard units, by the published factor from the unit "
    "collected; blank where the result is no exact number.",
    "STRESU": "The standard unit of the test.",
    "STNRLO": "The lower limit of the reference range, converted to the standard unit.",
    "STNRHI": "The upper limit of the reference range, converted to the standard unit.",
    "NRIND": "LOW, NORMAL or HIGH, by the result in comparison with its reference range.",
}


def condition_words(condition: Condition) -> str:
    """A condition in words: ``AEYN == "Y"`` is ``AEYN is "Y"``; quoted texts stay as they are."""
    text = re.sub(r"\s+", " ", condition.text)
    parts = re.split(r'("[^"]*")', text)
    parts[::2] = [_operators(part) for part in parts[::2]]
    return "".join(parts)


def _operators(text: str) -> str:
    for sign, word in _OPERATORS:
        text = re.sub(rf"\s*{re.escape(sign)}(?!=)\s*", rf" {word} ", text)
    text = re.sub(r"(\S+) is (less|more) than ", _earlier, text)
    return text.replace(" not in [", " is none of [").replace(" in [", " is one of [")


def _earlier(match: re.Match[str]) -> str:
    """Dates are before or after one another, not less or more."""
    if _DATED.search(match[1]):
        return f"{match[1]} is {'before' if match[2] == 'less' else 'after'} "
    return match[0]


def lowered(sentence: str) -> str:
    """A sentence inside another: its first letter small, unless it begins a name."""
    name = sentence[1:2].isupper() or (sentence[1:2] == " " and sentence[0] != "A")
    return sentence if name else sentence[0].lower() + sentence[1:]


def line_words(study: Study, line: LineBase, variable: str = "", domain: str = "") -> str:
    """One or two sentences that say how a line's value comes about.

    ``variable`` is what the line gives: one line of a result gives several.
    """
    text = _verb_words(study, line, variable.removeprefix(domain))
    if line.where is not None:
        text = f"Where {condition_words(line.where)}: {lowered(text)}"
    if line.else_ is not None:
        text = f"{text} Otherwise: {lowered(line_words(study, line.else_, variable, domain))}"
    return text


def _verb_words(study: Study, line: LineBase, part: str) -> str:
    if isinstance(line, Across):
        return _across(line)
    if isinstance(line, Choose):
        parts = [
            f"{repr(c.is_) if c.is_ is not None else c.from_} if {condition_words(c.where)}"
            for c in line.choose
        ]
        return f"The first that holds: {'; '.join(parts)}; otherwise blank."
    if isinstance(line, Function):
        words = " ".join((study.function(line.function).__doc__ or "").split())
        return f"{words} Computed from {', '.join(line.of)}."
    if isinstance(line, Result):
        return _RESULTS.get(part, "The result as collected.")
    return _simple(line)


def _simple(line: LineBase) -> str:
    for kind, say in _SAY:
        if isinstance(line, kind):
            return say(line)
    raise TypeError(f"no words for the verb {type(line).verb!r}")


def _from(line: From) -> str:
    mapped = ", mapped to the submission value" if line.map else ""
    part = f" (part {line.part} of the pattern {line.pattern})" if line.pattern else ""
    return f"The text of {' or, where that is blank, '.join(line.from_)}{part}{mapped}."


def _date(line: DateTime) -> str:
    with_time = f" with the time of {line.time}" if line.time else ""
    return f"The date of {line.date}{with_time} in ISO 8601; unknown parts are left out."


def _number(line: Number) -> str:
    converted = f", converted to {line.to}" if line.to else ""
    rounded = f", rounded half up to {line.decimals} decimals" if line.decimals is not None else ""
    return f"The number in {line.number}{converted}{rounded}."


def _combine(line: Combine) -> str:
    """``"{A}-{B}"`` as: A, "-" and B, one after the other; ``LINE {N}`` as: "LINE " and N."""
    parts = [p for p in re.split(r"(\{[^}]*\})", line.combine) if p]
    shown = [p[1:-1] if p.startswith("{") else f'"{p}"' for p in parts]
    named = [p[1:-1] for p in parts if p.startswith("{")]
    text = ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(shown) > 1 else shown[0]
    return f"{text}, joined to one text; blank if {' or '.join(named) or 'nothing'} is blank."


def _look_up(line: LookUp) -> str:
    keys = list(line.on.values()) if isinstance(line.on, dict) else line.on
    where = line.look_up.removesuffix(".csv")
    what = "the study's table" if line.look_up.endswith(".csv") else "the records of"
    in_force = ""
    if line.as_of:
        since, day = next(iter(line.as_of.items()))
        in_force = f", in the row in force (by {since}) on {day}"
    return f"{line.take} from {what} {where}, by {', '.join(keys)}{in_force}."


def _count(line: Count) -> str:
    where = f" where {condition_words(line.of)}" if line.of else ""
    within = "" if line.over == "study" else " of the subject"
    return f"The number of different values of {line.count}{within}{where}."


def _calculate(line: Calculate) -> str:
    rounded = f", rounded half up to {line.decimals} decimals" if line.decimals is not None else ""
    return f"Calculated as {line.calculate}{rounded}."


def _visit(line: Visit) -> str:
    return (
        f"By the name of the visit ({line.visit}) in the table of planned visits; an unscheduled "
        "visit is numbered after the planned visit before it."
    )


def _constant(line: Constant) -> str:
    return f"Set to '{line.constant}'."


_SAY: tuple[tuple[type[LineBase], Callable[[Any], str]], ...] = (
    (From, _from),
    (Constant, _constant),
    (DateTime, _date),
    (Number, _number),
    (Combine, _combine),
    (LookUp, _look_up),
    (Count, _count),
    (Calculate, _calculate),
    (Visit, _visit),
)


def _across(line: Across) -> str:
    names = line.last if line.last is not None else line.first or []
    which = "last" if line.last is not None else "first"
    what = f"{line.take} of the record with the {which} of" if line.take else f"The {which} of"
    text = f"{what} {', '.join(names)}"
    text += "" if line.over == "study" else " of the subject"
    pairs = line.on.items() if isinstance(line.on, dict) else zip(line.on, line.on, strict=True)
    shared = [f"the same {key}" if key == own else f"{key} equal to {own}" for key, own in pairs]
    text += f" with {' and '.join(shared)}" if shared else ""
    if line.of is not None:
        text += f" where {condition_words(line.of)}"
    if line.not_after:
        text += f", not after {line.not_after}"
    if line.not_before:
        text += f", not before {line.not_before}"
    if line.plus:
        text += f", plus {line.plus} days"
    return f"{text[0].upper()}{text[1:]}."

"""Methods in words: what a line of the specification says, as a reviewer reads it."""

from __future__ import annotations

import re

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
    ("<", "is before or below"),
    (">", "is after or above"),
)


def condition_words(condition: Condition) -> str:
    """A condition in words: ``AEYN == "Y"`` is ``AEYN is "Y"``."""
    text = re.sub(r"\s+", " ", condition.text)
    for sign, word in _OPERATORS:
        text = re.sub(rf"\s*{re.escape(sign)}\s*", f" {word} ", text)
    return text.replace(" in [", " is one of [")


def line_words(study: Study, line: LineBase) -> str:
    """One or two sentences that say how a line's value comes about."""
    text = _verb_words(study, line)
    if line.where is not None:
        text = f"Where {condition_words(line.where)}: {text[0].lower()}{text[1:]}"
    if line.else_ is not None:
        rest = line_words(study, line.else_)
        text = f"{text} Otherwise: {rest[0].lower()}{rest[1:]}"
    return text


def _verb_words(study: Study, line: LineBase) -> str:
    if isinstance(line, Across):
        return _across(line)
    if isinstance(line, Choose):
        parts = [
            f"{repr(c.is_) if c.is_ is not None else c.from_} if {condition_words(c.where)}"
            for c in line.choose
        ]
        return f"The first that holds: {'; '.join(parts)}; otherwise blank."
    if isinstance(line, Function):
        return " ".join((study.function(line.function).__doc__ or "").split())
    simple = _simple(line)
    return simple if simple is not None else "Assigned as the specification says."


def _simple(line: LineBase) -> str | None:
    if isinstance(line, From):
        mapped = " and mapped to the submission value" if line.map else ""
        part = f" (part {line.part} of the pattern {line.pattern})" if line.pattern else ""
        return f"The text of {' or, where that is blank, '.join(line.from_)}{part}{mapped}."
    if isinstance(line, Constant):
        return f"Set to {line.constant!r}."
    if isinstance(line, DateTime):
        with_time = f" with the time of {line.time}" if line.time else ""
        return f"The date of {line.date}{with_time} in ISO 8601; unknown parts are left out."
    if isinstance(line, Number):
        return f"The number in {line.number}" + (f", converted to {line.to}." if line.to else ".")
    if isinstance(line, Combine):
        return (
            f"The text {line.combine!r} with the named values filled in; blank if one of them is."
        )
    if isinstance(line, LookUp):
        keys = list(line.on.values()) if isinstance(line.on, dict) else line.on
        return f"{line.take} of {line.look_up} for the same {', '.join(keys)}."
    if isinstance(line, Count):
        where = f" where {condition_words(line.of)}" if line.of else ""
        return f"The number of different values of {line.count}{where}."
    if isinstance(line, Calculate):
        rounded = (
            f", rounded half up to {line.decimals} decimals" if line.decimals is not None else ""
        )
        return f"Calculated as {line.calculate}{rounded}."
    if isinstance(line, Visit):
        return f"By the name of the visit ({line.visit}) in the table of visits; unscheduled visits are numbered after the planned visit before them."
    return (
        "The result as collected; the standard result follows by unit conversion."
        if isinstance(line, Result)
        else None
    )


def _across(line: Across) -> str:
    names = line.last if line.last is not None else line.first or []
    which = "last" if line.last is not None else "first"
    what = f"{line.take} of the record with the {which} of" if line.take else f"The {which} of"
    text = f"{what} {', '.join(names)}"
    text += "" if line.over == "study" else " of the subject"
    if line.of is not None:
        text += f" where {condition_words(line.of)}"
    if line.not_after:
        text += f", not after {line.not_after}"
    if line.not_before:
        text += f", not before {line.not_before}"
    return f"{text[0].upper()}{text[1:]}."

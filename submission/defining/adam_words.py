"""Methods of analysis variables and parameters in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adam.language_datasets import CensorRule, TteParameter, TteSource
from adam.lines import (
    AdamLine,
    Bins,
    Choose,
    Compute,
    Constant,
    Copy,
    DateLine,
    DatePart,
    DateTimeLine,
    Duration,
    Fill,
    Flag,
    Shown,
    StudyDay,
)
from adam.lines_across import (
    Across,
    Aggregate,
    Baseline,
    Change,
    Episode,
    Exists,
    Mark,
    Nearest,
    Pick,
    Sequence,
    Window,
)
from submission.defining.words import condition_words, lowered


def adam_words(line: AdamLine) -> str:
    """One or two sentences that say how a line's value comes about."""
    for kinds, say in _SAY:
        if isinstance(line, kinds):
            return str(say(line))
    return f"Derived by the verb {type(line).verb!r} of the specification."


def _where(line: AdamLine) -> str:
    where = getattr(line, "where", None)
    return f" where {condition_words(where)}" if where is not None else ""


def _copy(line: Copy) -> str:
    mapped = ", each value mapped by the table of the specification" if line.map else ""
    return f"{line.from_}{_where(line)}{mapped}."


def _constant(line: Constant) -> str:
    said = _value(line.constant)
    rest = f"; otherwise {_value(line.else_)}" if line.else_ else ""
    return f"{said[0].upper()}{said[1:]}{_where(line)}{rest}."


def _value(text: object) -> str:
    """A constant as a person reads it: numbers bare, texts in quotes, nothing as blank."""
    shown = str(text)
    if not shown:
        return "blank"
    return shown if shown.replace(".", "", 1).lstrip("-").isdigit() else f"'{shown}'"


def _choose(line: Choose) -> str:
    parts = []
    for choice in line.choose:
        value = (
            "blank"
            if choice.blank
            else _value(choice.is_)
            if choice.is_ is not None
            else choice.from_ or str(choice.compute)
        )
        parts.append(
            f"{value} if {condition_words(choice.where)}" if choice.where else f"otherwise {value}"
        )
    if len(parts) == 1:
        only = parts[0].removeprefix("otherwise ")
        return f"{only[0].upper()}{only[1:]}." if only == "blank" else f"{only}."
    return f"The first that holds: {'; '.join(parts)}."


def _bins(line: Bins) -> str:
    bounds = ", ".join(f"{c:g}" for c in line.cut)
    return f"{line.bins} in the categories {', '.join(line.labels)}, cut at {bounds}."


def _flag(line: Flag) -> str:
    rest = f", otherwise {line.else_}" if line.else_ else ""
    return f"{line.flag} where {condition_words(line.where)}{rest}."


def _date(line: DateLine) -> str:
    what = line.datetime if isinstance(line, DateTimeLine) else line.date
    text = f"{what} as a numeric {'date and time' if isinstance(line, DateTimeLine) else 'date'}"
    if line.impute != "none":
        text += f"; an unknown {line.impute} is taken as the {line.to}"
        text += f", not before {line.not_before}" if line.not_before else ""
        text += f", not after {line.not_after}" if line.not_after else ""
        text += f", and flagged in {line.flag}" if line.flag else ""
    return f"{text}."


def _part(line: DatePart) -> str:
    return f"The {'date' if line.date_of else 'time'} part of {line.date_of or line.time_of}."


def _pick(line: Pick) -> str:
    which = "first" if line.first else "last" if line.last else "only"
    order = f" in the order of {', '.join(line.by)}" if line.by else ""
    return f"The {which} value of {', '.join(line.sources())} of the subject{_where(line)}{order}."


def _aggregate(line: Aggregate) -> str:
    names = {
        "min": "smallest",
        "max": "largest",
        "sum": "sum of",
        "mean": "mean of",
        "count": "number of",
    }
    return f"The {names[line.how]} {line.sources()[0]}{_where(line)}, by {', '.join(line.keys())}."


def _nearest(line: Nearest) -> str:
    side, own = line.limit()
    which = "last" if line.latest else "first"
    limit = f"whose {line.at} is {side.replace('-', ' ')} {own}"
    return f"{line.sources()[0]} of the {which} record{_where(line)} {limit}."


def _exists(line: Exists) -> str:
    rest = f", otherwise {line.else_}" if line.else_ else ""
    return f"{line.is_} where {line.exists} has a record of the subject{_where(line)}{rest}."


def _mark(line: Mark) -> str:
    group, order = ", ".join(line.within), ", ".join(line.by)
    return (
        f"{line.is_} on the {line.mark} record per {group} in the order of {order}{_where(line)}."
    )


def _change(line: Change) -> str:
    if line.change:
        return f"{line.change} minus {line.from_}{_where(line)}."
    formula = f"100 x ({line.percent_change} - {line.from_}) / {line.from_}"
    return f"{formula}{_where(line)}; blank if {line.from_} is 0."


def _study_day(line: StudyDay) -> str:
    return f"Days from {line.reference} to {line.study_day}, plus 1 on or after it."


def _duration(line: Duration) -> str:
    counted = ", the first day counted" if line.plus_one else ""
    return f"Time from {line.duration[0]} to {line.duration[1]} in {line.unit}{counted}."


def _compute(line: Compute) -> str:
    return f"Calculated as {line.compute}{_where(line)}."


def _fill(line: Fill) -> str:
    return f"The text '{line.text}' with the values named in braces filled in."


def _sequence(line: Sequence) -> str:
    group, order = ", ".join(line.sequence), ", ".join(line.by)
    return f"Number of the record within {group}, in the order of {order}."


def _baseline(line: Baseline) -> str:
    return f"{line.baseline} of the baseline record of the group ({', '.join(line.within)})."


def _episode(line: Episode) -> str:
    return (
        f"Number of the run of records, from {line.episode} to {line.end}, that overlap or lie at "
        f"most {line.gap:g} day(s) apart."
    )


def _window(line: Window) -> str:
    shown = "; ".join(f"{w.name}: {w.low:g} to {w.high:g}" for w in line.windows)
    return f"The analysis window that {line.window} falls in: {shown}."


def _across(line: Across) -> str:
    return f"From {', '.join(line.sources())}{_where(line)}."


def _shown(line: Shown) -> str:
    return f"{line.shown} as text."


_SAY: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (Copy, _copy),
    (Constant, _constant),
    (Choose, _choose),
    (Bins, _bins),
    (Flag, _flag),
    (DateLine, _date),
    (DatePart, _part),
    (StudyDay, _study_day),
    (Duration, _duration),
    (Compute, _compute),
    (Fill, _fill),
    (Shown, _shown),
    (Exists, _exists),
    (Pick, _pick),
    (Aggregate, _aggregate),
    (Nearest, _nearest),
    (Sequence, _sequence),
    (Baseline, _baseline),
    (Change, _change),
    (Mark, _mark),
    (Episode, _episode),
    (Window, _window),
    (Across, _across),
)


def parameter_words(parameter: TteParameter) -> str:
    """How a time-to-event parameter's date and censoring come about."""
    start = lowered(adam_words(parameter.start).rstrip("."))
    events = "; ".join(_source(e) for e in parameter.events)
    text = f"Days from {start} to the first event"
    text += ", the first day counted" if parameter.plus_one else ""
    text = f"{text}. Events: {events}."
    if not parameter.censor:
        return text
    rules = " ".join(f"({n}) {_rule(r)}." for n, r in enumerate(parameter.censor, 1))
    return f"{text} Censored by the first rule that holds: {rules}"


def _source(one: TteSource) -> str:
    where = f" where {condition_words(one.where)}" if one.where is not None else ""
    return f"{one.says or 'event'} ({one.from_}.{one.date}{where})"


_STOPS = {
    "start": "the start",
    "last-assessment": "the last adequate assessment before it",
    "date": "that date",
}


def _rule(rule: CensorRule) -> str:
    said = f", {rule.says}" if rule.says else ""
    if rule.rule == "date":
        return f"{rule.date} is before the event{said}: the time stops at {_STOPS[rule.stop]}"
    if rule.rule == "missed-visits":
        return (
            f"At least {rule.at_least} planned visits ({rule.schedule}) without an adequate "
            f"assessment lie before the event{said}: the time stops at {_STOPS[rule.stop]}"
        )
    if rule.rule == "no-assessment":
        return f"No event and no adequate assessment after the start{said}: the time stops there"
    if rule.rule == "end-of-data":
        return f"No event{said}: the time stops at the last adequate assessment"
    dates = ", ".join(f"{one.from_}.{one.date}" for one in rule.of)
    return f"No event{said}: the time stops at the latest of {dates}"

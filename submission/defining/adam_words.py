"""Methods of analysis variables and parameters in words."""

from __future__ import annotations

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
from submission.defining.words import condition_words


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
    mapped = ", its terms mapped" if line.map else ""
    return f"{line.from_}{_where(line)}{mapped}."


def _constant(line: Constant) -> str:
    rest = f"; otherwise {line.else_!r}" if line.else_ else ""
    return f"{line.constant!r}{_where(line)}{rest}."


def _choose(line: Choose) -> str:
    parts = []
    for choice in line.choose:
        value = (
            "blank"
            if choice.blank
            else repr(choice.is_)
            if choice.is_ is not None
            else choice.from_ or str(choice.compute)
        )
        parts.append(
            f"{value} if {condition_words(choice.where)}" if choice.where else f"otherwise {value}"
        )
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
    return f"{line.sources()[0]} of the {which} record{_where(line)} whose {line.at} is {side.replace('-', ' ')} {own}."


def _exists(line: Exists) -> str:
    rest = f", otherwise {line.else_}" if line.else_ else ""
    return f"{line.is_} where {line.exists} has a record of the subject{_where(line)}{rest}."


def _mark(line: Mark) -> str:
    return f"{line.is_} on the {line.mark} record per {', '.join(line.within)} in the order of {', '.join(line.by)}{_where(line)}."


def _change(line: Change) -> str:
    if line.change:
        return f"{line.change} minus {line.from_}{_where(line)}."
    return f"100 x ({line.percent_change} - {line.from_}) / {line.from_}{_where(line)}; blank if {line.from_} is 0."


_SAY = (
    (Copy, _copy),
    (Constant, _constant),
    (Choose, _choose),
    (Bins, _bins),
    (Flag, _flag),
    (DateLine, _date),
    (DatePart, _part),
    (StudyDay, lambda x: f"Days from {x.reference} to {x.study_day}, plus 1 on or after it."),
    (Duration, lambda x: f"Time from {x.duration[0]} to {x.duration[1]} in {x.unit}{', the first day counted' if x.plus_one else ''}."),
    (Compute, lambda x: f"Calculated as {x.compute}{_where(x)}."),
    (Fill, lambda x: f"The text {x.text!r} with the named values filled in."),
    (Shown, lambda x: f"{x.shown} as text."),
    (Exists, _exists),
    (Pick, _pick),
    (Aggregate, _aggregate),
    (Nearest, _nearest),
    (Sequence, lambda x: f"Number of the record within {', '.join(x.sequence)}, in the order of {', '.join(x.by)}."),
    (Baseline, lambda x: f"{x.baseline} of the baseline record of the group ({', '.join(x.within)})."),
    (Change, _change),
    (Mark, _mark),
    (Episode, lambda x: f"Number of the run of records, from {x.episode} to {x.end}, that overlap or lie at most {x.gap:g} day(s) apart."),
    (Window, lambda x: f"The analysis window that {x.window} falls in: " + "; ".join(f"{w.name}: {w.low:g} to {w.high:g}" for w in x.windows) + "."),
    (Across, lambda x: f"From {', '.join(x.sources())}{_where(x)}."),
)  # fmt: skip


def parameter_words(parameter: TteParameter) -> str:
    """How a time-to-event parameter's date and censoring come about."""
    start = (
        parameter.start
        if isinstance(parameter.start, str)
        else adam_words(parameter.start).rstrip(".")
    )
    events = "; ".join(_source(e) for e in parameter.events)
    rules = "; ".join(_rule(r) for r in parameter.censor)
    return f"Time from {start} to the first of: {events}. Without an event, or where a rule comes first, censored in this order: {rules}."


def _source(one: TteSource) -> str:
    where = f" where {condition_words(one.where)}" if one.where is not None else ""
    return f"{one.says or 'event'} ({one.from_}.{one.date}{where})"


def _rule(rule: CensorRule) -> str:
    said = getattr(rule, "says", None)
    return f"{rule.rule}{f' ({said})' if said else ''}"

"""Time-to-event parameters in words, as define.xml's methods say them."""

from __future__ import annotations

from adam.time_to_event.model import Parameter, Rule, Source, TimeToEvent
from derive.line import Read, all_reads, condition_reads
from derive.verbs.words import line_words, lowered, said
from specs import Study

VARIABLES = {
    "STARTDT": "The start of the parameter's time; see the value level of AVAL.",
    "ADT": "The date of the event, or of censoring by the first rule that holds; see the value "
    "level of AVAL.",
    "AVAL": "The time from STARTDT to ADT; by parameter, see value level.",
    "CNSR": "0 for an event, else the number of the censoring rule that held.",
    "EVNTDESC": "What the event, or the rule of censoring, says.",
    "CNSDTDSC": "What the date of censoring is.",
    "SRCDOM": "The data set of the record that ADT comes from.",
    "SRCVAR": "The variable that ADT comes from.",
    "SRCSEQ": "The sequence number of the record that ADT comes from.",
    "ADTF": "The imputation flag of the date that ADT comes from.",
    "STARTDTF": "The imputation flag of STARTDT.",
}
"""How the variables that every parameter makes come about."""
_STOPS = {
    "start": "the start",
    "last-assessment": "the last adequate assessment before it",
    "date": "that date",
}


def parameter_words(parameter: Parameter, whole: TimeToEvent, study: Study | None = None) -> str:
    """How a parameter's date and censoring come about, every key of it that counts."""
    start = lowered(line_words(parameter.start, study).rstrip("."))
    text = f"Days from {start} to the first event"
    text += ", the first day counted" if parameter.plus_one else ""
    if parameter.when is not None:
        text = f"Of subjects where {said(parameter.when)}: {lowered(text)}"
    events = "; ".join(_source(event) for event in parameter.events)
    text = f"{text}. Events: {events}."
    if parameter.assessments is not None:
        text += f" Adequate assessments: {_source(parameter.assessments)}."
    if whole.cut is not None:
        text += f" What is dated after {whole.cut} has not happened yet."
    if not parameter.censor:
        return text
    rules = " ".join(f"({n}) {_rule(rule)}." for n, rule in enumerate(parameter.censor, 1))
    return f"{text} Censored by the first rule that holds: {rules}"


def parameter_names(parameter: Parameter, subjects: str) -> tuple[str, ...]:
    """The names that the words of a parameter tell of, those of subjects with their data set."""
    sources = [*parameter.events, *(one for rule in parameter.censor for one in rule.of)]
    sources += [parameter.assessments] if parameter.assessments is not None else []
    reads = [*all_reads(parameter.start), *condition_reads(parameter.when, subjects)]
    for one in sources:
        reads += [Read(one.date, one.from_), *condition_reads(one.where, one.from_)]
    named = (f"{read.data_set or subjects}.{read.name}" for read in reads)
    return tuple(dict.fromkeys(named))


def _source(one: Source) -> str:
    where = f" where {said(one.where)}" if one.where is not None else ""
    return f"{one.evntdesc} ({one.from_}.{one.date}{where})"


def _rule(rule: Rule) -> str:
    says = f", {rule.evntdesc}" if rule.evntdesc else ""
    says += f" (CNSR {rule.cnsr})"
    if rule.rule == "date":
        return f"{rule.date} is before the event{says}: the time stops at {_STOPS[rule.stop]}"
    if rule.rule == "missed-visits":
        return f"{_missed(rule)}{says}: the time stops at {_STOPS[rule.stop]}"
    if rule.rule == "no-assessment":
        return f"No event and no adequate assessment after the start{says}: the time stops there"
    if rule.rule == "end-of-data":
        return f"No event{says}: the time stops at the last adequate assessment"
    dates = ", ".join(_source(one) for one in rule.of)
    return f"No event{says}: the time stops at the latest of {dates}, at the cut at the latest"


def _missed(rule: Rule) -> str:
    """The planned visits that count, and their windows."""
    visits = f"{rule.schedule}, by {rule.schedule_day}"
    if rule.visits:
        each = ", ".join(f"{name} {days:g}" for name, days in rule.visits.items())
        visits += f"; days on either side: {each}"
    else:
        visits += f"; {rule.window_before:g} days before to {rule.window_after:g} days after"
    since = f", counted from {rule.day_one}" if rule.day_one else ""
    return (
        f"At least {rule.at_least} planned visits ({visits}{since}) without an adequate assessment "
        "lie before the event"
    )

"""What the steps of record tables do, in words, as define.xml's methods and comments say them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adam.tables.model import Carried, Event, Expand, Nca, NcaParameter, Summary, Table
from derive.line import SUBJECT
from derive.verbs.matching import order_words
from derive.verbs.words import listed, lowered, said

_KEYS = ("STUDYID", SUBJECT)
_DECIDE = {
    "first-listed": "the first of these that is found",
    "earliest": "the one of these with the earliest {date}",
    "latest": "the one of these with the latest {date}",
}
_EXTREME = {"maximum": "largest", "minimum": "smallest"}
_NCA = {
    "cmax": "the largest concentration",
    "tmax": "the time of the largest concentration, the first of equals",
    "clst": "the last quantifiable concentration",
    "tlst": "the time of the last quantifiable concentration",
    "auclst": "the area under the curve to the last quantifiable concentration",
    "auc": "the area under the curve",
    "lamz": "the terminal rate constant, by regression of the logarithms on time",
    "lamzhl": "the terminal half-life, ln(2) by the terminal rate constant",
    "lamznpt": "the number of points of the terminal regression",
    "r2adj": "the adjusted R squared of the terminal regression",
    "lamzll": "the first time of the terminal regression",
    "lamzul": "the last time of the terminal regression",
}


def table_words(table: Table) -> str:
    """The records of a table: where they come from and what each step does, in its order."""
    text = f"the records of {listed(table.from_)}"
    text += ", one below the other" if len(table.from_) > 1 else ""
    text += f" where {said(table.where)}" if table.where is not None else ""
    return "; ".join([text, *_steps(table)])


def table_names(table: Table) -> tuple[str, ...]:
    """The names that :func:`table_words` tells of, ``DATASET.NAME`` or bare."""
    out = [str(read) for read in table.reads() if read.name not in _KEYS]
    out += [f"{event.from_}." for event in table.events if event.from_]
    return tuple(dict.fromkeys([*(f"{name}." for name in table.from_), *out]))


def event_words(table: Table, name: str, methods: Mapping[int, str]) -> str:
    """How a variable comes about that the events of a table set; ``methods`` are the words of its
    line by the number of the event."""
    parts = []
    for number, event in enumerate(table.events):
        value = lowered(methods[number].rstrip(".")) if number in methods else f"{name} is blank"
        parts.append(f"({number + 1}) {value}: {_event(event)}")
    return f"By {_DECIDE[table.decide].format(date=table.date)}: {'; '.join(parts)}."


def step_words(table: Table, name: str) -> str:
    """What the steps after the lines make of a variable; "" for one that they leave alone."""
    summary, locf = table.summary, table.locf
    if summary is not None and name == summary.of:
        return f"Then {_summary(summary)}."
    if summary is not None and name == "DTYPE":
        return f'"{summary.dtype or summary.how.upper()}" on {_summary(summary)}.'
    if locf is not None and name in (locf.of, locf.visit, locf.named):
        return f"Then {_carried(locf)}."
    if locf is not None and name == "DTYPE":
        return f'"{locf.dtype}" on {_carried(locf)}.'
    return ""


def nca_words(nca: Nca, name: str) -> str:
    """What a variable of the records of a non-compartmental analysis holds; "" for another."""
    if name == "PARAMCD":
        return f"The name of the parameter in the specification: {', '.join(nca.parameters)}."
    if name == "AVAL":
        each = "; ".join(f"{code}: {nca_parameter(one)}" for code, one in nca.parameters.items())
        return f"Of {_profile(nca)} {each}."
    held = {code: one.set[name] for code, one in nca.parameters.items() if name in one.set}
    by_value: dict[str, list[str]] = {}
    for code, value in held.items():
        by_value.setdefault(value, []).append(code)
    said_so = "; ".join(f'"{value}" for {listed(codes)}' for value, codes in by_value.items())
    return f"By parameter: {said_so}." if said_so else ""


def nca_parameter(one: NcaParameter) -> str:
    """One parameter of non-compartmental analysis in words."""
    text = _NCA[one.is_]
    if one.to is not None:
        text += f" from 0 to {one.to:g}, interpolated there"
        text += f"; or to a last sample at most {one.early:g} before it" if one.early else ""
    return text


def _profile(nca: Nca) -> str:
    method = "the linear trapezoidal rule" if nca.method == "linear" else "linear up, log down"
    text = (
        f"each profile of {nca.concentration} by {nca.time} within {listed(nca.within)} "
        f"(areas by {method}; quantifiable where {said(nca.quantifiable)}"
    )
    if nca.start_value is not None:
        text += f"; {nca.start_value:g} at time 0 where there is no sample"
    text += f"; the terminal regression takes at least {nca.half_life_points} quantifiable samples"
    text += " after the maximum" if nca.half_life_from == "after-tmax" else " from the maximum on"
    return f"{text} and an adjusted R squared of at least {nca.half_life_r2adj:g}):"


def _steps(table: Table) -> Iterator[str]:
    if table.events:
        keys = [key for key in table.keys if key != "STUDYID"]
        each = "; ".join(f"({n}) {_event(one)}" for n, one in enumerate(table.events, 1))
        decides = _DECIDE[table.decide].format(date=table.date)
        yield f"for each {listed(keys)} decided by {decides}: {each}"
    if table.having is not None:
        yield f"kept where {said(table.having)}"
    if table.expand is not None:
        yield _expand(table.expand)
    if table.one_per:
        order = f" by {order_words(table.by)}" if table.by else ""
        yield f"one for each {listed(table.one_per)}: the {table.take}{order}"
    if table.summary is not None:
        yield _summary(table.summary)
    if table.locf is not None:
        yield _carried(table.locf)
    if table.nca is not None:
        each = "; ".join(f"{c}: {nca_parameter(p)}" for c, p in table.nca.parameters.items())
        yield f"one for each parameter of {_profile(table.nca)} {each}"


def _event(event: Event) -> str:
    if event.from_ is None and event.where is None:
        return "in every other case" if not event.by else f"the {event.take} record"
    place = f"the {event.take} record of {event.from_}" if event.from_ else "the record itself"
    text = f"{place} by {order_words(event.by)}" if event.by else place
    text += f" where {said(event.where)}" if event.where is not None else ""
    if event.confirmed is not None:
        one = event.confirmed
        text += (
            f", confirmed by {one.variable} of {listed(one.by, 'or')} at least {one.days} days "
            f"later with nothing but {listed(one.through, 'or')} between"
        )
        text += "".join(f", {value} at most {n} times" for value, n in one.at_most.items())
        text += "".join(f", no {value} after a {other}" for value, other in one.not_after.items())
    return text


def _expand(rule: Expand) -> str:
    return (
        f"one for each dose from {rule.start} to {rule.end}, "
        f"every {f'{rule.days:g} days' if rule.days is not None else rule.every}"
    )


def _summary(rule: Summary) -> str:
    group = f"one record for each {listed(rule.within)}"
    if not rule.of_record:
        return f"{group} with the {rule.how} of its {rule.of}"
    ties = f" (of equals the first by {order_words(rule.by)})" if rule.by else ""
    return f"{group}: the one with the {_EXTREME[rule.how]} {rule.of}{ties}"


def _carried(rule: Carried) -> str:
    visits = ", ".join(rule.visits.values())
    return (
        f"a record for each visit of {visits} that a {listed(rule.within)} lacks, with the last "
        f"{rule.of} before it"
    )

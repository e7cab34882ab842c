"""Which names a line refers to: its own columns and variables, and other data sets' variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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

_HOLE = re.compile(r"\{([^{}]+)\}")
_CALCULATED = re.compile(r"`([^`]+)`|([^\W\d][\w.]*)")


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in a line. With ``domain`` it is a variable of that data set's records; without, a
    name that the stream or its own data set resolves."""

    name: str
    domain: str = ""


def references(line: LineBase, own: str) -> Iterator[Reference]:
    """Every name that a line (of data set ``own``) refers to."""
    if line.where is not None:
        yield from _names(line.where)
    if line.else_ is not None:
        yield from references(line.else_, own)
    yield from _of_verb(line, own)


def _names(condition: Condition) -> Iterator[Reference]:
    yield from (Reference(name) for name in condition.names)


def _of_verb(line: LineBase, own: str) -> Iterator[Reference]:
    if isinstance(line, Across | Count):
        yield from _across(line, own)
    elif isinstance(line, Choose):
        for choice in line.choose:
            yield from _names(choice.where)
            if choice.from_:
                yield Reference(choice.from_)
    elif not isinstance(line, Constant):
        yield from (Reference(name) for name in _plain_names(line, own) if name)


def _plain_names(line: LineBase, own: str) -> list[str]:  # noqa: PLR0911 - one return per verb
    if isinstance(line, From):
        return line.from_
    if isinstance(line, DateTime):
        names = (line.date, line.month, line.day, line.time, line.zone)
        return [name for name in names if name]
    if isinstance(line, Number):
        return [line.number, line.unit or ""]
    if isinstance(line, Combine):
        return [hole for hole in _HOLE.findall(line.combine) if hole != "study"]
    if isinstance(line, LookUp):
        keys = list(line.on.values()) if isinstance(line.on, dict) else list(line.on)
        return [*keys, *(line.as_of or {}).values()]
    if isinstance(line, Calculate):
        return calculated_names(line.calculate)
    if isinstance(line, Visit):
        options = line.unscheduled or {}
        return [line.visit, str(options.get("date", ""))]
    if isinstance(line, Result):
        wide = [
            line.value,
            line.unit,
            line.low,
            line.high,
            line.range,
            line.sex,
            line.reason,
            line.lloq,
            line.flag,
            f"{own}TESTCD",
        ]
        return [name for name in wide if name and "{" not in name]
    return list(line.of) if isinstance(line, Function) else []


def calculated_names(text: str) -> list[str]:
    """The names in a calculation, back-ticks taken off, in order of first use."""
    return list(dict.fromkeys(a or b for a, b in _CALCULATED.findall(text)))


def _across(line: Across | Count, own: str) -> Iterator[Reference]:
    texts = [line.count] if isinstance(line, Count) else [*(line.first or []), *(line.last or [])]
    domains: list[str] = []
    for text in texts:
        domain, dot, variable = text.partition(".")
        if dot:
            domains.append(domain)
            yield Reference(variable, domain)
        else:
            yield Reference(text)
    for domain in dict.fromkeys(domains):
        if line.of is not None:
            yield from (
                Reference(name.removeprefix(f"{domain}."), domain) for name in line.of.names
            )
        if isinstance(line, Across):
            yield from _taken(line, domain)
    if isinstance(line, Across):
        own_keys = line.on.values() if isinstance(line.on, dict) else line.on
        yield from (
            Reference(name) for name in (line.not_after, line.not_before, *own_keys) if name
        )


def _taken(line: Across, domain: str) -> Iterator[Reference]:
    their_keys = list(line.on)
    if line.take is not None:
        yield Reference(line.take.removeprefix(f"{domain}."), domain)
    yield from (Reference(name, domain) for name in their_keys)

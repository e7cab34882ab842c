"""What is refused of the steps of a table before a row is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adam.file_kinds import MOMENTS, NUMBERS, FileKinds
from adam.making import AnalysisSet
from adam.tables.model import Table
from specs import Finding
from specs.reading.yaml_source import NodePath


def step_faults(ask: FileKinds, name: str, spec: Table) -> Iterable[Finding]:
    """What is refused of the steps of a table: names that are none, kinds that do not fit."""
    path, inside = ask.of.section(name), ask.of.table(name)
    for number, source in enumerate(spec.from_):
        yield from ask.source(source, (*path, "from", number))
    carried = ask.types.carried[inside].sets
    if spec.events:
        carried = tuple(ask.set_of(source) for source in spec.from_)
    for source in carried:
        if source in ask.types.sets:
            yield from ask.condition(source, spec.where, (*path, "where"))
    yield from _events(ask, spec, path)
    yield from ask.condition(inside, spec.having, (*path, "having"))
    for number, variable in enumerate(spec.one_per):
        yield from ask.kind(inside, variable, (*path, "one-per", number))
    yield from ask.order(inside, spec.by, (*path, "by"))
    yield from _expand(ask, spec, inside, path)
    yield from _derived(ask, spec, inside, path)


def _events(ask: FileKinds, spec: Table, path: NodePath) -> Iterable[Finding]:
    for number, event in enumerate(spec.events):
        here = (*path, "events", number)
        if event.from_ is None:
            for source in spec.from_:
                where = ask.set_of(source)
                yield from ask.condition(where, event.where, (*here, "where"))
            continue
        if ask.set_of(event.from_) not in ask.types.sets:
            yield from ask.source(event.from_, (*here, "from"))
            continue
        where = ask.set_of(event.from_)
        yield from ask.condition(where, event.where, (*here, "where"))
        yield from ask.order(where, event.by, (*here, "by"))
        rule = event.confirmed
        if rule is not None:
            inner = (*here, "confirmed")
            yield from ask.kind(where, rule.variable, inner)
            yield from ask.kind(where, rule.date, inner, MOMENTS)
        if spec.decide != "first-listed":
            yield from ask.kind(where, spec.date, here, MOMENTS)


def _expand(ask: FileKinds, spec: Table, inside: str, path: NodePath) -> Iterable[Finding]:
    rule = spec.expand
    if rule is None:
        return
    here = (*path, "expand")
    for key, variable in (("start", rule.start), ("end", rule.end)):
        yield from ask.kind(inside, variable, (*here, key), MOMENTS)
    if rule.days is None:
        yield from ask.kind(inside, rule.every, (*here, "every"))
    if rule.nominal is not None:
        yield from ask.kind(inside, rule.nominal, (*here, "nominal"), NUMBERS)
    for variable in rule.also:
        yield from ask.kind(inside, variable, (*here, "also"), MOMENTS)


def _derived(ask: FileKinds, spec: Table, inside: str, path: NodePath) -> Iterable[Finding]:
    for key, numbers in (
        ("summary", ("of",)), ("locf", ("of", "visit")), ("nca", ("concentration", "time")),
    ):  # fmt: skip
        rule = getattr(spec, key)
        if rule is None:
            continue
        here = (*path, key)
        for number, variable in enumerate(rule.within):
            yield from ask.kind(inside, variable, (*here, "within", number))
        for one in numbers:
            wanted = "" if (key, one) == ("locf", "of") else NUMBERS
            place = (*here, one) if one in _written(ask.of, here) else here
            yield from ask.kind(inside, getattr(rule, one), place, wanted)
        yield from ask.order(inside, getattr(rule, "by", ()), (*here, "by"))
    if spec.summary is not None:
        for number, variable in enumerate(spec.summary.keep):
            yield from ask.kind(inside, variable, (*path, "summary", "keep", number))
    if spec.nca is not None:
        here = (*path, "nca", "quantifiable")
        yield from ask.condition(inside, spec.nca.quantifiable, here)


def _written(of: AnalysisSet, path: NodePath) -> Mapping[str, object]:
    """The keys that stand at a node of the file."""
    node: object = of.loaded.document.data
    for step in path:
        node = node[step] if isinstance(node, dict | list) else {}  # type: ignore[index]
    return node if isinstance(node, dict) else {}

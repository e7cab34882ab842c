"""What is wrong with a declared analysis before a record is read: names and kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adam.results.load import Declared, Displays
from adam.results.records import SUBJECTS, Records
from derive.values.column import Kind
from derive.values.masks import faults
from specs import Finding, finding
from specs.conditions import Condition
from specs.suggest import did_you_mean


def check(declared: Displays, data: Mapping[str, Records]) -> list[Finding]:
    """ADAM301 for names that are not there, ADAM302 for kinds that a method cannot take; all of the
    file at once. Only names and types of ``data`` are looked at."""
    found = list(_populations(declared, data[SUBJECTS]))
    for one in declared.analyses.values():
        if one.spec.data not in data:
            hint = did_you_mean(one.spec.data, data)
            message = f"there is no data set {one.spec.data!r}"
            found.append(one.says("ADAM301", message, "data", hint=hint))
            continue
        found += _names(one, data)
        found += _conditions(one, data[one.spec.data])
    return found


def _populations(declared: Displays, subjects: Records) -> Iterator[Finding]:
    document = next(iter(declared.analyses.values())).document
    for name, population in declared.populations.items():
        path = ("populations", name, "where")
        for code, message, offset, hint in wrong_condition(population.where, subjects):
            place = document.place(path, offset=offset)
            said = f"population {name}: {message}"
            yield finding(code, said, dataset=SUBJECTS, spec=place, hint=hint)


def wrong_condition(condition: Condition, records: Records) -> Iterator[tuple[str, str, int, str]]:
    """(code, message, offset, hint) of names and kinds that do not fit."""
    strange = [n for n in condition.names if n not in records.names]
    for name in strange:
        hint = did_you_mean(name, records.names)
        yield "ADAM301", f"{records.dataset.name} has no variable {name!r}", 0, hint
    if not strange:
        for fault in faults(condition, records.kind):
            yield "ADAM302", fault.message, fault.offset or 0, fault.hint


def _conditions(one: Declared, records: Records) -> Iterator[Finding]:
    spec = one.spec
    conditions = {
        "where": one.where,
        one.method: one.counted,
        "event": spec.event,
        "competing": spec.competing,
    }
    for key, condition in conditions.items():
        for code, message, _, hint in wrong_condition(condition, records) if condition else ():
            yield one.says(code, message, key, hint=hint)


def _names(one: Declared, data: Mapping[str, Records]) -> Iterator[Finding]:
    spec, records = one.spec, data[one.spec.data]
    texts, numbers = _asked(one)
    for key, name, kind in [
        *((k, n, None) for k, n in texts),
        *((k, n, Kind.NUMBER) for k, n in numbers),
    ]:
        if name not in records.names:
            hint = did_you_mean(name, records.names)
            yield one.says("ADAM301", f"{spec.data} has no variable {name!r}", key, hint=hint)
        elif kind is not None and records.kind(name) is not kind:
            yield one.says("ADAM302", f"{name} is a text, {one.method} needs a number", key)
    for group in one.columns:
        if group.by not in {*records.names, *data[SUBJECTS].names}:
            hint = did_you_mean(group.by, records.names)
            yield one.says("ADAM301", f"there is no variable {group.by!r}", "columns", hint=hint)
    plain = spec.categories if spec.levels is None else None
    if plain in records.names and records.kind(str(plain)) is Kind.NUMBER:
        hint = "say `levels`, or describe it"
        yield one.says("ADAM302", f"{plain} is a number", "categories", hint=hint)
    if one.method == "survival" and spec.event is None and "CNSR" not in records.names:
        hint = "say which records are events: `event: CONDITION`"
        yield one.says("ADAM301", f"{spec.data} has no variable 'CNSR'", "survival", hint=hint)


def _asked(one: Declared) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(key, variable) of those of any kind, and of those that must be numbers."""
    spec = one.spec
    texts = [("by", group.by) for group in spec.by]
    texts += [("incidence", name) for name in spec.incidence or ()]
    texts += [("shift", name) for name in spec.shift or ()]
    single = {"categories": spec.categories, "worst": spec.worst, "agrees-with": spec.agrees_with}
    texts += [(key, name) for key, name in single.items() if name is not None]
    measured = {
        "describe": spec.describe,
        "survival": spec.survival,
        "cumulative-incidence": spec.cumulative_incidence,
    }
    return texts, [(key, name) for key, name in measured.items() if name is not None]

"""Declared analyses as analysis results metadata: executed on the data described, or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adam.results import Declared, execute, load_displays
from adam.results.conditions import Check, checks
from adam.results.load import Displays
from adam.results.methods.registry import WORDS
from adam.results.purposes import PURPOSES, REASONS
from define.study import AnalysesSpec
from specs import BuildError, Severity, Study
from specs.version import tracelock_version
from transport import Dataset

_SUBJECTS, _PARAMETER = "ADSL", "PARAMCD"


def executed_analyses(study: Study, datasets: Mapping[str, Dataset]) -> AnalysesSpec | None:
    """The analyses that have a purpose, by display; None where the study declares none.

    All are executed on these data sets first: what cannot be executed is published nowhere. Raises
    SpecificationError for declarations that are wrong, BuildError for those that give nothing.
    """
    declared = load_displays(study)
    if declared is None:
        return None
    results = execute(declared, datasets)
    worst = (Severity.REJECTS, Severity.BLOCKS)
    blocking = [one for one in results.findings if one.severity in worst]
    if blocking:
        raise BuildError(blocking)
    displays = {}
    for name, display in declared.displays.items():
        told = {one.id: _result(one, declared) for one in declared.of(name) if one.spec.purpose}
        if told:
            number = f"Table {name.removeprefix('T')}"
            displays[number] = {"title": display.title, "results": told}
    return AnalysesSpec.model_validate({"displays": displays})


def _result(one: Declared, declared: Displays) -> dict[str, object]:
    population = declared.populations[one.population]
    said, rest = checks(one.where)
    of_subjects, unsaid = checks(population.where)
    inputs: list[dict[str, object]] = [
        {"dataset": one.spec.data, "variables": _variables(one), "where": _where(said)}
    ]
    if one.spec.data == _SUBJECTS:
        inputs[0]["where"] = _where([*of_subjects, *said])
    else:
        names = [name for name in population.where.names if "." not in name]
        inputs.append({"dataset": _SUBJECTS, "variables": names, "where": _where(of_subjects)})
    fixed = one.spec.data != _SUBJECTS and _PARAMETER in (one.where.names if one.where else ())
    return {
        "description": f"{one.label}: {population.label}"[:200],
        "reason": REASONS[one.spec.reason],
        "purpose": PURPOSES[one.spec.purpose or "exploratory"],
        "inputs": inputs,
        "parameter": f"{one.spec.data}.{_PARAMETER}" if fixed else None,
        "join": _join(one),
        "documentation": " ".join(_words(one, population.label, [*rest, *unsaid])),
        "code": one.text,
        "context": f"tracelock {tracelock_version()}, declaration as executed",
    }


def _join(one: Declared) -> str | None:
    if one.spec.data == _SUBJECTS:
        return None
    return f"{one.spec.data} and {_SUBJECTS} by USUBJID; {_SUBJECTS} gives the denominator"


def _words(one: Declared, population: str, unsaid: list[str]) -> Iterator[str]:
    yield f"{WORDS[one.method]}."
    if one.counted is not None:
        yield f"Counted where {one.counted.text}."
    if unsaid:
        yield f"Records also meet: {'; '.join(unsaid)}."
    yield f"Population: {population}."


def _where(said: list[Check]) -> list[dict[str, object]]:
    return [{"variable": v, "comparator": c, "values": list(values)} for v, c, values in said]


def _variables(one: Declared) -> list[str]:
    """The variables analysed: of the method, of its groups and of its conditions."""
    spec = one.spec
    names = [spec.categories, spec.describe, spec.survival, spec.cumulative_incidence, spec.worst]
    names += [*(spec.incidence or ()), *(spec.shift or ()), *(group.by for group in spec.by)]
    if one.method == "survival" and spec.event is None:
        names.append("CNSR")
    for condition in (one.counted, spec.event, spec.competing):
        names += condition.names if condition is not None else ()
    return list(dict.fromkeys(name for name in names if name))

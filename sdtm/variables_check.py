"""Whether the lines of a data set give what the standard requires, and nothing that it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from sdtm.plan_model import Plan
from sdtm.scene import Kitchen
from sdtm.state import DomainState
from specs import SpecificationError, finding
from specs.language import Result, Visit
from specs.suggest import did_you_mean


def unknown_variables(
    kitchen: Kitchen, plan: Plan, state: DomainState
) -> Iterator[SpecificationError]:
    """SPEC115 for each line whose name the standard does not have in this data set."""
    version = kitchen.study.spec.standards.sdtmig
    for (domain, name), recipes in plan.lines.items():
        if domain != state.name or not recipes or name.startswith("+"):
            continue
        several = isinstance(recipes[0].line, Result | Visit)
        working = "working" in recipes[0].path
        if several or working or kitchen.variable(domain, name) is not None:
            continue
        message = f"{domain} has no variable {name!r} in SDTMIG {version}"
        known = [v.name for v in kitchen.standard(domain).variables]
        hint = did_you_mean(name, known) or "declare it under supplemental if it is the sponsor's"
        place = state.spec.place(*recipes[0].path, key=True)
        yield SpecificationError(
            finding("SPEC115", message, dataset=domain, variable=name, spec=place, hint=hint)
        )


def open_variables(
    kitchen: Kitchen, plan: Plan, state: DomainState
) -> Iterator[SpecificationError]:
    """SPEC119 for each required variable that nothing gives."""
    domain = state.name
    for variable in kitchen.standard(domain).variables:
        given = (domain, variable.name) in plan.owner
        if variable.core == "Req" and not given and variable.name != f"{domain}SEQ":
            message = f"{domain} requires {variable.name} ({variable.label}), and no line gives it"
            place = state.spec.place("variables", key=True)
            yield SpecificationError(
                finding("SPEC119", message, dataset=domain, variable=variable.name, spec=place)
            )

"""Domains of associated persons (SDTMIG-AP 1.0): APMH is MH of somebody who is no subject."""

from __future__ import annotations

from dataclasses import replace

from specs.standards import DatasetStandard, ImplementationGuide, VariableStandard

_CORE = {"APID": "Req", "SREL": "Exp"}


def is_associated(name: str) -> bool:
    """Whether the name is that of a domain of associated persons: AP and the domain's own code."""
    return len(name) == 4 and name.startswith("AP")


def associated_persons(
    name: str, about: DatasetStandard, guide: ImplementationGuide
) -> DatasetStandard:
    """The variables of the domain that ``name`` is about, with APID in place of USUBJID and the
    relation to a subject, device or study behind the identifiers (SDTM 2.0, section 3.2).

    What is required or expected of a subject is not of an associated person, but for the topic and
    the identifiers.
    """
    persons = [
        replace(variable, core=_CORE.get(variable.name, "Perm"), label="")  # guide and model differ
        for variable in guide.associated_persons
    ]
    person, relation = persons[:1], persons[1:]
    variables = [_of_person(each) for each in about.variables]
    model = [_of_person(each) for each in about.model_variables]
    return DatasetStandard(
        name,
        f"Associated Persons {about.label}",
        about.cls,
        about.structure,
        variables=_placed(variables, person, relation),
        model=_placed(model, person, relation),
    )


def _of_person(variable: VariableStandard) -> VariableStandard:
    needed = variable.role in ("Identifier", "Topic") and variable.core == "Req"
    return variable if needed else replace(variable, core="Perm")


def _placed(
    variables: list[VariableStandard],
    person: list[VariableStandard],
    relation: list[VariableStandard],
) -> list[VariableStandard]:
    """APID in the place of USUBJID, the relation behind the last identifier."""
    out: list[VariableStandard] = []
    for variable in variables:
        out += person if variable.name == "USUBJID" else [variable]
    last = max((n for n, each in enumerate(out) if each.role == "Identifier"), default=-1)
    return [*out[: last + 1], *relation, *out[last + 1 :]]

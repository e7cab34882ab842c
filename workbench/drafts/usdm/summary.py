"""Trial summary parameters of a study definition: what it says, and nothing that it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specs.standards.terminology import ControlledTerminology
from workbench.drafts.usdm.definition import Definition, Node, code_of

_LISTS = {
    "TPHASE": "C66737", "STYPE": "C99077", "TBLIND": "C66735", "TINDTP": "C66736",
    "TTYPE": "C66739", "INTMODEL": "C99076", "SEXPOP": "C66732",
}  # fmt: skip
_NAMES = "C67152"
_CODES = "C66738"
_OFFICIAL, _REGISTRY, _SPONSOR = "C207616", "C93453", "C70793"
_PRIMARY, _SECONDARY = "C85826", "C85827"
_PRIMARY_ENDPOINT, _SECONDARY_ENDPOINT = "C94496", "C139173"
_UNITS = {"C29848": "Y", "C29846": "M", "C29844": "W", "C25301": "D"}


@dataclass(slots=True)
class Parameter:
    """A row of TS."""

    code: str
    name: str
    value: str
    value_code: str = ""


def summary_of(definition: Definition, terms: ControlledTerminology) -> list[Parameter]:
    """The parameters, sorted by code; in the order of the definition within one."""
    names = terms.codelist(_CODES)
    out = []
    for code, said, known in _said(definition):
        term = names.terms.get(code)
        name = terms.paired(_CODES, code, _NAMES) if term else None
        value, value_code = said, ""
        if known and code in _LISTS:
            found = terms.codelist(_LISTS[code]).by_code.get(known)
            if found is None:
                definition.told.append(f"TS {code}: {said!r} ({known}) is no term of its codelist")
            else:
                value, value_code = found.value, known
        row = Parameter(code, name.value if name else code, value, value_code)
        if value and row not in out:
            out.append(row)
    return sorted(out, key=lambda one: one.code)


def _said(definition: Definition) -> Iterator[tuple[str, str, str]]:
    """TSPARMCD, value, C-code where it is coded."""
    design, plain = definition.design, definition.plain
    for title in definition.listed("titles", definition.version):
        if code_of(title.get("type")).get("code") == _OFFICIAL:
            yield "TITLE", plain(title.get("text")), ""
    coded = (
        ("TPHASE", [design.get("studyPhase")]),
        ("STYPE", [design.get("studyType")]),
        ("TBLIND", [design.get("blindingSchema")]),
        ("INTMODEL", [design.get("model")]),
        ("TINDTP", definition.listed("intentTypes")),
        ("TTYPE", definition.listed("subTypes")),
    )
    for code, nodes in coded:
        for node in map(code_of, nodes):
            if node:
                yield code, plain(node.get("decode")).upper(), str(node.get("code") or "")
    yield "NARMS", str(len(definition.listed("arms"))), ""
    for indication in definition.listed("indications"):
        yield "INDIC", plain(indication.get("label") or indication.get("name")), ""
    yield from _population(definition)
    yield from _objectives(definition)
    yield from _organizations(definition)


def _population(definition: Definition) -> Iterator[tuple[str, str, str]]:
    people = definition.design.get("population")
    if not isinstance(people, dict):
        return
    yield "TDIGRP", definition.plain(people.get("description")), ""
    if isinstance(people.get("includesHealthySubjects"), bool):
        yield "HLTSUBJI", "Y" if people["includesHealthySubjects"] else "N", ""
    planned = people.get("plannedEnrollmentNumber")
    number = planned.get("value") if isinstance(planned, dict) else None
    if isinstance(number, int | float):
        yield "PLANSUB", f"{number:g}", ""
    sexes = [code_of(one) for one in definition.listed("plannedSex", people)]
    if len(sexes) == 1:
        said = definition.plain(sexes[0].get("decode")).upper()
        yield "SEXPOP", said, str(sexes[0].get("code") or "")
    elif len(sexes) == 2:
        yield "SEXPOP", "BOTH", "C49636"
    age = people.get("plannedAge")
    for code, end in (("AGEMIN", "minValue"), ("AGEMAX", "maxValue")):
        quantity = age.get(end) if isinstance(age, dict) else None
        value = quantity.get("value") if isinstance(quantity, dict) else None
        unit = _UNITS.get(str(code_of(quantity.get("unit")).get("code"))) if quantity else None
        if isinstance(value, int | float) and unit:
            yield code, f"P{value:g}{unit}", ""


def _objectives(definition: Definition) -> Iterator[tuple[str, str, str]]:
    for one in definition.listed("objectives"):
        level = str(code_of(one.get("level")).get("code"))
        code = {_PRIMARY: "OBJPRIM", _SECONDARY: "OBJSEC"}.get(level)
        if code:
            yield code, definition.plain(one.get("text")), ""
        for endpoint in definition.listed("endpoints", one):
            level = str(code_of(endpoint.get("level")).get("code"))
            code = {_PRIMARY_ENDPOINT: "OUTMSPRI", _SECONDARY_ENDPOINT: "OUTMSSEC"}.get(level)
            if code:
                yield code, definition.plain(endpoint.get("text")), ""


def _organizations(definition: Definition) -> Iterator[tuple[str, str, str]]:
    for one in definition.listed("studyIdentifiers", definition.version):
        kind = _kind(definition.of(one.get("scopeId")))
        if kind == _REGISTRY:
            yield "REGID", definition.plain(one.get("text")), ""
    for role in definition.listed("roles", definition.version):
        if code_of(role.get("code")).get("code") == _SPONSOR:
            for identifier in role.get("organizationIds") or []:
                found = definition.of(identifier)
                yield "SPONSOR", definition.plain(found.get("label") or found.get("name")), ""


def _kind(organization: Node) -> str:
    return str(code_of(organization.get("type")).get("code"))

"""Origins of SDTM variables from the verbs of their lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from define.model import Origin as DefineOrigin
from define.origins import assigned, collected, derived, protocol
from sdtm.plan_model import outputs
from sdtm.standard import find_derivation
from specs import DomainSource, Study
from specs.language import From, LineBase, Origin
from submission.defining.words import line_words

_DERIVED_VERBS = {"first", "count", "calculate", "function", "choose", "combine", "look-up"}
_FROM_DATA = ("first", "count", "function", "calculate")
"""Verbs that make a value of trial design (TS) from the data."""

_COPIED = ("value", "from", "number")
_STANDARD_RESULTS = ("STRESC", "STRESN", "STRESU", "STNRLO", "STNRHI", "NRIND")
_KEYS_METHOD = "Number of the record within the {whole}, in the order of the natural key: {keys}."

_ELEMENTS = {
    "ETCD": "The element of the planned or actual course that the subject entered.",
    "START": "The start of the element: the first date that the specification names for it.",
    "END": "The start of the subject's next element, or the end that is stated for the last one.",
    "UNPLANNED": "What the subject went through instead of a planned element.",
}
"""Columns of the records of subject elements (SE)."""

type_pages = Mapping[tuple[str, str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Origins of a variable; for a derived one the method in words and the line beside it."""

    origins: tuple[DefineOrigin, ...]
    method: str = ""
    expression: str = ""
    comment: str = ""


def lines_of(source: DomainSource, variable: str) -> list[tuple[LineBase, str]]:
    """The lines that give a variable, with the raw source of their stream ('' for none)."""
    model = source.model
    out: list[tuple[LineBase, str]] = []
    for entry in model.records:
        lines = {**model.variables, **entry.variables}
        for name, line in lines.items():
            if variable in outputs(line, model.domain, name):
                out.append((line, entry.source or ""))
    return out


def provenance(study: Study, source: DomainSource, variable: str, pages: type_pages) -> Provenance:
    """Where an SDTM variable comes from."""
    domain = source.model.domain
    automatic = _automatic(study, source, variable)
    if automatic is not None:
        return automatic
    derivation = find_derivation(domain, variable)
    lines = lines_of(source, variable)
    if not lines:
        if derivation is not None and not _from_table(source):
            return _derived(f"{derivation.says[0].upper()}{derivation.says[1:]}.")
        if derivation is not None and variable in source.model.standard:
            return _derived(f"{derivation.says[0].upper()}{derivation.says[1:]}.")
        return Provenance((protocol(),) if _from_table(source) else (assigned(),))
    return _of_lines(study, source, variable, lines, pages)


def _automatic(study: Study, source: DomainSource, variable: str) -> Provenance | None:
    domain = source.model.domain
    if variable in ("STUDYID", "DOMAIN"):
        return Provenance((assigned(),))
    if variable == "USUBJID":
        rule = study.spec.subject.usubjid.replace("{study}", study.id)
        return _derived(f"The study's identifier and the subject's number, as {rule}.")
    if variable == f"{domain}SEQ":
        return _derived(
            _KEYS_METHOD.format(
                whole="data set" if _from_table(source) else "subject",
                keys=", ".join(source.model.keys),
            )
        )
    return None


def _derived(words: str, expression: str = "") -> Provenance:
    return Provenance((derived(),), words, expression)


def _from_table(source: DomainSource) -> bool:
    return all(entry.table or entry.one for entry in source.model.records)


def _of_lines(
    study: Study,
    source: DomainSource,
    variable: str,
    lines: list[tuple[LineBase, str]],
    pages: type_pages,
) -> Provenance:
    domain = source.model.domain
    origins: dict[str, DefineOrigin] = {}
    words: list[str] = []
    for line, raw in lines:
        origin = _one(study, source, variable, line, raw, pages)
        origins.setdefault(f"{origin.type}{origin.source}", origin)
        if origin.type == "Derived":
            element = _ELEMENTS.get(line.from_[0]) if isinstance(line, From) and not raw else None
            words.append(element or line_words(study, line, variable, domain))
    notes = " ".join(dict.fromkeys(line.note for line, _ in lines if line.note))
    place = _place(source, variable)
    method = " ".join(dict.fromkeys(words))
    ordered = sorted(origins.values(), key=lambda o: o.type != "Collected")
    if len(ordered) > 1 and method:  # one origin per variable: a mixture is told in the comment
        ordered = [o for o in ordered if o.type == "Derived"]
        notes = f"{notes} Collected in some records of {domain}, derived in others.".strip()
    return Provenance(tuple(ordered[:1]), method, place, notes)


def _place(source: DomainSource, variable: str) -> str:
    return (
        source.place("variables", variable).source.strip()
        if variable in source.model.variables
        else ""
    )


def _one(  # noqa: PLR0917 - what an origin depends on
    study: Study, source: DomainSource, variable: str, line: LineBase, raw: str, pages: type_pages
) -> DefineOrigin:
    domain = source.model.domain
    verb = type(line).verb
    stated = line.origin
    if stated is None:
        if _from_table(source):
            stated = None if verb in _FROM_DATA else Origin.PROTOCOL
            stated = stated or Origin.DERIVED
        elif verb == "visit":
            stated = Origin.ASSIGNED
        elif verb in _COPIED and variable.removeprefix(domain) in _STANDARD_RESULTS:
            stated = Origin.DERIVED
        elif verb == "constant":
            stated = Origin.ASSIGNED
        elif verb in _DERIVED_VERBS or not raw:
            stated = Origin.DERIVED
    if stated is Origin.DERIVED:
        return derived()
    if stated is Origin.ASSIGNED:
        return assigned()
    if stated is Origin.PROTOCOL:
        return protocol()
    return _collected(study, domain, variable, line, raw, pages)


def _collected(  # noqa: PLR0917 - what an origin depends on
    study: Study, domain: str, variable: str, line: LineBase, raw: str, pages: type_pages
) -> DefineOrigin:
    spec = study.spec.sources.get(raw)
    who = line.source or (spec.collected_by if spec is not None else "Investigator")
    stated = [int(p) for p in line.pages] or pages.get((domain, variable))
    found = list(stated or pages.get((f"SUPP{domain}", variable)) or [])
    return collected(found, source=who)


def one_origin(  # noqa: PLR0917 - what an origin depends on
    study: Study,
    source: DomainSource,
    variable: str,
    line: LineBase,
    pages: type_pages,
    stated: Origin | None,
) -> DefineOrigin:
    """The origin of a supplemental qualifier."""
    if stated is not None:
        line = line.model_copy(update={"origin": stated})
    raw = next((entry.source for entry in source.model.records if entry.source), "")
    return _one(study, source, variable, line, raw or "", pages)

"""Codelists of a define.xml, restricted to the values that are possible in the study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from define.build import DefineBuilder
from define.definitions import CodeTerm
from define.oids import made
from define.study.facts import Facts
from define.study.provenance import Provenance
from specs import Study
from specs.standards import Codelist, ControlledTerminology

DEFINE_CT = "2026-03-27"
"""The Define-XML terminology (origin types, classes ...) that the words here are taken from."""

FEW = 40
"""A text variable with at most so many different values gets a codelist of the study's own."""
_IDENTIFIERS = (
    "STUDYID", "SUBJID", "SITEID", "INVID", "SEQ", "SPID", "REFID", "GRPID", "LNKID", "LNKGRP",
    "RELID", "IDVARVAL", "QVAL", "TSVAL", "ORRES", "REASND", "REASOC", "TERM", "DTC", "DSSTDTC",
)  # fmt: skip
"""How names end whose values are no terms: identifiers, keys, what somebody wrote."""


@dataclass(slots=True)
class CodelistMaker:
    """Adds each codelist once; the same terms for the same list share one."""

    builder: DefineBuilder
    study: Study
    terms: ControlledTerminology
    standard: str
    _known: dict[tuple[str, tuple[CodeTerm, ...]], str] = field(default_factory=dict)
    _names: dict[str, int] = field(default_factory=dict)

    def restricted(
        self, codelist: Codelist, name: str, values: set[str], decodes: dict[str, str]
    ) -> str:
        """A published codelist with the values that are possible; extended ones are marked."""
        known = codelist.terms
        ordered = sorted(values)
        terms = tuple(
            CodeTerm(
                value,
                decodes.get(value, ""),
                known[value].code if value in known else "",
                value not in known,
            )
            for value in ordered
        )
        return self._add(
            codelist.submission_value, terms, codelist.name, codelist.code, self.standard
        )

    def sponsors(self, name: str, label: str, decodes: dict[str, str]) -> str:
        """A codelist of the sponsor's own."""
        terms = tuple(
            CodeTerm(value, decode if decode != value else "") for value, decode in decodes.items()
        )
        if any(t.decode for t in terms):
            terms = tuple(CodeTerm(t.value, t.decode or t.value) for t in terms)
        return self._add(name, terms, label, "", "")

    def _add(
        self, name: str, terms: tuple[CodeTerm, ...], label: str, code: str, standard: str
    ) -> str:
        key = (name, terms)
        if key not in self._known:
            number = self._names[name] = self._names.get(name, 0) + 1
            own = name if number == 1 else f"{name}.{number}"
            shown = label if number == 1 else f"{label} ({number})"
            self._known[key] = self.builder.add_codelist(
                own, list(terms), label=shown, code=code, standard=standard
            )
        return self._known[key]


def listable(variable: str, found: Facts, where: Provenance) -> bool:
    """Whether a text variable is to have a codelist of the values that it holds: where they are
    few, made by the study, and not all said by its method; identifiers and dates have none."""
    made_here = where.origin.type in ("Derived", "Assigned", "Protocol")
    if not made_here or not found.filled or found.data_type != "text":
        return False
    if variable.endswith(_IDENTIFIERS) or len(found.values) > FEW:
        return False
    return any(value not in where.method for value in found.values)


def codelist_oid(name: str) -> str:
    """The OID that a codelist of this name has."""
    return made("CL", name)


def bound_codelists(terms: ControlledTerminology, codes: Sequence[str], own: str) -> list[Codelist]:
    """The published codelists of a variable: its line's own, or those of the standard's codes."""
    found = [terms.find(key) for key in ((own,) if own else codes) if key]
    return [codelist for codelist in found if codelist is not None]

"""Codelists: ranks and orders of terms, SAS formats, the dictionary MedDRA."""

from __future__ import annotations

import re
from collections.abc import Iterator

from define.checks.document import Examined
from define.checks.registry import Hit, check
from define.model import CodeList
from define.text import c_code

MEDDRA_VERSION = re.compile(r"[0-9]{1,2}\.[01]")
MEDDRA_VARIABLE = re.compile(
    r"[A-Z]{2}(LLT|LLTCD|DECOD|PTCD|HLT|HLTCD|HLGT|HLGTCD|BODSYS|BDSYCD|SOC|SOCCD)"
)
CODED_EVENTS = ("AE", "MH", "CE")
"""The event domains whose --DECOD is coded with MedDRA."""
_SAS_FORMAT = r"[A-Za-z_][A-Za-z0-9_]{0,31}\.?"
TEXT_FORMAT, NUMBER_FORMAT = re.compile(rf"\${_SAS_FORMAT}"), re.compile(_SAS_FORMAT)


def _partly(doc: Examined, attribute: str) -> Iterator[tuple[CodeList, Hit]]:
    for codelist in doc.metadata.codelists:
        without = [t for t in codelist.terms if not getattr(t, attribute)]
        if without and len(without) < len(codelist.terms):
            shown = f"{codelist.oid}: {without[0].value!r}"
            more = f" and {len(without) - 1} other terms" if len(without) > 1 else ""
            yield codelist, Hit(without[0], f"{shown}{more}", value=without[0].value)


@check(
    "DEF190",
    "rank on some terms of a codelist only",
    family="codelists",
    why="A rank orders the terms by significance; a term without one has no place among them.",
    fix="Give every term of the list its Rank, or none.",
)
def ranks_are_complete(doc: Examined) -> Iterator[Hit]:
    """All terms of a codelist have a Rank, or none has."""
    for _codelist, hit in _partly(doc, "rank"):
        yield Hit(hit.node, f"{hit.message} have no Rank, others do", value=hit.value)


@check(
    "DEF191",
    "order number on some terms of a codelist only",
    family="codelists",
    why="A term without a number has no place in the order.",
    fix="Give every term of the list its OrderNumber, or none.",
)
def orders_are_complete(doc: Examined) -> Iterator[Hit]:
    """All terms of a codelist have an OrderNumber, or none has."""
    for _codelist, hit in _partly(doc, "order"):
        yield Hit(hit.node, f"{hit.message} have no OrderNumber, others do", value=hit.value)


@check(
    "DEF192",
    "SAS format name that fits no format of the type",
    family="codelists",
    why="Names of formats for text begin with $, those for numbers don't.",
    fix="Correct SASFormatName, or remove it.",
)
def sas_formats_fit(doc: Examined) -> Iterator[Hit]:
    """SASFormatName of text codelists is a $ format, that of numeric ones is none."""
    for codelist in doc.metadata.codelists:
        name = codelist.sas_format_name
        pattern = TEXT_FORMAT if codelist.data_type == "text" else NUMBER_FORMAT
        if name and not pattern.fullmatch(name):
            message = f"{codelist.oid} is {codelist.data_type}: SASFormatName is {name!r}"
            yield Hit(codelist, message, value=name)


@check(
    "DEF193",
    "version of MedDRA that was never released",
    family="dictionaries",
    why="MedDRA is released twice a year, as n.0 and n.1.",
    fix="Give the version as 27.0 or 27.1.",
)
def meddra_versions_are_versions(doc: Examined) -> Iterator[Hit]:
    """Versions of MedDRA are n.0 or n.1."""
    for codelist in doc.metadata.codelists:
        external = codelist.external
        if external is None or external.dictionary.strip().upper() != "MEDDRA":
            continue
        if external.version.strip() and not MEDDRA_VERSION.fullmatch(external.version):
            message = f"{codelist.oid}: MedDRA {external.version!r}"
            yield Hit(external, message, value=external.version)


@check(
    "DEF194",
    "coded event without MedDRA",
    family="dictionaries",
    why="Terms of the hierarchy mean something in one version of MedDRA only.",
    fix="Refer to an external codelist with Dictionary MedDRA and its version.",
)
def coded_events_name_meddra(doc: Examined) -> Iterator[Hit]:
    """Variables of the MedDRA hierarchy in AE, MH and CE refer to the dictionary MedDRA."""
    for v in doc.lookup.variables:
        domain = v.dataset.domain or v.dataset.name
        if doc.lookup.is_nonclinical or domain not in CODED_EVENTS or v.item is None:
            continue
        if not MEDDRA_VARIABLE.fullmatch(v.name) or not v.name.startswith(domain):
            continue
        codelist = doc.lookup.codelists.get(v.item.codelist_oid)
        named = codelist.external.dictionary if codelist and codelist.external else ""
        no_data = "Yes" in (v.ref.has_no_data, v.dataset.has_no_data)
        if not no_data and not named.strip().upper().startswith("MEDDRA"):
            message = f"{v.dataset.name}.{v.name} does not refer to MedDRA"
            yield Hit(v.item, message, v.dataset.name, v.name, v.item.codelist_oid)


@check(
    "DEF219",
    "codelist with a C-code that names no terminology",
    family="terminology",
    why="A C-code is one of a published package; which one, def:StandardOID says.",
    fix="Name the CT package by def:StandardOID, or remove the C-code.",
)
def coded_lists_follow_a_standard(doc: Examined) -> Iterator[Hit]:
    """2.1: a codelist with a C-code has def:StandardOID."""
    for codelist in doc.metadata.codelists if doc.is_2_1 else []:
        code = c_code(codelist.aliases)
        if code and not codelist.standard_oid:
            message = f"{codelist.oid} has the C-code {code} and no def:StandardOID"
            yield Hit(codelist, message, value=code)

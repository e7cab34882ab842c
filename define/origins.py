"""Origins in the terms of Define-XML 2.1: where the values of a variable come from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from define.model import Origin
from define.text import DocumentRef, PDFPageRef, texts

SOURCES = ("Investigator", "Sponsor", "Subject", "Vendor")
TYPES_2_1 = (
    "Assigned",
    "Collected",
    "Derived",
    "Not Available",
    "Other",
    "Predecessor",
    "Protocol",
)
TYPES_2_0 = ("Assigned", "CRF", "Derived", "eDT", "Predecessor", "Protocol")
TYPES_2_0_SEND = ("COLLECTED", "DERIVED", "NOT AVAILABLE", "OTHER")
"""Nonclinical origins of 2.0, in capitals as the errata of Define-XML 2.0 have them."""
UPGRADE = {
    "CRF": ("Collected", "Investigator"),
    "eDT": ("Collected", "Vendor"),
    "Derived": ("Derived", "Sponsor"),
    "Assigned": ("Assigned", "Sponsor"),
    "Protocol": ("Protocol", "Sponsor"),
    "Predecessor": ("Predecessor", ""),
    "COLLECTED": ("Collected", ""),
    "DERIVED": ("Derived", "Sponsor"),
    "NOT AVAILABLE": ("Not Available", ""),
    "OTHER": ("Other", ""),
}
"""How a 2.0 origin is said in 2.1 (Define-XML 2.1 specification, table of origin types)."""

_STUDY_DAY = re.compile(r"[A-Z]{2}(STDY|ENDY|DY)")
_OF_STUDY_DAYS = {"Derived", "Predecessor", "Not available"}
"""Origins that a study day can have; a predecessor was derived where it comes from."""


def is_underived_day(variable: str, types: set[str]) -> bool:
    """Whether a tabulation variable is a study day with another origin than a derivation."""
    return bool(_STUDY_DAY.fullmatch(variable) and types and not types & _OF_STUDY_DAYS)


def origin_types(version: str, nonclinical: bool) -> tuple[str, ...]:
    """The origin types of a version of Define-XML, for SEND (``nonclinical``) or for the others."""
    if version == "2.1":
        return TYPES_2_1
    return TYPES_2_0_SEND if nonclinical else TYPES_2_0


def downgraded(origin: Origin, nonclinical: bool) -> str:
    """The type of a 2.1 origin as 2.0 says it."""
    if nonclinical:
        return origin.type.upper() if origin.type.upper() in TYPES_2_0_SEND else origin.type
    if origin.type != "Collected":
        return origin.type
    return "CRF" if origin.source in ("Investigator", "Subject", "") else "eDT"


def page_refs(leaf_id: str, pages: Sequence[int]) -> list[DocumentRef]:
    """A reference to physical pages of a document; empty without pages."""
    if not pages:
        return []
    shown = " ".join(str(p) for p in sorted(set(pages)))
    return [DocumentRef(leaf_id=leaf_id, pages=[PDFPageRef(type="PhysicalRef", pages=shown)])]


def collected(
    pages: Sequence[int] = (), leaf_id: str = "LF.acrf", source: str = "Investigator"
) -> Origin:
    """Collected: on these pages of the annotated CRF, or (``source="Vendor"``) transferred."""
    return Origin(type="Collected", source=source, documents=page_refs(leaf_id, pages))


def derived(source: str = "Sponsor") -> Origin:
    """Derived by an algorithm; give the variable a method."""
    return Origin(type="Derived", source=source)


def assigned(source: str = "Sponsor") -> Origin:
    """Assigned by judgement: coded terms, constants."""
    return Origin(type="Assigned", source=source)


def protocol() -> Origin:
    """Taken from the protocol: trial design."""
    return Origin(type="Protocol", source="Sponsor")


def predecessor(place: str, language: str = "en") -> Origin:
    """Copied from another variable, as DATASET.VARIABLE."""
    return Origin(type="Predecessor", description=texts(place, language))

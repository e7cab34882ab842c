"""Origins: stated, allowed, traceable to a page, a predecessor or a method."""

from __future__ import annotations

import re
from collections.abc import Iterator

from define.checks.document import Examined
from define.checks.numbers import number
from define.checks.registry import Hit, check
from define.lookup import ValueLevel, Variable
from define.model import ItemDef, ItemRef, Origin
from define.origins import SOURCES, is_underived_day, origin_types
from define.text import DocumentRef, PDFPageRef, plain

PLACE = re.compile(r"\b([A-Z][A-Z0-9_]{1,7})\.([A-Z_][A-Z0-9_]{0,7})\b")
SOURCES_OF = {
    "Collected": ("Investigator", "Subject", "Vendor", "Sponsor"),
    "Derived": ("Sponsor", "Vendor", "Investigator"),
    "Assigned": ("Sponsor", "Vendor", "Investigator"),
    "Protocol": ("Sponsor",),
    "Predecessor": ("", *SOURCES),
    "Not Available": ("Sponsor", ""),
    "Other": ("", *SOURCES),
}


def _rows(doc: Examined) -> Iterator[tuple[Variable, ItemRef, ItemDef]]:
    """Variables, then value-level rows: what may carry an origin."""
    for v in doc.lookup.variables:
        if v.item:
            yield v, v.ref, v.item
    for row in doc.lookup.value_levels:
        if row.item:
            yield row.parent, row.ref, row.item


def _origins(doc: Examined) -> Iterator[tuple[Variable, ItemRef, ItemDef, Origin]]:
    for v, ref, item in _rows(doc):
        yield from ((v, ref, item, origin) for origin in item.origins)


def _has_origin_below(doc: Examined, v: Variable) -> bool:
    rows: list[ValueLevel] = [r for r in doc.lookup.value_levels if r.parent.item is v.item]
    return bool(rows) and all(r.item and r.item.origins for r in rows)


@check(
    "DEF180",
    "variable without origin",
    family="origins",
    why="Reviewers trace every value to where it came from.",
    fix="Give the variable an origin, or every one of its value-level rows.",
)
def origins_are_stated(doc: Examined) -> Iterator[Hit]:
    """Every variable has an origin, itself or on all its value-level rows."""
    below = {id(r.parent.item) for r in doc.lookup.value_levels}
    for v in doc.lookup.variables:
        if v.item is None or v.item.origins or v.ref.has_no_data == "Yes":
            continue
        if v.dataset.has_no_data == "Yes":
            continue
        if id(v.item) not in below or not _has_origin_below(doc, v):
            yield Hit(v.item, f"{v.dataset.name}.{v.name} has no origin", v.dataset.name, v.name)


@check(
    "DEF181",
    "origin type that this version does not know",
    family="origins",
    why="2.0 says CRF and eDT where 2.1 says Collected; a mixture cannot be read.",
    fix="Use a type of the version of the document.",
)
def origin_types_are_known(doc: Examined) -> Iterator[Hit]:
    """Origin types are those of the version (2.0: SEND has its own, in capitals)."""
    known = origin_types(doc.define.version, doc.lookup.is_nonclinical)
    for v, _ref, item, origin in _origins(doc):
        if origin.type not in known:
            message = (
                f"{item.oid}: origin {origin.type!r} is not of Define-XML {doc.define.version}"
            )
            hint = f"one of {', '.join(known)}"
            yield Hit(origin, message, v.dataset.name, v.name, origin.type, hint)


@check(
    "DEF182",
    "origin without source, or with one that does not fit",
    family="origins",
    why="Define-XML 2.1 says who collected, derived or assigned the value.",
    fix="Investigator, Sponsor, Subject or Vendor; none for a predecessor.",
)
def origin_sources_fit(doc: Examined) -> Iterator[Hit]:
    """2.1: the source is there and fits the type."""
    if not doc.is_2_1:
        return
    for v, _ref, item, origin in _origins(doc):
        allowed = SOURCES_OF.get(origin.type)
        if allowed is not None and origin.source not in allowed:
            said = repr(origin.source) if origin.source else "missing"
            message = f"{item.oid}: the source of origin {origin.type} is {said}"
            yield Hit(origin, message, v.dataset.name, v.name, origin.source)


def _pages(origin: Origin) -> list[tuple[DocumentRef, PDFPageRef]]:
    return [(document, pages) for document in origin.documents for pages in document.pages]


@check(
    "DEF183",
    "collected origin without pages",
    family="pages",
    why="Reviewers jump from the variable to its field on the annotated CRF.",
    fix="Give the pages of the annotated CRF; Vendor data need none.",
)
def collected_has_pages(doc: Examined) -> Iterator[Hit]:
    """SDTM: values collected by investigator or subject name pages of the annotated CRF."""
    if doc.lookup.is_analysis or doc.lookup.is_nonclinical:
        return
    for v, _ref, item, origin in _origins(doc):
        crf = origin.type == "CRF" or (
            origin.type == "Collected" and origin.source in ("Investigator", "Subject")
        )
        if crf and not any(p.pages or p.first_page for _, p in _pages(origin)):
            message = f"{item.oid} is collected and names no page of the CRF"
            yield Hit(origin, message, v.dataset.name, v.name)


@check(
    "DEF184",
    "page that the PDF does not have",
    family="pages",
    why="The link opens nothing.",
    fix="Correct the page number, or name the right document.",
    needs=("pdf",),
)
def pages_exist(doc: Examined) -> Iterator[Hit]:
    """Physical pages are within the PDF that is named."""
    for holder, document in doc.lookup.document_refs:
        pdf = doc.pdfs.get(document.leaf_id)
        if pdf is None or pdf.problem:
            continue
        for pages in document.pages:
            beyond = [n for n in physical_pages(pages) if not 1 <= n <= pdf.pages]
            if beyond:
                where = getattr(holder, "oid", document.leaf_id)
                message = f"{where}: page {beyond[0]} of {pdf.path.name}, which has {pdf.pages}"
                yield Hit(pages, message, value=str(beyond[0]))


def physical_pages(pages: PDFPageRef) -> list[int]:
    """The page numbers of a PhysicalRef; first and last of a range."""
    if pages.type != "PhysicalRef":
        return []
    texts = [*pages.pages.split(), pages.first_page, pages.last_page]
    return [n for n in map(number, texts) if n is not None]


@check(
    "DEF185",
    "predecessor that is not named as DATASET.VARIABLE",
    family="predecessors",
    why="Only the full name tells a reviewer, and a tool, which variable it was copied from.",
    fix="Write DATASET.VARIABLE in the description of the origin.",
)
def predecessors_are_named(doc: Examined) -> Iterator[Hit]:
    """The description of a predecessor names DATASET.VARIABLE."""
    for v, _ref, item, origin in _origins(doc):
        if origin.type == "Predecessor" and not PLACE.search(plain(origin.description)):
            said = plain(origin.description)
            message = f"{item.oid}: the predecessor is {said!r}"
            yield Hit(origin, message, v.dataset.name, v.name, said)


@check(
    "DEF186",
    "predecessor that does not exist",
    family="predecessors",
    why="The trace ends in a variable that is not there.",
    fix="Name the variable that the values were copied from.",
)
def predecessors_exist(doc: Examined) -> Iterator[Hit]:
    """A predecessor in a data set of this document, or of the data, is one of its variables."""
    for v, _ref, item, origin in _origins(doc):
        if origin.type != "Predecessor":
            continue
        for dataset, name in PLACE.findall(plain(origin.description)):
            known = _known_variables(doc, dataset)
            if known is not None and name not in known:
                message = f"{item.oid}: its predecessor {dataset}.{name} does not exist"
                yield Hit(origin, message, v.dataset.name, v.name, f"{dataset}.{name}")


def _known_variables(doc: Examined, dataset: str) -> set[str] | None:
    """The variables of a data set, None for one that neither the document nor the data hold."""
    described = doc.lookup.by_dataset.get(dataset)
    if described is not None:
        return set(described)
    view = doc.data.get(dataset)
    return set(view.names) if view else None


@check(
    "DEF187",
    "derived variable without method",
    family="methods",
    why="A derivation that is not described cannot be reviewed.",
    fix="Give the variable, or each of its value-level rows, a MethodOID.",
)
def derived_has_a_method(doc: Examined) -> Iterator[Hit]:
    """What is derived has a method, itself or on all its value-level rows."""
    by_parent: dict[int, list[ValueLevel]] = {}
    for row in doc.lookup.value_levels:
        by_parent.setdefault(id(row.parent.item), []).append(row)
    for v, ref, item, origin in _origins(doc):
        if origin.type.capitalize() != "Derived" or ref.method_oid or len(item.origins) > 1:
            continue
        rows = by_parent.get(id(item), [])
        inherited = item is not v.item and v.ref.method_oid
        if not inherited and not (rows and all(r.ref.method_oid for r in rows)):
            message = f"{item.oid} is derived and has no method"
            yield Hit(ref, message, v.dataset.name, v.name)


@check(
    "DEF188",
    "method on something that is not derived",
    family="methods",
    why="Either the origin or the method is wrong.",
    fix="Say Derived, or put the explanation into a comment.",
)
def methods_belong_to_derived(doc: Examined) -> Iterator[Hit]:
    """A variable with a method has the origin Derived (or no origin of its own)."""
    for v, ref, item in _rows(doc):
        types = {origin.type.capitalize() for origin in item.origins}
        if is_underived_day(v.name, types) and not doc.lookup.is_analysis:
            continue  # DEF196 says what their origin is
        if ref.method_oid and types and not types & {"Derived", "Other"}:
            message = f"{item.oid} has a method and origin {', '.join(sorted(types))}"
            yield Hit(ref, message, v.dataset.name, v.name)

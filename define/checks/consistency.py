"""What two parts of a document say about one thing: origins, pages, digits, marks, standards."""

from __future__ import annotations

from collections.abc import Iterator

from define.checks.document import Examined
from define.checks.registry import Hit, check
from define.guide_names import is_adam, is_send
from define.lookup import ValueLevel, Variable
from define.model import ItemDef, Origin
from define.origins import is_underived_day, origin_types
from specs.findings import Severity

SHARED = ("STUDYID", "USUBJID")
COMPANIONS = {"SDTMIG": ("SDTM",), "ADaMIG": ("SDTM", "ADaM")}


@check(
    "DEF176",
    "significant digits on something that is no float",
    family="types",
    why="Only floating-point numbers have decimals to count.",
    fix="Remove SignificantDigits, or make the type float.",
)
def only_floats_have_digits(doc: Examined) -> Iterator[Hit]:
    """SignificantDigits stand on float only."""
    for item in doc.metadata.items:
        if item.significant_digits and item.data_type not in ("float", "double"):
            digits = item.significant_digits
            message = f"{item.oid} is {item.data_type} and has SignificantDigits={digits}"
            yield Hit(item, message, variable=item.name, value=digits)


@check(
    "DEF189",
    "value-level origin that contradicts the variable's",
    family="origins",
    why="A variable that states one origin says that all its values have it.",
    fix="State the origin on the value-level rows only, or give all of them the variable's.",
)
def origins_agree_across_levels(doc: Examined) -> Iterator[Hit]:
    """Where a variable and a row of its value list both state an origin, the types are equal. One
    finding per variable."""
    found: dict[int, list[tuple[ValueLevel, Origin]]] = {}
    for row in doc.lookup.value_levels:
        above = {o.type for o in row.parent.item.origins} if row.parent.item else set()
        for origin in row.item.origins if row.item and above else []:
            if origin.type not in above:
                found.setdefault(id(row.parent), []).append((row, origin))
    for rows in found.values():
        (row, origin), parent = rows[0], rows[0][0].parent
        more = f" and {len(rows) - 1} other rows" if len(rows) > 1 else ""
        said = ", ".join(o.type for o in parent.item.origins) if parent.item else ""
        message = f"{row.ref.item_oid}{more}: origin {origin.type}, the variable says {said}"
        yield Hit(origin, message, parent.dataset.name, parent.name, origin.type)


def _variables(doc: Examined) -> Iterator[tuple[Variable, ItemDef]]:
    for v in doc.lookup.variables:
        if v.item is not None:
            yield v, v.item


@check(
    "DEF196",
    "study day that is not derived",
    family="origins",
    why="Study days are computed from a date and the reference start date.",
    fix="State the origin Derived, with its method.",
)
def study_days_are_derived(doc: Examined) -> Iterator[Hit]:
    """SDTM, SEND: --DY, --STDY and --ENDY have the origin Derived."""
    for v, item in _variables(doc) if not doc.lookup.is_analysis else ():
        types = {origin.type.capitalize() for origin in item.origins}
        if is_underived_day(v.name, types):
            message = f"{v.dataset.name}.{v.name} has the origin {', '.join(sorted(types))}"
            yield Hit(item, message, v.dataset.name, v.name)


def _from_crf(origin: Origin) -> bool:
    """Whether values were collected on the CRF, in the words of either version."""
    collected = origin.type == "Collected" and origin.source in ("Investigator", "Subject")
    return origin.type == "CRF" or collected


@check(
    "DEF197",
    "pages of an origin that is not collected",
    family="pages",
    why="Pages of the CRF say where a value was collected.",
    fix="Say Collected, or remove the pages.",
    severity=Severity.INFO,
)
def only_collected_has_pages(doc: Examined) -> Iterator[Hit]:
    """Origins that name pages of the annotated CRF are collected ones."""
    crf = {ref.leaf_id for ref in doc.metadata.annotated_crf}
    known = set(origin_types(doc.define.version, doc.lookup.is_nonclinical))  # others are DEF181
    for item in doc.metadata.items:
        for origin in item.origins:
            named = any(ref.pages for ref in origin.documents if ref.leaf_id in crf)
            if named and origin.type in known - {"CRF", "Collected"}:
                message = f"{item.oid}: origin {origin.type} names pages of the CRF"
                yield Hit(origin, message, variable=item.name, value=origin.type)


@check(
    "DEF198",
    "collected origin in a document that is not the annotated CRF",
    family="pages",
    why="A reviewer follows the link to the annotated CRF, and arrives elsewhere.",
    fix="Refer to the leaf that def:AnnotatedCRF names.",
)
def collected_is_on_the_crf(doc: Examined) -> Iterator[Hit]:
    """Documents of origins collected on the CRF are those of def:AnnotatedCRF."""
    crf = {ref.leaf_id for ref in doc.metadata.annotated_crf}
    for item in doc.metadata.items if crf else []:
        for origin in item.origins:
            others = [ref for ref in origin.documents if ref.leaf_id not in crf]
            if _from_crf(origin) and others and len(others) == len(origin.documents):
                message = f"{item.oid} is collected; {others[0].leaf_id} is no annotated CRF"
                yield Hit(others[0], message, variable=item.name, value=others[0].leaf_id)


@check(
    "DEF199",
    "identifier that data sets describe differently",
    family="types",
    why="STUDYID and USUBJID join the data sets; they are the same variable everywhere.",
    fix="Give the variable the same type in all data sets.",
)
def identifiers_are_the_same(doc: Examined) -> Iterator[Hit]:
    """STUDYID and USUBJID have one data type in all data sets."""
    first: dict[str, str] = {}
    for v, item in _variables(doc):
        if v.name in SHARED and first.setdefault(v.name, item.data_type) != item.data_type:
            message = f"{v.dataset.name}.{v.name} is {item.data_type}, elsewhere {first[v.name]}"
            yield Hit(item, message, v.dataset.name, v.name, item.data_type)


@check(
    "DEF267",
    "HasNoData without a word why",
    family="no data",
    why="A reviewer asks why something that is described has no data.",
    fix="Add a comment.",
)
def no_data_is_explained(doc: Examined) -> Iterator[Hit]:
    """A data set, or a variable of one with data, that has no data has a comment (2.1)."""
    for dataset in doc.metadata.datasets:
        if dataset.has_no_data == "Yes" and not dataset.comment_oid:
            yield Hit(dataset, f"{dataset.name} has no data and no comment", dataset.name)
    for v, item in _variables(doc):
        inherited = v.dataset.has_no_data == "Yes"
        if v.ref.has_no_data == "Yes" and not item.comment_oid and not inherited:
            message = f"{v.dataset.name}.{v.name} has no data and no comment"
            yield Hit(v.ref, message, v.dataset.name, v.name)


@check(
    "DEF268",
    "guide without terminology of its publishing set",
    family="standards",
    why="SDTM data follow SDTM terminology, SEND data SEND terminology.",
    fix="Add the def:Standard of type CT with that publishing set.",
)
def guides_have_their_terminology(doc: Examined) -> Iterator[Hit]:
    """2.1: SDTMIG comes with SDTM CT, SENDIG with SEND CT, ADaMIG with one of SDTM and ADaM."""
    sets = {s.publishing_set for s in doc.metadata.standards if s.type == "CT"}
    for standard in doc.metadata.standards if sets else []:
        wanted = ("SEND",) if is_send(standard.name) else COMPANIONS.get(standard.name, ())
        if standard.type == "IG" and wanted and not sets & set(wanted):
            shown = " or ".join(wanted)
            message = f"{standard.oid}: {standard.name} without CT of {shown}"
            yield Hit(standard, message, value=standard.name)


@check(
    "DEF269",
    "standard that nothing follows",
    family="orphans",
    why="A standard that no data set and no codelist follows was not used, or a mark is missing.",
    fix="Name it by def:StandardOID where it was followed, or remove it.",
)
def no_orphan_standards(doc: Examined) -> Iterator[Hit]:
    """Every guide is followed by a data set, every CT package but Define-XML's by a codelist."""
    used = {d.standard_oid for d in doc.metadata.datasets}
    used |= {c.standard_oid for c in doc.metadata.codelists}
    for standard in doc.metadata.standards:
        if standard.oid not in used and standard.publishing_set.upper() != "DEFINE-XML":
            shown = f"{standard.publishing_set or standard.name} {standard.version}"
            yield Hit(standard, f"{standard.oid} ({shown}) is not used", value=standard.oid)


@check(
    "DEF290",
    "analysis results in a document of tabulations",
    family="analysis results",
    why="Analysis results belong to the define.xml of the analysis data sets.",
    fix="Move them there.",
)
def results_are_of_analysis_data(doc: Examined) -> Iterator[Hit]:
    """Analysis results stand in documents that follow an ADaM guide."""
    named = doc.lookup.guide_names
    if doc.metadata.displays and named and not any(is_adam(name) for name in named):
        message = f"analysis results, and the standard is {', '.join(named)}"
        yield Hit(doc.metadata.displays[0], message)

"""The schema, the version and the standards that the document names; the study it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from define.checks.document import Examined
from define.checks.registry import Hit, check
from define.document.schema import schema_errors
from define.guide_names import guide_name, old_guide_name
from specs.findings import Severity
from specs.suggest import did_you_mean

IG_VERSIONS = {
    "SDTMIG": ("3.1.1", "3.1.2", "3.1.3", "3.2", "3.3", "3.4"),
    "SDTMIG-AP": ("1.0",),
    "SDTMIG-MD": ("1.0", "1.1"),
    "SENDIG": ("3.0", "3.1", "3.1.1"),
    "SENDIG-AR": ("1.0",),
    "SENDIG-DART": ("1.1", "1.2"),
    "SENDIG-GENETOX": ("1.0",),
    "ADaMIG": ("1.0", "1.1", "1.2", "1.3"),
    "ADaMIG-MD": ("1.0",),
    "ADaMIG-NCA": ("1.0",),
    "ADaMIG-popPK": ("1.0",),
    "ADaM-OCCDSIG": ("1.0", "1.1"),
    "BIMO": ("1.0", "2.0", "3.0"),
}
"""Published versions of the implementation guides (Define-XML 2.1 enumerations, CDISC library)."""
IG_NAMES_2_0 = tuple(old_guide_name(name) for name in IG_VERSIONS)
CT = "CDISC/NCI"


@check(
    "DEF101",
    "document that the schema does not allow",
    family="schema",
    why="Tools and gateways read Define-XML by its schema.",
    fix="Correct the element at the line named.",
    severity=Severity.BLOCKS,
)
def schema_holds(doc: Examined) -> Iterator[Hit]:
    """The document is valid against the XSD of its version."""
    for line, message in schema_errors(doc.reading.tree, doc.define.version, doc.schema_dir):
        yield Hit(None, re.sub(r"\{http[^}]*\}", "", message), line=line)


@check(
    "DEF102",
    "DefineVersion that is not the document's",
    family="version",
    why="The namespace says one version and the attribute another.",
    fix="Write 2.0.0, or 2.1.n, as the namespace says.",
)
def version_fits(doc: Examined) -> Iterator[Hit]:
    """def:DefineVersion belongs to the namespace."""
    stated, version = doc.metadata.define_version, doc.define.version
    if not stated.startswith(f"{version}."):
        message = f"def:DefineVersion is {stated!r}, the namespace is that of {version}"
        yield Hit(doc.metadata, message, value=stated)


@check(
    "DEF103",
    "header that is incomplete",
    family="version",
    why="The header says what the file is, when it was made, and of what it is a snapshot.",
    fix="Give FileOID, CreationDateTime, FileType Snapshot, ODMVersion 1.3.2 and (2.1) Context.",
)
def header_is_complete(doc: Examined) -> Iterator[Hit]:
    """The ODM element says what the file is."""
    define = doc.define
    wanted = {
        "FileOID": bool(define.file_oid),
        "CreationDateTime": bool(define.creation_date_time),
        "FileType=Snapshot": define.file_type == "Snapshot",
        "ODMVersion=1.3.2": define.odm_version == "1.3.2",
        "def:Context": bool(define.context) or not doc.is_2_1,
    }
    for what, there in wanted.items():
        if not there:
            yield Hit(define, f"the ODM element has no {what}", value=what)


@check(
    "DEF260",
    "standard that is not known",
    family="standards",
    why="The name of the standard decides which rules apply.",
    fix="Use the name of the Define-XML terminology, e.g. SDTMIG.",
)
def standards_are_known(doc: Examined) -> Iterator[Hit]:
    """Names of standards are published ones."""
    for standard in doc.metadata.standards:
        known = (*IG_VERSIONS, CT)
        if standard.name not in known:
            message = f"{standard.oid}: standard {standard.name!r} is not known"
            yield Hit(
                standard, message, value=standard.name, hint=did_you_mean(standard.name, known)
            )
    name = doc.metadata.standard_name_2_0
    if not doc.is_2_1 and name not in IG_NAMES_2_0:
        message = f"def:StandardName {name!r} is not one of Define-XML 2.0"
        same = old_guide_name(guide_name(name))
        near = f"did you mean {same!r}?" if same in IG_NAMES_2_0 else ""
        hint = near or did_you_mean(name, IG_NAMES_2_0)
        yield Hit(doc.metadata, message, value=name, hint=hint)


@check(
    "DEF261",
    "version of a standard that is not known",
    family="standards",
    why="A version that was never published cannot be checked against.",
    fix="Give the published version; a CT package has a date, YYYY-MM-DD.",
)
def versions_are_known(doc: Examined) -> Iterator[Hit]:
    """Versions of guides are published; versions of CT are dates."""
    for standard in doc.metadata.standards:
        published = IG_VERSIONS.get(standard.name)
        wrong = published is not None and standard.version not in published
        if standard.type == "CT":
            wrong = not re.fullmatch(r"\d{4}-\d{2}-\d{2}", standard.version)
        if wrong:
            message = (
                f"{standard.oid}: version {standard.version!r} of {standard.name} is not known"
            )
            yield Hit(standard, message, value=standard.version)


@check(
    "DEF262",
    "document without a guide or a CT package",
    family="standards",
    why="Terms can only be checked against a CT package that is named.",
    fix="Add a def:Standard of type IG, and one of type CT per publishing set.",
)
def guide_and_ct_are_named(doc: Examined) -> Iterator[Hit]:
    """2.1: at least one IG and one CT; 2.0: name and version."""
    if doc.is_2_1:
        kinds = {s.type for s in doc.metadata.standards}
        for kind in ("IG", "CT"):
            if kind not in kinds:
                yield Hit(doc.metadata, f"no def:Standard of type {kind}", value=kind)
    elif not (doc.metadata.standard_name_2_0 and doc.metadata.standard_version_2_0):
        yield Hit(doc.metadata, "def:StandardName and def:StandardVersion are incomplete")


@check(
    "DEF263",
    "CT package without publishing set, or a guide with one",
    family="standards",
    why="CT of one date exists for SDTM, ADaM, SEND, CDASH and Define-XML.",
    fix="Give PublishingSet to standards of type CT, and only to those.",
)
def publishing_sets_fit(doc: Examined) -> Iterator[Hit]:
    """PublishingSet stands on CT and nowhere else, and CT is CDISC/NCI."""
    for standard in doc.metadata.standards:
        is_ct = standard.type == "CT"
        if is_ct != bool(standard.publishing_set) or is_ct != (standard.name == CT):
            message = (
                f"{standard.oid}: type {standard.type}, publishing set {standard.publishing_set!r}"
            )
            yield Hit(standard, message, value=standard.publishing_set)


@check(
    "DEF264",
    "data set that neither follows a standard nor says so",
    family="standards",
    why="Define-XML 2.1 wants either def:StandardOID or def:IsNonStandard.",
    fix="Name the guide, or mark the data set as non-standard.",
)
def datasets_name_their_standard(doc: Examined) -> Iterator[Hit]:
    """2.1: a data set names a standard exclusive-or says it is non-standard."""
    for dataset in doc.metadata.datasets if doc.is_2_1 else []:
        if bool(dataset.standard_oid) == (dataset.is_non_standard == "Yes"):
            said = "both" if dataset.standard_oid else "neither"
            message = f"{dataset.name} has {said} of def:StandardOID and def:IsNonStandard"
            yield Hit(dataset, message, dataset=dataset.name)


@check(
    "DEF265",
    "data set that follows a CT package",
    family="standards",
    why="Data sets follow guides; codelists follow CT.",
    fix="Name a def:Standard of type IG on data sets, CT on codelists.",
)
def standards_are_of_the_kind(doc: Examined) -> Iterator[Hit]:
    """StandardOID names an IG on data sets and a CT package on codelists."""
    owners = [(d, "IG") for d in doc.metadata.datasets] + [
        (c, "CT") for c in doc.metadata.codelists
    ]
    for owner, kind in owners:
        standard = doc.lookup.standards.get(owner.standard_oid)
        if standard is not None and standard.type != kind:
            message = f"{owner.oid} follows {standard.oid}, which is of type {standard.type}"
            yield Hit(owner, message, value=standard.oid)


@check(
    "DEF266",
    "study that is not named",
    family="study",
    why="StudyName, StudyDescription and ProtocolName head every page.",
    fix="Fill all three.",
)
def study_is_named(doc: Examined) -> Iterator[Hit]:
    """StudyName, StudyDescription and ProtocolName are filled."""
    study = doc.define.study
    names = study.names if study else None
    for label, text in (
        ("StudyName", names.study_name if names else ""),
        ("StudyDescription", names.study_description if names else ""),
        ("ProtocolName", names.protocol_name if names else ""),
    ):
        if not text.strip():
            yield Hit(names or study, f"{label} is blank", value=label)

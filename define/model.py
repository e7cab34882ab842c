"""What a Define-XML 2.0 or 2.1 document says, as plain dataclasses.

Every value is the text that stands in the document ("" when it is absent): a check can only name
what is wrong with ``Length="8.0"`` when the model did not repair it. Children stand in the order of
the schema. References are OIDs, as in the document; :mod:`define.lookup` resolves them.
"""

# ruff: noqa: RUF009 - attribute(), child() and their like are field specifiers, not defaults
from __future__ import annotations

from dataclasses import dataclass

from define.document.binding import (
    Node,
    attribute,
    child,
    child_text,
    child_texts,
    children,
    content,
    reference,
    references,
    wrapped,
)
from define.results import ResultDisplay
from define.text import Alias, CommentDef, DocumentRef, Leaf, Text


@dataclass(kw_only=True, slots=True)
class Standard(Node):
    """A standard or a CT package that the document follows (2.1)."""

    oid: str = attribute("OID")
    name: str = attribute("Name")
    type: str = attribute("Type")
    publishing_set: str = attribute("PublishingSet")
    version: str = attribute("Version")
    status: str = attribute("Status")
    comment_oid: str = attribute("def:CommentOID")


@dataclass(kw_only=True, slots=True)
class ItemRef(Node):
    """A variable in a data set, or a value-level row in a value list."""

    item_oid: str = attribute("ItemOID")
    order: str = attribute("OrderNumber")
    mandatory: str = attribute("Mandatory")
    key_sequence: str = attribute("KeySequence")
    method_oid: str = attribute("MethodOID")
    role: str = attribute("Role")
    role_codelist_oid: str = attribute("RoleCodeListOID")
    is_non_standard: str = attribute("def:IsNonStandard", only="2.1")
    has_no_data: str = attribute("def:HasNoData", only="2.1")
    where_clause_oids: list[str] = references("def:WhereClauseRef", "WhereClauseOID")


@dataclass(kw_only=True, slots=True)
class ValueListDef(Node):
    """The value-level metadata of one variable."""

    oid: str = attribute("OID")
    description: list[Text] = wrapped("Description", "TranslatedText", Text, only="2.1")
    items: list[ItemRef] = children("ItemRef", ItemRef)


@dataclass(kw_only=True, slots=True)
class RangeCheck(Node):
    """One condition of a where clause; the values are alternatives for IN and NOTIN."""

    comparator: str = attribute("Comparator")
    soft_hard: str = attribute("SoftHard")
    item_oid: str = attribute("def:ItemOID")
    values: list[str] = child_texts("CheckValue")


@dataclass(kw_only=True, slots=True)
class WhereClauseDef(Node):
    """A selection of records: all its conditions hold."""

    oid: str = attribute("OID")
    comment_oid: str = attribute("def:CommentOID")
    checks: list[RangeCheck] = children("RangeCheck", RangeCheck)


@dataclass(kw_only=True, slots=True)
class SubClass(Node):
    """A subclass of a data set's class, e.g. TIME-TO-EVENT."""

    name: str = attribute("Name")
    parent_class: str = attribute("ParentClass")


@dataclass(kw_only=True, slots=True)
class DatasetClass(Node):
    """The class of a data set (2.1), e.g. BASIC DATA STRUCTURE."""

    name: str = attribute("Name")
    sub_classes: list[SubClass] = children("def:SubClass", SubClass)


@dataclass(kw_only=True, slots=True)
class ItemGroupDef(Node):
    """A data set."""

    oid: str = attribute("OID")
    name: str = attribute("Name")
    domain: str = attribute("Domain")
    sas_name: str = attribute("SASDatasetName")
    repeating: str = attribute("Repeating")
    is_reference_data: str = attribute("IsReferenceData")
    purpose: str = attribute("Purpose")
    structure: str = attribute("def:Structure")
    class_2_0: str = attribute("def:Class", only="2.0")
    archive_location_id: str = attribute("def:ArchiveLocationID")
    standard_oid: str = attribute("def:StandardOID", only="2.1")
    is_non_standard: str = attribute("def:IsNonStandard", only="2.1")
    has_no_data: str = attribute("def:HasNoData", only="2.1")
    comment_oid: str = attribute("def:CommentOID")
    description: list[Text] = wrapped("Description", "TranslatedText", Text)
    items: list[ItemRef] = children("ItemRef", ItemRef)
    aliases: list[Alias] = children("Alias", Alias)
    class_2_1: DatasetClass | None = child("def:Class", DatasetClass, only="2.1")
    leaf: Leaf | None = child("def:leaf", Leaf)

    @property
    def class_name(self) -> str:
        """The class, whichever way this version of Define-XML writes it."""
        return self.class_2_1.name if self.class_2_1 else self.class_2_0

    @property
    def sub_class_names(self) -> list[str]:
        """The subclasses (2.1)."""
        return [s.name for s in self.class_2_1.sub_classes] if self.class_2_1 else []


@dataclass(kw_only=True, slots=True)
class Origin(Node):
    """Where the values come from. A predecessor is named in the description (DATASET.VARIABLE)."""

    type: str = attribute("Type")
    source: str = attribute("Source", only="2.1")
    description: list[Text] = wrapped("Description", "TranslatedText", Text)
    documents: list[DocumentRef] = children("def:DocumentRef", DocumentRef)


@dataclass(kw_only=True, slots=True)
class ItemDef(Node):
    """A variable, or the values of a variable that a where clause selects."""

    oid: str = attribute("OID")
    name: str = attribute("Name")
    data_type: str = attribute("DataType")
    length: str = attribute("Length")
    significant_digits: str = attribute("SignificantDigits")
    sas_name: str = attribute("SASFieldName")
    display_format: str = attribute("def:DisplayFormat")
    comment_oid: str = attribute("def:CommentOID")
    description: list[Text] = wrapped("Description", "TranslatedText", Text)
    codelist_oid: str = reference("CodeListRef", "CodeListOID")
    aliases: list[Alias] = children("Alias", Alias)
    origins: list[Origin] = children("def:Origin", Origin)
    value_list_oid: str = reference("def:ValueListRef", "ValueListOID")


@dataclass(kw_only=True, slots=True)
class CodeListTerm(Node):
    """What the terms of enumerated and of decoded codelists share."""

    value: str = attribute("CodedValue")
    rank: str = attribute("Rank")
    order: str = attribute("OrderNumber")
    extended: str = attribute("def:ExtendedValue")


@dataclass(kw_only=True, slots=True)
class EnumeratedItem(CodeListTerm):
    """A term that needs no decode."""

    aliases: list[Alias] = children("Alias", Alias)
    description: list[Text] = wrapped("Description", "TranslatedText", Text, only="2.1")


@dataclass(kw_only=True, slots=True)
class CodeListItem(CodeListTerm):
    """A term with its decode."""

    decode: list[Text] = wrapped("Decode", "TranslatedText", Text)
    aliases: list[Alias] = children("Alias", Alias)
    description: list[Text] = wrapped("Description", "TranslatedText", Text, only="2.1")


@dataclass(kw_only=True, slots=True)
class ExternalCodeList(Node):
    """A dictionary outside the document (MedDRA, WHODrug), by name and version."""

    dictionary: str = attribute("Dictionary")
    version: str = attribute("Version")
    ref: str = attribute("ref")
    href: str = attribute("href")


@dataclass(kw_only=True, slots=True)
class CodeList(Node):
    """A controlled list: enumerated, decoded or external."""

    oid: str = attribute("OID")
    name: str = attribute("Name")
    data_type: str = attribute("DataType")
    sas_format_name: str = attribute("SASFormatName")
    standard_oid: str = attribute("def:StandardOID", only="2.1")
    is_non_standard: str = attribute("def:IsNonStandard", only="2.1")
    comment_oid: str = attribute("def:CommentOID", only="2.1")
    description: list[Text] = wrapped("Description", "TranslatedText", Text)
    decoded: list[CodeListItem] = children("CodeListItem", CodeListItem)
    external: ExternalCodeList | None = child("ExternalCodeList", ExternalCodeList)
    enumerated: list[EnumeratedItem] = children("EnumeratedItem", EnumeratedItem)
    aliases: list[Alias] = children("Alias", Alias)

    @property
    def terms(self) -> list[CodeListItem] | list[EnumeratedItem]:
        """The terms of whichever kind the list has."""
        return self.decoded or self.enumerated


@dataclass(kw_only=True, slots=True)
class FormalExpression(Node):
    """A method in code; ``context`` names the language."""

    context: str = attribute("Context")
    text: str = content()


@dataclass(kw_only=True, slots=True)
class MethodDef(Node):
    """How a derived value is made, in words and (optionally) in code."""

    oid: str = attribute("OID")
    name: str = attribute("Name")
    type: str = attribute("Type")
    description: list[Text] = wrapped("Description", "TranslatedText", Text)
    expressions: list[FormalExpression] = children("FormalExpression", FormalExpression)
    aliases: list[Alias] = children("Alias", Alias)
    documents: list[DocumentRef] = children("def:DocumentRef", DocumentRef)


@dataclass(kw_only=True, slots=True)
class MetaDataVersion(Node):
    """The body of the document."""

    oid: str = attribute("OID")
    name: str = attribute("Name")
    description: str = attribute("Description")
    define_version: str = attribute("def:DefineVersion")
    standard_name_2_0: str = attribute("def:StandardName", only="2.0")
    standard_version_2_0: str = attribute("def:StandardVersion", only="2.0")
    comment_oid: str = attribute("def:CommentOID", only="2.1")
    standards: list[Standard] = wrapped("def:Standards", "def:Standard", Standard, only="2.1")
    annotated_crf: list[DocumentRef] = wrapped("def:AnnotatedCRF", "def:DocumentRef", DocumentRef)
    supplemental_docs: list[DocumentRef] = wrapped(
        "def:SupplementalDoc", "def:DocumentRef", DocumentRef
    )
    value_lists: list[ValueListDef] = children("def:ValueListDef", ValueListDef)
    where_clauses: list[WhereClauseDef] = children("def:WhereClauseDef", WhereClauseDef)
    datasets: list[ItemGroupDef] = children("ItemGroupDef", ItemGroupDef)
    items: list[ItemDef] = children("ItemDef", ItemDef)
    codelists: list[CodeList] = children("CodeList", CodeList)
    methods: list[MethodDef] = children("MethodDef", MethodDef)
    comments: list[CommentDef] = children("def:CommentDef", CommentDef)
    leafs: list[Leaf] = children("def:leaf", Leaf)
    displays: list[ResultDisplay] = wrapped(
        "arm:AnalysisResultDisplays", "arm:ResultDisplay", ResultDisplay
    )


@dataclass(kw_only=True, slots=True)
class GlobalVariables(Node):
    """What the study is called."""

    study_name: str = child_text("StudyName")
    study_description: str = child_text("StudyDescription")
    protocol_name: str = child_text("ProtocolName")


@dataclass(kw_only=True, slots=True)
class Study(Node):
    """The study that the document describes."""

    oid: str = attribute("OID")
    names: GlobalVariables | None = child("GlobalVariables", GlobalVariables)
    metadata: MetaDataVersion | None = child("MetaDataVersion", MetaDataVersion)


@dataclass(kw_only=True, slots=True)
class Define(Node):
    """A whole document. ``version`` is "2.0" or "2.1" and decides the namespaces and what may stand
    in it; ``stylesheet`` is the href of the xml-stylesheet instruction."""

    version: str = "2.1"
    stylesheet: str = ""
    file_type: str = attribute("FileType")
    file_oid: str = attribute("FileOID")
    creation_date_time: str = attribute("CreationDateTime")
    as_of_date_time: str = attribute("AsOfDateTime")
    prior_file_oid: str = attribute("PriorFileOID")
    odm_version: str = attribute("ODMVersion")
    originator: str = attribute("Originator")
    source_system: str = attribute("SourceSystem")
    source_system_version: str = attribute("SourceSystemVersion")
    file_description: str = attribute("Description")
    context: str = attribute("def:Context", only="2.1")
    study: Study | None = child("Study", Study)

    @property
    def metadata(self) -> MetaDataVersion:
        """The body of the document. The reader and the builder never leave it out.

        Raises ValueError for a Define put together by hand without one.
        """
        if self.study is None or self.study.metadata is None:
            raise ValueError("this Define has no Study/MetaDataVersion")
        return self.study.metadata

"""Seeded defects: one edit of a valid document, its data or its folder, per check."""

from __future__ import annotations

from lxml import etree

from tests.define import sample
from tests.define.spoiling import DEFECTS, XML_LANG, D, Seed, defect, documents, run_seeded
from transport import Dataset

__all__ = ["DEFECTS", "documents", "run_seeded"]


def _put(identifier: str, path: str, attribute: str, value: str, document: str = "sdtm") -> None:
    defect(identifier, document)(lambda s: s.put(path, attribute, value))


def _drop(identifier: str, path: str, attribute: str = "", document: str = "sdtm") -> None:
    defect(identifier, document)(lambda s: s.drop(path, attribute))


def _text(identifier: str, path: str, value: str, document: str = "sdtm") -> None:
    defect(identifier, document)(lambda s: s.text(path, value))


def _value(identifier: str, dataset: str, variable: str, record: int, value: object) -> None:
    defect(identifier)(lambda s: s.value(dataset, variable, record, value))


def item(name: str) -> str:
    return f"o:ItemDef[@OID='IT.{name}']"


def ref(name: str) -> str:
    return f"o:ItemRef[@ItemOID='IT.{name}']"


def group(name: str) -> str:
    return f"o:ItemGroupDef[@Name='{name}']"


def codelist(name: str) -> str:
    return f"o:CodeList[@OID='CL.{name}']"


LABEL = "/o:Description/o:TranslatedText"

# schema, version, references
_put("DEF101", item("DM.SEX"), "DataType", "character")
_put("DEF102", "o:MetaDataVersion", "def:DefineVersion", "2.0.0")
_drop("DEF103", "o:Study/parent::o:ODM", "CreationDateTime")
_put("DEF110", ref("DM.SEX"), "ItemOID", "IT.DM.SEXX")
_put("DEF111", f"{item('DM.SEX')}/o:CodeListRef", "CodeListOID", "CL.SEXX")
_put("DEF112", ref("DM.USUBJID"), "MethodOID", "MT.NONE")
_put("DEF113", item("AE.AEDECOD"), "def:CommentOID", "COM.NONE")
_put("DEF114", f"{item('LB.LBORRES')}/def:ValueListRef", "ValueListOID", "VL.NONE")
_put("DEF115", "def:WhereClauseRef", "WhereClauseOID", "WC.NONE")
_put("DEF116", "o:RangeCheck", "def:ItemOID", "IT.LB.NONE")
_put("DEF117", f"{item('DM.SEX')}//def:DocumentRef", "leafID", "LF.NONE")
_put("DEF118", group("DM"), "def:StandardOID", "STD.NONE")
_put("DEF119", "arm:AnalysisDataset", "ItemGroupOID", "IG.NONE", "adam")

# orphans
_drop("DEF120", ref("DM.AGE"))
_drop("DEF121", f"{item('DM.SEX')}/o:CodeListRef")
_drop("DEF122", ref("AE.AESEQ"), "MethodOID")
_drop("DEF123", item("AE.AEDECOD"), "def:CommentOID")
_drop("DEF124", f"{item('SUPPAE.QVAL')}/def:ValueListRef")
_drop("DEF125", "def:ValueListDef[@OID='VL.SUPPAE.QVAL']//def:WhereClauseRef")
_drop("DEF126", "def:SupplementalDoc")

# uniqueness and names
defect("DEF130")(lambda s: s.twice(item("DM.AGE"), Name="AGE2"))
_put("DEF131", group("AE"), "Name", "DM")
defect("DEF132")(lambda s: s.twice(ref("DM.AGE"), OrderNumber="99"))
defect("DEF133")(lambda s: s.twice(f"{codelist('COLOR')}/o:EnumeratedItem", OrderNumber="9"))
_put("DEF134", ref("DM.AGE"), "OrderNumber", "1")
_put("DEF135", codelist("SEX"), "Name", "Severity")
_put("DEF136", item("DM.AGE"), "Name", "AGE_IN_YEARS")
_put("DEF137", item("DM.AGE"), "SASFieldName", "AGE1")


@defect("DEF140")
def no_keys(s: Seed) -> None:
    s.drop(ref("TS.TSPARMCD"), "KeySequence")


_put("DEF141", ref("DM.USUBJID"), "KeySequence", "3")
_value("DEF142", "AE", "AESEQ", 1, 1.0)


@defect("DEF143")
def other_order(s: Seed) -> None:
    s.put(ref("DM.SEX"), "OrderNumber", "4")
    s.put(ref("DM.AGE"), "OrderNumber", "3")


_drop("DEF144", ref("DM.SEX"), "OrderNumber")

# labels, languages, texts
_drop("DEF150", f"{item('DM.SEX')}/o:Description")
_text("DEF151", f"{item('DM.SEX')}{LABEL}", "Sex of the subject as recorded at the site")
_text("DEF152", f"{item('DM.SEX')}{LABEL}", "Gender")
_text("DEF153", f"{group('DM')}{LABEL}", "Demography")


@defect("DEF154")
def no_language(s: Seed) -> None:
    del s.one(f"{group('DM')}{LABEL}").attrib[XML_LANG]


@defect("DEF155")
def odd_language(s: Seed) -> None:
    s.one(f"{group('DM')}{LABEL}").set(XML_LANG, "english (US)")


@defect("DEF156")
def half_translated(s: Seed) -> None:
    again = s.twice(f"{group('DM')}{LABEL}")
    again.set(XML_LANG, "zh")
    again.text = "人口学"


# types, lengths, dates, inventory
_drop("DEF160", item("DM.SEX"), "Length")
_put("DEF161", item("AE.AESEV"), "Length", "7")
_put("DEF162", item("DM.AGE"), "DataType", "text")
_value("DEF163", "DM", "AGE", 0, 41.5)
_drop("DEF164", item("ADLB.AVAL"), "SignificantDigits", "adam")
_value("DEF165", "DM", "BRTHDTC", 0, "05/1981")
_value("DEF166", "DM", "RFSTDTC", 0, "2022-05")


@defect("DEF167")
def column_missing(s: Seed) -> None:
    old = s.data["DM"]
    kept = tuple(v for v in old.variables if v.name != "AGE")
    s.data["DM"] = Dataset("DM", old.frame[[v.name for v in kept]], kept, old.label)


@defect("DEF168")
def column_undescribed(s: Seed) -> None:
    s.drop(ref("DM.AGE"))


_put("DEF169", item("AE.AETERM"), "Length", "30")
defect("DEF170")(lambda s: s.data.pop("TS"))


@defect("DEF171")
def data_undescribed(s: Seed) -> None:
    s.data["CM"] = sample.dataset("CM", "Concomitant Medications", {"CMTRT": ("Drug", 4, ["A"])})


_put("DEF172", ref("DM.AGE"), "def:HasNoData", "Yes")


@defect("DEF173")
def column_blank(s: Seed) -> None:
    for record in range(4):
        s.value("AE", "AESEV", record, None)


_value("DEF174", "DM", "STUDYID", 0, None)
_drop("DEF175", item("ADSL.TRTSDT"), "def:DisplayFormat", "adam")

# origins and methods
_drop("DEF180", f"{item('DM.SEX')}/def:Origin")
_put("DEF181", f"{item('DM.SEX')}/def:Origin", "Type", "CRF")
_drop("DEF182", f"{item('DM.SEX')}/def:Origin", "Source")
_drop("DEF183", f"{item('DM.SEX')}/def:Origin/def:DocumentRef")
_put("DEF184", f"{item('DM.SEX')}//def:PDFPageRef", "PageRefs", "7")
_text("DEF185", f"{item('AE.USUBJID')}/def:Origin{LABEL}", "USUBJID")
_text("DEF186", f"{item('AE.USUBJID')}/def:Origin{LABEL}", "DM.SUBJID")
_drop("DEF187", ref("DM.RFSTDTC"), "MethodOID")
_put("DEF188", ref("DM.SEX"), "MethodOID", "MT.DM.RFSTDTC")

# codelists
_value("DEF200", "DM", "SEX", 0, "X")
_value("DEF201", "DM", "SEX", 0, "f")
_drop("DEF202", f"{codelist('RESULT')}/o:EnumeratedItem[@CodedValue='AMBER']")
_text("DEF203", f"{codelist('SEX')}/o:CodeListItem[2]/o:Decode/o:TranslatedText", "Female")
_put("DEF204", f"{codelist('SEX')}/o:CodeListItem/o:Alias", "Name", "C99999")
_put("DEF205", f"{codelist('AESEV')}/o:EnumeratedItem", "CodedValue", "MILDD")


@defect("DEF206")
def closed_extended(s: Seed) -> None:
    again = s.twice(f"{codelist('AESEV')}/o:EnumeratedItem", CodedValue="NONE", OrderNumber="3")
    again.set(f"{D}ExtendedValue", "Yes")
    again.remove(again[0])


_put("DEF207", f"{codelist('SEX')}/o:CodeListItem", "def:ExtendedValue", "Yes")
_put("DEF208", f"{codelist('SEX')}/o:Alias", "Name", "C1")
_drop("DEF209", codelist("COLOR"), "def:IsNonStandard")
_put("DEF210", codelist("SEX"), "DataType", "integer")
_drop("DEF211", f"{codelist('MEDDRA')}/o:ExternalCodeList", "Version")
_put("DEF212", f"{codelist('MEDDRA')}/o:ExternalCodeList", "Dictionary", "Meddra")
_drop("DEF213", f"{codelist('MEDDRA')}/o:ExternalCodeList")
_put("DEF214", f"{codelist('GRADE')}/o:EnumeratedItem", "CodedValue", "one")
_put("DEF215", f"{codelist('COLOR')}/o:EnumeratedItem", "CodedValue", "DARK AMBER")
_put("DEF216", f"{codelist('SEX')}/o:Alias", "Name", "66731")

# where clauses and value level


@defect("DEF220")
def selects_nothing(s: Seed) -> None:
    s.text("def:WhereClauseDef[@OID='WC.SUPPAE.QNAM.AETRTEM']//o:CheckValue", "AETRTEMM")


@defect("DEF221")
def overlap(s: Seed) -> None:
    path = "def:WhereClauseDef[@OID='WC.LB.LBTESTCD.ALT']"
    s.put(f"{path}/o:RangeCheck", "Comparator", "IN")
    s.twice(f"{path}//o:CheckValue").text = "COLOR"


defect("DEF222")(lambda s: s.drop("def:ValueListDef[@OID='VL.LB.LBORRES']/o:ItemRef"))
_put("DEF223", "o:RangeCheck", "Comparator", "GT")
_text("DEF224", "def:WhereClauseDef[@OID='WC.LB.LBTESTCD.ALT']//o:CheckValue", "AST")


@defect("DEF225")
def no_result_level(s: Seed) -> None:
    s.drop(f"{item('LB.LBORRES')}/def:ValueListRef")
    s.drop(f"{item('LB.LBSTRESC')}/def:ValueListRef")


defect("DEF226")(lambda s: s.drop(f"{item('SUPPAE.QVAL')}/def:ValueListRef"))
defect("DEF227", "adam")(lambda s: s.drop(f"{item('ADLB.AVAL')}/def:ValueListRef"))
defect("DEF228")(lambda s: s.drop("def:WhereClauseRef"))
_put("DEF229", item("LB.LBORRES.LBTESTCD.COLOR"), "Length", "9")
_put(
    "DEF230",
    "def:WhereClauseDef[@OID='WC.LB.LBTESTCD.ALT']/o:RangeCheck",
    "def:ItemOID",
    "IT.DM.SEX",
)

# documents
_put("DEF232", f"{codelist('MEDDRA')}/o:ExternalCodeList", "href", "javascript:alert(1)")
defect("DEF240")(lambda s: (s.folder / "ae.xpt").unlink())
_put("DEF241", f"{group('AE')}/def:leaf", "xlink:href", "../ae.xpt")
_drop("DEF242", f"{group('AE')}/def:leaf")
_put("DEF243", f"{group('AE')}/def:leaf", "xlink:href", "AE.xpt")
_drop("DEF244", "def:AnnotatedCRF")


@defect("DEF245")
def no_destination(s: Seed) -> None:
    s.put(f"{item('DM.SEX')}//def:PDFPageRef", "Type", "NamedDestination")
    s.put(f"{item('DM.SEX')}//def:PDFPageRef", "PageRefs", "DM")


_put("DEF246", f"{item('DM.SEX')}//def:PDFPageRef", "PageRefs", "two")
defect("DEF247")(lambda s: (s.folder / "acrf.pdf").write_bytes(b"no PDF"))
defect("DEF248")(lambda s: (s.folder / "define2-1.xsl").unlink())
_put("DEF249", "def:leaf[@ID='LF.acrf']", "xlink:href", "acrf.docx")

# characters and placeholders
_text("DEF250", f"{item('DM.SEX')}{LABEL}", "S\u200bex")
_text("DEF251", f"o:MethodDef{LABEL}", "TBD by the statistician")
_text("DEF252", f"o:MethodDef{LABEL}", " ")
_put("DEF253", f"{codelist('COLOR')}/o:EnumeratedItem", "CodedValue", "AMBER ")
_text("DEF254", "def:leaf[@ID='LF.acrf']/def:title", "")

# standards and study
_put("DEF260", "def:Standard", "Name", "STDTMIG")
_put("DEF261", "def:Standard", "Version", "3.9")
_drop("DEF262", "def:Standard[@Type='CT']")
_drop("DEF263", "def:Standard[@Type='CT']", "PublishingSet")
_drop("DEF264", group("DM"), "def:StandardOID")
_put("DEF265", group("DM"), "def:StandardOID", "STD.SDTM.2025-03-28")
_text("DEF266", "o:ProtocolName", "")

# classes
_drop("DEF270", f"{group('AE')}/def:Class")
_put("DEF271", f"{group('AE')}/def:Class", "Name", "EVENT")


@defect("DEF272")
def wrong_sub_class(s: Seed) -> None:
    etree.SubElement(s.one(f"{group('AE')}/def:Class"), f"{D}SubClass", Name="TIME-TO-EVENT")


_put("DEF273", group("AE"), "def:Structure", " ")
_put("DEF274", group("AE"), "Purpose", "Analysis")
_put("DEF275", f"{group('AE')}/def:Class", "Name", "FINDINGS")
_put("DEF276", group("AE"), "IsReferenceData", "Yes")
_put("DEF277", group("AE"), "Repeating", "No")
_drop("DEF278", ref("DM.SEX"), "Mandatory")

# analysis results
_put("DEF280", "arm:AnalysisVariable", "ItemOID", "IT.ADSL.TRTSDT", "adam")


@defect("DEF281", "adam")
def analysis_of_nothing(s: Seed) -> None:
    s.value("ADLB", "PARAMCD", 0, "BILI")
    s.value("ADLB", "PARAMCD", 2, "BILI")


_put("DEF282", "arm:AnalysisResult", "AnalysisReason", "BECAUSE", "adam")
_drop("DEF283", "arm:ProgrammingCode", document="adam")
_drop("DEF284", "arm:AnalysisResult", "ParameterOID", document="adam")
_drop("DEF285", "arm:AnalysisDatasets", "def:CommentOID", document="adam")

# implementation guide
_text("DEF157", f"{item('DM.AGE')}{LABEL}", "Age of the subject")
_drop("DEF217", f"{item('DM.SEX')}/o:CodeListRef")
_put("DEF218", f"{item('DM.SEX')}/o:CodeListRef", "CodeListOID", "CL.COLOR")
_put("DEF279", ref("DM.SEX"), "Mandatory", "No")


@defect("DEF231")
def asks_the_value_itself(s: Seed) -> None:
    path = "def:WhereClauseDef[@OID='WC.SUPPAE.QNAM.AETRTEM']"
    s.put(f"{path}/o:RangeCheck", "def:ItemOID", "IT.SUPPAE.QVAL")


# domains, SAS names, classes of analysis data
_drop("DEF145", group("AE"), "Domain")
_put("DEF146", group("ADLB"), "Domain", "LB", "adam")
_put("DEF147", group("AE"), "Domain", "DM")
_drop("DEF149", item("DM.AGE"), "SASFieldName")
_put("DEF139", f"{group('ADSL')}/def:Class", "Name", "BASIC DATA STRUCTURE", "adam")
_put("DEF138", ref("DM.SEX"), "def:IsNonStandard", "Yes")
_text("DEF158", f"{group('DM')}{LABEL}", "Demography")
_put("DEF159", ref("DM.STUDYID"), "Role", "Topic")

# codelists and dictionaries
_put("DEF190", f"{codelist('SEX')}/o:CodeListItem", "Rank", "1")
_drop("DEF191", f"{codelist('SEX')}/o:CodeListItem", "OrderNumber")
_put("DEF192", codelist("SEX"), "SASFormatName", "SEX")
_put("DEF193", f"{codelist('MEDDRA')}/o:ExternalCodeList", "Version", "28.2")
_put("DEF194", f"{codelist('MEDDRA')}/o:ExternalCodeList", "Dictionary", "WHODrug")
_drop("DEF219", codelist("SEX"), "def:StandardOID")

# what two parts say about one thing
_put("DEF176", item("DM.AGE"), "SignificantDigits", "1")
_put("DEF199", item("AE.USUBJID"), "DataType", "integer")
_drop("DEF267", group("MH"), "def:CommentOID")
_put("DEF268", "def:Standard[@Type='CT']", "PublishingSet", "SEND")
_drop("DEF269", codelist("SEX"), "def:StandardOID", "adam")


@defect("DEF189")
def two_origins(s: Seed) -> None:
    above = s.twice(f"{item('LB.LBORRESU')}/def:Origin")
    above.set("Type", "Derived")
    above.set("Source", "Sponsor")
    s.one(item("LB.LBORRES")).append(above)
    s.one(item("LB.LBORRES")).append(s.one(f"{item('LB.LBORRES')}/def:ValueListRef"))


@defect("DEF196")
def study_day_collected(s: Seed) -> None:
    s.put(item("DM.AGE"), "Name", "AESTDY")


@defect("DEF197")
def derived_with_pages(s: Seed) -> None:
    s.put(f"{item('DM.SEX')}/def:Origin", "Type", "Derived")


_put("DEF198", f"{item('DM.SEX')}//def:DocumentRef", "leafID", "LF.csdrg")

# analysis results
_put("DEF286", "arm:AnalysisResult", "ParameterOID", "IT.ADLB.AVAL", "adam")


@defect("DEF287", "adam")
def no_analysis_variable(s: Seed) -> None:
    s.drop("arm:AnalysisVariable")
    s.drop("arm:AnalysisVariable")


_drop("DEF288", "arm:ProgrammingCode", "Context", "adam")
_drop("DEF289", "arm:ResultDisplay/o:Description", document="adam")
_put("DEF290", "def:Standard", "Name", "SDTMIG", "adam")


@defect("DEF148")
def split_without_alias(s: Seed) -> None:
    s.put(group("MH"), "Domain", "AE")
    s.put(group("MH"), "Name", "AEMH")

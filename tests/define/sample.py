"""A small study written by hand: two valid documents, their data, their folder. All of it is made up."""

# ruff: noqa: E501 - one line per column or case: a table
from __future__ import annotations

from pathlib import Path

from pypdf import PdfWriter

from define import Analysed, CodeTerm, Condition, Define, DefineBuilder
from define.document.writer import to_bytes
from define.origins import assigned, collected, derived, page_refs, predecessor, protocol
from specs.standards import load_ct
from tests.define.sample_data import SUBJECTS, USUBJID, adam_data, dataset, sdtm_data

__all__ = [
    "SUBJECTS",
    "USUBJID",
    "adam_data",
    "adam_define",
    "dataset",
    "sdtm_data",
    "sdtm_define",
    "write_pdf",
    "write_study",
]

SDTM_CT = "2025-03-28"
CREATED = "2026-01-31T00:00:00"


def _terms(codelist: str, *values: str, decode: bool = False) -> list[CodeTerm]:
    published = load_ct(f"sdtmct-{SDTM_CT}").codelist(codelist).terms
    made = []
    for value in values:
        term = published[value]
        made.append(CodeTerm(value, term.preferred if decode else "", term.code))
    return made


def _code(codelist: str) -> str:
    return load_ct(f"sdtmct-{SDTM_CT}").codelist(codelist).code


def eq(variable: str, value: str) -> tuple[Condition, ...]:
    return (Condition(variable, "EQ", (value,)),)


def sdtm_define() -> Define:
    b = DefineBuilder("DEMO-1", description="A made-up study", protocol="DEMO-1", created=CREATED)
    ig = b.add_standard("SDTMIG", "3.4")
    ct = b.add_standard("CDISC/NCI", SDTM_CT, publishing_set="SDTM")
    crf = b.add_leaf("acrf", "acrf.pdf", "Annotated CRF")
    guide = b.add_leaf("csdrg", "csdrg.pdf", "Reviewer's guide")
    b.annotated_crf(crf)
    b.supplemental_doc(guide)
    _sdtm_codelists(b, ct)
    _dm(b, ig)
    _ae(b, ig)
    _lb(b, ig)
    _suppae(b, ig)
    _ts(b, ig)
    b.add_dataset(
        "MH", "Medical History", cls="EVENTS", structure="One record per event per subject",
        keys=["USUBJID"], standard=ig, has_no_data=True, comment="No history was collected.",
    )  # fmt: skip
    b.add_variable("MH", "USUBJID", "Unique Subject Identifier", "text", length=10, mandatory=True)
    return b.build()


def _sdtm_codelists(b: DefineBuilder, ct: str) -> None:
    b.add_codelist(
        "SEX", _terms("SEX", "F", "M", decode=True), label="Sex", code=_code("SEX"), standard=ct
    )
    b.add_codelist(
        "AESEV",
        _terms("AESEV", "MILD", "MODERATE"),
        label="Severity",
        code=_code("AESEV"),
        standard=ct,
    )
    b.add_codelist(
        "LBTESTCD", _terms("LBTESTCD", "ALT", "COLOR", decode=True), label="Laboratory Test Code",
        code=_code("LBTESTCD"), standard=ct,
    )  # fmt: skip
    unit = [*_terms("UNIT", "U/L"), CodeTerm("drop", extended=True)]
    b.add_codelist("UNIT", unit, label="Unit", code=_code("UNIT"), standard=ct)
    b.add_codelist("COLOR", [CodeTerm("AMBER"), CodeTerm("YELLOW")], label="Colour of urine")
    b.add_codelist(
        "RESULT", [CodeTerm("AMBER"), CodeTerm("YELLOW"), CodeTerm("CLEAR")], label="Result"
    )
    b.add_codelist(
        "TSPARMCD", _terms("TSPARMCD", "SSTDTC", "TITLE", decode=True), label="Trial Summary Parameter",
        code=_code("TSPARMCD"), standard=ct,
    )  # fmt: skip
    b.add_codelist("GRADE", [CodeTerm("1"), CodeTerm("2")], label="Grade", data_type="integer")
    b.add_dictionary("MEDDRA", "MedDRA", "28.0", label="Adverse event dictionary")


def _dm(b: DefineBuilder, ig: str) -> None:
    b.add_dataset(
        "DM", "Demographics", cls="SPECIAL PURPOSE", structure="One record per subject",
        keys=["STUDYID", "USUBJID"], standard=ig, repeating=False,
    )  # fmt: skip
    b.add_variable(
        "DM",
        "STUDYID",
        "Study Identifier",
        "text",
        length=6,
        mandatory=True,
        role="Identifier",
        origins=[protocol()],
    )
    b.add_variable("DM", "USUBJID", "Unique Subject Identifier", "text", length=10, mandatory=True,
                   origins=[derived()], method=b.add_method("DM.USUBJID", "Study and subject identifier with a hyphen.",
                                                            expression="STUDYID + '-' + SUBJID"))  # fmt: skip
    b.add_variable(
        "DM",
        "SEX",
        "Sex",
        "text",
        length=1,
        mandatory=True,
        codelist="CL.SEX",
        origins=[collected([2])],
    )
    b.add_variable("DM", "AGE", "Age", "integer", length=2, origins=[collected([2])])
    b.add_variable(
        "DM", "BRTHDTC", "Date/Time of Birth", "partialDate", origins=[collected([2, 3])]
    )
    b.add_variable("DM", "RFSTDTC", "Subject Reference Start Date/Time", "date", origins=[derived()],
                   method=b.add_method("DM.RFSTDTC", "Date of first treatment.",
                                       documents=[]))  # fmt: skip


def _ae(b: DefineBuilder, ig: str) -> None:
    b.add_dataset(
        "AE", "Adverse Events", cls="EVENTS", structure="One record per event per subject",
        keys=["USUBJID", "AESEQ"], standard=ig,
    )  # fmt: skip
    b.add_variable(
        "AE",
        "USUBJID",
        "Unique Subject Identifier",
        "text",
        length=10,
        mandatory=True,
        origins=[predecessor("DM.USUBJID")],
    )
    b.add_variable("AE", "AESEQ", "Sequence Number", "integer", length=1, mandatory=True, origins=[derived()],
                   method=b.add_method("AE.AESEQ", "Consecutive number per subject."))  # fmt: skip
    b.add_variable(
        "AE",
        "AETERM",
        "Reported Term for the Adverse Event",
        "text",
        length=20,
        mandatory=True,
        origins=[collected([4])],
    )
    b.add_variable("AE", "AEDECOD", "Dictionary-Derived Term", "text", length=20, mandatory=True, codelist="CL.MEDDRA", origins=[assigned()],
                   comment="Coded by the sponsor.")  # fmt: skip
    b.add_variable(
        "AE",
        "AESEV",
        "Severity/Intensity",
        "text",
        length=8,
        codelist="CL.AESEV",
        origins=[collected([4])],
    )
    b.add_variable(
        "AE",
        "AESTDTC",
        "Start Date/Time of Adverse Event",
        "partialDatetime",
        origins=[collected([4])],
    )


def _lb(b: DefineBuilder, ig: str) -> None:
    b.add_dataset(
        "LB", "Laboratory Test Results", cls="FINDINGS", structure="One record per test per subject",
        keys=["USUBJID", "LBTESTCD"], standard=ig,
    )  # fmt: skip
    b.add_variable(
        "LB",
        "USUBJID",
        "Unique Subject Identifier",
        "text",
        length=10,
        mandatory=True,
        origins=[predecessor("DM.USUBJID")],
    )
    b.add_variable(
        "LB",
        "LBTESTCD",
        "Lab Test or Examination Short Name",
        "text",
        length=5,
        mandatory=True,
        codelist="CL.LBTESTCD",
        origins=[assigned()],
    )
    b.add_variable("LB", "LBORRES", "Result or Finding in Original Units", "text", length=6)
    b.add_variable(
        "LB",
        "LBORRESU",
        "Original Units",
        "text",
        length=4,
        codelist="CL.UNIT",
        origins=[collected(source="Vendor")],
    )
    b.add_variable(
        "LB",
        "LBSTRESC",
        "Character Result/Finding in Std Format",
        "text",
        length=6,
        codelist="CL.RESULT",
        origins=[assigned()],
    )
    b.add_value_level(
        "LB",
        "LBORRES",
        eq("LBTESTCD", "ALT"),
        "ALT",
        "integer",
        length=2,
        origins=[collected(source="Vendor")],
    )
    b.add_value_level(
        "LB",
        "LBORRES",
        eq("LBTESTCD", "COLOR"),
        "Colour",
        "text",
        length=6,
        codelist="CL.COLOR",
        origins=[collected([5])],
    )
    b.add_value_level(
        "LB", "LBSTRESC", eq("LBTESTCD", "COLOR"), "Colour", "text", length=6, codelist="CL.COLOR"
    )


def _suppae(b: DefineBuilder, ig: str) -> None:
    b.add_dataset(
        "SUPPAE", "Supplemental Qualifiers for AE", cls="RELATIONSHIP", structure="One record per qualifier",
        keys=["USUBJID", "IDVARVAL", "QNAM"], standard=ig,
    )  # fmt: skip
    b.add_variable(
        "SUPPAE",
        "USUBJID",
        "Unique Subject Identifier",
        "text",
        length=10,
        mandatory=True,
        origins=[predecessor("DM.USUBJID")],
    )
    b.add_variable(
        "SUPPAE", "IDVARVAL", "Identifying Variable Value", "text", length=1, origins=[assigned()]
    )
    b.add_variable(
        "SUPPAE",
        "QNAM",
        "Qualifier Variable Name",
        "text",
        length=8,
        mandatory=True,
        origins=[assigned()],
    )
    b.add_variable("SUPPAE", "QVAL", "Data Value", "text", length=1, mandatory=True)
    b.add_value_level("SUPPAE", "QVAL", eq("QNAM", "AETRTEM"), "Treatment Emergent", "integer", length=1, codelist="CL.GRADE",
                      origins=[derived()], method=b.add_method("SUPPAE.QVAL.AETRTEM", "Grade of the event."))  # fmt: skip


def _ts(b: DefineBuilder, ig: str) -> None:
    b.add_dataset(
        "TS", "Trial Summary", cls="TRIAL DESIGN", structure="One record per parameter", keys=["TSPARMCD"],
        standard=ig, reference=True,
    )  # fmt: skip
    b.add_variable(
        "TS",
        "TSPARMCD",
        "Trial Summary Parameter Short Name",
        "text",
        length=8,
        codelist="CL.TSPARMCD",
        mandatory=True,
        origins=[protocol()],
    )
    b.add_variable("TS", "TSVAL", "Parameter Value", "text", length=10, origins=[protocol()])


def adam_define() -> Define:
    b = DefineBuilder(
        "DEMO-1", description="A made-up study", protocol="DEMO-1", created=CREATED, product="ADaM"
    )
    ig = b.add_standard("ADaMIG", "1.3")
    ct = b.add_standard("CDISC/NCI", SDTM_CT, publishing_set="SDTM")
    b.add_codelist(
        "SEX", _terms("SEX", "F", "M", decode=True), label="Sex", code=_code("SEX"), standard=ct
    )
    b.add_leaf("sap", "sap.pdf", "Statistical analysis plan")
    b.add_codelist(
        "PARAMCD",
        [CodeTerm("ALT", "Alanine aminotransferase"), CodeTerm("BILI", "Bilirubin")],
        label="Parameter",
    )
    b.add_dataset(
        "ADSL", "Subject-Level Analysis Dataset", cls="SUBJECT LEVEL ANALYSIS DATASET", structure="One record per subject",
        keys=["USUBJID"], purpose="Analysis", standard=ig, repeating=False,
    )  # fmt: skip
    b.add_variable(
        "ADSL",
        "USUBJID",
        "Unique Subject Identifier",
        "text",
        length=10,
        mandatory=True,
        origins=[predecessor("DM.USUBJID")],
    )
    b.add_variable(
        "ADSL", "SEX", "Sex", "text", length=1, codelist="CL.SEX", origins=[predecessor("DM.SEX")]
    )
    b.add_variable("ADSL", "TRTSDT", "Date of First Exposure to Treatment", "integer", length=5, display_format="DATE9.",
                   origins=[derived()], method=b.add_method("ADSL.TRTSDT", "First date of treatment."))  # fmt: skip
    b.add_dataset(
        "ADLB", "Laboratory Analysis Dataset", cls="BASIC DATA STRUCTURE", structure="One record per parameter",
        keys=["USUBJID", "PARAMCD"], purpose="Analysis", standard=ig,
    )  # fmt: skip
    b.add_variable(
        "ADLB",
        "USUBJID",
        "Unique Subject Identifier",
        "text",
        length=10,
        mandatory=True,
        origins=[predecessor("ADSL.USUBJID")],
    )
    b.add_variable(
        "ADLB",
        "PARAMCD",
        "Parameter Code",
        "text",
        length=4,
        codelist="CL.PARAMCD",
        origins=[assigned()],
    )
    b.add_variable("ADLB", "AVAL", "Analysis Value", "float", length=8, digits=1)
    method = b.add_method("ADLB.AVAL", "LBSTRESN of the test.")
    for parameter in ("ALT", "BILI"):
        b.add_value_level("ADLB", "AVAL", eq("PARAMCD", parameter), parameter, "float", length=8, digits=1,
                          origins=[derived()], method=method)  # fmt: skip
    b.add_display("T-1", "Laboratory values", page_refs("LF.sap", [1]))
    b.add_result(
        "T-1", "ALT", "Mean of ALT", reason="SPECIFIED IN SAP", purpose="PRIMARY OUTCOME MEASURE",
        inputs=[Analysed("ADLB", ("AVAL",), eq("PARAMCD", "ALT")), Analysed("ADSL", ("TRTSDT",))],
        parameter="ADLB.PARAMCD", join="By USUBJID.", documentation="Mean and standard deviation.", documents=page_refs("LF.sap", [1]),
        code="proc means data=adlb; run;", context="SAS 9.4",
    )  # fmt: skip
    return b.build()


def write_pdf(path: Path, pages: int, *destinations: str) -> None:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    for name in destinations:
        writer.add_named_destination(name, 0)
    with path.open("wb") as file:
        writer.write(file)


def write_study(folder: Path, define: Define) -> Path:
    """The document with everything it names: empty data files, PDFs, a stylesheet. It is written
    whether it is valid or not."""
    folder.mkdir(parents=True, exist_ok=True)
    for group in define.metadata.datasets:
        if group.leaf:
            (folder / group.leaf.href).touch()
    for leaf in define.metadata.leafs:
        write_pdf(folder / leaf.href, 6, "AE")
    (folder / define.stylesheet).touch()
    path = folder / "define.xml"
    path.write_bytes(to_bytes(define))
    return path

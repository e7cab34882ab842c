"""The five public layouts of specification workbooks: what each says is read by its own names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from define import read_define, to_version, write_define
from define.command import define_convert
from define.workbook import read_workbook, write_workbook
from define.workbook.columns import canonical_columns, canonical_sheets
from specs.errors import BuildError
from tests.define import sample

Sheets = dict[str, list[list[Any]]]


def book(path: Path, sheets: Sheets) -> Path:
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def items(path: Path) -> dict[str, Any]:
    body = read_workbook(path).define.metadata
    return {i.oid: i for i in body.items}


def test_the_study_layout_of_pinnacle_21(shared: Path) -> None:
    """Counts and cells of the public example, read by another program."""
    reading = read_workbook(shared / "spec-workbooks" / "p21_study_layout.xlsx")
    define, body = reading.define, reading.define.metadata
    assert define.version == "2.0"
    assert (body.standard_name_2_0, body.standard_version_2_0) == ("SDTM-IG", "3.2")
    assert [d.name for d in body.datasets] == ["AE", "DM", "EX", "SUPPAE", "SUPPDM"]
    assert body.datasets[0].description[0].text == "Adverse Events"
    assert len(body.items) == 100 + 7
    assert {o.type for i in body.items for o in i.origins} == {"CRF", "Derived", "Assigned", "eDT"}
    assert len(body.where_clauses) == 7
    assert body.where_clauses[0].checks[0].values == ["TRTEMFL"]
    assert reading.unknown == []


def test_the_study_layout_becomes_valid_documents(shared: Path, tmp_path: Path) -> None:
    source = str(shared / "spec-workbooks" / "p21_study_layout.xlsx")
    for version in ("2.0", "2.1"):
        target = tmp_path / f"{version}.xml"
        words = [source, str(target), "--version", version]
        result = CliRunner().invoke(define_convert, words)
        assert result.exit_code == 0, result.output
        assert read_define(target).define.version == version


def test_the_layout_of_metacore(shared: Path) -> None:
    reading = read_workbook(shared / "spec-workbooks" / "metacore_mock_layout.xlsx")
    body = reading.define.metadata
    names = {d.name for d in body.datasets}
    assert {"ADDS", "ADRACE", "ADTRT", "ADSL", "ADAE"} <= names
    adds = next(d for d in body.datasets if d.name == "ADDS")
    assert adds.class_name == "BASIC DATA STRUCTURE"
    assert (adds.repeating, adds.is_reference_data, adds.purpose) == ("Yes", "No", "Analysis")
    found = {i.oid: i for i in body.items}
    study = found["IT.ADAE.STUDYID"]
    assert (study.data_type, study.length) == ("text", "9")
    assert study.origins[0].description[0].text == "AE.STUDYID"
    assert found["IT.ADAE.AENDTM"].display_format == "DATETIME20."
    assert found["IT.ADAE.AENDTF"].codelist_oid == "CL.DATEFL"
    messages = [f.message for f in reading.unknown]
    assert any("ADAE.AENDTM stands in row" in m for m in messages)
    assert any("'[MEDDRA]' is not kept: no codelist of the workbook" in m for m in messages)
    assert any("ADAE is not described in Domains" in m for m in messages)


def test_a_layout_that_names_no_study_is_not_written(shared: Path, tmp_path: Path) -> None:
    define = read_workbook(shared / "spec-workbooks" / "metacore_mock_layout.xlsx").define
    with pytest.raises(BuildError, match="StudyName"):
        write_define(define, tmp_path / "define.xml")
    assert list(tmp_path.iterdir()) == []


XPORTR: Sheets = {
    "Define": [["Attribute", "Value"], ["StudyName", "S"], ["StudyDescription", "A study"],
               ["ProtocolName", "P"], ["StandardName", "ADaM-IG"], ["StandardVersion", "1.1"],
               ["Language", "en"]],
    "Datasets": [["Dataset", "Description", "Class", "Structure", "Purpose", "Key Variables",
                  "Repeating", "Reference Data", "Comment"],
                 ["ADSL", "Subject-Level Analysis", "SUBJECT LEVEL ANALYSIS DATASET",
                  "One record per subject", "Analysis", "STUDYID, USUBJID", "No", "No", ""]],
    "Variables": [["Order", "Dataset", "Variable", "Label", "Data Type", "Length",
                   "Significant Digits", "Format", "Mandatory", "Codelist", "Common", "Origin",
                   "Pages", "Method", "Predecessor", "Role", "Comment", "Developer Notes"],
                  [1, "ADSL", "STUDYID", "Study Identifier", "text", 21, "", "", "Yes", "", "",
                   "Predecessor", "", "", "DM.STUDYID", "", "", ""],
                  [2, "ADSL", "USUBJID", "Unique Subject Identifier", "text", 30, "", "", "Yes",
                   "", "", "Predecessor", "", "", "DM.USUBJID", "", "", ""]],
}  # fmt: skip


def test_the_layout_of_xportr(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", XPORTR)
    define = read_workbook(path).define
    (adsl,) = define.metadata.datasets
    assert (define.version, define.metadata.standard_name_2_0) == ("2.0", "ADaM-IG")
    assert (adsl.purpose, adsl.domain) == ("Analysis", "")
    assert adsl.description[0].text == "Subject-Level Analysis"
    assert [r.key_sequence for r in adsl.items] == ["1", "2"]
    assert items(path)["IT.ADSL.STUDYID"].length == "21"
    assert write_define(define, tmp_path / "define.xml").is_file()


ODMLIB: Sheets = {
    "Study": [["Attribute", "Value"], ["StudyName", "S"], ["StudyDescription", "A study"],
              ["ProtocolName", "P"], ["Language", "en"], ["Annotated CRF", "LF.acrf"]],
    "Standards": [["OID", "Name", "Type", "Publishing Set", "Version", "Status", "Comment"],
                  ["STD.1", "SDTMIG", "IG", "", "3.4", "Final", ""],
                  ["STD.2", "CDISC/NCI", "CT", "SDTM", "2025-03-28", "Final", ""]],
    "Datasets": [["OID", "Dataset", "Description", "Class", "Structure", "Purpose", "Repeating",
                  "Reference Data", "Comment", "IsNonStandard", "StandardOID", "HasNoData"],
                 ["IG.VS", "VS", "Vital Signs", "FINDINGS", "One record per test", "Tabulation",
                  "Yes", "No", "COM.VS", "", "STD.1", ""]],
    "Variables": [["OID", "Order", "Dataset", "Variable", "Label", "Data Type", "Length",
                   "Significant Digits", "Format", "KeySequence", "Mandatory", "CodeList",
                   "Valuelist", "Origin Type", "Origin Source", "Pages", "Method", "Predecessor",
                   "Role", "Comment", "IsNonStandard", "HasNoData"],
                  ["IT.VS.VSTESTCD", 1, "VS", "VSTESTCD", "Vital Signs Test Short Name", "text", 8,
                   "", "", 1, "Yes", "CL.VSTESTCD", "", "Assigned", "Sponsor", "", "", "",
                   "Topic", "", "", ""],
                  ["IT.VS.VSORRES", 2, "VS", "VSORRES", "Result or Finding in Original Units",
                   "text", 8, "", "", "", "No", "", "VL.VS.VSORRES", "Collected", "Investigator",
                   "7", "", "", "Result Qualifier", "", "", ""]],
    "ValueLevel": [["OID", "Order", "Dataset", "Variable", "ItemOID", "Where Clause", "Data Type",
                    "Length", "Significant Digits", "Format", "Mandatory", "Codelist",
                    "Origin Type", "Origin Source", "Pages", "Method", "Predecessor", "Comment"],
                   ["VL.VS.VSORRES", 1, "VS", "VSORRES", "IT.VS.VSORRES.HEIGHT", "WC.VS.HEIGHT",
                    "float", 5, 1, "", "No", "", "Collected", "Investigator", "7", "", "", ""]],
    "WhereClauses": [["OID", "Dataset", "Variable", "Comparator", "Value", "Comment"],
                     ["WC.VS.HEIGHT", "VS", "VSTESTCD", "IN", "HEIGHT,WEIGHT", "COM.WC"]],
    "CodeLists": [["OID", "Name", "NCI Codelist Code", "Data Type", "Order", "Term",
                   "NCI Term Code", "Decoded Value", "Comment", "IsNonStandard", "StandardOID"],
                  ["CL.VSTESTCD", "Vital Signs Test Code", "C66741", "text", 1, "HEIGHT", "C25347",
                   "Height", "", "", "STD.2"],
                  ["CL.VSTESTCD", "Vital Signs Test Code", "C66741", "text", 2, "WEIGHT", "C25208",
                   "Weight", "", "", "STD.2"]],
    "Comments": [["OID", "Description", "Document", "Pages"], ["COM.VS", "As collected.", "", ""],
                 ["COM.WC", "Both.", "", ""]],
    "Documents": [["ID", "Title", "Href"], ["LF.acrf", "Annotated CRF", "acrf.pdf"]],
}  # fmt: skip


def test_the_layout_of_odmlib(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ODMLIB)
    reading = read_workbook(path)
    define, body = reading.define, reading.define.metadata
    assert define.version == "2.1"
    assert [(s.oid, s.name, s.version) for s in body.standards] == [
        ("STD.1", "SDTMIG", "3.4"),
        ("STD.2", "CDISC/NCI", "2025-03-28"),
    ]
    assert (body.datasets[0].standard_oid, body.datasets[0].comment_oid) == ("STD.1", "COM.VS")
    assert body.datasets[0].items[0].key_sequence == "1"
    assert body.codelists[0].oid == "CL.VSTESTCD"
    assert body.codelists[0].standard_oid == "STD.2"
    assert [c.leaf_id for c in body.annotated_crf] == ["LF.acrf"]
    (clause,) = body.where_clauses
    assert clause.checks[0].values == ["HEIGHT", "WEIGHT"]
    assert clause.comment_oid == "COM.WC"
    assert write_define(define, tmp_path / "define.xml").is_file()


@pytest.mark.parametrize("sheets", [XPORTR, ODMLIB])
def test_a_layout_becomes_pinnacle_21s_and_stays_what_it_is(sheets: Sheets, tmp_path: Path) -> None:
    first = to_version(read_workbook(book(tmp_path / "a.xlsx", sheets)).define, "2.1").define
    again = read_workbook(write_workbook(first, tmp_path / "b.xlsx").path).define
    assert {i.oid: i for i in again.metadata.items} == {i.oid: i for i in first.metadata.items}
    assert again.metadata.datasets == first.metadata.datasets
    assert [c.terms for c in again.metadata.codelists] == [
        c.terms for c in first.metadata.codelists
    ]


def test_a_column_of_the_canonical_name_wins() -> None:
    heads = ["Domain Name", "Label", "Description", "Key Variables"]
    assert canonical_columns("Datasets", heads) == [
        "Dataset",
        "Label",
        "Description",
        "Key Variables",
    ]
    assert canonical_columns("Datasets", ["Dataset", "Description"]) == ["Dataset", "Label"]
    assert canonical_sheets(["Study", "Define"]) == {"Study": "Study", "Define": "Define"}
    assert canonical_sheets(["Study", "Notes"]) == {"Study": "Define", "Notes": "Notes"}


def test_split_data_sets_marks_and_files_come_back(tmp_path: Path) -> None:
    """What Pinnacle 21 has no column for: Domain, aliases, files, marks, ranks, comments."""
    from define.text import Alias, CommentDef, texts

    define = sample.sdtm_define()
    body = define.metadata
    body.datasets[3].domain = "AE"
    body.datasets[1].aliases = [Alias(context="DomainDescription", name="Adverse Events")]
    leaf = body.datasets[1].leaf
    assert leaf is not None
    leaf.href = leaf.title = "split/ae.xpt"
    body.datasets[1].items[0].is_non_standard = "Yes"
    body.comments.append(CommentDef(oid="COM.X", description=texts("Why.")))
    body.where_clauses[0].comment_oid = body.standards[0].comment_oid = "COM.X"
    named = next(i for i in body.items if i.oid == "IT.LB.LBORRES.LBTESTCD.ALT")
    named.name = "ALT"
    leaf.title = "ae.xpt"
    for number, term in enumerate(body.codelists[0].terms, 1):
        term.rank = str(number)
    written = write_workbook(define, tmp_path / "a.xlsx")
    assert written.lost == []
    again = read_workbook(written.path).define.metadata
    assert again.datasets == body.datasets
    assert again.standards == body.standards
    assert {w.oid: w for w in again.where_clauses} == {w.oid: w for w in body.where_clauses}
    assert {c.oid: c for c in again.comments} == {c.oid: c for c in body.comments}
    assert {i.oid: i.name for i in again.items} == {i.oid: i.name for i in body.items}
    assert again.codelists == body.codelists

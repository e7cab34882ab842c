"""Define-XML 1.0 is named; what is not held of a guide is said; nothing invalid is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from define import read_define, run_checks, write_define
from define.command import define_check, define_convert
from define.document.writer import to_bytes
from define.text import texts
from specs.errors import BuildError, SpecificationError
from tests.define import sample

CRT_DDS = """<?xml version="1.0"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.2" xmlns:def="http://www.cdisc.org/ns/def/v1.0"
 FileOID="S" ODMVersion="1.2" FileType="Snapshot" CreationDateTime="2008-01-01T00:00:00">
 <Study OID="S"><MetaDataVersion OID="M" Name="m" def:DefineVersion="1.0.0"/></Study></ODM>
"""


def test_define_xml_1_0_is_named(tmp_path: Path) -> None:
    path = tmp_path / "define.xml"
    path.write_text(CRT_DDS)
    with pytest.raises(SpecificationError, match=r"DEF002 define\.xml: it is Define-XML 1\.0"):
        read_define(path)
    result = CliRunner().invoke(define_check, [str(path)])
    assert result.exit_code == 1
    assert "Define-XML 1.0" in result.output


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        ("SDTMIG", "3.3", "SDTMIG 3.3: not held are variables with their labels"),
        ("SDTMIG", "3.2", "SDTMIG 3.2: not held are data sets with their classes"),
    ],
)
def test_what_is_not_held_of_a_guide_is_said(
    tmp_path: Path, name: str, version: str, said: str
) -> None:
    define = sample.sdtm_define()
    define.metadata.standards[0].name, define.metadata.standards[0].version = name, version
    report = run_checks(sample.write_study(tmp_path, define))
    assert said in report.not_held[0]
    assert "DEF157" in report.not_run
    assert f"{name} {version}" in report.not_run["DEF157"]


def test_a_label_of_another_version_is_no_finding(tmp_path: Path) -> None:
    """SDTMIG 3.3 calls the data set DA Drug Accountability, 3.4 Product Accountability."""
    define = sample.sdtm_define()
    define.metadata.standards[0].version = "3.3"
    define.metadata.datasets[0].description = texts("Another label")
    found = {f.rule for f in run_checks(sample.write_study(tmp_path, define)).findings}
    assert not found & {"DEF157", "DEF158", "DEF279"}


@pytest.mark.parametrize("version", ["3.1.2", "3.2", "3.3", "3.4"])
def test_the_key_variables_of_every_version_are_known(tmp_path: Path, version: str) -> None:
    """AESEV is a standard variable, and a record qualifier, in every SDTMIG since 3.1.2."""
    define = sample.sdtm_define()
    define.metadata.standards[0].version = version
    ae = next(d for d in define.metadata.datasets if d.name == "AE")
    severity = next(ref for ref in ae.items if ref.item_oid == "IT.AE.AESEV")
    severity.role = "Topic"
    marked = next(ref for ref in ae.items if ref.item_oid == "IT.AE.AETERM")
    marked.is_non_standard = "Yes"
    findings = run_checks(sample.write_study(tmp_path, define)).findings
    said = {(f.rule, f.variable) for f in findings if f.rule in ("DEF138", "DEF159")}
    assert said == {("DEF159", "AESEV"), ("DEF138", "AETERM")}


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.3"])
def test_a_marked_analysis_variable_of_the_guide_is_found(tmp_path: Path, version: str) -> None:
    define = sample.adam_define()
    guide = next(s for s in define.metadata.standards if s.type == "IG")
    guide.version = version
    adsl = next(d for d in define.metadata.datasets if d.name == "ADSL")
    age = next(ref for ref in adsl.items if ref.item_oid == "IT.ADSL.TRTSDT")
    age.is_non_standard = "Yes"
    findings = run_checks(sample.write_study(tmp_path, define)).findings
    assert [f.variable for f in findings if f.rule == "DEF138"] == ["TRTSDT"]


def test_a_class_of_3_3_is_known(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    define.metadata.standards[0].version = "3.3"
    cls = define.metadata.datasets[1].class_2_1
    assert cls is not None
    cls.name = "FINDINGS"
    assert "DEF275" in {f.rule for f in run_checks(sample.write_study(tmp_path, define)).findings}


def test_what_would_not_be_valid_is_not_written(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    define.creation_date_time = ""
    define.metadata.datasets[0].items[1].item_oid = "IT.NONE"
    with pytest.raises(BuildError, match="DEF014") as caught:
        write_define(define, tmp_path / "define.xml")
    said = [f.message for f in caught.value.findings]
    assert any("CreationDateTime" in m for m in said)
    assert any("at IT.NONE: IT.NONE refers to ItemDef 'IT.NONE'" in m for m in said)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sequence", ["x", "1.5", "²", "-"])
def test_a_key_sequence_that_is_no_number_is_said_by_name(tmp_path: Path, sequence: str) -> None:
    define = sample.sdtm_define()
    define.metadata.datasets[0].items[1].key_sequence = sequence
    path = tmp_path / "define.xml"
    path.write_bytes(to_bytes(define))
    book = str(tmp_path / "spec.xlsx")
    result = CliRunner().invoke(define_convert, [str(path), book])
    assert result.exit_code == 0
    assert f"key sequence that is no number: DM.USUBJID {sequence!r}" in result.output
    refused = CliRunner().invoke(define_convert, [str(path), str(tmp_path / "out.xml")])
    assert refused.exit_code == 1
    assert "DEF014" in refused.output
    assert CliRunner().invoke(define_convert, [book, str(tmp_path / "out.xml")]).exit_code == 0


def test_a_workbook_becomes_a_valid_document_with_a_time(tmp_path: Path) -> None:
    from define.workbook import write_workbook

    write_workbook(sample.sdtm_define(), tmp_path / "a.xlsx")
    result = CliRunner().invoke(
        define_convert, [str(tmp_path / "a.xlsx"), str(tmp_path / "define.xml")]
    )
    assert result.exit_code == 0, result.output
    assert read_define(tmp_path / "define.xml").define.creation_date_time == sample.CREATED
    assert run_checks(tmp_path / "define.xml", only=["DEF101"]).findings == []

"""define-check on the command line: output, options, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from define import read_define
from define.command import define_check, define_convert, define_html
from define.document.writer import to_bytes
from tests.define import sample
from transport import write_xpt


def run(*args: object) -> Result:
    return CliRunner().invoke(define_check, [str(a) for a in args])


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A folder as it would be submitted: document, PDFs, transport files."""
    path = sample.write_study(tmp_path / "sdtm", sample.sdtm_define())
    for name, dataset in sample.sdtm_data().items():
        write_xpt(dataset, path.parent / f"{name.lower()}.xpt")
    (path.parent / "mh.xpt").unlink(missing_ok=True)
    return path.parent


def test_a_clean_study_exits_0_and_says_how_many_checks_ran(study: Path) -> None:
    result = run(study, "--data", study)
    assert "0 findings (none); 165 checks ran" in result.output
    assert result.exit_code == 0


def test_findings_exit_1_and_name_their_line(study: Path) -> None:
    define = sample.sdtm_define()
    define.metadata.datasets[0].structure = ""
    (study / "define.xml").write_bytes(to_bytes(define))
    result = run(study / "define.xml")
    assert result.exit_code == 1
    assert "DEF273 DM has no structure [explain]" in result.output
    assert result.output.startswith("define.xml:")
    assert "checks did not run: no data were given" in result.output


def test_json_is_the_report(study: Path) -> None:
    report = json.loads(run(study, "--format", "json").output)
    assert report["file"] == "define.xml"
    assert report["findings"] == []
    assert report["not_run"]["DEF161"] == "no data were given"
    assert "DEF101" in report["ran"]


def test_a_document_that_is_no_xml_exits_1(tmp_path: Path) -> None:
    path = tmp_path / "define.xml"
    path.write_text("x")
    result = run(path)
    assert result.exit_code == 1
    assert "DEF001" in result.output


@pytest.mark.parametrize("option", ["--data", "--schema-dir", "--acrf", "--standards"])
def test_a_wrong_call_exits_2(study: Path, option: str) -> None:
    result = run(study, option, study / "none")
    assert result.exit_code == 2
    assert f"{option}: none is not there" in result.output


def test_no_such_document_exits_2(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "define.xml: there is no such file" in result.output


def test_a_schema_folder_without_schema_exits_2(study: Path) -> None:
    result = run(study, "--schema-dir", study)
    assert result.exit_code == 2
    assert "DEF013" in result.output


def test_a_damaged_data_file_is_among_the_findings(study: Path) -> None:
    (study / "ae.xpt").write_bytes(b"no transport file")
    result = run(study, "--data", study)
    assert result.exit_code == 1
    assert "FILE" in result.output
    assert "DEF170" in result.output


def test_html_is_written(study: Path) -> None:
    result = CliRunner().invoke(define_html, [str(study)])
    assert result.exit_code == 0
    assert (study / "define.html").is_file()
    (study / "define.xml").write_text("x")
    assert CliRunner().invoke(define_html, [str(study)]).exit_code == 2


def convert(*args: object) -> Result:
    return CliRunner().invoke(define_convert, [str(a) for a in args])


def test_a_define_becomes_a_workbook_and_a_define_again(study: Path) -> None:
    result = convert(study / "define.xml", study / "spec.xlsx")
    assert result.exit_code == 0
    assert "0 things are not kept" in result.output
    assert convert(study / "spec.xlsx", study / "again.xml").exit_code == 0
    again = read_define(study / "again.xml").define.metadata
    names = [d.name for d in sample.sdtm_define().metadata.datasets]
    assert [d.name for d in again.datasets] == names


def test_a_define_is_written_in_another_version(study: Path) -> None:
    result = convert(study / "define.xml", study / "old.xml", "--version", "2.0")
    assert result.exit_code == 0
    assert read_define(study / "old.xml").define.version == "2.0"
    assert "is dropped" in result.output


def test_an_odd_target_exits_2_and_writes_nothing(study: Path) -> None:
    result = convert(study / "define.xml", study / "spec.ods")
    assert result.exit_code == 2
    assert "DEF005 spec.ods" in result.output
    assert not (study / "spec.ods").exists()

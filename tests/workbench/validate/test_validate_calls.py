"""`validate-study`: calls that cannot work, what the folder holds, and what the exit code says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from tests.workbench.conftest import Run
from transport import Dataset, VariableMeta, write_xpt
from workbench.validate.run import validate_command
from workbench.validate.targets import find_targets

RULE = """\
Core: {Id: R1}
Rule Type: Record Data
Sensitivity: Record
Check: {all: [{name: SEX, operator: equal_to, value: X}]}
Outcome: {Message: SEX is X., Output Variables: [SEX]}
"""


def xpt(path: Path, **columns: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame(columns)
    variables = tuple(VariableMeta(each, each, "Char", 20) for each in frame)
    write_xpt(Dataset(path.stem.upper(), frame, variables, f"{path.stem} label"), path)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with DM, and a rule that finds one of its records."""
    xpt(tmp_path / "data/dm.xpt", DOMAIN=["DM", "DM"], USUBJID=["1", "2"], SEX=["F", "X"])
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/R1.yml").write_text(RULE)
    return tmp_path / "data"


def call(run: Run, data: Path, *words: Any) -> Any:
    return run("validate", data, "--rules", data.parent / "rules", *words)


def refused(result: Any, code: str) -> str:
    """What is said of a call that ends with 2, and no report."""
    assert result.exit_code == 2, result.output
    assert code in result.stderr
    assert "Traceback" not in result.output
    assert not result.stdout
    return str(result.stderr)


def test_a_folder_that_is_not_there_is_not_called_empty(run: Run, tmp_path: Path) -> None:
    assert "there is no folder nowhere" in refused(run("validate", tmp_path / "nowhere"), "PKG005")


def test_data_sets_below_are_pointed_to(run: Run, tmp_path: Path) -> None:
    xpt(tmp_path / "delivery/final/dm.xpt", USUBJID=["1"])
    assert "delivery/final" in refused(run("validate", tmp_path), "PKG005")


def test_what_a_folder_without_data_sets_holds_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dm.sas7bdat").touch()
    assert "1 .sas7bdat" in refused(run("validate", tmp_path), "PKG005")


def test_data_that_cannot_be_read_at_all_end_with_2(run: Run, data: Path) -> None:
    (data / "dm.xpt").write_bytes(b"nothing")
    refused(call(run, data), "FILE010")


def test_csv_without_its_description_ends_with_2(run: Run, data: Path) -> None:
    (data / "dm.xpt").unlink()
    (data / "dm.csv").write_text("USUBJID\n1\n")
    refused(call(run, data), "FILE076")


def test_an_unknown_terminology_is_no_pass(run: Run, data: Path) -> None:
    said = refused(call(run, data, "--ct", "sdtmct-1999-01-01"), "PKG008")
    assert "sdtmct-2025-03-28" in said


def test_a_previous_report_that_is_named_has_to_be_there(run: Run, data: Path) -> None:
    refused(call(run, data, "--previous", data / "report.json"), "VAL920")


def test_the_folder_of_a_previous_report_will_do(run: Run, data: Path) -> None:
    out = data.parent / "out"
    call(run, data, "--out", out)
    assert "[Unchanged]" in call(run, data, "--previous", out).stdout


@pytest.mark.parametrize("content", ["{}", "", "[" * 100_000, '{"schema": "tracelock-report/0"}'])
def test_a_spoilt_last_report_stays_as_it_is(run: Run, data: Path, content: str) -> None:
    out = data.parent / "out"
    call(run, data, "--out", out)
    (out / "report.json").write_text(content)
    before = reports(out)
    refused(call(run, data, "--out", out), "VAL920")
    assert reports(out) == before


def test_a_folder_of_others_gets_no_report(run: Run, data: Path) -> None:
    out = data.parent / "out"
    out.mkdir()
    (out / "report.html").write_text("mine")
    assert "report.html" in refused(call(run, data, "--out", out), "MAP328")
    assert [(n, b.decode()) for n, b in reports(out).items()] == [("report.html", "mine")]


def test_a_file_beside_the_last_report_stops_the_next(run: Run, data: Path) -> None:
    out = data.parent / "out"
    call(run, data, "--out", out)
    (out / "answers.docx").write_text("mine")
    assert "answers.docx" in refused(call(run, data, "--out", out), "MAP328")


def test_a_defect_is_no_finding(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError("something unforeseen")

    monkeypatch.setattr("validation.report.build_report", breaks)
    assert "something unforeseen" in refused(call(run, data), "PKG007")
    monkeypatch.setenv("TRACELOCK_TRACEBACK", "1")
    assert isinstance(call(run, data).exception, RuntimeError)


def test_a_full_disk_is_named(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device", str(data / "report.xlsx"))

    monkeypatch.setattr("validation.report.views.xlsx_view.write_xlsx", breaks)
    said = refused(call(run, data, "--out", data.parent / "out"), "PKG007")
    assert "PKG007 stopped (report.xlsx): No space left on device" in said
    assert str(data) not in said


def test_a_report_is_written_whole_or_not_at_all(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = data.parent / "out"
    call(run, data, "--out", out)
    before = reports(out)
    assert sorted(before) == [
        "manifest.json",
        *("report.html", "report.json", "report.junit.xml", "report.sarif", "report.xlsx"),
    ]

    def breaks(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device", "report.json")

    monkeypatch.setattr("validation.report.views.json_view.write_json", breaks)
    refused(call(run, data, "--out", out, "--force"), "PKG007")
    assert reports(out) == before


def test_a_run_that_is_interrupted_is_no_finding(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("validation.report.build_report", interrupted)
    result = call(run, data)
    assert (result.exit_code, result.stdout) == (130, "")
    assert "stopped by SIGINT" in result.stderr


def test_a_report_below_the_data_is_no_data(run: Run, data: Path) -> None:
    call(run, data, "--out", data / "report")
    assert "FILE07" not in call(run, data, "--out", data / "report").stdout
    refused(call(run, data, "--out", data), "MAP328")


def test_the_command_of_its_own_ends_alike(data: Path) -> None:
    result = CliRunner().invoke(validate_command, [str(data), "--ct", "nothing"])
    refused(result, "PKG008")


def test_a_report_ends_with_its_verdict(run: Run, data: Path) -> None:
    assert call(run, data).stdout.splitlines()[-1].startswith("Not ready: 1 finding")


def test_data_sets_are_described_in_the_report(run: Run, data: Path) -> None:
    read = json.loads(call(run, data, "--format", "json").stdout)
    (dm,) = (each for each in read["inputs"] if each["name"] == "dm.xpt")
    assert (dm["label"], dm["records"]) == ("dm label", 2)
    assert dm["bytes"] == (data / "dm.xpt").stat().st_size


def test_tabulation_and_analysis_data_in_one_folder_are_both_checked(tmp_path: Path) -> None:
    for name in ("dm", "ae", "adsl", "adae"):
        (tmp_path / f"{name}.xpt").touch()
    targets = find_targets(tmp_path, None, None, None)
    assert [(t.folder, t.standard, t.beside) for t in targets] == [
        (tmp_path, "sdtmig", None),
        (tmp_path, "adamig", None),
    ]
    (chosen,) = find_targets(tmp_path, "adamig", None, None)
    assert chosen.standard == "adamig"


def test_analysis_data_without_adsl_are_analysis_data(tmp_path: Path) -> None:
    (tmp_path / "adae.xpt").touch()
    assert [t.standard for t in find_targets(tmp_path, None, None, None)] == ["adamig"]


def test_the_files_of_one_folder_are_said_once(run: Run, data: Path) -> None:
    xpt(data / "adsl.xpt", USUBJID=["1"])
    (data / "lb.sas7bdat").touch()
    read = json.loads(call(run, data, "--format", "json").stdout)
    assert [g["count"] for g in read["groups"] if g["rule"] == "FILE076"] == [1]
    names = [each["name"] for each in read["inputs"]]
    assert sorted(names) == ["adsl.xpt", "dm.xpt", "rules"]


def test_one_define_xml_for_two_folders_is_refused(run: Run, tmp_path: Path) -> None:
    xpt(tmp_path / "sdtm/dm.xpt", USUBJID=["1"])
    xpt(tmp_path / "adam/adsl.xpt", USUBJID=["1"])
    (tmp_path / "define.xml").touch()
    said = refused(run("validate", tmp_path, "--define", tmp_path / "define.xml"), "PKG006")
    assert "sdtm and adam" in said


def test_derived_tabulations_of_a_build_are_checked_with_the_others(
    run: Run, data: Path, tmp_path: Path
) -> None:
    build = tmp_path / "build"
    xpt(build / "sdtm/dm.xpt", DOMAIN=["DM"], USUBJID=["1"], SEX=["F"])
    xpt(build / "sdtm/relrec.xpt", RDOMAIN=["AE"], USUBJID=["1"])
    xpt(build / "adam/adsl.xpt", USUBJID=["1"])
    xpt(build / "adam/sdtm/pp.xpt", DOMAIN=["PP"], USUBJID=["1"])
    xpt(build / "adam/sdtm/relrec.xpt", RDOMAIN=["PP"], USUBJID=["1"])
    result = run("validate", build, "--rules", data.parent / "rules", "--format", "json")
    records = {each["name"]: each["records"] for each in json.loads(result.stdout)["inputs"]}
    assert records == {
        "sdtm/dm.xpt": 1,
        "sdtm/pp.xpt": 1,
        "sdtm/relrec.xpt": 2,
        "adam/adsl.xpt": 1,
        "rules": None,
    }


def test_terminology_is_that_of_the_standard(run: Run, data: Path, study: Path) -> None:
    xpt(data / "adsl.xpt", USUBJID=["1"])
    result = run("validate", data, "--study", study, "--format", "json")
    used = {each["version"] for each in json.loads(result.stdout)["standards"]}
    assert {"3.4", "1.3"} <= used
    assert {each.split("-")[0] for each in used if "ct-" in each} == {"sdtmct", "adamct"}


def test_the_version_is_that_of_define_xml_and_what_is_not_held_is_said(
    run: Run, data: Path
) -> None:
    data.joinpath("define.xml").write_text(
        '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" '
        'xmlns:def="http://www.cdisc.org/ns/def/v2.0"><Study OID="S"><MetaDataVersion OID="M" '
        'Name="M" def:StandardName="SDTM-IG" def:StandardVersion="3.3"/></Study></ODM>',
        encoding="utf-8",
    )
    *_, checked, verdict = run("validate", data).stdout.splitlines()
    assert checked.startswith("checked as SDTMIG 3.3, Controlled terminology sdtmct-")
    assert "SDTMIG 3.3 is not held" in verdict
    *_, checked, verdict = run("validate", data, "--version", "3.4").stdout.splitlines()
    assert checked.startswith("checked as SDTMIG 3.4")
    assert "is not held" not in verdict


def test_one_rule_file_will_do(run: Run, data: Path) -> None:
    result = run("validate", data, "--rules", data.parent / "rules" / "R1.yml")
    assert result.exit_code == 1
    assert "R1 DM.SEX 'X'" in result.stdout


def test_a_rule_that_cannot_run_is_named_with_its_reason(run: Run, data: Path) -> None:
    bad = RULE.replace("R1", "R2").replace("equal_to", "frobs")
    (data.parent / "rules/R2.yml").write_text(bad)
    assert "not run R2: operator 'frobs' is not known\n" in call(run, data).stdout


def test_runs_are_counted_where_nobody_names_them(run: Run, data: Path) -> None:
    out = data.parent / "out"
    assert labelled(run, data, out) == ("run 1", None, {"run 1"})
    assert labelled(run, data, out) == ("run 1", None, {"run 1"})  # nothing has changed
    assert labelled(run, data, out, "--force") == ("run 2", "run 1", {"run 1"})
    xpt(data / "ae.xpt", USUBJID=["1"], SEX=["X"])
    assert labelled(run, data, out, "--label", "cut 3") == ("cut 3", "run 2", {"run 1", "cut 3"})


def reports(out: Path) -> dict[str, bytes]:
    """The files of a report, without what a run keeps for the next one."""
    return {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}


def labelled(run: Run, data: Path, out: Path, *words: str) -> tuple[str, str | None, set[str]]:
    """The label of a run, that of the report before it, and when its findings were first seen."""
    read = json.loads(call(run, data, "--out", out, "--format", "json", *words).stdout)
    return read["label"], read["previous"], {each["first_seen"] for each in read["groups"]}


def test_the_folder_where_one_stands_has_a_name(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    result = run("validate", ".", "--rules", data.parent / "rules", "--format", "json")
    assert json.loads(result.stdout)["study"] == "data"


@pytest.mark.parametrize("seconds", ["tomorrow", "1.5", "\u00b2", "9" * 30])
def test_a_day_that_is_no_time_is_refused(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    result = run("validate", data)
    assert result.exit_code == 2
    assert "FILE034" in result.stderr

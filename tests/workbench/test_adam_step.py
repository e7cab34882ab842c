"""`build-adam` from the command line: data sets, figures, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.workbench.conftest import Run, hashes

ADSL = """\
dataset: ADSL
label: Subject-Level Analysis Dataset
class: subject-level
structure: one record per subject
keys: [STUDYID, USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID, SUBJID, SITEID, SEX, COUNTRY]
variables:
  TRTSDT: {date: DM.RFXSTDTC}
"""


@pytest.fixture
def analysed(study: Path, run: Run) -> Path:
    """A study with ADSL, its SDTM built."""
    (study / "adam").mkdir()
    (study / "adam" / "adsl.yaml").write_text(ADSL)
    assert run("build", "sdtm", study).exit_code == 0
    return study


def test_data_sets_and_figures(analysed: Path, run: Run) -> None:
    result = run("build", "adam", analysed)
    assert result.exit_code == 0, result.output
    assert "ADSL" in result.stdout
    adam = analysed / "build" / "adam"
    assert {"adsl.xpt", "figures.html", "manifest.json"} <= {p.name for p in adam.iterdir()}
    assert "No data set of this build suggests a figure" in (adam / "figures.html").read_text()


def test_json(analysed: Path, run: Run) -> None:
    result = run("build", "adam", analysed, "--format", "json")
    said = json.loads(result.stdout)
    assert [(d["name"], d["records"]) for d in said["datasets"]] == [("ADSL", 2)]
    assert said["exit_code"] == result.exit_code == 0


def test_a_wrong_specification_ends_with_2_and_leaves_no_build(analysed: Path, run: Run) -> None:
    (analysed / "adam" / "adsl.yaml").write_text(ADSL + "  AGEGR1: {binss: AGE}\n")
    result = run("build", "adam", analysed)
    assert result.exit_code == 2
    assert "adam/adsl.yaml:" in result.stderr
    assert "Traceback" not in result.output
    assert not (analysed / "build" / "adam" / "adsl.xpt").exists()


def test_without_sdtm_it_says_so(study: Path, run: Run) -> None:
    (study / "adam").mkdir()
    (study / "adam" / "adsl.yaml").write_text(ADSL)
    result = run("build", "adam", study)
    assert result.exit_code == 2
    assert "ADAM106" in result.stderr
    assert "run build-sdtm first" in result.stderr
    assert "Traceback" not in result.output


def test_a_data_set_that_fails_leaves_the_last_good_build_whole(analysed: Path, run: Run) -> None:
    assert run("build", "adam", analysed).exit_code == 0
    adam = analysed / "build" / "adam"
    good = hashes(adam)
    assert "figures.html" in good
    (analysed / "adam" / "adsl.yaml").write_text(ADSL.replace("DM.RFXSTDTC", "EX.EXSTDTC"))
    result = run("build", "adam", analysed)
    assert result.exit_code == 1
    assert "ADSL: not built" in result.stdout
    assert "build/adam is whole" in result.stdout
    assert hashes(adam) == good
    failed = json.loads((analysed / "build" / "adam-failed" / "findings.json").read_text())
    assert [f["rule"] for f in failed][:1] == ["ADAM101"]


def test_the_leavings_of_a_failed_build_go_with_the_next_good_one(analysed: Path, run: Run) -> None:
    (analysed / "adam" / "adsl.yaml").write_text(ADSL.replace("DM.RFXSTDTC", "EX.EXSTDTC"))
    assert run("build", "adam", analysed).exit_code == 1
    assert not (analysed / "build" / "adam").exists()
    (analysed / "adam" / "adsl.yaml").write_text(ADSL)
    assert run("build", "adam", analysed).exit_code == 0
    assert not (analysed / "build" / "adam-failed").exists()


def test_wrong_figures_end_with_2(analysed: Path, run: Run) -> None:
    (analysed / "figures.yaml").write_text("figures:\n  - {kind: pie, title: T, dataset: ADSL}\n")
    result = run("build", "adam", analysed)
    assert result.exit_code == 2
    assert "figures.yaml:2:" in result.stderr
    assert not (analysed / "build" / "adam").exists()


TTE = """\
dataset: ADTTE
label: Time to Event
class: time-to-event
keys: [USUBJID, PARAMCD]
predecessors: [USUBJID]
time-to-event:
  subjects: ADSL
  parameters:
    TTCM:
      label: Time to First Medication
      start: TRTSDT
      events: [{from: CM, date: CMSTDTC, EVNTDESC: MEDICATION}]
      censor: [{rule: end-of-data, stop: start, CNSR: 1}]
"""


def test_check_tries_the_analysis_data_sets(analysed: Path, run: Run) -> None:
    assert run("check", analysed).stdout == "The specification is sound.\n"
    (analysed / "adam" / "adsl.yaml").write_text(ADSL.replace("DM.RFXSTDTC", "DM.RFXSTDTX"))
    result = run("check", analysed)
    assert result.exit_code == 2
    assert "adam/adsl.yaml:9:11 SPEC117" in result.stdout
    (analysed / "adam" / "adsl.yaml").write_text(ADSL + "  AGE: {from: DM.SUBJID}\n")
    result = run("check", analysed)
    assert result.exit_code == 2
    assert "SPEC131" in result.stdout
    assert not (analysed / "build" / "adam").exists()


def test_check_reads_the_analysis_data_sets_without_a_build(study: Path, run: Run) -> None:
    (study / "adam").mkdir()
    (study / "adam" / "adsl.yaml").write_text(ADSL)
    result = run("check", study)
    assert result.exit_code == 0
    assert "SPEC191" in result.stdout
    (study / "adam" / "adsl.yaml").write_text(ADSL + "  AGEGR1: {binss: AGE}\n")
    result = run("check", study)
    assert result.exit_code == 2
    assert "adam/adsl.yaml:10:11 SPEC111" in result.stdout


def test_check_tries_the_analysis_data_sets_on_any_folder(
    study: Path, run: Run, tmp_path: Path
) -> None:
    run("build", "sdtm", study, "--out", tmp_path / "elsewhere")
    (study / "adam").mkdir()
    (study / "adam" / "adsl.yaml").write_text(ADSL)
    result = run("check", study, "--sdtm", tmp_path / "elsewhere" / "sdtm")
    assert (result.exit_code, "SPEC191" in result.stdout) == (0, False)
    (study / "adam" / "adsl.yaml").write_text(ADSL + "  AGE: {from: DM.SUBJID}\n")
    result = run("check", study, "--sdtm", tmp_path / "elsewhere" / "sdtm")
    assert (result.exit_code, "SPEC131" in result.stdout) == (2, True)


def test_a_value_of_data_that_are_not_in_the_build_names_its_record(
    study: Path, run: Run, tmp_path: Path
) -> None:
    """Of two equal doses the first one is the one that was taken."""
    run("build", "sdtm", study, "--out", tmp_path / "elsewhere")
    (study / "adam").mkdir()
    line = "  LASTTRT: {last: CM.CMTRT, by: CMSEQ, label: Last}\n"
    (study / "adam" / "adsl.yaml").write_text(ADSL + line)
    run("build", "adam", study, "--sdtm", tmp_path / "elsewhere" / "sdtm")
    result = run("explain", study, "ADSL", "001", "LASTTRT")
    assert "which is not in this build" in result.stdout


def test_a_time_to_event_whose_date_is_text_is_refused_at_its_place(
    analysed: Path, run: Run
) -> None:
    (analysed / "adam" / "adtte.yaml").write_text(TTE.replace("CMSTDTC", "CMTRT"))
    result = run("build", "adam", analysed)
    assert result.exit_code == 2
    assert (
        "adtte.yaml:12:33 SPEC131 CMTRT is a text, a date or date-time is needed" in result.stderr
    )

"""`build-results` and `explain STUDY result` from the command line."""

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
  SAFFL: {flag: SUBJID is not missing, label: Safety Population Flag}
"""
ANALYSES = """\
populations:
  all: {where: SAFFL == "Y", label: Everybody <of> 受试者}
displays:
  T1:
    title: Sex & {more}
    population: all
    rows:
      WOMEN: {proportion: SEX == "F", label: Women, purpose: primary}
      ANY: {subjects: any, label: Any}
    footnotes: [A note]
"""


@pytest.fixture
def analysed(study: Path, run: Run) -> Path:
    """A study with ADSL and analyses, its data sets built."""
    (study / "adam").mkdir()
    (study / "adam" / "adsl.yaml").write_text(ADSL)
    (study / "analyses.yaml").write_text(ANALYSES)
    assert run("build", "sdtm", study).exit_code == 0
    assert run("build", "adam", study).exit_code == 0
    return study


def test_results_and_displays_are_published(analysed: Path, run: Run) -> None:
    result = run("build", "results", analysed)
    assert result.exit_code == 0, result.output
    out = analysed / "build" / "results"
    before = hashes(out)
    assert {"results.csv", "results.parquet", "results.json", "analyses.json", "manifest.json",
            "displays/T1.html", "displays/T1.rtf", "displays/T1.docx",
            "curves.csv", "displays/index.html",
            "lineage/ADSL.parquet"} <= set(before)  # fmt: skip
    page = (out / "displays" / "T1.html").read_text("utf-8")
    assert "Everybody &lt;of&gt; 受试者" in page
    assert "://" not in page
    rtf = (out / "displays" / "T1.rtf").read_bytes()
    assert rb"Sex & \{more\}" in rtf
    assert rb"\u21463?\u-29739?\u-32763?" in rtf
    assert b"NUMPAGES" in rtf
    assert run("build", "results", analysed).exit_code == 0
    assert hashes(out) == before


def test_what_selects_nothing_leaves_the_last_good_results(analysed: Path, run: Run) -> None:
    assert run("build", "results", analysed).exit_code == 0
    out = analysed / "build" / "results"
    before = hashes(out)
    (analysed / "analyses.yaml").write_text(ANALYSES.replace('"F"', '"W"'))
    result = run("build", "results", analysed, "--format", "json")
    said = json.loads(result.stdout)
    assert (result.exit_code, said["published"], list(said["failed"])) == (1, False, ["WOMEN"])
    assert said["findings"][0]["rule"] == "ADAM317"
    assert hashes(out) == before
    assert (out.parent / "results-failed" / "findings.json").is_file()
    assert "ADAM317" in run("check", analysed).output


def test_wrong_files_end_with_2(analysed: Path, run: Run) -> None:
    (analysed / "analyses.yaml").write_text(ANALYSES.replace("SEX ==", "SEXX =="))
    result = run("build", "results", analysed)
    assert (result.exit_code, "analyses.yaml:8:" in result.stderr) == (2, True)
    (analysed / "analyses.yaml").unlink()
    assert "ADAM319" in run("build", "results", analysed).stderr
    (analysed / "analyses.yaml").write_text(ANALYSES)
    assert run("build", "results", analysed, "--adam", analysed / "nowhere").exit_code == 2


def test_a_result_is_explained_by_its_records(analysed: Path, run: Run) -> None:
    assert "run build-results" in run("explain", analysed, "result", "WOMEN").stderr
    assert run("build", "results", analysed).exit_code == 0
    text = run("explain", analysed, "result", "WOMEN").stdout
    assert 'proportion: SEX == "F"' in text
    assert "analyses.yaml:8:7" in text
    said = json.loads(run("explain", analysed, "result", "WOMEN", "--format", "json").stdout)
    other = json.loads(
        run("explain", analysed, "result", "WOMEN", "--not", "--format", "json").stdout
    )
    assert said["looked"] == len(said["counted"]) + len(other["not_counted"]) == 2
    words = said["counted"][0]["explain"].split()[2:]
    assert run("explain", *words).exit_code == 0
    assert "PKG002" in run("explain", analysed, "result", "WOMAN").stderr
    (analysed / "adam" / "adsl.yaml").write_text(ADSL.replace("SITEID, ", ""))
    assert run("build", "adam", analysed).exit_code == 0
    assert "of another ADSL" in run("explain", analysed, "result", "WOMEN").stderr


def test_define_names_display_and_declaration(analysed: Path) -> None:
    from specs import load_study
    from workbench.steps.define import study_define

    made = study_define(load_study(analysed), analysed / "build" / "adam", "adamig")
    display = made.metadata.displays[0]
    assert display.name == "Table 1"
    (result,) = display.results
    assert result.code is not None
    assert 'proportion: SEX == "F"' in result.code.code
    assert result.purpose == "PRIMARY OUTCOME MEASURE"

"""Results in the package: made when stale, carried beside m5, held against the data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docx import Document

from submission.package_check import check_package
from tests.submission.package.small_study import dry_run, small_study

ANALYSES = """\
populations:
  all: {where: SAFFL == "Y", label: Everybody}
displays:
  T14.1:
    title: Sex of subjects
    population: all
    rows:
      WOMEN: {proportion: SEX == "F", label: Women, purpose: primary}
"""


@pytest.fixture
def analysed(tmp_path: Path) -> Path:
    return small_study(tmp_path / "study", **{"analyses.yaml": ANALYSES})


def test_the_package_carries_the_results_of_its_data(analysed: Path) -> None:
    done = dry_run(analysed)
    assert "results built: nothing is built yet" in done.steps
    package = analysed / "build" / "package"
    for name in ("results.csv", "results.json", "reporting-event.json", "displays/index.html",
                 "displays/T14.1.html", "displays/T14.1.rtf", "displays/T14.1.docx"):  # fmt: skip
        built = analysed / "build" / "results" / name
        assert (package / "results" / name).read_bytes() == built.read_bytes()
    manifest = json.loads((package / "manifest.json").read_bytes())
    assert set(manifest["builds"]["results"]["sources"]) == {"ADSL"}
    assert {f.rule for f in check_package(package, before_lock=True).findings} & {
        "PKG162",
        "PKG185",
        "PKG186",
    } == set()
    assert "results are up to date" in dry_run(analysed).steps


def test_the_guide_tells_displays_and_what_data_sets_are_for(analysed: Path) -> None:
    dry_run(analysed)
    package = analysed / "build" / "package"
    assert "adrg 5.1" not in (package / "gaps.txt").read_text("utf-8")
    document = Document(str(package / "guides" / "adrg.docx"))
    held = [[[c.text for c in row.cells] for row in t.rows] for t in document.tables]
    used = next(t for t in held if t[0] == ["Data set", "Analyses", "Displays"])
    assert used[1:] == [["ADSL", "primary", "T14.1"]]
    shown = next(t for t in held if t[0][0] == "Display")
    row = ["T14.1", "Sex of subjects", "WOMEN", "ADSL", "", "all", "proportion"]
    assert shown[1:] == [row]


def test_results_are_made_again_when_declarations_or_files_change(analysed: Path) -> None:
    dry_run(analysed)
    (analysed / "analyses.yaml").write_text(ANALYSES.replace("Women", "Female"))
    assert "results built: the specification changed: analyses.yaml" in dry_run(analysed).steps
    (analysed / "build" / "results" / "results.csv").write_text("edited")
    assert "results built: results.csv was changed" in dry_run(analysed).steps


def test_analyses_that_fail_stop_the_package(analysed: Path) -> None:
    (analysed / "analyses.yaml").write_text(ANALYSES.replace('"F"', '"f"'))
    done = dry_run(analysed)
    assert not done.published
    assert {f.rule for f in done.findings} == {"PKG170", "ADAM317"}


def test_results_of_other_data_and_displays_that_lack_are_found(analysed: Path) -> None:
    dry_run(analysed)
    package = analysed / "build" / "package"
    manifest = json.loads((package / "manifest.json").read_bytes())
    manifest["builds"]["results"]["sources"]["ADSL"] = "0" * 64
    (package / "manifest.json").write_text(json.dumps(manifest))
    (package / "results" / "displays" / "T14.1.docx").unlink()
    found = {f.rule: f for f in check_package(package, before_lock=True).findings}
    assert "another ADSL" in found["PKG185"].message
    assert "Table 14.1" in found["PKG186"].message


def test_a_study_without_analyses_has_no_results(packaged_once: tuple[Path, object]) -> None:
    package = packaged_once[0] / "build" / "package"
    assert not (package / "results").exists()

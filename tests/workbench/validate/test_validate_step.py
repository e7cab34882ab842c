"""`validate-study`: what it finds in a folder, what it says, and its exit codes."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from specs import SpecificationError
from tests.workbench.conftest import Run
from workbench.validate.run import find_targets

SEQ = "TL-S-SEQ-UNIQUE"
RULE = """\
Core: {{Id: {id}, Status: Published, Version: "1"}}
Authorities:
  - {{Organization: tests, Standards: [{{Name: SDTMIG, Version: "3.4"}}]}}
Description: "{name} is {value}."
Rule Type: Record Data
Sensitivity: Record
Severity: explain
Scope: {{Domains: {{Include: [CM]}}}}
Check: {{all: [{{name: {name}, operator: equal_to, value: {value}}}]}}
Outcome: {{Message: "{name} is {value}", Output Variables: [{name}]}}
"""


@pytest.fixture
def built(study: Path, run: Run) -> Path:
    """A finished build: CM with aspirin and zinc."""
    assert run("build", "sdtm", study).exit_code == 0
    return study / "build"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rule that fires on aspirin."""
    folder = tmp_path / "rules"
    folder.mkdir()
    text = RULE.format(id="CG9001", name="CMDOSTXT", value="aspirin")
    (folder / "CG9001.yml").write_text(text)
    return folder


def told(run: Run, *words: object) -> tuple[int, dict[str, Any]]:
    result = run("validate", *words, "--format", "json")
    data: dict[str, Any] = json.loads(result.stdout)
    return result.exit_code, data


def test_findings_end_with_1(built: Path, rules: Path, run: Run) -> None:
    result = run("validate", built, "--rules", rules)
    assert result.exit_code == 1
    assert "CG9001 CM.CMDOSTXT 'aspirin': CMDOSTXT is aspirin (1 found in 1 subject)" in (
        result.stdout
    )
    assert result.stdout.rstrip().splitlines()[-1].startswith("Not ready: ")


def test_clean_data_end_with_0(built: Path, run: Run) -> None:
    result = run("validate", built / "sdtm", "--only", SEQ)
    assert result.exit_code == 0, result.output


def test_no_rule_ends_with_2(built: Path, tmp_path: Path, run: Run) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = run("validate", built, "--rules", empty)
    assert result.exit_code == 2
    assert "clean" not in result.stdout.lower()


def test_a_folder_without_data_sets(tmp_path: Path, run: Run) -> None:
    result = run("validate", tmp_path)
    assert result.exit_code == 2
    assert "PKG005" in result.stderr
    assert "Traceback" not in result.output


def test_a_folder_that_is_not_there(tmp_path: Path, run: Run) -> None:
    result = run("validate", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_what_has_changed_since_the_last_run(
    built: Path, rules: Path, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "report"
    words = ("validate", built, "--rules", rules, "--out", out)
    assert "[New]" in run(*words).stdout
    views = {"report.html", "report.xlsx", "report.json", "report.sarif", "report.junit.xml"}
    assert {p.name for p in out.iterdir() if p.is_file()} == {*views, "manifest.json"}
    assert "[Unchanged]" in run(*words, "--force").stdout
    shutil.copy(out / "report.json", tmp_path / "last.json")
    (rules / "CG9001.yml").write_text(RULE.format(id="CG9001", name="CMDOSTXT", value="zinc"))
    code, report = told(run, built, "--rules", rules, "--previous", tmp_path / "last.json")
    assert code == 1
    assert [(group["value"], group["change"]) for group in report["groups"]] == [("zinc", "New")]
    assert [group["value"] for group in report["gone"]] == ["aspirin"]


def test_a_study_gives_name_and_waivers(built: Path, rules: Path, study: Path, run: Run) -> None:
    code, report = told(run, built, "--rules", rules, "--study", study)
    assert code == 1
    assert report["study"] == "S1"
    (study / "waivers.yaml").write_text(
        "waivers:\n  - {rule: CG9001, dataset: CM, variable: CMDOSTXT, values: [aspirin],\n"
        "     reason: The form has no separate field for the product, author: A. Person,\n"
        "     date: 2024-01-01, review_by: 2099-01-01}\n"
    )
    result = run("validate", built, "--rules", rules, "--study", study)
    assert result.exit_code == 1, result.output  # rules of one's own are no look at conformance
    assert "[New, explained]" in result.stdout
    assert "conformance was looked at in part" in result.stdout


def test_with_the_study_at_hand_the_raw_cell_is_shown_word_for_word(
    built: Path, rules: Path, study: Path, run: Run
) -> None:
    def cell(*words: object) -> tuple[str, int, str, str]:
        columns = told(run, built, "--rules", rules, *words)[1]["findings"]["columns"]
        texts = [columns[name]["values"][0] for name in ("raw_file", "raw_column", "raw_text")]
        return texts[0], columns["raw_row"][0], texts[1], texts[2]

    assert cell() == ("cm.csv", 2, "A", "")
    assert cell("--study", study) == ("cm.csv", 2, "A", "aspirin")
    for raw in (study / "raw").rglob("cm.csv"):
        raw.write_text(raw.read_text().replace("aspirin", "another"))
    assert cell("--study", study) == ("cm.csv", 2, "A", "")


def test_a_build_has_its_folders_and_each_its_standard(tmp_path: Path) -> None:
    for name in ("sdtm/dm.xpt", "adam/adsl.xpt", "adam/sdtm/pp.xpt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "sdtm" / "define.xml").touch()
    (tmp_path / "manifest.json").touch()
    targets = find_targets(tmp_path, None, None, None)
    assert [(t.folder.name, t.standard, t.version) for t in targets] == [
        ("sdtm", "sdtmig", None),
        ("adam", "adamig", None),
    ]
    assert [t.define for t in targets] == [tmp_path / "sdtm" / "define.xml", None]
    said = find_targets(tmp_path, None, "3.3", None)
    assert [t.version for t in said] == ["3.3", None]
    (alone,) = find_targets(tmp_path / "adam", None, None, None)
    assert (alone.folder, alone.standard) == (tmp_path / "adam", "adamig")
    (chosen,) = find_targets(tmp_path, "adamig", "1.2", tmp_path / "other.xml")
    assert (chosen.version, chosen.define) == ("1.2", tmp_path / "other.xml")


def test_a_package_has_its_folders(tmp_path: Path) -> None:
    tabulations = tmp_path / "m5/datasets/s1/tabulations/sdtm"
    analysis = tmp_path / "m5/datasets/s1/analysis/adam/datasets"
    for folder, name in ((tabulations, "dm.xpt"), (analysis, "adsl.xpt")):
        folder.mkdir(parents=True)
        (folder / name).touch()
    (analysis / "define.xml").touch()
    targets = find_targets(tmp_path, None, None, None)
    assert [t.folder for t in targets] == [tabulations, analysis]
    assert targets[1].define == analysis / "define.xml"


def test_a_plain_folder_of_one_kind(tmp_path: Path) -> None:
    (tmp_path / "ae.csv").touch()
    (target,) = find_targets(tmp_path, None, None, None)
    assert (target.folder, target.standard) == (tmp_path, "sdtmig")


def test_reports_alone_are_no_data(tmp_path: Path) -> None:
    (tmp_path / "report.json").touch()
    with pytest.raises(SpecificationError, match="holds no data sets"):
        find_targets(tmp_path, None, None, None)


@pytest.mark.parametrize(
    "states", list(itertools.permutations(["not-applicable", "not-run", "run"], 2))
)
def test_of_two_runs_of_a_rule_the_one_that_says_more_counts(states: tuple[str, str]) -> None:
    from validation.report.model import ReportInput, RuleStatus, RunState
    from workbench.validate.combined import combined

    order = ["not-applicable", "not-run", "run"]
    parts = [ReportInput(rules=(RuleStatus("R", status=RunState(state)),)) for state in states]
    (rule,) = combined(parts).rules
    assert rule.status == max(states, key=order.index)

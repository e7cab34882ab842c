"""`tracelock validate` on bad input: one clear finding each, and everything else still runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.workbench.conftest import Run
from transport import Dataset, VariableMeta, write_xpt

RULE = """\
Core: {{Id: {id}, Status: Published, Version: "1"}}
Rule Type: Record Data
Sensitivity: Record
Severity: blocks
Scope: {{Domains: {{Include: [DM]}}}}
Check:
  all:
    - {{name: SEX, operator: {operator}, value: '{value}'}}
Outcome: {{Message: SEX is not as it is., Hint: Correct it., Output Variables: [SEX]}}
"""


def xpt(folder: Path, name: str, columns: dict[str, list[str]], file: str = "") -> Path:
    frame = pd.DataFrame(columns)
    variables = tuple(VariableMeta(each, label=each, type="Char", length=200) for each in frame)
    path = folder / (file or f"{name.lower()}.xpt")
    write_xpt(Dataset(name, frame, variables, label=name), path)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a DM of two subjects, one of them of an unknown sex, and a rule about it."""
    folder = tmp_path / "data"
    folder.mkdir()
    xpt(folder, "DM", {"STUDYID": ["A", "A"], "USUBJID": ["S1", "S2"], "SEX": ["F", "X"]})
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "good.yml").write_text(RULE.format(id="GOOD", operator="equal_to", value="X"))
    return folder


def report(run: Run, data: Path, *words: Any) -> dict[str, Any]:
    """The report of a run that ended with findings (1), never with a crash."""
    out = data.parent / "out"
    result = run("validate", data, "--rules", data.parent / "rules", "--out", out, *words)
    assert "Traceback" not in result.output
    assert result.exit_code == 1, result.output
    read: dict[str, Any] = json.loads((out / "report.json").read_text("utf-8"))
    return read


def found(read: dict[str, Any]) -> set[tuple[str, str]]:
    return {(group["rule"], group["dataset"]) for group in read["groups"]}


def spoilt(folder: Path, content: bytes, file: str = "ae.xpt") -> None:
    (folder / file).write_bytes(content)


def test_a_truncated_file_is_one_finding_and_the_rest_is_checked(run: Run, data: Path) -> None:
    whole = xpt(data, "AE", {"STUDYID": ["A"] * 9, "USUBJID": ["S1"] * 9, "AETERM": ["x"] * 9})
    spoilt(data, whole.read_bytes()[:-700])

    groups = found(report(run, data))

    assert ("GOOD", "DM") in groups
    assert len({rule for rule, dataset in groups if rule.startswith("FILE")}) == 1


@pytest.mark.parametrize("content", [b"", b"no transport file" * 100, b"\x00" * 4000])
def test_a_corrupt_file_is_one_finding_and_the_rest_is_checked(
    run: Run, data: Path, content: bytes
) -> None:
    spoilt(data, content)

    groups = found(report(run, data))

    assert ("GOOD", "DM") in groups
    assert len([rule for rule, _ in groups if rule.startswith("FILE")]) == 1


def test_two_files_for_one_data_set_are_a_finding(run: Run, data: Path) -> None:
    xpt(data, "AE", {"STUDYID": ["A"], "USUBJID": ["S1"], "AETERM": ["x"]})
    xpt(data, "AE", {"STUDYID": ["A"], "USUBJID": ["S1"], "AETERM": ["y"]}, file="AE.xpt")

    groups = found(report(run, data))

    assert ("GOOD", "DM") in groups
    assert any(rule.startswith("FILE") for rule, _ in groups)


def test_a_data_set_with_another_name_than_its_file_is_a_finding(run: Run, data: Path) -> None:
    xpt(data, "AE", {"STUDYID": ["A"], "USUBJID": ["S1"], "AETERM": ["x"]}, file="cm.xpt")

    groups = found(report(run, data))

    assert ("GOOD", "DM") in groups
    assert any(rule.startswith("FILE") for rule, _ in groups)


def test_names_in_mixed_case_are_the_same_names(run: Run, data: Path) -> None:
    (data / "dm.xpt").rename(data / "Dm.XPT")

    assert ("GOOD", "DM") in found(report(run, data))


def test_a_rule_with_an_unknown_operator_is_not_run_and_named(run: Run, data: Path) -> None:
    bad = RULE.format(id="BAD", operator="is_rather_like", value="X")
    (data.parent / "rules" / "bad.yml").write_text(bad)

    read = report(run, data)

    (rule,) = [each for each in read["rules"] if each["id"] == "BAD"]
    assert rule["status"] == "not-run"
    assert "is_rather_like" in rule["reason"]
    assert ("GOOD", "DM") in found(read)


def test_a_rule_file_that_is_no_yaml_stops_no_other(run: Run, data: Path) -> None:
    (data.parent / "rules" / "bad.yml").write_text("Core: [")

    read = report(run, data)

    assert ("GOOD", "DM") in found(read)
    assert [each["status"] for each in read["rules"] if each["id"] == "bad"] == ["not-run"]


def test_a_regular_expression_that_never_ends_is_stopped(run: Run, data: Path) -> None:
    slow = {"STUDYID": ["A"], "USUBJID": ["S1"], "SEX": ["a" * 40 + "!"]}
    xpt(data, "DM", slow)
    (data.parent / "rules" / "good.yml").write_text(
        RULE.format(id="GOOD", operator="non_empty", value="")
    )
    (data.parent / "rules" / "slow.yml").write_text(
        RULE.format(id="SLOW", operator="matches_regex", value="^(a+)+$")
    )

    read = report(run, data)

    (rule,) = [each for each in read["rules"] if each["id"] == "SLOW"]
    assert rule["status"] in ("error", "not-run")
    assert ("GOOD", "DM") in found(read)


def test_text_in_a_number_of_a_csv_data_set_is_a_finding(run: Run, data: Path) -> None:
    (data / "dm.xpt").unlink()
    (data / "dm.csv").write_text("USUBJID,SEX,AGE\nS1,X,forty\n")
    (data / "_datasets.csv").write_text("Filename,Label\ndm.csv,Demographics\n")
    (data / "_variables.csv").write_text(
        "dataset,variable,label,type,length\ndm.csv,USUBJID,a,Char,9\n"
        "dm.csv,SEX,b,Char,9\ndm.csv,AGE,c,Num,8\n"
    )

    groups = found(report(run, data))

    assert ("GOOD", "DM") in groups
    assert ("FILE043", "DM") in groups


def test_a_folder_of_rules_of_which_none_runs_is_no_clean_report(run: Run, data: Path) -> None:
    rule = RULE.format(id="GOOD", operator="equal_to", value="X").replace("[DM]", "[LB]")
    (data.parent / "rules" / "good.yml").write_text(rule)

    result = run("validate", data, "--rules", data.parent / "rules")

    assert result.exit_code == 2

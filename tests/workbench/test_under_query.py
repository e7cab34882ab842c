"""Values under an open query in analyses: a haemoglobin of 1140 g/L, asked and not answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from specs import load_study
from tests.sdtm.small import files, write
from tests.workbench.conftest import Run
from transport import read_dataset
from validation.lock.freshness import adam_is_stale

HB = [{"A": "hb", "N": "114"}, {"SUBJID": "002", "A": "hb", "N": "1140"}]
CM = """\
  CMDOSE: {number: N}
  CMDOSTXT: A
checks:
  - {says: haemoglobin is not plausible, where: CMDOSE > 300, at: N}
"""
ADSL = """\
dataset: ADSL
label: Subject Level
class: subject-level
keys: [STUDYID, USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID]
"""
ADLB = """\
dataset: ADLB
label: Haemoglobin
class: basic-data-structure
keys: [STUDYID, USUBJID]
predecessors: [STUDYID, USUBJID]
records:
  from: CM
  variables:
    PARAMCD: {constant: HGB}
    PARAM: {constant: Haemoglobin (g/L)}
    value: CMDOSE
    AVAL: value
    times: {calculate: AVAL * 2}
    AVALC: {choose: [{is: HIGH, when: times > 400}, {is: NORMAL, when: AVAL is not missing}]}
"""


@pytest.fixture
def made(tmp_path: Path, run: Run) -> Any:
    def build(choice: str = "") -> tuple[Path, Any]:
        study = write(tmp_path / "study", files(CM, HB))
        write(study, {"adam/adsl.yaml": ADSL, "adam/adlb.yaml": ADLB})
        text = (study / "study.yaml").read_text("utf-8")
        (study / "study.yaml").write_text(text + choice, "utf-8")
        assert run("build", "sdtm", study).exit_code == 0
        result = run("build", "adam", study, "--format", "json")
        return study, json.loads(result.stdout)

    return build


def column(study: Path, name: str) -> list[Any]:
    frame = read_dataset(study / "build" / "adam" / "adlb.xpt").frame
    return [None if pd.isna(value) or value == "" else value for value in frame[name].tolist()]


def rules(told: Any) -> list[str]:
    return [one["rule"] for one in told["findings"] if one["rule"] in ("ADAM231", "ADAM232")]


def test_the_build_lists_the_values_that_are_asked_about(made: Any) -> None:
    study, _ = made()
    asked = pq.read_table(study / "build" / "lineage" / "asked.parquet").to_pylist()
    found = {(one["dataset"], one["record"], one["variable"]) for one in asked}
    assert found == {("CM", 2, "CMDOSE")}
    assert {one["rule"] for one in asked} == {"MAP340"}


def test_without_a_choice_they_are_listed_and_a_finding(made: Any) -> None:
    study, told = made()
    assert rules(told) == ["ADAM231"]
    text = next(one["message"] for one in told["findings"] if one["rule"] == "ADAM231")
    assert text == "1 records of ADLB rest on values under an open query: AVAL 1, AVALC 1"
    assert column(study, "AVAL") == [114, 1140]
    account = json.loads((study / "build" / "adam" / "adam_account.json").read_text("utf-8"))
    assert account["data_sets"]["ADLB"]["under_query"]["AVAL"] == {"records": 1, "first": [2]}


def test_a_flag_of_the_choice_of_the_study(made: Any) -> None:
    study, told = made("under-query: {flag: AQRYFL}\n")
    assert rules(told) == ["ADAM232"]
    assert column(study, "AQRYFL") == [None, "Y"]


def test_left_out_values_reach_nothing_that_is_made_of_them(made: Any) -> None:
    study, told = made("under-query: {leave-out: AVAL}\n")
    assert column(study, "AVAL") == [114, None]
    assert column(study, "AVALC") == ["NORMAL", None]
    assert "1 values of AVAL were left out" in str(told["findings"])


def test_analysis_data_follow_what_is_asked_though_no_value_changed(made: Any, run: Run) -> None:
    """A question that is answered lets its value back in, and the tabulation data stay as they
    are."""
    study, _ = made("under-query: {leave-out: AVAL}\n")
    build = study / "build"
    assert adam_is_stale(load_study(study), build) == ""
    path = build / "lineage" / "asked.parquet"
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    assert adam_is_stale(load_study(study), build) == "what the questions ask about has changed"
    run("build", "adam", study)
    assert column(study, "AVAL") == [114, 1140]
    assert adam_is_stale(load_study(study), build) == ""


def test_values_that_are_kept_say_why(made: Any) -> None:
    study, told = made("under-query: {keep: asked at the last visit}\n")
    assert rules(told) == ["ADAM232"]
    assert column(study, "AVAL") == [114, 1140]


def test_two_choices_are_refused(tmp_path: Path) -> None:
    study = write(tmp_path, files(CM, HB))
    text = (study / "study.yaml").read_text("utf-8")
    (study / "study.yaml").write_text(text + "under-query: {flag: A, keep: b}\n", "utf-8")
    from specs import SpecificationError

    with pytest.raises(SpecificationError, match="say one of"):
        load_study(study)

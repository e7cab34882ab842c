"""What surrounds the catalogue: data sets beside, problems of files, rows that are variables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from validation import Status, validate
from validation.report import build_report, report_input
from validation.report.counting.table import finding_table
from workbench.steps.explain import explain_code

ADSL = pd.DataFrame({"USUBJID": ["S1", "S9"]})
DM = pd.DataFrame({"USUBJID": ["S1"], "SEX": ["unknown"]})


def test_data_sets_beside_are_looked_into_and_not_checked() -> None:
    result = validate(
        {"ADSL": ADSL}, only=["TL-A-SUBJECT-NOT-IN-DM", "TL-T-SEX"], standard="adamig",
        version="1.3", beside={"DM": DM},
    )  # fmt: skip

    assert [(each.rule, each.dataset, each.record) for each in result] == [
        ("TL-A-SUBJECT-NOT-IN-DM", "ADSL", 2)
    ]
    assert {run.id: run.status for run in result.rules}["TL-T-SEX"] is Status.NOT_APPLICABLE
    assert result.datasets == {"ADSL": 2}


def test_a_data_set_that_is_checked_comes_before_one_beside_it() -> None:
    result = validate({"DM": DM}, only=["TL-T-SEX"], beside={"DM": DM.iloc[:0]})

    assert [each.record for each in result] == [1]


def test_problems_of_files_reach_the_report(tmp_path: Path) -> None:
    (tmp_path / "ae.xpt").write_bytes(b"no transport file")
    (tmp_path / "dm.csv").write_text("USUBJID,SEX\nS1,F\n")
    (tmp_path / "_datasets.csv").write_text("Filename,Label\ndm.csv,Demographics\n")
    (tmp_path / "_variables.csv").write_text(
        "dataset,variable,label,type,length\ndm.csv,USUBJID,a,Char,9\ndm.csv,SEX,b,Char,9\n"
    )

    given = report_input(validate(tmp_path, only=["TL-T-SEX"]))

    assert finding_table(given.findings)["rule"].tolist() == ["FILE010"]


def test_the_rows_of_a_rule_about_variables_are_no_records() -> None:
    vs = pd.DataFrame({"USUBJID": ["S1"], "VSTOOLONG": ["x"]})

    given = report_input(validate({"VS": vs}, only=["TL-S-VARIABLE-NAME"]))

    assert finding_table(given.findings)["record"].tolist() == [0]
    assert build_report(given).counts.total == 1


def test_a_rule_of_the_catalogue_is_explained() -> None:
    text = explain_code("tl-x-dth-ae")

    assert text.startswith("TL-X-DTH-AE")
    assert "AESTDTC" in text

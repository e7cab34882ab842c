"""Raw cells and specification lines from the lineage files of a build."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from specs.errors import SpecificationError
from specs.findings import Finding, RawCell, Severity, SpecPlace
from validation.report import ReportInput, RuleStatus, build_report

NUMBER = {"verb": "number", "spec": "sdtm/lb.yaml:7:3", "text": "result: x", "reads": []}
ASSIGN = {"verb": "assign", "spec": "sdtm/lb.yaml:9:5", "text": "result: y", "reads": ["RES"]}
STUDY_DAY = {"verb": "standard", "spec": "sdtm/lb.yaml:20:1", "reads": ["LBDTC"]}
WIDE = {"kind": "raw", "source": "a", "files": ["a1.xlsx", "a2.xlsx"], "cells": ["WBC", "HGB"]}
LONG = {"kind": "raw", "source": "b", "files": ["b.csv"], "cells": []}
DERIVED = {"kind": "derived", "source": "EX", "files": [], "cells": []}
RECIPES = {
    "LB": {
        "streams": [WIDE, LONG, DERIVED],
        "variables": {"LBORRES": {"0": NUMBER, "1": ASSIGN}, "LBDY": {"*": STUDY_DAY}},
    }
}


@pytest.fixture
def build(tmp_path):
    folder = tmp_path / "lineage"
    folder.mkdir()
    (folder / "recipes.json").write_text(json.dumps(RECIPES), "utf-8")
    columns = {
        "row": [4, 5, 12, 1],
        "stream": [0, 0, 1, 2],
        "file": [0, 1, 0, -1],
        "cell": [1, 0, -1, -1],
    }
    pq.write_table(pa.table(columns), folder / "lb.parquet")
    return tmp_path


def placed(build, *findings: Finding) -> dict[tuple[str, int | None], Finding]:
    report = build_report(ReportInput(findings, (RuleStatus("R"),)), build=build)
    return {(item.variable, item.record): item for item in report.findings()}


def lab(record: int | None, variable: str = "LBORRES", **more: object) -> Finding:
    return Finding("R", "m", Severity.BLOCKS, "LB", variable, record, **more)  # type: ignore[arg-type]


def test_a_record_of_a_wide_form_leads_to_its_file_row_and_column(build):
    found = placed(build, lab(1), lab(2))
    assert found["LBORRES", 1].raw == RawCell("a1.xlsx", 4, "HGB")
    assert found["LBORRES", 2].raw == RawCell("a2.xlsx", 5, "WBC")
    assert found["LBORRES", 1].spec == SpecPlace("sdtm/lb.yaml", 7, 3, "result: x", 0)


def test_each_stream_has_its_own_line(build):
    found = placed(build, lab(3))["LBORRES", 3]
    assert found.raw == RawCell("b.csv", 12, "RES")
    assert str(found.spec) == "sdtm/lb.yaml:9:5"


def test_a_standard_variable_leads_to_the_line_that_asks_for_it(build):
    assert str(placed(build, lab(1, "LBDY"))["LBDY", 1].spec) == "sdtm/lb.yaml:20:1"


def test_the_first_known_of_several_variables_counts(build):
    found = placed(build, lab(3, "LBXX, LBORRES"))
    assert found["LBXX, LBORRES", 3].raw == RawCell("b.csv", 12, "RES")


def test_a_derived_record_has_no_raw_cell(build):
    assert placed(build, lab(4))["LBORRES", 4].raw is None


def test_what_a_finding_knows_already_is_kept(build):
    known = RawCell("c.csv", 3, "X", "v")
    assert placed(build, lab(1, raw=known))["LBORRES", 1].raw == known


def test_findings_about_data_sets_and_other_data_sets_stay(build):
    other = Finding("R", "m", Severity.BLOCKS, "AE", "AETERM", 900)
    found = placed(build, lab(None), other)
    assert (found["LBORRES", None].raw, found["AETERM", 900].raw) == (None, None)


def test_a_build_without_lineage_changes_nothing(tmp_path):
    assert placed(tmp_path, lab(1))["LBORRES", 1].spec is None


def test_lineage_of_other_data_sets_is_refused(build):
    with pytest.raises(SpecificationError, match=r"VAL921 .* LB has 4 records in it, found 5"):
        placed(build, lab(5))


@pytest.mark.parametrize("content", ["{", '{"LB": {}}', '{"LB": 1}'])
def test_corrupt_lineage_is_refused(build, content):
    (build / "lineage" / "recipes.json").write_text(content)
    with pytest.raises(SpecificationError, match="VAL921"):
        placed(build, lab(1))


@pytest.mark.parametrize(
    ("text", "reads", "column"),
    [
        ("LBORRES: {value: RESULT, range: RANGE, sex: DM.SEX}", "DM.SEX RANGE RESULT", "RESULT"),
        ("LBORRES: RES", "RES RESULT", "RES"),
        ("LBORRES: {function: scale}", "RES", "RES"),
        ("LBORRES: {value: DM.SEX}", "DM.SEX", ""),
        ("LBORRES: {constant: x}", "", ""),
    ],
)  # fmt: skip
def test_the_raw_column_is_the_one_that_the_line_reads_first(build, text, reads, column):
    line = {"verb": "value", "spec": "sdtm/lb.yaml:69:12", "text": text, "reads": reads.split()}
    recipe = {"streams": [LONG], "variables": {"LBORRES": {"0": line}}}
    (build / "lineage/recipes.json").write_text(json.dumps({"LB": recipe}), "utf-8")
    table = {"row": [12], "stream": [0], "file": [0], "cell": [-1]}
    pq.write_table(pa.table(table), build / "lineage/lb.parquet")
    assert placed(build, lab(1))["LBORRES", 1].raw == RawCell("b.csv", 12, column)

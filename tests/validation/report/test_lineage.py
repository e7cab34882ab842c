"""Raw cells and specification lines from the lineage files of a build."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from specs.account import (
    DataSetAccount,
    LineAccount,
    PartAccount,
    VariableAccount,
    write_accounts,
)
from specs.errors import SpecificationError
from specs.findings import Finding, RawCell, Severity, SpecPlace
from validation.report import ReportInput, RuleStatus, build_report

NUMBER = LineAccount("number", "sdtm/lb.yaml:7:3", "result: x")
ASSIGN = LineAccount("assign", "sdtm/lb.yaml:9:5", "result: y", reads=("DM.SEX", "raw.RES"))
STUDY_DAY = LineAccount("study-day", "sdtm/lb.yaml:20:1", reads=("LBDTC",))
WIDE = PartAccount("0", "raw", "a", ("a1.xlsx", "a2.xlsx"), ("WBC", "HGB"))
LONG = PartAccount("1", "raw", "b", ("b.csv",))
DERIVED = PartAccount("2", "derived", "EX")
VARIABLES = {
    "LBORRES": VariableAccount("text", {"0": NUMBER, "1": ASSIGN}),
    "LBDY": VariableAccount("number", {"*": STUDY_DAY}),
}
LB = DataSetAccount("LB", parts=(WIDE, LONG, DERIVED), variables=VARIABLES)


@pytest.fixture
def build(tmp_path):
    folder = tmp_path / "lineage"
    folder.mkdir()
    write_accounts({"LB": LB}, folder)
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


@pytest.mark.parametrize(
    "content", ["{", '{"LB": {}}', '{"schema": "tracelock-account/1", "data_sets": {"LB": 1}}']
)
def test_corrupt_lineage_is_refused(build, content):
    (build / "lineage" / "account.json").write_text(content)
    with pytest.raises(SpecificationError, match="VAL921"):
        placed(build, lab(1))


def test_lineage_of_fewer_parts_is_refused(build):
    write_accounts({"LB": replace(LB, parts=(WIDE,))}, build / "lineage")
    with pytest.raises(SpecificationError, match="VAL921"):
        placed(build, lab(3))


@pytest.mark.parametrize(
    ("reads", "column"),
    [("DM.SEX raw.RESULT raw.RANGE", "RESULT"), ("raw.RES", "RES"), ("DM.SEX LBDY", ""), ("", "")],
)
def test_the_raw_column_is_the_one_that_the_line_reads_first(build, reads, column):
    line = LineAccount("value", "sdtm/lb.yaml:69:12", reads=tuple(reads.split()))
    part = DataSetAccount(
        "LB", parts=(LONG,), variables={"LBORRES": VariableAccount("text", {"1": line})}
    )
    write_accounts({"LB": part}, build / "lineage")
    pq.write_table(pa.table({"row": [12]}), build / "lineage/lb.parquet")
    assert placed(build, lab(1))["LBORRES", 1].raw == RawCell("b.csv", 12, column)


def test_analysis_data_has_the_line_of_its_table_and_no_raw_cell(build):
    lines = {
        "A": LineAccount("flag", "adam/adrs.yaml:5:3"),
        "B": LineAccount("take", "adam/adrs.yaml:9:3"),
    }
    parts = (PartAccount("A", "table", "RS"), PartAccount("B", "table", "RS"))
    adrs = DataSetAccount("ADRS", parts=parts, variables={"AVALC": VariableAccount("text", lines)})
    folder = build / "adam" / "lineage"
    write_accounts({"ADRS": adrs}, folder)
    pq.write_table(pa.table({"from:RS": [4, 2], "table": [1, 2]}), folder / "adrs.parquet")
    found = placed(build, *(Finding("R", "m", Severity.BLOCKS, "ADRS", "AVALC", n) for n in (1, 2)))
    assert [str(found["AVALC", n].spec) for n in (1, 2)] == [
        "adam/adrs.yaml:5:3",
        "adam/adrs.yaml:9:3",
    ]
    assert {one.raw for one in found.values()} == {None}

"""Values of other data sets, tables and raw sources, in small studies."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs import Finding
from tests.sdtm.small import DM, build, cm, cm_findings, cm_problem, files, problems, texts

CM_ROWS = [
    {"A": "2020-03-05", "B": "x"},
    {"A": "2020-02-01", "B": "y"},
    {"A": "2020-04", "B": "z"},
    {"SUBJID": "002", "A": "2021-01-01T10:00", "B": "x"},
    {"SUBJID": "002", "A": "2021-02-01", "B": "y"},
]
LINES = "  CMSTDTC: {date: A, format: iso}\n  CMDOSTXT: B\n"


def dm(folder: Path, line: str, variable: str = "RFENDTC") -> list[str]:
    contents = files(LINES, CM_ROWS)
    contents["sdtm/dm.yaml"] = DM + f"  {variable}: {line}\n"
    return texts(build(folder, contents), "DM", variable)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{first: CM.CMSTDTC}", ["2020-02-01", "2021-01-01T10:00"]),
        ("{last: CM.CMSTDTC}", ["2020-04", "2021-02-01"]),
        ('{first: CM.CMSTDTC, where: CMDOSTXT == "x"}', ["2020-03-05", "2021-01-01T10:00"]),
        ("{last: [CM.CMSTDTC, RFICDTC]}", ["2020-04", "2021-02-01"]),
        ("{first: [CM.CMSTDTC, RFICDTC]}", ["2020-02-01", "2020-07-15"]),
        ("{nearest: CM.CMSTDTC, at: CMSTDTC, on-or-before: RFICDTC}", ["2020-02-01", ""]),
        ("{last: CM.CMSTDTC, on: study}", ["2021-02-01"] * 2),
        ('{first: CM.CMSTDTC, when: SEX == "M"}', ["2020-02-01", ""]),
    ],
)
def test_dates_of_another_data_set(tmp_path: Path, line: str, expected: list[str]) -> None:
    assert dm(tmp_path, line) == expected


def test_another_variable_of_the_first_record(tmp_path: Path) -> None:
    assert dm(tmp_path, "{first: CM.CMDOSTXT, by: CMSTDTC}", "ARMCD") == ["y", "x"]


def test_text_without_an_order_is_refused(tmp_path: Path) -> None:
    assert problem(tmp_path, "{last: CM.CMDOSTXT}").rule == "SPEC131"


def problem(folder: Path, line: str) -> Finding:
    contents = files(LINES, CM_ROWS)
    contents["sdtm/dm.yaml"] = DM + f"  RFENDTC: {line}\n"
    return problems(folder, contents)[0]


@pytest.mark.parametrize(
    "line",
    [
        "{first: ZZ.ZZSTDTC}",
        "{first: CM.CMSTDT}",
        "{first: CM.CMSTDTC, where: NOPE == 1}",
        "{first: CM.CMSTDTC, on: [NOPE]}",
    ],
)
def test_names_that_are_nothing_are_refused_before_a_row_is_read(tmp_path: Path, line: str) -> None:
    found = problem(tmp_path, line)
    assert found.rule in ("SPEC117", "SPEC131")
    assert str(found.spec).startswith("sdtm/dm.yaml:13:")


def test_several_records_of_a_subject_are_not_one_value(tmp_path: Path) -> None:
    contents = files(LINES, CM_ROWS)
    contents["sdtm/dm.yaml"] = DM + "  RFENDTC: CM.CMSTDTC\n"
    built = build(tmp_path, contents)
    assert "DM" in built.failed
    assert {f.rule for f in built.findings if f.dataset == "DM"} == {"MAP317"}


def test_one_value_per_subject_of_another_data_set(tmp_path: Path) -> None:
    rows = [{}, {"SUBJID": "002"}, {"SUBJID": "009"}]
    assert cm(tmp_path, "CMDOSTXT: DM.SEX", rows, "CMDOSTXT") == ["M", "F", ""]


def test_a_subject_that_dm_does_not_have_is_asked_about_once(tmp_path: Path) -> None:
    rows = [{}, {"SUBJID": "009"}, {"SUBJID": "009"}]
    _, found = cm_findings(tmp_path, "CMDOSTXT: A", [{**row, "A": "x"} for row in rows], "MAP336")
    assert [f.raw.row for f in found if f.raw] == [3]


TABLE = "code,name,kind\na1,one,1\na2,two,1\na2,zwei,2\n"


def look_up(folder: Path, line: str, *values: str) -> list[str]:
    contents = {
        **files(f"  CMDOSTXT: {line}\n", [{"A": v} for v in values]),
        "sdtm/codes.csv": TABLE,
    }
    built = build(folder, contents)
    assert built.failed == {}
    return texts(built, "CM", "CMDOSTXT")


@pytest.mark.parametrize(("take", "expected"), [("first", "two"), ("last", "zwei")])
def test_a_table_of_the_study_by_its_stem(tmp_path: Path, take: str, expected: str) -> None:
    line = f"{{from: codes.name, on: {{code: A}}, take: {take}, by: kind}}"
    assert look_up(tmp_path, line, "a1", "a2", "") == ["one", expected, ""]


def test_a_raw_source(tmp_path: Path) -> None:
    line = "CMDOSTXT: {from: dm.SEX, on: [SUBJID], unmatched: blank}"
    rows = [{}, {"SUBJID": "002"}, {"SUBJID": "9"}]
    assert cm(tmp_path, line, rows, "CMDOSTXT") == ["M", "F", ""]


def test_a_raw_source_by_subject(tmp_path: Path) -> None:
    rows = [{}, {"SUBJID": "002"}]
    contents = files("  CMDOSTXT: forms.NOTE\n", rows)
    contents["study.yaml"] += "  forms: {file: forms.csv}\n"
    contents["raw/forms.csv"] = "SUBJID,NOTE\n002,seen\n"
    assert texts(build(tmp_path, contents), "CM", "CMDOSTXT") == ["", "seen"]


@pytest.mark.parametrize(
    ("answer", "failed", "count"), [("error", ["CM"], 1), ("query", [], 1), ("blank", [], 0)]
)
def test_unmatched(tmp_path: Path, answer: str, failed: list[str], count: int) -> None:
    line = f"CMDOSTXT: {{from: dm.SEX, on: [SUBJID], unmatched: {answer}}}"
    found = cm_findings(tmp_path, line, [{}, {"SUBJID": "9"}], "MAP305")
    assert found[0] == failed
    assert len(found[1]) == count


def test_a_working_table_reads_the_dates_of_a_raw_source(tmp_path: Path) -> None:
    """ALT of 2024-01-15 has the range in force then, however its date is written."""
    lines = (
        "  CMSTDTC: {date: A, format: iso}\n"
        "  CMDOSTXT: {nearest: ranges.RANGE, on: {TEST: B}, at: since, on-or-before: CMSTDTC}\n"
        "tables:\n"
        "  ranges: {source: ranges, variables: {since: {datetime: SINCE, format: DD-MON-YYYY}}}\n"
    ).replace("ranges: {source: ranges", "ranges: {source: lab")
    contents = files(lines, [{"A": "2024-01-15", "B": "ALT"}, {"A": "2024-03-01", "B": "ALT"}])
    contents["study.yaml"] += "  lab: {file: lab.csv}\n"
    contents["raw/lab.csv"] = "TEST,SINCE,RANGE\nALT,01-JAN-2023,0-40\nALT,15-FEB-2024,0-60\n"
    assert texts(build(tmp_path, contents), "CM", "CMDOSTXT") == ["0-40", "0-60"]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("{from: nope.name, on: [A]}", "SPEC117"),
        ("{from: dm.SEX, on: [SUBJID], take: any}", "SPEC105"),
        ("{look-up: dm, on: [SUBJID], take: SEX}", "SPEC111"),
    ],
)
def test_look_ups_that_are_refused(tmp_path: Path, line: str, rule: str) -> None:
    found = cm_problem(tmp_path, f"CMDOSTXT: {line}")
    assert (found.rule, found.spec and found.spec.line) == (rule, 7)


def test_a_name_that_is_two_things_is_refused(tmp_path: Path) -> None:
    contents = files(
        "  CMDOSTXT: {from: dm.SEX, on: [SUBJID]}\n", **{"sdtm/dm.csv": "SUBJID,SEX\n"}
    )
    (found,) = problems(tmp_path, contents)
    assert (found.rule, found.message) == ("SPEC120", "'dm' is a table and a raw source")

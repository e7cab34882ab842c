"""``first``, ``last``, ``count`` and ``look-up``: values from other data sets, tables, sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs import Finding
from tests.sdtm.small import DM, build, cm, cm_findings, cm_problem, files, problems, texts

CM_ROWS = [
    {"A": "2020-03-05", "B": "x"},
    {"A": "2020-02-01", "B": "y"},
    {"A": "2020-02", "B": "z"},
    {"SUBJID": "002", "A": "2021-01-01T10:00", "B": "x"},
    {"SUBJID": "002", "A": "2021-01-01", "B": "y"},
]
LINES = "  CMSTDTC: A\n  CMDOSTXT: B\n"


def dm(folder: Path, line: str, **more: str) -> list[str]:
    contents = {**files(LINES, CM_ROWS), **more}
    contents["sdtm/dm.yaml"] = DM + f"  RFENDTC: {line}\n"
    return texts(build(folder, contents), "DM", "RFENDTC")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{first: CM.CMSTDTC}", ["2020-02-01", "2021-01-01T10:00"]),
        ("{last: CM.CMSTDTC}", ["2020-03-05", "2021-01-01T10:00"]),
        ('{first: CM.CMSTDTC, of: CMDOSTXT == "x"}', ["2020-03-05", "2021-01-01T10:00"]),
        ('{first: CM.CMSTDTC, of: CM.CMDOSTXT == "z"}', ["2020-02", ""]),
        ("{first: CM.CMSTDTC, take: CM.CMDOSTXT}", ["y", "x"]),
        ("{last: CM.CMSTDTC, take: CMDOSTXT}", ["x", "x"]),
        ("{first: CM.CMSTDTC, plus: 3}", ["2020-02-04", "2021-01-04"]),
        ("{last: [CM.CMSTDTC, RFICDTC]}", ["2020-03-05", "2021-01-01T10:00"]),
        ("{first: [CM.CMSTDTC, RFICDTC]}", ["2020-02-01", "2020-07-15"]),
        ("{first: CM.CMSTDTC, not-before: RFICDTC}", ["2020-02", "2021-01-01T10:00"]),
        ("{last: CM.CMSTDTC, not-after: RFICDTC}", ["2020-02-01", ""]),
        ("{last: CM.CMSTDTC, not-after: RFICDTC, plus: 1}", ["2020-02-02", ""]),
        ("{last: CM.CMSTDTC, over: study}", ["2021-01-01T10:00"] * 2),
        ('{first: CM.CMSTDTC, where: SEX == "M"}', ["2020-02-01", ""]),
    ],
)
def test_first_and_last(tmp_path: Path, line: str, expected: list[str]) -> None:
    assert dm(tmp_path, line) == expected


def test_by_a_further_key(tmp_path: Path) -> None:
    rows = [
        {"A": "x", "D": "2020-01-01"},
        {"A": "y", "D": "2020-01-02"},
        {"A": "x", "D": "2020-01-03"},
    ]
    lines = "CMDOSTXT: A\nCMENDTC: D\nCMSTDTC: {last: CM.CMENDTC, on: [CMDOSTXT]}"
    assert cm(tmp_path, lines, rows, "CMSTDTC") == ["2020-01-03", "2020-01-02", "2020-01-03"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{count: CM.CMSTDTC}", ["5", "5"]),
        ('{count: CM.CMSTDTC, of: CMDOSTXT == "x"}', ["2", "2"]),
        ("{count: CM.CMSTDTC, over: subject}", ["3", "2"]),
        ('{count: CM.CMSTDTC, over: subject, of: CMDOSTXT == "z"}', ["1", "0"]),
    ],
)
def test_count(tmp_path: Path, line: str, expected: list[str]) -> None:
    assert dm(tmp_path, line) == expected


def problem(folder: Path, line: str) -> Finding:
    contents = files(LINES, CM_ROWS)
    contents["sdtm/dm.yaml"] = DM + f"  RFENDTC: {line}\n"
    return problems(folder, contents)[0]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("{first: ZZ.ZZSTDTC}", "SPEC117"),
        ("{first: CM.CMSTDT}", "SPEC117"),
        ("{first: CM.CMSTDTC, take: CM.NOPE}", "SPEC117"),
        ("{first: CM.CMSTDTC, of: NOPE == 1}", "SPEC117"),
        ("{count: CM.NOPE}", "SPEC117"),
        ("{from: CM.CMSTDTC}", "MAP317"),
        ("{first: CM.CMSTDTC, on: [NOPE]}", "SPEC117"),
        ("{first: CM.CMSTDTC, not-after: NOPE}", "SPEC114"),
    ],
)
def test_refused(tmp_path: Path, line: str, rule: str) -> None:
    found = problem(tmp_path, line)
    assert found.rule == rule
    assert str(found.spec).startswith("sdtm/dm.yaml:12:")


def test_one_value_per_subject_of_another_data_set(tmp_path: Path) -> None:
    rows = [{}, {"SUBJID": "002"}, {"SUBJID": "009"}]
    assert cm(tmp_path, "CMDOSTXT: DM.SEX", rows, "CMDOSTXT") == ["M", "F", ""]


# look-up

TABLE = "code,name,kind\n1,one,a\n2,two,a\n2,zwei,b\n"


def look_up(folder: Path, line: str, *values: str) -> list[str]:
    contents = {
        **files(f"  CMDOSTXT: {line}\n", [{"A": v} for v in values]),
        "sdtm/codes.csv": TABLE,
    }
    built = build(folder, contents)
    assert built.failed == {}
    return texts(built, "CM", "CMDOSTXT")


def test_look_up_in_a_table(tmp_path: Path) -> None:
    line = "{look-up: codes.csv, on: {code: A}, take: name, several: first}"
    assert look_up(tmp_path, line, "1", "2", "") == ["one", "two", ""]


@pytest.mark.parametrize(
    ("several", "expected"),
    [("first", "two"), ("last", "zwei"), ("first by kind", "two"), ("last by kind", "zwei")],
)
def test_several(tmp_path: Path, several: str, expected: str) -> None:
    line = f"{{look-up: codes.csv, on: {{code: A}}, take: name, several: {several}}}"
    assert look_up(tmp_path, line, "2") == [expected]


def test_look_up_in_a_source(tmp_path: Path) -> None:
    line = "CMDOSTXT: {look-up: dm, on: [SUBJID], take: SEX, unmatched: blank}"
    assert cm(tmp_path, line, [{}, {"SUBJID": "002"}, {"SUBJID": "9"}], "CMDOSTXT") == [
        "M",
        "F",
        "",
    ]


@pytest.mark.parametrize(
    ("answer", "failed", "count"), [("error", ["CM"], 1), ("query", [], 1), ("blank", [], 0)]
)
def test_unmatched(tmp_path: Path, answer: str, failed: list[str], count: int) -> None:
    line = f"CMDOSTXT: {{look-up: dm, on: [SUBJID], take: SEX, unmatched: {answer}}}"
    found = cm_findings(tmp_path, line, [{}, {"SUBJID": "9"}], "MAP305")
    assert found[0] == failed
    assert len(found[1]) == count


def test_several_matches_without_an_answer_fail(tmp_path: Path) -> None:
    contents = {
        **files("  CMDOSTXT: {look-up: codes.csv, on: {code: A}, take: name}\n", [{"A": "2"}]),
        "sdtm/codes.csv": TABLE,
    }
    built = build(tmp_path, contents)
    assert sorted(built.failed) == ["CM"]
    assert [f.message for f in built.findings if f.rule == "MAP304"] == [
        "several rows of 'codes.csv' match"
    ]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("{look-up: nope.csv, on: [A], take: name}", "SPEC107"),
        ("{look-up: dm, on: [NOPE], take: SEX}", "SPEC114"),
        ("{look-up: dm, on: {NOPE: A}, take: SEX}", "SPEC114"),
        ("{look-up: dm, on: [SUBJID], take: NOPE}", "SPEC114"),
        ("{look-up: dm, on: [SUBJID], take: SEX, several: any}", "SPEC105"),
        ("{look-up: dm, on: [SUBJID], take: SEX, several: first by NOPE}", "SPEC114"),
        ("{look-up: dm, on: [], take: SEX}", "SPEC105"),
        ("{look-up: dm, on: [SUBJID]}", "SPEC105"),
    ],
)
def test_look_up_refuses(tmp_path: Path, line: str, rule: str) -> None:
    found = cm_problem(tmp_path, f"CMDOSTXT: {line}")
    assert (found.rule, found.spec and found.spec.line) == (rule, 7)

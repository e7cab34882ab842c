"""Entries of maps and rows of test tables that can never be used are told by the check."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdtm.planning.lint import check_sdtm
from specs import load_study
from tests.sdtm.small import STUDY, files, write


def told(folder: Path, lines: str = "", **more: str) -> list[tuple[str, str, int]]:
    row = {"A": "x", "SYS": "120", "DIA": "80"}
    found = check_sdtm(load_study(write(folder, files(lines, [row], **more))))
    return [
        (f.rule, f.spec.file if f.spec else "", f.spec.line if f.spec else 0)
        for f in found
        if f.rule == "SPEC141"
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("maps:\n  m:\n    values:\n      A: [x, y]\n      B: z\n", []),
        ("maps:\n  m:\n    values:\n      A: [x, x]\n", [4]),
        ("maps:\n  m:\n    values:\n      A: [Ⅱ, II]\n", [4]),
        ("maps:\n  m:\n    values:\n      A: [x, X]\n", []),
        ("maps:\n  m:\n    ignore-case: true\n    values:\n      A: [x, X]\n", [5]),
        ("maps:\n  m:\n    values:\n      A: [x, A]\n", []),
    ],
)
def test_spellings_of_a_map(tmp_path: Path, text: str, lines: list[int]) -> None:
    line = "  CMOCCUR: {from: A, map: m, unmapped: blank}\n"
    found = told(tmp_path, line, **{"codelists.yaml": text})
    assert found == [("SPEC141", "codelists.yaml", number) for number in lines]


def test_spellings_of_a_map_in_a_file(tmp_path: Path) -> None:
    more = {
        "codelists.yaml": "maps:\n  m: {values: {A: x}, file: m.csv}\n",
        "m.csv": "raw,value\ny,B\nｘ,A\n",
    }
    line = "  CMOCCUR: {from: A, map: m, unmapped: blank}\n"
    assert told(tmp_path, line, **more) == [("SPEC141", "m.csv", 3)]


def test_spellings_of_a_map_in_a_line(tmp_path: Path) -> None:
    line = "  CMOCCUR: {from: A, map: {Y: [x, ｘ]}, unmapped: blank}\n"
    assert told(tmp_path, line) == [("SPEC141", "sdtm/cm.yaml", 7)]


VS = (
    "domain: VS\nkeys: [VSTESTCD]\ntests: vs_tests.csv\n"
    "records: {source: cm, unpivot: [SYS, DIA]}\n"
    "variables: {VSORRES: {result: RESULT}}\n"
)
TESTS = "raw,VSTESTCD,VSTEST,VSSTRESU\nSYS,SYSBP,Systolic Blood Pressure,mmHg\n"
TESTS += "DIA,DIABP,Diastolic Blood Pressure,mmHg\n"


@pytest.mark.parametrize("raw", ["PULS", "SUBJID"])
def test_a_row_of_a_test_table_without_a_column(tmp_path: Path, raw: str) -> None:
    more = {"study.yaml": STUDY, "sdtm/vs.yaml": VS}
    assert told(tmp_path, **more, **{"sdtm/vs_tests.csv": TESTS}) == []
    row = f"{raw},HR,Heart Rate,beats/min\n"
    found = told(tmp_path, **more, **{"sdtm/vs_tests.csv": TESTS + row})
    assert found == [("SPEC141", "sdtm/vs_tests.csv", 4)]


def test_a_row_that_a_column_of_tests_may_name_is_data(tmp_path: Path) -> None:
    text = VS.replace("unpivot: [SYS, DIA]", "test: A").replace("RESULT", "SYS")
    text = text.replace("test: A", "test: A, unmapped: query")
    more = {"sdtm/vs.yaml": text, "sdtm/vs_tests.csv": TESTS}
    assert told(tmp_path, **more) == []

"""Why not: events that were asked before, and the condition that kept each record from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workbench.conftest import Run
from workbench.explain.negative import _failed

ADSL = """\
dataset: ADSL
label: Subject-Level Analysis Dataset
class: subject-level
structure: one record per subject
keys: [STUDYID, USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID, SUBJID, SEX]
variables:
  SAFFL: {flag: SUBJID is not missing, label: Safety Population Flag}
  WOMFL: {flag: SEX == "F" and SUBJID is not missing, else: {constant: "N"}, label: Women Flag}
"""
ADX = """\
dataset: ADX
label: Medication of the Subject
class: basic-data-structure
structure: one record per subject per parameter
keys: [STUDYID, USUBJID, PARAMCD, CMSEQ]
predecessors: [STUDYID, USUBJID, CMSEQ, CMTRT]
tables:
  counted: {from: taken, where: AVALC != "WATER"}
records:
  taken:
    from: CM
    variables: {PARAMCD: {constant: TAKEN}, AVALC: CMTRT}
  ever:
    from: ADSL
    events:
      - {from: counted, where: AVALC == "GOLD", by: [CMSEQ], set: {AVALC: {constant: "Y"}}}
      - {set: {AVALC: {constant: "N"}}}
    variables: {PARAMCD: {constant: EVER}}
variables:
  PARAM: {from: PARAMCD, map: {Taken: TAKEN, Gold: EVER}}
"""


@pytest.fixture
def built(study: Path, run: Run) -> Path:
    (study / "adam").mkdir()
    (study / "adam" / "adsl.yaml").write_text(ADSL)
    (study / "adam" / "adx.yaml").write_text(ADX)
    assert run("build", "sdtm", study).exit_code == 0
    done = run("build", "adam", study)
    assert (study / "build" / "adam" / "adx.xpt").is_file(), done.output
    return study


def test_a_no_names_the_records_that_were_asked_and_their_source(built: Path, run: Run) -> None:
    said = run("explain", built, "ADX", "001", "PARAMCD=EVER", "AVALC").output
    assert 'no record of counted (AVALC != "WATER" and AVALC == "GOLD")' in said
    assert 'not AVALC == "GOLD": AVALC is "' in said
    assert "CM S1-001 CMSEQ=1  CMTRT = SOMETHING" in said


def test_a_flag_that_is_not_set_names_what_does_not_hold(built: Path, run: Run) -> None:
    said = run("explain", built, "ADSL", "001", "WOMFL").output
    assert 'not set: not SEX == "F": SEX is "M"' in said


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ('A == "x"', []),
        ('A != "x"', ['not A != "x": A is "x"']),
        ("N > 3 and N <= 5", []),
        ("N > 5", ["not N > 5: N is 4"]),
        ('A in ["y"] or N == 5', ['not (A in ["y"] or N == 5): A is "x", N is 4']),
        ("B is not missing", ["not B is not missing: B is missing"]),
        ("not (N == 4)", ["not not N == 4: N is 4"]),
        ("B == 4", ["not B == 4: B is missing"]),
        ('A contains "y"', ['not A contains "y": A is "x"']),
        ("Z > 1", ["not Z > 1 (Z is not published)"]),
        ('Z > 1 and A == "y"', ['not A == "y": A is "x"']),
    ],
)
def test_the_parts_that_do_not_hold_are_told(condition: str, said: list[str]) -> None:
    values = {"A": "x", "N": 4.0, "B": None}
    assert _failed([("f:1:1", condition)], values.__getitem__) == said

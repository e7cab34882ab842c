"""Filters and links: a row that nobody can place, a link to nothing, a subject that DM lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs import Finding, Severity
from tests.sdtm.small import STUDY, build, files

CM = (
    "domain: CM\nkeys: [CMSPID]\nrecords: {source: cm, where: 'WHERE'}\n"
    "variables: {CMSPID: ROW, CMTRT: {constant: X}}\n"
)
ROWS = [
    {"A": "x", "B": "1"},
    {"A": "", "B": "1"},
    {"A": "x", "B": ""},
    {"A": "y", "B": ""},
    {"A": "", "B": ""},
]


def left_out(folder: Path, condition: str) -> list[tuple[int, str]]:
    """The rows that a filter leaves out because of a blank, each with the column."""
    built = build(folder, files("", ROWS, **{"sdtm/cm.yaml": CM.replace("WHERE", condition)}))
    assert built.failed == {}
    found = [f for f in built.findings if f.rule == "MAP356"]
    assert all(f.severity is Severity.EXPLAIN for f in found)
    return sorted((f.raw.row, f.raw.column) for f in found if f.raw is not None)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('A == "x"', [(3, "A"), (6, "A")]),
        ('A != "x"', [(3, "A"), (6, "A")]),
        ('A in ["x", "y"]', [(3, "A"), (6, "A")]),
        ('A == "x" and B == "1"', [(3, "A"), (4, "B"), (6, "A")]),
        ('A == "x" or B == "1"', [(5, "B"), (6, "A")]),
        ('A is not missing and A == "x"', []),
        ('A is missing or A == "y"', []),
        ("A is not missing", []),
        ('not (A == "x" or A is missing)', []),
        ('A == "x" and B is missing', [(6, "A")]),
    ],
)
def test_a_row_that_a_blank_leaves_out_is_asked(
    tmp_path: Path, condition: str, expected: list[tuple[int, str]]
) -> None:
    assert left_out(tmp_path, condition) == expected


AE = (
    "domain: AE\nkeys: [AESPID]\nrecords: {source: ae}\n"
    "variables: {AESPID: NO, AETERM: TERM, AEDECOD: TERM}\n"
)
AE_CSV = "SUBJID,NO,TERM\n001,1,Nausea\n001,2,Rash\n009,5,Fever\n"
LINKS = [
    {"AENO": "1"},
    {"AENO": "7"},
    {"AENO": "1;2"},
    {"AENO": ""},
    {"AENO": "1", "SUBJID": "002"},
]
LINKED = "supplemental:\n  CMAENO: {label: Adverse Event Number, from: AENO}\nrelations:\n  - "


def related(folder: Path, relation: str) -> list[Finding]:
    more = {
        "study.yaml": STUDY + "  ae: {file: ae.csv}\n",
        "sdtm/ae.yaml": AE,
        "raw/ae.csv": AE_CSV,
    }
    built = build(folder, files(f"{LINKED}{relation}\n", LINKS, **more))
    assert built.failed == {}
    return built.findings


@pytest.mark.parametrize(
    "relation",
    [
        "{to: AE, on: {CMAENO: AESPID}}",
        "{to: AE, on: {CMAENO: AESPID}, one-to: MANY, to-many: ONE}",
    ],
)
def test_a_link_to_nothing_is_asked_with_its_cell(tmp_path: Path, relation: str) -> None:
    found = [f for f in related(tmp_path, relation) if f.rule == "MAP322"]
    cells = {(f.raw.row, f.raw.column, f.value) for f in found if f.raw is not None}
    assert cells == {(3, "AENO", "7"), (4, "AENO", "1;2"), (6, "AENO", "1")}
    assert ["several records" in f.hint for f in found] == [f.value == "1;2" for f in found]


def test_unless_the_line_says_otherwise(tmp_path: Path) -> None:
    relation = "{to: AE, on: {CMAENO: AESPID}, unmatched: blank}"
    assert [f for f in related(tmp_path, relation) if f.rule == "MAP322"] == []


def test_a_subject_that_dm_does_not_have_is_asked(tmp_path: Path) -> None:
    found = [f for f in related(tmp_path, "{to: AE, on: {CMAENO: AESPID}}") if f.rule == "MAP336"]
    assert [(f.dataset, f.key) for f in found] == [("AE", (("USUBJID", "S1-009"),))]

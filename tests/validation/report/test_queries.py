"""The queries workbook, read with another reader."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from specs.findings import Finding, RawCell, Severity
from tests.validation.report.conftest import lab
from validation.report import write_queries
from validation.report.queries import queries_of

FINDINGS = [
    lab("S1-002", 30, "=1+1", details={"site": "01", "done": "LBORRESU left empty"}),
    lab("S1-001", 9, "mg\x07dL", details={"site": "02"}),
    lab("S1-001", 10, "mmol/L", severity=Severity.EXPLAIN, details={"site": "02"}),
    Finding(
        "VAL902",
        "review passed",
        Severity.BLOCKS,
        dataset="AE",
        variable="AETERM",
        record=4,
        value="x",
    ),
]


@pytest.fixture
def rows(tmp_path) -> list[dict[str, object]]:
    assert write_queries(FINDINGS, tmp_path / "q.xlsx", study="S1", label="cut 2") == 4
    book = CalamineWorkbook.from_path(tmp_path / "q.xlsx")
    assert book.sheet_names == ["Summary", "Queries", "By rule"]
    head, *body = book.get_sheet_by_name("Queries").to_python()
    return [dict(zip(head, row, strict=True)) for row in body]


def test_queries_go_by_site_subject_form_and_row(rows):
    assert [(row["Site"], row["Subject"], row["Row"]) for row in rows] == [
        ("(not known)", "", 4),
        ("01", "S1-002", 33),
        ("02", "S1-001", 12),
        ("02", "S1-001", 13),
    ]


def test_a_query_says_what_and_where(rows):
    row = rows[1]
    del row["ID"]
    assert row == {
        "No.": 2, "Severity": "blocks", "Site": "01", "Subject": "S1-002",
        "Form / file": "lab/a.xlsx", "Row": 33, "Column": "结果", "The export says": "=1+1",
        "What is odd": "Unit differs within a test\nconvert",
        "Done meanwhile": "LBORRESU left empty", "Rule": "CG0006", "State": "", "Answer": "",
    }  # fmt: skip


def test_control_characters_are_shown(rows):
    assert rows[2]["The export says"] == "mg\\x07dL"


def test_nothing_is_a_formula(tmp_path):
    write_queries(FINDINGS, tmp_path / "q.xlsx")
    book = openpyxl.load_workbook(tmp_path / "q.xlsx")
    assert "f" not in {
        cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row
    }
    risky = [c for c in book["Queries"]["I"] if str(c.value)[:1] in {*"=+-@\t"}]
    assert [(cell.value, cell.quotePrefix) for cell in risky] == [("=1+1", True)]


def test_the_sheets_filter_freeze_and_print_on_one_page_width(tmp_path):
    write_queries(FINDINGS, tmp_path / "q.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "q.xlsx")["Queries"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("F2", "A1:N5")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.row_dimensions[2].height > 15, "wrapped text is not cut off"


def test_the_summary_adds_up(tmp_path):
    write_queries(FINDINGS, tmp_path / "q.xlsx")
    book = CalamineWorkbook.from_path(tmp_path / "q.xlsx")
    rows = book.get_sheet_by_name("Summary").to_python(skip_empty_area=False)
    totals = [row[1:7] for row in rows if row[0] == "All"]
    assert totals == [[0, 3, 1, 0, 4, 2]] * 2


def test_by_rule_takes_its_words_from_the_register(tmp_path):
    write_queries(FINDINGS, tmp_path / "q.xlsx")
    rows = CalamineWorkbook.from_path(tmp_path / "q.xlsx").get_sheet_by_name("By rule").to_python()
    found = [(row[0], row[2], row[4], row[5]) for row in rows[1:]]
    assert found == [
        ("CG0006", "blocks", 2, 2),
        ("VAL902", "blocks", 1, 0),
        ("CG0006", "explain", 1, 1),
    ]
    assert rows[2][1] == "Waiver past its review date"


def test_an_id_keeps_when_rows_move():
    moved = [
        replace(f, record=(f.record or 0) + 5, raw=f.raw and replace(f.raw, row=99))
        for f in FINDINGS
    ]
    assert {q.id for q in queries_of(moved)} == {q.id for q in queries_of(FINDINGS)}


def test_the_id_and_the_state_are_those_of_the_question():
    known = replace(FINDINGS[0], details={"query": "ABCD2345", "state": "answered"})
    (query,) = queries_of([known])
    assert query.id == "ABCD2345"


def test_the_site_may_come_from_the_key_or_the_caller():
    keyed = lab("S", 1, "x", key=(("SITEID", "07"), ("SUBJID", "S")))
    asked = lab("S1-009", 1, "x", raw=RawCell("a.csv"))
    assert [q.site for q in queries_of([keyed, asked], site_of=lambda subject: subject[-1])] == [
        "07",
        "9",
    ]


def test_same_findings_same_bytes_in_any_order(tmp_path):
    write_queries(FINDINGS, tmp_path / "a.xlsx")
    write_queries(FINDINGS[::-1], tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_no_query_is_a_workbook_too(tmp_path):
    assert write_queries([], tmp_path / "q.xlsx") == 0
    assert openpyxl.load_workbook(tmp_path / "q.xlsx").sheetnames == [
        "Summary",
        "Queries",
        "By rule",
    ]

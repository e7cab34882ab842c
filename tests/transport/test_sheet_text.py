"""Texts of workbooks as another reader (openpyxl, from the bytes of the file) sees them."""

from __future__ import annotations

import ast
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transport.sheet_text import as_text, quoted_style, text_cell

ROOT = Path(__file__).parents[2]


def read_back(text: str) -> openpyxl.cell.Cell:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("S")
    sheet.append([text_cell(sheet, text)])
    held = io.BytesIO()
    book.save(held)
    return openpyxl.load_workbook(held)["S"]["A1"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0", "-2+3", "＝1", " =1", "- none"],
)
def test_a_text_that_begins_like_a_formula_is_quoted(text: str) -> None:
    cell = read_back(text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("text", ["1", "a=b", "2024-01-01", "#N/A", "结果", "1-2"])
def test_other_texts_are_plain_text(text: str) -> None:
    cell = read_back(text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", False)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x3000), min_size=1, max_size=20))
def test_no_text_is_a_formula_and_each_comes_back(text: str) -> None:
    cell = read_back(text)
    assert cell.data_type == "s"
    assert cell.value == text


def test_a_cell_of_a_usual_sheet() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    as_text(sheet.cell(1, 1, "=1"))
    held = io.BytesIO()
    book.save(held)
    cell = openpyxl.load_workbook(held).active["A1"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1", "s", True)


def test_the_style_for_xml_is_a_quoting_one() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("S")
    number = quoted_style(sheet)
    assert number > 0
    assert book._cell_styles[number].quotePrefix


def test_cells_are_made_text_in_one_module() -> None:
    """A second place that sets the type of a cell would forget the quote."""
    wrong = [
        str(path.relative_to(ROOT))
        for package in ("validation", "define", "workbench", "submission", "sdtm", "adam")
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "data_type"
        and isinstance(node.ctx, ast.Store)
        and "openpyxl" in path.read_text(encoding="utf-8")
    ]
    assert wrong == []

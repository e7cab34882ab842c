"""Numbers of raw columns, and calculating with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import build, cm, cm_problem, files, texts


@pytest.mark.parametrize(
    ("options", "row", "expected"),
    [
        ("", {"A": "5.50"}, "5.5"),
        ("", {"A": ""}, ""),
        (", decimals: 1", {"A": "2.25"}, "2.3"),
        (", decimals: 1", {"A": "2.35"}, "2.4"),
        (", locale: comma", {"A": "5,5"}, "5.5"),
        (", times: 1000", {"A": "1.5"}, "1500"),
        (", power-of-ten: 10^n", {"A": "2.1×10^6"}, "2.1e+06"),
        (", unit: U, to: g", {"A": "1500", "U": "mg"}, "1.5"),
        (", unit-is: mg, to: g", {"A": "1500"}, "1.5"),
        (", unit: U, to: kg, decimals: 2", {"A": "150", "U": "LB"}, "68.04"),
    ],
)
def test_number(tmp_path: Path, options: str, row: dict[str, str], expected: str) -> None:
    line = f"CMDOSE: {{number: A{options}}}"
    assert cm(tmp_path, line, [{"U": "", **row}], "CMDOSE") == [expected]


def test_numbers_that_are_none_are_listed(tmp_path: Path) -> None:
    built = build(tmp_path, files("  CMDOSE: {number: A}\n", [{"A": "five"}, {"A": "5"}]))
    assert texts(built, "CM", "CMDOSE") == ["", "5"]
    (found,) = [f for f in built.findings if f.variable == "CMDOSE"]
    assert str(found.raw) == "cm.csv:2 A = 'five'"


def test_units_that_do_not_convert_are_listed(tmp_path: Path) -> None:
    rows = [{"A": "5", "U": "mg"}, {"A": "5", "U": "mL"}, {"A": "5", "U": "zork"}]
    built = build(tmp_path, files("  CMDOSE: {number: A, unit: U, to: g}\n", rows))
    assert texts(built, "CM", "CMDOSE") == ["0.005", "", ""]
    assert [f.raw.row for f in built.findings if f.variable == "CMDOSE" and f.raw] == [3, 4]


def test_a_factor_that_is_no_number_is_an_error(tmp_path: Path) -> None:
    found = cm_problem(tmp_path, "CMDOSE: {number: A, times: ten}")
    assert (found.rule, found.spec and found.spec.line) == ("SPEC105", 7)


def test_text_is_no_part_of_a_calculation(tmp_path: Path) -> None:
    found = cm_problem(tmp_path, "CMDOSE: {calculate: A + 1}")
    assert (found.rule, found.spec and found.spec.line) == ("SPEC131", 7)


def test_numbers_of_raw_columns_are_calculated_with(tmp_path: Path) -> None:
    lines = "  CMDOSE: {calculate: a / b, decimals: 2}\nworking: {a: {number: A}, b: {number: B}}\n"
    rows = [{"A": "1", "B": "8"}, {"A": "1", "B": "3"}, {"A": "1", "B": ""}]
    assert texts(build(tmp_path, files(lines, rows)), "CM", "CMDOSE") == ["0.13", "0.33", ""]


@pytest.mark.parametrize(
    ("options", "text", "expected", "rule"),
    [
        ("", "10 mg", "", "MAP257"),
        ("", "5 to 7", "", "MAP257"),
        ("", "<5", "", "MAP259"),
        ("", "5 (repeat)", "", "MAP259"),
        (", unit-is: mg", "10 mg", "10", None),
        (", unit-is: mg", "10 g", "", "MAP258"),
        (", to: mg", "10 g", "10000", None),
        (", unit: U, to: mg", "10", "", "MAP331"),
    ],
)
def test_what_stands_beside_a_number_is_asked(
    tmp_path: Path, options: str, text: str, expected: str, rule: str | None
) -> None:
    line = f"  CMDOSE: {{number: A{options}}}\n"
    built = build(tmp_path, files(line, [{"A": text, "U": ""}]))
    assert texts(built, "CM", "CMDOSE") == [expected]
    assert [f.rule for f in built.findings if f.variable == "CMDOSE"] == [rule] * bool(rule)

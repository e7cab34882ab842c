"""``number`` and ``calculate``."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdtm.references import calculated_names
from sdtm.verbs.numbers import parse_calculation
from tests.sdtm.small import build, cm, cm_findings, cm_problem, files, texts


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


@pytest.mark.parametrize(
    ("formula", "row", "expected"),
    [
        ("A + B", {"A": "0.1", "B": "0.2"}, "0.3"),
        ("A - B", {"A": "1", "B": "2"}, "-1"),
        ("A * (B + 1)", {"A": "3", "B": "2"}, "9"),
        ("A / B", {"A": "1", "B": "4"}, "0.25"),
        ("-A", {"A": "1", "B": "4"}, "-1"),
        ("A / `B`", {"A": "1", "B": "8"}, "0.125"),
        ("A * 2.54", {"A": "10", "B": "1"}, "25.4"),
        ("A + B", {"A": "1", "B": ""}, ""),
    ],
)
def test_calculate(tmp_path: Path, formula: str, row: dict[str, str], expected: str) -> None:
    assert cm(tmp_path, f"CMDOSE: {{calculate: '{formula}'}}", [row], "CMDOSE") == [expected]


def test_calculate_rounds_half_up(tmp_path: Path) -> None:
    rows = [{"A": "1", "B": "8"}, {"A": "1", "B": "3"}]
    assert cm(tmp_path, "CMDOSE: {calculate: A / B, decimals: 2}", rows, "CMDOSE") == [
        "0.13",
        "0.33",
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"A": "1", "B": "0"}, "divides by zero"),
        ({"A": "0", "B": "0"}, "is not a calculation of numbers"),
        ({"A": "x", "B": "1"}, "is not a calculation of numbers"),
        ({"A": "NaN", "B": "1"}, "is not a calculation of numbers"),
        ({"A": "1e999", "B": "1e-999"}, "is not a calculation of numbers"),
    ],
)
def test_what_cannot_be_calculated_is_listed(
    tmp_path: Path, row: dict[str, str], message: str
) -> None:
    failed, found = cm_findings(tmp_path, "CMDOSE: {calculate: A / B}", [row], "MAP321")
    assert failed == []
    assert message in found[0].message
    assert found[0].raw is not None


@pytest.mark.parametrize(
    "formula", ["A **B", "f(A)", "A if B else 1", "", "1 + 2", "A +", "A.b()", "[A]", "A == B"]
)
def test_calculate_refuses(tmp_path: Path, formula: str) -> None:
    found = cm_problem(tmp_path, f"CMDOSE: {{calculate: '{formula}'}}", [{"A": "1", "B": "2"}])
    assert found.rule in ("SPEC105", "SPEC114")
    assert found.spec is not None
    assert found.spec.line == 7


@given(st.text(max_size=60))
def test_any_text_is_a_calculation_or_none(text: str) -> None:
    parse_calculation(text, calculated_names(text))


@given(st.integers(-999, 999), st.integers(-999, 999), st.integers(1, 99))
def test_integers_agree_with_python(a: int, b: int, c: int) -> None:
    from decimal import Decimal

    from sdtm.verbs.numbers import _value

    text = "(A + B) * C - A / 4"
    tree = parse_calculation(text, calculated_names(text))
    assert tree is not None
    found = _value(tree, {f"_{i}": Decimal(v) for i, v in enumerate((a, b, c))})
    assert float(found) == (a + b) * c - a / 4


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

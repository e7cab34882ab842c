from __future__ import annotations

import contextlib
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adam.arithmetic import ExpressionError, evaluate, parse_expression


def value(text: str, **names: float) -> float:
    out = evaluate(parse_expression(text), lambda name: np.array([names[name]], dtype=float))
    return float(np.atleast_1d(out)[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WTBL / (HTBL / 100) ** 2", 24.489795918367346),
        ("-A + 2 * B", 3.0),
        ("max(A, 0) - min(A, B)", 0.0),
        ("round(B / 3, 2)", 0.67),
        ("B // 2 + B % 2", 1.0),
        ("log(exp(A))", 1.0),
        ("abs(A - 3)", 2.0),
    ],
)
def test_expressions(text: str, expected: float) -> None:
    names = {"WTBL": 75.0, "HTBL": 175.0, "A": 1.0, "B": 2.0}
    assert value(text, **names) == pytest.approx(expected)


def test_missing_in_gives_missing_out_but_max_takes_what_there_is() -> None:
    assert math.isnan(value("A + 1", A=math.nan))
    assert value("max(A, 0)", A=math.nan) == 0.0


def test_a_division_by_zero_is_missing() -> None:
    assert math.isnan(value("A / B", A=1.0, B=0.0))


def test_names_of_other_data_sets_are_one_name() -> None:
    assert parse_expression("ADSL.AGE * 2").names == ("ADSL.AGE",)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "A if B else C",
        "A and B",
        "f'{A}'",
        "[A]",
        "A.B.C()",
        "1 +",
        "'a'",
        "lambda: 1",
        "",
    ],
)
def test_nothing_but_arithmetic_is_read(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(text)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_gives_another_error(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        parse_expression(text)

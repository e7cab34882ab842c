"""Conditions on columns of every kind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adam import columns
from adam.frame import Frame
from adam.scope import Scope
from specs.conditions import parse_condition
from specs.errors import BuildError

FRAME = Frame(
    "T",
    3,
    {
        "N": pd.Series([1.0, 2.0, np.nan]),
        "M": pd.Series([2.0, 2.0, 2.0]),
        "C": columns.as_text(["a", "b", ""]),
        "E": columns.as_text(["b", "b", "b"]),
        "D": columns.from_dates(["2024-01-01", "2024-01-02", "NaT"]),
        "F": columns.from_dates(["2024-01-02", "2024-01-02", "2024-01-02"]),
        "NONE": pd.Series([np.nan] * 3),
    },
)


def holds(text: str) -> list[bool]:
    return [bool(v) for v in Scope(FRAME, {}).mask(parse_condition(text))]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("N < 2", [True, False, False]),
        ("N <= 2", [True, True, False]),
        ("N > 1", [False, True, False]),
        ("N != 1", [False, True, False]),
        ("N < M", [True, False, False]),
        ("M == N", [False, True, False]),
        ("M != N", [True, False, False]),
        ("1 < N", [False, True, False]),
        ('C >= "b"', [False, True, False]),
        ('C != "a"', [False, True, False]),
        ("C < E", [True, False, False]),
        ("C == E", [False, True, False]),
        ('C in ["a", "z"]', [True, False, False]),
        ('C not in ["a"]', [False, True, False]),
        ('D == "2024-01-02"', [False, True, False]),
        ('D < "2024-01-02"', [True, False, False]),
        ("D >= F", [False, True, False]),
        ("D is missing", [False, False, True]),
        ("C is not missing and not N == 1", [False, True, False]),
        ("NONE == 1", [False, False, False]),
        ("N == NONE", [False, False, False]),
    ],
)
def test_a_comparison_with_missing_is_false(condition: str, expected: list[bool]) -> None:
    assert holds(condition) == expected


@pytest.mark.parametrize(
    "condition", ["C == N", "D == N", 'D == "soon"', "C > 1", 'N == "1"', "NOPE == 1"]
)
def test_kinds_that_do_not_mix_are_refused(condition: str) -> None:
    with pytest.raises(BuildError):
        holds(condition)

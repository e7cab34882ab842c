"""Expressions on columns: what may meet, and against Python's datetime what comes out."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.arithmetic import calculate, kind_of
from derive.values.column import Column, Kind, KindError, Mask
from derive.values.moment import of_text
from derive.values.number import Number
from derive.values.text import Text
from specs.language.expression import parse_expression


def moments(texts: list[str | None], kind: Kind) -> Column:
    return of_text(Text.of(texts), kind)[0]


COLUMNS: dict[str, Column] = {
    "A": Number.of([138.1, math.nan, 3]),
    "B": Number.of([138, 1, 0]),
    "D": moments(["2024-01-05", "2024-02", None], Kind.DAY),
    "E": moments(["2024-01-10", "2024-02-01", "2024-01-01"], Kind.DAY),
    "T": moments(["2024-01-05T10:00", "2024-02-01", "2024-12-31T23:59:30"], Kind.SECOND),
    "N": Text.of(["1", "2", None]),
}


def result(text: str, told: list[tuple[str, list[bool]]] | None = None) -> list[str]:
    reasons = [] if told is None else told

    def tell(reason: str, rows: Mask) -> None:
        reasons.append((reason, rows.tolist()))

    column = calculate(parse_expression(text), COLUMNS.__getitem__, 3, tell)
    assert column.kind is kind_of(parse_expression(text), lambda name: COLUMNS[name].kind)
    return column.texts().tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A - B", ["0.1", "", "3"]),
        ("-(A) ** 2", ["-19071.61", "", "-9"]),
        ("2 ** -1", ["0.5", "0.5", "0.5"]),
        ("round(A / 3, 2)", ["46.03", "", "1"]),
        ("round(A)", ["138", "", "3"]),
        ("round(A, -1)", ["140", "", "0"]),
        ("A // 0.1", ["1381", "", "30"]),
        ("A % 1", ["0.1", "", "0"]),
        ("floor(A) + ceil(A)", ["277", "", "6"]),
        ("abs(B - A)", ["0.1", "", "3"]),
        ("sqrt(B * B)", ["138", "1", "0"]),
        ("round(log(exp(B / 100)), 6)", ["1.38", "0.01", "0"]),
        ("min(A, B)", ["138", "1", "0"]),
        ("max(A, B, 2)", ["138.1", "2", "3"]),
        ("E - D", ["5", "", ""]),
        ("E + 1", ["2024-01-11", "2024-02-02", "2024-01-02"]),
        ("1 + E", ["2024-01-11", "2024-02-02", "2024-01-02"]),
        ("E - 2 weeks", ["2023-12-27", "2024-01-18", "2023-12-18"]),
        ("E + 1 month", ["2024-02-10", "2024-03-01", "2024-02-01"]),
        ("E + B days", ["2024-05-27", "2024-02-02", "2024-01-01"]),
        ("min(E - 1, D)", ["2024-01-05", "2024-01-31", "2023-12-31"]),
        ("max(D, E)", ["2024-01-10", "2024-02", "2024-01-01"]),
        ("T + 6 hours", ["2024-01-05T16:00:00", "", "2025-01-01T05:59:30"]),
        ("6 hours + T", ["2024-01-05T16:00:00", "", "2025-01-01T05:59:30"]),
        ("T - 30 minutes", ["2024-01-05T09:30:00", "", "2024-12-31T23:29:30"]),
        ("T + 2 days", ["2024-01-07T10:00", "2024-02-03", "2025-01-02T23:59:30"]),
        ("T + 0.25 days", ["2024-01-05T16:00:00", "", "2025-01-01T05:59:30"]),
        ("(T + 6 hours) - T", ["0.25", "", "0.25"]),
        ("E", ["2024-01-10", "2024-02-01", "2024-01-01"]),
    ],
)
def test_results(text: str, expected: list[str]) -> None:
    assert result(text) == expected


@pytest.mark.parametrize(
    ("text", "offset", "hint"),
    [
        ("T + 1", 2, "name the unit"),
        ("1 + T", 2, "name the unit"),
        ("D - T", 2, "date-of"),
        ("max(D, T)", 0, "date-of"),
        ("E * 2", 2, ""),
        ("2 - E", 2, ""),
        ("D + E", 2, ""),
        ("-E", 0, ""),
        ("E ** 2", 2, ""),
        ("N + 1", 0, "number"),
        ("N", 0, "number"),
        ("A + N", 4, "number"),
        ("E + 6 hours", 2, "date-time"),
        ("E + 0.5", 2, "date-time"),
        ("E + 0.5 days", 2, "date-time"),
        ("T + 0.5 months", 2, "days"),
        ("6 hours", 2, "add it"),
        ("6 hours + 2 days", 8, ""),
        ("A + 6 hours", 2, ""),
        ("6 hours - T", 8, ""),
        ("max(A, D)", 0, ""),
        ("max(A, 6 hours)", 0, ""),
        ("round(D)", 0, ""),
        ("abs(E - T)", 6, "date-of"),
        ("E + (T - T) hours", 2, "date-time"),
        ("A hours * 2", 8, ""),
    ],
)
def test_kinds_that_must_not_meet_are_refused_where_they_meet(
    text: str, offset: int, hint: str
) -> None:
    expression = parse_expression(text)
    with pytest.raises(KindError) as error:
        kind_of(expression, lambda name: COLUMNS[name].kind)
    assert error.value.offset == offset
    assert hint in error.value.hint
    with pytest.raises(KindError):
        calculate(expression, COLUMNS.__getitem__, 3)


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "//", "%", "**"])
@pytest.mark.parametrize("left", ["A", "D", "T", "N", "2 days"])
@pytest.mark.parametrize("right", ["B", "E", "T", "N", "2 days"])
def test_what_has_a_kind_has_a_result_of_it(left: str, op: str, right: str) -> None:
    expression = parse_expression(f"{left} {op} {right}")
    try:
        kind = kind_of(expression, lambda name: COLUMNS[name].kind)
    except KindError:
        assert not (left == "A" and right == "B")
    else:
        assert calculate(expression, COLUMNS.__getitem__, 3).kind is kind


@pytest.mark.parametrize(
    ("text", "reason", "rows"),
    [
        ("A / B", "division by zero", [False, False, True]),
        ("A // B", "division by zero", [False, False, True]),
        ("A % B", "division by zero", [False, False, True]),
        ("log(B)", "log has no value", [False, False, True]),
        ("sqrt(0 - B)", "sqrt has no value", [True, True, False]),
        ("(0 - B) ** 0.5", "no number", [True, True, False]),
        ("exp(B * 9)", "exp has no value", [True, False, False]),
        ("E + B / 2", "a part of a day", [False, True, False]),
        ("T + 6 hours", "not known well enough", [False, True, False]),
        ("E - D", "precision", [False, True, False]),
        ("E + 9999 years", "years 1 to 9999", [True, True, True]),
        ("E + 10 ** 9", "years 1 to 9999", [True, True, True]),
        ("T + (10 ** 12) days", "years 1 to 9999", [True, True, True]),
        ("T + (10 ** 15) seconds", "years 1 to 9999", [True, True, True]),
    ],
)
def test_rows_whose_values_give_no_result_are_told(
    text: str, reason: str, rows: list[bool]
) -> None:
    told: list[tuple[str, list[bool]]] = []
    found = result(text, told)
    assert [value == "" for value in np.array(found)[rows]] == [True] * sum(rows)
    assert len(told) == 1
    assert reason in told[0][0]
    assert told[0][1] == rows


def test_what_is_missing_already_is_not_told() -> None:
    told: list[tuple[str, list[bool]]] = []
    result("A + 1", told)
    result("D + 1", told)
    assert [rows for _, rows in told] == [[False, True, False]]  # 2024-02, known in part


def test_no_row_depends_on_what_another_holds() -> None:
    """A part of a day in one row leaves a date-time without a time in another row alone."""
    columns = {
        "T": moments(["2024-01-05", "2024-01-05T10:00"], Kind.SECOND),
        "K": Number.of([2, 0.5]),
    }
    found = calculate(parse_expression("T + K days"), columns.__getitem__)
    assert found.texts().tolist() == ["2024-01-07", "2024-01-05T22:00:00"]


def test_an_expression_without_names_is_the_same_everywhere() -> None:
    expression = parse_expression("2 * 3")
    assert calculate(expression, COLUMNS.__getitem__, 2).texts().tolist() == ["6", "6"]
    assert calculate(expression, COLUMNS.__getitem__).texts().tolist() == ["6"]
    assert len(calculate(parse_expression("A + 1"), {"A": Number.of([])}.__getitem__)) == 0


dates = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@given(st.lists(st.tuples(dates, dates, st.integers(-9999, 9999)), min_size=1, max_size=8))
def test_days_are_those_of_the_calendar(rows: list[tuple[date, date, int]]) -> None:
    columns: dict[str, Column] = {
        "A": moments([a.isoformat() for a, _, _ in rows], Kind.DAY),
        "B": moments([b.isoformat() for _, b, _ in rows], Kind.DAY),
        "K": Number.of([k for _, _, k in rows]),
    }
    apart = calculate(parse_expression("A - B"), columns.__getitem__)
    assert apart.texts().tolist() == [str((a - b).days) for a, b, _ in rows]
    moved = calculate(parse_expression("A + K"), columns.__getitem__)
    assert moved.texts().tolist() == [(a + timedelta(k)).isoformat() for a, _, k in rows]


times = st.integers(-70 * 365 * 86_400, 130 * 365 * 86_400).map(
    lambda seconds: datetime.fromisoformat("1970-01-01") + timedelta(seconds=seconds)
)


@given(times, st.integers(-10_000, 10_000), st.sampled_from(["seconds", "minutes", "hours"]))
def test_durations_move_the_clock(at: datetime, amount: int, unit: str) -> None:
    columns = {"T": moments([at.isoformat()], Kind.SECOND), "K": Number.of([amount])}
    found = calculate(parse_expression(f"T + K {unit}"), columns.__getitem__)
    assert found.texts().tolist() == [(at + timedelta(**{unit: amount})).isoformat()]

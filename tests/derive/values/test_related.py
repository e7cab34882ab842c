"""The table of kinds, and how moments compare: against enumerated possibilities in plain Python."""

from __future__ import annotations

import operator
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.column import Column, Kind, KindError
from derive.values.moment import Moment, of_text
from derive.values.number import Number
from derive.values.related import MIRROR, Side, check, compare
from derive.values.text import Text

ORDERED = ["<", "<=", ">", ">="]
TEXT, RAW = Side(Kind.TEXT, "T"), Side(Kind.TEXT, "R", raw=True)
NUMBER, DAY, SECOND = Side(Kind.NUMBER, "N"), Side(Kind.DAY, "D"), Side(Kind.SECOND, "S")


def at(*texts: str | None, kind: Kind = Kind.SECOND) -> Moment:
    return of_text(Text.of(texts), kind)[0]


def told(value: str | float) -> Side:
    return Side(Kind.TEXT if isinstance(value, str) else Kind.NUMBER, value=value)


@pytest.mark.parametrize(
    ("left", "right", "equal", "order"),
    [
        (TEXT, TEXT, True, False),
        (TEXT, told("a"), True, False),
        (RAW, told("2024-01-01"), True, False),
        (RAW, told(9.0), True, True),
        (TEXT, told(9.0), False, False),
        (RAW, NUMBER, False, False),
        (TEXT, NUMBER, False, False),
        (TEXT, DAY, False, False),
        (RAW, SECOND, False, False),
        (NUMBER, NUMBER, True, True),
        (NUMBER, told(9.0), True, True),
        (NUMBER, told("9"), False, False),
        (NUMBER, DAY, False, False),
        (DAY, DAY, True, True),
        (SECOND, SECOND, True, True),
        (DAY, SECOND, False, True),
        (DAY, told("2024-01-05"), True, True),
        (DAY, told("2024-01"), True, True),
        (SECOND, told("2024-01-05"), True, True),
        (DAY, told("2024-01-05T10:00"), False, True),
        (DAY, told("05JAN2024"), False, False),
        (DAY, told(19_000.0), False, False),
        (TEXT, told(""), False, False),
        (SECOND, told(""), False, False),
        (told("a"), told("a"), False, False),
    ],
)
def test_the_table_of_kinds(left: Side, right: Side, equal: bool, order: bool) -> None:
    for op in MIRROR:
        allowed = equal if op in ("==", "!=") else order
        assert (check(left, op, right) is None) == allowed
        assert (check(right, op, left) is None) == allowed


@pytest.mark.parametrize(
    ("left", "op", "right", "message", "hint"),
    [
        (TEXT, "<", told("b"), "text has no order", "{number: T}"),
        (TEXT, ">", told(9.0), "T is a text, 9 is a number", 'write "9"'),
        (NUMBER, "==", told("9"), "is a number", "without quotes: 9"),
        (DAY, "==", SECOND, "never the same", "{date-of: S}"),
        (SECOND, "==", DAY, "never the same", "{date-of: S}"),
        (DAY, "<", told("soon"), "'soon' is no date", "2024-01-31"),
        (DAY, "<", TEXT, "T is a text", "{date: T}"),
        (TEXT, "==", told(""), "blank text does not exist", "T is missing"),
    ],
)
def test_a_refusal_says_what_to_write(
    left: Side, op: str, right: Side, message: str, hint: str
) -> None:
    refusal = check(left, op, right)
    assert refusal is not None
    assert message in refusal.message
    assert hint in refusal.hint


def test_what_is_refused_is_refused_with_data_too() -> None:
    text, number, day = Text.of(["a"]), Number.of([1.0]), at("2024", kind=Kind.DAY)
    mixed: list[tuple[Column, str, Column | str | float]] = [
        (text, "<", "b"), (text, "==", 1.0), (text, "==", number), (number, "==", "1"),
        (number, "<", day), (day, "<", text), (day, "==", at("2024")), (day, "<", "x"),
    ]  # fmt: skip
    for left, op, right in mixed:
        with pytest.raises(KindError):
            compare(left, op, right)


LENGTHS = [4, 7, 10, 13, 16, 19]
STAMPS = st.datetimes(
    min_value=datetime(2019, 12, 30),  # noqa: DTZ001
    max_value=datetime(2020, 3, 2),  # noqa: DTZ001
)
PARTIAL = st.builds(lambda stamp, size: stamp.isoformat()[:size], STAMPS, st.sampled_from(LENGTHS))
MIDDLE = st.sampled_from(
    ["2020---15", "2020---31", "--12-31", "--02-29", "2020-01-15T-:30", "2020-02--T10:30",
     "-----T07:15", "2020-01-01/2020-02-15", "2020-01-15T10:00Z", "2020-01-15T12:00+02:00",
     "2020-01-15T10:00:00.25", "2020-01-15T10:00:00.5"]
)  # fmt: skip
ANY = st.none() | PARTIAL | MIDDLE


@given(st.lists(st.tuples(PARTIAL, PARTIAL), min_size=1))
def test_right_truncated_dates_compare_by_what_both_have(pairs: list[tuple[str, str]]) -> None:
    left, right = at(*(a for a, _ in pairs)), at(*(b for _, b in pairs))
    operators = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
    for op, holds in operators.items():
        expected = [holds(a[: len(b)], b[: len(a)]) for a, b in pairs]
        assert compare(left, op, right).tolist() == expected
    assert compare(left, "==", right).tolist() == [a == b for a, b in pairs]


@given(st.lists(st.tuples(ANY, ANY), min_size=1), st.sampled_from(list(Kind)[2:]))
def test_before_same_and_after_exclude_one_another(
    pairs: list[tuple[str | None, str | None]], kind: Kind
) -> None:
    left, right = at(*(a for a, _ in pairs), kind=kind), at(*(b for _, b in pairs), kind=kind)
    holds = {op: compare(left, op, right) for op in MIRROR}
    there = left.present() & right.present()
    assert (holds["<"].astype(int) + holds["=="] + holds[">"] <= 1).all()
    assert np.array_equal(holds["<="], ~holds[">"] & there)
    assert np.array_equal(holds[">="], ~holds["<"] & there)
    assert np.array_equal(holds["!="], ~holds["=="] & there)
    mirrored = {op: compare(right, MIRROR[op], left) for op in MIRROR}
    assert all(np.array_equal(holds[op], mirrored[op]) for op in MIRROR)


@given(st.lists(ANY, min_size=1), PARTIAL)
def test_a_literal_compares_as_a_column_of_it(texts: list[str | None], literal: str) -> None:
    left = at(*texts)
    same = at(*[literal] * len(texts))
    for op in MIRROR:
        assert compare(left, op, literal).tolist() == compare(left, op, same).tolist()


@given(PARTIAL, PARTIAL, PARTIAL)
def test_before_is_transitive(a: str, b: str, c: str) -> None:
    before = compare(at(a, b, a), "<", at(b, c, c))
    assert before[2] or not before[:2].all()


def test_offsets_enter_where_both_have_one() -> None:
    early, late = "2024-01-01T10:00:00+02:00", "2024-01-01T09:00:00Z"
    assert compare(at(early), "<", at(late)).tolist() == [True]
    assert compare(at("2024-01-01T08:00:00Z"), "==", at(early)).tolist() == [True]
    assert compare(at(early), ">", at("2024-01-01T09:00:00")).tolist() == [True]
    assert compare(at("2024-01-01T10:00:00"), "==", at(early)).tolist() == [False]
    assert compare(at("2024-01-05T23:00-05:00"), "<=", "2024-01-05").tolist() == [True]


def test_fractions_of_seconds_enter_where_both_have_them() -> None:
    quarter, half, whole = (f"2024-01-01T10:00:00{end}" for end in (".25", ".5", ""))
    assert compare(at(quarter), "<", at(half)).tolist() == [True]
    assert compare(at(quarter), "<=", at(whole)).tolist() == [True]
    assert compare(at(whole), "<=", at(quarter)).tolist() == [True]
    assert compare(at(quarter), "==", at("2024-01-01T10:00:00.250")).tolist() == [True]


@given(st.lists(st.none() | st.sampled_from(["a", "b", "2020", "10", "9.0"]), min_size=1))
def test_texts_are_the_same_or_not(texts: list[str | None]) -> None:
    left, right = Text.of(texts), Text.of(texts[::-1])
    pairs = list(zip(texts, texts[::-1], strict=True))
    assert compare(left, "==", right).tolist() == [a == b and a is not None for a, b in pairs]
    there = [a is not None and b is not None for a, b in pairs]
    assert compare(left, "!=", right).tolist() == [
        a != b and both for (a, b), both in zip(pairs, there, strict=True)
    ]
    assert compare(left, "==", "a").tolist() == [text == "a" for text in texts]


def test_raw_text_is_read_as_a_number_beside_a_number() -> None:
    raw = Text.of(["10", "9", "9.0", "<5", "1_000", "", None, "1e1"])
    assert compare(raw, ">", 9.0, raw=True).tolist() == [True, *[False] * 6, True]
    assert compare(raw, "==", 9.0, raw=True).tolist() == [False, True, True, *[False] * 5]
    assert compare(raw, "!=", 9.0, raw=True).tolist() == [True, *[False] * 6, True]


def test_numbers_compare_as_decimals() -> None:
    left = Number.of([138.1]).subtract(Number.of([138.0]))
    assert compare(left, ">=", 0.1).tolist() == [True]
    assert compare(left, "==", Number.of([0.1])).tolist() == [True]
    assert compare(Number.of([np.nan, 1.0]), "!=", 2.0).tolist() == [False, True]
    assert compare(Number.of([np.nan, 1.0]), "!=", Number.of([2.0, np.nan])).tolist() == [False] * 2


def test_the_last_second_of_a_day_is_still_that_day() -> None:
    start = datetime(2024, 2, 29)  # noqa: DTZ001
    stamps = [(start + timedelta(seconds=s)).isoformat() for s in (-1, 0, 86_399, 86_400)]
    day = at(*["2024-02-29"] * 4, kind=Kind.DAY)
    assert compare(at(*stamps), "<", day).tolist() == [True, False, False, False]
    assert compare(at(*stamps), ">", day).tolist() == [False, False, False, True]

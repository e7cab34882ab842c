from __future__ import annotations

import pytest

from derive.values.column import Kind
from tests.derive.small import days, run, seconds, small, words

A = {"A": seconds("2020-01-05T10:20:30", "2020-01-05T10:20", "2020-01-05", "2020-01", None)}


def test_the_day_as_far_as_it_is_known() -> None:
    assert small("date-of: A", A).kind() is Kind.DAY
    assert run("date-of: A", A).texts == ["2020-01-05", "2020-01-05", "2020-01-05", "2020-01", ""]


def test_the_time_in_seconds_where_it_is_known_to_the_minute() -> None:
    assert run("time-of: A", A).numbers == [37230, 37200, None, None, None]


@pytest.mark.parametrize("verb", ["date-of", "time-of"])
@pytest.mark.parametrize("values", [["2020-01-05T10:20"], [1], days("2020-01-05")])
def test_of_anything_else_they_are_refused(verb: str, values: object) -> None:
    assert small(f"{verb}: A", {"A": values}).refused()  # type: ignore[dict-item]


def test_words() -> None:
    assert words("date-of: A") == "The date part of A."
    assert words("time-of: A") == "The time part of A, in seconds since midnight."

"""Study days, differences, ages and durations: by hand, and against ``datetime``."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.column import Kind, KindError
from derive.values.moment import Moment, of_seconds, of_text
from derive.values.text import Text
from derive.values.time.calendar import (
    Unit,
    add,
    age,
    completed,
    difference,
    duration,
    duration_text,
    durations,
    study_day,
    study_days_apart,
)

DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
STAMPS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
).map(lambda stamp: stamp.replace(microsecond=0))


def days(*texts: str | None) -> Moment:
    return of_text(Text.of(texts), Kind.DAY)[0]


def times(*texts: str | None) -> Moment:
    return of_text(Text.of(texts), Kind.SECOND)[0]


def missing(values: np.ndarray) -> list[bool]:
    return np.isnan(values).tolist()


def test_there_is_no_study_day_0() -> None:
    moment = times("2020-01-09", "2020-01-10T00:01", "2020-01-11", "2020-01", None, "2020-01-10")
    reference = times(*["2020-01-10T14:30"] * 5, "2020")
    found = study_day(moment, reference)
    assert found[:3].tolist() == [-1, 1, 2]
    assert missing(found) == [False] * 3 + [True] * 3


@pytest.mark.parametrize(
    ("day", "target", "apart"), [(-1, 1, -1), (1, -1, 1), (3, 1, 2), (-3, -1, -2), (-28, 1, -28)]
)
def test_study_days_lie_apart_without_a_day_0(day: float, target: float, apart: float) -> None:
    assert study_days_apart(np.array([day], float), target).tolist() == [apart]


@given(DATES, DATES, DATES)
def test_study_days_lie_apart_as_their_dates_do(a: date, b: date, reference: date) -> None:
    found = study_day(days(str(a), str(b)), days(*[str(reference)] * 2))
    assert study_days_apart(found[:1], found[1:]).tolist() == [(a - b).days]


def test_a_study_day_0_lies_nowhere() -> None:
    assert missing(study_days_apart(np.array([0.0, 1.0]), np.array([1.0, 0.0]))) == [True, True]


@given(STAMPS, STAMPS)
def test_differences_are_those_of_datetime(end: datetime, start: datetime) -> None:
    a, b = times(end.isoformat()), times(start.isoformat())
    seconds = (end - start).total_seconds()
    for unit, size in (("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 86_400)):
        assert difference(a, b, unit)[0] == seconds / size  # type: ignore[arg-type]
    whole = days(str(end.date())), days(str(start.date()))
    assert difference(*whole).tolist() == [(end.date() - start.date()).days]
    assert difference(*whole, "weeks").tolist() == [(end.date() - start.date()).days / 7]


def test_date_times_differ_by_what_both_have() -> None:
    end = times("2024-01-01T14:30", "2024-01-03", "2024-01-03", "2024-01-03", "2024-01-03T10")
    start = times("2024-01-01", "2024-01-01", "2024-01-01T10:00", None, "2024-01-03T09")
    found = difference(end, start)
    assert found[1] == 2
    assert missing(found) == [True, False, True, True, True]
    both = difference(times("2024-01-01T14:30"), times("2024-01-01T00:00"), "hours")
    assert both.tolist() == [14.5]


def test_offsets_of_both_enter_a_difference() -> None:
    end = times("2024-01-01T10:00Z", "2024-01-01T10:00Z")
    start = times("2024-01-01T10:00+02:00", "2024-01-01T09:00")
    assert difference(end, start, "hours").tolist() == [2, 1]


def test_what_has_no_difference_is_refused() -> None:
    with pytest.raises(KindError, match="date-time"):
        difference(times("2024-01-01T10:00"), days("2024-01-01"))
    with pytest.raises(KindError, match="hours between dates"):
        difference(days("2024-01-02"), days("2024-01-01"), "hours")
    with pytest.raises(KindError, match="differ in length"):
        difference(days("2024-01-02"), days("2024-01-01"), "months")


def test_durations_of_days_and_of_average_months() -> None:
    start, end = days("2024-01-01", "2024-01-05"), days("2024-01-31", "2024-01-01")
    assert duration(start, end).tolist() == [30, -4]
    assert duration(start, end, plus_one=True).tolist() == [31, -4]
    assert duration(start, end, "weeks", plus_one=True).tolist() == [31 / 7, -4 / 7]
    assert duration(start, end, "months").tolist() == [30 / 30.4375, -4 / 30.4375]
    years = duration(start, end, "years", plus_one=True)
    assert years.tolist() == [31 / 365.25, -4 / 365.25]
    with pytest.raises(KindError, match="counted in hours"):
        duration(times("2024"), times("2024"), "hours", plus_one=True)


@pytest.mark.parametrize(
    ("start", "end", "months", "years"),
    [
        ("2020-01-31", "2020-02-29", 0, 0),
        ("2020-01-31", "2020-03-01", 1, 0),
        ("2020-01-15", "2020-02-15", 1, 0),
        ("2020-02-29", "2021-02-28", 11, 0),
        ("2020-02-29", "2021-03-01", 12, 1),
        ("2020-02-29", "2024-02-29", 48, 4),
        ("2021-03-01", "2020-02-29", -12, -1),
        ("1960-07-01", "2020-06-30", 719, 59),
    ],
)
def test_completed_months_and_years(start: str, end: str, months: int, years: int) -> None:
    assert completed(days(start), days(end), "months").tolist() == [months]
    assert completed(days(start), days(end), "years").tolist() == [years]


@given(DATES, DATES)
def test_age_is_that_of_the_birthday(birth: date, on: date) -> None:
    found = age(days(str(birth)), days(str(on)))[0]
    if birth > on:
        assert np.isnan(found)
    else:
        assert found == on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def test_an_age_is_given_where_every_possible_birthday_has_it() -> None:
    birth = days("1980-05", "1980-05", "1980", "1980", "1980---15", None)
    at = days("2020-06-01", "2020-05-15", "2020-12-31", "2020-06-30", "2020-12-15", "2020")
    found = age(birth, at)
    assert found[[0, 2, 4]].tolist() == [40, 40, 40]
    assert missing(found) == [False, True, False, True, False, True]


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2024-01-31", 1, "months", "2024-02-29"),
        ("2024-02-29", 1, "years", "2025-02-28"),
        ("2024-01-31T14:30", 1, "days", "2024-02-01T14:30"),
        ("2024-01-31T14:30Z", -1, "weeks", "2024-01-24T14:30Z"),
        ("2024-01-31T14:30", 6, "hours", "2024-01-31T20:30:00"),
        ("2024-01-31T14:30:10", 0.5, "days", "2024-02-01T02:30:10"),
        ("2024-01-31T14:30:10", 90, "seconds", "2024-01-31T14:31:40"),
        ("2024-01-31", 28, "days", "2024-02-28"),
        ("2024-01-31", 6, "hours", ""),
        ("2024-01", 1, "days", ""),
        ("9999-12-31", 1, "days", ""),
        ("2024-01-31", float("nan"), "days", ""),
    ],
)
def test_a_moment_so_much_later(start: str, amount: float, unit: Unit, expected: str) -> None:
    assert add(times(start), amount, unit).texts().tolist() == [expected]


@given(st.lists(st.tuples(DATES, st.integers(-4000, 4000)), min_size=1, max_size=20))
def test_days_added_are_those_of_datetime(pairs: list[tuple[date, int]]) -> None:
    moment = days(*(str(day) for day, _ in pairs))
    later = add(moment, np.array([n for _, n in pairs], float))
    assert later.texts().tolist() == [str(day + timedelta(days=n)) for day, n in pairs]
    back = add(later, -np.array([n for _, n in pairs], float))
    assert back.texts().tolist() == moment.texts().tolist()


def test_adding_to_computed_date_times_keeps_their_seconds() -> None:
    later = add(of_seconds(np.array([3661.0, np.nan])), 1, "days")
    assert later.texts().tolist() == ["1970-01-02T01:01:01", ""]
    assert later.seconds()[0] == 86_400 + 3661


def test_a_part_of_a_day_in_one_row_leaves_the_others_as_they_are() -> None:
    moment = times("2024-01-01", "2024-01-01T10:00", "2024-01-01", "2024-01-01T10:00")
    later = add(moment, np.array([1, 1, 0.5, 0.5]))
    expected = ["2024-01-02", "2024-01-02T10:00", "", "2024-01-01T22:00:00"]
    assert later.texts().tolist() == expected


def test_what_cannot_be_added_is_refused() -> None:
    with pytest.raises(KindError, match="hours cannot be added to a date"):
        add(days("2024-01-01"), 6, "hours")
    with pytest.raises(KindError, match="only whole days"):
        add(days("2024-01-01"), 0.5)
    with pytest.raises(KindError, match="only whole months"):
        add(times("2024-01-01T10:00"), 0.5, "months")


def test_durations_between_moments_in_iso_8601() -> None:
    start = times("2024-01-01T10:00", "2024-01-01", "2024-01-01", "2024-01-02", "2024-01-01T10:00")
    end = times("2024-01-02T11:30:05", "2024-01-04", "2024-01-01", "2024-01-01", "2024-01-01T10:00")
    assert durations(start, end).texts().tolist() == ["P1DT1H30M5S", "P3D", "P0D", "", "PT0S"]
    assert durations(days("2024-01-01"), days("2024-01-04")).texts().tolist() == ["P3D"]


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [(5, "days", "P5D"), (1.5, "hours", "PT1.5H"), (2, "months", "P2M"), (2, "minutes", "PT2M"),
     (0, "weeks", "P0W"), (1e-7, "seconds", "PT0.0000001S"), (-1, "days", None)],
)  # fmt: skip
def test_a_duration_in_iso_8601(amount: float, unit: Unit, text: str | None) -> None:
    assert duration_text(amount, unit) == text

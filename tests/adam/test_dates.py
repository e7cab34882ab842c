from __future__ import annotations

import calendar
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adam import columns, dates
from adam.dates import Imputation


def imputed(text: str, rule: Imputation, *, datetime_: bool = False) -> tuple[str, str | None]:
    made = dates.impute(columns.as_text([text]), rule, datetime=datetime_)
    flag = made.time_flag if datetime_ else made.date_flag
    value = made.values.to_numpy()[0]
    shown = "" if np.isnat(value) else str(value)[: 19 if datetime_ else 10]
    return shown, None if pd.isna(flag.iloc[0]) else flag.iloc[0]


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        ("2024-05-17", Imputation(), ("2024-05-17", None)),
        ("2024-05", Imputation(), ("", None)),
        ("2024-05", Imputation("first", "day"), ("2024-05-01", "D")),
        ("2024-02", Imputation("last", "day"), ("2024-02-29", "D")),
        ("2023-02", Imputation("last", "day"), ("2023-02-28", "D")),
        ("2024-05", Imputation("mid", "day"), ("2024-05-15", "D")),
        ("2024", Imputation("first", "day"), ("", None)),
        ("2024", Imputation("first", "month"), ("2024-01-01", "M")),
        ("2024", Imputation("last", "month"), ("2024-12-31", "M")),
        ("2024", Imputation("mid", "month"), ("2024-06-30", "M")),
        ("2024", Imputation("07-04", "month"), ("2024-07-04", "M")),
        ("2024-02", Imputation("07-31", "month"), ("2024-02-29", "D")),
        ("2024---15", Imputation("first", "month"), ("2024-01-01", "M")),
        ("", Imputation("first", "month"), ("", None)),
        ("2024-05-17T10:15", Imputation(), ("2024-05-17", None)),
    ],
)
def test_partial_dates_are_filled_as_stated_and_flagged(
    text: str, rule: Imputation, expected: tuple[str, str | None]
) -> None:
    assert imputed(text, rule) == expected


@pytest.mark.parametrize(
    ("text", "time", "expected"),
    [
        ("2024-05-17T10:15:30", None, ("2024-05-17T10:15:30", None)),
        ("2024-05-17", "first", ("2024-05-17T00:00:00", "H")),
        ("2024-05-17", "last", ("2024-05-17T23:59:59", "H")),
        ("2024-05-17T10", "first", ("2024-05-17T10:00:00", "M")),
        ("2024-05-17", "08:30:00", ("2024-05-17T08:30:00", "H")),
        ("2024-05-17", None, ("", None)),
        ("2024-05-17T10:15:30.25", None, ("2024-05-17T10:15:30", None)),
    ],
)
def test_times_are_filled_as_stated_and_flagged(
    text: str, time: str | None, expected: tuple[str, str | None]
) -> None:
    assert imputed(text, Imputation(time=time), datetime_=True) == expected


def test_seconds_are_flagged_only_where_the_column_has_seconds() -> None:
    rule = Imputation(time="first")
    with_seconds = columns.as_text(["2024-05-17T10:15", "2024-05-17T10:15:01"])
    without = columns.as_text(["2024-05-17T10:15"])
    assert dates.impute(with_seconds, rule, datetime=True).time_flag.iloc[0] == "S"
    assert dates.impute(without, rule, datetime=True).time_flag.isna().all()


@pytest.mark.parametrize(
    "text", ["2024-13-01", "2023-02-29", "17MAY2024", "2024-05-17T25:00", "UNK"]
)
def test_what_is_no_date_is_reported_not_guessed(text: str) -> None:
    made = dates.impute(columns.as_text([text]), Imputation("first", "month"), datetime=False)
    assert made.unreadable == (text,)
    assert made.values.isna().all()


@settings(deadline=None)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_complete_dates_stay_what_they_are(day: dt.date) -> None:
    assert imputed(day.isoformat(), Imputation("first", "month")) == (day.isoformat(), None)


@settings(deadline=None)
@given(st.integers(1900, 2100), st.integers(1, 12))
def test_the_last_day_of_a_month_is_the_calendars(year: int, month: int) -> None:
    shown, _ = imputed(f"{year:04d}-{month:02d}", Imputation("last", "day"))
    assert int(shown[-2:]) == calendar.monthrange(year, month)[1]


@settings(deadline=None)
@given(st.text(max_size=25))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    parts = dates.parse_parts(text)
    assert parts is None or len(parts) == 6


def moved(text: str, bound: str, *, lower: bool) -> str:
    column = columns.as_text([text])
    made = dates.impute(column, Imputation("first" if lower else "last", "month"), datetime=False)
    edge = columns.from_dates([bound])
    out = dates.bounded(
        made, column, not_before=edge if lower else None, not_after=None if lower else edge
    )
    return str(out.to_numpy()[0])[:10]


def test_an_imputed_date_is_not_before_the_last_contact() -> None:
    assert moved("2024-05", "2024-05-20", lower=True) == "2024-05-20"


def test_an_imputed_date_is_not_after_the_cut() -> None:
    assert moved("2024", "2024-09-30", lower=False) == "2024-09-30"


def test_a_bound_never_takes_a_date_out_of_its_month() -> None:
    assert moved("2024-05", "2024-06-03", lower=True) == "2024-05-01"


def test_a_complete_date_is_not_moved() -> None:
    assert moved("2024-05-10", "2024-05-20", lower=True) == "2024-05-10"


def test_there_is_no_study_day_zero() -> None:
    days = columns.from_dates(["2024-01-09", "2024-01-10", "2024-01-11", "NaT"])
    reference = columns.from_dates(["2024-01-10"] * 4)
    assert dates.study_day(days, reference).tolist()[:3] == [-1.0, 1.0, 2.0]
    assert np.isnan(dates.study_day(days, reference).iloc[3])


@pytest.mark.parametrize(
    ("unit", "add_one", "expected"),
    [
        ("days", False, 30.0),
        ("days", True, 31.0),
        ("hours", False, 720.0),
        ("weeks", False, 30 / 7),
    ],
)
def test_durations(unit: str, add_one: bool, expected: float) -> None:
    start, end = columns.from_dates(["2024-01-01"]), columns.from_dates(["2024-01-31"])
    assert dates.duration(start, end, unit=unit, add_one=add_one).iloc[0] == pytest.approx(expected)


def test_a_negative_duration_does_not_count_the_first_day() -> None:
    start, end = columns.from_dates(["2024-01-31"]), columns.from_dates(["2024-01-30"])
    assert dates.duration(start, end, unit="days", add_one=True).iloc[0] == -1.0


def test_months_are_30_4375_days() -> None:
    start, end = columns.from_dates(["2020-01-01"]), columns.from_dates(["2024-01-01"])
    assert dates.duration(start, end, unit="months", add_one=False).iloc[0] == pytest.approx(48.0)

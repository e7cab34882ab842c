"""Dates and durations of SDTM."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.engine import dates
from validation.engine.columns import Column

PARTS = ("%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
moments = st.datetimes(
    min_value=datetime.fromisoformat("1900-01-01"), max_value=datetime.fromisoformat("2100-01-01")
)


def dates_of(*texts):
    return dates.Dates(Column.from_values(list(texts)))


@given(moments, moments)
def test_complete_date_times_compare_as_datetime_does(one, other):
    difference, sure = dates.compare(
        dates_of(one.strftime(PARTS[5])), dates_of(other.strftime(PARTS[5]))
    )
    first, second = one.replace(microsecond=0), other.replace(microsecond=0)
    assert sure.tolist() == [True]
    assert np.sign(difference).tolist() == [(first > second) - (first < second)]


@given(moments, moments, st.integers(0, 5), st.integers(0, 5))
def test_turning_the_sides_turns_the_sign(one, other, level, other_level):
    left, right = dates_of(one.strftime(PARTS[level])), dates_of(other.strftime(PARTS[other_level]))
    forth, sure = dates.compare(left, right)
    back, also = dates.compare(right, left)
    assert np.sign(forth).tolist() == (-np.sign(back)).tolist()
    assert sure.tolist() == also.tolist()


@given(moments, st.integers(0, 5))
def test_every_precision_is_read_back(moment, level):
    text = moment.strftime(PARTS[level])
    assert dates.parts(text) == tuple(moment.timetuple()[: level + 1])
    assert dates.is_valid(text)
    assert dates.is_complete(text) is (level >= 2)


@given(st.text(max_size=30))
def test_any_text_has_an_answer(text):
    assert dates.is_complete(text) in (True, False)
    assert dates.is_duration(text, negative=True) in (True, False)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("2003-12-15T13:14:17.123", (2003, 12, 15, 13, 14, 17)),
        ("2003-12-15T13:14+01:00", (2003, 12, 15, 13, 14)),
        ("2003-12-15T13:14Z", (2003, 12, 15, 13, 14)),
        ("2003-12-15T-:15", (2003, 12, 15)),
        ("2003---15", (2003,)),
        ("--12-15", ()),
        ("2003-12-15/2003-12-20", (2003, 12, 15)),
        ("2003-13-01", None),
        ("2003-02-29", None),
        ("15DEC2003", None),
        ("2003-12-15 10:00", None),
        ("2003-1-5", None),
    ],
)
def test_parts(text, known):
    assert dates.parts(text) == known


@given(st.dates(min_value=date(1, 1, 1)))
def test_day_numbers_are_those_of_the_calendar(day):
    assert dates_of(day.isoformat(), "2020-01", "").day_numbers()[0] == day.toordinal()
    assert np.isnan(dates_of("2020-01", "", f"{day}/{day}").day_numbers()).all()

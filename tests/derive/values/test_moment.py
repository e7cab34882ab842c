"""Moments: which texts are read, what they allow, and columns of them. Expected values are written
by hand from SDTMIG 3.4 section 4.4.2 or come from ``datetime``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.column import NO_RANK, Kind, KindError, nothing, stack
from derive.values.moment import (
    Moment,
    date_of,
    of_days,
    of_sas,
    of_seconds,
    of_text,
    time_of,
    uneven_offsets,
)
from derive.values.text import Text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moments(*texts: str | None, kind: Kind = Kind.SECOND) -> Moment:
    moment, bad = of_text(Text.of(texts), kind)
    assert bad == []
    return moment


def seconds(text: str) -> int:
    return int((datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH).total_seconds())


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020-03-15T13:14:17", "2020-03-15T13:14:17", "2020-03-15T13:14:17"),
        ("2020-03-15T13:14", "2020-03-15T13:14:00", "2020-03-15T13:14:59"),
        ("2020-03-15T13", "2020-03-15T13:00:00", "2020-03-15T13:59:59"),
        ("2020-03-15", "2020-03-15T00:00:00", "2020-03-15T23:59:59"),
        ("2020-02", "2020-02-01T00:00:00", "2020-02-29T23:59:59"),
        ("2020", "2020-01-01T00:00:00", "2020-12-31T23:59:59"),
        ("2020---15", "2020-01-15T00:00:00", "2020-12-15T23:59:59"),
        ("2020---31", "2020-01-31T00:00:00", "2020-12-31T23:59:59"),
        ("2020---15T10:30", "2020-01-15T10:30:00", "2020-12-15T10:30:59"),
        ("2020-12--T10:30", "2020-12-01T10:30:00", "2020-12-31T10:30:59"),
        ("2020-01-15T-:30", "2020-01-15T00:30:00", "2020-01-15T23:30:59"),
        ("2020-01-15T10:-:30", "2020-01-15T10:00:30", "2020-01-15T10:59:30"),
        ("--12-15", "0001-12-15T00:00:00", "9999-12-15T23:59:59"),
        ("--02-29", "0004-02-29T00:00:00", "9996-02-29T23:59:59"),
        ("-----T07:15", "0001-01-01T07:15:00", "9999-12-31T07:15:59"),
        ("2003-12-15T10:00/2003-12-15T10:30", "2003-12-15T10:00:00", "2003-12-15T10:30:59"),
        ("2003-01-01/2003-02-15", "2003-01-01T00:00:00", "2003-02-15T23:59:59"),
        ("2020-01-15T10:00:00Z", "2020-01-15T10:00:00", "2020-01-15T10:00:00"),
        ("2020-01-15T10:00:00+02:00", "2020-01-15T10:00:00", "2020-01-15T10:00:00"),
        ("2020-01-15T10:00:00.25", "2020-01-15T10:00:00", "2020-01-15T10:00:00"),
    ],
)
def test_a_text_allows_from_its_first_to_its_last_second(text: str, first: str, last: str) -> None:
    moment = moments(text)
    low, high = moment.bounds()
    assert (int(low[0]), int(high[0])) == (seconds(first), seconds(last))
    assert moment.texts().tolist() == [text]


@pytest.mark.parametrize(
    "text",
    [
        "2020-", "2020--", "2020-03--", "2020-3-5", "20200105", "2020-W02-3", "2020-005", "P1D",
        "2020-01-05T", "2020-01-05T-", "2020-01-05T10:-", "2020-01-05t10:00", "2020-01-05 10:00",
        "2020T10:30", "2020-01T10", "2020-13", "2020-00-05", "2020-01-00", "2019-02-29",
        "2020-04-31", "--02-30", "2020-01-05T24:00", "2020-01-05T10:60", "2020-01-05T23:59:60",
        "0000-01-01", "-0044-03-15", "2020-01-05T10:00+24:00", "2020-01-05T10:00+0200", "-", "x",
        "2020-02-01/2020-01-01", "2020/2021/2022", "２０２０", "2020-01-05Z",
    ],
)  # fmt: skip
def test_what_is_no_date_is_told(text: str) -> None:
    for kind in (Kind.DAY, Kind.SECOND):
        moment, bad = of_text(Text.of(["2020-01-05", text]), kind)
        assert bad == [1]
        assert moment.texts().tolist() == ["2020-01-05", ""]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-03-15T13:14:17", "2020-03-15"),
        ("2020-01-15T-:30", "2020-01-15"),
        ("2020-12--T10:30", "2020-12"),
        ("2020---15T10:30", "2020---15"),
        ("-----T07:15", ""),
        ("2020-01-15T23:00-05:00", "2020-01-15"),
        ("2003-12-15T10:00/2003-12-15T10:30", "2003-12-15"),
        ("2003-12-15T10:00/2003-12-16T10:30", "2003-12-15/2003-12-16"),
    ],
)
def test_a_date_leaves_the_time_out_and_keeps_the_recorded_day(text: str, day: str) -> None:
    assert moments(text, kind=Kind.DAY).texts().tolist() == [day]
    assert date_of(moments(text)).texts().tolist() == [day]


def test_minutes_are_a_complete_date_time_and_hours_are_not() -> None:
    moment = moments("2024-01-01T14:30", "2024-01-01T14", "2024-01-01", "2024-01-01T14:30:05", None)
    assert moment.complete().tolist() == [True, False, False, True, False]
    found = moment.seconds()
    assert found[0] == seconds("2024-01-01T14:30:00")
    assert np.isnan(found).tolist() == [False, True, True, False, True]


def test_the_grain_is_declared_also_where_every_time_is_midnight() -> None:
    moment = of_seconds(np.array([0.0, 86_400.0]))
    assert moment.kind is Kind.SECOND
    assert moment.texts().tolist() == ["1970-01-01T00:00:00", "1970-01-02T00:00:00"]


@given(st.lists(st.none() | st.datetimes(min_value=datetime(1, 1, 1)), max_size=20))  # noqa: DTZ001
def test_seconds_are_those_of_datetime(stamps: list[datetime | None]) -> None:
    whole = [stamp and stamp.replace(microsecond=0, tzinfo=UTC) for stamp in stamps]
    moment = moments(*(stamp and stamp.isoformat()[:19] for stamp in whole))
    expected = [np.nan if s is None else (s - EPOCH).total_seconds() for s in whole]
    assert np.array_equal(moment.seconds(), np.array(expected, float), equal_nan=True)
    again = of_seconds(moment.seconds())
    assert again.texts().tolist() == moment.texts().tolist()
    assert np.array_equal(of_sas(moment.sas(), Kind.SECOND).seconds(), moment.seconds(), True)
    days = of_days(moment.days())
    assert days.texts().tolist() == date_of(moment).texts().tolist()
    clock = [np.nan if s is None else s.hour * 3600 + s.minute * 60 + s.second for s in whole]
    assert np.array_equal(time_of(moment), np.array(clock, float), equal_nan=True)


@given(st.dates())
def test_ranks_follow_the_calendar(day: object) -> None:
    other = moments(str(day), "2000-02-29", None, kind=Kind.DAY)
    ranks = other.ranks()
    assert (ranks[0] < ranks[1]) == (str(day) < "2000-02-29")
    assert (ranks[0] == ranks[1]) == (str(day) == "2000-02-29")
    assert ranks[2] == NO_RANK


def test_ranks_of_partial_dates_begin_with_the_first_second() -> None:
    moment = moments("2020-02", "2020-02-01", "2020-02-01T00:00:00", "2020-01-31", "2020")
    assert moment.ranks().argsort().tolist() == [4, 3, 2, 1, 0]


def test_ranks_are_in_utc_whatever_stands_beside_them() -> None:
    both = moments("2024-01-01T10:00+02:00", "2024-01-01T09:00Z", "2024-01-01T08:00Z")
    assert both.ranks().tolist() == [0, 1, 0]
    one_without = moments("2024-01-01T10:00+02:00", "2024-01-01T09:00Z", "2024-01-01T09:30")
    assert one_without.ranks().tolist() == [0, 1, 2]


def test_times_with_and_without_an_offset_are_told_of_the_group_that_they_stand_in() -> None:
    some = moments(
        "2024-01-01T10:00+02:00", "2024-01-01T09:00Z",  # both in UTC
        "2024-01-01T10:00Z", "2024-01-01T09:00",
        "2024-01-01T10:00Z", "2024-01-02",  # a day has no time to place
        "2024-01-01T10:00Z", "2024-01-01T09:00",
    )  # fmt: skip
    groups = np.array([0, 0, 1, 1, 2, 2, -1, -1])
    keep = np.ones(8, np.bool_)
    assert uneven_offsets(some, groups, 3, keep).tolist() == [False, True, False]
    keep[3] = False
    assert not uneven_offsets(some, groups, 3, keep).any()


@given(st.lists(st.sampled_from([None, "2020", "2020-03", "2020---15", "2020-03-15T10:00"])))
def test_rows_are_taken_kept_filled_and_stacked(texts: list[str | None]) -> None:
    shown = [text or "" for text in texts]
    moment = moments(*texts)
    rows = np.arange(len(texts))[::-1].astype(np.int64)
    assert moment.take(rows).texts().tolist() == shown[::-1]
    assert moment.missing().tolist() == [text is None for text in texts]
    mask = np.arange(len(texts)) % 2 == 0
    kept = moment.keep(mask)
    assert kept.texts().tolist() == [t if on else "" for t, on in zip(shown, mask, strict=True)]
    other = of_seconds(np.arange(len(texts), dtype=float))
    filled = moment.fill(other, mask)
    expected = [o if on else t for t, o, on in zip(shown, other.texts(), mask, strict=True)]
    assert filled.texts().tolist() == expected
    both = stack([moment, other, moment])
    assert both.texts().tolist() == [*shown, *other.texts().tolist(), *shown]
    assert both.ranks()[: len(texts)].tolist() == both.ranks()[2 * len(texts) :].tolist()


def test_taking_no_row_is_missing() -> None:
    assert moments("2020").take(np.array([-1, 0, -1])).texts().tolist() == ["", "2020", ""]
    assert nothing(Kind.DAY, 0).take(np.array([-1])).texts().tolist() == [""]


def test_dates_and_date_times_do_not_stack() -> None:
    with pytest.raises(KindError, match="date"):
        stack([moments("2020", kind=Kind.DAY), moments("2020")])
    with pytest.raises(KindError, match="date"):
        moments("2020", kind=Kind.DAY).fill(moments("2020"), np.array([True]))


def test_parts_of_a_day_are_no_date() -> None:
    with pytest.raises(KindError, match="1 values are no whole days"):
        of_days(np.array([1.0, 1.5]))


def test_computed_days_end_with_the_calendar() -> None:
    first, last = (
        (datetime(1, 1, 1, tzinfo=UTC) - EPOCH).days,
        (datetime.max.replace(tzinfo=UTC) - EPOCH).days,
    )
    moment = of_days(np.array([first - 1, first, last, last + 1, np.nan], float))
    assert moment.texts().tolist() == ["", "0001-01-01", "9999-12-31", "", ""]


@given(st.integers(0, 50), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_sas_counts_from_1960(days: int, more: timedelta) -> None:
    start = datetime(1960, 1, 1, tzinfo=UTC)
    stamp = start + timedelta(days=days) + timedelta(seconds=int(more.total_seconds()))
    moment = moments(stamp.isoformat()[:19])
    assert moment.sas().tolist() == [(stamp - start).total_seconds()]
    assert date_of(moment).sas().tolist() == [(stamp - start).days]

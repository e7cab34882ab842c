"""Questions on dates that have one answer, whoever asks."""

from __future__ import annotations

import numpy as np
import pytest

from derive.values.column import Kind, KindError
from derive.values.moment import Moment, of_text
from derive.values.order import partial_overturns
from derive.values.related import Side, check, compare
from derive.values.text import Text
from derive.values.time.calendar import add, difference


def at(text: str, kind: Kind = Kind.SECOND) -> Moment:
    return of_text(Text.of([text]), kind)[0]


def test_ten_o_clock_is_not_after_its_day() -> None:
    morning = at("2024-01-05T10:00")
    assert compare(morning, "<=", at("2024-01-05")).tolist() == [True]
    assert compare(morning, "<=", at("2024-01-05", Kind.DAY)).tolist() == [True]
    assert compare(morning, "<=", "2024-01-05").tolist() == [True]
    assert compare(morning, "<", "2024-01-05").tolist() == [False]


def test_ten_o_clock_is_after_eight_of_the_same_day() -> None:
    assert compare(at("2024-01-05T10:00"), "<=", at("2024-01-05T08:00")).tolist() == [False]


def test_a_result_is_no_date() -> None:
    result, date = Side(Kind.TEXT, "VSSTRESC"), Side(Kind.SECOND, "CMSTDTC")
    assert check(result, "<=", date) is not None
    assert check(Side(Kind.NUMBER, "VSSTRESN"), "<=", date) is not None


def test_text_above_a_number_only_where_it_is_raw() -> None:
    assert compare(Text.of(["10"]), ">", 9.0, raw=True).tolist() == [True]
    with pytest.raises(KindError):
        compare(Text.of(["10"]), ">", 9.0)


def test_text_has_no_order() -> None:
    with pytest.raises(KindError):
        compare(Text.of(["10"]), ">", Text.of(["9"]))
    with pytest.raises(KindError):
        compare(Text.of(["15-FEB-2024"]), "<=", "2024-02-15", raw=True)


def test_a_quarter_of_a_day_after_ten_is_four_in_the_afternoon() -> None:
    assert add(at("2024-01-05T10:00"), 0.25).texts().tolist() == ["2024-01-05T16:00:00"]
    assert add(at("2024-01-01T14:30"), 0.5).texts().tolist() == ["2024-01-02T02:30:00"]


def test_half_past_two_is_fourteen_and_a_half_hours_after_midnight() -> None:
    start = at("2024-01-01T00:00")
    assert difference(at("2024-01-01T14:30"), start, "hours").tolist() == [14.5]


def test_the_kind_of_a_date_time_does_not_hang_on_its_values() -> None:
    midnights = of_text(Text.of(["2024-01-01T00:00", "2024-01-02T00:00:00"]), Kind.SECOND)[0]
    assert midnights.kind is Kind.SECOND
    assert np.diff(midnights.seconds()).tolist() == [86_400]


@pytest.mark.parametrize(
    ("texts", "last", "overturning"),
    [
        (["2020-01-15", "2020-01"], False, [1]),
        (["2020-01-15", "2020-02"], False, []),
        (["2020-01-20", "2020-02"], True, []),
        (["2020-01-20", "2020-01"], True, [1]),
        (["2020-01-20", "2020-01-10"], True, []),
        (["2020-01-20", "2020---10"], True, [0]),
    ],
)
@pytest.mark.parametrize("kind", [Kind.DAY, Kind.SECOND])
def test_a_partial_date_that_may_overturn_a_pick_is_found(
    texts: list[str], last: bool, overturning: list[int], kind: Kind
) -> None:
    moment = of_text(Text.of(texts), kind)[0]
    codes, keep = np.zeros(2, np.int64), np.ones(2, np.bool_)
    ranks = moment.ranks()
    picked = np.array([ranks.argmax() if last else ranks.argmin()])
    # a pick that is itself partial may be overturned by the other
    found = partial_overturns(moment, codes, keep, picked, last=last).tolist()
    other = 1 - int(picked[0])
    assert found in (overturning, [other] if overturning else [])

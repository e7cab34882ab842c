"""Questions on dates that have one answer, whoever asks."""

from __future__ import annotations

import numpy as np
import pytest

from derive.values.calendar import add, difference
from derive.values.column import Kind, KindError
from derive.values.moment import Moment, of_text
from derive.values.related import Side, check, compare
from derive.values.text import Text


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


def test_a_possible_overturn_is_seen_in_the_bounds() -> None:
    picked, partial = at("2020-01-20").bounds(), at("2020-02").bounds()
    assert partial[0][0] > picked[1][0]  # certainly later than the last dose of 20 January
    earlier, month = at("2020-01-15").bounds(), at("2020-01").bounds()
    assert month[0][0] < earlier[0][0] < month[1][0]  # may be earlier

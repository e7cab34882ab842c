"""Imputation of parts. Expected values are written by hand; the properties hold for any rule."""

from __future__ import annotations

from calendar import monthrange

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.column import Kind, KindError
from derive.values.moment import Moment, of_text
from derive.values.text import Text
from derive.values.time.imputation import Fill, Imputation, impute

FIRST = Imputation(month="first", day="first", time="first")
LAST = Imputation(month="last", day="last", time="last")
MID = Imputation(month="mid", day="mid", time="mid")


def at(*texts: str | None, kind: Kind = Kind.SECOND) -> Moment:
    moment, bad = of_text(Text.of(texts), kind)
    assert bad == []
    return moment


def one(text: str, rule: Imputation, kind: Kind) -> tuple[str, str, str]:
    found = impute(at(text), rule, kind=kind, seconds_flag=True)
    columns = (found.moment, found.date_flag, found.time_flag)
    return tuple(column.texts()[0] for column in columns)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "rule", "expected", "flag"),
    [
        ("2020-03-15", FIRST, "2020-03-15", ""),
        ("2020-03-15T10:30", LAST, "2020-03-15", ""),
        ("2020-02", FIRST, "2020-02-01", "D"),
        ("2020-02", LAST, "2020-02-29", "D"),
        ("2020-02", MID, "2020-02-15", "D"),
        ("2020", FIRST, "2020-01-01", "M"),
        ("2020", LAST, "2020-12-31", "M"),
        ("2020", MID, "2020-06-30", "M"),
        ("2020", Imputation(month=6, day=15), "2020-06-15", "M"),
        ("2021", Imputation(month=2, day=29), "2021-02-28", "M"),
        ("2020-04", Imputation(day=31), "2020-04-30", "D"),
        ("2020---15", FIRST, "2020-01-15", "M"),
        ("2020---15", LAST, "2020-12-15", "M"),
        ("2020---15", MID, "2020-06-15", "M"),
        ("2020---31", MID, "2020-07-31", "M"),
        ("2021---30", Imputation(month=2), "2021-03-30", "M"),
        ("2020---15", Imputation(month="first"), "2020-01-15", "M"),
        ("2020---15", Imputation(day="first"), "", ""),
        ("2020-12--T10:30", FIRST, "2020-12-01", "D"),
        ("2020", Imputation(day="first"), "", ""),
        ("2020", Imputation(month="first"), "", ""),
        ("2020", Imputation(), "", ""),
        ("--12-15", FIRST, "", ""),
        ("--12-15", Imputation(year=2020), "2020-12-15", "Y"),
        ("--02-29", Imputation(year=2021), "", ""),
        ("2003-06-10/2003-06-20", Imputation(day="first"), "2003-06-10", "D"),
        ("2003-06-10/2003-06-20", Imputation(day="last"), "2003-06-20", "D"),
    ],
)
def test_dates_are_filled_by_part(text: str, rule: Imputation, expected: str, flag: str) -> None:
    assert one(text, rule, Kind.DAY) == (expected, flag, "")


@pytest.mark.parametrize(
    ("text", "rule", "expected", "flags"),
    [
        ("2024-01-01T14:30:05", FIRST, "2024-01-01T14:30:05", ("", "")),
        ("2024-01-01T14:30", Imputation(), "2024-01-01T14:30:00", ("", "S")),
        ("2024-01-01T14:30", LAST, "2024-01-01T14:30:59", ("", "S")),
        ("2024-01-01T14", FIRST, "2024-01-01T14:00:00", ("", "M")),
        ("2024-01-01T14", LAST, "2024-01-01T14:59:59", ("", "M")),
        ("2024-01-01T14", MID, "2024-01-01T14:00:00", ("", "M")),
        ("2024-01-01T14", Imputation(), "", ("", "")),
        ("2024-01-01", FIRST, "2024-01-01T00:00:00", ("", "H")),
        ("2024-01-01", LAST, "2024-01-01T23:59:59", ("", "H")),
        ("2024-01-01", MID, "2024-01-01T12:00:00", ("", "H")),
        ("2024-01-01", Imputation(time="08:00:00"), "2024-01-01T08:00:00", ("", "H")),
        ("2024-01-01", Imputation(time="08:15"), "2024-01-01T08:15:00", ("", "H")),
        ("2024-01", Imputation(day="first"), "", ("", "")),
        ("2024", LAST, "2024-12-31T23:59:59", ("M", "H")),
        ("2020---15T10:30", FIRST, "2020-01-15T10:30:00", ("M", "S")),
        ("2020-01-15T-:30", FIRST, "2020-01-15T00:30:00", ("", "H")),
        ("2020-01-15T-:30", LAST, "2020-01-15T23:30:59", ("", "H")),
        ("2020-01-15T10:-:30", LAST, "2020-01-15T10:59:30", ("", "M")),
        ("2020-01-15T10:-:30", MID, "2020-01-15T10:00:30", ("", "M")),
        ("2020-12--T10:30", LAST, "2020-12-31T10:30:59", ("D", "S")),
        ("2024-01-01T10:00:00+02:00", FIRST, "2024-01-01T10:00:00", ("", "")),
    ],
)
def test_date_times_are_filled_by_part(
    text: str, rule: Imputation, expected: str, flags: tuple[str, str]
) -> None:
    assert one(text, rule, Kind.SECOND) == (expected, *flags)


def test_filled_seconds_are_flagged_where_seconds_are_collected() -> None:
    with_seconds = impute(at("2024-01-01T14:30", "2024-01-01T14:30:10"), FIRST)
    assert with_seconds.time_flag.texts().tolist() == ["S", ""]
    without = impute(at("2024-01-01T14:30", "2024-01-01T14"), FIRST)
    assert without.time_flag.texts().tolist() == ["", "M"]
    never = impute(at("2024-01-01T14:30", "2024-01-01T14:30:10"), FIRST, seconds_flag=False)
    assert never.time_flag.texts().tolist() == ["", ""]


@pytest.mark.parametrize(
    "fields",
    [{"month": 13}, {"month": 0}, {"month": 2, "day": 30}, {"month": 6, "day": 31}, {"day": 32},
     {"day": 0}, {"time": "24:00"}, {"time": "8:00"}, {"time": "noon"}, {"year": 0}],
)  # fmt: skip
def test_what_is_in_no_calendar_is_refused(fields: dict[str, int | str]) -> None:
    with pytest.raises(KindError):
        Imputation(**fields)  # type: ignore[arg-type]


def bounded(
    text: str,
    rule: Imputation,
    kind: Kind,
    before: Moment | None = None,
    after: Moment | None = None,
) -> str:
    found = impute(at(text), rule, kind=kind, not_before=before, not_after=after)
    return str(found.moment.texts()[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01", "2024-01-05T14:30:00"),
        ("2024-01-05", "2024-01-05T14:30:00"),
        ("2024-01-05T10", "2024-01-05T10:00:00"),
        ("2024-01-05T14", "2024-01-05T14:30:00"),
        ("2024-02", "2024-02-01T00:00:00"),
        ("2024", "2024-01-05T14:30:00"),
        ("2024-01-06", "2024-01-06T00:00:00"),
        ("2024-01-05T09:00:00", "2024-01-05T09:00:00"),
        ("2023", "2023-01-01T00:00:00"),
        ("2024---04", "2024-02-04T00:00:00"),
        ("2024---05", "2024-01-05T14:30:00"),
        ("2024-01-05T-:15", "2024-01-05T15:15:00"),
    ],
)
def test_not_before_moves_to_the_time_of_the_bound_inside_the_text(
    text: str, expected: str
) -> None:
    assert bounded(text, FIRST, Kind.SECOND, before=at("2024-01-05T14:30:00")) == expected
    assert bounded(text, FIRST, Kind.SECOND, before=at("2024-01-05T14:30")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03", "2024-03-05T09:15:00"),
        ("2024-03-05", "2024-03-05T09:15:00"),
        ("2024-03-05T08", "2024-03-05T08:59:59"),
        ("2024-03-05T09", "2024-03-05T09:15:00"),
        ("2024-02", "2024-02-29T23:59:59"),
        ("2024", "2024-03-05T09:15:00"),
        ("2024-03-04", "2024-03-04T23:59:59"),
        ("2024-03-06", "2024-03-06T23:59:59"),
        ("2024---06", "2024-02-06T23:59:59"),
    ],
)
def test_not_after_moves_to_the_time_of_the_bound_inside_the_text(text: str, expected: str) -> None:
    assert bounded(text, LAST, Kind.SECOND, after=at("2024-03-05T09:15:00")) == expected
    assert bounded(text, LAST, Kind.SECOND, after=at("2024-03-05T09:15")) == expected


def test_a_bound_that_is_a_date_leaves_its_whole_day() -> None:
    day = at("2024-03-05", kind=Kind.DAY)
    assert bounded("2024-03", LAST, Kind.SECOND, after=day) == "2024-03-05T23:59:59"
    assert bounded("2024-03", FIRST, Kind.SECOND, before=day) == "2024-03-05T00:00:00"


def test_dates_are_bounded_by_days() -> None:
    bound = at("2024-01-05T14:30:00")
    assert bounded("2024-01", FIRST, Kind.DAY, before=bound) == "2024-01-05"
    assert bounded("2024-01", LAST, Kind.DAY, after=bound) == "2024-01-05"
    assert bounded("2024-02", FIRST, Kind.DAY, before=bound) == "2024-02-01"
    assert bounded("2024-01-01", FIRST, Kind.DAY, before=bound) == "2024-01-01"
    both = bounded("2024", FIRST, Kind.DAY, before=at("2024-05-01"), after=at("2024-03-01"))
    assert both == "2024-03-01"  # they contradict one another: nothing is after the upper one
    assert bounded("2024", FIRST, Kind.DAY, before=at(None), after=at(None)) == "2024-01-01"


YEARS, MONTHS, DAYS = st.sampled_from(["2019", "2020"]), st.integers(1, 12), st.integers(1, 31)
CLOCKS = st.sampled_from(["", "T10", "T10:30", "T10:30:15", "T-:30", "T10:-:15", "T-:-:15"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    year, month, day = draw(YEARS), draw(MONTHS), draw(DAYS)
    day = min(day, monthrange(int(year), month)[1])
    shown = [year, f"{year}-{month:02d}", f"{year}---{day:02d}", f"{year}-{month:02d}-{day:02d}"]
    form = draw(st.integers(0, 4))
    return shown[form] if form < 3 else shown[3] + draw(CLOCKS)


FILLS: list[Fill] = ["first", "last", "mid"]
RULES = st.builds(
    Imputation,
    month=st.sampled_from([*FILLS, 2, 11, None]),
    day=st.sampled_from([*FILLS, 1, 28, None]),
    time=st.sampled_from([*FILLS, "08:00", "23:59:59", None]),
)


@given(
    st.lists(texts(), min_size=1), RULES, st.sampled_from([Kind.DAY, Kind.SECOND]), texts(), texts()
)
def test_nothing_leaves_what_its_text_allows(
    written: list[str], rule: Imputation, kind: Kind, low: str, high: str
) -> None:
    moment = at(*written)
    n = len(written)
    found = impute(
        moment, rule, kind=kind, not_before=at(*[low] * n), not_after=at(*[high] * n)
    ).moment
    first, last = moment.bounds()
    got, got_last = found.bounds()
    there = found.present()
    assert (got_last >= first)[there].all()
    assert (got <= last)[there].all()
    for text, shown in zip(written, found.texts().tolist(), strict=True):
        if shown and "--" in text:
            assert shown[8:10] == text[7:9]
        if shown and kind is Kind.SECOND and text.endswith(("T-:30", ":15")):
            assert shown.endswith(text[-2:]) or text.endswith("T-:30")
            assert shown[14:16] == "30" or not text.endswith("T-:30")
    complete = np.flatnonzero([len(text) == 19 and "-:" not in text for text in written])
    assert found.take(complete).texts().tolist() == [
        written[row][: 10 if kind is Kind.DAY else 19] for row in complete.tolist()
    ]


@given(texts(), RULES, texts())
def test_a_bound_inside_what_the_text_allows_holds(text: str, rule: Imputation, low: str) -> None:
    """For texts that allow one stretch of time, the bound itself is allowed."""
    if "--" in text or "-:" in text or len(low) < 10 or "--" in low or "-:" in low:
        return
    moment, bound = at(text), at(low)
    found = impute(moment, rule, kind=Kind.SECOND, not_before=bound).moment
    flagged = len(text) < 19
    if found.present()[0] and flagged and moment.bounds()[1][0] >= bound.bounds()[0][0]:
        assert found.bounds()[0][0] >= bound.bounds()[0][0]

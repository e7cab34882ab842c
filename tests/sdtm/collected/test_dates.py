"""Dates and times of raw exports; expected texts are written by hand or come from ``datetime``."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sdtm.collected.date_arithmetic import days_after
from sdtm.collected.dates import (
    DateResult,
    add_zone,
    bounds,
    combine,
    combine_columns,
    compare,
    duration,
    duration_between,
    iso_to_days,
    parse_dates,
    parse_split_dates,
    parse_times,
    study_day,
)
from specs.errors import SpecificationError

UNKNOWN = ["UN", "UNK", "NK", "不详", "--"]
ISO = ["YYYY-MM-DD"]


def one(text: str, formats: list[str], **options: object) -> DateResult:
    return parse_dates([text], formats, **options)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "form", "iso"),
    [
        ("2022-03-05", "YYYY-MM-DD", "2022-03-05"),
        ("2022年3月5日", "YYYY年M月D日", "2022-03-05"),
        ("2022.3.5", "YYYY.M.D", "2022-03-05"),
        ("20220305", "YYYYMMDD", "2022-03-05"),
        ("2022-3-5", "YYYY-M-D", "2022-03-05"),
        ("05-Mar-2022", "DD-MON-YYYY", "2022-03-05"),
        ("5 MARCH 2022", "D MON YYYY", "2022-03-05"),
        ("Sept 5,  2022", "MON D, YYYY", "2022-09-05"),
        ("05MAR2022:14:20:07", "DDMONYYYY:HH:mm:SS", "2022-03-05T14:20:07"),
        ("3/5/2022 2:05 PM", "M/D/YYYY H:mm AM", "2022-03-05T14:05"),
        ("2022-03-05 下午3:20", "YYYY-MM-DD 上午H:mm", "2022-03-05T15:20"),
        ("２０２２－０３－０５", "YYYY-MM-DD", "2022-03-05"),
        ("2022–03–05", "YYYY-MM-DD", "2022-03-05"),
        ("\u00a02022-03-05\u200b ", "YYYY-MM-DD", "2022-03-05"),
        ("2022", "YYYY", "2022"),
        ("2022-03", "YYYY-MM", "2022-03"),
        ("2022-03-05T14", "YYYY-MM-DDTHH", "2022-03-05T14"),
        ("44625", "excel", "2022-03-05"),
        ("44625.0", "excel", "2022-03-05"),
        ("44625.5", "excel", "2022-03-05T12:00:00"),
        ("2022-03-05T00:00:00", "excel", "2022-03-05"),
        ("2022-03-05T08:30:00", "excel", "2022-03-05T08:30:00"),
        ("2022-03-05T08:30:00.25+08:00", "iso", "2022-03-05T08:30:00.25+08:00"),
        ("2022---15", "iso", "2022---15"),
        ("--03-15", "iso", "--03-15"),
        ("2022-03", "iso", "2022-03"),
    ],
)
def test_each_declared_form_is_read(text: str, form: str, iso: str) -> None:
    result = one(text, [form])
    assert (result.iso, result.problem) == (iso, None)
    assert result.steps


@pytest.mark.parametrize(
    ("text", "form", "iso"),
    [
        ("UN/UNK/2022", "DD/MON/YYYY", "2022"),
        ("UN-MAR-2022", "DD-MON-YYYY", "2022-03"),
        ("un-mar-2022", "DD-MON-YYYY", "2022-03"),
        ("15/UNK/2022", "DD/MON/YYYY", "2022---15"),
        ("2022年3月不详日", "YYYY年M月D日", "2022-03"),
        ("2022-08-UN", "YYYY-MM-DD", "2022-08"),
        ("2022-03---", "YYYY-MM-DD", "2022-03"),
        ("2022-----", "YYYY-MM-DD", None),
        ("UNK-03-15", "YYYY-MM-DD", "--03-15"),
        ("2022-03-05 UN:UN", "YYYY-MM-DD HH:mm", "2022-03-05"),
        ("2022-03-05 14:UN", "YYYY-MM-DD HH:mm", "2022-03-05T14"),
        ("2022-03-UN 14:20", "YYYY-MM-DD HH:mm", "2022-03"),
    ],
)
def test_unknown_parts_truncate(text: str, form: str, iso: str | None) -> None:
    result = one(text, [form], unknown=UNKNOWN)
    assert result.iso == iso
    assert (result.problem is None) == (iso is not None)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-15T-:30",
        "2024-01-15T10:-:30",
        "2024-01-15T-:-:30",
        "2024-01-15T-:30+08:00",
        "2024---15T-:15:20",
        "2024---15T10:00",
        "2024-03--T10:00",
        "-----T07:15",
        "--12-15",
    ],
)
def test_iso_texts_with_a_gap_are_kept_as_sdtmig_4_4_2_writes_them(text: str) -> None:
    (read,) = parse_dates([text], ["iso"])
    assert (read.iso, read.problem) == (text, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2024-01-15T-:61", "MAP210"),
        ("2024-01-15T-:-", "MAP210"),
        ("2024-02-30T-:30", "MAP210"),
        ("--15T-:30", "MAP210"),
        ("1820-01-15T-:30", "MAP213"),
        ("2100-01-15T-:30", "MAP213"),
        ("2024-03T10:00", "MAP211"),
    ],
)
def test_impossible_gaps_are_asked(text: str, code: str) -> None:
    (read,) = parse_dates([text], ["iso"])
    assert (read.iso, read.problem) == (None, code)


@pytest.mark.parametrize("text", ["UNK", "unk", "不详", "--"])
def test_a_date_declared_as_unknown_is_no_problem(text: str) -> None:
    result = one(text, ISO, unknown=UNKNOWN)
    assert (result.iso, result.problem) == (None, None)
    assert result.steps == ("declared as unknown",)


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\u200b"])
def test_blank_is_missing(text: str) -> None:
    assert one(text, ISO) == DateResult(None)


def test_none_is_missing() -> None:
    assert parse_dates([None], ISO) == [DateResult(None)]


@pytest.mark.parametrize(
    ("text", "formats", "code"),
    [
        ("2021-02-30", ["YYYY-MM-DD"], "MAP211"),
        ("2022/13/04", ["YYYY/MM/DD"], "MAP211"),
        ("2023-02-29", ["iso"], "MAP211"),
        ("2022-00-10", ["iso"], "MAP211"),
        ("32-JAN-2024", ["DD-MON-YYYY"], "MAP211"),
        ("31/UNK/0000", ["DD/MON/YYYY"], "MAP211"),
        ("60", ["excel"], "MAP211"),
        ("0", ["excel"], "MAP211"),
        ("03/05/2022", ["DD/MM/YYYY", "MM/DD/YYYY"], "MAP212"),
        ("2022", ["excel"], "MAP212"),
        ("2202-03-05", ["YYYY-MM-DD"], "MAP213"),
        ("400000", ["excel"], "MAP213"),
        ("05-03-22", ["DD-MM-YY"], "MAP214"),
        ("15/UNK/UNK", ["DD/MON/YYYY"], "MAP215"),
        ("05-03-22", ["DD-MM-YYYY"], "MAP210"),
        ("2022-3-5", ["YYYY-MM-DD"], "MAP210"),
        ("about 2022", ["YYYY-MM-DD", "iso", "excel"], "MAP210"),
        ("2022-03-0²", ["YYYY-MM-D"], "MAP210"),
        ("9999999", ["excel"], "MAP210"),
        ("2022-03T10:00", ["iso"], "MAP211"),
        ("2022---", ["iso"], "MAP210"),
    ],
)
def test_what_cannot_be_trusted_is_left_out(text: str, formats: list[str], code: str) -> None:
    result = one(text, formats, unknown=["UNK"])
    assert (result.iso, result.problem) == (None, code)
    assert text in result.message


def test_two_formats_may_agree() -> None:
    assert one("05/05/2022", ["DD/MM/YYYY", "MM/DD/YYYY"]).iso == "2022-05-05"


def test_the_calendar_may_leave_one_reading() -> None:
    assert one("25/03/2022", ["DD/MM/YYYY", "MM/DD/YYYY"]).iso == "2022-03-25"


def test_serials_and_texts_in_one_column() -> None:
    results = parse_dates(["44625", "2022-03-05", "2022年3月5日"], [*ISO, "YYYY年M月D日", "excel"])
    assert {result.iso for result in results} == {"2022-03-05"}
    assert "Excel serial 44625, 1900 system" in results[0].steps


@pytest.mark.parametrize(
    ("serial", "iso"), [("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01")]
)
def test_excel_believes_in_29_february_1900(serial: str, iso: str) -> None:
    assert one(serial, ["excel"]).iso == iso


def test_the_1904_system() -> None:
    assert one("43163", ["excel"], excel_system="1904").iso == "2022-03-05"


def test_the_pivot_decides_the_century() -> None:
    results = parse_dates(["05-03-22", "05-03-30", "05-03-31"], ["DD-MM-YY"], pivot=30)
    assert [result.iso for result in results] == ["2022-03-05", "2030-03-05", "1931-03-05"]


@pytest.mark.parametrize(
    ("text", "good"),
    [("2021-12-31", False), ("2022-01-01", True), ("2022-06-30", True), ("2022-07-01", False)],
)
def test_the_possible_range(text: str, good: bool) -> None:
    result = one(text, ISO, earliest="2022", latest="2022-06-30")
    assert result.problem == (None if good else "MAP213")


@pytest.mark.parametrize("limit", ["soon", "2022-13", "2022-02-31", "03/2022", "--03-15"])
def test_a_limit_that_is_no_date_is_refused(limit: str) -> None:
    with pytest.raises(SpecificationError, match="MAP201"):
        parse_dates([], ISO, latest=limit)


def test_midnight_of_a_cell_is_ambiguous_if_iso_texts_are_declared_too() -> None:
    assert one("2022-03-05T00:00:00", ["iso", "excel"]).problem == "MAP212"


def test_24_00_on_the_last_day_of_the_calendar() -> None:
    late = parse_dates(["9999-12-31"], ["iso"], latest="9999")[0]
    assert combine(late, parse_times(["24:00"])[0]).problem == "MAP211"


def test_24_00_with_a_zone_is_refused() -> None:
    assert one("2022-03-05T24:00Z", ["iso"]).problem == "MAP221"


def test_a_partial_date_that_may_lie_in_the_range_is_kept() -> None:
    result = one("2022-UN-UN", ISO, unknown=["UN"], earliest="2022-03-01", latest="2022-06-30")
    assert result.iso == "2022"


def test_a_wrong_time_in_a_date_cell_leaves_the_date() -> None:
    result = one("2022-03-05 25:10", ["YYYY-MM-DD HH:mm"])
    assert (result.iso, result.problem) == ("2022-03-05", "MAP221")


@pytest.mark.parametrize("form", ["YYYY-MM-DD HH:mm", "iso"])
def test_24_00_in_a_date_cell_is_listed(form: str) -> None:
    text = "2022-02-28T24:00" if form == "iso" else "2022-02-28 24:00"
    result = one(text, [form])
    assert (result.iso, result.problem) == ("2022-03-01T00:00", "MAP223")


@pytest.mark.parametrize(
    "form",
    [
        "DD-MM",
        "YYYYMD",
        "YYYY-MM-MM",
        "yyyy-mm-dd",
        "YYYY YY",
        "",
        "MON-MM-YYYY",
        "YYYY AM",
        "YYYY mm",
    ],
)
def test_a_format_without_one_reading_is_refused(form: str) -> None:
    with pytest.raises(SpecificationError, match="MAP201"):
        parse_dates([], [form])


@pytest.mark.parametrize(
    ("text", "formats", "iso"),
    [
        ("9:5", ["H:m"], "09:05"),
        ("0:00", ["H:mm"], "00:00"),
        ("24:00", ["H:mm"], "24:00"),
        ("下午3:20", ["上午/下午H:mm"], "15:20"),
        ("上午12:30", ["上午H:mm"], "00:30"),
        ("3:20 PM", ["H:mm AM/PM"], "15:20"),
        ("3:20 p.m.", ["H:mm AM"], "15:20"),
        ("12:05 AM", ["H:mm AM"], "00:05"),
        ("12:05 PM", ["H:mm AM"], "12:05"),
        ("14:UN", ["HH:mm"], "14"),
        ("UN:20", ["HH:mm"], None),
        ("14:20:30", ["iso"], "14:20:30"),
        ("１４：２０", ["HH:mm"], "14:20"),
        ("UNK", ["HH:mm"], None),
        ("--:--", ["HH:mm"], None),
        ("99:99", ["HH:mm"], None),
        ("", ["HH:mm"], None),
    ],
)
def test_times(text: str, formats: list[str], iso: str | None) -> None:
    result = parse_times([text], formats, unknown=["UN", "UNK", "--:--", "99:99"])[0]
    assert (result.iso, result.problem) == (iso, None)


@pytest.mark.parametrize(
    ("text", "formats", "code"),
    [
        ("99:99", ["HH:mm"], "MAP221"),
        ("24:01", ["HH:mm"], "MAP221"),
        ("13:00 PM", ["H:mm AM"], "MAP221"),
        ("0:10 PM", ["H:mm AM"], "MAP221"),
        ("noon", ["HH:mm"], "MAP220"),
        ("11:12", ["HH:mm", "mm:HH"], "MAP225"),
    ],
)
def test_wrong_times(text: str, formats: list[str], code: str) -> None:
    result = parse_times([text], formats)[0]
    assert (result.iso, result.problem) == (None, code)


def joined(day: str, clock: str, **options: object) -> DateResult:
    dates = parse_dates([day], ["iso"], unknown=["UNK"])
    return combine(dates[0], parse_times([clock], ["H:m", "H:m:SS"], unknown=["UNK"])[0])


@pytest.mark.parametrize(
    ("day", "clock", "iso", "code"),
    [
        ("2022-03-05", "9:5", "2022-03-05T09:05", None),
        ("2022-03-05", "", "2022-03-05", None),
        ("2022-03-05", "UNK", "2022-03-05", None),
        ("2022-03", "10:00", "2022-03", None),
        ("2022---15", "10:00", "2022---15", None),
        ("2022-12-31", "24:00", "2023-01-01T00:00", "MAP223"),
        ("2022-03-05", "25:00", "2022-03-05", "MAP221"),
        ("2022-03-05", "late", "2022-03-05", "MAP220"),
        ("", "10:00", None, "MAP222"),
        ("UNK", "10:00", None, "MAP222"),
        ("", "", None, None),
        ("2021-02-30", "10:00", None, "MAP211"),
        ("2022-03-05T10:00", "10:00", "2022-03-05T10:00", None),
        ("2022-03-05T10:00", "10:00:30", "2022-03-05T10:00:30", None),
        ("2022-03-05T10:00", "11:00", "2022-03-05", "MAP224"),
    ],
)
def test_date_and_time_join(day: str, clock: str, iso: str | None, code: str | None) -> None:
    result = joined(day, clock)
    assert (result.iso, result.problem) == (iso, code)


def test_columns_join_by_distinct_pairs() -> None:
    dates = parse_dates(["2022-03-05", "2022-03-06"], ISO)
    times = parse_times(["10:00", "11:00"])
    rows = np.array([0, 0, 1, -1, 0]), np.array([0, 1, -1, -1, 0])
    results, codes = combine_columns(dates, rows[0], times, rows[1])
    assert [results[code].iso for code in codes] == [
        *("2022-03-05T10:00", "2022-03-05T11:00", "2022-03-06", None, "2022-03-05T10:00"),
    ]
    assert len(results) == 4


def test_study_days_have_no_day_0() -> None:
    days = study_day(
        ["2022-03-05", "2022-03-04", "2022-03-06T00:00", "2022-03", None, "2022-02-30"],
        ["2022-03-05T23:59"] * 6,
    )
    np.testing.assert_array_equal(days, [1, -1, 2, np.nan, np.nan, np.nan])


@given(st.dates(), st.dates())
def test_study_day_is_the_calendar_difference(day: date, reference: date) -> None:
    [found] = study_day([day.isoformat()], [reference.isoformat()])
    assert found == (day - reference).days + (day >= reference)


@given(st.dates(), st.times(), st.times())
def test_the_time_never_changes_the_study_day(day: date, one_time: object, other: object) -> None:
    texts = [f"{day.isoformat()}T{one_time}", f"{day.isoformat()}T{other}"]
    assert len(set(iso_to_days(texts))) == 1


@pytest.mark.parametrize(
    ("iso", "first", "last"),
    [
        ("2022", "2022-01-01T00:00:00", "2022-12-31T23:59:59"),
        ("2024-02", "2024-02-01T00:00:00", "2024-02-29T23:59:59"),
        ("2022---15", "2022-01-15T00:00:00", "2022-12-15T23:59:59"),
        ("2022-03-05", "2022-03-05T00:00:00", "2022-03-05T23:59:59"),
        ("2022-03-05T14", "2022-03-05T14:00:00", "2022-03-05T14:59:59"),
        ("2022-03-05T14:20:01.5Z", "2022-03-05T14:20:01", "2022-03-05T14:20:01"),
    ],
)
def test_bounds_of_partial_dates(iso: str, first: str, last: str) -> None:
    assert bounds(iso) == (first, last)


def test_bounds_need_a_year() -> None:
    with pytest.raises(ValueError, match="no year"):
        bounds("--03-15")


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        ("2022-03", "2022-04-01", -1),
        ("2022-04", "2022-03-31T23:00", 1),
        ("2022-03-05", "2022-03-05", 0),
        ("2022-03-05", "2022-03-05T10:00", None),
        ("2022", "2022-03", None),
        ("2022", "2022", None),
    ],
)
def test_partial_dates_compare_only_when_certain(left: str, right: str, answer: int | None) -> None:
    assert compare(left, right) == answer


def test_durations() -> None:
    assert duration(5, "days") == "P5D"
    assert duration(Decimal("1.5"), "hours") == "PT1.5H"
    assert duration(2, "months") == "P2M"
    assert duration(2, "minutes") == "PT2M"
    with pytest.raises(ValueError, match="fortnights"):
        duration(1, "fortnights")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2022-03-05", "2022-03-08", "P3D"),
        ("2022-03-05", "2022-03-05", "P0D"),
        ("2022-03-05T10:00", "2022-03-06T12:30", "P1DT2H30M"),
        ("2022-03-05T10:00", "2022-03-05T10:00", "PT0S"),
        ("2022-03-05T10:00:00", "2022-03-05T10:00:07", "PT7S"),
        ("2022-03-05", "2022-03-04", None),
        ("2022-03-05", "2022-03-06T10:00", None),
        ("2022-03", "2022-04", None),
        ("2022-03-05T10:00Z", "2022-03-06T10:00", None),
    ],
)
def test_durations_between(start: str, end: str, text: str | None) -> None:
    assert duration_between(start, end) == text


STYLES = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "DD/MM/YYYY": "%d/%m/%Y",
    "DD-MON-YYYY": "%d-%b-%Y",
    "MON D, YYYY": "%B %d, %Y",
    "YYYYMMDD": "%Y%m%d",
    "YYYY年M月D日": "%Y年%m月%d日",
}
PLAUSIBLE = st.dates(date(1881, 1, 1), date(2098, 12, 31))


@given(PLAUSIBLE, st.sampled_from(sorted(STYLES)))
def test_what_strftime_writes_is_read(day: date, form: str) -> None:
    assert one(day.strftime(STYLES[form]), [form]).iso == day.isoformat()


@given(st.datetimes(datetime.fromisoformat("1881-01-01"), datetime.fromisoformat("2098-12-31")))
def test_twelve_hour_clocks_are_read(moment: datetime) -> None:
    text = moment.strftime("%Y-%m-%d %I:%M %p")
    assert one(text, ["YYYY-MM-DD HH:mm AM"]).iso == moment.strftime("%Y-%m-%dT%H:%M")


@given(st.integers(10000, 72000))
def test_excel_serials_count_days(serial: int) -> None:
    assert one(str(serial), ["excel"]).iso == (date(1899, 12, 30) + timedelta(serial)).isoformat()


FORMATS = ["YYYY-MM-DD", "D/MON/YY", "iso", "excel", "YYYY年M月D日 H:m", "MON YYYY"]


@given(
    st.text(max_size=25)
    | st.from_regex(r"[0-9UNK]{1,4}[-/][0-9UN]{1,3}[-/][0-9]{1,4}", fullmatch=True)
)
@example("0000-00-00")
@example("0001-01-01")
@example("9999-12-31T24:00")
@example("99999999999999999999")
def test_any_text_gives_one_answer(text: str) -> None:
    result = one(text, FORMATS, unknown=["UN", "UNK"], pivot=50, earliest="0001", latest="9999")
    assert (result.iso is None) or not result.problem or result.problem in {"MAP221", "MAP223"}
    if result.iso and not result.iso.startswith("-"):
        assert bounds(result.iso)[0] <= bounds(result.iso)[1]


@given(st.text(max_size=12))
def test_any_text_gives_one_time(text: str) -> None:
    result = parse_times([text], ["HH:mm", "H:m:SS", "上午H:mm", "H AM"], unknown=["UN"])[0]
    assert result.iso is None or result.problem is None


@given(st.dates(), st.integers(-800, 800))
def test_days_after_a_date_are_those_of_the_calendar(day: date, days: int) -> None:
    try:
        expected = (day + timedelta(days)).isoformat()
    except OverflowError:
        expected = None
    assert days_after(day.isoformat(), days) == expected
    assert days_after(f"{day.isoformat()}T10:00", days) == expected


@pytest.mark.parametrize("text", ["2022-03", "2022", "", "2022-02-30"])
def test_nothing_comes_after_a_date_that_is_not_complete(text: str) -> None:
    assert days_after(text, 1) is None


@pytest.mark.parametrize(("day", "days"), [("9999-12-31", 1), ("0001-01-01", -1)])
def test_the_calendar_ends(day: str, days: int) -> None:
    assert days_after(day, 0) == day
    assert days_after(day, days) is None


def test_days_are_counted_from_1970() -> None:
    assert iso_to_days(["1970-01-01", "1969-12-31", "2000-01-01"]).tolist() == [0.0, -1.0, 10957.0]


def test_the_limits_themselves_are_possible() -> None:
    for text in ("2022-03-01", "2022-06-30"):
        assert one(text, ISO, earliest="2022-03-01", latest="2022-06-30").iso == text
    for text in ("2022-02-28", "2022-07-01"):
        refused = one(text, ISO, earliest="2022-03-01", latest="2022-06-30")
        assert (refused.iso, refused.problem) == (None, "MAP213")


@pytest.mark.parametrize("text", ["23:59:59", "00:00:00"])
def test_the_first_and_last_second_of_a_day(text: str) -> None:
    assert parse_times([text], ["HH:mm:SS"])[0].iso == text


@pytest.mark.parametrize("text", ["24:00:01", "24:01:00", "25:00:00", "23:60:00", "23:00:60"])
def test_there_is_no_such_time(text: str) -> None:
    assert parse_times([text], ["HH:mm:SS"])[0].problem == "MAP221"


@pytest.mark.parametrize("text", ["202-03", "20222-03-05", "2O22", ""])
def test_a_text_without_a_year_has_no_bounds(text: str) -> None:
    with pytest.raises(ValueError, match="no year"):
        bounds(text)


@pytest.mark.parametrize(
    ("parts", "iso", "problem"),
    [
        (("2024", "JAN", "5"), "2024-01-05", None),
        (("2024", "05", ""), "2024-05", None),
        (("2024", "", ""), "2024", None),
        (("2024", "", "7"), "2024---07", None),
        (("2024", "UNK", "UN"), "2024", None),
        (("", "March", "15"), "--03-15", None),
        (("", "", ""), None, None),
        (("UN", "UNK", ""), None, None),
        (("2024", "2", "30"), None, "MAP211"),
        (("2024", "13", "1"), None, "MAP211"),
        (("24", "1", "1"), None, "MAP214"),
        (("2024", "x", "1"), None, "MAP210"),
        (("2024", "1", "1.5"), None, "MAP210"),
        (("", "", "3"), None, "MAP215"),
        (("1066", "10", "14"), None, "MAP213"),
    ],
)
def test_dates_in_three_columns(
    parts: tuple[str, str, str], iso: str | None, problem: str | None
) -> None:
    (found,) = parse_split_dates([parts], unknown=["UN", "UNK"])
    assert (found.iso, found.problem) == (iso, problem)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_three_columns_and_one_read_the_same(day: date) -> None:
    (split,) = parse_split_dates([(str(day.year), str(day.month), str(day.day))])
    assert split.iso == day.isoformat()


@pytest.mark.parametrize(
    ("text", "iso", "problem"),
    [
        ("2024-01-05 13:05 +02:00", "2024-01-05T13:05+02:00", None),
        ("2024-01-05 13:05 -0530", "2024-01-05T13:05-05:30", None),
        ("2024-01-05 13:05 utc", "2024-01-05T13:05Z", None),
        ("2024-01-05 13:05 GMT+1", None, "MAP210"),
        ("2024-01-05 13:05 +25:00", "2024-01-05", "MAP226"),
    ],
)
def test_times_with_zones(text: str, iso: str | None, problem: str | None) -> None:
    (found,) = parse_dates([text], ["YYYY-MM-DD HH:mm ZONE"])
    assert (found.iso, found.problem) == (iso, problem)


@pytest.mark.parametrize(
    ("iso", "zone", "expected", "problem"),
    [
        ("2024-01-05T13:05", "+02:00", "2024-01-05T13:05+02:00", None),
        ("2024-01-05T13:05", "Z", "2024-01-05T13:05Z", None),
        ("2024-01-05", "Z", "2024-01-05", None),
        ("2024-01-05T13:05Z", "+01:00", "2024-01-05T13:05Z", None),
        ("2024-01-05T13:05", "Paris", "2024-01-05T13:05", "MAP226"),
        ("2024-01-05T13:05", "", "2024-01-05T13:05", None),
    ],
)
def test_zones_of_a_column(iso: str, zone: str, expected: str, problem: str | None) -> None:
    found = add_zone(DateResult(iso), zone)
    assert (found.iso, found.problem) == (expected, problem)

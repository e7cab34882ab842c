"""``date``: declared formats to ISO 8601; what cannot be trusted is left out and listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import STUDY, build, cm, cm_problem, files, texts


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        ("", "2022-03-04", "2022-03-04"),
        ("format: DD-MON-YYYY", "04-MAR-2022", "2022-03-04"),
        ("format: DD-MON-YYYY, unknown: [UN, UNK]", "UN-MAR-2022", "2022-03"),
        ("format: DD-MON-YYYY, unknown: [UN, UNK]", "UN-UNK-2022", "2022"),
        ("format: [YYYY-MM-DD, YYYY年M月D日]", "2022年3月4日", "2022-03-04"),
        ("format: DD.MM.YY, pivot: 30", "04.03.29", "2029-03-04"),
        ("format: DD.MM.YY, pivot: 30", "04.03.31", "1931-03-04"),
        ("format: excel", "44624", "2022-03-04"),
        ("format: excel, excel: 1904", "43162", "2022-03-04"),
    ],
)
def test_formats(tmp_path: Path, options: str, text: str, expected: str) -> None:
    line = f"CMSTDTC: {{date: A{', ' if options else ''}{options}}}"
    assert cm(tmp_path, line, [{"A": text}], "CMSTDTC") == [expected]


def test_time_column(tmp_path: Path) -> None:
    rows = [{"A": "2022-03-04", "B": "08:30"}, {"A": "2022-03-04"}, {"B": "08:30"}]
    assert cm(tmp_path, "CMSTDTC: {date: A, time: B}", rows, "CMSTDTC") == [
        "2022-03-04T08:30",
        "2022-03-04",
        "",
    ]


def test_time_format(tmp_path: Path) -> None:
    rows = [{"A": "2022-03-04", "B": "8:30 PM"}]
    line = 'CMSTDTC: {date: A, time: B, time-format: "H:mm AM"}'
    assert cm(tmp_path, line, rows, "CMSTDTC") == ["2022-03-04T20:30"]


@pytest.mark.parametrize("text", ["2022-02-30", "04.03.2022", "x"])
def test_what_is_no_date_is_left_out_and_listed(tmp_path: Path, text: str) -> None:
    built = build(tmp_path, files("  CMSTDTC: {date: A}\n", [{"A": text}]))
    assert texts(built, "CM", "CMSTDTC") == [""]
    (found,) = [f for f in built.findings if f.variable == "CMSTDTC"]
    assert found.rule.startswith("MAP2")
    assert str(found.raw) == f"cm.csv:2 A = {text!r}"
    assert str(found.spec) == "sdtm/cm.yaml:7:12"
    assert found.details["meanwhile"] == "left blank"
    assert built.datasets["CM"].records == 1


@pytest.mark.parametrize(
    ("option", "text"),
    [("earliest: 2020-01-01", "1919-01-01"), ("latest: 2020-01-01", "2091-01-01")],
)
def test_implausible_dates_are_listed(tmp_path: Path, option: str, text: str) -> None:
    built = build(tmp_path, files(f"  CMSTDTC: {{date: A, {option}}}\n", [{"A": text}]))
    assert [f.variable for f in built.findings if f.rule.startswith("MAP2")] == ["CMSTDTC"]


def test_the_study_says_it_once(tmp_path: Path) -> None:
    contents = files("  CMSTDTC: {date: A}\n", [{"A": "NK.03.2022"}])
    contents["study.yaml"] = STUDY + "dates: {format: DD.MM.YYYY, unknown: NK}\n"
    contents["sdtm/dm.yaml"] = contents["sdtm/dm.yaml"]
    assert texts(build(tmp_path, contents), "CM", "CMSTDTC") == ["2022-03"]


def test_a_wrong_format_is_an_error_of_the_specification(tmp_path: Path) -> None:
    found = cm_problem(tmp_path, "CMSTDTC: {date: A, format: QQ}", [{"A": "x"}])
    assert (found.rule, found.value) == ("MAP201", "QQ")


def test_a_format_that_most_dates_do_not_have_stops_the_data_set(tmp_path: Path) -> None:
    texts_ = ["12/31/2020", "07/16/2020", "03/05/2020", "05/20/2020", "06/06/2020"]
    rows = [{"A": text} for text in texts_]
    built = build(tmp_path, files("  CMSTDTC: {date: A, format: DD/MM/YYYY}\n", rows))
    assert list(built.failed) == ["CM"]
    (found,) = [f for f in built.findings if f.rule == "MAP219"]
    assert found.message == "3 of 5 different dates are not written as DD/MM/YYYY"
    assert str(found.raw) == "cm.csv:2 A = '12/31/2020'"


def test_some_dates_that_are_wrong_are_asked_and_stop_nothing(tmp_path: Path) -> None:
    dates = ["2020-01-01", "2020-01-02", "2020-01-03", "2020-02-30", "x", "", ""]
    built = build(tmp_path, files("  CMSTDTC: {date: A}\n", [{"A": text} for text in dates]))
    assert texts(built, "CM", "CMSTDTC") == [*dates[:3], "", "", "", ""]


def test_a_date_in_three_columns_with_a_zone(tmp_path: Path) -> None:
    line = "CMSTDTC: {date: {year: Y, month: M, day: D}, time: T, zone: Z}"
    rows = [
        {"Y": "2024", "M": "FEB", "D": "", "T": "", "Z": ""},
        {"Y": "2024", "M": "7", "D": "05", "T": "13:05", "Z": "+02:00"},
    ]
    assert cm(tmp_path, line, rows, "CMSTDTC") == ["2024-02", "2024-07-05T13:05+02:00"]

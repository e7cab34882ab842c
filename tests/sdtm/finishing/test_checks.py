"""Edit checks, working values, agreed dates and tables by variable name, in small studies."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.data_set import Check
from specs import Finding, SpecificationError
from tests.sdtm.small import build, csv, files, texts

ROWS = [
    {"A": "1", "START": "2020-03-05", "END": "2020-03-01"},
    {"A": "2", "START": "2020-03-05", "END": "2020-03-09"},
    {"A": "2", "START": "2020-03-05", "END": ""},
    {"SUBJID": "002", "A": "2", "START": "2020-03-05", "END": "2020-03-05"},
]
LINES = "  CMDOSE: {number: A}\n  CMSTDTC: {date: START}\n  CMENDTC: {date: END}\n"


def asked(folder: Path, checks: str, rule: str) -> list[Finding]:
    built = build(folder, files(f"{LINES}checks:\n  - {checks}\n", ROWS))
    assert built.failed == {}, built.findings
    return [f for f in built.findings if f.rule == rule]


def test_a_check_lists_the_records_where_it_holds(tmp_path: Path) -> None:
    (one,) = asked(tmp_path, "{where: CMENDTC < CMSTDTC, at: END, says: ends first}", "MAP340")

    assert one.message == "ends first"
    assert one.raw is not None
    assert (one.raw.row, one.raw.column, one.raw.text) == (2, "END", "2020-03-01")


def test_a_check_leaves_the_record_as_it_is(tmp_path: Path) -> None:
    text = f"{LINES}checks:\n  - {{where: CMENDTC < CMSTDTC, says: ends first}}\n"

    built = build(tmp_path, files(text, ROWS))

    assert texts(built, "CM", "CMENDTC") == ["2020-03-01", "2020-03-09", "", "2020-03-05"]


def test_same_lists_the_second_of_two_that_agree(tmp_path: Path) -> None:
    found = asked(tmp_path, "{same: [A, CMSTDTC], at: A, says: twice}", "MAP340")

    assert [f.raw.row for f in found if f.raw] == [4]


def test_a_check_may_look_at_another_data_set(tmp_path: Path) -> None:
    found = asked(tmp_path, "{where: CMSTDTC < DM.RFSTDTC, says: before}", "MAP340")

    assert [dict(f.key)["USUBJID"] for f in found] == ["S1-002"]


def test_a_check_asks_one_question() -> None:
    with pytest.raises(ValueError, match="either `where` or `same`"):
        Check.model_validate({"says": "x"})


def test_an_unknown_name_in_a_check_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="CMENDT"):
        asked(tmp_path, "{where: CMENDT is missing, says: x}", "MAP340")


def test_working_values_are_used_and_not_submitted(tmp_path: Path) -> None:
    lines = (
        "  CMDOSE: {calculate: half * 4}\nworking:\n  a: {number: A}\n  half: {calculate: a / 2}\n"
    )

    built = build(tmp_path, files(lines, [{"A": "3"}]))

    assert texts(built, "CM", "CMDOSE") == ["6"]
    assert "half" not in built.datasets["CM"].frame


def test_formats_agreed_in_the_study_hold_for_every_date(tmp_path: Path) -> None:
    more = files("  CMSTDTC: {date: START}\n", [{"START": "UN.03.2020"}])
    more["study.yaml"] += "dates: {format: DD.MM.YYYY, unknown: UN}\n"

    assert texts(build(tmp_path, more), "CM", "CMSTDTC") == ["2020-03"]


@pytest.mark.parametrize(
    ("least", "dates", "expected"),
    [
        ("month", ["2020", "2020-03", "2020---15"], ["2020", "2020---15"]),
        ("day", ["2020-03", "2020-03-15"], ["2020-03"]),
    ],
)
def test_a_date_that_knows_too_little_is_sent_and_asked(
    tmp_path: Path, least: str, dates: list[str], expected: list[str]
) -> None:
    known = {"2020": "UN-UN-2020", "2020-03": "UN-MAR-2020", "2020---15": "15-UN-2020"}
    rows = [{"START": known.get(text, "15-MAR-2020")} for text in dates]
    line = f"  CMSTDTC: {{date: START, format: DD-MON-YYYY, unknown: UN, at-least: {least}}}\n"

    built = build(tmp_path, files(line, rows))

    assert texts(built, "CM", "CMSTDTC") == dates
    asked_for = [f.raw.text for f in built.findings if f.rule == "MAP218" and f.raw]
    assert asked_for == [known[text] for text in expected]


def test_columns_of_a_table_are_taken_by_name(tmp_path: Path) -> None:
    te = "domain: TE\nkeys: [ETCD]\nrecords: {table: te.csv}\n"
    table = "ETCD,ELEMENT,TESTRL,remark\nSCRN,Screening,Consent,not submitted\n"

    built = build(tmp_path, files(**{"sdtm/te.yaml": te, "sdtm/te.csv": table}), "TE")

    assert texts(built, "TE", "ELEMENT") == ["Screening"]
    assert "remark" not in built.datasets["TE"].frame


def test_one_record_per_person_across_screening_numbers(tmp_path: Path) -> None:
    more = files(rows=[{"SUBJID": "001", "A": "1"}, {"SUBJID": "009", "A": "2"}])
    more["study.yaml"] = more["study.yaml"].replace(
        "subject: {from: SUBJID}",
        "subject: {from: SUBJID, same-person: {source: people, from: SUBJID, is: FIRST}}",
    )
    more["study.yaml"] += "  people: {file: people.csv}\n"
    more["raw/people.csv"] = csv([{"SUBJID": "009", "FIRST": "001"}])
    more["sdtm/cm.yaml"] = more["sdtm/cm.yaml"].replace(
        "{source: cm}", "{source: cm, one-per: USUBJID, take: last, by: {number: A}}"
    )

    built = build(tmp_path, more, "CM")

    assert texts(built, "CM", "USUBJID") == ["S1-001"]
    assert texts(built, "CM", "CMSPID") == ["R02"]

"""The rules of censoring, on subjects worked out by hand.

Day 1 is 2024-01-01 for everybody; assessments are planned on days 29, 57, 85, 113 and 141 with a
window of 7 days either way; the data are cut on 2024-12-31.
"""

# ruff: noqa: E501 - a line of a specification stays on one line
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from adam import BuildResult
from adam.time_to_event.clock import Assessments, Candidates, analysis_value, extreme, missed_visits
from tests.adam.small import build, values

SUBJECTS = {
    # subject: (death, new therapy, transplant, last contact)
    "a partial death": ("2024-02", "", "", "2024-01-20"),  # the first record of all
    "dead on the day of start": ("2024-01-01", "", "", "2024-01-01"),
    "pd": ("", "", "", "2024-03-20"),
    "therapy first": ("", "2024-02-15", "", "2024-04-01"),
    "therapy on the day of pd": ("", "2024-03-01", "", "2024-04-01"),
    "two missed": ("2024-05-01", "", "", "2024-04-20"),
    "one missed": ("2024-03-27", "", "", "2024-03-20"),
    "partial death": ("2024-02", "", "", "2024-01-20"),
    "never assessed": ("", "", "", "2024-02-01"),
    "never assessed, dead": ("2024-01-20", "", "", "2024-01-15"),
    "ongoing": ("", "", "", "2024-03-01"),
    "dead after the cut": ("2025-02-01", "", "", "2024-12-20"),
    "transplant": ("", "", "2024-02-20", "2024-05-01"),
    "not treated": ("", "", "", "2024-01-01"),
}
RESPONSES = [
    ("pd", "2024-01-29", "CR"),
    ("pd", "2024-03-01", "PD"),
    ("therapy first", "2024-01-29", "CR"),
    ("therapy first", "2024-03-01", "PD"),
    ("therapy on the day of pd", "2024-01-29", "CR"),
    ("therapy on the day of pd", "2024-03-01", "PD"),
    ("two missed", "2024-01-29", "CR"),
    ("one missed", "2024-01-29", "CR"),
    ("never assessed", "2024-01-29", "NE"),
    ("ongoing", "2024-01-29", "CR"),
    ("ongoing", "2024-02-26", "CR"),
    ("dead after the cut", "2024-01-29", "SD"),
    ("dead after the cut", "2024-12-18", "SD"),
    ("dead after the cut", "2025-01-15", "PD"),
    ("transplant", "2024-01-29", "CR"),
    ("transplant", "2024-04-01", "PD"),
    ("not treated", "2024-01-29", "NE"),
]
ADSL = """
dataset: ADSL
label: Subject Level Analysis
class: subject-level
keys: [USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID]
variables:
  TRTSDT: {date: RFXSTDTC, impute: {day: first}, date-flag: TRTSDTF}
  DTHDT: {date: DTHDTC, impute: {day: first}, date-flag: DTHDTF}
  NACTDT: {date: NACTDTC}
  HSCTDT: {date: HSCTDTC}
  LSTALVDT: {date: LSTADTC}
  DCUTDT: {constant: "2024-12-31", as: date}
  SAFFL: {flag: TRTSDT is not missing, else: {constant: "N"}}
"""
ADRS = """
dataset: ADRS
label: Response
class: basic-data-structure
keys: [USUBJID, PARAMCD, ADT]
predecessors: [STUDYID, USUBJID]
records:
  OVR:
    from: RS
    variables: {PARAMCD: {constant: OVR}, AVALC: RSSTRESC, ADT: {date: RSDTC}}
variables:
  ASEQ: {sequence: ADT}
"""
EVENTS = """
      events:
        - {from: ADRS, where: AVALC == "PD", date: ADT, EVNTDESC: PROGRESSION}
        - {from: ADSL, where: DTHDT is not missing, date: DTHDT, EVNTDESC: DEATH, date-flag: DTHDTF}
      assessments: {from: ADRS, where: AVALC != "NE", date: ADT, EVNTDESC: LAST ASSESSMENT}
"""
MISSED = (
    "        - {rule: missed-visits, at-least: 2, schedule: TV, stop: last-assessment, CNSR: 4}\n"
)
REST = """
        - {rule: date, date: ADSL.NACTDT, stop: last-assessment, CNSR: 2, EVNTDESC: NEW ANTI-CANCER THERAPY}
        - {rule: no-assessment, stop: start, CNSR: 5}
        - {rule: end-of-data, stop: last-assessment, CNSR: 1}
"""
ADTTE = f"""
dataset: ADTTE
label: Time to Event
class: time-to-event
keys: [USUBJID, PARAMCD]
predecessors: [STUDYID, USUBJID]
time-to-event:
  subjects: ADSL
  cut: DCUTDT
  unit: DAYS
  parameters:
    PFS:
      label: Progression-Free Survival
      when: SAFFL == "Y"
      start: TRTSDT
      start-flag: TRTSDTF
{EVENTS}
      censor:
{MISSED}{REST}
    PFSHSCT:
      label: Progression-Free Survival, Censored at Transplant
      when: SAFFL == "Y"
      start: TRTSDT
{EVENTS}
      censor:
        - {{rule: date, date: ADSL.HSCTDT, stop: last-assessment, CNSR: 3, EVNTDESC: TRANSPLANT}}
{MISSED}{REST}
    TTNT:
      label: Time to Next Treatment
      when: SAFFL == "Y"
      start: TRTSDT
      events:
        - {{from: ADSL, where: DTHDT is not missing, date: DTHDT, EVNTDESC: DEATH}}
      censor:
        - {{rule: date, date: NACTDT, stop: date, CNSR: 7, EVNTDESC: NEXT TREATMENT}}
        - {{rule: end-of-data, stop: start, CNSR: 1}}
    OS:
      label: Overall Survival
      when: SAFFL == "Y"
      start: TRTSDT
      plus-one: false
      events:
        - {{from: ADSL, where: DTHDT is not missing, date: DTHDT, EVNTDESC: DEATH}}
      censor:
        - {{rule: latest, CNSR: 6, of: [{{from: ADSL, date: LSTALVDT, EVNTDESC: ALIVE}}, {{from: ADSL, date: TRTSDT, EVNTDESC: START}}]}}
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    dm = pd.DataFrame(
        [
            ("S", name, "" if name == "not treated" else "2024-01-01", *dates)
            for name, dates in SUBJECTS.items()
        ],
        columns=["STUDYID", "USUBJID", "RFXSTDTC", "DTHDTC", "NACTDTC", "HSCTDTC", "LSTADTC"],
    )
    rs = pd.DataFrame(RESPONSES, columns=["USUBJID", "RSDTC", "RSSTRESC"]).assign(STUDYID="S")
    tv = pd.DataFrame({"STUDYID": "S", "VISITDY": [1.0, 29.0, 57.0, 85.0, 113.0, 141.0]})
    specs = {"adsl": ADSL, "adrs": ADRS, "adtte": ADTTE}
    return build(tmp_path_factory.mktemp("tte"), specs, {"DM": dm, "RS": rs, "TV": tv})


def record(result: BuildResult, subject: str, parameter: str = "PFS") -> dict[str, Any]:
    names = [
        "USUBJID",
        "PARAMCD",
        "ADT",
        "AVAL",
        "CNSR",
        "EVNTDESC",
        "CNSDTDSC",
        "SRCDOM",
        "SRCVAR",
        "SRCSEQ",
    ]
    table = pd.DataFrame({name: values(result, "ADTTE", name) for name in names}).astype(object)
    found = table[(table["USUBJID"] == subject) & (table["PARAMCD"] == parameter)]
    assert len(found) == 1
    return {k: (None if pd.isna(v) else v) for k, v in found.iloc[0].items()}


@pytest.mark.parametrize(
    ("subject", "date", "aval", "code"),
    [
        ("pd", "2024-03-01", 61.0, 0.0),
        ("therapy first", "2024-01-29", 29.0, 2.0),
        ("therapy on the day of pd", "2024-03-01", 61.0, 0.0),
        ("two missed", "2024-01-29", 29.0, 4.0),
        ("dead on the day of start", "2024-01-01", 1.0, 0.0),
        ("one missed", "2024-03-27", 87.0, 0.0),
        ("never assessed", "2024-01-01", 1.0, 5.0),
        ("never assessed, dead", "2024-01-20", 20.0, 0.0),
        ("ongoing", "2024-02-26", 57.0, 1.0),
        ("dead after the cut", "2024-12-18", 353.0, 1.0),
        ("transplant", "2024-04-01", 92.0, 0.0),
    ],
)
def test_progression_free_survival(
    result: BuildResult, subject: str, date: str, aval: float, code: float
) -> None:
    got = record(result, subject)
    assert (got["ADT"], got["AVAL"], got["CNSR"]) == (date, aval, code)


def test_imputed_dates_carry_their_flags(result: BuildResult) -> None:
    flags = {
        (name, parameter): flag
        for name, parameter, flag in zip(
            *(values(result, "ADTTE", v) for v in ("USUBJID", "PARAMCD", "ADTF")), strict=True
        )
    }
    assert flags["partial death", "PFS"] == "D"
    assert flags["a partial death", "PFS"] == "D"
    assert flags["pd", "PFS"] is None
    assert set(values(result, "ADTTE", "STARTDTF")) == {None}


def test_who_is_not_in_the_population_has_no_record(result: BuildResult) -> None:
    assert "not treated" not in values(result, "ADTTE", "USUBJID")


def test_a_transplant_censors_only_the_parameter_that_says_so(result: BuildResult) -> None:
    got = record(result, "transplant", "PFSHSCT")
    assert (got["ADT"], got["CNSR"], got["EVNTDESC"]) == ("2024-01-29", 3.0, "TRANSPLANT")


def test_a_date_of_the_subjects_themselves_may_stop_the_clock(result: BuildResult) -> None:
    got = record(result, "therapy first", "TTNT")
    assert (got["ADT"], got["CNSR"], got["EVNTDESC"]) == ("2024-02-15", 7.0, "NEXT TREATMENT")
    assert (got["SRCDOM"], got["SRCVAR"], got["SRCSEQ"]) == ("ADSL", "NACTDT", None)


def test_survival_without_the_day_of_start(result: BuildResult) -> None:
    assert record(result, "two missed", "OS")["AVAL"] == 121.0
    alive = record(result, "ongoing", "OS")
    assert (alive["AVAL"], alive["CNSR"], alive["EVNTDESC"]) == (60.0, 6.0, "ALIVE")


def test_who_dies_after_the_cut_was_alive_at_it(result: BuildResult) -> None:
    got = record(result, "dead after the cut", "OS")
    assert (got["ADT"], got["CNSR"], got["CNSDTDSC"]) == ("2024-12-31", 6.0, "DATA CUT")
    assert (got["SRCDOM"], got["SRCVAR"]) == ("ADSL", "DTHDT")


def test_a_subject_whose_clock_gets_no_date_is_told(result: BuildResult) -> None:
    told = [one for one in result.findings if one.rule == "ADAM222"]
    assert {one.dataset for one in told} <= {"ADTTE"}
    subjects = [v for v in SUBJECTS if v != "not treated"]
    for parameter in ("PFS", "PFSHSCT", "TTNT", "OS"):
        have = {
            name
            for name, code in zip(
                values(result, "ADTTE", "USUBJID"), values(result, "ADTTE", "PARAMCD"), strict=True
            )
            if code == parameter
        }
        lost = {dict(one.key)["USUBJID"] for one in told if f" {parameter}:" in one.message}
        assert have | lost == set(subjects)


def test_events_say_what_happened_and_where_it_stands(result: BuildResult) -> None:
    got = record(result, "pd")
    assert (got["EVNTDESC"], got["CNSDTDSC"], got["SRCDOM"], got["SRCVAR"], got["SRCSEQ"]) == (
        "PROGRESSION", None, "ADRS", "ADT", 2.0,
    )  # fmt: skip


def test_censorings_say_why_and_what_the_date_is(result: BuildResult) -> None:
    got = record(result, "therapy first")
    assert (got["EVNTDESC"], got["CNSDTDSC"], got["SRCDOM"], got["SRCSEQ"]) == (
        "NEW ANTI-CANCER THERAPY", "LAST ASSESSMENT", "ADRS", 1.0,
    )  # fmt: skip
    start = record(result, "never assessed")
    assert (start["EVNTDESC"], start["SRCDOM"], start["SRCVAR"]) == (
        "NO ASSESSMENT AFTER START", "ADSL", "TRTSDT",
    )  # fmt: skip


def test_every_source_reference_resolves_to_a_record(result: BuildResult) -> None:
    responses = set(
        zip(values(result, "ADRS", "USUBJID"), values(result, "ADRS", "ASEQ"), strict=True)
    )
    for name, domain, sequence in zip(
        *(values(result, "ADTTE", v) for v in ("USUBJID", "SRCDOM", "SRCSEQ")), strict=True
    ):
        assert domain in ("ADRS", "ADSL")
        assert (sequence is not None) == (domain == "ADRS")
        assert domain == "ADSL" or (name, sequence) in responses


def test_the_pilots_source_references_resolve(pilot: BuildResult) -> None:
    dates = {}
    for subject, sequence, date in zip(
        *(values(pilot, "ADRS", v) for v in ("USUBJID", "ASEQ", "ADT")), strict=True
    ):
        dates[subject, sequence] = date
    for subject, domain, sequence, date in zip(
        *(values(pilot, "ADTTE", v) for v in ("USUBJID", "SRCDOM", "SRCSEQ", "ADT")), strict=True
    ):
        if domain == "ADRS":
            assert dates[subject, sequence] == date


def test_missed_visits_follow_the_schedule_and_not_a_number_of_days() -> None:
    def count(planned: list[float], event: float) -> int:
        last, day_one = np.array([28.0]), np.array([0.0])
        got = missed_visits(
            np.array(planned),
            day_one=day_one,
            last=last,
            event=np.array([event]),
            before=7,
            after=7,
        )
        return int(got[0])

    assert count([29, 57, 85], 100) == 2
    assert count([29, 180, 365], 100) == 0
    assert count([29, 57, 85], 90) == 1  # the second window was still open
    assert count([-7, 29], 100) == 0


def test_the_first_of_equal_events_and_the_last_of_equal_censorings_count() -> None:
    same = Candidates(np.array([5.0]), np.array([0]))
    assert extreme([same, same])[1].tolist() == [0]
    assert extreme([same, same], latest=True)[1].tolist() == [1]


def test_the_last_assessment_respects_its_limit() -> None:
    seen = Assessments(np.array([0, 0, 1]), np.array([1.0, 9.0, 4.0]), np.array([0, 1, 2]))
    until = np.array([9.0, np.nan])
    assert seen.last(2, until=until, strictly=True).day.tolist() == [1.0, 4.0]
    assert seen.last(2, until=until, strictly=False).day.tolist() == [9.0, 4.0]


def test_the_day_of_start_counts_when_the_switch_says_so() -> None:
    assert analysis_value(np.array([10.0]), np.array([10.0]), plus_one=True).tolist() == [1.0]
    assert analysis_value(np.array([10.0]), np.array([10.0]), plus_one=False).tolist() == [0.0]

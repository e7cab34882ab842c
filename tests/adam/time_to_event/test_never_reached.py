"""Events and rules of censoring that others before them leave nothing to are told by the check."""

from __future__ import annotations

from pathlib import Path

import pytest

from adam import check_adam
from specs import Finding, load_study
from tests.adam.small import ADSL

HEAD = """
dataset: ADTTE
label: Time to Event
class: time-to-event
keys: [USUBJID, PARAMCD]
time-to-event:
  parameters:
    PFS:
      label: Progression-free Survival
      start: TRTSDT
      events:
"""
REST = "      assessments: {from: RS, date: RSDTC, EVNTDESC: SEEN}\n      censor:\n"
PD = "        - {from: RS, where: 'RSSTRESC == \"PD\"', date: RSDTC, EVNTDESC: PROGRESSION}\n"
ANY = "        - {from: RS, date: RSDTC, EVNTDESC: ANY}\n"
DEATH = "        - {from: DM, date: DTHDTC, EVNTDESC: DEATH}\n"
END = "        - {rule: end-of-data, EVNTDESC: LAST}\n"


def told(folder: Path, *, events: str = PD, censor: str = END, adsl: str = "") -> list[Finding]:
    (folder / "adam").mkdir()
    (folder / "study.yaml").write_text("study: S\n")
    (folder / "adam" / "adsl.yaml").write_text(ADSL + adsl)
    (folder / "adam" / "adtte.yaml").write_text(HEAD + events + REST + censor)
    found = check_adam(load_study(folder))
    assert not [f for f in found if f.rule in ("SPEC105", "SPEC106", "ADAM105")], found
    return [f for f in found if f.rule in ("SPEC140", "SPEC141")]


@pytest.mark.parametrize(
    ("events", "line"),
    [
        (ANY + PD, 13),
        (PD + PD, 13),
        (PD + DEATH + PD, 14),
        (ANY + DEATH + ANY, 14),
        (PD + PD.replace('"PD"', '"PD" and RSCAT == "X"'), 13),
    ],
)
def test_an_event_that_another_one_takes_is_told(tmp_path: Path, events: str, line: int) -> None:
    found = told(tmp_path, events=events)
    assert [(f.rule, f.spec and f.spec.line) for f in found] == [("SPEC141", line)]


def test_an_event_that_never_happens_is_told(tmp_path: Path) -> None:
    never = PD.replace('"PD"', '"PD" and RSSTRESC == "CR"')
    assert [f.rule for f in told(tmp_path, events=DEATH + never)] == ["SPEC140"]


@pytest.mark.parametrize("events", [PD + ANY, PD + DEATH, PD + PD.replace('"PD"', '"CR"')])
def test_events_that_may_count(tmp_path: Path, events: str) -> None:
    assert told(tmp_path, events=events) == []


DATE = "        - {rule: date, date: TRTEDT, EVNTDESC: NEW}\n"
NEVER = "        - {rule: no-assessment, EVNTDESC: NEVER}\n"
MISSED = "        - {rule: missed-visits, schedule: TV, at-least: 2, EVNTDESC: MISSED}\n"
LATEST = (
    "        - {rule: latest, EVNTDESC: ALIVE, of: [{from: DM, date: RFPENDTC, EVNTDESC: ALIVE}]}\n"
)


@pytest.mark.parametrize(
    ("censor", "number"),
    [
        (END + NEVER, 2),
        (END + LATEST, 2),
        (END + END, 2),
        (DATE + DATE + END, 2),
        (NEVER + DATE + NEVER, 3),
        (MISSED + MISSED.replace("2", "3") + END, 2),
    ],
)
def test_a_rule_that_finds_nobody_is_told(tmp_path: Path, censor: str, number: int) -> None:
    found = told(tmp_path, censor=censor)
    assert [f.rule for f in found] == ["SPEC141"]
    assert found[0].message.startswith(f"rule {number} ")


@pytest.mark.parametrize(
    "censor",
    [NEVER + END, DATE + NEVER + LATEST, END + DATE, MISSED.replace("2", "3") + MISSED + END],
)
def test_rules_that_may_find_somebody(tmp_path: Path, censor: str) -> None:
    assert told(tmp_path, censor=censor) == []


def test_lines_of_analysis_data_are_judged_as_they_are_written(tmp_path: Path) -> None:
    lines = (
        "variables:\n"
        "  AGEGR1: {choose: [{is: A, when: AGE < 65}, {is: B, when: AGE < 18},"
        " {is: C, when: AGE >= 65}]}\n"
        "  SAFFL: {flag: TRTSDT > TRTEDT and TRTEDT > TRTSDT}\n"
    )
    found = told(tmp_path, adsl=lines)
    assert [f.rule for f in found] == ["SPEC141", "SPEC140"]

"""A SAS date is a whole day or nothing: what is lost of a partial date on the way is told once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adam import BuildResult
from tests.adam.small import ADSL, build, subjects, values

TTE = """
dataset: ADTTE
label: Time to Event
class: time-to-event
keys: [USUBJID, PARAMCD]
predecessors: [STUDYID, USUBJID]
time-to-event:
  subjects: ADSL
  cut: CUTDT
  parameters:
    OS:
      label: Overall Survival
      start: TRTSDT
      events: [{from: ADSL, where: DTHDT is not missing, date: DTHDT, EVNTDESC: DEATH}]
      assessments: {from: ADSL, date: ALVDT, EVNTDESC: ALIVE}
      censor: [{rule: end-of-data, CNSR: 1}]
"""
DATES = """variables:
  TRTSDT: {date: START}
  DTHDT: {date: DEATH}
  ALVDT: {date: ALIVE}
  CUTDT: {date: CUT}
"""


def told(result: BuildResult, rule: str) -> list[tuple[str, str]]:
    return [(f.variable, f.message) for f in result.findings if f.rule == rule]


@pytest.mark.parametrize(
    ("line", "texts", "kept", "message"),
    [
        ("ADT: {date: D}", ["2024-01", "2024-01-02"], [None, "2024-01-02"], "1 of 2 values of ADT"),
        ("ADTM: {datetime: D}", ["2024-01-02", ""], [None, None], "known to the minute"),
        ("ADT: {date: D}", ["2024", "2024"], [None, None], "2 of 2 values of ADT"),
        ("ADT: {date: D, impute: {day: first}}", ["2024-01", ""], ["2024-01-01", None], ""),
        ("ADTM: {datetime: D}", ["2024-01-02T10:30", ""], ["2024-01-02T10:30:00", None], ""),
    ],
)
def test_a_date_that_is_lost_as_a_number_is_told(
    tmp_path: Path, line: str, texts: list[str], kept: list[str | None], message: str
) -> None:
    data = {"DM": subjects("1", "2", D=texts)}
    result = build(tmp_path, {"adsl": f"{ADSL}variables:\n  {line}\n"}, data)

    assert values(result, "ADSL", line.split(":", maxsplit=1)[0]) == kept
    assert [message in said for _, said in told(result, "ADAM225")] == ([True] if message else [])


def test_it_is_told_at_the_line_of_a_table_that_loses_it_and_nowhere_else(tmp_path: Path) -> None:
    spec = (
        f"{ADSL}tables:\n  seen: {{from: VS, variables: {{ADT: {{date: VSDTC}}}}}}\n"
        "variables:\n  LASTDT: {last: seen.ADT}\n"
    )
    seen = {"STUDYID": "S", "USUBJID": ["1", "1"], "VSDTC": ["2024-01-20", "2024-01"]}
    result = build(tmp_path, {"adsl": spec}, {"DM": subjects("1"), "VS": pd.DataFrame(seen)})

    assert values(result, "ADSL", "LASTDT") == ["2024-01-20"]
    assert [name for name, _ in told(result, "ADAM225")] == ["ADT"]


def test_a_death_in_an_unknown_month_is_told_where_it_is_no_event(tmp_path: Path) -> None:
    data = subjects("1", START="2020-01-01", DEATH="2020-05", ALIVE="2020-04-01", CUT="2020-12-31")
    result = build(tmp_path, {"adsl": ADSL + DATES, "adtte": TTE}, {"DM": data})

    assert values(result, "ADTTE", "CNSR") == [1.0]
    assert [name for name, _ in told(result, "ADAM225")] == ["DTHDT"]


def test_an_assessment_without_a_day_is_told(tmp_path: Path) -> None:
    data = subjects("1", START="2020-01-01", DEATH="", ALIVE="2020-04", CUT="2020-12-31")
    result = build(tmp_path, {"adsl": ADSL + DATES, "adtte": TTE}, {"DM": data})

    assert values(result, "ADTTE", "ADT") == ["2020-01-01"]
    assert [said for _, said in told(result, "ADAM221")] == [
        "a record of ADSL has no complete ALVDT"
    ]


@pytest.mark.parametrize(
    ("texts", "told_"),
    [
        (["2024-01-01T10:00Z", "2024-01-01T11:30+02:00"], 1),
        (["2024-01-01T10:00Z", "2024-01-01T11:30"], 1),
        (["2024-01-01T10:00+02:00", "2024-01-01T11:30+02:00"], 0),
        (["2024-01-01T10:00", "2024-01-01T11:30"], 0),
        (["2024-01-01T10:00Z", "2024-01-01"], 0),
    ],
)
def test_offsets_that_numbers_lose_are_told_where_they_differ(
    tmp_path: Path, texts: list[str], told_: int
) -> None:
    data = {"DM": subjects("1", "2", D=texts)}
    result = build(tmp_path, {"adsl": f"{ADSL}variables:\n  ADTM: {{datetime: D}}\n"}, data)

    found = values(result, "ADSL", "ADTM")
    assert found[0] == texts[0][:16] + ":00"
    assert len(told(result, "ADAM227")) == told_

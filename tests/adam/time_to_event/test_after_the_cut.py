"""Who is known after the data cut was under observation at it (section: the cut truncates)."""

from __future__ import annotations

from pathlib import Path

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
      censor:
"""
END = "        - {rule: end-of-data, CNSR: 1}\n"
NEVER = "        - {rule: no-assessment, stop: start, CNSR: 5}\n"
LATEST = "        - {rule: latest, CNSR: 1, of: [{from: ADSL, date: ALVDT, EVNTDESC: ALIVE}]}\n"
DATES = """variables:
  TRTSDT: {date: START}
  DTHDT: {date: DEATH}
  ALVDT: {date: ALIVE}
  CUTDT: {date: CUT}
"""


def made(folder: Path, censor: str, *, death: str = "", alive: str = "") -> BuildResult:
    data = subjects("1", START="2020-01-01", DEATH=death, ALIVE=alive, CUT="2020-12-31")
    return build(folder, {"adsl": ADSL + DATES, "adtte": TTE + censor}, {"DM": data})


@pytest.mark.parametrize(
    ("censor", "known", "day", "told"),
    [
        (END, ("", "2021-02-01"), 1.0, 1),
        (END, ("2021-03-01", ""), 1.0, 1),
        (END, ("", "2020-06-01"), 153.0, 0),
        (END, ("2020-06-01", "2021-02-01"), 153.0, 0),
        (END, ("", ""), 1.0, 0),
        (NEVER + END, ("", "2021-02-01"), 1.0, 0),
        (LATEST, ("", "2021-02-01"), 366.0, 0),
        (LATEST, ("2021-03-01", ""), 366.0, 0),
    ],
)
def test_a_time_of_one_day_of_somebody_who_is_known_later_is_told(
    tmp_path: Path, censor: str, known: tuple[str, str], day: float, told: int
) -> None:
    result = made(tmp_path, censor, death=known[0], alive=known[1])

    assert values(result, "ADTTE", "AVAL") == [day]
    assert [f.rule for f in result.findings].count("ADAM226") == told

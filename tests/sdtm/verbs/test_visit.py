"""``visit``: planned visits by name, unscheduled ones numbered."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdtm.build import SdtmBuild
from tests.sdtm.small import build, csv, files, problems, texts

VISITS = "raw,VISITNUM,VISIT,VISITDY\nscreen|SCR,1,SCREENING,-7\nday 1,2,DAY 1,1\nday 8,3,DAY 8,\n"
VS = """\
domain: VS
keys: [VSSPID]
records: {source: vs}
variables:
  VSSPID: ROW
  VSTESTCD: {constant: WEIGHT}
  VSDTC: {date: D, format: iso}
"""
ROWS = [
    {"W": "SCR", "D": "2020-02-20"},
    {"W": "day 1", "D": "2020-03-01"},
    {"W": "UNS", "D": "2020-03-03T10:00"},
    {"W": "UNS", "D": "2020-03-02"},
    {"W": "UNS", "D": "2020-03-03"},
    {"W": "day 8", "D": "2020-03-08"},
    {"W": "UNS", "D": ""},
]


def study(line: str, rows: list[dict[str, str]], visits: str = VISITS) -> dict[str, str]:
    contents = files()
    contents["study.yaml"] += "  vs: {file: vs.csv, row-id: ROW}\n"
    return contents | {
        "raw/vs.csv": csv(rows),
        "sdtm/visits.csv": visits,
        "sdtm/vs.yaml": VS + f"  VISIT: {line}\n",
    }


def vs(folder: Path, line: str, rows: list[dict[str, str]]) -> SdtmBuild:
    built = build(folder, study(line, rows))
    assert built.failed == {}, built.findings
    return built


def test_planned(tmp_path: Path) -> None:
    built = vs(
        tmp_path,
        "{visit: W}",
        [ROWS[0], ROWS[1], ROWS[5], {"W": "screen", "D": ""}, {"W": "", "D": ""}],
    )
    assert texts(built, "VS", "VISITNUM") == ["1", "2", "3", "1", ""]
    assert texts(built, "VS", "VISIT") == ["SCREENING", "DAY 1", "DAY 8", "SCREENING", ""]
    assert texts(built, "VS", "VISITDY") == ["-7", "1", "", "-7", ""]


def test_unscheduled_visits_follow_the_planned_one_before_them(tmp_path: Path) -> None:
    built = vs(tmp_path, "{visit: W, unscheduled: {date: VSDTC, names: [UNS]}}", ROWS)
    assert texts(built, "VS", "VISITNUM") == ["1", "2", "2.02", "2.01", "2.02", "3", ""]
    assert texts(built, "VS", "VISIT")[2:5] == [
        "UNSCHEDULED 2.02",
        "UNSCHEDULED 2.01",
        "UNSCHEDULED 2.02",
    ]


def test_an_unscheduled_visit_without_its_day_is_asked_about(tmp_path: Path) -> None:
    line = "{visit: W, unscheduled: {date: VSDTC, names: [UNS]}}"
    rows = [{"W": "UNS", "D": ""}, {"W": "UNS", "D": "2020-03"}, {"W": "UNS", "D": "2020-03-02"}]
    built = vs(tmp_path, line, rows)
    assert [f.raw.row for f in built.findings if f.rule == "MAP335" and f.raw] == [2, 3]


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    line = "{visit: W, unscheduled: {date: VSDTC, names: UNS, label: 'U{VISITNUM}'}}"
    rows = [{"ROW": f"R{i:02d}", **row} for i, row in enumerate(ROWS)]
    there, back = (vs(tmp_path / str(len(r)) / r[0]["ROW"], line, r) for r in (rows, rows[::-1]))
    assert there.datasets["VS"].frame.equals(back.datasets["VS"].frame)
    assert texts(there, "VS", "VISIT")[3] == "U2.01"


@pytest.mark.parametrize(
    ("answer", "failed", "count"),
    [("error", ["VS"], 1), ("query", [], 1), ("blank", [], 0)],
)
def test_unmapped(tmp_path: Path, answer: str, failed: list[str], count: int) -> None:
    built = build(tmp_path, study(f"{{visit: W, unmapped: {answer}}}", [{"W": "day 9", "D": ""}]))
    assert sorted(built.failed) == failed
    found = [f for f in built.findings if f.rule == "MAP316"]
    assert len(found) == count
    for one in found:
        assert one.message == "the visit 'day 9' is not in sdtm/visits.csv"
        assert str(one.raw) == "vs.csv:2 W = 'day 9'"


@pytest.mark.parametrize(
    ("visits", "rule", "place", "message"),
    [
        ("name,VISITNUM,VISIT\nx,1,A\n", "SPEC108", "sdtm/visits.csv:1:1", "no column 'raw'"),
        ("raw,VISIT\nx,A\n", "SPEC108", "sdtm/visits.csv:1:1", "no column 'VISITNUM'"),
        ("raw,VISITNUM\nx,1\n", "SPEC108", "sdtm/visits.csv:1:1", "no column 'VISIT'"),
        ("raw,VISITNUM,VISIT\nx,one,A\n", "SPEC108", "sdtm/visits.csv:2:2", "VISITNUM is 'one'"),
        (
            "raw,VISITNUM,VISIT\nx|y,1,A\ny,2,B\n",
            "SPEC123",
            "sdtm/visits.csv:3:1",
            "stands in two rows",
        ),
    ],
)
def test_a_table_of_visits_that_is_wrong(
    tmp_path: Path, visits: str, rule: str, place: str, message: str
) -> None:
    found = problems(tmp_path, study("{visit: W}", ROWS[:1], visits))[0]
    assert (found.rule, str(found.spec)) == (rule, place)
    assert message in found.message


def test_no_table_of_visits(tmp_path: Path) -> None:
    found = problems(tmp_path, study("{visit: W, by: visit.csv}", ROWS[:1]))[0]
    assert (found.rule, found.hint) == ("SPEC107", "did you mean 'visits.csv'?")

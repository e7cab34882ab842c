"""Rounds of questions: ids that stay, answers that survive, states that follow from the data."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from specs import load_study
from tests.workbench.queries.conftest import LABS, MEDS, SUBJECTS, Desk, fill_in
from validation.lock.asked import closed_queries, open_queries
from validation.lock.freshness import sdtm_is_stale
from workbench.queries.found.identity import LETTERS

CONFIRMED = "确认无误"  # the workbook of site 01 is in Chinese
FIXED = [{**MEDS[0], "EN": "2020-04-04"}, *MEDS[1:]]
WORSE = [{**MEDS[0], "EN": "2020-01-01"}, *MEDS[1:]]


def states(desk: Desk) -> dict[str, str]:
    return {q["record"]: q["state"] for q in desk.queries.values()}


def answers(desk: Desk) -> list[dict[str, str]]:
    with (desk.study / "answers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_build_that_nobody_has_answered_writes_nothing_into_the_study(desk: Desk) -> None:
    before = sorted(p.name for p in desk.study.iterdir())
    desk.build()
    assert sorted(p.name for p in desk.study.iterdir()) == [*sorted([*before, "build"])]
    assert (desk.out / "queries" / "queries.csv").is_file()


def test_ids_are_eight_letters_that_nobody_takes_for_others(desk: Desk) -> None:
    desk.build()
    assert len(desk.queries) == 4
    for identifier in desk.queries:
        assert len(identifier) == 8
        assert set(identifier) <= set(LETTERS)
    assert not set(LETTERS) & set("0O1I")


def test_new_questions_take_their_places_at_once(desk: Desk) -> None:
    """A workbook does not depend on when its questions were first asked: built anew over the same
    data it is the same file."""
    desk.build()
    for number in range(4):
        more = [
            {**MEDS[0], "ROW": f"N{number}{place}", "MED": f"drug {number}{place}"}
            for place in range(number + 1)
        ]
        desk.export([*more, *MEDS])
        desk.build()
        before = (desk.out / "queries" / "site-01.xlsx").read_bytes()
        desk.build()
        assert (desk.out / "queries" / "site-01.xlsx").read_bytes() == before


def test_one_sample_is_one_question(desk: Desk) -> None:
    desk.build()
    asked = [q for q in desk.queries.values() if q["record"] == "SAMPLE=B2"]
    assert [len(q["findings"]) for q in asked] == [2]


def renumbered(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{**r, "SUBJID": "101" if r["SUBJID"] == "001" else r["SUBJID"]} for r in rows]


MOVES: dict[str, Any] = {
    "shifted": lambda desk: desk.export([MEDS[1], *MEDS[::2]], LABS[::-1]),
    "renumbered subject": lambda desk: desk.export(
        renumbered(MEDS), renumbered(LABS), renumbered(SUBJECTS)
    ),
    "renamed files": lambda desk: [
        (desk.study / "raw" / f"{n}.csv").rename(desk.study / "raw" / f"{n}-2.csv")
        for n in ("cm", "lab")
    ],
    "rows numbered anew": lambda desk: desk.export(
        [{**row, "ROW": f"N{number}"} for number, row in enumerate(MEDS[::-1], 7)]
    ),
    "ids of other rows": lambda desk: desk.export(
        [{**row, "ROW": f"R{number}"} for number, row in enumerate(MEDS[::-1], 1)]
    ),
}


@pytest.mark.parametrize("move", MOVES)
def test_ids_stay_when_rows_files_and_subjects_move(desk: Desk, move: str) -> None:
    desk.build()
    before = {i: (q["form"], q["item"], q["value"]) for i, q in desk.queries.items()}
    MOVES[move](desk)
    desk.build()
    assert {i: (q["form"], q["item"], q["value"]) for i, q in desk.queries.items()} == before
    assert {q["state"] for q in desk.queries.values()} <= {"new", "open"}


def test_ids_stay_when_a_column_is_renamed(desk: Desk) -> None:
    desk.build()
    before = set(desk.queries)
    desk.export([{("END" if n == "EN" else n): t for n, t in row.items()} for row in MEDS])
    path = desk.study / "sdtm/cm.yaml"
    path.write_text(
        path.read_text().replace("date: EN}", "date: END}").replace("at: EN,", "at: END,")
    )
    desk.build()
    assert set(desk.queries) - before == set(), "the check's condition is the same"


def test_an_answer_survives_ten_builds_a_shifted_file_and_a_renumbered_subject(desk: Desk) -> None:
    desk.build()
    asked = desk.about("R1")["id"]
    desk.answer("site-01.xlsx", asked, CONFIRMED, answer="as in the chart")
    for number in range(10):
        if number == 3:
            desk.export([MEDS[2], MEDS[1], MEDS[0]])
        if number == 6:
            desk.export(renumbered(MEDS), renumbered(LABS), renumbered(SUBJECTS))
        desk.build()
        now = desk.queries[asked]
        assert (now["state"], now["why"]) == (
            "closed",
            "confirmed as is: as in the chart (Dr Li, 2024-02-05)",
        )
    (line,) = answers(desk)
    assert (line["query"], line["answer"], line["text"]) == (
        asked,
        "confirmed as is",
        "as in the chart",
    )
    assert (line["by"], line["on"], line["file"]) == ("Dr Li", "2024-02-05", "site-01.xlsx")


def test_losing_the_build_loses_nothing(desk: Desk) -> None:
    import shutil

    desk.build()
    asked = desk.about("R1")["id"]
    desk.answer("site-01.xlsx", asked, CONFIRMED)
    desk.build()
    shutil.rmtree(desk.out)
    desk.build()
    assert desk.queries[asked]["state"] == "closed"


def test_confirmed_is_closed_until_the_value_changes(desk: Desk) -> None:
    desk.build()
    asked = desk.about("R1")["id"]
    desk.answer("site-01.xlsx", asked, CONFIRMED)
    result = desk.build()
    assert result.lock is not None
    queries = result.lock.of("queries")
    assert queries is not None
    assert (queries.explained, queries.open["blocks"]) == (1, 1)
    assert [q.answer for q in closed_queries(desk.out)] == ["confirmed as is (Dr Li, 2024-02-05)"]
    assert asked not in sent(desk, "site-01.xlsx")
    desk.export(WORSE)
    desk.build()
    assert (desk.queries[asked]["state"], desk.queries[asked]["why"]) == (
        "reopened",
        "the value changed",
    )
    assert len(open_queries(desk.out)) == 5
    desk.export()
    desk.build()
    assert desk.queries[asked]["state"] == "closed", "the value that was confirmed is back"


def sent(desk: Desk, name: str) -> list[str]:
    path = desk.out / "queries" / name
    if not path.is_file():
        return []
    rows = load_workbook(path).worksheets[0].iter_rows(min_row=3, min_col=2, max_col=2)
    return [row[0].value for row in rows if row[0].value]


def test_what_the_data_resolve_is_closed_and_says_how(desk: Desk) -> None:
    desk.build()
    asked = desk.about("R1")["id"]
    desk.export(FIXED)
    desk.build()
    assert (desk.queries[asked]["state"], desk.queries[asked]["why"]) == (
        "closed",
        "data: EN 2020-03-04 -> 2020-04-04",
    )


def test_a_cell_that_is_made_blank_answers_nothing(desk: Desk) -> None:
    """The end that lay before the start is gone: a question about the blank takes its place, with
    the severity of the old one, until there is a value."""
    desk.build()
    old = desk.about("R1")["id"]
    desk.export([{**MEDS[0], "EN": ""}, *MEDS[1:]])
    for _ in range(2):
        desk.build()
        assert desk.queries[old]["state"] in ("closed", "withdrawn")
        (new,) = [q for q in desk.queries.values() if q["rule"] == "ANS111"]
        assert (new["item"], new["record"], new["severity"]) == ("EN", "R1", "blocks")
        assert new["state"] == "new"
        assert "ANS111" in {one.rule for one in open_queries(desk.out)}
    desk.export(FIXED)
    desk.build()
    assert desk.queries[new["id"]]["why"] == "data: EN (blank) -> 2020-04-04"


def test_a_row_that_is_gone_closes_its_question(desk: Desk) -> None:
    desk.build()
    asked = desk.about("R1")["id"]
    desk.export(MEDS[1:])
    desk.build()
    assert desk.queries[asked]["why"] == "row deleted"


def test_a_check_that_is_gone_withdraws_its_questions(desk: Desk) -> None:
    desk.build()
    asked = desk.about("R1")["id"]
    path = desk.study / "sdtm/cm.yaml"
    path.write_text(path.read_text().partition("checks:")[0])
    desk.build()
    assert desk.queries[asked]["state"] == "withdrawn"
    assert "the check is gone" in desk.queries[asked]["why"]


def test_nothing_is_closed_by_a_change_of_the_specification(desk: Desk) -> None:
    desk.build()
    asked = desk.about("R1")["id"]
    path = desk.study / "sdtm/cm.yaml"
    path.write_text(path.read_text().replace("{date: EN}", "{date: ST}"))
    desk.build()
    assert (desk.queries[asked]["state"], desk.queries[asked]["why"]) == (
        "withdrawn",
        "the specification changed",
    )


def test_nothing_is_closed_by_silence(desk: Desk) -> None:
    desk.build()
    asked = desk.about("R1")["id"]
    desk.export([{**row, "EN": ""} for row in MEDS])
    desk.build()
    now = desk.queries[asked]
    assert now["state"] in ("new", "open")
    assert now["unchecked"] == "no record has all that the check compares"


def test_a_row_that_became_no_record_is_not_checked(desk: Desk) -> None:
    desk.build()
    asked = desk.about("R1")["id"]
    desk.export([{**MEDS[0], "MED": "void", "EN": "2020-04-04"}, *MEDS[1:]])
    desk.build()
    now = desk.queries[asked]
    assert (now["state"], now["unchecked"]) == ("new", "the row is in no record of CM")


def test_some_data_sets_only_close_nothing_of_the_others(desk: Desk) -> None:
    desk.build()
    asked = desk.about("R1")["id"]
    desk.export(FIXED)
    desk.build(only=["XX"])
    assert desk.queries[asked]["state"] == "new"
    assert desk.queries[asked]["unchecked"] == "CM was not built"


def test_a_read_only_study_builds_and_says_where_its_answers_are(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    desk.build(out=out)
    asked = json.loads((out / "queries/queries.json").read_text())["queries"]
    one = next(q["id"] for q in asked if q["record"] == "R1")
    fill_in(out / "queries/site-01.xlsx", one, CONFIRMED)
    monkeypatch.setattr("workbench.queries.round.may_be_written", lambda study: False)
    for _ in range(2):
        result = desk.build(out=out)
        assert "ANS109" in {found.rule for found in result.findings}
        now = json.loads((out / "queries/queries.json").read_text())["queries"]
        assert next(q["state"] for q in now if q["id"] == one) == "closed"
    assert not (desk.study / "answers.csv").exists()
    assert (out / "queries/answers.csv").is_file()


def test_an_answer_that_waits_makes_the_build_stale(desk: Desk) -> None:
    desk.build()
    study = load_study(desk.study)
    assert sdtm_is_stale(study, None, desk.out) == ""
    desk.answer("site-01.xlsx", desk.about("R1")["id"], CONFIRMED)
    assert sdtm_is_stale(study, None, desk.out) == "answers wait in queries/site-01.xlsx"
    desk.build()
    assert sdtm_is_stale(study, None, desk.out) == ""


def test_the_ledger_is_no_specification(desk: Desk) -> None:
    desk.build()
    desk.answer("site-01.xlsx", desk.about("R1")["id"], CONFIRMED)
    desk.build()
    names = {path.name for path in load_study(desk.study).files()}
    assert not names & {"answers.csv", "queries.csv", "queries_history.csv"}
    assert "queries" not in load_study(desk.study).tables_by_stem()


def test_a_damaged_ledger_stops_the_build(desk: Desk) -> None:
    from specs import SpecificationError

    (desk.study / "answers.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SpecificationError) as error:
        desk.build()
    assert error.value.findings[0].rule == "ANS108"


def test_history_counts_each_export_once(desk: Desk) -> None:
    desk.build()
    desk.build()
    desk.export(FIXED)
    desk.build()
    read = json.loads((desk.out / "queries/queries.json").read_text())
    totals: dict[str, int] = {}
    for one in read["history"]:
        totals[one["raw"]] = totals.get(one["raw"], 0) + one["number"]
    assert sorted(totals.values()) == [4, 4]
    assert read["counts"]["state"] == {"closed": 1, "open": 3}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("xx.yaml", "group: SAMPLE", "group: SAMPEL", "SPEC114"),
        ("xx.yaml", "group: SAMPLE", 'id: A}\n  - {where: VALUE == "!", says: x, id: A', "SPEC120"),
    ],
)
def test_a_group_or_an_id_that_is_unclear_is_refused(
    desk: Desk, file: str, old: str, new: str, said: str
) -> None:
    from specs import SpecificationError

    path = desk.study / "sdtm" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(SpecificationError) as caught:
        desk.build()
    assert {found.rule for found in caught.value.findings} == {said}


def test_a_check_with_an_id_keeps_its_questions_when_it_is_worded_anew(desk: Desk) -> None:
    path = desk.study / "sdtm" / "cm.yaml"
    path.write_text(path.read_text().replace("at: EN,", "at: EN, id: CM-DATES,"))
    desk.build()
    asked = desk.about("R1")["id"]
    desk.answer("site-01.xlsx", asked, CONFIRMED)
    desk.build()
    path.write_text(
        path.read_text().replace("where: CMENDTC < CMSTDTC", "where: CMSTDTC > CMENDTC")
    )
    desk.build()
    now = desk.queries[asked]
    assert (now["state"], now["why"]) == ("reopened", "the value changed")


def test_a_hash_is_no_record_that_anybody_finds(desk: Desk) -> None:
    """The laboratory gives its rows no ids: its question names none, and the cell says where."""
    desk.build()
    (one,) = (q for q in desk.queries.values() if q["form"] == "lab" and q["value"] == "?")
    assert one["record"] == ""
    assert one["raw"] == "lab.csv:2 VALUE = '?'"

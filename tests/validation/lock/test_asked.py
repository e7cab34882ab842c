"""Findings of rules and open queries are joined by raw row and variable, and by nothing else."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs import load_study
from specs.findings import Finding, Severity
from tests.sdtm.small import csv, files, write
from validation.lock.asked import Questions, closed_queries, open_queries
from validation.report import ReportInput, RuleStatus, build_report
from validation.waivers import Waiver
from workbench.steps.sdtm import build_sdtm

LINES = (
    "  CMDOSTXT: A\n  CMSTDTC: {date: D}\n  CMENDTC: {date: E}\nstandard: [CMSTDY]\n"
    "checks:\n  - {where: CMENDTC < CMSTDTC, at: E, says: ends before it starts}\n"
)
ROWS = [
    {"A": "aspirin", "D": "2020-03-05", "E": "2020-03-04"},
    {"A": "zinc", "D": "2020-03-06", "E": "2020-03-07"},
]
DAY = dt.date(2024, 3, 1)
RULES = (RuleStatus("R1"),)
REASON = "Two visits were entered twice by the nurse on the ward; the paper chart was seen"


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Questions:
    study = write(tmp_path_factory.mktemp("asked"), files(LINES, ROWS, **{"raw/cm.csv": csv(ROWS)}))
    assert build_sdtm(study).published
    build = study / "build"
    return Questions(build, open_queries(build), load_study(study).spec.sources)


def found(record: int | None, variable: str, severity: Severity = Severity.EXPLAIN) -> Finding:
    return Finding("R1", "m", severity, "CM", variable, record, value=str(record))


def waiver(**more: Any) -> Waiver:
    known: dict[str, Any] = {"at_most": 9} | more
    return Waiver("R1", "CM", REASON, "A", DAY, DAY, **known)


def report(questions: Questions, *findings: Finding, waivers: Any = None, holds: Any = None) -> Any:
    given = ReportInput(findings, RULES)
    return build_report(given, waivers=waivers, as_of=DAY, questions=questions, holds=holds)


def codes(made: Any) -> list[str]:
    return [rule for rule in made.groups["rule"] if rule.startswith("VAL")]


def aspirin(questions: Questions) -> int:
    """The record that is asked about: that of the first raw row."""
    return next(record for record in (1, 2) if questions.on_row("CM", record))


@pytest.mark.parametrize(
    ("variable", "asked"),
    [("CMENDTC", 1), ("CMSTDTC, CMENDTC", 1), ("CMSTDTC", 0), ("CMDOSTXT", 0)],
)
def test_a_finding_is_asked_about_by_its_row_and_variable(
    questions: Questions, variable: str, asked: int
) -> None:
    record = aspirin(questions)
    made = report(questions, found(record, variable), found(3 - record, variable))
    assert (made.counts.asked, made.counts.open) == (asked, 2 - asked)
    assert made.counts.by_severity["explain"] == 2


def test_what_rejects_is_never_merely_asked(questions: Questions) -> None:
    made = report(questions, found(aspirin(questions), "CMENDTC", Severity.REJECTS))
    assert (made.counts.asked, made.counts.open) == (0, 1)


def test_a_finding_that_blocks_makes_its_question_block(questions: Questions) -> None:
    made = report(questions, found(aspirin(questions), "CMENDTC", Severity.BLOCKS))
    (number,) = made.raised
    assert [q.severity for q in questions.queries if q.number == number] == ["explain"]


def test_a_waiver_that_rests_on_a_question_is_found(questions: Questions) -> None:
    made = report(questions, found(aspirin(questions), "CMENDTC"), waivers=[waiver()])
    assert codes(made) == ["VAL912"]
    assert (made.counts.asked, made.counts.explained) == (1, 0)


def test_a_waiver_explains_what_is_not_asked(questions: Questions) -> None:
    both = (found(1, "CMENDTC"), found(2, "CMENDTC"))
    made = report(questions, *both, waivers=[waiver(at_most=1)])
    assert codes(made) == []
    assert (made.counts.asked, made.counts.explained, made.counts.open) == (1, 1, 0)


def test_a_block_is_explained_by_a_tested_fact_alone(questions: Questions) -> None:
    block = found(3 - aspirin(questions), "CMENDTC", Severity.BLOCKS)

    def holds(_dataset: str, records: list[int], text: str) -> str:
        return "" if text == "CMENDTC is not missing" else f"that is false for {len(records)}"

    without = report(questions, block, waivers=[waiver()], holds=holds)
    assert (codes(without), without.counts.explained) == (["VAL904"], 0)
    false = report(questions, block, waivers=[waiver(holds="CMENDTC is missing")], holds=holds)
    assert (codes(false), false.counts.explained) == (["VAL913"], 0)
    fact = waiver(holds="CMENDTC is not missing")
    assert report(questions, block, waivers=[fact], holds=holds).counts.explained == 1
    untested = report(questions, block, waivers=[fact])
    assert (codes(untested), untested.counts.explained) == (["VAL913"], 0)


def test_a_block_on_a_row_with_a_question_is_not_explained(questions: Questions) -> None:
    block = found(aspirin(questions), "CMDOSTXT", Severity.BLOCKS)
    fact = waiver(holds="CMDOSTXT is not missing")
    made = report(questions, block, waivers=[fact], holds=lambda *_: "")
    assert (codes(made), made.counts.explained) == (["VAL904"], 0)


def test_findings_without_a_row_are_joined_while_the_question_is_open(
    questions: Questions,
) -> None:
    (query,) = (q for q in questions.queries if q.column == "E")
    joined = report(
        questions,
        found(None, "CMENDTC", Severity.BLOCKS),
        waivers=[waiver(asked=(query.rule, "CM"))],
    )
    assert (codes(joined), joined.counts.asked, joined.raised) == ([], 1, {query.number})
    closed = report(questions, found(None, "CMENDTC"), waivers=[waiver(asked=("MAP999", "CM"))])
    assert (codes(closed), closed.counts.asked) == (["VAL914"], 0)
    by_hand = report(
        questions,
        found(3 - aspirin(questions), "CMENDTC", Severity.BLOCKS),
        waivers=[waiver(asked=(query.rule, "CM"))],
    )
    assert (codes(by_hand), by_hand.counts.asked) == (["VAL904"], 0)


TO_ANSWER = [level for level in Severity if level is not Severity.INFO]
kinds_of = st.lists(st.tuples(st.sampled_from([1, 2, None]), st.sampled_from(TO_ANSWER)))


@given(kinds_of, st.data())
def test_every_finding_stands_in_one_place(
    questions: Questions, kinds: list[tuple[int | None, Severity]], data: st.DataObject
) -> None:
    some = [found(record, "CMENDTC", severity) for record, severity in kinds]
    texts = data.draw(st.sampled_from([None, [waiver()], [waiver(holds="CMENDTC is missing")]]))
    made = report(questions, *some, waivers=texts)
    counts = made.counts
    info = counts.by_severity["info"]
    assert counts.total == counts.open + counts.explained + counts.asked + info
    assert counts.open_by_severity["rejects"] == counts.by_severity["rejects"]
    blocks = [severity for _, severity in kinds if severity is Severity.BLOCKS]
    assert not blocks or counts.open_by_severity["blocks"] or made.raised


def test_the_questions_are_those_of_the_build(questions: Questions) -> None:
    read = json.loads((Path(questions.build) / "findings.json").read_text("utf-8"))
    asked = [one for one in read if one["severity"] != "info"]
    assert len(questions.queries) == len(asked)


def confirmed(questions: Questions) -> Questions:
    """The same build after the site confirmed what stands there."""
    answer = "confirmed as is: as in the chart (Dr Li, 2024-02-05)"
    closed = [replace(query, answer=answer) for query in questions.queries]
    return Questions(questions.build, [], questions.sources, closed)


def test_what_was_confirmed_explains_findings_about_it(questions: Questions) -> None:
    known, record = confirmed(questions), aspirin(questions)
    made = report(known, found(record, "CMENDTC", Severity.BLOCKS), found(record, "CMDOSTXT"))
    assert (made.counts.asked, made.counts.explained, made.counts.open) == (0, 1, 1)
    (told,) = made.groups[made.groups["explained"]]["explanation"]
    assert told == "confirmed as is: as in the chart (Dr Li, 2024-02-05)"


def test_a_confirmation_explains_no_other_record_and_nothing_that_rejects(
    questions: Questions,
) -> None:
    known, record = confirmed(questions), aspirin(questions)
    made = report(known, found(3 - record, "CMENDTC"), found(record, "CMENDTC", Severity.REJECTS))
    assert (made.counts.explained, made.counts.open) == (0, 2)


def test_closed_queries_are_read_apart_from_open_ones(tmp_path: Path) -> None:
    one = {"rule": "MAP341", "severity": "blocks", "raw": {"file": "a.csv", "row": 2}}
    closed = one | {"details": {"state": "closed", "answer": "confirmed as is (Dr Li)"}}
    rejects = closed | {"severity": "rejects"}
    (tmp_path / "findings.json").write_text(json.dumps([one, closed, rejects]))
    assert [query.number for query in open_queries(tmp_path)] == [0, 2]
    assert [query.answer for query in closed_queries(tmp_path)] == ["confirmed as is (Dr Li)"]

"""The ledger is only ever added to, and reads back what was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.study import ANSWERS, QUERIES
from workbench.queries.ledger import Ledger, read_ledger, write_answers, write_queries
from workbench.queries.model import Answer, Entry, Standing, State, Subject

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ANSWER = st.builds(
    Answer, TEXT, TEXT, st.sampled_from(["answer", "disputed"]), TEXT, TEXT, TEXT, TEXT, TEXT
)


def entry(name: str, text: str) -> Entry:
    about = Subject("MAP210", "", "AE", "AESTDTC", "ae", "R1", text)
    standing = Standing(State.OPEN, "2024-01-31", text, "0a1b2c3d", 1, 2, text)
    plain = dict.fromkeys(
        ("subject", "site", "owner", "severity", "form", "value", "first", "last", "asked"), text
    )
    return Entry(name, about, standing, **plain, cells={"A": text, text: "B"})


@given(st.lists(ANSWER, max_size=6), TEXT)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, answers: list[Answer], text: str
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ledger = Ledger(entries={"ABCD2345": entry("ABCD2345", text)}, raw="0123")
    ledger.add(answers)
    write_answers(ledger, folder)
    write_queries(ledger, folder)
    read = read_ledger(folder, folder / "none")
    assert read.answers == ledger.answers
    assert (read.entries, read.raw) == (ledger.entries, "0123")


def test_what_another_command_added_meanwhile_stays(tmp_path: Path) -> None:
    one, two = (Answer(n, "r", "answer", "comment", n, "A", "") for n in "12")
    first, second = read_ledger(tmp_path, tmp_path / "o"), read_ledger(tmp_path, tmp_path / "o")
    first.add([one])
    second.add([two])
    write_answers(first, tmp_path)
    write_answers(second, tmp_path)
    assert read_ledger(tmp_path, tmp_path / "o").answers == [one, two]


def test_the_same_event_from_two_branches_is_one_line(tmp_path: Path) -> None:
    one = Answer("1", "r", "answer", "comment", "x", "A", "2024-01-01", "site", "a.xlsx", "00")
    ledger = Ledger()
    ledger.add([one])
    write_answers(ledger, tmp_path)
    path = tmp_path / ANSWERS
    path.write_text(path.read_text() + path.read_text().splitlines()[1] + "\n")
    assert read_ledger(tmp_path, tmp_path / "o").answers == [one]
    assert not (tmp_path / QUERIES).exists()

"""A question stays one, whatever stands in the cell that it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.codes import finding
from specs.words import LANGUAGES, LONGEST, words_of
from workbench.queries.model import Question, Subject
from workbench.queries.workbooks.wording import Items, Wording


def asked(rule: str, language: str, value: str, detail: str = "") -> str:
    about = Subject(rule, "", "AE", "AETERM", "ae", "R1", "TERM")
    told = {"value": value, "detail": detail, "term": value, "start": "2024-01-01"}
    found = finding(rule, "something")
    question = Question(about, "", "", "", "site", "blocks", (found,), (0,), told=told)
    return Wording(Items()).ask(question, language)


def test_what_is_filled_in_is_cut_and_not_the_question() -> None:
    said = asked("MAP301", "en", "x" * 900)
    assert said.startswith('TERM is "xxx')
    assert said.endswith('x…", which is not among the agreed answers. Which of them is meant?')
    assert len(said) == LONGEST


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=st.text(max_size=700), detail=st.text(max_size=700))
def test_no_value_takes_the_place_of_what_is_asked(language: str, value: str, detail: str) -> None:
    for rule, words in words_of(language).items():
        if rule:
            last = words.ask.rpartition("}")[2]
            said = asked(rule, language, value, detail)
            assert said.endswith(last)
            assert len(said) <= LONGEST

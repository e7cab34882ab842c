from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.derive.small import days, run, small, words

RACES = {"R1": ["1", "1", None], "R2": ["1", "0", "0"], "R3": ["0", "0", "0"]}
TICKED = '{WHITE: R1 == "1", ASIAN: R2 == "1", OTHER: R3 == "1"}'


def test_a_part_that_is_missing_makes_it_missing() -> None:
    found = run('text: "{A}-{B} x"', {"A": ["a", None], "B": ["b", "b"]})
    assert found.texts == ["a-b x", ""]


def test_numbers_and_dates_are_shown_as_people_write_them() -> None:
    own = {"N": [1, 0.1, 1e-7], "D": days("2020-01-05", "2020-01", "2020")}
    assert run('text: "{N} {D}"', own).texts == ["1 2020-01-05", "0.1 2020-01", "0.0000001 2020"]


def test_the_study_is_known() -> None:
    assert run('text: "{study}/{A}"', {"A": ["1"]}).texts == ["S1/1"]


def test_a_name_that_is_not_there_is_refused() -> None:
    assert [f.rule for f in small('text: "{NOBODY}"', {"A": ["1"]}).refused()] == ["SPEC114"]


@pytest.mark.parametrize("text", ["{A", "A}", "{}", "{A}{"])
def test_braces_that_hold_no_name_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        small(f'text: "{text}"', {"A": ["1"]})


def test_join_takes_those_that_are_there() -> None:
    own = {"A": ["x", None, None], "B": [1.5, 2, None]}
    assert run('{join: [A, B], separator: ", "}', own).texts == ["x, 1.5", "2", ""]


def test_ticked_boxes_are_joined_by_their_words() -> None:
    assert run(f"join: {TICKED}", RACES).texts == ["WHITE; ASIAN", "WHITE", ""]


def test_one_word_may_stand_for_several() -> None:
    found = run(f"{{join: {TICKED}, if-several: MULTIPLE}}", RACES)
    assert found.texts == ["MULTIPLE", "WHITE", ""]


def test_a_box_of_another_kind_is_refused_at_its_place() -> None:
    (refused,) = small("join: {WHITE: R1 == 1}", RACES).refused()
    assert refused.spec is not None
    assert (refused.rule, refused.spec.column) == ("SPEC131", 15)


def test_words_of_a_text() -> None:
    assert words('text: "LINE {N}"') == ('"LINE " and N, joined to one text; blank if N is blank.')


def test_words_of_a_join() -> None:
    assert words('{join: {W: A == "1"}, separator: ",", if-several: M}') == (
        '"W" where A is "1", those that there are joined with ","; "M" where there are several.'
    )

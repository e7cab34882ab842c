from __future__ import annotations

import pytest
from pydantic import ValidationError

from derive.values.column import Kind
from tests.derive.small import days, run, small, words

OWN = {"A": [1, 2, 3, None], "B": ["b", "b", "b", "b"]}


def test_the_first_that_holds() -> None:
    line = "choose: [{when: A > 2, is: big}, {when: A > 1, from: B}, {when: A > 0, blank: true}]"
    assert run(line, OWN).texts == ["", "b", "big", ""]


def test_the_last_may_hold_for_the_rest() -> None:
    assert run("choose: [{when: A > 2, is: big}, {else: B}]", OWN).texts == ["b", "b", "big", "b"]
    assert run("choose: [{when: A > 2, is: big}, {is: x}]", OWN).texts == ["x", "x", "big", "x"]


def test_a_written_value_is_of_the_kind_of_the_lines_beside_it() -> None:
    line = "choose: [{when: A > 2, is: 0}, {when: A > 1, calculate: A * 2}]"
    found = small(line, OWN)
    assert (found.kind(), found.run().numbers) == (Kind.NUMBER, [None, 4, 0, None])


@pytest.mark.parametrize(
    "line",
    [
        "choose: [{when: A > 2, is: big}, {else: A}]",
        "choose: [{when: A > 2, from: B}, {else: A}]",
        "choose: [{when: A > 2, from: D}, {else: B}]",
    ],
)
def test_alternatives_of_two_kinds_are_refused(line: str) -> None:
    own = {**OWN, "D": days(*["2020-01-01"] * 4)}
    assert [f.rule for f in small(line, own).refused()] == ["SPEC131"]


def test_a_condition_of_two_kinds_is_refused_at_its_place() -> None:
    (refused,) = small('choose: [{is: x, when: A > 1 and B > "a"}]', OWN).refused()
    assert refused.spec is not None
    assert (refused.rule, refused.spec.column) == ("SPEC131", 34)


@pytest.mark.parametrize(
    "line",
    [
        "choose: []",
        "choose: [{is: x}, {is: y}]",
        "choose: [{is: x, when: A > 1}, {is: y, when: A > 1}]",
        "choose: [{when: A > 1}]",
        "choose: [{is: x, from: B}]",
    ],
)
def test_what_is_never_reached_or_says_no_value_is_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        small(line, OWN)


def test_a_step_says_which_and_why() -> None:
    found = small("choose: [{when: A > 2, is: big}, {else: B}]", {"A": [3], "B": ["b"]})
    assert "'big' because A > 2" in found.run(trace=True).steps


def test_words() -> None:
    line = "choose: [{when: A > 2, is: big}, {when: A > 1, from: B}, {when: A > 0, blank: true}]"
    assert words(line) == (
        'The first that holds: "big" if A is more than 2; the value of B if A is more than 1; '
        "blank if A is more than 0; otherwise blank."
    )


@pytest.mark.parametrize(
    ("alternatives", "expected"),
    [
        ("[{blank: true}]", "Blank."),
        ("[{is: Y}]", 'The constant "Y".'),
        ("[{is: Y, when: A > 1}]", '"Y" if A is more than 1; otherwise blank.'),
        (
            "[{is: Y, when: A > 1}, {blank: true}]",
            'The first that holds: "Y" if A is more than 1; else blank.',
        ),
    ],
)
def test_one_alternative_is_no_list(alternatives: str, expected: str) -> None:
    assert words(f"choose: {alternatives}") == expected


def test_numbers_are_written_without_quotes() -> None:
    line = "{as: number, choose: [{is: 99, when: A > 1}]}"
    assert words(line) == "99 if A is more than 1; otherwise blank."

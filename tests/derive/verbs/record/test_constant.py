from __future__ import annotations

import pytest
from pydantic import ValidationError

from derive.values.column import Kind
from tests.derive.small import run, small, words


@pytest.mark.parametrize(
    ("text", "kind"),
    [("x", Kind.TEXT), ("1.5", Kind.NUMBER), ("2020-01-05", Kind.DAY), ("2020", Kind.SECOND)],
)
def test_a_constant_is_of_the_variables_kind(text: str, kind: Kind) -> None:
    found = small(f'constant: "{text}"', {"A": ["a", "b"]}, declared=kind)
    assert found.kind() is kind
    assert found.run().texts == [text, text]


def test_as_says_the_kind_of_a_working_variable() -> None:
    assert run("{constant: 1, as: number}", {"A": ["a"]}).numbers == [1]


@pytest.mark.parametrize(
    "line", ["constant: x", "{constant: 1, as: text}", "{flag: A == 1, is: Y}"]
)
def test_another_kind_than_the_variables_is_refused(line: str) -> None:
    assert small(line, {"A": [1]}, declared=Kind.NUMBER).refused()


def test_a_constant_holds_where_its_condition_does_and_else_the_other_line() -> None:
    own = {"A": [1, 2, None], "B": ["b1", "b2", "b3"]}
    assert run("{constant: x, when: A > 1}", own).texts == ["", "x", ""]
    assert run("{constant: x, when: A > 1, else: B}", own).texts == ["b1", "x", "b3"]


def test_an_alternative_of_another_kind_is_refused_at_its_place() -> None:
    (refused,) = small("{constant: x, when: A > 1, else: A}", {"A": [1]}).refused()
    assert refused.spec is not None
    assert (refused.rule, refused.spec.column) == ("SPEC131", 34)


def test_a_flag_is_y_where_its_condition_holds() -> None:
    own = {"A": [1, 2, None]}
    assert run("flag: A > 1", own).texts == ["", "Y", ""]
    assert run("{flag: A > 1, else: N}", own).texts == ["N", "Y", "N"]
    assert run("{flag: A > 1, when: A < 9, else: N}", own).texts == ["N", "Y", "N"]
    found = run("{flag: A > 1, is: 1, else: {constant: 0}}", own, declared=Kind.NUMBER)
    assert found.numbers == [0, 1, 0]


def test_else_of_a_line_that_always_holds_is_refused() -> None:
    with pytest.raises(ValidationError, match="says nothing without"):
        small("{constant: x, else: A}", {"A": ["a"]})


def test_a_flag_of_two_kinds_is_refused_at_its_place() -> None:
    (refused,) = small('flag: B == "x" and A == "1"', {"A": [1], "B": ["x"]}).refused()
    assert refused.spec is not None
    assert (refused.rule, refused.spec.column) == ("SPEC131", 20)


def test_words() -> None:
    assert words("{constant: x, when: A > 1, else: B}") == (
        'Where A is more than 1: the constant "x". Otherwise: the value of B.'
    )
    assert words("{flag: A is not missing, else: N}") == (
        '"Y" where A is not missing. Otherwise: the constant "N".'
    )

from __future__ import annotations

from collections.abc import Callable

import pytest

from derive.line import Line
from derive.values.column import Kind
from derive.verbs.registry import read_line
from derive.verbs.words import line_words
from specs.errors import BuildError
from tests.derive.small import days, run, small, study


def joined(*values: object) -> str:
    """The values, shown."""
    return " ".join(map(repr, values))


def same(result: object) -> Callable[[object], object]:
    def function(_: object) -> object:
        """Always the same."""
        return result

    return function


def test_texts_numbers_and_dates_are_given_as_what_they_are() -> None:
    own = {"A": ["x", None], "N": [1.5, None], "D": days("2020-01", None)}
    found = run("{function: f, of: [A, N, D]}", own, of_study=study({"f": joined}))
    assert found.texts == ["'x' 1.5 '2020-01'", "'' None None"]


def test_it_is_called_once_per_combination_of_active_records() -> None:
    calls = []

    def f(text: str) -> str:
        """Twice."""
        calls.append(text)
        return text * 2

    line = '{function: f, of: A, when: B == "y"}'
    own = {"A": ["a", "a", "b", "c"], "B": ["y", "y", "y", None]}
    found = run(line, own, of_study=study({"f": f}))
    assert (found.texts, calls) == (["aa", "aa", "bb", ""], ["a", "b"])


@pytest.mark.parametrize(
    ("gives", "result", "kind", "shown"),
    [
        ("number", 2, Kind.NUMBER, "2"),
        ("text", "2", Kind.TEXT, "2"),
        ("date", "2020-01-05", Kind.DAY, "2020-01-05"),
        ("datetime", "2020-01-05T10:00", Kind.SECOND, "2020-01-05T10:00"),
    ],
)
def test_gives_declares_the_kind(gives: str, result: object, kind: Kind, shown: str) -> None:
    line = f"{{function: f, of: A, gives: {gives}}}"
    found = small(line, {"A": ["a"]}, of_study=study({"f": same(result)}))
    assert (found.kind(), found.run().texts) == (kind, [shown])


def test_what_is_declared_otherwise_than_the_variable_is_refused() -> None:
    line = "{function: f, of: A, gives: text}"
    assert small(line, {"A": ["a"]}, declared=Kind.NUMBER).refused()


@pytest.mark.parametrize(("gives", "result"), [("number", "x"), ("text", 2), ("date", "May")])
def test_another_result_than_declared_stops(gives: str, result: object) -> None:
    def f(text: str) -> object:
        """Wrong."""
        return result

    with pytest.raises(BuildError) as error:
        run(f"{{function: f, of: A, gives: {gives}}}", {"A": ["a"]}, of_study=study({"f": f}))
    assert [one.rule for one in error.value.findings] == ["MAP320"]


def test_a_function_that_fails_stops_and_says_with_what() -> None:
    def f(text: str) -> str:
        """Fails."""
        raise ValueError("no")

    with pytest.raises(BuildError, match=r"f\('a'\) fails: ValueError: no"):
        run("{function: f, of: A}", {"A": ["a"]}, of_study=study({"f": f}))


def line(data: object) -> Line:
    made = read_line(data)
    assert made is not None
    return made


def test_its_docstring_is_its_words() -> None:
    given = study({"f": joined})
    alone = line({"function": "f", "of": ["A", "B"]})
    assert line_words(alone, given) == "The values, shown. Computed from A and B."
    inside = line({"choose": [{"when": "A > 1", "function": "f", "of": "A"}]})
    assert (
        line_words(inside, given)
        == "The values, shown. Computed from A if A is more than 1; otherwise blank."
    )
    behind = line({"from": "A", "when": "A > 1", "else": {"function": "f", "of": "A"}})
    assert line_words(behind, given).endswith("Otherwise: the values, shown. Computed from A.")

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from derive.values.column import Kind
from specs.errors import SpecificationError
from tests.derive.small import run, small, words

AGES = '{category: A, cut: [18, 65], labels: ["<18", "18-64", ">=65"]%s}'


def test_a_cut_begins_a_class() -> None:
    found = run(AGES % "", {"A": [17.9, 18, 64, 65, None]})
    assert found.texts == ["<18", "18-64", "18-64", ">=65", ""]


def test_or_ends_one() -> None:
    found = run("{category: A, cut: [30], closed: right, labels: [a, b]}", {"A": [30, 30.1]})
    assert found.texts == ["a", "b"]


def test_a_missing_number_may_have_a_class() -> None:
    assert run(AGES % ", missing-label: Missing", {"A": [None, 1]}).texts == ["Missing", "<18"]


def test_a_number_that_was_calculated_meets_its_cut() -> None:
    own = {"A": [0.1 + 0.2], "B": [1.1]}
    line = "{category: %s, cut: [%s], labels: [below, at]}"
    assert run(line % ("A", "0.3"), own).texts == ["at"]
    assert run(line % ("B", "1.1"), own).texts == ["at"]


@given(st.lists(st.integers(-50, 50)), st.sets(st.integers(-20, 20), min_size=1, max_size=4))
def test_every_number_is_in_the_class_between_its_cuts(numbers: list[int], cuts: set[int]) -> None:
    edges = sorted(cuts)
    labels = [str(i) for i in range(len(edges) + 1)]
    line = f"{{category: A, cut: {edges}, labels: {labels}}}"
    expected = [str(sum(edge <= number for edge in edges)) for number in numbers]
    assert run(line, {"A": [float(n) for n in numbers]}).texts == expected


def test_labels_may_be_numbers() -> None:
    line = "{category: A, cut: [18], labels: [1, 2]}"
    assert run(line, {"A": [20]}, declared=Kind.NUMBER).numbers == [2]
    assert small(
        "{category: A, cut: [18], labels: [a, b]}", {"A": [20]}, declared=Kind.NUMBER
    ).refused()


GRADES = {
    "PARAMCD": ["HGB", "HGB", "HGB", "HGB", "PLAT"],
    "low": [None, None, None, None, None],
    "high": ["80", "100", "LBSTNRLO", None, "25"],
    "value": ["3", "2", "1", "0", "4"],
}
LINE = "{category: AVAL, table: grades, by: PARAMCD, bounds: LBSTNRLO}"


def lab(*rows: tuple[str | None, float | None, float | None]) -> dict[str, list[object]]:
    return {
        name: [row[i] for row in rows] for i, name in enumerate(("PARAMCD", "AVAL", "LBSTNRLO"))
    }


def test_a_table_gives_the_first_row_that_holds() -> None:
    own = lab(
        ("HGB", 79.9, 120), ("HGB", 80, 120), ("HGB", 110, 120), ("HGB", 120, 120),
        ("HGB", 110, None), ("HGB", None, 120), ("PLAT", 24, 1), ("PLAT", 25, 1), ("WBC", 1, 1),
        (None, 1, 1),
    )  # fmt: skip
    found = run(LINE, own, {"grades": GRADES})  # type: ignore[arg-type]
    assert found.texts == ["3", "2", "1", "0", "", "", "4", "", "", ""]
    assert found.links == {"grades": [0, 1, 2, 3, -1, -1, 4, -1, -1, -1]}


def test_without_the_bound_that_a_row_hangs_on_there_is_no_class_below_it() -> None:
    """79 and 99 are decided by numbers; whether 110 is grade 1 or 0 nobody knows."""
    own = lab(("HGB", 79, None), ("HGB", 99, None), ("HGB", 110, None), ("HGB", 500, None))
    assert run(LINE, own, {"grades": GRADES}).texts == ["3", "2", "", ""]  # type: ignore[arg-type]
    table = {"low": ["A", None], "high": ["10", None], "value": ["in", "out"]}
    line = "{category: V, table: g, bounds: A}"
    found = run(line, {"V": [5, 12, 12], "A": [None, None, 1]}, {"g": table})
    assert found.texts == ["", "out", "out"]  # 12 is outside whatever the other bound


def test_a_table_closed_on_the_right() -> None:
    grades = {"low": [5, 3, None], "high": [None, None, None], "grade": [3, 2, 0]}
    line = "{category: A, table: grades, value: grade, closed: right}"
    found = run(line, {"A": [5.1, 5, 3, None]}, {"grades": grades})
    assert found.numbers == [3, 2, 0, None]


def test_a_grade_that_is_a_number_may_be_a_text() -> None:
    grades = {"low": [5.0], "high": [None], "value": [3.0]}
    found = run("{category: A, table: g}", {"A": [6]}, {"g": grades}, declared=Kind.TEXT)
    assert found.texts == ["3"]


@pytest.mark.parametrize(
    ("grades", "message"),
    [
        ({"low": ["x"], "high": [None], "value": ["1"]}, "'x' is no number"),
        ({"low": [None, 1], "high": [None, 2], "value": ["1", "2"]}, "row 2 of g is never reached"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(
    grades: dict[str, list[object]], message: str
) -> None:
    with pytest.raises(SpecificationError, match=message):
        run("{category: A, table: g}", {"A": [6]}, {"g": grades})  # type: ignore[dict-item]


def test_a_table_without_the_columns_is_refused_before_a_row_is_read() -> None:
    line = small("{category: A, table: g}", {"A": [6]}, {"g": {"low": [1], "value": ["x"]}})
    assert [f.rule for f in line.refused()] == ["SPEC117"]


def test_text_has_no_category() -> None:
    assert small(AGES % "", {"A": ["17"]}).refused()


@pytest.mark.parametrize(
    "line",
    [
        "{category: A, cut: [1], labels: [a]}",
        "{category: A, cut: [2, 1], labels: [a, b, c]}",
        "{category: A, cut: [1, 1], labels: [a, b, c]}",
        "{category: A, cut: [x], labels: [a, b]}",
        "{category: A}",
        "{category: A, cut: [1], labels: [a, b], table: g}",
        "{category: A, cut: [1], labels: [a, b], by: K}",
        "{category: A, table: g, labels: [a]}",
    ],
)
def test_nonsense_is_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        small(line, {"A": [1]})


def test_words() -> None:
    assert words(AGES % ", missing-label: Missing") == (
        'The category of A: "<18", "18-64", ">=65", cut at 18 and 65 (from each cut on); "Missing" '
        "where it is missing."
    )
    assert words(LINE) == (
        "The category of AVAL: value of the first row of grades for its PARAMCD with low <= AVAL < "
        "high, where the table may name LBSTNRLO."
    )


def test_its_classes_are_what_it_can_give() -> None:
    made = small(AGES % ", missing-label: Missing", {"A": [1]})
    assert made.line.possible(made.of_study) == {"<18", "18-64", ">=65", "Missing"}


def test_the_classes_of_a_table_of_the_study_too(tmp_path: Path) -> None:
    (tmp_path / "adam").mkdir()
    (tmp_path / "adam" / "grades.csv").write_text("low,high,value\n1,2,G1\n2,,G2\n")
    made = small("{category: A, table: grades}", {"A": [1]})
    made.of_study.root = tmp_path
    assert made.line.possible(made.of_study) == {"G1", "G2"}

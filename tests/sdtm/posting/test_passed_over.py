"""Cells that a line could have taken and did not: each is told, or says what was taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import build, files

PART = {"A": "left", "B": "right"}
BLANK = {"A": "left", "B": ""}


def open_cells(folder: Path, lines: str, rows: list[dict[str, str]]) -> list[str]:
    """The messages about cells that no line reads on their row."""
    built = build(folder, files(lines, rows))
    assert built.failed == {}, built.findings
    return sorted(one.message for one in built.findings if one.rule == "MAP352")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [{"A": "x", "B": "y"}, {"A": "", "B": "z"}],
            ["no line reads cm.B on these rows (1 values)"],
        ),
        ([{"A": "x", "B": "x"}, {"A": "", "B": "z"}], []),
        ([{"A": "x", "B": ""}, {"A": "", "B": "z"}], []),
    ],
)
def test_the_second_of_two_columns_is_taken_where_the_first_is_blank_or_says_the_same(
    tmp_path: Path, rows: list[dict[str, str]], told: list[str]
) -> None:
    assert open_cells(tmp_path, "  CMDECOD: {from: [A, B]}\n", rows) == told


@pytest.mark.parametrize(("rows", "told"), [([PART, BLANK], 1), ([PART, PART], 0)])
def test_a_part_of_a_text_that_lacks_another_part_is_told(
    tmp_path: Path, rows: list[dict[str, str]], told: int
) -> None:
    """R02 has no B, so that its text is blank, and its A stands nowhere."""
    found = open_cells(tmp_path, '  CMDECOD: {text: "{A} of {B}"}\n', rows)
    assert found == ["no line reads cm.A on these rows (1 values)"][:told]


def test_that_a_value_is_asked_to_be_there_does_not_say_that_it_was_read(tmp_path: Path) -> None:
    """B is read on the second row, and on the first a condition alone asks whether there is one."""
    lines = "  CMDECOD: {from: [A, B]}\n  CMSCAT: {constant: OTHER, when: B is not missing}\n"
    rows = [{"A": "x", "B": "y"}, {"A": "", "B": "z"}]
    assert open_cells(tmp_path, lines, rows) == ["no line reads cm.B on these rows (1 values)"]

"""``constant``, ``text`` and ``choose`` on raw columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import cm, cm_problem

ROWS = [{"A": "a", "B": "1"}, {"A": "b", "B": "2"}, {"A": "", "B": "3"}]


def test_constant(tmp_path: Path) -> None:
    assert cm(tmp_path, "CMDOSTXT: {constant: x}", ROWS, "CMDOSTXT") == ["x"] * 3


def test_constant_when(tmp_path: Path) -> None:
    line = 'CMDOSTXT: {constant: x, when: A == "b"}'
    assert cm(tmp_path, line, ROWS, "CMDOSTXT") == ["", "x", ""]


def test_text_is_missing_where_a_part_is(tmp_path: Path) -> None:
    line = 'CMDOSTXT: {text: "{study}/{A}-{raw.B}!"}'
    assert cm(tmp_path, line, ROWS, "CMDOSTXT") == ["S1/a-1!", "S1/b-2!", ""]


def test_text_with_an_unknown_part(tmp_path: Path) -> None:
    found = cm_problem(tmp_path, 'CMDOSTXT: {text: "{A}{AA}"}', ROWS)
    assert (found.rule, found.spec and found.spec.line) == ("SPEC114", 7)


def test_choose_takes_the_first_that_holds(tmp_path: Path) -> None:
    line = 'CMDOSTXT: {choose: [{is: one, when: B == "1"}, {from: A, when: B < 3}]}'
    assert cm(tmp_path, line, ROWS, "CMDOSTXT") == ["one", "b", ""]


def test_choose_within_when(tmp_path: Path) -> None:
    line = "CMDOSTXT: {choose: [{is: one, when: B >= 1}], when: B > 1, else: {constant: other}}"
    assert cm(tmp_path, line, ROWS, "CMDOSTXT") == ["other", "one", "one"]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("{choose: []}", "SPEC105"),
        ('{choose: [{is: x, when: "A = 1"}]}', "SPEC106"),
        ("{choose: [{when: B == 1}]}", "SPEC105"),
        ("{choose: [{is: x, from: A, when: B == 1}]}", "SPEC105"),
    ],
)
def test_choose_refuses(tmp_path: Path, line: str, rule: str) -> None:
    found = cm_problem(tmp_path, f"CMDOSTXT: {line}", ROWS)
    assert (found.rule, found.spec and found.spec.line) == (rule, 7)


def test_a_name_that_is_a_column_and_a_variable_is_ambiguous(tmp_path: Path) -> None:
    rows = [{"CMDOSTXT": "a", "A": "b"}]
    lines = 'CMDOSTXT: A\nCMCAT: {constant: x, when: CMDOSTXT == "a"}'
    found = cm_problem(tmp_path, lines, rows)
    assert found.rule == "SPEC120"
    assert found.hint == "write raw.CMDOSTXT or CM.CMDOSTXT"
    raw = lines.replace("when: CMDOSTXT", "when: raw.CMDOSTXT")
    assert cm(tmp_path / "b", raw, rows, "CMCAT") == ["x"]
    own = lines.replace("when: CMDOSTXT", "when: CM.CMDOSTXT")
    assert cm(tmp_path / "c", own, rows, "CMCAT") == [""]


@pytest.mark.parametrize("who", ["Investigator", "Sponsor", "Subject", "Vendor"])
def test_note_origin_and_pages_change_no_value(tmp_path: Path, who: str) -> None:
    line = f"CMDOSTXT: {{from: A, note: why, origin: Assigned, source: {who}, pages: [3, 4]}}"
    assert cm(tmp_path, line, ROWS, "CMDOSTXT") == ["a", "b", ""]


def test_a_number_in_a_text_variable_is_refused(tmp_path: Path) -> None:
    found = cm_problem(tmp_path, "CMDOSTXT: {number: B}", ROWS)
    assert (found.rule, found.hint) == ("SPEC131", "show it with {as-text: ...}")

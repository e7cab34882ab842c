"""The judge of the damage bench: what counts as seen, and what the account permits."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.damage_changes import Change
from bench.damage_judge import VANISHED, Judge, Seen, shown
from sdtm.build import build_sdtm
from specs import load_study
from tests.sdtm.small import files, write

ROWS = [
    {"A": "x", "B": "kept", "V": "1"},
    {"SUBJID": "002", "A": "y", "B": "said", "V": "2"},
]
DECLARED = "not-submitted: {B: {where: A == 'y', why: said elsewhere}}"


def seen(folder: Path, **changed: str) -> Seen:
    """A build of two subjects; ``changed`` are new cells of the second row."""
    made = files(
        "  CMDOSTXT: A\n  CMSCAT: {from: B, when: A == 'x'}\n", [ROWS[0], ROWS[1] | changed]
    )
    made["study.yaml"] = made["study.yaml"].replace(
        "file: cm.csv", f"file: cm.csv, values: {{A: [x, y, z]}}, {DECLARED}"
    )
    made["study.yaml"] = made["study.yaml"].replace("B: {where", "V: no matter, B: {where")
    build = build_sdtm(load_study(write(folder, made)))
    assert build.failed == {}, build.findings
    return shown(build)


def ruling(folder: Path, column: str, new: str, *, row: int = 3) -> tuple[str, str]:
    base, now = seen(folder / "a"), seen(folder / "b", **{column: new})
    old = ROWS[1][column]
    change = Change("letter", "cm", "cm.csv", 1, row, column, old, new, "002")
    return Judge(base.build.study, base, {}).rule(change, [change], now)


@pytest.mark.parametrize(
    ("column", "new", "verdict", "because"),
    [
        ("A", "z", "seen in SDTM", ""),
        ("V", "3", "permitted: not submitted", "cm.V declared: no matter"),
        ("B", "other", "permitted: not submitted", "cm.B declared: said elsewhere"),
        ("A", " y ", "permitted: equal", "blanks around a text are no part of it"),
    ],
)
def test_what_became_of_a_cell(
    tmp_path: Path, column: str, new: str, verdict: str, because: str
) -> None:
    assert ruling(tmp_path, column, new) == (verdict, because)


def test_a_declaration_of_other_rows_permits_nothing(tmp_path: Path) -> None:
    """B is declared where A is y; on the first row it is read, and a change there must be seen."""
    base = seen(tmp_path)
    change = Change("letter", "cm", "cm.csv", 0, 2, "B", "kept", "lost", "001")
    assert Judge(base.build.study, base, {}).rule(change, [change], base).verdict == VANISHED


@pytest.mark.parametrize(
    ("mark", "named"),
    [
        (("MAP301", "", "cm.csv", "3", "A", "y", "", "m"), True),
        (("MAP301", "", "cm.csv", "2", "A", "x", "", "m"), False),
        (("MAP301", "", "ae.csv", "3", "A", "y", "", "m"), False),
        (("MAP301", "", "cm.csv", "9", "A", "new", "", "m"), True),
        (("MAP301", "", "cm.csv", "9", "V", "new", "", "m"), False),
        (("MAP301", "", "", "", "", "", "", "the value 'new' is unknown"), True),
        (("MAP301", "", "", "", "", "", "", "a new value is unknown"), False),
        (("MAP310", "", "cm.csv", "9", "A", "x", "", "several rows; cm.csv:3 was taken"), True),
        (("MAP310", "", "cm.csv", "9", "A", "x", "", "several rows; cm.csv:33 was taken"), False),
    ],
)
def test_a_finding_is_about_a_change_that_it_names(
    tmp_path: Path, mark: tuple[str, ...], named: bool
) -> None:
    base = seen(tmp_path)
    change = Change("letter", "cm", "cm.csv", 1, 3, "A", "y", "new", "002")
    judge = Judge(base.build.study, base, {})
    assert judge.names(mark, change) is named
    now = Seen(base.findings + Counter([mark]), base.subjects, base.build)
    assert (judge.rule(change, [change], now).verdict == "seen in a finding") is named


def parsed(folder: Path, line: str) -> Seen:
    made = files(f"  CMDOSTXT: A\n{line}", [{"A": "x", "V": "17"}, {"A": "y", "V": "18"}])
    return shown(build_sdtm(load_study(write(folder, made))))


@pytest.mark.parametrize(
    ("line", "new", "verdict"),
    [
        ("working: {n: {number: V}}\nchecks: [{where: n > 50, says: much}]\n", "１７", "equal"),
        ("checks: [{where: V == '50', says: much}]\n", "１７", ""),
        ("working: {n: {number: V}}\nchecks: [{where: n > 50, says: much}]\n", "16", ""),
        ("  CMSCAT: {constant: B, when: V is not missing}\n", "16", "not read"),
        ("  CMSCAT: {constant: B, when: V is not missing}\n", "", ""),
    ],
)
def test_what_no_line_reads_as_it_is_written(
    tmp_path: Path, line: str, new: str, verdict: str
) -> None:
    """A number that is read as one may be full width; of what is asked for presence alone the text
    is not read. The build is the same on purpose: only the judge is asked."""
    base = parsed(tmp_path, line)
    change = Change("letter", "cm", "cm.csv", 0, 2, "V", "17", new, "001")
    found = Judge(base.build.study, base, {}).rule(change, [change], base).verdict
    assert found == (f"permitted: {verdict}" if verdict else VANISHED)


def test_a_row_that_moves_to_another_subject_is_seen_there(tmp_path: Path) -> None:
    base = seen(tmp_path)
    now = Seen(base.findings, {**base.subjects, "S1-001": 0}, base.build)
    change = Change("digit", "cm", "cm.csv", 1, 3, "SUBJID", "002", "001", "002")
    assert Judge(base.build.study, base, {}).rule(change, [change], now).verdict == "seen in SDTM"

"""What an edit check looked at and asked; one that looked at nothing is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdtm.build import SdtmBuild
from specs import Severity
from tests.sdtm.small import build, files

LINES = "  CMDOSE: {number: DOSE}\n  CMSTDTC: {date: START, format: iso}\n"
ROWS = [
    {"DOSE": "5", "START": "2020-01-01", "WHY": "a"},
    {"DOSE": "", "START": "2020-01-02", "WHY": "a"},
    {"DOSE": "9", "START": "", "WHY": ""},
]


def counted(folder: Path, check: str, rows: list[dict[str, str]]) -> SdtmBuild:
    return build(folder, files(f"{LINES}checks:\n  - {{{check}, says: odd}}\n", rows))


@pytest.mark.parametrize(
    ("check", "looked_at", "asked"),
    [
        ("where: CMDOSE > 6", 2, 1),
        ("where: CMDOSE > 6 and CMSTDTC is missing", 2, 1),
        ("where: CMDOSE > 6 and CMSTDTC > DM.RFSTDTC", 1, 0),
        ("where: CMDOSE > 6 or CMSTDTC > DM.RFSTDTC", 3, 1),
        ("where: not (CMDOSE > 6)", 2, 2),
        ("where: CMSTDTC is missing", 3, 1),
        ("same: [WHY]", 2, 1),
    ],
)
def test_a_check_counts(tmp_path: Path, check: str, looked_at: int, asked: int) -> None:
    built = counted(tmp_path, check, ROWS)
    assert [tuple(one) for one in built.checks] == [("CM", "odd", looked_at, asked)]
    assert [f for f in built.findings if f.rule == "MAP355"] == []


@pytest.mark.parametrize("check", ["where: CMDOSE > 6", "same: [WHY, CMDOSE]"])
def test_a_check_that_looked_at_nothing_is_told(tmp_path: Path, check: str) -> None:
    built = counted(tmp_path, check, [{**row, "DOSE": ""} for row in ROWS])
    told = [f for f in built.findings if f.rule == "MAP355"]
    assert [(f.dataset, f.severity) for f in told] == [("CM", Severity.EXPLAIN)]
    assert str(told[0].spec).startswith("sdtm/cm.yaml:10")

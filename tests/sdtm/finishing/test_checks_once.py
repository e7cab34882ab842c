"""Checks that ask once for several records of a subject."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import build, csv, files

ROWS = [
    {"SAMPLE": "S1"},
    {"SAMPLE": "S1"},
    {"SAMPLE": "S2"},
    {"SUBJID": "002", "SAMPLE": "S1"},
    {"SAMPLE": ""},
    {"SAMPLE": ""},
]


@pytest.mark.parametrize(
    ("option", "asked"),
    [("", [2, 3, 4, 5, 6, 7]), (", once-per: [CMGRPID]", [2, 4, 5, 6, 7])],
)
def test_once_per(tmp_path: Path, option: str, asked: list[int]) -> None:
    contents = files("  CMGRPID: SAMPLE\n")
    contents["raw/cm.csv"] = csv(ROWS)
    contents["sdtm/cm.yaml"] += f"checks: [{{where: CMTRT is not missing, says: why{option}}}]\n"

    found = [f for f in build(tmp_path, contents).findings if f.message == "why"]

    assert [f.raw.row for f in found if f.raw] == asked

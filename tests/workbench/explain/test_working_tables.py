"""Values that were picked from a working table: which raw cell they are of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import csv, files, write
from tests.workbench.conftest import Run

LINES = """\
  CMSTDTC: {date: DAY, format: iso}
  key: KEY
  CMDECOD: {nearest: hist.WORD, at: hist.SINCE, on-or-before: CMSTDTC}
  CMINDC: {from: hist.WORD, on: {K: key}}
  CMCAT: {last: hist.WORD, by: SINCE}
tables:
  hist:
    source: hist
    variables: {SINCE: {datetime: ST, format: iso}, WORD: {from: CODE, case: upper}, K: K}
"""
HISTORY = [
    {"ST": "2020-01-01", "CODE": "aa", "K": "k0"},
    {"ST": "2020-03-01", "CODE": "bb", "K": "k1"},
    {"ST": "2020-04-01", "CODE": "cc", "K": "k0"},
]


@pytest.mark.parametrize(
    ("variable", "row", "code"), [("CMDECOD", 3, "bb"), ("CMINDC", 3, "bb"), ("CMCAT", 4, "cc")]
)
def test_a_pick_from_a_working_table_names_the_raw_cell(
    tmp_path: Path, run: Run, variable: str, row: int, code: str
) -> None:
    """WORD is another name than the column's; the record of the table is no record of a build."""
    contents = files(LINES, [{"DAY": "2020-03-05", "KEY": "k1"}])
    contents["study.yaml"] += "  hist: {file: hist.csv}\n"
    study = write(tmp_path / "study", contents | {"raw/hist.csv": csv(HISTORY)})
    run("build", "sdtm", study)
    said = run("explain", study, "CM", "S1-001", variable).output
    assert f"WORD of hist: hist.csv row {row}, CODE = {code!r}" in said
    assert "not in this build" not in said

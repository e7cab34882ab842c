"""Results with comparators that are named one by one are refused before a record is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from adam import check_adam
from sdtm.planning.lint import check_sdtm
from specs import load_study
from tests.adam.small import ADSL
from tests.sdtm.small import files, write

LB = """
dataset: ADLB
label: Laboratory
class: basic-data-structure
keys: [USUBJID]
records: {from: LB}
variables:
  AVAL: %s
"""


def told(folder: Path, line: str) -> list[tuple[str, int | None]]:
    """The code and line of what is said of this AVAL."""
    (folder / "adam").mkdir()
    (folder / "study.yaml").write_text("study: S\n")
    (folder / "adam" / "adsl.yaml").write_text(ADSL)
    (folder / "adam" / "adlb.yaml").write_text(LB % line)
    found = check_adam(load_study(folder))
    return [(f.rule, f.spec.line if f.spec else None) for f in found if f.rule == "SPEC143"]


@pytest.mark.parametrize(
    "line",
    [
        '{from: LBSTRESC, map: {1.25: "<2.5"}, unmapped: blank, as: number}',
        '{from: LBORRES, map: {5000: [">5000", ">= 5000"]}, as: number}',
        "{choose: [{is: 1, when: 'LBSTRESC == \"<2.5\"'}, {is: 2}], as: number}",
        '{choose: [{is: 1, when: \'LBSTRESC in ["<1", "<2"]\'}, {is: 2}], as: number}',
    ],
)
def test_a_list_of_limits_is_refused_at_its_place(tmp_path: Path, line: str) -> None:
    assert told(tmp_path, line) == [("SPEC143", 8)]


@pytest.mark.parametrize(
    "line",
    [
        '{from: AGEGR1, map: {1: "<18", 2: ">=18"}, as: number}',  # a category of the study's own
        '{from: LBSTRESC, map: {0: NEGATIVE, 1: "1+"}, unmapped: blank, as: number}',
        "{from: LBSTRESC, pattern: '^<=?([0-9.]+)$', unfitting: blank}",
        "{choose: [{is: 1, when: 'LBSTRESN < 2.5'}, {is: 2}], as: number}",
    ],
)
def test_categories_words_and_patterns_are_no_such_list(tmp_path: Path, line: str) -> None:
    assert told(tmp_path, line) == []


def test_tabulation_data_are_looked_at_too(tmp_path: Path) -> None:
    line = "checks:\n  - {where: 'CMORRES == \"<2.5\"', says: odd}\n"
    study = load_study(write(tmp_path, files("  CMORRES: DOSE\n" + line, [{"DOSE": "5"}])))
    assert "SPEC143" in [f.rule for f in check_sdtm(study)]

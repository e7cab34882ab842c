"""The gallery of patterns: each folder of docs/patterns is a study that builds to what it says.

``expected/`` holds the variables of interest of each data set, record by record, written by hand
from the text of the pattern, and how often each finding is made, whose codes are those of the
register. Dates are ISO text, missing is blank.
"""

from __future__ import annotations

import csv
import math
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adam import build_adam
from sdtm.build import build_sdtm
from specs import Finding, TracelockError, load_study
from transport import Dataset, VariableMeta, write_xpt

GALLERY = Path(__file__).parents[1] / "docs" / "patterns"
PATTERNS = sorted(path.parent.name for path in GALLERY.glob("*/README.md"))
_START = {"date": ("D", 1), "datetime": ("s", 1)}


def built(study: Path, place: Path) -> tuple[Mapping[str, Dataset], Sequence[Finding]]:
    """The data sets of a study, and everything that was found on the way."""
    try:
        sdtm = build_sdtm(load_study(study))
        if not (study / "adam").is_dir():
            return sdtm.datasets, sdtm.findings
        for name, dataset in sdtm.datasets.items():
            write_xpt(dataset, place / f"{name.lower()}.xpt")
        adam = build_adam(study, sdtm=place, out=place / "adam")
    except TracelockError as error:
        return {}, error.findings
    return adam.datasets, [*sdtm.findings, *adam.findings]


def shown(variable: VariableMeta, value: Any) -> str:
    """A value as the expected file has it."""
    if not isinstance(value, float):
        return "" if value is None else str(value)
    if math.isnan(value):
        return ""
    if variable.type == "Num" and variable.data_type in _START:
        unit = _START[variable.data_type][0]
        return str(np.datetime64("1960-01-01", unit) + np.timedelta64(int(value), unit))
    return f"{value:g}"


def rows_of(dataset: Dataset, names: Sequence[str]) -> list[list[str]]:
    """These variables, a list per record."""
    columns = [
        [shown(dataset.variable(n), value) for value in dataset.frame[n].tolist()] for n in names
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_builds_to_what_it_says(name: str, tmp_path: Path) -> None:
    datasets, findings = built(GALLERY / name, tmp_path)
    files = sorted((GALLERY / name / "expected").glob("*.csv"))
    (_, *told) = read(next(path for path in files if path.stem == "findings"))
    assert Counter(one.rule for one in findings) == {code: int(times) for code, times in told}
    for path in files:
        if path.stem != "findings":
            (names, *rows) = read(path)
            assert rows_of(datasets[path.stem], names) == rows, path.stem
    if len(files) == 1:
        assert told, "a pattern without a data set says what stops it"


def test_a_second_number_that_nobody_has_is_told(tmp_path: Path) -> None:
    study = shutil.copytree(GALLERY / "screened-twice", tmp_path / "study")
    (study / "raw" / "again.csv").write_text("SECOND,FIRST_NO\n009,001\n")
    _, findings = built(study, tmp_path)
    assert [one.rule for one in findings] == ["MAP350"]


def test_there_are_enough_of_them_and_some_go_wrong() -> None:
    stopped = [n for n in PATTERNS if len(list((GALLERY / n / "expected").glob("*.csv"))) == 1]
    assert len(PATTERNS) >= 40
    assert len(stopped) >= 4

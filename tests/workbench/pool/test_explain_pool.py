"""A value of a pooled study leads to the record in the study's own build, and to its raw cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.workbench.conftest import Run
from tests.workbench.pool.conftest import INTEGRATED, folder_of, pooled


def leaves(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An explanation and all that it rests on."""
    yield one
    for part in one["from"]:
        yield from leaves(part)


def explained(run: Run, *words: Any) -> list[dict[str, Any]]:
    result = run("explain", *words, "--format", "json")
    assert result.exit_code == 0, result.output
    return list(leaves(json.loads(result.stdout)))


@pytest.fixture
def iss(studies: Path, run: Run) -> Path:
    """A pooled study with its analysis data."""
    study = pooled(studies)
    assert run("build", "pool", study, "--before-lock", "--allow-outside").exit_code == 0
    assert run("build", "adam", study).exit_code == 0
    return study


@pytest.mark.parametrize(
    ("subject", "row", "text"),
    [
        ("S1-001", 2, "aspirin"),
        ("S1-002", 3, "zinc"),
        ("S2-002", 2, "iron"),
        ("S2-001", 3, "ginger"),
    ],
)
def test_a_value_leads_to_its_raw_cell(
    iss: Path, run: Run, subject: str, row: int, text: str
) -> None:
    found = explained(run, iss, "ADCM", subject, "CMSEQ=1", "CMDOSTXT")
    cells = [(one["study"], cell) for one in found for cell in one["raw"]]
    place = {"file": "cm.csv", "row": row, "column": "A", "text": text}
    assert cells == [(subject[:2], place)]


def test_a_joined_value_leads_to_the_subject_of_its_study(iss: Path, run: Run) -> None:
    found = explained(run, iss, "ADCM", "S2-002", "CMSEQ=1", "SEX")
    cells = [(one["study"], cell["row"], cell["text"]) for one in found for cell in one["raw"]]
    assert cells == [("S2", 3, "F")]


def test_a_pooled_record_is_explained_itself(iss: Path, run: Run) -> None:
    found = explained(run, iss, "PADSL", "S1-001", "TRTSDT")
    assert found[0]["steps"] == ["record 1 of adam/adsl.xpt of S1"]
    assert [cell["column"] for one in found for cell in one["raw"]] == ["FIRST"]


def test_data_of_nobody_here_end_at_their_record(studies: Path, run: Run) -> None:
    frame = pd.DataFrame({"STUDYID": "X", "USUBJID": ["X-1"], "GENDER": ["Male"]})
    folder_of(studies / "x", adsl=frame)
    text = (
        "study: ISS\npool:\n  studies:\n    X: {folder: ../x}\n  data-sets:\n    PADSL:\n"
        "      from: ADSL\n      rename: {X: {GENDER: SEX}}\n"
        "      values: {X: {SEX: {Male: M}}}\n      constants: {X: {REGION: EUROPE}}\n"
    )
    study = pooled(studies, text, **{"adam/adsl.yaml": INTEGRATED.replace(", TRTSDT", "")})
    (study / "adam/adcm.yaml").unlink()
    assert run("build", "pool", study, "--before-lock", "--allow-outside").exit_code == 0
    found = explained(run, study, "PADSL", "X-1", "SEX")
    assert found[0]["steps"] == [
        "record 1 of adsl.xpt of X",
        "GENDER of X renamed",
        "values of X by declared values",
    ]
    assert (found[1]["study"], found[1]["variable"], found[1]["value"]) == ("X", "GENDER", "Male")
    assert "nothing is recorded" in found[1]["steps"][0]
    constant = explained(run, study, "PADSL", "X-1", "REGION")
    assert constant[0]["steps"][-1] == "'EUROPE' for all records of X"


def test_a_study_that_was_built_again_is_not_followed(iss: Path, run: Run) -> None:
    with (iss.parent / "s2/build/adam/adcm.xpt").open("ab") as file:
        file.write(b" " * 80)
    found = explained(run, iss, "ADCM", "S2-001", "CMSEQ=1", "CMTRT")
    assert "not followed: the study was built again since (build-pool)" in found[1]["steps"]
    assert not any(one["raw"] for one in found)


def test_a_raw_file_that_changed_is_refused(iss: Path, run: Run) -> None:
    raw = iss.parent / "s2/raw/cm.csv"
    raw.write_text(raw.read_text().replace("iron", "lead"))
    result = run("explain", iss, "ADCM", "S2-002", "CMSEQ=1", "CMDOSTXT")
    assert result.exit_code == 2
    assert "PKG004 cm.csv has changed" in result.stderr


def test_a_folder_that_nobody_allowed_is_not_followed(
    iss: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "somebody else"))
    found = explained(run, iss, "ADCM", "S2-002", "CMSEQ=1", "CMTRT")
    assert "not followed: the study lies outside" in found[1]["steps"][1]
    assert not any(one["raw"] for one in found)

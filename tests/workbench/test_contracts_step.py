"""Contracts of a study's sources: named wrongly, broken, and held against the last build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sdtm.small import STUDY, csv, files, write
from tests.workbench.conftest import Run
from workbench.steps.sdtm import build_sdtm

NAMED = STUDY.replace("{file: cm.csv, row-id: ROW}", "{file: cm.csv, row-id: ROW, contract: cm}")
DRIFT = "rows: {drift: 10}\n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study whose CM has a contract: at most 10 percent more or fewer rows than before."""
    more = {"study.yaml": NAMED, "contracts/cm.yaml": DRIFT}
    return write(tmp_path / "study", files(rows=[{}] * 10) | more)


def breaches(study: Path) -> list[tuple[str, str]]:
    found = build_sdtm(study).findings
    return [(one.rule, one.message) for one in found if one.rule.startswith("RAW5")]


def test_rows_are_held_against_the_last_build(study: Path) -> None:
    assert breaches(study) == []
    (study / "raw" / "cm.csv").write_text(csv([{}] * 14))
    ((rule, message),) = breaches(study)
    assert rule == "RAW510"
    assert "14" in message
    assert "10" in message


def test_a_few_rows_more_are_no_drift(study: Path) -> None:
    assert breaches(study) == []
    (study / "raw" / "cm.csv").write_text(csv([{}] * 11))
    assert breaches(study) == []


@pytest.mark.parametrize("damage", ["[]", "1", '[{"rows": 1}]', '[{"file": "cm.csv"}]'])
def test_a_damaged_manifest_of_the_last_build_is_built_anew(study: Path, damage: str) -> None:
    assert breaches(study) == []
    manifest = study / "build" / "manifest.json"
    content = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**content, "inputs": json.loads(damage)}))
    (study / "raw" / "cm.csv").write_text(csv([{}] * 14))
    assert breaches(study) == []
    rows = {one["file"]: one["rows"] for one in json.loads(manifest.read_text())["inputs"]}
    assert rows["cm.csv"] == 14


def test_a_contract_that_is_not_there(study: Path, run: Run) -> None:
    (study / "contracts" / "cm.yaml").rename(study / "contracts" / "cn.yaml")
    result = run("build", "sdtm", study)
    assert result.exit_code == 2
    assert "study.yaml:5" in result.stderr
    assert "contracts/cm.yaml is not in the study folder" in result.stderr
    assert "there is: cn" in result.stderr


def test_a_contract_with_a_mistake_has_its_place(study: Path, run: Run) -> None:
    (study / "contracts" / "cm.yaml").write_text("columns:\n  ROW: {type: number}\n")
    result = run("build", "sdtm", study)
    assert result.exit_code == 2
    assert "contracts/cm.yaml:2:15 RAW512" in result.stderr


def test_a_raw_file_that_is_not_there_is_told_once(study: Path) -> None:
    (study / "raw" / "cm.csv").unlink()
    result = build_sdtm(study)
    assert not result.published
    (told,) = [one for one in result.findings if "cm.csv" in one.message or one.raw]
    assert told.rule.startswith("RAW1")


def test_a_study_without_contracts_needs_none(tmp_path: Path) -> None:
    folder = write(tmp_path, files())
    assert build_sdtm(folder).published


def everything(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_a_build_into_another_folder_leaves_the_study_as_it_is(study: Path, tmp_path: Path) -> None:
    before = everything(study)
    assert build_sdtm(study, out=tmp_path / "elsewhere" / "build").published
    assert everything(study) == before
    assert [p.name for p in (tmp_path / "elsewhere").iterdir()] == ["build"]


def kept(build: Path) -> dict[str, bytes]:
    """What was kept of contracts; stamps of commands and raw tables lie beside."""
    found = (build / ".tracelock-cache").iterdir()
    return {p.name: p.read_bytes() for p in found if p.name.startswith("contract-")}


def test_what_a_contract_found_is_kept_with_the_build(study: Path) -> None:
    for rows in (None, 10, 10):  # the first build has no previous one to compare with
        assert breaches(study) == [], rows
    (name,) = kept(study / "build")
    text = (study / "build" / ".tracelock-cache" / name).read_text()
    assert text == "[]"
    told = {"rule": "RAW510", "severity": "blocks", "message": "from the cache", "owner": "site"}
    told |= {"key": [], "raw": None}
    (study / "build" / ".tracelock-cache" / name).write_text(json.dumps([told]))
    assert breaches(study) == [("RAW510", "from the cache")]


def test_what_a_contract_found_is_kept_with_a_failed_build_too(study: Path) -> None:
    (study / "raw" / "dm.csv").unlink()
    assert not build_sdtm(study).published
    assert len(kept(study / "build-failed")) == 1

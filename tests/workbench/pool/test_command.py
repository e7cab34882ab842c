"""`build-pool` and the commands that go on from it: what they say, and when a pool is stale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from define.document.reader import read_define
from specs import load_study
from specs.foreign.grants import Grants, granted
from tests.workbench.conftest import Run, hashes
from tests.workbench.pool.conftest import PLAIN, pooled
from validation.lock.pooled import pool_is_stale
from workbench.steps.adam import build_analysis
from workbench.steps.sdtm import build_sdtm


@pytest.fixture
def iss(studies: Path, run: Run) -> Path:
    """A pooled study that is pooled."""
    study = pooled(studies)
    assert run("build", "pool", study, "--before-lock", "--allow-outside").exit_code == 0
    return study


def rebuilt(study: Path) -> None:
    """Build a study again, with another dose text in its export."""
    raw = study / "raw/cm.csv"
    raw.write_text(raw.read_text().replace("iron", "copper"))
    assert build_sdtm(study).published
    assert build_analysis(study, sdtm=study / "build/sdtm", out=study / "build/adam").published


def test_what_blocks_sets_the_exit_code(studies: Path, run: Run) -> None:
    result = run("build", "pool", pooled(studies), "--allow-outside")
    assert result.exit_code == 1
    assert "POOL243 S1: its lock says" in result.output


def test_nothing_is_done_twice(iss: Path, run: Run) -> None:
    before = hashes(iss)
    result = run("build", "pool", iss, "--before-lock")
    assert (result.exit_code, "Up to date" in result.output) == (0, True)
    assert hashes(iss) == before


def test_a_pool_that_is_made_again_has_the_same_bytes(iss: Path, run: Run) -> None:
    before = hashes(iss)
    assert run("build", "pool", iss, "--before-lock", "--force").exit_code == 0
    assert hashes(iss) == before


def test_a_plan_names_what_would_be_read_and_writes_nothing(studies: Path, run: Run) -> None:
    study = pooled(studies)
    result = run("build", "pool", study, "--plan", "--allow-outside", "--exit-code")
    assert result.exit_code == 1
    assert "PADCM       S1 adam/adcm.xpt, S2 adam/adcm.xpt" in result.output
    assert not (study / "build").exists()


def test_analysis_data_are_derived_from_the_pool(iss: Path, run: Run) -> None:
    assert run("build", "adam", iss).exit_code == 0
    made = json.loads((iss / "build/adam/manifest.json").read_text())
    assert sorted(made["sources"]) == ["PADCM", "PADSL"]
    assert made["datasets"]["ADCM"]["records"] == 4


def test_without_a_pool_nothing_is_derived(studies: Path, run: Run) -> None:
    result = run("build", "adam", pooled(studies))
    assert result.exit_code == 2
    assert "POOL109" in result.stderr


def test_a_study_that_was_built_again_makes_the_pool_stale(iss: Path, run: Run) -> None:
    assert pool_is_stale(load_study(iss), iss / "build") == ""
    rebuilt(iss.parent / "s2")
    reason = pool_is_stale(load_study(iss), iss / "build")
    assert reason == "S2 was built again: adam/adcm.xpt is another"
    refused = run("build", "adam", iss)
    assert refused.exit_code == 1
    assert "POOL251 the pool is stale: S2 was built again" in refused.stderr
    assert run("build", "pool", iss, "--before-lock").exit_code == 0
    assert run("build", "adam", iss).exit_code == 0


def test_analysis_data_of_a_stale_pool_say_so(iss: Path, run: Run) -> None:
    assert run("build", "adam", iss).exit_code == 0
    rebuilt(iss.parent / "s2")
    found = run("explain", iss, "ADCM", "S1-001", "CMSEQ=1", "CMTRT")
    assert "the pool is stale" in found.stderr


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("study.yaml", "the specification changed: study.yaml"),
        ("build/pool/padsl.xpt", "the pool was changed: padsl.xpt"),
    ],
)
def test_what_else_makes_a_pool_stale(iss: Path, change: str, reason: str) -> None:
    with (iss / change).open("ab") as file:
        file.write(b"# \n")
    assert pool_is_stale(load_study(iss), iss / "build") == reason


def test_a_lock_that_changes_is_told_by_a_pool_that_is_up_to_date(iss: Path, run: Run) -> None:
    lock = iss.parent / "s1/build/lock.json"
    told = json.loads(lock.read_text()) if lock.is_file() else {}
    lock.write_text(json.dumps({**told, "schema": "tracelock-lock/1", "state": "ready"}))
    result = run("build", "pool", iss, "--before-lock", "--format", "json")
    found = [one["message"] for one in json.loads(result.stdout)["findings"]]
    assert not any(one.startswith("S1: its lock") for one in found)
    assert any(one.startswith("S2:") for one in found)


def test_a_pool_that_is_refused_leaves_the_last_one(iss: Path, run: Run) -> None:
    before = hashes(iss / "build/pool")
    (iss / "study.yaml").write_text(
        PLAIN.replace("{from: ADSL}", "{from: ADSL, formats: {TRTSDT: TIME8.}}")
    )
    result = run("build", "pool", iss)
    assert result.exit_code == 1
    assert "Nothing was published" in result.output
    assert hashes(iss / "build/pool") == before


@pytest.mark.parametrize(
    "words", [("build", "sdtm"), ("lock",), ("account",), ("package", "build")]
)
def test_what_needs_raw_data_says_so(iss: Path, run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, iss)
    assert result.exit_code == 2
    assert "POOL108" in result.stderr


def test_the_analysis_data_of_a_pool_are_validated(iss: Path, run: Run) -> None:
    assert run("build", "adam", iss).exit_code == 0
    result = run("validate", iss / "build/adam", "--study", iss)
    assert result.exit_code == 1
    assert "TL-A-ADSL-REQUIRED-AGE" in result.output


def test_a_pool_is_compared_with_another(iss: Path, run: Run, tmp_path: Path) -> None:
    with granted(Grants(outside=True)):
        assert run("build", "pool", iss, "--out", tmp_path / "two", "--before-lock").exit_code == 0
    result = run("compare", iss / "build/pool", tmp_path / "two/pool")
    assert result.exit_code == 0, result.output


def test_a_specification_is_checked_with_its_pool(studies: Path, run: Run) -> None:
    study = pooled(studies, PLAIN.replace("{from: ADCM}", "{from: ADCN}"))
    result = run("check", study, "--allow-outside")
    assert result.exit_code == 2
    assert "POOL106 S1 has no data set ADCN" in result.output


def test_lines_are_tried_on_the_pool(iss: Path, run: Run) -> None:
    assert run("check", iss).output == "The specification is sound.\n"
    path = iss / "adam/adcm.yaml"
    path.write_text(path.read_text().replace("ASTDT", "ASTDTX"))
    assert run("check", iss).exit_code == 2


def test_define_xml_names_the_studies(iss: Path, run: Run) -> None:
    assert run("build", "adam", iss).exit_code == 0
    assert run("define", "build", iss, "--standard", "adamig").exit_code == 0
    define = read_define(iss / "build/adam/define.xml").define
    (item,) = [one for one in define.metadata.items if one.oid == "IT.ADSL.SEX"]
    assert item.origins[0].description[0].text == "S1 ADSL.SEX, S2 ADSL.SEX"


def test_a_portfolio_leaves_pools_for_afterwards(iss: Path, run: Run) -> None:
    result = run("portfolio", iss, iss.parent / "s1")
    assert result.exit_code == 2
    assert "POOL108" in result.stderr


def test_results_of_a_stale_pool_say_so(iss: Path, run: Run) -> None:
    assert run("build", "adam", iss).exit_code == 0
    rebuilt(iss.parent / "s2")
    result = run("build", "results", iss)
    assert "the pool is stale" in result.stderr

"""`tracelock lock`: the one answer, the same in every command, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sdtm.small import csv, write
from tests.submission.package.small_study import small_study
from tests.workbench.conftest import ROWS, Run, hashes


@pytest.fixture
def blocked(study: Path, run: Run) -> Path:
    """A study with one question that blocks, built."""
    write(study, {"raw/cm.csv": csv([{**ROWS[0], "D": "2020-02-31"}])})
    assert run("build", "sdtm", study, "--before-lock").exit_code == 0
    return study


def state(study: Path, run: Run) -> tuple[int, str, str]:
    result = run("lock", study, "--format", "json")
    said = json.loads(result.stdout)
    return result.exit_code, said["state"], said["says"]


def test_nothing_built_is_2(study: Path, run: Run) -> None:
    assert state(study, run) == (2, "not built", "Not built: there are no data sets")


def test_the_same_answer_everywhere(blocked: Path, run: Run) -> None:
    says = "Blocked: 1 question is open"
    assert state(blocked, run) == (1, "blocked", says)
    kept = json.loads((blocked / "build" / "lock.json").read_text("utf-8"))
    assert (kept["schema"], kept["state"], kept["says"]) == ("tracelock-lock/1", "blocked", says)
    assert f"{says}." in run("build", "sdtm", blocked).stdout
    only = ("--only", "TL-S-SEQ-UNIQUE")
    report = run("validate", blocked / "build", "--study", blocked, *only)
    assert report.stdout.rstrip().endswith(f"{says}.")
    assert report.exit_code == 1


def test_looking_writes_nothing(blocked: Path, run: Run) -> None:
    lock = blocked / "build" / "lock.json"
    before, text = hashes(blocked), lock.read_bytes()
    assert run("lock", blocked).exit_code == 1
    assert (hashes(blocked), lock.read_bytes()) == (before, text)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("sdtm/cm.yaml", "the specification changed: sdtm/cm.yaml"),
        ("raw/cm.csv", "the raw data changed: cm.csv"),
        ("build/sdtm/cm.xpt", "the build was changed: sdtm/cm.xpt"),
        ("build/findings.json", "the build was changed: findings.json"),
        ("build/raw_account.json", "the build was changed: raw_account.json"),
    ],
)
def test_what_changed_since_makes_it_stale(blocked: Path, run: Run, name: str, why: str) -> None:
    path = blocked / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert state(blocked, run) == (1, "stale", f"Stale: {why}")


@pytest.mark.parametrize("name", ["findings.json", "adsl.xpt"])
def test_analysis_data_that_were_edited_make_it_stale(tmp_path: Path, run: Run, name: str) -> None:
    study = small_study(tmp_path / "study")
    for step in ("sdtm", "adam"):
        run("build", step, study, "--before-lock")
    assert state(study, run)[1] != "stale"
    path = study / "build" / "adam" / name
    path.write_bytes(path.read_bytes() + b"\n" * 80)
    assert state(study, run)[1] == "stale"


def test_a_table_outside_the_folder_counts_as_it_was_opened(study: Path, run: Run) -> None:
    dm = (study / "sdtm" / "dm.yaml").read_text("utf-8")
    table = "TSPARMCD,TSPARM,TSVAL\nTITLE,Trial Title,x\n"
    lines = "domain: TS\nkeys: [TSPARMCD, TSVAL]\nrecords: [{table: more/ts.csv}]\n"
    write(study, {"sdtm/dm.yaml": dm, "sdtm/ts.yaml": lines, "sdtm/more/ts.csv": table})
    result = run("build", "sdtm", study)
    assert result.exit_code == 0, result.output
    path = study / "sdtm" / "more" / "ts.csv"
    path.write_text(table.replace(",x", ",y"), "utf-8")
    told = state(study, run)
    assert told == (1, "stale", "Stale: the specification changed: sdtm/more/ts.csv")


def test_another_raw_folder_is_that_of_the_build(study: Path, run: Run, tmp_path: Path) -> None:
    (study / "raw").rename(tmp_path / "other")
    assert run("build", "sdtm", study, "--raw", tmp_path / "other").exit_code == 0
    assert state(study, run)[1] == "unchecked"


def test_a_build_of_one_data_set_is_none_of_the_study(study: Path, run: Run) -> None:
    assert run("build", "sdtm", study).exit_code == 0
    assert run("build", "sdtm", study, "-s", "CM").exit_code == 0
    assert state(study, run) == (1, "stale", "Stale: only CM was built")


def test_a_build_that_fails_after_a_good_one(study: Path, run: Run) -> None:
    assert run("build", "sdtm", study).exit_code == 0
    path = study / "sdtm" / "cm.yaml"
    good = path.read_text("utf-8")
    path.write_text(good.replace("CMDOSTXT: A", "CMDOSTXT: {from: A, map: {x: [y]}}"), "utf-8")
    assert run("build", "sdtm", study).exit_code == 1
    assert state(study, run) == (1, "not built", "Not built: CM failed")


def test_what_an_account_that_closes_leaves_open(study: Path, run: Run) -> None:
    assert run("build", "sdtm", study).exit_code == 0
    account = study / "build" / "lineage" / "raw_account.json"
    account.write_text('{"closed": true}', "utf-8")
    says = "Nothing blocks so far; conformance was not looked at"
    assert state(study, run) == (1, "unchecked", says)
    account.write_text('{"closed": false}', "utf-8")
    assert state(study, run)[1] == "not built"


def test_a_lock_of_another_build_is_not_trusted(study: Path, run: Run) -> None:
    assert run("build", "sdtm", study).exit_code == 0
    lock = study / "build" / "lock.json"
    said = json.loads(lock.read_text("utf-8"))
    said["evidence"].append({"kind": "conformance", "looked_at": 900, "forces": "ready"})
    lock.write_text(json.dumps(said), "utf-8")
    assert "conformance" not in state(study, run)[2]
    said["of"]["sdtm"] = "0" * 64
    lock.write_text(json.dumps(said), "utf-8")
    assert "conformance" in state(study, run)[2]


def test_somebody_elses_lock_json_is_left_alone(study: Path, run: Run) -> None:
    write(study, {"build/lock.json": '{"packages": []}'})
    result = run("build", "sdtm", study)
    assert result.exit_code == 2
    assert "MAP328" in result.stderr


def test_nothing_to_look_at_is_2(tmp_path: Path, run: Run) -> None:
    empty = write(tmp_path / "empty", {"study.yaml": "study: S1\n"})
    assert run("check", empty).exit_code == 2
    assert run("build", "sdtm", empty).exit_code == 2
    assert run("init", tmp_path / "new", "--raw", tmp_path / "nowhere").exit_code == 2
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "README.txt").touch()
    assert run("init", tmp_path / "new", "--raw", tmp_path / "bare").exit_code == 2
    (tmp_path / "bare" / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    told = run("init", tmp_path / "new", "--raw", tmp_path / "bare")
    assert (told.exit_code, "broken.xlsx" in told.output) == (2, True)
    assert not (tmp_path / "new").exists()


def test_who_reads_an_edited_build_says_so(study: Path, run: Run) -> None:
    assert run("build", "sdtm", study).exit_code == 0
    path = study / "build" / "findings.json"
    path.write_bytes(path.read_bytes() + b" ")
    only = ("--only", "TL-S-SEQ-UNIQUE")
    told = run("validate", study / "build", *only)
    assert "Stale: findings.json is not as it was built." in told.stderr
    written = run("define", "build", study)
    assert "Stale: the build was changed: findings.json." in written.stderr
    report = run("validate", study / "build", "--study", study, *only)
    assert report.stdout.rstrip().endswith("Stale: the build was changed: findings.json.")

"""``build-sdtm`` from the command line: what is written, what is said, and the exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyreadstat

from tests.sdtm.small import csv, files, write
from tests.workbench.conftest import LINES, ROWS, Run, hashes
from workbench.cli import build_sdtm_main

ROOT = Path(__file__).parents[2]


def test_a_clean_build(study: Path, run: Run) -> None:
    result = run("build", "sdtm", study)
    assert result.exit_code == 0, result.output
    assert "CM" in result.stdout
    assert "Nothing blocks so far; conformance was not looked at" in result.stdout
    out = study / "build"
    assert {p.name for p in out.iterdir()} >= {
        "sdtm",
        "lineage",
        "findings.json",
        "queries.xlsx",
        "manifest.json",
    }
    frame, meta = pyreadstat.read_xport(str(out / "sdtm" / "cm.xpt"))
    assert frame["CMDOSTXT"].tolist() == ["aspirin", "zinc"]
    assert frame["CMSTDY"].tolist() == [5, 2]
    assert meta.column_names_to_labels["CMDOSTXT"] == "Dose Description"


def test_json(study: Path, run: Run) -> None:
    result = run("build", "sdtm", study, "--format", "json")
    data = json.loads(result.stdout)
    assert data["exit_code"] == result.exit_code == 0
    assert data["published"] is True
    assert [(d["name"], d["records"]) for d in data["datasets"]] == [("CM", 2), ("DM", 2)]


def test_the_manifest_names_everything_by_hash(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    manifest = json.loads((study / "build" / "manifest.json").read_text())
    found = hashes(study / "build")
    del found["manifest.json"], found["review.html"]  # the page is made of what is listed
    assert manifest["outputs"] == found
    assert manifest["beside"] == ["review.html"]
    assert manifest["specification"] == {
        name: hashes(study)[name] for name in ("sdtm/cm.yaml", "sdtm/dm.yaml", "study.yaml")
    }
    assert {one["file"]: one["sha256"] for one in manifest["inputs"]} == {
        name: hashes(study / "raw")[name] for name in ("cm.csv", "dm.csv")
    }


def test_a_finding_that_blocks_is_exit_1_and_published(study: Path, run: Run) -> None:
    write(study, {"raw/cm.csv": csv([{**ROWS[0], "D": "2020-02-31"}])})
    result = run("build", "sdtm", study)
    assert result.exit_code == 1
    assert "cm.csv:2 D = '2020-02-31'" in result.stdout
    told = f"Blocked: 1 question is open. Send the files in {study}/build/queries."
    assert result.stdout.rstrip().endswith(told)
    assert run("build", "sdtm", study, "--before-lock").exit_code == 0


def test_a_data_set_that_fails_publishes_nothing(study: Path, run: Run) -> None:
    assert run("build", "sdtm", study).exit_code == 0
    before = hashes(study / "build")
    write(
        study,
        files(LINES + "", ROWS)
        | {
            "sdtm/cm.yaml": (study / "sdtm/cm.yaml")
            .read_text()
            .replace("CMDOSTXT: A", "CMDOSTXT: {from: A, map: {x: [y]}}")
        },
    )
    result = run("build", "sdtm", study)
    assert result.exit_code == 1
    assert f"Nothing was published; the last good build in {study}/build is whole." in result.stdout
    assert hashes(study / "build") == before
    assert (study / "build-failed" / "findings.json").is_file()
    data = json.loads(run("build", "sdtm", study, "--format", "json").stdout)
    assert (data["published"], sorted(data["failed"])) == (False, ["CM"])


def test_a_wrong_specification_is_exit_2(study: Path, run: Run) -> None:
    write(
        study,
        {
            "sdtm/cm.yaml": "domain: CM\nkeys: [CMSPID]\nrecords: {source: cm}\n"
            "variables:\n  CMTRT: {frm: A}\n"
        },
    )
    result = run("build", "sdtm", study)
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert lines[0].startswith("sdtm/cm.yaml:5:10 SPEC111 this line has no verb")
    assert lines[1] == "    5 |   CMTRT: {frm: A}"
    assert lines[2] == "      |          ^^^^^^^^"
    assert lines[3] == "  hint: did you mean 'from'?"


def test_some_data_sets_only(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    before = hashes(study / "build")
    write(study, {"raw/cm.csv": csv([{**ROWS[0], "A": "other"}])})
    result = run("build", "sdtm", study, "-s", "cm")
    assert result.exit_code == 0
    after = hashes(study / "build")
    assert after["sdtm/dm.xpt"] == before["sdtm/dm.xpt"]
    assert after["sdtm/cm.xpt"] != before["sdtm/cm.xpt"]
    assert set(after) == set(before)
    account = json.loads((study / "build/lineage/account.json").read_text())
    assert {"CM", "DM"} == set(account.get("data_sets", account))


def test_an_unknown_data_set(study: Path, run: Run) -> None:
    result = run("build", "sdtm", study, "-s", "CN")
    assert result.exit_code == 2
    assert "the study does not build 'CN'" in result.stderr


def test_dataset_json(study: Path, run: Run) -> None:
    assert run("build", "sdtm", study, "--dataset-json").exit_code == 0
    data = json.loads((study / "build/dataset-json/cm.json").read_text())
    assert data["records"] == 2
    assert len((study / "build/dataset-json/cm.ndjson").read_text().splitlines()) == 3


def test_raw_and_out(study: Path, tmp_path: Path, run: Run) -> None:
    (study / "raw").rename(tmp_path / "export")
    result = run("build", "sdtm", study, "--raw", tmp_path / "export", "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert (tmp_path / "out" / "manifest.json").is_file()
    assert not (study / "build").exists()


def test_its_own_command(study: Path, monkeypatch: object) -> None:
    words = [
        sys.executable,
        "-c",
        "from workbench.cli import build_sdtm_main as m; m()",
        str(study),
    ]
    result = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode == 0, result.stderr
    assert callable(build_sdtm_main)


def built_elsewhere(study: Path, folder: Path, seed: str) -> dict[str, str]:
    """Hashes of a build of a copy of the study, run in a process of its own."""
    copy = shutil.copytree(study, folder / "study", ignore=shutil.ignore_patterns("build*"))
    code = "from workbench.cli import cli; cli()"
    words = [sys.executable, "-c", code, "build", "sdtm", str(copy), "--dataset-json"]
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return hashes(copy / "build")


def test_two_builds_are_the_same_to_the_byte(study: Path, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (built_elsewhere(study, tmp_path / n, s) for n, s in (("one", "1"), ("two", "77")))
    assert one == two
    assert len(one) > 8


def test_the_order_of_raw_rows_does_not_matter(study: Path, tmp_path: Path, run: Run) -> None:
    rows = [
        {"ROW": f"R{i}", "SUBJID": s, "A": f"drug {i % 3}", "D": f"2020-0{i}-05"}
        for i in range(3, 9)
        for s in ("001", "002")
    ]
    rows = [{**row, "ROW": f"R{n}"} for n, row in enumerate(rows)]
    found = []
    for name, order in (("there", rows), ("back", rows[::-1])):
        write(study, {"raw/cm.csv": csv(order)})
        assert run("build", "sdtm", study, "--out", tmp_path / name).exit_code == 0
        found.append(hashes(tmp_path / name)["sdtm/cm.xpt"])
    assert found[0] == found[1]


def test_a_stated_length(study: Path, run: Run) -> None:
    text = (study / "sdtm/cm.yaml").read_text()
    write(study, {"sdtm/cm.yaml": text.replace("CMDOSTXT: A", "CMDOSTXT: {from: A, length: 40}")})
    assert run("build", "sdtm", study).exit_code == 0
    _, meta = pyreadstat.read_xport(str(study / "build/sdtm/cm.xpt"))
    assert meta.variable_storage_width["CMDOSTXT"] == 40
    write(study, {"sdtm/cm.yaml": text.replace("CMDOSTXT: A", "CMDOSTXT: {from: A, length: 2}")})
    before = hashes(study / "build")
    result = run("build", "sdtm", study)
    assert result.exit_code in (1, 2)
    assert "CMDOSTXT" in result.output
    assert hashes(study / "build") == before

"""How much a build says, and what it logs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.workbench.conftest import Run, hashes


def test_a_log_has_a_line_for_each_step(study: Path, run: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    run("build", "sdtm", study, "--log", log)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [lines[0]["event"], lines[-1]["event"]] == ["begins", "ends"]
    steps = {(one["dataset"], one["variable"]) for one in lines if one["event"] == "step"}
    assert {("DM", "SEX"), ("CM", "CMDOSTXT"), ("CM", "records")} <= steps
    assert all(one["took"] >= 0 for one in lines if one["event"] == "step")


def test_verbose_names_steps_and_reasons(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    (study / "sdtm" / "cm.yaml").open("a").write("# a remark\n")
    result = run("build", "sdtm", study, "-v")
    assert "because study: sdtm/cm.yaml has other content" in result.stderr
    assert "CM.CMDOSTXT " in result.stderr


def test_quiet_says_what_is_wrong_alone(study: Path, run: Run) -> None:
    assert run("build", "sdtm", study, "-q").output == ""
    assert run("build", "sdtm", study, "-q").output == ""
    loud, quiet = study.parent / "loud", study.parent / "quiet"
    run("build", "sdtm", study, "--out", loud, "-v")
    run("build", "sdtm", study, "--out", quiet, "-q")
    assert hashes(loud) == hashes(quiet)

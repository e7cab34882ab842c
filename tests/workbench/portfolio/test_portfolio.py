"""Studies run side by side: each ends alone, what is current is not run, nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.workbench.conftest import hashes
from tests.workbench.portfolio.conftest import Make
from workbench.portfolio.jobs import read_portfolio
from workbench.portfolio.outcome import End, Outcome
from workbench.portfolio.run import Run, run_portfolio

pytestmark = pytest.mark.slow


def go(file: Path, **options: Any) -> tuple[Run, dict[str, End], list[str]]:
    told: list[Outcome] = []
    run = run_portfolio(read_portfolio(file), tell=told.append, **options)
    return run, {one.name: one.end for one in run.outcomes}, [one.name for one in told]


def test_what_a_portfolio_builds_is_what_a_command_builds(portfolio: Make, studies: Path) -> None:
    _, ends, _ = go(portfolio("a; {study: b, out: built}"))
    assert ends == {"a": End.DONE, "b": End.DONE}
    code = "import sys; from workbench.cli import build_sdtm_main as m; sys.argv[0] = 'x'; m()"
    subprocess.run([sys.executable, "-c", code, str(studies / "c")], check=True, stdout=-3)
    alone = hashes(studies / "c" / "build")
    assert hashes(studies / "a" / "build") == alone == hashes(studies / "built")


def test_a_failure_is_contained(portfolio: Make, studies: Path) -> None:
    (studies / "b" / "raw" / "cm.csv").unlink()
    (studies / "c" / "sdtm" / "cm.yaml").write_text("domain: [")
    run, ends, _ = go(portfolio("a; b; c"))
    assert ends == {"a": End.DONE, "b": End.FAILED, "c": End.FAILED}
    assert run.exit_code == 1
    assert not (studies / "b" / "build").exists()


def test_limits_end_one_study_alone(portfolio: Make, studies: Path) -> None:
    file = portfolio("a; {study: b, time-limit: 0.05 s}; {study: c, memory: 50 MB}")
    run, ends, _ = go(file)
    assert ends == {"a": End.DONE, "b": End.TIME, "c": End.MEMORY}
    assert not (studies / "b" / "build").exists()
    again, ends, told = go(file)
    assert told[0] == "a"
    assert ends["a"] is End.CURRENT
    assert run.exit_code == again.exit_code == 1


def test_nothing_changed_nothing_runs(portfolio: Make, studies: Path) -> None:
    file = portfolio("a; b")
    go(file)
    before = (studies / "a" / "build" / "manifest.json").stat().st_mtime_ns
    run, ends, _ = go(file)
    assert set(ends.values()) == {End.CURRENT}
    assert run.exit_code == 0
    assert (studies / "a" / "build" / "manifest.json").stat().st_mtime_ns == before
    _, ends, _ = go(file, all_=True)
    assert set(ends.values()) == {End.DONE}


@pytest.mark.parametrize(
    "change",
    [
        lambda a: (a / "raw" / "cm.csv").write_text((a / "raw" / "cm.csv").read_text() + "\n"),
        lambda a: (a / "study.yaml").write_text((a / "study.yaml").read_text() + "# more\n"),
        lambda a: (a / "build" / "sdtm" / "cm.xpt").write_bytes(b"edited"),
        lambda a: (a / "build" / "sdtm" / "cm.xpt").unlink(),
        lambda a: (a / "build" / "manifest.json").unlink(),
        lambda a: (a / "waivers.yaml").write_text("waivers: []\n"),
    ],
)
def test_what_changed_is_run(portfolio: Make, studies: Path, change: Any) -> None:
    file = portfolio("a; b")
    go(file)
    change(studies / "a")
    _, ends, told = go(file)
    assert ends["b"] is End.CURRENT
    assert ends["a"] is not End.CURRENT
    assert told == ["b", "a"]


def test_a_file_outside_the_study_is_an_input(portfolio: Make, studies: Path) -> None:
    library = studies / "library" / "sdtm"
    library.mkdir(parents=True)
    shared = library / "cm.yaml"
    (studies / "a" / "sdtm" / "cm.yaml").rename(shared)
    main = studies / "a" / "study.yaml"
    main.write_text(main.read_text() + "extends: ../library\n")
    file = portfolio("a")
    run, ends, _ = go(file)
    assert ends == {"a": End.DONE}, run.outcomes[0].why
    assert go(file)[1] == {"a": End.CURRENT}
    shared.write_text(shared.read_text().replace("SOMETHING", "ANYTHING"))
    assert go(file)[1] == {"a": End.DONE}


def test_the_report_says_what_happened(portfolio: Make, studies: Path) -> None:
    (studies / "b" / "raw" / "cm.csv").unlink()
    go(portfolio("a; b"))
    read = json.loads((studies / "report" / "portfolio.json").read_bytes())
    a, b = read["studies"]
    assert read["states"] == {"done": 1, "failed": 1}
    assert (a["end"], a["stages"][0]["exit_code"], a["lock"]) == ("done", 0, "unchecked")
    assert a["changed"]["new"] > 3
    assert b["why"].startswith("build-sdtm: RAW101 ")
    page = (studies / "report" / "portfolio.html").read_text()
    assert page.index(">b<") < page.index(">a<")  # the worst first


def test_commands_that_a_study_has_nothing_for_are_left_out(portfolio: Make, studies: Path) -> None:
    run, _, _ = go(portfolio("a", head=""))
    stages = {one.stage: one for one in run.outcomes[0].stages}
    assert stages["build-adam"].exit_code is None
    assert stages["build-adam"].says == "the study has no analysis data set"
    assert stages["validate-study"].exit_code == 1
    assert run.outcomes[0].end is End.FINDINGS  # built, and blocked: nothing was packaged
    assert run.outcomes[0].why.startswith("package-submission: PKG171 ")
    _, ends, _ = go(portfolio("b", head="run: [build-sdtm, build-adam]\n"))
    assert ends == {"b": End.FAILED}  # it was asked for


def start(file: Path) -> subprocess.Popen[bytes]:
    code = "from workbench.cli import main; main()"
    words = [sys.executable, "-c", code, "portfolio", str(file), "--workers", "1"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=-2, start_new_session=True)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_portfolio_that_was_stopped_goes_on(
    portfolio: Make, studies: Path, how: signal.Signals
) -> None:
    file = portfolio("a; b; c")
    process = start(file)
    assert process.stdout is not None
    first = process.stdout.readline().decode()
    assert first.startswith("a: done"), first
    os.kill(process.pid, how)
    process.communicate()
    assert process.returncode in (-how, 128 + how)
    _wait_for_no_builder(studies)
    _, ends, told = go(file)
    assert ends["a"] is End.CURRENT
    assert set(ends.values()) <= {End.CURRENT, End.DONE}
    assert sorted(told) == ["a", "b", "c"]
    for name in "abc":
        left = [p.name for p in (studies / name).iterdir() if ".tracelock" in p.name]
        assert left == []


def _wait_for_no_builder(studies: Path) -> None:
    """Whoever still builds was told to end when the portfolio did."""
    for _ in range(200):
        running = [p for p in Path("/proc").glob("[0-9]*/cmdline") if _is_child(p, studies)]
        if not running:
            return
        time.sleep(0.1)
    pytest.fail("a study's process outlived its portfolio")


def _is_child(path: Path, studies: Path) -> bool:
    try:
        words = path.read_bytes()
        return b"portfolio.child" in words and path.parent.stat().st_uid == os.getuid()
    except OSError:
        return False


def test_two_portfolios_at_once_mix_nothing(portfolio: Make, studies: Path) -> None:
    one = portfolio("a; b; c")
    other = studies / "other.yaml"
    other.write_text(one.read_text().replace("report: report", "report: other"))
    both = [start(one), start(other)]
    codes = [process.wait() for process in both]
    for process in both:
        process.communicate()
    assert codes == [0, 0]
    assert hashes(studies / "a" / "build") == hashes(studies / "b" / "build")
    for report in ("report", "other"):
        read = json.loads((studies / report / "portfolio.json").read_bytes())
        assert {s["end"] for s in read["studies"]} == {"done"}


def test_a_report_folder_of_somebody_else_is_not_touched(portfolio: Make, studies: Path) -> None:
    (studies / "report").mkdir()
    (studies / "report" / "thesis.docx").write_text("x")
    process = start(portfolio("a"))
    out, _ = process.communicate()
    assert process.returncode == 2
    assert b"MAP328" in out
    assert not (studies / "a" / "build").exists()

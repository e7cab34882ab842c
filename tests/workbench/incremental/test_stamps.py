"""While nothing has changed there is nothing to do; after any change it is built."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workbench.conftest import Run, hashes
from workbench.incremental import program
from workbench.incremental.opened import noting

ROOT = Path(__file__).parents[3]
UP = "Up to date"


@pytest.fixture
def built(study: Path, run: Run) -> Path:
    """A study that is built, and stamped."""
    assert run("build", "sdtm", study).exit_code == 0
    return study


def test_the_second_call_does_nothing_and_says_the_same(built: Path, run: Run) -> None:
    first = run("build", "sdtm", built, "--force").stdout.splitlines()
    before = hashes(built / "build")
    second = run("build", "sdtm", built)
    assert second.exit_code == 0
    lines = second.stdout.splitlines()
    assert lines[:-1] == first[:-1]
    assert lines[-1].startswith(UP)
    assert "conformance was not looked at" in lines[-1]
    assert hashes(built / "build") == before


def test_json_says_that_it_is_up_to_date(built: Path, run: Run) -> None:
    cold = json.loads(run("build", "sdtm", built, "--force", "--format", "json").stdout)
    warm = json.loads(run("build", "sdtm", built, "--format", "json").stdout)
    assert warm.pop("up_to_date") is True
    assert cold.pop("up_to_date") is False
    assert warm == cold


def append(path: str, text: str) -> Callable[[Path], None]:
    def edit(study: Path) -> None:
        with (study / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return edit


EDITS: dict[str, Callable[[Path], object]] = {
    "raw cell": append("raw/cm.csv", '"001","R09","tin","2020-03-06"\n'),
    "raw file": lambda study: (study / "raw" / "new.csv").write_text("A\n1\n"),
    "raw file gone": lambda study: (study / "raw" / "cm.csv").unlink(),
    "specification": append("sdtm/cm.yaml", "# a remark\n"),
    "new table": lambda study: (study / "sdtm" / "t.csv").write_text("A\n1\n"),
    "functions": lambda study: (study / "functions.py").write_text('"""None."""\n'),
    "answers": lambda study: (study / "answers.csv").write_text("query\n"),
    "output edited": append("build/findings.json", " "),
    "output gone": lambda study: (study / "build" / "queries.xlsx").unlink(),
    "manifest edited": append("build/manifest.json", " "),
    "file beside outputs": lambda study: (study / "build" / "mine.txt").write_text("mine"),
    "failed build": lambda study: (study / "build-failed").mkdir(),
    "stamp gone": lambda study: shutil.rmtree(study / "build" / ".tracelock-cache"),
}


@pytest.mark.parametrize("what", EDITS)
def test_any_change_is_noticed(built: Path, run: Run, what: str) -> None:
    EDITS[what](built)
    assert UP not in run("build", "sdtm", built).output


def test_a_change_of_the_build_that_was_replaced_is_noticed(built: Path, run: Run) -> None:
    """The page of the build says what has changed since."""
    EDITS["raw cell"](built)
    run("build", "sdtm", built)
    assert UP in run("build", "sdtm", built).stdout
    path = built / "build" / "previous" / "columns" / "cm.arrow"
    path.write_bytes(path.read_bytes() + b" ")
    assert UP not in run("build", "sdtm", built).stdout


@pytest.mark.parametrize("damage", ["cut", "edited", "of another call"])
def test_a_damaged_stamp_is_none(built: Path, run: Run, damage: str) -> None:
    (stamp,) = (built / "build" / ".tracelock-cache").glob("stamp-sdtm-*")
    content = stamp.read_bytes()
    if damage == "cut":
        stamp.write_bytes(content[: len(content) // 2])
    elif damage == "edited":
        stamp.write_bytes(content.replace(b"records", b"recordz"))
    else:
        (lock,) = (built / "build" / ".tracelock-cache").glob("stamp-lock-*")
        stamp.write_bytes(lock.read_bytes())
    result = run("build", "sdtm", built)
    assert UP not in result.output
    assert result.exit_code == 0


def test_another_program_trusts_nothing(
    built: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.incremental.stamp.program_digest", lambda: "another")
    assert UP not in run("build", "sdtm", built).output
    assert UP in run("build", "sdtm", built).output
    monkeypatch.undo()
    assert UP not in run("build", "sdtm", built).output  # a downgrade


def test_the_program_is_its_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "specs").mkdir()
    source = tmp_path / "specs" / "a.py"
    monkeypatch.setattr(program, "_HOME", tmp_path)
    seen = set()
    for text in ("A = 1\n", "A = 2\n"):
        source.write_text(text)
        program.program_digest.cache_clear()
        seen.add(program.program_digest())
    program.program_digest.cache_clear()
    assert len(seen) == 2


@pytest.mark.parametrize("options", [("-s", "CM"), ("--dataset-json",)])
def test_other_options_are_another_call(built: Path, run: Run, options: tuple[str, ...]) -> None:
    assert UP not in run("build", "sdtm", built, *options).output


def test_before_the_lock_is_the_same_build(built: Path, run: Run) -> None:
    assert UP in run("build", "sdtm", built, "--before-lock").output


def test_files_that_are_opened_elsewhere_are_noted(tmp_path: Path) -> None:
    known, other = tmp_path / "known", tmp_path / "other"
    for folder in (known, other):
        folder.mkdir()
        (folder / "a.txt").write_text("a")
    with noting(known) as opened:
        for folder in (known, other):
            (folder / "a.txt").read_text()
        (other / "written.txt").write_text("mine")
    (other / "a.txt").read_bytes()
    assert opened.files() == [(other / "a.txt").resolve()]


def test_the_lock_is_the_one_of_now(built: Path, run: Run) -> None:
    """What another command says of the lock is shown, though this one has nothing to do."""
    assert "conformance was not looked at" in run("build", "sdtm", built).output
    run("validate", built / "build", "--study", built)
    shown = run("build", "sdtm", built).output
    assert UP in shown
    assert "conformance was not looked at" not in shown
    assert shown == run("build", "sdtm", built).output


def test_nothing_heavy_is_loaded(built: Path) -> None:
    code = (
        "import sys\nfrom workbench.cli import cli\n"
        f"sys.argv = ['tracelock', 'build', 'sdtm', {str(built)!r}]\n"
        "try: cli()\nexcept SystemExit: pass\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert UP in done.stdout
    assert not {"pandas", "numpy", "pyarrow", "pydantic", "yaml", "lxml"} & {*done.stderr.split()}


def test_a_report_stands_while_nothing_changes(built: Path, run: Run) -> None:
    report = built.parent / "report"
    call = ("validate", built / "build", "--study", built, "--out", report)
    first, second = run(*call), run(*call)
    assert UP not in first.stderr
    assert UP in second.stderr
    assert (second.exit_code, second.stdout) == (first.exit_code, first.stdout)
    (report / "report.html").write_text("edited")
    assert UP not in run(*call).stderr


def test_without_a_place_to_keep_a_stamp_it_is_built(
    study: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr("transport.kept.whole_file", refused)
    for _ in range(2):
        result = run("build", "sdtm", study)
        assert result.exit_code == 0
        assert UP not in result.output


def test_a_study_edited_just_before_the_call_is_stamped(study: Path, run: Run) -> None:
    for number in range(5):
        (study / "sdtm" / "cm.yaml").open("a").write(f"# {number}\n")
        assert run("build", "sdtm", study).exit_code == 0
        assert UP in run("build", "sdtm", study).output

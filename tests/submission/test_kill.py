"""Publishing in one step: whole or not at all, whatever happens, and whoever owns the folder."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sdtm.publish import recover, refuse_foreign, staged

from specs import SpecificationError
from tests.sdtm.small import files, write


def make(out: Path, text: str, **options: object) -> None:
    with staged(out, **options) as folder:  # type: ignore[arg-type]
        (folder / "data.txt").write_text(text)
        (folder / "manifest.json").write_text("{}")


def content(out: Path) -> dict[str, str]:
    return {p.relative_to(out).as_posix(): p.read_text() for p in out.rglob("*") if p.is_file()}


def test_a_new_folder_and_a_second_build(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    make(out, "1")
    make(out, "2")
    assert content(out) == {"data.txt": "2", "manifest.json": "{}"}
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_a_block_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, "1")

    def half() -> None:
        with staged(out) as folder:
            (folder / "data.txt").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert content(out)["data.txt"] == "1"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_kept_entries_are_carried_over(tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, "1")
    (out / "adam").mkdir()
    (out / "adam" / "adsl.xpt").write_text("a")
    (out / "note").write_text("n")
    make(out, "2", keep=("adam", "note", "absent"))
    assert content(out) == {
        "adam/adsl.xpt": "a",
        "note": "n",
        "data.txt": "2",
        "manifest.json": "{}",
    }


@pytest.mark.parametrize("kind", ["file", "foreign"])
def test_folders_of_others_are_refused(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("x")
    else:
        write(out, {"mine.txt": "x"})
    with pytest.raises(SpecificationError, match="MAP328"):
        make(out, "1")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_empty_folders_are_ours(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    refuse_foreign(tmp_path / "out")
    make(tmp_path / "out", "1")
    assert content(tmp_path / "out")["data.txt"] == "1"


def test_two_renames_where_the_system_has_no_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "_swapped", lambda new, out: False)
    make(tmp_path / "out", "1")
    make(tmp_path / "out", "2")
    assert content(tmp_path / "out")["data.txt"] == "2"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_recovery_between_two_renames(tmp_path: Path) -> None:
    write(tmp_path / ".out.previous", {"data.txt": "1", "manifest.json": "{}"})
    write(tmp_path / ".out.building-999999999", {"data.txt": "half"})
    recover(tmp_path / "out")
    assert content(tmp_path / "out")["data.txt"] == "1"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_recovery_after_two_renames(tmp_path: Path) -> None:
    write(tmp_path / "out", {"data.txt": "2", "manifest.json": "{}"})
    write(tmp_path / ".out.previous", {"data.txt": "1"})
    recover(tmp_path / "out")
    assert content(tmp_path / "out")["data.txt"] == "2"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_build_that_still_runs_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path / f".out.building-{os.getpid()}", {"x": "1"})
    recover(tmp_path / "out")
    assert (tmp_path / f".out.building-{os.getpid()}").is_dir()


# kill -9


def counted(function: Callable[..., Any], tick: Callable[[], None]) -> Callable[..., Any]:
    def inner(*args: Any, **kwargs: Any) -> Any:
        tick()
        result = function(*args, **kwargs)
        tick()
        return result

    return inner


def build_and_die(study: Path, at: int, *, renames: bool) -> None:
    """A build that kills itself at its ``at``-th step (0: never; the steps go to ``ticks``)."""
    from submission import sdtm_step

    count = 0

    def tick() -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("write_xpt", "write_findings", "_write_manifest"):
        setattr(sdtm_step, name, counted(getattr(sdtm_step, name), tick))
    for name in ("_sync", "_exchange", "_carry"):
        setattr(publish, name, counted(getattr(publish, name), tick))
    if renames:
        publish._swapped = lambda new, out: False
        Path.rename = counted(Path.rename, tick)  # type: ignore[method-assign]
    sdtm_step.build_sdtm(study)
    (study / "ticks").write_text(str(count))


def killed(study: Path, at: int, *, renames: bool = False, after: float = 0) -> int:
    """The exit status of such a build in a process of its own, killed from outside as well after
    some seconds."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            build_and_die(study, at, renames=renames)
            status = 0
        finally:
            os._exit(status)
    if after:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def whole(out: Path) -> str:
    """The hash of a build's manifest; every file must be as its manifest says."""
    outputs = json.loads((out / "manifest.json").read_text())["outputs"]
    found = {
        p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in out.rglob("*")
        if p.is_file() and p.name != "manifest.json"
    }
    assert found == outputs
    return hashlib.sha256((out / "manifest.json").read_bytes()).hexdigest()


def study_with(folder: Path, text: str) -> Path:
    return write(folder, files("  CMDOSTXT: A\n", [{"A": text}]))


@pytest.mark.parametrize("renames", [False, True])
def test_kill_9_at_any_step_leaves_a_whole_build(tmp_path: Path, renames: bool) -> None:
    study = study_with(tmp_path / "study", "one")
    assert killed(study, 0, renames=renames) == 0
    before = whole(study / "build")
    probe = study_with(tmp_path / "probe", "one")
    assert killed(probe, 0, renames=renames) == 0
    study_with(tmp_path / "probe", "two")
    assert killed(probe, 0, renames=renames) == 0
    after, steps = whole(probe / "build"), int((probe / "ticks").read_text())
    assert before != after
    study_with(tmp_path / "study", "two")
    last = before
    chosen = range(steps, 0, -1)[:8] if renames else range(steps, 0, -4)  # the renames come last
    for at in reversed(chosen):
        assert killed(study, at, renames=renames) == signal.SIGKILL
        recover(study / "build")
        assert whole(study / "build") in (last, after)
        last = whole(study / "build")
    assert last == after


def test_kill_9_at_any_moment_leaves_a_whole_build(tmp_path: Path) -> None:
    study = study_with(tmp_path / "study", "one")
    assert killed(study, 0) == 0
    for number in range(12):
        study_with(tmp_path / "study", f"text {number}")
        killed(study, 0, after=0.02 + 0.03 * number)
        recover(study / "build")
        assert len(whole(study / "build")) == 64
    assert {p.name for p in study.iterdir()} <= {"build", "raw", "sdtm", "study.yaml", "ticks"}

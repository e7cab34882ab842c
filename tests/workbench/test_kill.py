"""Killed at any step: the last good output is whole, and the next run leaves nothing of the killed
one. ``bench/kills.py`` does the same to every command, at random moments."""

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

from tests.sdtm.small import files, write
from transport.publish import read_manifest
from transport.publish.manifest import listed, survey
from workbench.steps.sdtm import build_sdtm


def counted(function: Callable[..., Any], tick: Callable[[], None]) -> Callable[..., Any]:
    def inner(*args: Any, **kwargs: Any) -> Any:
        tick()
        result = function(*args, **kwargs)
        tick()
        return result

    return inner


def build_and_die(study: Path, at: int, *, renames: bool, inside: bool) -> None:
    """A build that kills itself at its ``at``-th step (0: never; the steps go to ``ticks``)."""
    from transport.publish import claim, exchange, inplace
    from workbench.steps import sdtm as sdtm_step

    count = 0

    def tick() -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    steps = {
        sdtm_step: ("write_xpt", "write_findings", "sdtm_manifest"),
        claim: ("seal", "sync", "put_in_place"),
        exchange: ("_exchange", "carry"),
        inplace: ("publish", "_replace", "remove", "sync_folder"),
    }
    for module, names in steps.items():
        for name in names:
            setattr(module, name, counted(getattr(module, name), tick))
    if inside:
        os.chdir(study / "build")
    if renames:
        exchange._swapped = lambda new, out: False
        Path.rename = counted(Path.rename, tick)  # type: ignore[method-assign]
    sdtm_step.build_sdtm(study)
    (study.parent / "ticks").write_text(str(count))


def killed(
    study: Path, at: int, *, renames: bool = False, inside: bool = False, after: float = 0
) -> int:
    """The exit status of such a build in a process of its own, killed from outside as well after
    some seconds."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            build_and_die(study, at, renames=renames, inside=inside)
            status = 0
        finally:
            os._exit(status)
    if after:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def whole(out: Path) -> str:
    """The hash of what a build's manifest lists; every file must be as its manifest says, and there
    must be no other."""
    manifest = read_manifest(out)
    assert manifest is not None
    assert survey(out).unlisted == ()
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest, name
    # the page for people is entered beside the outputs once they are published
    return hashlib.sha256(json.dumps(manifest["outputs"], sort_keys=True).encode()).hexdigest()


def left_over(study: Path) -> set[str]:
    """What lies about that neither the study nor a manifest has; what a command keeps for the next
    one in its cache may be there."""
    beside = {p.name for p in study.iterdir()} - {"build", "raw", "sdtm", "study.yaml"}
    listed_ = listed(read_manifest(study / "build")) | {"lock.json"}  # of whoever looked last
    for nested in survey(study / "build").nested:  # the build of another export before it
        folder = study / "build" / nested
        if folder.is_dir():
            listed_ |= {f"{nested}/{name}" for name in listed(read_manifest(folder))}
    found = {p.relative_to(study / "build").as_posix() for p in study.glob("build/**/*")}
    found = {name for name in found - listed_ if (study / "build" / name).is_file()}
    return beside | {name for name in found if not name.startswith(".tracelock-cache/")}


def study_with(folder: Path, text: str) -> Path:
    return write(folder, files("  CMDOSTXT: A\n", [{"A": text}]))


KINDS = [{}, {"renames": True}, {"inside": True}]


@pytest.mark.parametrize("how", KINDS, ids=["exchange", "renames", "inside"])
def test_kill_9_at_any_step_leaves_a_whole_build(tmp_path: Path, how: dict[str, bool]) -> None:
    study = study_with(tmp_path / "study", "one")
    build_sdtm(study)
    before = whole(study / "build")
    probe = study_with(tmp_path / "probe", "one")
    build_sdtm(probe)
    study_with(tmp_path / "probe", "two")
    assert killed(probe, 0, **how) == 0
    after, steps = whole(probe / "build"), int((tmp_path / "ticks").read_text())
    assert before != after
    study_with(tmp_path / "study", "two")
    seen = set()
    # the steps of publishing; keeping the build of another export takes some more each time
    last = range(max(1, steps - (12 if how else 6)), steps + 9)
    for at in sorted({1, steps // 3, *last}):
        ended = killed(study, at, **how)
        assert ended == signal.SIGKILL or (ended == 0 and at >= steps)
        if not how:  # in one step: at no moment is it anything else
            seen.add(whole(study / "build"))
        study_with(tmp_path / "study", "one")
        build_sdtm(study)  # the next run
        assert whole(study / "build") == before
        assert left_over(study) == set()
        study_with(tmp_path / "study", "two")
    assert how or seen == {before, after}


@pytest.mark.parametrize("how", KINDS[1:], ids=["renames", "inside"])
def test_a_failing_build_after_a_kill_finds_one_whole_build(
    tmp_path: Path, how: dict[str, bool]
) -> None:
    study = study_with(tmp_path / "study", "one")
    build_sdtm(study)
    before = whole(study / "build")
    study_with(tmp_path / "study", "two")
    killed(study, 0, **how)
    steps, after = int((tmp_path / "ticks").read_text()), whole(study / "build")
    for at in range(max(1, steps - 8), steps + 1, 2):
        study_with(tmp_path / "study", "one")
        build_sdtm(study)
        study_with(tmp_path / "study", "two")
        assert killed(study, at, **how) == signal.SIGKILL
        (study / "raw" / "cm.csv").write_text("")
        assert not build_sdtm(study).published
        assert whole(study / "build") in (before, after)


def test_kill_9_at_any_moment_leaves_a_whole_build(tmp_path: Path) -> None:
    study = study_with(tmp_path / "study", "one")
    build_sdtm(study)
    for number in range(12):
        study_with(tmp_path / "study", f"text {number}")
        killed(study, 0, after=0.02 + 0.03 * number)
        assert len(whole(study / "build")) == 64
    build_sdtm(study)
    assert left_over(study) == set()
    assert json.loads((study / "build" / "manifest.json").read_text())["study"] == "S1"

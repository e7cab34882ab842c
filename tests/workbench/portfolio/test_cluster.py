"""Studies on a Dask cluster of real processes: a scheduler and workers, which come and go."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from specs import SpecificationError
from tests.workbench.conftest import hashes
from tests.workbench.portfolio.conftest import Make
from workbench.portfolio.jobs import read_portfolio
from workbench.portfolio.outcome import End
from workbench.portfolio.run import Run, run_portfolio
from workbench.portfolio.workers import cluster

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow
AddWorker = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    with ExitStack() as stack:
        _start(stack, "scheduler", words, tmp_path)
        yield f"tcp://127.0.0.1:{port}"


@pytest.fixture
def add_worker(scheduler: str, tmp_path: Path) -> Iterator[AddWorker]:
    """Starts a worker that keeps its files in a folder of this name."""
    with ExitStack() as stack:

        def add(name: str) -> subprocess.Popen[bytes]:
            (tmp_path / name).mkdir(exist_ok=True)
            options = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--name", name]
            where = ["--local-directory", str(tmp_path / name)]
            return _start(stack, "worker", [scheduler, *options, *where], tmp_path)

        yield add


def _start(stack: ExitStack, what: str, words: list[str], folder: Path) -> subprocess.Popen[bytes]:
    log = stack.enter_context((folder / f"{what}.log").open("ab"))
    call = [sys.executable, "-m", f"distributed.cli.dask_{what}", *words]
    process = subprocess.Popen(call, stdout=log, stderr=log, start_new_session=True)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def go(file: Path, address: str) -> Run:
    return run_portfolio(read_portfolio(file), scheduler=address)


def test_a_cluster_builds_what_this_machine_does(
    portfolio: Make, studies: Path, scheduler: str, add_worker: AddWorker
) -> None:
    add_worker("one")
    add_worker("two")
    (studies / "c" / "raw" / "cm.csv").unlink()
    run = go(portfolio("a; b; c"), scheduler)
    assert [one.end for one in run.outcomes] == [End.DONE, End.DONE, End.FAILED]
    assert all(one.where.startswith("tcp://") for one in run.outcomes)
    assert hashes(studies / "a" / "build") == hashes(studies / "b" / "build")
    assert {one.end for one in go(portfolio("a; b"), scheduler).outcomes} == {End.CURRENT}


def test_a_worker_that_is_killed_loses_no_study(
    portfolio: Make, studies: Path, scheduler: str, add_worker: AddWorker
) -> None:
    worker = add_worker("one")
    killer = threading.Thread(target=_kill_when_busy, args=(worker, lambda: add_worker("two")))
    killer.start()
    run = go(portfolio("a; b"), scheduler)
    killer.join()
    assert worker.returncode == -signal.SIGKILL
    assert [one.end for one in run.outcomes] == [End.DONE, End.DONE]
    assert hashes(studies / "a" / "build") == hashes(studies / "b" / "build")
    for name in "ab":
        assert [p.name for p in (studies / name).iterdir() if "tracelock" in p.name] == []


def _kill_when_busy(worker: subprocess.Popen[bytes], then: Callable[[], object]) -> None:
    """Kill a worker once a study's process runs below it."""
    for _ in range(600):
        children = Path(f"/proc/{worker.pid}/task").glob("*/children")
        if any(path.read_text().strip() for path in children):
            break
        time.sleep(0.1)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    then()


def test_a_worker_that_loses_its_disk_hands_its_studies_on(
    portfolio: Make, tmp_path: Path, scheduler: str, add_worker: AddWorker
) -> None:
    add_worker("bad")
    _lose_disk(tmp_path / "bad")
    add_worker("good")
    run = go(portfolio("a; b"), scheduler)
    assert [one.end for one in run.outcomes] == [End.DONE, End.DONE]


def test_where_every_disk_is_lost_nothing_is_said_of_the_study(
    portfolio: Make, studies: Path, scheduler: str, add_worker: AddWorker
) -> None:
    add_worker("bad")
    _lose_disk(studies / "bad")
    run = go(portfolio("a"), scheduler)
    assert run.outcomes[0].end is End.MACHINE
    assert run.outcomes[0].attempts == 3
    assert run.exit_code == 1
    assert not (studies / "a" / "build").exists()


def _lose_disk(folder: Path) -> None:
    for _ in range(300):
        if any(folder.iterdir()):
            break
        time.sleep(0.1)
    shutil.rmtree(folder)


def test_an_unreachable_scheduler_stops_it_before_anything_runs(
    portfolio: Make, studies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_WAIT", 1)
    with pytest.raises(SpecificationError, match=r"PRT111.*cannot be reached"):
        go(portfolio("a"), "tcp://127.0.0.1:9")
    assert not (studies / "a" / "build").exists()


def test_a_scheduler_without_workers_is_no_cluster(
    portfolio: Make, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_WAIT", 5)
    with pytest.raises(SpecificationError, match=r"PRT111.*has no worker"):
        go(portfolio("a"), scheduler)


def test_a_worker_of_another_version_is_refused(
    portfolio: Make,
    studies: Path,
    scheduler: str,
    add_worker: AddWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_worker("one")
    monkeypatch.setattr(cluster, "tracelock_version", lambda: "9.9.9")
    with pytest.raises(SpecificationError, match=r"PRT112.*tracelock .*, not 9\.9\.9"):
        go(portfolio("a"), scheduler)
    assert not (studies / "a" / "build").exists()

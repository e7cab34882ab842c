"""Forty studies one by one and side by side: ``python bench/portfolio.py [-n 40] [--cluster]``.

Copies of a small study with data of their own are built by the command line, one call after the
other; by ``tracelock portfolio`` with one and with two workers; and, with ``--cluster``, on a Dask
scheduler with two worker processes on this machine. Wall and CPU seconds, children included.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.sdtm.small import files, write  # noqa: E402

LINES = "  CMDOSTXT: A\n  CMSTDTC: {date: D}\nstandard: [CMSTDY]\n"
CLI = [sys.executable, "-c", "from workbench.cli import main; main()"]


def make(place: Path, number: int, rows: int) -> list[Path]:
    studies = []
    for i in range(number):
        records = [
            {"SUBJID": f"{j % 2 + 1:03d}", "A": f"drug {i} {j}", "D": f"2020-09-{j % 28 + 1:02d}"}
            for j in range(rows)
        ]
        studies.append(write(place / f"study{i:02d}", files(LINES, records)))
    return studies


def measured(name: str, work: Callable[[], None], studies: list[Path]) -> None:
    for study in studies:
        shutil.rmtree(study / "build", ignore_errors=True)
    began, before = time.monotonic(), os.times()
    work()
    after = os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    built = sum((s / "build" / "manifest.json").is_file() for s in studies)
    print(
        f"{name:34} {time.monotonic() - began:7.1f} s wall {cpu:7.1f} s CPU, {built} built",
        flush=True,
    )


def call(*words: str) -> None:
    subprocess.run(
        [*CLI, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", dest="number", type=int, default=40)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--cluster", action="store_true")
    given = parser.parse_args(words)
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        studies = make(place, given.number, given.rows)
        file = place / "portfolio.yaml"
        listed = "".join(f"  - {study.name}\n" for study in studies)
        file.write_text(f"report: report\nrun: [build-sdtm]\nstudies:\n{listed}")

        def one_by_one() -> None:
            for study in studies:
                call("build", "sdtm", str(study))

        measured("commands, one after the other", one_by_one, studies)
        for workers in ("1", "2"):
            words = ["portfolio", str(file), "--all", "--workers", workers]
            measured(f"portfolio, --workers {workers}", lambda w=words: call(*w), studies)
        if given.cluster:
            on_cluster(file, studies, place)
        began = time.monotonic()
        call("portfolio", str(file))
        print(f"{'portfolio, nothing changed':34} {time.monotonic() - began:7.1f} s wall")


def on_cluster(file: Path, studies: list[Path], place: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    start = [sys.executable, "-m"]
    with (place / "dask.log").open("wb") as log:
        calls = [["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port]]
        calls += [["distributed.cli.dask_worker", address, "--nthreads", "1"] for _ in range(2)]
        processes = [
            subprocess.Popen([*start, *c, "--no-dashboard"], stdout=log, stderr=log) for c in calls
        ]
        try:
            words = ["portfolio", str(file), "--all", "--scheduler", address]
            measured("portfolio, cluster of two workers", lambda: call(*words), studies)
        finally:
            for process in processes:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()

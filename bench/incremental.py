"""Builds that know the last one: what a call costs when nothing, or one row, has changed.

    python bench/incremental.py [STUDY] [OUT]     the seed study by default, into a scratch folder
    python bench/incremental.py --edits 100       random edits: known and unknown builds compared
    python bench/incremental.py --chain 100       the same of all commands up to the package

Prints CPU-seconds (child processes included) and wall seconds of each command: cold (nothing is
there), again (nothing has changed), and after one row of one form has changed. The cold call is
measured in the same run, on the same machine. With --edits nothing is measured: every file, what
was said and the exit code have to be the same (see bench/random_edits.py); exit code 1 if not. With
--chain the same in a study with analysis data, results and a package (see bench/chain_edits.py).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[0] = str(ROOT)  # bench/define.py is not the package

from bench.random_edits import compared  # noqa: E402

SEED = ROOT / "specs" / "studies" / "nct04938115"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", nargs="?", type=Path, default=SEED)
    parser.add_argument("out", nargs="?", type=Path)
    parser.add_argument("--edits", type=int, default=0)
    parser.add_argument("--chain", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if asked.edits:
            return edits(compared(Path(scratch), asked.edits, asked.seed), asked.edits)
        if asked.chain:
            from bench import chain_edits

            made = chain_edits.compared(Path(scratch), asked.chain, asked.seed)
            return edits(made, asked.chain)
        measure(asked.study, asked.out or Path(scratch))
    return 0


def edits(made: Iterator[tuple[str, str, list[str]]], number: int) -> int:
    counts: Counter[str] = Counter()
    wrong = 0
    for name, became, differ in made:
        counts[became] += 1
        wrong += bool(differ)
        for one in differ:
            print(f"{name} ({became}): {one} differs")
    print(f"{number} edits: {dict(counts)}; {wrong} differ from a build from nothing")
    return int(wrong > 0)


def measure(given: Path, folder: Path) -> None:
    study = folder / "study"
    shutil.copytree(given, study, ignore=shutil.ignore_patterns("build*", "generate"))
    out, package, report = folder / "build", folder / "package", folder / "report"
    commands: dict[str, tuple[object, ...]] = {
        "build-sdtm": ("build", "sdtm", study, "--out", out),
        "build-adam": ("build", "adam", study, "--out", out),
        "build-results": ("build", "results", study, "--out", out),
        "validate-study": ("validate", out, "--study", study, "--out", report),
        "package-submission": (
            *("package", "build", study, "--build", out, "--out", package),
            "--before-lock",
        ),
    }
    print(f"{'':<20}{'':<10}{'CPU-s':>8}{'wall s':>8}   load {os.getloadavg()[0]:.1f}")
    rounds: dict[str, Callable[[], None]] = {
        "cold": lambda: None,
        "again": lambda: None,
        "one row": lambda: add_row(study / "raw" / "edc" / "MH.csv"),
        "again ": lambda: None,
    }
    for name, prepare in rounds.items():
        prepare()
        total = 0.0
        for command, words in commands.items():
            cpu, wall, last = timed(words)
            total += cpu
            print(f"{command:<20}{name:<10}{cpu:8.2f}{wall:8.2f}   {last[:70]}")
        print(f"{'all':<20}{name:<10}{total:8.2f}")


def add_row(path: Path) -> None:
    """The last row of a form once more, as that of a record of its own."""
    lines = path.read_bytes().splitlines(keepends=True)
    cells = lines[-1].split(b",")
    path.write_bytes(b"".join([*lines, b",".join([cells[0] + b"9", *cells[1:]])]))


def timed(words: tuple[object, ...]) -> tuple[float, float, str]:
    """CPU-seconds, wall seconds, and the last line of a command."""
    before, since = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "tracelock", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    wall, after = time.perf_counter() - since, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode == 2:
        raise SystemExit(done.stderr)
    said = (done.stderr if "Up to date" in done.stderr else done.stdout).strip()
    return cpu, wall, (said.splitlines() or [""])[-1]


if __name__ == "__main__":
    sys.exit(main())

"""`tracelock explain` on a large LB, each call in a process of its own: wall and CPU seconds.

    python bench/explain.py                 two million LB records, built in a temporary folder
    python bench/explain.py 2000000 DIR     the same; study and build are kept in DIR and used again

The calls: a result by its sequence number (raw CSV in the middle of the file), a date, and a
relative day (which leads on to DM). Beside them, what a rule, a finding code and a number of CDISC
mean. The floor is the Python interpreter with numpy imported.
Modules are compiled beforehand, as pip does when it installs; the best of some calls counts.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.build_sdtm import STUDY, make_study, measure

_CALL = "from workbench.cli import cli; cli()"
_HELP = (["--help"], ["build", "sdtm", "--help"], ["validate", "--help"])
_MEANINGS = ("TL-S-DAY-ZERO", "VAL901", "CG0370")
_VARIABLES = ("LBSTRESN", "LBDTC", "LBDY")
_REPEATS = 5


def _as_installed() -> dict[str, str]:
    """The environment, with compiled modules kept in the temporary folder."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "tracelock-bench")}


def timed(words: list[str]) -> tuple[float, float, str]:
    """Wall and CPU seconds of a process, the best of some, and what it said."""
    best = (float("inf"), float("inf"))
    for _ in range(_REPEATS + 1):  # the first compiles
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [sys.executable, *words],
            check=True,
            capture_output=True,
            text=True,
            env=_as_installed(),
        )
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, (wall, cpu))
    return *best, done.stdout


def run(folder: Path, records: int) -> None:
    """Build the study where it is not there yet, and explain three of its values."""
    study, out = folder / "study", folder / "out"
    if not (out / "sdtm" / "lb.xpt").is_file():
        made, cpu, _ = measure(make_study(study, "lb", records), out)
        print(f"built {made:,} LB records in {cpu:.1f} CPU-s")
    wall, cpu, _ = timed(["-c", "import numpy"])
    print(f"floor (import numpy)  {wall:5.2f} s wall  {cpu:5.2f} CPU-s")
    for help_of in _HELP:
        wall, cpu, _ = timed(["-c", _CALL, *help_of])
        print(f"{' '.join(help_of):<20} {wall:5.2f} s wall  {cpu:5.2f} CPU-s")
    for name in _MEANINGS:
        wall, cpu, _ = timed(["-c", _CALL, "explain", name])
        print(f"explain {name:<14} {wall:5.2f} s wall  {cpu:5.2f} CPU-s")
    number = records // 250 // 2
    subject = f"{STUDY}-{1 + number % 40:02d}-{number:06d}"
    for variable in _VARIABLES:
        words = ["-c", _CALL, "explain", str(study), "LB", subject, "LBSEQ=120", variable]
        wall, cpu, said = timed([*words, "--out", str(out)])
        print(f"{variable:<10} {wall:5.2f} s wall  {cpu:5.2f} CPU-s  {said.splitlines()[0]}")


def main() -> None:
    """Run as the command line says."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    if len(sys.argv) > 2:
        folder = Path(sys.argv[2])
        folder.mkdir(parents=True, exist_ok=True)
        run(folder, records)
        return
    with tempfile.TemporaryDirectory() as kept:
        run(Path(kept), records)


if __name__ == "__main__":
    main()

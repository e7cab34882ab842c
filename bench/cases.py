"""Run pieces of code on one file, each in a process of its own: CPU seconds and peak memory."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

REPORT = """
import resource
u = resource.getrusage(resource.RUSAGE_SELF)
status = open("/proc/self/status").read()  # ru_maxrss would count the parent's memory
peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(f"CPU {u.ru_utime + u.ru_stime:.2f} s, peak {peak:.0f} MB")
"""


def run(cases: Mapping[str, str], path: Path) -> None:
    """Print a line per case. Its code finds the file as ``sys.argv[1]``."""
    width = max(map(len, cases)) + 1
    for name, code in cases.items():
        script = "import sys\n" + textwrap.dedent(code) + REPORT
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
        )
        print(f"{name:{width}}", done.stdout.strip().replace("\n", "; "))

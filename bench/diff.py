"""Two builds of a laboratory data set held against each other, beside a plain pandas merge.

    python bench/diff.py [RECORDS]      1,000,000 records x 25 variables by default

Two made-up builds: raw rows with ids, LB with its lineage, the second in another order, with 1,000
results corrected, 100 rows gone and 100 new. Each way runs in a process of its own. Ours reads both
builds, pairs raw rows and records by origin, compares all values and finds the cause of each; the
merge reads the same columns (text keys and 3 variables) and joins them. Prints CPU-seconds and peak
memory; what each found has to be the same.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from derive.lineage.vectors import write_vectors
from specs.account import (
    ALL,
    DataSetAccount,
    LineAccount,
    PartAccount,
    VariableAccount,
    write_accounts,
)
from transport.columns import Coded, KeptTable, read_columns, write_columns
from workbench.diff.tables import FILE, ROW

CHANGED, ONLY, PER_SUBJECT, VARIABLES = 1_000, 100, 250, 20


def make(folder: Path, records: int, *, second: bool) -> None:
    """One build: ids in the order of the file, or, of the second, in another order."""
    rng = np.random.default_rng(5)
    total = records + ONLY
    ids = np.arange(ONLY, total) if second else np.arange(records)
    if second:  # nearly sorted, as a new export is: rows of a thousand subjects stand elsewhere
        ids = np.roll(ids, 1000 * PER_SUBJECT % records)
    result = rng.integers(0, 5000, total).astype(np.int32)
    if second:
        picked = np.random.default_rng(7)  # everything else is drawn as for the first
        result[picked.choice(np.arange(ONLY, records), CHANGED, replace=False)] += 5000
    # each build has its own list of texts: only those that occur, so the codes differ
    first = int(ids.min())
    names = [f"R-{n:08d}" for n in range(first, total if second else records)]
    subjects = [f"01-{n:05d}" for n in range(total // PER_SUBJECT + 1)]
    values = [str(n / 10) for n in range(10_000)]
    code = {
        name: rng.integers(0, 40, total).astype(np.int32) for name in map(str, range(VARIABLES))
    }
    words = [f"word {n}" for n in range(40)]
    n = len(ids)
    who = Coded((ids // PER_SUBJECT).astype(np.int32), subjects)
    raw = {
        ROW: np.arange(2, n + 2), FILE: np.zeros(n, np.int64),
        "ID": Coded((ids - first).astype(np.int32), names), "SUBJID": who,
        "RESULT": Coded(result[ids], values),
    }  # fmt: skip
    about = {"files": ["lab.csv"], "row_id": "ID", "subject": "SUBJID", "keys": [], "named": {}}
    write_columns(KeptTable(raw, about), folder / "columns" / "raw" / "lab.arrow")
    order = np.argsort(ids // PER_SUBJECT, kind="stable")
    data = {
        "USUBJID": Coded(who.codes[order], [f"S-{name}" for name in subjects]),
        "LBSEQ": (np.arange(n) % PER_SUBJECT).astype(float),
        "LBSPID": Coded((ids[order] - first).astype(np.int32), names),
        "LBORRES": Coded(result[ids][order], values),
        "LBSTRESN": result[ids][order] / 10,
        **{f"LBV{k}": Coded(c[ids][order], words) for k, c in code.items()},
    }
    write_columns(KeptTable(data), folder / "columns" / "lb.arrow")
    (folder / "sdtm").mkdir()
    (folder / "sdtm" / "lb.xpt").touch()  # never read: the columns stand for it
    write_vectors({"row": (order + 2).astype(np.int32)}, folder / "lineage" / "lb.parquet")
    read = LineAccount("from", "sdtm/lb.yaml:5:1", "LBORRES: RESULT", reads=("raw.RESULT",))
    lines = {
        "LBORRES": VariableAccount("text", {ALL: read}),
        "LBSTRESN": VariableAccount("number", {ALL: read}),
    }
    part = PartAccount("0", "raw", "lab", ("lab.csv",))
    account = DataSetAccount("LB", keys=("LBSPID",), parts=(part,), variables=lines)
    write_accounts({"LB": account}, folder / "lineage")
    (folder / "manifest.json").write_text(json.dumps({"study": "BENCH"}))


def ours(old: Path, new: Path) -> dict[str, int]:
    from workbench.diff.run import diff

    found = diff(old, new)
    return {
        "changed": sum(c.variable == "LBORRES" for c in found.cells),
        "only": len(found.records),
        "unexplained": found.unexplained,
    }


def pandas_merge(old: Path, new: Path) -> dict[str, int]:
    import pandas as pd

    names = ["USUBJID", "LBSPID", "LBORRES", "LBSTRESN", "LBV0"]
    frames = []
    for side in (old, new):
        table = read_columns(side / "columns" / "lb.arrow", names)
        frames.append(
            pd.DataFrame(
                {
                    name: np.array([*c.values, ""], object)[c.codes] if isinstance(c, Coded) else c
                    for name, c in table.columns.items()
                }
            )
        )
    both = frames[0].merge(frames[1], on=["USUBJID", "LBSPID"], how="outer", indicator=True)
    paired = both[both["_merge"] == "both"]
    return {
        "changed": int((paired["LBORRES_x"] != paired["LBORRES_y"]).sum()),
        "only": int((both["_merge"] != "both").sum()),
    }


WAYS = {"tracelock diff": ours, "pandas merge": pandas_merge}


def main(records: int = 1_000_000) -> None:
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / side for side in ("old", "new")]
        for number, folder in enumerate(folders):
            folder.mkdir()
            make(folder, records, second=bool(number))
        for way in WAYS:
            words = [sys.executable, __file__, "--way", way, *map(str, folders)]
            done = subprocess.run(words, check=True, capture_output=True, text=True)
            print(f"{way:<15} {records:>10,} records  {done.stdout.strip()}")


def one_way(way: str, old: str, new: str) -> None:
    found = WAYS[way](Path(old), Path(new))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    peak = usage.ru_maxrss / 1e6
    print(f"{time.process_time():6.2f} CPU-s  {peak:5.2f} GB  {found}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        one_way(*sys.argv[2:])
    else:
        main(*(int(word) for word in sys.argv[1:]))

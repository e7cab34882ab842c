"""Two laboratory data sets held against each other: ours beside a plain pandas merge.

    python bench/compare.py [RECORDS]      1,000,000 records x 27 variables by default

The second data set lacks 100 records, has 100 more, 1,000 numbers and 1,000 texts that differ, and
stands in another order. Both ways start from the same two data sets in memory. Prints CPU-seconds
and what each found, which has to be the same; peak memory is that of the process after each way.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from bench.xpt_write import laboratory
from transport import Dataset, VariableMeta
from workbench.compare.model import Asked
from workbench.compare.pairing import column_of, paired
from workbench.compare.values import unequal

CHANGED, ONLY = 1_000, 100


def keyed(records: int) -> Dataset:
    data = laboratory(records)
    frame = data.frame.copy()
    subjects = pd.Index([f"S-{n:06d}" for n in range(records // 250 + 1)], dtype="str")
    frame.insert(0, "USUBJID", pd.Categorical.from_codes(np.arange(records) // 250, subjects))
    frame.insert(1, "LBSPID", (np.arange(records) % 250).astype("float64"))
    metas = (VariableMeta("USUBJID", "Subject"), VariableMeta("LBSPID", "Number", "Num"))
    return Dataset("LB", frame, (*metas, *data.variables), data.label)


def edited(data: Dataset) -> Dataset:
    rng = np.random.default_rng(7)
    frame = data.frame.copy()
    rows = rng.choice(np.arange(ONLY, len(frame)), 2 * CHANGED, replace=False)
    numbers = frame["LBN3"].to_numpy().copy()
    numbers[rows[:CHANGED]] += 1
    frame["LBN3"] = numbers
    codes = frame["LBC4"].cat.codes.to_numpy().copy()
    codes[rows[CHANGED:]] = (codes[rows[CHANGED:]] + 1) % len(frame["LBC4"].cat.categories)
    frame["LBC4"] = pd.Categorical.from_codes(codes, frame["LBC4"].cat.categories)
    new = frame.iloc[-ONLY:].copy()
    new["LBSPID"] += 1000
    frame = pd.concat([frame.iloc[ONLY:], new], ignore_index=True)
    frame = frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
    return replace(data, frame=frame)


def ours(left: Dataset, right: Dataset) -> dict[str, int]:
    keys = ("USUBJID", "LBSPID")
    mine, theirs = ([column_of(d, k) for k in keys] for d in (left, right))
    pairs = paired(mine, theirs, (left.records, right.records))
    found = {"only": len(pairs.only_base) + len(pairs.only_compare)}
    for name in (v.name for v in left.variables if v.name not in keys):
        one = unequal(left, right, (name, name), pairs, asked=Asked(), keys=mine)
        if one is not None:
            found[name] = one.count
    return found


def pandas_merge(left: Dataset, right: Dataset) -> dict[str, int]:
    keys = ["USUBJID", "LBSPID"]
    both: Any = left.frame.merge(right.frame, on=keys, how="outer", indicator=True)
    found = {"only": int((both["_merge"] != "both").sum())}
    both = both[both["_merge"] == "both"]
    for name in (v.name for v in left.variables if v.name not in keys):
        a, b = both[f"{name}_x"], both[f"{name}_y"]
        differs = int(((a != b) & ~(a.isna() & b.isna())).sum())
        if differs:
            found[name] = differs
    return found


def main(records: int = 1_000_000) -> None:
    left = keyed(records)
    right = edited(left)
    for name, work in (("tracelock", ours), ("pandas merge", pandas_merge)):
        start = time.process_time()
        found = work(left, right)
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{name:<13} {records:>10,} records  {seconds:6.2f} CPU-s  {peak:5.2f} GB  {found}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))

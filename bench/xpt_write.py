"""XPT writing: ours, pyreadstat's, and the floor (the same bytes to a file), in one run.

    python bench/xpt_write.py [RECORDS] [PEER_RECORDS]

25 columns: 15 Char (dictionary-encoded, as builds hold them), 10 Num. The peer is measured on
PEER_RECORDS (100,000 unless given) and scaled, which the line says.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from transport import Dataset, VariableMeta, write_xpt


def cpu_seconds() -> float:
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def measured(work: Callable[[], Any]) -> float:
    start = cpu_seconds()
    work()
    return cpu_seconds() - start


def laboratory(records: int) -> Dataset:
    """Columns like those of LB: from 2 to 3,000 distinct texts of 6 to 35 bytes, and numbers."""
    rng = np.random.default_rng(20240101)
    columns, variables = {}, []
    for n in range(15):
        distinct = (2, 5, 20, 400, 3000)[n % 5]
        texts = pd.Index([f"V{k:0{5 + 2 * n}d}" for k in range(distinct)], dtype="str")
        codes = rng.integers(-1, distinct, records)
        columns[f"LBC{n}"] = pd.Categorical.from_codes(codes, texts)
        variables.append(VariableMeta(f"LBC{n}", f"Text {n}"))
    for n in range(10):
        columns[f"LBN{n}"] = np.round(rng.normal(50, 20, records), n)
        variables.append(VariableMeta(f"LBN{n}", f"Number {n}", "Num"))
    return Dataset("LB", pd.DataFrame(columns), tuple(variables), "Laboratory Test Results")


def as_text(dataset: Dataset) -> Dataset:
    """The same with plain text columns."""
    frame = dataset.frame.copy()
    for name in [v.name for v in dataset.variables if v.type == "Char"]:
        frame[name] = frame[name].astype("str").fillna("")
    return Dataset(dataset.name, frame, dataset.variables, dataset.label)


def peer(dataset: Dataset, path: Path) -> Callable[[], Any]:
    frame = as_text(dataset).frame.astype(
        {v.name: object for v in dataset.variables if v.type == "Char"}
    )
    return lambda: pyreadstat.write_xport(frame, path, table_name="LB", file_format_version=5)


def main(records: int = 1_000_000, peer_records: int = 100_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lb.xpt"
        dataset = laboratory(records)
        ours = [measured(partial(write_xpt, dataset, path)) for _ in range(3)]
        print(
            f"ours, categories     {records:>9,} x 25  {sorted(ours)[1]:7.2f} CPU-s (median of 3)"
        )
        content = path.read_bytes()
        other = path.with_name("floor")
        floor = measured(partial(other.write_bytes, content))
        print(f"floor, same bytes    {len(content):>14,} B  {floor:7.2f} CPU-s")
        del content
        text = as_text(dataset)
        plain = measured(partial(write_xpt, text, path))
        print(f"ours, text columns   {records:>9,} x 25  {plain:7.2f} CPU-s")
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"max RSS, data included {rss:,.0f} MB")
        del dataset, text
        theirs = measured(peer(laboratory(peer_records), other))
        scaled = theirs * records / peer_records
        print(f"pyreadstat           {peer_records:>9,} x 25  {theirs:7.2f} CPU-s", end="")
        print(f"; scaled {scaled:.1f}")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))

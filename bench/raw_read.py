"""Read a raw laboratory export of N results (default 5,000,000) as dictionary-encoded text.

Beside it, in the same run: the floor (the bytes through sha256, and Arrow's reader with plain
strings) and a peer (pandas' C parser, everything as text).
Run: python bench/raw_read.py [N]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import cases
import numpy as np
import pyarrow as pa
from pyarrow import csv

CASES = {
    "tracelock read_source": """
        from pathlib import Path
        from sdtm.raw import read_source
        p = Path(sys.argv[1])
        t, = read_source(p.parent, p.name)
        print(len(t.frame), "records,", int(t.rows[-1]), "last line")
    """,
    "floor: sha256 of the bytes": """
        import hashlib
        with open(sys.argv[1], "rb") as f:
            hashlib.file_digest(f, "sha256")
    """,
    "floor: pyarrow, plain strings, no checks": """
        import pyarrow as pa
        from pyarrow import csv
        names = csv.open_csv(sys.argv[1]).schema.names
        o = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
        csv.read_csv(sys.argv[1], convert_options=o)
    """,
    "peer: pandas C parser, text": """
        import pandas as pd
        pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
    """,
}


def export(path: Path, records: int) -> None:
    """A flat laboratory export: 10 columns, few distinct texts in most of them."""
    rng = np.random.default_rng(20240115)
    order = np.arange(records)
    subject, visit = order // 500, order // 50 % 10
    dates = [f"2023-{m:02d}-{d:02d}" for m in range(1, 13) for d in range(1, 29)]
    columns = {
        "SUBJID": ([f"{i:05d}" for i in range(records // 500 + 1)], subject),
        "VISIT": ([f"第{i}周" for i in range(10)], visit),
        "SAMPLE_DT": (dates, (subject + visit * 7) % 336),
        "SAMPLE_TM": ([f"{t // 60:02d}:{t % 60:02d}" for t in range(1440)], 1440),
        "PANEL": (["血常规", "生化", "凝血", "细胞因子", "铁蛋白"], order // 10 % 5),
        "ITEM_CODE": ([f"T{i:03d}" for i in range(50)], order % 50),
        "RESULT": ([f"{i / 100:.2f}" for i in range(40000)], 40000),
        "UNIT": (["10^9/L", "g/L", "U/L", "mg/L", "pg/mL"], 5),
        "RANGE_LO": ([f"{i / 10:.1f}" for i in range(50)], order % 50),
        "RECORD_ID": ([str(i) for i in range(records)], order),
    }
    table = pa.table(
        {
            name: pa.array(texts).take(
                pa.array(rng.integers(0, take, records) if isinstance(take, int) else take)
            )
            for name, (texts, take) in columns.items()
        }
    )
    options = csv.WriteOptions(quoting_style=sys.argv[2] if len(sys.argv) > 2 else "none")
    csv.write_csv(table, path, options)


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lab.csv"
        export(path, records)
        print(f"{records:,} records x 10, {path.stat().st_size / 1e6:.0f} MB")
        cases.run(CASES, path)


if __name__ == "__main__":
    main()

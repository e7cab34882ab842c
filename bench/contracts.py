"""Run 100 checks of an intake contract on 1,000,000 records (or N).

Beside it, in the same run: the import of Great Expectations alone (the floor of any contract) and
a peer: the same kinds of checks by plain pandas on the rows.
Run: python bench/contracts.py [N]
"""

from __future__ import annotations

import subprocess
import sys
import textwrap

SETUP = """
import sys
import numpy as np
import pandas as pd
n = int(sys.argv[1])
rng = np.random.default_rng(7)
numbers = [str(i) for i in range(500)]
codes = [f"C{i:02d}" for i in range(40)]
columns = {}
for i in range(28):
    texts = numbers if i % 2 else codes
    columns[f"V{i}"] = pd.Categorical.from_codes(rng.integers(0, len(texts), n), texts)
frame = pd.DataFrame(columns)
import time
start = time.process_time()
"""
REPORT = """
print(f"CPU {time.process_time() - start:.2f} s")
"""
CASES = {
    "tracelock run_contract": """
        from validation.contracts import load, run_contract
        def column(i):
            if i % 2:
                return {"type": "integer", "min": 0, "max": 490, "pattern": r"\\d+",
                        "not-blank": True}
            return {"values": codes[:39], "pattern": r"C\\d\\d", "not-blank": True}
        content = {"contract": "bench", "columns": {f"V{i}": column(i) for i in range(28)},
                   "rows": {"min": 1, "drift": 10}}
        found = run_contract(frame, np.arange(n) + 2, "lab.csv", load(content), n)
        print(len(found), "findings;", end=" ")
    """,
    "floor: import great_expectations": """
        import great_expectations
    """,
    "peer: pandas on the rows, as text": """
        text = frame.astype(str)
        start = time.process_time()
        for i in range(28):
            values = text[f"V{i}"]
            (values == "").sum()
            values.str.fullmatch(r"\\w+").sum()
            if i % 2:
                numbers = pd.to_numeric(values, errors="coerce")
                numbers.isna().sum()
                ((numbers < 0) | (numbers > 490)).sum()
            else:
                (~values.isin(codes[:39])).sum()
                values.str.len().max()
    """,
}


def main() -> None:
    records = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    print(f"{int(records):,} records x 28, 100 checks")
    for name, code in CASES.items():
        script = SETUP + textwrap.dedent(code) + REPORT
        done = subprocess.run(
            [sys.executable, "-c", script, records], capture_output=True, text=True, check=True
        )
        print(f"{name:36}", done.stdout.strip())


if __name__ == "__main__":
    main()

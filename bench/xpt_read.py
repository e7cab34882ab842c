"""XPT reading: ours, pyreadstat's, and the floor (reading the bytes), in one run.

    python bench/xpt_read.py [RECORDS] [PEER_RECORDS]

The peer is measured on PEER_RECORDS (100,000 unless given) and scaled, which the line says.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

import pyreadstat
from xpt_write import laboratory, measured

from transport import read_xpt, read_xpt_header, write_xpt


def main(records: int = 1_000_000, peer_records: int = 100_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "lb.xpt", Path(folder) / "small.xpt"
        write_xpt(laboratory(records), path)
        write_xpt(laboratory(peer_records), small)
        ours = [measured(lambda: read_xpt(path)) for _ in range(3)]
        print(
            f"ours                 {records:>9,} x 25  {sorted(ours)[1]:7.2f} CPU-s (median of 3)"
        )
        print(
            f"ours, header only    {'':>14}  {measured(lambda: read_xpt_header(path)):7.2f} CPU-s"
        )
        floor = measured(path.read_bytes)
        print(f"floor, the bytes     {path.stat().st_size:>12,} B  {floor:7.2f} CPU-s")
        theirs = measured(lambda: pyreadstat.read_xport(small))
        scaled = theirs * records / peer_records
        print(f"pyreadstat           {peer_records:>9,} x 25  {theirs:7.2f} CPU-s", end="")
        print(f"; scaled {scaled:.1f}")
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"max RSS {rss:,.0f} MB")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))

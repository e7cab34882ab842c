"""Moments of 5 million rows: comparing, ranking, study days, beside plain numpy datetime64.

python bench/values_moments.py [ROWS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from derive.values.column import Kind
from derive.values.moment import Moment, of_days, of_text
from derive.values.related import compare
from derive.values.text import Text


def measured(name: str, work: Callable[[], object], beside: Callable[[], object]) -> None:
    """CPU-seconds of both, the best of five."""
    best = [min(_seconds(one) for _ in range(5)) for one in (work, beside)]
    print(f"{name:32} {best[0]:6.3f} CPU-s   numpy {best[1]:6.3f} CPU-s")


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def sample(rows: int, seed: int) -> tuple[Moment, np.ndarray]:
    """Date-times of three years by the minute's tenth, every tenth known to the month only."""
    random = np.random.default_rng(seed)
    days = np.datetime64("2020-01-01") + random.integers(0, 1000, 4000)
    stamps = days.astype("datetime64[s]") + random.integers(0, 144, 4000) * 600
    texts = [str(stamp) for stamp in stamps]
    texts[::10] = [text[:7] for text in texts[::10]]
    table = Text.of(texts)
    codes = random.integers(0, 4000, rows).astype(np.int32)
    codes[::50] = -1
    column = Text(np.append(table.codes, np.int32(-1))[codes], table.values)
    plain = np.append(stamps, np.datetime64("NaT"))[codes]
    return of_text(column, Kind.SECOND)[0], plain


def main(rows: int = 5_000_000) -> None:
    (left, a), (right, b) = sample(rows, 1), sample(rows, 2)
    print(f"{rows:,} rows, {len(left.table):,} distinct moments")
    measured("a < b", lambda: compare(left, "<", right), lambda: a < b)
    measured("a <= b", lambda: compare(left, "<=", right), lambda: a <= b)
    measured("a == b", lambda: compare(left, "==", right), lambda: a == b)
    literal = np.datetime64("2021-06-01T00:00:00")
    measured("a < literal", lambda: compare(left, "<", "2021-06-01"), lambda: a < literal)
    measured("ranks", left.ranks, lambda: a.astype(np.int64))
    measured("days", left.days, lambda: a.astype("datetime64[D]"))
    measured("dates of days", lambda: of_days(left.days()), lambda: a.astype("datetime64[D]"))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

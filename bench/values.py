"""Typed columns beside plain numpy and pandas: CPU-seconds for 5,000,000 rows, in one run.

Exact subtraction and rounding of decimals, comparison of dates, keys, picks and order. Run:

    python bench/values.py [ROWS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from derive.values.column import Kind
from derive.values.keys import group_codes, shared_codes
from derive.values.moment import of_text
from derive.values.number import Number
from derive.values.order import extreme_rows, sequence, sort_rows
from derive.values.related import compare
from derive.values.summary import aggregate
from derive.values.text import Text

SUBJECTS, PARAMETERS, DAYS = 5000, 60, 2000
Work = Callable[[], object]


def seconds(work: Work) -> float:
    """The least of three runs, in CPU-seconds."""
    found = []
    for _ in range(3):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def numbers(n: int, rng: np.random.Generator) -> list[tuple[str, Work, str, Work]]:
    """Arithmetic; a column is made anew for each run, so that finding its places counts."""
    left, right = rng.integers(0, 10**6, n) / 100, rng.integers(0, 10**5, n) / 10
    third = Number(left / 3, None)
    return [
        (
            "places of two columns, exact subtraction",
            lambda: Number(left).subtract(Number(right)),
            "numpy subtract",
            lambda: left - right,
        ),
        (
            "exact subtraction",
            lambda: Number(left, 2).subtract(Number(right, 1)),
            "numpy subtract",
            lambda: left - right,
        ),
        (
            "division, noise taken off",
            lambda: Number(left, 2).divide(Number(right + 1, 1)),
            "numpy divide",
            lambda: left / (right + 1),
        ),
        (
            "rounding, places known",
            lambda: Number(left, 2).round(1),
            "numpy round",
            lambda: np.round(left, 1),
        ),
        ("rounding, no places", lambda: third.round(1), "numpy round", lambda: np.round(left, 1)),
    ]


def moments(n: int, rng: np.random.Generator) -> list[tuple[str, Work, str, Work]]:
    """Two columns of dates, each of as many distinct ISO texts as there are days."""
    days = np.datetime64("2020-01-01") + np.arange(DAYS)
    left, right = (
        rng.integers(0, DAYS, n).astype(np.int32),
        rng.integers(0, DAYS, n).astype(np.int32),
    )
    table = [str(day) for day in days]
    mine, theirs = (of_text(Text(codes, table), Kind.DAY)[0] for codes in (left, right))
    a, b = days[left], days[right]
    text_a, text_b = Text(left, table), Text(right, table)
    return [
        ("dates compared", lambda: compare(mine, "<=", theirs), "datetime64", lambda: a <= b),
        (
            "ISO texts read and compared",
            lambda: compare(of_text(text_a, Kind.DAY)[0], "<=", of_text(text_b, Kind.DAY)[0]),
            "pandas to_datetime of distinct texts",
            lambda: (
                pd.to_datetime(table).to_numpy()[left] <= pd.to_datetime(table).to_numpy()[right]
            ),
        ),
    ]


def groups(n: int, rng: np.random.Generator) -> list[tuple[str, Work, str, Work]]:
    """Keys of text and number, records in no order."""
    subject = Text(rng.integers(0, SUBJECTS, n).astype(np.int32), names("S", SUBJECTS))
    parameter = Text(rng.integers(0, PARAMETERS, n).astype(np.int32), names("P", PARAMETERS))
    day = Number(rng.integers(0, DAYS, n).astype(np.float64), 0)
    own = Text(np.arange(SUBJECTS, dtype=np.int32), names("S", SUBJECTS))
    codes, size = group_codes([subject, parameter])
    everything, ranks = np.ones(n, np.bool_), day.ranks()
    frame = pd.DataFrame(
        {
            "s": pd.Categorical.from_codes(subject.codes, subject.values),
            "p": pd.Categorical.from_codes(parameter.codes, parameter.values),
            "g": codes,
            "d": day.values,
        }
    )
    index = pd.Index(own.values)
    return [
        (
            "keys of two texts",
            lambda: group_codes([subject, parameter]),
            "pandas ngroup",
            lambda: frame.groupby(["s", "p"], observed=True).ngroup(),
        ),
        (
            "keys of text and number",
            lambda: group_codes([subject, day]),
            "pandas ngroup",
            lambda: frame.groupby(["s", "d"], observed=True).ngroup(),
        ),
        (
            "keys shared with 5,000 subjects",
            lambda: shared_codes([[own], [subject]]),
            "pandas get_indexer of categories",
            lambda: index.get_indexer(frame["s"].cat.categories)[frame["s"].cat.codes],
        ),
        (
            "last of each group",
            lambda: extreme_rows(codes, size, [ranks], everything, last=True),
            "pandas idxmax",
            frame.groupby("g")["d"].idxmax,
        ),
        (
            "mean of each group",
            lambda: aggregate(codes, size, day, "mean"),
            "pandas mean",
            frame.groupby("g")["d"].mean,
        ),
        (
            "rows in order",
            lambda: sort_rows([ranks], codes),
            "pandas sort_values",
            lambda: frame.sort_values(["g", "d"], kind="stable"),
        ),
        (
            "sequence in each group",
            lambda: sequence(codes, [ranks]),
            "pandas sort and cumcount",
            lambda: frame.sort_values(["g", "d"], kind="stable").groupby("g").cumcount(),
        ),
    ]


def read_by_pandas(texts: list[str]) -> np.ndarray:
    return np.asarray(pd.to_datetime(texts))


def names(stem: str, n: int) -> list[str]:
    return [f"{stem}{i:05}" for i in range(n)]


def table(n: int) -> str:
    """The Markdown table."""
    rng = np.random.default_rng(1)
    text = [f"| {n:,} rows | here | plain | |", "|---|---|---|---|"]
    for make in (numbers, moments, groups):
        for what, work, plain, floor in make(n, rng):
            text.append(f"| {what} | {seconds(work):.3f} | {seconds(floor):.3f} | {plain} |")
    return "\n".join(text)


if __name__ == "__main__":
    print(table(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000))

"""Recovery of blood counts, worked from the raw laboratory files with plain dates and comparisons.

Of several results of a day the lowest counts. Recovery is asked for after a count below the limit
from day 0 to day 28: the first day with the limit or more, when the next day with a result has it
too. The end without it: a second infusion, a transplant, a new therapy, the death; the last count
up to then.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import openpyxl

RAW = Path(__file__).parents[1] / "raw" / "lab"
LIMITS = {"TTNEUTR": ("中性粒细胞", "", 0.5), "TTPLATR": ("血小板", "PLT", 20.0)}
"""Parameter: the column of the hospital's sheet, the item of the other laboratory, the limit."""
Counts = dict[date, float]


@dataclass(frozen=True)
class Stop:
    """Where a time ends, CNSR, and why."""

    day: date
    cnsr: int
    why: str


def _day(text: str) -> date:
    """A date, or an Excel day number."""
    return date(1899, 12, 30) + timedelta(int(text)) if text.isdigit() else date.fromisoformat(text)


def _hospital(column: str) -> Iterator[tuple[str, str, str]]:
    book = openpyxl.load_workbook(RAW / "hospital_lab.xlsx", read_only=True)
    names: list[str] = []
    for cells in book["血常规"].iter_rows(values_only=True):
        if not names:
            names = [str(c) for c in cells] if "条码号" in cells else []
            continue
        row = {n: "" if c is None else str(c) for n, c in zip(names, cells, strict=True)}
        yield row["受试者编号"], row["采样日期"], row[column]


def _outside(item: str) -> Iterator[tuple[str, str, str]]:
    with (RAW / "central_lab.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["PANEL"] == "CBC" and row["ITEM_CODE"] == item:
                yield row["SUBJID"], row["SAMPLE_DT"], row["RESULT"]


def counts(subject: str, code: str) -> Counts:
    """The lowest result of each day."""
    column, item, _ = LIMITS[code]
    out: Counts = {}
    for who, day, result in [*_hospital(column), *_outside(item)]:
        if who == subject and result:
            at = _day(day)
            out[at] = min(float(result), out.get(at, float("inf")))
    return dict(sorted(out.items()))


def recovery(
    found: Counts, code: str, start: date, ends: list[tuple[date, int, str]]
) -> Stop | None:
    """When the counts recovered, or where the time ends without; None when none was low."""
    limit = LIMITS[code][2]
    after = {day: value for day, value in found.items() if day >= start}
    low = [day for day, value in after.items() if value < limit and (day - start).days <= 28]
    if not low:
        return None
    back = date.max
    for (day, value), (later, confirmed) in pairwise(after.items()):
        if day > low[0] and value >= limit and confirmed >= limit:
            back = day
            why = f"{value:g} and {confirmed:g} on {later}, after {after[low[0]]:g} on {low[0]}"
            break
    for end, cnsr, reason in ends:
        if end < back:
            last = max(day for day in after if day <= end)
            return Stop(last, cnsr, f"last count before {reason} of {end}")
    if back < date.max:
        return Stop(back, 0, why)
    return Stop(max(after), 1, "last count, not recovered")

"""Records that decide: the first event that holds per subject, and confirmed responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from adam import columns


def confirmed(
    subjects: Any,
    values: pd.Series,
    dates: pd.Series,
    *,
    candidates: Any,
    by: Sequence[str],
    days: float,
    through: Sequence[str],
    at_most: Mapping[str, int],
    not_after: Mapping[str, str],
) -> Any:
    """True for candidate records that a later record of the subject confirms.

    ``subjects`` are codes. The confirming record is the first with a value of ``by`` at least
    ``days``
    later. All records after the candidate up to it must hold values of ``through``; ``at_most``
    limits counts among them; ``not_after`` {"PR": "CR"} refuses any PR dated after the first CR.
    """
    table = pd.DataFrame(
        {"subject": subjects, "value": values.astype(object), "day": columns.days(dates)}
    )
    table["row"] = np.arange(len(table))
    table = table[table["day"].notna()]
    pairs = table[candidates[table["row"]]].merge(table, on="subject", suffixes=("", "_later"))
    pairs = pairs[pairs["day_later"] > pairs["day"]]
    confirming = pairs["value_later"].isin(by) & (pairs["day_later"] >= pairs["day"] + days)
    first = pairs[confirming].groupby("row")["day_later"].min().rename("until")
    pairs = pairs.join(first, on="row", how="inner")
    pairs = pairs[pairs["day_later"] <= pairs["until"]]
    good = pairs["value_later"].isin(through).groupby(pairs["row"]).all()
    for value, limit in at_most.items():
        good &= (pairs["value_later"] == value).groupby(pairs["row"]).sum() <= limit
    for later, earlier in not_after.items():
        good &= _never_after(pairs, later, earlier)
    out = np.zeros(len(values), dtype=bool)
    out[good.index[good.to_numpy(dtype=bool)].to_numpy(dtype=np.int64)] = True
    return out


def _never_after(pairs: pd.DataFrame, later: str, earlier: str) -> Any:
    last = pairs["day_later"].where(pairs["value_later"] == later).groupby(pairs["row"]).max()
    first = pairs["day_later"].where(pairs["value_later"] == earlier).groupby(pairs["row"]).min()
    return ~(last > first)


def decide(
    rows: Sequence[Any], days: Sequence[Any] | None, *, latest: bool = False
) -> tuple[Any, Any]:
    """Per subject which event counts and which record of it.

    ``rows[i]`` holds per subject the record of event i that holds (-1: none, -2: holds without a
    record). Without ``days`` the first listed event counts; with them the one with the earliest
    (``latest``) day, ties going to the first listed.
    """
    size = len(rows[0]) if rows else 0
    which = np.full(size, -1, dtype=np.int64)
    picked = np.full(size, -1, dtype=np.int64)
    best = np.full(size, np.nan)
    for number, found in enumerate(rows):
        holds = found != -1
        if days is None:
            better = holds & (which < 0)
        else:
            closer = (days[number] > best) if latest else (days[number] < best)
            better = holds & ((which < 0) | closer)
            best = np.where(better, days[number], best)
        which[better] = number
        picked[better] = found[better]
    return which, picked

"""Analysis windows: which planned visit a day belongs to (ADaMIG 1.3 section 3.3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from adam import columns


def assign(days: Any, windows: Sequence[Mapping[str, Any]]) -> dict[str, pd.Series]:
    """Per day its window: ``name``, AVISITN, AWTARGET, AWTDIFF, AWLO, AWHI; missing outside all.

    ``windows`` have name, number, target, low, high. Where windows overlap, the one with the nearer
    target counts, then the earlier one. AWTDIFF is the distance to the target in days.
    """
    days = np.asarray(days, dtype=np.float64)
    best = np.full(len(days), -1)
    distance = np.full(len(days), np.inf)
    for position, window in enumerate(windows):
        away = np.abs(days - float(window["target"]))
        hit = (days >= float(window["low"])) & (days <= float(window["high"])) & (away < distance)
        best[hit] = position
        distance[hit] = away[hit]
    numbers = {
        "AVISITN": [
            w["number"] if w.get("number") is not None else i + 1 for i, w in enumerate(windows)
        ],
        "AWTARGET": [w["target"] for w in windows],
        "AWLO": [w["low"] for w in windows],
        "AWHI": [w["high"] for w in windows],
    }
    out = {"name": columns.text_column(best, [str(w["name"]) for w in windows])}
    for variable, values in numbers.items():
        out[variable] = pd.Series(np.append(np.asarray(values, dtype=np.float64), np.nan)[best])
    out["AWTDIFF"] = pd.Series(np.where(best >= 0, distance, np.nan))
    return out

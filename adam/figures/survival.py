"""The Kaplan-Meier estimate: steps, censoring marks, median, numbers at risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from adam.results.statistics.survival import first_crossing


@dataclass(frozen=True, slots=True)
class Survival:
    """The estimate: ``times`` and ``values`` of the steps (the first is 0 and 1), the times of
    censored records with the curve's height there, the median (NaN: not reached)."""

    times: Any
    values: Any
    censored: Any
    heights: Any
    median: float
    subjects: int
    events: int


def kaplan_meier(time: Any, censored: Any) -> Survival:
    """The product-limit estimate. ``censored`` is CNSR: 0 an event, more than 0 a censoring.

    A censoring at the time of an event is taken to come after it; where the curve is exactly 0.5
    for a while, the median is the middle of it.
    """
    time, event = np.asarray(time, float), np.asarray(censored, float) == 0
    known = ~np.isnan(time)
    time, event = time[known], event[known]
    steps = np.unique(time[event])
    at_risk = np.array([np.sum(time >= t) for t in steps], float)
    died = np.array([np.sum((time == t) & event) for t in steps], float)
    values = np.cumprod(1 - died / at_risk) if len(steps) else np.empty(0)
    times, heights = np.r_[0.0, steps], np.r_[1.0, values]
    marks = np.sort(time[~event])
    at = np.searchsorted(times, marks, side="right") - 1
    median = first_crossing(steps, values, 0.5)
    return Survival(times, heights, marks, heights[at], median, len(time), int(event.sum()))


def at_risk(time: Any, ticks: Any) -> list[int]:
    """How many are under observation at each tick."""
    time = np.asarray(time, float)
    return [int(np.sum(time[~np.isnan(time)] >= t)) for t in ticks]

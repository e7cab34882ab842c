"""The product-limit estimate as scipy gives it, for the tests to hold ours against."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.stats import CensoredData, ecdf


def survival(time: Any, event: Any) -> Any:
    """The survival function: ``quantiles``, ``probabilities``, ``evaluate``."""
    times, events = np.asarray(time, float), np.asarray(event, bool)
    return ecdf(CensoredData(uncensored=times[events], right=times[~events])).sf


def median_survival(time: Any, event: Any) -> float:
    """The first time at which fewer than half survive, the middle of the while at which exactly
    half do; infinite where there is none."""
    curve = survival(time, event)
    heights = curve.probabilities.round(9)  # the last bit of a product
    below, equal = (curve.quantiles[m] for m in (heights < 0.5, heights == 0.5))
    if len(equal):
        return float((equal[0] + below[0]) / 2 if len(below) else equal[0])
    return float(below[0]) if len(below) else math.inf

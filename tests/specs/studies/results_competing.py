"""Cumulative incidence with its limits, by another way than the product's: each subject has a
weight, and the variance is the sum of the squared derivatives by it (the infinitesimal jackknife,
as R's survfit has it), which a complex step gives to the last digits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

STEP = 1e-30
Z = 1.959963984540054


def incidence(days: Any, ours: Any, other: Any, mark: float) -> tuple[float, float, float]:
    """The share with an event of ours by ``mark`` in percent, and its log(-log) limits."""
    days, ours, other = np.asarray(days, float), np.asarray(ours), np.asarray(other)
    if mark > days.max():
        return math.nan, math.nan, math.nan
    ones = np.ones(len(days), complex)
    share = _weighted(days, ours, other, ones, mark).real
    total = 0.0
    for i in range(len(days)):
        moved = ones.copy()
        moved[i] += STEP * 1j
        total += (_weighted(days, ours, other, moved, mark).imag / STEP) ** 2
    if not 0 < share < 1:
        return 100 * share, math.nan, math.nan
    wide = Z * math.sqrt(total) / (share * math.log(share))
    return 100 * share, 100 * share ** math.exp(-wide), 100 * share ** math.exp(wide)


def _weighted(days: Any, ours: Any, other: Any, weight: Any, mark: float) -> complex:
    left, found = 1.0 + 0j, 0j
    for day in sorted(set(days[ours | other])):
        if day > mark:
            break
        risk = weight[days >= day].sum()
        found += left * weight[(days == day) & ours].sum() / risk
        left *= 1 - weight[(days == day) & (ours | other)].sum() / risk
    return found

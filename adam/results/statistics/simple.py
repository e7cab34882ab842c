"""Quantiles, moments and exact intervals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL = 0.95
"""The confidence level of every interval."""


def quartiles(values: Floats) -> tuple[float, float, float]:
    """First quartile, median, third quartile of at least one value, no NaN.

    The definition is SAS PCTLDEF=5 (R type 2): the empirical distribution with averaging.
    """
    made: Any = np.quantile(values, (0.25, 0.5, 0.75), method="averaged_inverted_cdf")
    return float(made[0]), float(made[1]), float(made[2])


def standard_deviation(values: Floats) -> float:
    """With n - 1; NaN for fewer than two values."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan


def geometric(values: Floats) -> tuple[float, float]:
    """Geometric mean and geometric coefficient of variation (%) of positive values.

    exp of the mean of logs; 100 sqrt(exp(s²) - 1), s² the variance of logs with n - 1 (NaN for one
    value). Raises ValueError for a value that is not positive.
    """
    if not (values > 0).all():
        raise ValueError("a geometric mean is of positive values")
    logs = np.log(values)
    spread = standard_deviation(logs)
    return float(np.exp(logs.mean())), 100 * math.sqrt(math.expm1(spread**2))


def exact_interval(count: int, total: int, level: float = LEVEL) -> tuple[float, float]:
    """Clopper-Pearson limits of a proportion, between 0 and 1; NaN for a total of 0.

    At 0 and at ``total`` one limit is the bound itself, the other one keeps half of the error (as
    R's binom.test and SAS's EXACT BINOMIAL do).
    """
    from scipy.stats import beta

    if total == 0:
        return math.nan, math.nan
    half = (1 - level) / 2
    lower = 0.0 if count == 0 else float(beta.ppf(half, count, total - count + 1))
    upper = 1.0 if count == total else float(beta.ppf(1 - half, count + 1, total - count))
    return lower, upper


def normal_quantile(level: float = LEVEL) -> float:
    """The two-sided quantile of the normal distribution, 1.96 for 95 %."""
    from scipy.special import ndtri

    return float(ndtri(1 - (1 - level) / 2))

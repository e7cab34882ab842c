"""The product-limit estimate with its bands, and the cumulative incidence of competing events."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from adam.results.statistics.simple import LEVEL, Floats, normal_quantile

Flags = NDArray[np.bool_]
_SAME = 1.5e-8
"""Two survival probabilities nearer than this are equal (the square root of the double's epsilon,
as R's survival)."""
_NOTHING = float("nan")


@dataclass(frozen=True, slots=True)
class Curve:
    """An estimate at the distinct times of events, in ascending order; ``last`` is the largest time
    that anybody was observed. ``values`` are survival or incidence after the step, ``ended`` the
    times of all who were censored, in ascending order."""

    times: Floats
    values: Floats
    lower: Floats
    upper: Floats
    observed: Floats
    before: float
    ended: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def last(self) -> float:
        """The largest time observed, NaN where nobody was."""
        return float(self.observed.max()) if len(self.observed) else _NOTHING

    def at(self, time: float) -> tuple[float, float, float]:
        """Value and limits at a time (continuous from the right); NaN after the last time. Before
        the first event there are no limits, as in R: a band without width would claim certainty."""
        if not len(self.observed) or time > self.last:
            return _NOTHING, _NOTHING, _NOTHING
        step = int(np.searchsorted(self.times, time, side="right")) - 1
        if step < 0:
            return self.before, _NOTHING, _NOTHING
        return float(self.values[step]), float(self.lower[step]), float(self.upper[step])

    def at_risk(self, time: float) -> int:
        """How many are under observation just before a time."""
        return int((self.observed >= time).sum())


def kaplan_meier(time: Floats, event: Flags, level: float = LEVEL) -> Curve:
    """The product-limit estimate; a censoring at the time of an event comes after it.

    Variance by Greenwood, bands on the log(-log) scale, which are NaN where survival is 0.
    ``time`` has no NaN.
    """
    times = np.unique(time[event])
    risk = np.array([(time >= t).sum() for t in times], float)
    died = np.array([((time == t) & event).sum() for t in times], float)
    values = np.cumprod(1 - died / risk) if len(times) else np.empty(0)
    with np.errstate(all="ignore"):
        greenwood = np.cumsum(died / (risk * (risk - died)))
        error = normal_quantile(level) * np.sqrt(greenwood) / np.log(values)
        lower, upper = values ** np.exp(-error), values ** np.exp(error)
    wrong = values <= 0
    lower[wrong] = upper[wrong] = _NOTHING
    time = np.asarray(time, float)
    return Curve(times, values, lower, upper, time, 1.0, np.sort(time[~event]))


def time_quantile(curve: Curve, share: float) -> tuple[float, float, float]:
    """The time by which ``share`` (0.5: the median) have had the event, with its limits; NaN where
    the curve or the band does not come so far.

    It is the first time with survival below 1 - share; where the curve is exactly there for a
    while, the middle of that while; where it ends there, its start (R's survfit). The limits are
    the same rule on the bands (Brookmeyer and Crowley).
    """
    target = 1 - share
    found = [
        first_crossing(curve.times, of, target) for of in (curve.values, curve.lower, curve.upper)
    ]
    return found[0], found[1], found[2]


def first_crossing(times: Floats, values: Floats, target: float) -> float:
    """The time at which a falling curve passes ``target``, by the rule of :func:`time_quantile`;
    ``values`` that are NaN are passed over."""
    known = ~np.isnan(values)
    times, values = times[known], values[known]
    below = np.flatnonzero(values < target - _SAME)
    equal = np.flatnonzero(np.abs(values - target) <= _SAME)
    if len(equal) and (not len(below) or equal[0] < below[0]):
        start = float(times[equal[0]])
        return (start + float(times[below[0]])) / 2 if len(below) else start
    return float(times[below[0]]) if len(below) else _NOTHING


def cumulative_incidence(
    time: Floats, event: Flags, competing: Flags, level: float = LEVEL
) -> Curve:
    """The Aalen-Johansen estimate of the event of interest where another one competes.

    Variance by the delta method; limits on the log(-log) scale, NaN where the incidence is 0.
    """
    times = np.unique(time[event | competing])
    risk = np.array([(time >= t).sum() for t in times], float)
    ours = np.array([((time == t) & event).sum() for t in times], float)
    all_of = np.array([((time == t) & (event | competing)).sum() for t in times], float)
    left = np.cumprod(1 - all_of / risk) if len(times) else np.empty(0)
    prior = np.r_[1.0, left[:-1]] if len(times) else left
    values = np.cumsum(prior * ours / risk) if len(times) else left
    steps = np.array([prior, risk, ours, all_of])
    variance = np.array([_variance(steps[:, : i + 1], values[: i + 1]) for i in range(len(times))])
    with np.errstate(all="ignore"):
        error = normal_quantile(level) * np.sqrt(variance) / (values * np.log(values))
        lower, upper = values ** np.exp(-error), values ** np.exp(error)
    wrong = (values <= 0) | (values >= 1)
    lower[wrong] = upper[wrong] = _NOTHING
    time = np.asarray(time, float)
    ended = np.sort(time[~(event | competing)])
    return Curve(times, values, lower, upper, time, 0.0, ended)


def _variance(steps: Floats, values: Floats) -> float:
    """Of the incidence after the last of these steps. ``steps`` has rows: all event-free before the
    step, numbers at risk, events of interest, all events."""
    prior, risk, ours, all_of = steps
    apart = values[-1] - values
    moved = apart > 0
    left = np.where(moved, risk - all_of, 1.0)
    total = np.where(moved, apart**2 * all_of / (risk * left), 0.0)
    total = total + prior**2 * ours * (risk - ours) / risk**3
    total = total - 2 * apart * prior * ours / risk**2
    return float(total.sum())

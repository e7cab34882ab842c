"""Non-compartmental analysis of one concentration-time profile.

Rules, stated once: CMAX is the largest quantifiable concentration and TMAX its first time. CLST and
TLST belong to the last quantifiable sample. The area under the curve starts at time 0 (with
``start_value`` when there is no sample), uses the linear trapezoid, or the logarithmic one on
falling segments (lin-up/log-down), and reaches a stated time by interpolation between the
neighbouring samples; beyond the last sample it is not extrapolated. Lambda-z is the log-linear fit
of at least three quantifiable points after TMAX up to the last, chosen by the best adjusted R2;
among fits within 1e-4 of the best the one with more points counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from adam.tables.model import Nca, NcaParameter
from derive.values.column import Floats, Mask

Method = Literal["linear", "lin-up-log-down"]
_TOLERANCE = 1e-4
_MISSING = float("nan")


@dataclass(frozen=True, slots=True)
class Profile:
    """Samples of one profile after dose, in time order; concentrations below the limit are 0."""

    time: Floats
    value: Floats
    quantifiable: Mask


@dataclass(frozen=True, slots=True)
class TerminalPhase:
    """The fit of lambda-z: slope per unit of time, points, adjusted R2, first and last time."""

    slope: float
    points: int
    r2adj: float
    lower: float
    upper: float


def maximum(profile: Profile) -> tuple[float, float]:
    """(CMAX, TMAX); missing when nothing is quantifiable."""
    if not profile.quantifiable.any():
        return _MISSING, _MISSING
    at = int(np.argmax(np.where(profile.quantifiable, profile.value, -np.inf)))
    return float(profile.value[at]), float(profile.time[at])


def last_quantifiable(profile: Profile) -> tuple[float, float]:
    """(CLST, TLST); missing when nothing is quantifiable."""
    rows = np.flatnonzero(profile.quantifiable)
    return (
        (float(profile.value[rows[-1]]), float(profile.time[rows[-1]]))
        if len(rows)
        else (_MISSING, _MISSING)
    )


def area(profile: Profile, until: float, *, method: Method, start_value: float | None) -> float:
    """Area from 0 to ``until``; missing when the last sample comes before it, or none at all."""
    time, value = profile.time, profile.value
    if not len(time) or np.isnan(until):
        return _MISSING
    if time[0] > 0:
        if start_value is None:
            return _MISSING
        time, value = np.r_[0.0, time], np.r_[start_value, value]
    if until > time[-1]:
        return _MISSING
    inside = time < until
    end = interpolate(time, value, until, method=method)
    return _trapezoids(np.r_[time[inside], until], np.r_[value[inside], end], method)


def _trapezoids(time: Floats, value: Floats, method: Method) -> float:
    step, left, right = np.diff(time), value[:-1], value[1:]
    linear = step * (left + right) / 2
    if method == "linear":
        return float(linear.sum())
    falling = (left > right) & (right > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithmic = step * (left - right) / np.log(left / right)
    return float(np.where(falling, logarithmic, linear).sum())


def interpolate(time: Floats, value: Floats, at: float, *, method: Method) -> float:
    """The concentration at a time inside the profile: log-linear on a falling segment,
    else linear."""
    after = int(np.searchsorted(time, at))
    if time[after] == at:
        return float(value[after])
    share = (at - time[after - 1]) / (time[after] - time[after - 1])
    left, right = value[after - 1], value[after]
    if method != "linear" and left > right > 0:
        return float(left * (right / left) ** share)
    return float(left + share * (right - left))


def terminal_phase(
    profile: Profile, *, least_points: int, least_r2adj: float, with_tmax: bool = False
) -> TerminalPhase | None:
    """The best log-linear fit after TMAX (``with_tmax``: from it on), or None when no fit falls and
    reaches ``least_r2adj``."""
    _, tmax = maximum(profile)
    late = (profile.time >= tmax) if with_tmax else (profile.time > tmax)
    use = profile.quantifiable & late & (profile.value > 0)
    time, logs = profile.time[use], np.log(profile.value[use])
    fits = [_fit(time[-points:], logs[-points:]) for points in range(least_points, len(time) + 1)]
    falling = [fit for fit in fits if fit is not None]
    if not falling:
        return None
    top = max(fit.r2adj for fit in falling)
    best = [fit for fit in falling if fit.r2adj >= top - _TOLERANCE][-1]
    return best if best.r2adj >= least_r2adj else None


def _fit(time: Floats, logs: Floats) -> TerminalPhase | None:
    spread = time - time.mean()
    total = float(((logs - logs.mean()) ** 2).sum())
    if not (spread**2).sum() or not total:
        return None
    slope = float((spread * logs).sum() / (spread**2).sum())
    if slope >= 0:
        return None
    r2 = slope**2 * float((spread**2).sum()) / total
    points = len(time)
    adjusted = 1 - (1 - r2) * (points - 1) / (points - 2)
    return TerminalPhase(-slope, points, adjusted, float(time[0]), float(time[-1]))


def _until(profile: Profile, parameter: NcaParameter) -> float:
    """Where a partial area ends: at its time, or at a last sample that lies ``early`` before it."""
    to = float(parameter.to or _MISSING)
    last = float(profile.time[-1])
    return last if to - parameter.early <= last < to else to


def parameters(profile: Profile, spec: Nca) -> dict[str, float]:
    """The value of each parameter of a specification; NaN where the profile has none."""
    cmax, tmax = maximum(profile)
    clst, tlst = last_quantifiable(profile)
    phase = terminal_phase(
        profile,
        least_points=spec.half_life_points,
        least_r2adj=spec.half_life_r2adj,
        with_tmax=spec.half_life_from == "tmax",
    )
    known = {"cmax": cmax, "tmax": tmax, "clst": clst, "tlst": tlst}
    known |= {
        "lamz": phase.slope if phase else _MISSING,
        "lamzhl": np.log(2) / phase.slope if phase else _MISSING,
        "lamznpt": float(phase.points) if phase else _MISSING,
        "r2adj": phase.r2adj if phase else _MISSING,
        "lamzll": phase.lower if phase else _MISSING,
        "lamzul": phase.upper if phase else _MISSING,
    }
    out = {}
    for code, parameter in spec.parameters.items():
        if parameter.is_ in ("auc", "auclst"):
            until = tlst if parameter.is_ == "auclst" else _until(profile, parameter)
            out[code] = area(profile, until, method=spec.method, start_value=spec.start_value)
        else:
            out[code] = known[parameter.is_]
    return out

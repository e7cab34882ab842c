"""Curves over time in one picture: steps, bands, censoring marks, numbers at risk of each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adam.figures.svg import WIDTH, Plot, ticks
from adam.results.statistics.survival import Curve

MONTHS = "months"
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_MOST_TICKS = 9
_ROW, _HEAD = 15, 20
"""Pixels that a line of text takes below the plot, and the room above the first."""


@dataclass(frozen=True, slots=True)
class Series:
    """One curve; ``told`` says in words what it is and its numbers."""

    curve: Curve
    told: str


@dataclass(frozen=True, slots=True)
class CurveFigure:
    """How curves are drawn: the unit of time, what the y axis says, what is drawn besides."""

    name: str
    unit: str
    y_label: str
    band: bool = True
    at_risk: bool = True


def curves_svg(series: Sequence[Series], how: CurveFigure) -> str:
    """The picture. Colour and dashes tell the curves apart, in the order of the lines below.

    Each curve ends at its last time observed. A band is not drawn where a limit is not defined.
    """
    end = max([one.curve.last for one in series if one.curve.last > 0], default=1.0)
    lines = len(series) * (2 if how.at_risk else 1)
    plot = Plot(
        (0, end), (0, 1), f"Time ({how.unit})", how.y_label, extra=_HEAD + lines * _ROW,
        x_ticks=time_ticks(end, how.unit),
    )  # fmt: skip
    if how.band:
        for number, one in enumerate(series):
            for corners in _bands(one.curve):
                plot.area(corners, f"band s{number % 6}")
    for number, one in enumerate(series):
        curve = one.curve
        steps = [
            (0.0, curve.before),
            *zip(curve.times.tolist(), curve.values.tolist(), strict=True),
        ]
        plot.steps(steps, curve.last, f"curve s{number % 6}")
        for time in sorted(set(curve.ended.tolist())):
            plot.tick_mark(time, curve.at(time)[0], f"censored at {time:.4g}", f"s{number % 6}")
    _below(plot, series, how)
    return plot.render(how.name)


def time_ticks(end: float, unit: str) -> list[float]:
    """Ticks from 0; of months in parts of a year."""
    if unit != MONTHS:
        return ticks(0, end)
    step = next((s for s in _MONTH_STEPS if end / s <= _MOST_TICKS), _MONTH_STEPS[-1])
    return [float(step * n) for n in range(int(end / step + 1e-9) + 1)]


def _bands(curve: Curve) -> Iterator[list[tuple[float, float]]]:
    """The corners of each stretch of the band, a step function above and below."""
    starts = [0.0, *curve.times.tolist()]
    lows, highs = ([curve.before, *a.tolist()] for a in (curve.lower, curve.upper))
    ends = [*starts[1:], max(curve.last, starts[-1])]
    above: list[tuple[float, float]] = []
    below: list[tuple[float, float]] = []
    for start, end, low, high in zip(starts, ends, lows, highs, strict=True):
        if math.isnan(low) or math.isnan(high):
            if above:
                yield [*above, *reversed(below)]
            above, below = [], []
            continue
        above += [(start, high), (end, high)]
        below += [(start, low), (end, low)]
    if above:
        yield [*above, *reversed(below)]


def _below(plot: Plot, series: Sequence[Series], how: CurveFigure) -> None:
    y = float(plot.height + _HEAD - 6)
    for number, one in enumerate(series):
        plot.rule(2, y - 4, 26, f"curve s{number % 6}")
        plot.text(34, y, one.told, cls="small")
        y += _ROW
        if how.at_risk:
            plot.text(2, y, "at risk", cls="small")
            for tick in time_ticks(plot.x_range[1], how.unit):
                n = one.curve.at_risk(tick)
                anchor = "end" if plot.x(tick) > WIDTH - 30 else "middle"
                plot.text(plot.x(tick), y, str(n), anchor=anchor, cls="small")
            y += _ROW

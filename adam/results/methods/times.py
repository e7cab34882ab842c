"""Times to events: the product-limit estimate and the cumulative incidence."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from adam.results.cells import Cell, Made, RefusedError, Stat
from adam.results.shown import NOT_ESTIMABLE, number, reached
from adam.results.statistics.simple import Floats
from adam.results.statistics.survival import (
    Curve,
    cumulative_incidence,
    kaplan_meier,
    time_quantile,
)
from specs.conditions import parse_condition

DAYS_PER_MONTH = 30.4375
EVENT = parse_condition("CNSR == 0")
_SHARES = (("q1", 0.25), ("median", 0.5), ("q3", 0.75))


def survival(cell: Cell) -> Iterator[Made]:
    """n, events, censored; quartiles with limits; survival and numbers at risk at landmarks."""
    spec = cell.of.spec
    name, event = str(spec.survival), spec.event or EVENT
    time = _times(cell, name)
    happened = cell.records.mask(event)[cell.rows]
    cell.count(cell.rows)
    wanted = spec.statistics or ["n", "quartiles", *(["landmark"] if spec.at else [])]
    curve = cell.curve = kaplan_meier(time, happened)
    stats: list[Stat] = []
    if "n" in wanted:
        stats += _numbers(len(time), events=int(happened.sum()))
    for share in _SHARES:
        if "quartiles" in wanted or share[0] in wanted:
            stats += _quantile(curve, *share, spec.decimals)
    if "followup" in wanted:
        stats += _quantile(kaplan_meier(time, ~happened), "followup", 0.5, spec.decimals)
    yield Made(tuple(stats), name)
    if "landmark" in wanted:
        yield from _landmarks(cell, curve, "survival")


def incidence_over_time(cell: Cell) -> Iterator[Made]:
    """Numbers of events, of competing events and censored; the incidence at landmarks."""
    spec = cell.of.spec
    name = str(spec.cumulative_incidence)
    time = _times(cell, name)
    ours, others = (cell.records.mask(c)[cell.rows] for c in (spec.event, spec.competing))
    if (ours & others).any():
        raise RefusedError("ADAM313", "an event is its own competing event", "competing")
    cell.count(cell.rows)
    curve = cell.curve = cumulative_incidence(time, ours, others)
    stats = _numbers(len(time), events=int(ours.sum()), competing=int(others.sum()))
    yield Made(tuple(stats), name)
    yield from _landmarks(cell, curve, "incidence")


def _times(cell: Cell, name: str) -> Floats:
    """One time per subject, in the unit declared. Raises RefusedError ADAM315."""
    cell.one_kind()
    cell.one_each()
    time = cell.records.numbers(name)[cell.rows]
    if np.isnan(time).any() or (time < 0).any():
        wrong = int((np.isnan(time) | (time < 0)).sum())
        raise RefusedError("ADAM315", f"{wrong} time(s) are missing or negative", "where")
    cell.one_unit(name)
    wanted, held = cell.of.spec.unit or "days", cell.unit().lower() or "days"
    if held not in ("days", wanted):
        raise RefusedError("ADAM312", f"{name} is in {held}, not in days", "unit")
    if held != wanted:
        time = time / DAYS_PER_MONTH
    return np.asarray(time, float)


def _numbers(n: int, *, events: int, competing: int | None = None) -> list[Stat]:
    said = {"n": n, "events": events}
    if competing is not None:
        said["competing"] = competing
    said["censored"] = n - events - (competing or 0)
    return [Stat(name, value, str(value), records=value) for name, value in said.items()]


def _quantile(curve: Curve, name: str, share: float, decimals: int) -> Iterator[Stat]:
    found = time_quantile(curve, share)
    for suffix, value in zip(("", "_lower", "_upper"), found, strict=True):
        text, reason = reached(value, decimals)
        if reason and suffix:
            text = reason = NOT_ESTIMABLE
        yield Stat(f"{name}{suffix}", value, text, reason)


def _landmarks(cell: Cell, curve: Curve, name: str) -> Iterator[Made]:
    unit = cell.of.spec.unit or "days"
    for order, at in enumerate(cell.of.spec.at):
        values = curve.at(at)
        risk = curve.at_risk(at)
        stats = [
            Stat(f"{name}{suffix}", 100 * v, number(100 * v, 1), "NE" if math.isnan(v) else "")
            for suffix, v in zip(("", "_lower", "_upper"), values, strict=True)
        ]
        stats.append(Stat("at_risk", risk, str(risk), records=risk))
        yield Made(tuple(stats), "TIME", f"{at:g} {unit}", order + 1)

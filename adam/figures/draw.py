"""The kinds of figures, drawn from analysis data sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from adam.figures.curves import CurveFigure, Series, curves_svg
from adam.figures.model import Figure
from adam.figures.svg import LEFT, RIGHT, WIDTH, Plot
from adam.results.statistics.survival import kaplan_meier, time_quantile
from derive.values.masks import mask
from derive.values.number import Number
from derive.values.text import Text
from specs.conditions import Condition
from transport import Dataset

_MOST_PANELS = 24
_SHAPES = ("circle", "square", "diamond", "triangle", "cross")


def selected(dataset: Dataset, where: Condition | None) -> Any:
    """The records of a data set that a condition holds for, as a frame."""
    if where is None:
        return dataset.frame

    def operand(name: str) -> Any:
        meta, column = dataset.variable(name), dataset.frame[name]
        return Number.of(column.to_numpy(float)) if meta.type == "Num" else Text.from_series(column)

    return dataset.frame[mask(where, operand)]


def panels(figure: Figure, dataset: Dataset) -> Iterator[tuple[str, str]]:
    """(caption, SVG) of each panel of a figure."""
    frame = selected(dataset, figure.where)
    if figure.kind == "swimmer":
        yield figure.title, _swimmer(figure, frame)
        return
    draw = _survival if figure.kind == "survival" else _course
    names = (
        [str(v) for v in frame[figure.by].dropna().unique()]
        if figure.by in frame
        else [figure.title]
    )
    for name in sorted(names)[:_MOST_PANELS]:
        part = frame[frame[figure.by].astype("str") == name] if figure.by in frame else frame
        picture = draw(figure, part, name)
        if picture:
            yield name, picture
    if len(names) > _MOST_PANELS:
        left = len(names) - _MOST_PANELS
        yield f"{left} more not drawn; choose some with 'where' in figures.yaml", ""


def _survival(figure: Figure, frame: Any, name: str) -> str:
    """The estimate of these records with its band: the numbers that `build-results` gives."""
    known = frame[~frame[figure.value].isna()]
    if not len(known):
        return ""
    event = known["CNSR"].to_numpy(float) == 0
    curve = kaplan_meier(known[figure.value].to_numpy(float), event)
    middle = time_quantile(curve, 0.5)[0]
    median = "not reached" if np.isnan(middle) else f"{middle:g} {figure.unit}"
    told = f"n = {len(known)}, events = {int(event.sum())}, median = {median}"
    how = CurveFigure(name, figure.unit, "Probability")
    return curves_svg([Series(curve, told)], how)


def _course(figure: Figure, frame: Any, name: str) -> str:
    frame = frame[~frame[figure.time].isna() & ~frame[figure.value].isna()]
    if figure.scale == "log":
        frame = frame[frame[figure.value] > 0]
    if not len(frame):
        return ""
    values = frame[figure.value].to_numpy(float)
    times = frame[figure.time].to_numpy(float)
    low, high = float(values.min()), float(values.max())
    bounds = (
        (10 ** np.floor(np.log10(low)), 10 ** np.ceil(np.log10(high) + 1e-9))
        if figure.scale == "log"
        else _padded(low, high)
    )
    if bounds[0] == bounds[1]:
        bounds = (bounds[0], bounds[0] * 10 or 1)
    plot = Plot(
        (min(float(times.min()), 0), float(times.max())),
        (float(bounds[0]), float(bounds[1])),
        f"Time ({_time_unit(figure, frame)})",
        _axis(figure, frame, name),
        log=figure.scale == "log",
    )
    for subject, part in frame.sort_values(figure.time).groupby("USUBJID", observed=True):
        points = list(zip(part[figure.time].tolist(), part[figure.value].tolist(), strict=True))
        plot.line(points, "course", str(subject))
    _middle(plot, figure, frame)
    if figure.limit and figure.limit in frame:
        limits = sorted(set(frame[figure.limit].dropna().tolist()))
        for limit in limits[:2]:
            if plot.y_range[0] <= limit <= plot.y_range[1]:
                plot.limit(limit, f"LLOQ {limit:g}")
    return plot.render(name)


def _padded(low: float, high: float) -> tuple[float, float]:
    """A range with some room; from zero where the values lie near it."""
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    bottom = 0.0 if 0 <= low <= high / 2 else low - room
    return bottom, high + room


def _time_unit(figure: Figure, frame: Any) -> str:
    """The unit that the records state for relative times, else the figure's."""
    units = frame["FRLTU"].dropna().astype("str").unique() if "FRLTU" in frame else []
    return str(units[0]).lower() if len(units) == 1 else figure.unit


def _axis(figure: Figure, frame: Any, name: str) -> str:
    unit = frame["AVALU"].dropna().astype("str").unique() if "AVALU" in frame else []
    return f"{figure.value} ({unit[0]})" if len(unit) == 1 else figure.value


def _middle(plot: Plot, figure: Figure, frame: Any) -> None:
    """The median by nominal visit, where there are visits with at least three subjects."""
    if "AVISITN" not in frame:
        return
    grouped = frame.groupby("AVISITN").agg(
        time=(figure.time, "median"), value=(figure.value, "median"), n=("USUBJID", "nunique")
    )
    kept = grouped[grouped["n"] >= 3].sort_values("time")
    if len(kept) >= 3:
        plot.line(
            list(zip(kept["time"].tolist(), kept["value"].tolist(), strict=True)),
            "median",
            "median by visit",
        )


def _swimmer(figure: Figure, frame: Any) -> str:
    """One bar per subject to the end of follow-up, responses as marks."""
    ends = (
        frame.groupby("USUBJID", observed=True)[figure.ends or figure.time]
        .max()
        .dropna()
        .sort_values()
    )
    marks = list(figure.events) or sorted(frame[figure.value].dropna().astype("str").unique())
    rows = {subject: number for number, subject in enumerate(ends.index)}
    thickness = max(4.0, min(10.0, 420 / max(len(rows), 1) * 0.55))
    height = int(len(rows) * (thickness + 3.5)) + 90
    plot = Plot(
        (0, float(ends.max()) * 1.02),
        (-1, len(rows)),
        f"Time ({figure.unit})",
        "",
        height=height,
        extra=26,
    )
    for subject, end in ends.items():
        plot.bar(
            0,
            float(end),
            rows[subject],
            thickness=thickness,
            title=f"{subject}: {end:g} {figure.unit}",
        )
        plot.text(
            LEFT - 6,
            plot.y(rows[subject]) + 3,
            str(subject).rpartition("-")[2],
            anchor="end",
            cls="tiny",
        )
    for subject, time, value in zip(
        frame["USUBJID"].astype("str"),
        frame[figure.time],
        frame[figure.value].astype("str"),
        strict=True,
    ):
        if value in marks and subject in rows and not np.isnan(time):
            number = marks.index(value)
            said = figure.events.get(value, value)
            plot.dot(
                float(time),
                rows[subject],
                f"mark m{number % 6}",
                title=f"{subject} {said} on day {time:g}",
                shape=_SHAPES[number % len(_SHAPES)],
            )
    _legend(plot, figure, marks, height)
    return plot.render(figure.title)


def _legend(plot: Plot, figure: Figure, marks: list[str], height: int) -> None:
    """The marks and what they say, in as many rows as it takes."""
    x, y = float(LEFT), height + 12.0
    for number, value in enumerate(marks):
        said = figure.events.get(value, value)
        width = 22 + 6.6 * len(said)
        if x > LEFT and x + width > WIDTH - RIGHT:
            x, y = float(LEFT), y + 18
        shape = _SHAPES[number % len(_SHAPES)]
        plot.mark(x, y, f"mark m{number % 6}", title=said, shape=shape)
        plot.text(x + 9, y + 4, said, cls="small")
        x += width
    plot.extra = int(y - height) + 14

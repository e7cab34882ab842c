"""Figures of results: curves as the analyses estimated them, with the numbers of their tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import escape

from adam.figures.curves import CurveFigure, Series, curves_svg
from adam.figures.page import picture_style
from adam.results.cells import Group
from adam.results.model import FigureSpec
from adam.results.run import ResultCurve, Results
from adam.results.showing.html import page

_LABELS = {"survival": "Event-free probability", "cumulative-incidence": "Cumulative incidence"}
_BANDS = "Bands are pointwise 95 % confidence intervals on the log(-log) scale; marks are censored."


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """A figure as plain data, its picture as SVG."""

    number: str
    title: str
    population: str
    picture: str
    footnotes: tuple[str, ...]
    source: str


def figures(results: Results, source: str) -> Iterator[tuple[str, DrawnFigure]]:
    """Every figure that the study declares, by name, in order."""
    for name, spec in results.declared.figures.items():
        yield name, _figure(results, name, spec, source)


def _figure(results: Results, name: str, spec: FigureSpec, source: str) -> DrawnFigure:
    declared = results.declared
    analyses = [declared.analyses[one] for one in spec.of]
    curves = [c for one in spec.of for c in results.curves if c.analysis == one]
    shared = set.intersection(*(set(c.groups) for c in curves)) if curves else set()
    series = [Series(c.curve, _told(results, c, shared)) for c in curves]
    how = CurveFigure(
        spec.title, _unit(curves), _LABELS[analyses[0].method], spec.band, spec.at_risk
    )
    populations = dict.fromkeys(declared.populations[one.population].label for one in analyses)
    data = sorted({"ADSL", *(one.spec.data for one in analyses)})
    place = analyses[0].document.place(("figures", name), key=True)
    return DrawnFigure(
        f"Figure {name.removeprefix('F')}",
        spec.title,
        "; ".join(populations),
        curves_svg(series, how),
        (*spec.footnotes, *([_BANDS] if spec.band else [])),
        f"Source: {', '.join(data)}; analyses {', '.join(spec.of)}; "
        f"{place.file}:{place.line}; {source}",
    )


def _unit(curves: list[ResultCurve]) -> str:
    return (curves[0].unit if curves else "").lower() or "days"


def _told(results: Results, one: ResultCurve, shared: Collection[Group]) -> str:
    """The line of a curve: what it is, and the numbers that its table prints. Groups that all
    curves share say nothing."""
    said = {
        row.stat.name: row.stat.text
        for row in results.rows
        if row.analysis == one.analysis and row.groups == one.groups and row.made.variable != "TIME"
    }
    label = results.declared.analyses[one.analysis].label.removesuffix(f" ({_unit([one])})")
    named = ", ".join([label, *(group.label for group in one.groups if group not in shared)])
    numbers = [f"{key} = {said[key]}" for key in ("n", "events", "competing") if key in said]
    if "median" in said:
        limits = f" ({said['median_lower']}, {said['median_upper']})"
        numbers.append(f"median = {said['median']}{limits}")
    return f"{named}: {', '.join(numbers)}"


def figure_html(figure: DrawnFigure, study: str) -> str:
    """The page of a figure, in the form of the tables."""
    body = [
        '<article class="narrow">',
        f'<header><p class="study">{escape(study)}</p>',
        f"<h1><span>{escape(figure.number)}</span> {escape(figure.title)}</h1>",
        f'<p class="population">{escape(figure.population)}</p></header>',
        figure.picture,
        "<footer>",
        *(f"<p>{escape(note)}</p>" for note in figure.footnotes),
        f'<p class="source">{escape(figure.source)}</p>',
        "</footer>",
        "</article>",
    ]
    return page(f"{figure.number} {figure.title}", "\n".join(body), picture_style())

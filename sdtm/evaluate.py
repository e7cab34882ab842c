"""Evaluating a line: its verb, its condition and alternative, and its answer to blank cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sdtm.columns import Column, NumberColumn, TextColumn, concat
from sdtm.failure import fail_rows
from sdtm.scene import Scene
from sdtm.verbs.across import evaluate_across, evaluate_count, evaluate_look_up
from sdtm.verbs.dates import evaluate_date
from sdtm.verbs.functions import evaluate_function
from sdtm.verbs.numbers import evaluate_calculate, evaluate_number
from sdtm.verbs.results import evaluate_result
from sdtm.verbs.text import evaluate_choose, evaluate_combine, evaluate_constant, evaluate_from
from sdtm.verbs.visits import evaluate_visit
from specs.language import LineBase, OnMissing

_VERBS: dict[str, Callable[[Any, Scene], Column | dict[str, Column]]] = {
    "from": evaluate_from,
    "constant": evaluate_constant,
    "date": evaluate_date,
    "number": evaluate_number,
    "combine": evaluate_combine,
    "choose": evaluate_choose,
    "look-up": evaluate_look_up,
    "first": evaluate_across,
    "count": evaluate_count,
    "calculate": evaluate_calculate,
    "visit": evaluate_visit,
    "value": evaluate_result,
    "function": evaluate_function,
}


def evaluate_line(line: LineBase, scene: Scene) -> dict[str, Column]:
    """The values of a line for the records of the scene's stream, by variable.

    Most lines give one variable; ``visit`` and ``value`` give several. Raises LineFailed when an
    answer is ``error``, SpecificationError when the line itself is wrong.
    """
    mask = scene.mask(line.where) if line.where is not None else None
    active = scene if mask is None else scene.narrowed(mask)
    if mask is not None and scene.trace is not None:
        scene.step(f"where {line.where}: {'yes' if mask.any() else 'no'}")
    found = _VERBS[type(line).verb](line, active)
    out = found if isinstance(found, dict) else {scene.variable: found}
    if line.else_ is not None:
        outside = ~mask if mask is not None else np.zeros(scene.n, np.bool_)
        rest = evaluate_line(line.else_, scene.narrowed(outside).at("else"))
        out = {
            name: _either(out.get(name), rest.get(name), outside, scene.n)
            for name in {**out, **rest}
        }
    return out


def _either(first: Column | None, second: Column | None, outside: Any, n: int) -> Column:
    if isinstance(first, NumberColumn) and isinstance(second, NumberColumn):
        return first.fill(second, outside)
    left, right = (_as_text(column, n) for column in (first, second))
    both = concat([left, right])
    return TextColumn(np.where(outside, both.codes[n:], both.codes[:n]), both.values)


def _as_text(column: Column | None, n: int) -> TextColumn:
    from sdtm.state import number_text

    if column is None:
        return TextColumn.missing_everywhere(n)
    return number_text(column) if isinstance(column, NumberColumn) else column


def answer_missing(line: LineBase, scene: Scene, column: Column, *, required: bool) -> None:
    """Report blank values of a variable that may not be blank."""
    answer = line.missing or (OnMissing.QUERY if required else OnMissing.BLANK)
    if answer is OnMissing.BLANK:
        return
    mask = column.missing()
    if line.where is not None and line.else_ is None and line.missing is not None:
        mask = mask & scene.mask(line.where)
    rows = np.flatnonzero(mask)
    if not len(rows):
        return
    standard = scene.kitchen.variable(scene.state.name, scene.variable)
    shown = f"{standard.label} ({scene.variable})" if standard else scene.variable
    message = f"{shown} is missing"
    name = source_column(line)
    if answer is OnMissing.ERROR:
        fail_rows(scene, "MAP303", message, rows, name=name)
    scene.rows("MAP303", message, rows, name=name, done="the record was kept, the value left blank")


def source_column(line: LineBase) -> str:
    """The raw column that a line mainly reads, for pointing at it ('' when there is none)."""
    for field in ("from_", "date", "number", "value", "visit"):
        value = getattr(line, field, None)
        if value:
            return value[0] if isinstance(value, list) else str(value)
    return ""

"""Executing one line: its condition, its verb, its alternative, its answer to missing values."""

from __future__ import annotations

import numpy as np

from derive.line import Answer, Line, Made
from derive.scope import Scope, narrowed_columns
from derive.values.column import Column, KindError, Mask, filled, nothing


def evaluate_line(line: Line, scope: Scope) -> Made:
    """The values of a line for the records of the scope, by variable.

    Raises LineFailed where an answer is ``error``, SpecificationError where the line is wrong.
    """
    holds = scope.mask(line.when) if line.when is not None else None
    active = scope if holds is None else scope.narrowed(holds)
    if holds is not None:
        scope.step(f"when {line.when}: {'yes' if holds.any() else 'no'}")
    try:
        out = narrowed_columns(line.values(active), active.active)
    except KindError as error:  # kinds are checked before a row is read; this is the last guard
        raise scope.wrong("SPEC131", error.message, error.hint) from error
    if line.else_ is None:
        return out
    outside = scope.on() & ~holds if holds is not None else np.zeros(scope.size, np.bool_)
    if line.fills_blanks:
        outside = scope.on() & out[scope.variable].missing()
    if outside.any():
        scope.shared.witness.answered(scope, "else", "else", int(outside.sum()))
    inner = scope.narrowed(outside).at("else")
    rest = evaluate_line(line.else_, inner)
    try:
        return {name: _either(out.get(name), rest.get(name), outside) for name in {**out, **rest}}
    except KindError as error:
        raise inner.wrong("SPEC131", error.message, error.hint) from error


def _either(first: Column | None, second: Column | None, outside: Mask) -> Column:
    one = first if first is not None else second
    assert one is not None  # noqa: S101 - a name comes from one of the two
    left = first if first is not None else nothing(one.kind, len(one))
    return filled(left, second if second is not None else nothing(one.kind, len(one)), outside)


def answer_missing(line: Line, scope: Scope, column: Column, *, required: bool, label: str) -> None:
    """Report blank values of a variable that may not be blank.

    ``required``: the standard says so (core Req). A line's own ``missing`` holds for the records
    that it holds for; the standard's for all.
    """
    answer = line.missing or (Answer.QUERY if required else Answer.BLANK)
    if answer is Answer.BLANK:
        return
    mask = column.missing() & scope.on()
    if line.when is not None and line.else_ is None and line.missing is not None:
        mask = mask & scope.mask(line.when)
    if answer is Answer.QUERY:  # a value that cannot be read is asked about: something was entered
        mask[scope.shared.report.asked_about(scope.view, scope.variable)] = False
    done = "the record was kept, the value left blank"
    shown = f"{label} ({scope.variable})" if label else scope.variable
    name = next((r.name.removeprefix("raw.") for r in line.reads() if scope.is_raw(str(r))), "")
    scope.answer(
        answer, "MAP303", f"{shown} is missing", np.flatnonzero(mask), name=name, done=done
    )

"""``window``: the analysis visit that a day falls in (ADaMIG 1.3 section 3.3.3)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from derive.line import Kinds, Line, Made, Read
from derive.scope import Scope
from derive.values.column import Floats, Kind, KindError, Mask
from derive.values.number import Number
from derive.values.text import Text as Texts_
from derive.values.time.calendar import study_days_apart
from derive.verbs.picking import Ties
from specs.language.base import SpecModel, Text

NUMBERS = ("AVISITN", "AWTARGET", "AWTDIFF", "AWLO", "AWHI")


class WindowSpec(SpecModel):
    """One analysis window: days ``low`` to ``high`` (both inside), aimed at ``target``."""

    name: Text
    number: float | None = None
    target: float
    low: float
    high: float


class Window(Line):
    """The analysis window that a day falls in: AVISIT, and AVISITN, AWTARGET, AWTDIFF, AWLO, AWHI
    beside it; missing outside all. Of overlapping windows the nearer target counts; a day as near
    to two targets is an error (ADAM208) unless ``ties: allow``, which takes the first window.

    ``days: study-days`` (usual) have no day 0, so that day -1 lies one day before day 1, and a
    value 0 is an error (ADAM228); ``days: elapsed`` count from 0. ``windows`` are
    a list or a CSV table (name, number, target, low, high).
    """

    verb: ClassVar[str] = "window"
    window: Text
    windows: list[WindowSpec] = Field(min_length=1)
    days: Literal["study-days", "elapsed"] = "study-days"
    ties: Ties = "error"

    @model_validator(mode="after")
    def _possible(self) -> Window:
        for one in self.windows:
            if not one.low <= one.target <= one.high:
                message = "the target of {name} lies outside its window"
                raise PydanticCustomError("window", message, {"name": repr(one.name)})
        edges = {edge for one in self.windows for edge in (one.low, one.target, one.high)}
        if self.days == "study-days" and 0 in edges:
            message = "there is no study day 0"
            hint = "say `days: elapsed` if these days count from 0"
            raise PydanticCustomError("window", message, {"hint": hint})
        return self

    def reads(self) -> list[Read]:
        """The day."""
        return [Read.of(self.window)]

    def kind(self, kinds: Kinds) -> Kind:
        """The window's name is text; the day must be a number."""
        kind = kinds.of(Read.of(self.window))
        if kind is not Kind.NUMBER:
            hint = "windows are days: {study-day: ...} or {duration: ...}"
            raise KindError(f"{self.window} is a {kind.value}, a day is needed", hint)
        return Kind.TEXT

    def makes(self, variable: str, data_set: str) -> dict[str, Kind]:
        """What is known of the window."""
        return dict.fromkeys(NUMBERS, Kind.NUMBER)

    def values(self, scope: Scope) -> Made:
        """The window's name, number, target, distance and bounds."""
        days = scope.number(self.window).values
        self._refuse_day_0(scope, days)
        best, distance, tied = self._nearest(days)
        self._answer_ties(scope, tied)
        scope.step(f"the window that {self.window} falls in")
        numbered = [w.number if w.number is not None else i for i, w in enumerate(self.windows, 1)]
        out: Made = {scope.variable: Texts_(best.astype(np.int32), [w.name for w in self.windows])}
        out["AVISITN"] = _chosen(best, numbered)
        out["AWTARGET"] = _chosen(best, [w.target for w in self.windows])
        out["AWTDIFF"] = Number.of(np.where(best >= 0, distance, np.nan))
        out["AWLO"] = _chosen(best, [w.low for w in self.windows])
        return out | {"AWHI": _chosen(best, [w.high for w in self.windows])}

    def _refuse_day_0(self, scope: Scope, days: Floats) -> None:
        rows = np.flatnonzero(days == 0)
        if self.days == "study-days" and len(rows):
            message = f"{self.window} is 0, and there is no study day 0"
            hint = "say `days: elapsed` if these days count from 0"
            scope.fail("ADAM228", message, rows, name=self.window, hint=hint)

    def _answer_ties(self, scope: Scope, tied: Mask) -> None:
        rows = np.flatnonzero(tied)
        if self.ties == "allow":
            scope.allowed_ties(len(rows))
        elif len(rows):
            message = f"{self.window} is as near to the targets of two windows"
            hint = "let the windows not overlap, or say `ties: allow` to take the first"
            scope.fail("ADAM208", message, rows, name=self.window, hint=hint)

    def _nearest(self, days: Floats) -> tuple[Any, Floats, Mask]:
        """The window's position (-1: none), the distance, and where another is as near."""
        best = np.full(len(days), -1, np.int64)
        distance = np.full(len(days), np.inf)
        tied = np.zeros(len(days), np.bool_)
        for position, window in enumerate(self.windows):
            away = self._apart(days, window.target)
            with np.errstate(invalid="ignore"):
                inside = (days >= window.low) & (days <= window.high)
            hit = inside & (away < distance)
            tied = (tied & ~hit) | (inside & (away == distance))
            best[hit] = position
            distance[hit] = away[hit]
        return best, distance, tied

    def _apart(self, days: Floats, target: float) -> Floats:
        apart = study_days_apart(days, target) if self.days == "study-days" else days - target
        return np.asarray(np.abs(apart), np.float64)

    def words(self) -> str:
        """The day, the windows, which of overlapping ones."""
        each = "; ".join(
            f"{w.name} {w.low:g} to {w.high:g} (target {w.target:g}"
            + ("" if w.number is None else f", number {w.number:g}")
            + ")"
            for w in self.windows
        )
        counted = "study days, without a day 0" if self.days == "study-days" else "days from 0"
        text = f"The window that {self.window} ({counted}) falls in: {each}"
        first = ", then the first" if self.ties == "allow" else ""
        return f"{text}. Where windows overlap, the one with the nearer target{first}."


def _chosen(best: Any, values: list[float]) -> Number:
    return Number.of(np.append(np.asarray(values, np.float64), np.nan)[best])

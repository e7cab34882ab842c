"""Limits of quantitation of results, in the unit of the result and in the standard one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from derive.scope import Scope
from derive.values.keys import combinations
from derive.values.number import Number
from derive.values.text import Text
from sdtm.collected.leftovers import contradiction
from sdtm.collected.numbers import ResultRules, parse_result
from sdtm.collected.units import UnitTable, convert, number_text
from sdtm.verbs.result_units import Units

if TYPE_CHECKING:
    from sdtm.verbs.result import Result


@dataclass(slots=True)
class Limits:
    """The limit column as ``collected``, and per (its code, unit code) in the standard unit."""

    collected: Text
    standard: Number
    texts: dict[tuple[int, int], str | None]

    def of(self, code: int, unit: int) -> tuple[str | None, str | None]:
        """One limit as collected, and in the standard unit."""
        return (self.collected.values[code] if code >= 0 else None), self.texts.get((code, unit))


def quantitation_limits(line: Result, scope: Scope, units: Units, table: UnitTable) -> Limits:
    """The limits that ``lloq`` names; one that is no plain number in the result's unit is told."""
    if not line.lloq:
        nothing = Text.nothing(scope.size)
        return Limits(nothing, Number.nothing(scope.size), {})
    limits = scope.text(line.lloq)
    codes, (left, right) = combinations([limits, units.column()])
    texts: dict[tuple[int, int], str | None] = {}
    for number, (a, b) in enumerate(zip(left, right, strict=True)):
        if a < 0:
            continue
        text, problem = _standard(line, limits.values[a], units, b, table=table)
        texts[a, b] = text
        if problem:
            rows = np.flatnonzero(codes == number)
            scope.tell("MAP255", problem, rows, name=line.lloq, done="limit left blank")
    found = [texts.get(pair) for pair in zip(left, right, strict=True)]
    numbers = [float(text) if text else np.nan for text in found]
    return Limits(limits, Number.of(np.array([*numbers, np.nan])[codes]), texts)


def _standard(
    line: Result, text: str, units: Units, unit: int, *, table: UnitTable
) -> tuple[str | None, str]:
    """The limit in the standard unit, or why there is none."""
    parsed = parse_result(text, ResultRules(locale=line.locale))
    if parsed.number is None or parsed.comparator or parsed.note:
        return None, f"the limit {text!r} is no number"
    original, conversion = units.original[unit], units.conversions[unit]
    if parsed.unit_text:
        other = contradiction(parsed.unit_text, original or "none", table)
        if other:
            return None, f"the limit {text!r}: {other}"
    if conversion.problem:
        return None, ""
    return number_text(convert(parsed.number, conversion)), ""

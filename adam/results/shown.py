"""Numbers as displays print them: rounded once, half away from zero."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

NOT_REACHED, NOT_ESTIMABLE = "NR", "NE"
_MOST = 4
"""Decimals that a display shows at most."""
_DIGITS = 15


def number(value: float, decimals: int) -> str:
    """So many decimals; ``NE`` for what could not be estimated. A double stands for the decimal of
    15 digits that it is nearest to."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    step = Decimal(1).scaleb(-min(decimals, _MOST))
    made = Decimal(f"{value:.{_DIGITS}g}").quantize(step, ROUND_HALF_UP)
    return f"{abs(made) if made == 0 else made:f}"


def significant(value: float, digits: int) -> str:
    """So many significant digits; whole numbers keep all of theirs."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    if value == 0:
        return "0"
    whole = math.floor(math.log10(abs(value))) + 1
    return number(value, max(digits - whole, 0))


def percent(count: int, total: int) -> str:
    """Of the integers, one decimal; 100 without; ``<0.1`` and ``>99.9`` at the ends; empty where
    nothing is counted."""
    if count == 0 or total == 0:
        return ""
    if count == total:
        return "100"
    exact = Decimal(100 * count) / Decimal(total)
    if exact < Decimal("0.05"):
        return "<0.1"
    if exact >= Decimal("99.95"):
        return ">99.9"
    return f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP):f}"


def reached(value: float, decimals: int) -> tuple[str, str]:
    """(text, reason) of a time that a curve may not reach."""
    if math.isnan(value):
        return NOT_REACHED, NOT_REACHED
    return number(value, decimals), ""

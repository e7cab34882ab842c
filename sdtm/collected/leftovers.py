"""What is left over behind a number: a known unit that agrees with the declared one, or a query.

Every function works on distinct texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sdtm.collected.numbers import Result
from sdtm.collected.units import UnitTable, same_unit

NO_UNIT, OTHER_UNIT = "MAP257", "MAP258"


def settle_leftovers(
    values: Sequence[str], results: Sequence[Result], table: UnitTable
) -> list[Result]:
    """The results; one whose leftover is the spelling of no unit gets MAP257."""
    return [_settled(value, result, table) for value, result in zip(values, results, strict=True)]


def _settled(value: str, result: Result, table: UnitTable) -> Result:
    if not result.unit_text or table.knows(result.unit_text):
        return result
    message = f"{value!r}: {result.unit_text!r} is left over behind the number, and is no unit"
    return replace(result, problem=NO_UNIT, message=message)


def contradiction(inside: str, beside: str, table: UnitTable, declared: Sequence[str] = ()) -> str:
    """Why a unit inside a value and the one beside it cannot both be right; "" if they can.

    Two spellings of one unit agree, and so do two units of one size (``ng/mL`` and ``ug/L``).
    """
    if inside == beside:
        return ""
    one = table.resolve(inside, declared).term
    two = table.resolve(beside, declared).term
    if one is not None and two is not None and same_unit(one.value, two.value):
        return ""
    return f"the unit inside the value is {inside!r}, the declared one is {beside!r}"

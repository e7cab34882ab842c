"""The reader of raw numbers: number, unit and conversion, as declared; problems as queries."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np

from derive.line import Answer
from derive.scope import Scope
from derive.values.column import Mask
from derive.values.keys import combinations
from derive.values.number import Number, of_text
from derive.values.text import Text
from derive.verbs.readers import NumberKeys
from sdtm.collected.leftovers import NO_UNIT, OTHER_UNIT, contradiction, settle_leftovers
from sdtm.collected.numbers import Result, ResultRules, parse_results
from sdtm.collected.units import (
    Conversion,
    UnitTable,
    convert,
    find_conversion,
    number_text,
    round_half_up,
)
from sdtm.verbs.result_columns import unit_table


def read_numbers(scope: Scope, keys: NumberKeys, column: str) -> Number:
    """Numbers of a raw column, converted from their unit to ``to`` where that is said; free text
    such as ``2.1×10^6/kg`` is read as number and unit."""
    texts = scope.text(column)
    name = column.removeprefix("raw.")
    rules = ResultRules(locale=keys.locale, power_of_ten=keys.power_of_ten)
    table = unit_table(scope, ("UNIT", "PKUNIT"))
    results = settle_leftovers(texts.values, parse_results(texts.values, rules), table)
    results = [_plain(value, each) for value, each in zip(texts.values, results, strict=True)]
    for code in texts.used():
        if results[code].problem:
            problem, message = str(results[code].problem), results[code].message
            scope.problem(Answer.QUERY, problem, message, texts, [code], name=name)
    units = scope.text(keys.unit) if keys.unit else Text.nothing(scope.size)
    codes, (left, right) = combinations([texts, units])
    made = _Made(scope, keys, name, table)
    out = [
        made.number(results[a], units.values[b] if b >= 0 else None, codes == i) if a >= 0 else None
        for i, (a, b) in enumerate(zip(left, right, strict=True))
    ]
    scope.step(f"number{f' in {keys.to}' if keys.to else ''}")
    if keys.times is not None:
        scope.step(f"times {keys.times}")
    numbered = Text(codes.astype(np.int32), [str(i) for i in range(len(out))]).map(out)
    return of_text(numbered)[0]


def _plain(value: str, result: Result) -> Result:
    """The result; one that a variable of numbers cannot hold gets a problem."""
    if result.problem or result.number is None or not (result.comparator or result.note):
        return result
    what = f"the sign {result.comparator!r}" if result.comparator else f"the note {result.note!r}"
    return replace(result, problem="MAP259", message=f"{value!r}: {what} stands beside the number")


class _Made:
    """Numbers by a line, and what is told about them."""

    def __init__(self, scope: Scope, keys: NumberKeys, name: str, table: UnitTable) -> None:
        self.scope, self.keys, self.name, self.table = scope, keys, name, table

    def number(self, result: Result, raw_unit: str | None, rows: Mask) -> str | None:
        """The number of one combination of text and unit, in its shortest form."""
        number, keys = result.numeric, self.keys
        if result.problem or number is None:
            return None
        if keys.times is not None:
            number *= Decimal(keys.times)
        declared = raw_unit or keys.unit_is
        conversion = _conversion(keys, result, declared, self.table)
        if conversion.problem:
            at = np.flatnonzero(rows & self.scope.on())
            self.scope.tell(
                conversion.problem, conversion.message, at, name=self.name, done="left blank"
            )
            return None
        if keys.to is not None and (declared or result.unit_text):
            number = convert(number, conversion, keys.decimals)
            self.scope.step("; ".join(conversion.steps))
        elif keys.decimals is not None:
            number = round_half_up(number, keys.decimals)
        return number_text(number)


def _conversion(
    keys: NumberKeys, result: Result, declared: str | None, table: UnitTable
) -> Conversion:
    """From the unit of a number to ``to``; a problem if the unit inside the value is not the
    declared one, or nothing is declared that it could be held against."""
    inside, wanted = result.unit_text, [keys.to] if keys.to else []
    if inside and declared:
        message = contradiction(inside, declared, table, wanted)
        if message:
            return Conversion(problem=OTHER_UNIT, message=message)
    elif inside and keys.to is None:
        message = f"{inside!r} is left over behind the number, and no unit is declared"
        return Conversion(problem=NO_UNIT, message=message)
    given = declared or inside
    if keys.to is not None and keys.unit is not None and not given:
        message = f"the unit is missing, {keys.to} is wanted"
        return Conversion(problem="MAP331", message=message)
    if keys.to is None or not given:
        return Conversion()
    unit = table.resolve(given, wanted)
    found = find_conversion(unit.term.value if unit.term else given, keys.to, keys.analyte or "")
    if unit.term is None and found.problem:
        return Conversion(problem=unit.problem, message=unit.message)
    return found

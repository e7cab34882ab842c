"""The verbs for numbers: number (with unit and conversion) and calculate (decimal-exact)."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, DivisionByZero, localcontext

import numpy as np

from sdtm.columns import TextColumn, combinations, is_number
from sdtm.leftovers import NO_UNIT, OTHER_UNIT, contradiction, settle_leftovers
from sdtm.numbers import Result, ResultRules, parse_results
from sdtm.references import calculated_names
from sdtm.scene import Scene
from sdtm.units import (
    Conversion,
    UnitTable,
    convert,
    find_conversion,
    number_text,
    round_half_up,
)
from specs import SpecificationError, finding
from specs.language import Calculate, Number


def unit_table(scene: Scene, codelists: tuple[str, ...] = ("UNIT",)) -> UnitTable:
    """Unit spellings of the pinned terminology, with the study's map ``units`` where it has one."""
    maps = scene.kitchen.study.codelists.maps
    own = (
        {raw: unit for unit, raws in maps["units"].values.items() for raw in raws}
        if "units" in maps
        else {}
    )
    return UnitTable(scene.kitchen.terms, codelists, own)


def evaluate_number(line: Number, scene: Scene) -> TextColumn:
    """A number, converted from its unit to ``to`` where that is said; free text such as
    ``2.1×10^6/kg`` is read as number and unit."""
    column = scene.text(line.number)
    rules = ResultRules(
        locale=line.locale, power_of_ten="10^n" if line.power_of_ten == "10^n" else None
    )
    table = unit_table(scene, ("UNIT", "PKUNIT"))
    results = settle_leftovers(column.values, parse_results(column.values, rules), table)
    results = [_plain(value, each) for value, each in zip(column.values, results, strict=True)]
    bad = [code for code in column.used() if results[code].problem]
    for code in bad:
        problem = str(results[code].problem)
        scene.problem(problem, results[code].message, column, [code], name=line.number)
    units = scene.text(line.unit) if line.unit else TextColumn.missing_everywhere(scene.n)
    pair, left, right = combinations([column, units])
    out: list[str | None] = []
    for a, b in zip(left, right, strict=True):
        raw_unit = units.values[b] if b >= 0 else line.unit_is
        out.append(
            _converted(
                line, scene, results[a], raw_unit=raw_unit, table=table, rows=pair == len(out)
            )
            if a >= 0
            else None
        )
    scene.step(f"number{f' in {line.to}' if line.to else ''}")
    if line.times is not None:
        scene.step(f"times {line.times}")
    return TextColumn(pair.astype(np.int32), [str(i) for i in range(len(out))]).map(out)


def _plain(value: str, result: Result) -> Result:
    """The result; one that a variable of numbers cannot hold gets a problem."""
    if result.problem or result.number is None or not (result.comparator or result.note):
        return result
    what = f"the sign {result.comparator!r}" if result.comparator else f"the note {result.note!r}"
    return replace(result, problem="MAP259", message=f"{value!r}: {what} stands beside the number")


def _converted(
    line: Number,
    scene: Scene,
    result: Result,
    *,
    raw_unit: str | None,
    table: UnitTable,
    rows: object,
) -> str | None:
    number = result.numeric
    if result.problem or number is None:
        return None
    if line.times is not None:
        number *= Decimal(line.times)
    declared = raw_unit or line.unit_is
    conversion = _conversion(line, result, declared, table)
    if conversion.problem:
        at = np.flatnonzero(np.asarray(rows))
        scene.rows(conversion.problem, conversion.message, at, name=line.number, done="left blank")
        return None
    if line.to is not None and (declared or result.unit_text):
        number = convert(number, conversion, line.decimals)
        scene.step("; ".join(conversion.steps))
    elif line.decimals is not None:
        number = round_half_up(number, line.decimals)
    return number_text(number)


def _conversion(line: Number, result: Result, declared: str | None, table: UnitTable) -> Conversion:
    """From the unit of a number to ``to``; a problem if the unit inside the value is not the
    declared one, or nothing is declared that it could be held against."""
    inside, wanted = result.unit_text, [line.to] if line.to else []
    if inside and declared:
        message = contradiction(inside, declared, table, wanted)
        if message:
            return Conversion(problem=OTHER_UNIT, message=message)
    elif inside and line.to is None:
        message = f"{inside!r} is left over behind the number, and no unit is declared"
        return Conversion(problem=NO_UNIT, message=message)
    given = declared or inside
    if line.to is not None and line.unit is not None and not given:
        return Conversion(problem="MAP331", message=f"the unit is missing, {line.to} is wanted")
    if line.to is None or not given:
        return Conversion()
    unit = table.resolve(given, wanted)
    found = find_conversion(unit.term.value if unit.term else given, line.to, line.analyte or "")
    if unit.term is None and found.problem:
        return Conversion(problem=unit.problem, message=unit.message)
    return found


_LARGEST = Decimal("1e60")
"""A transport file holds no larger number (7.2e75, with its steps)."""


def _decimal(text: str) -> Decimal:
    """A decimal as people write it. Raises ValueError for anything else."""
    if not is_number(text):
        raise ValueError(text)
    return Decimal(text)


_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def evaluate_calculate(line: Calculate, scene: Scene) -> TextColumn:
    """Decimal arithmetic on columns; missing where a part is missing or no number."""
    names = calculated_names(line.calculate)
    tree = parse_calculation(line.calculate, names)
    if tree is None or not names:
        message = f"{line.calculate!r} is not made of names, numbers, + - * / and parentheses"
        raise SpecificationError(
            finding("SPEC105", message, dataset=scene.state.name, spec=scene.place("calculate"))
        )
    columns = [scene.text(name) for name in names]
    codes, *parts = combinations(columns, either=False)
    out: list[str | None] = []
    for combination in zip(*parts, strict=True):
        texts = [column.values[i] for column, i in zip(columns, combination, strict=True)]
        out.append(_calculated(tree, texts, line, scene, rows=codes == len(out), names=names))
    scene.step(f"calculated as {line.calculate}")
    return TextColumn(codes.astype(np.int32), [str(i) for i in range(len(out))]).map(out)


def _calculated(
    tree: ast.expr,
    texts: list[str],
    line: Calculate,
    scene: Scene,
    *,
    rows: object,
    names: list[str],
) -> str | None:
    try:
        values = {f"_{i}": _decimal(text) for i, text in enumerate(texts)}
        with localcontext() as context:
            context.prec = 34
            number = _value(tree, values)
            if abs(number) > _LARGEST:
                raise OverflowError(number)
    except (ArithmeticError, ValueError) as error:
        what = (
            "divides by zero"
            if isinstance(error, DivisionByZero)
            else "is not a calculation of numbers"
        )
        message = f"{line.calculate} {what}: {dict(zip(names, texts, strict=True))}"
        scene.rows(
            "MAP321", message, np.flatnonzero(np.asarray(rows)), name=names[0], done="left blank"
        )
        return None
    if line.decimals is not None:
        number = round_half_up(number, line.decimals)
    text = number_text(number)
    return text.rstrip("0").rstrip(".") if "." in text and line.decimals is None else text


def _value(tree: ast.expr, values: dict[str, Decimal]) -> Decimal:
    if isinstance(tree, ast.BinOp):
        return _OPERATORS[type(tree.op)](_value(tree.left, values), _value(tree.right, values))
    if isinstance(tree, ast.UnaryOp):
        return -_value(tree.operand, values)
    if isinstance(tree, ast.Name):
        return values[tree.id]
    assert isinstance(tree, ast.Constant)  # noqa: S101 - parse_calculation lets nothing else through
    return Decimal(str(tree.value))


def parse_calculation(text: str, names: list[str]) -> ast.expr | None:
    """The tree of a calculation with its names numbered ``_0``, ``_1`` ...; None if it is none."""
    pattern = re.compile(r"`([^`]+)`|([^\W\d][\w.]*)")
    numbered = pattern.sub(lambda m: f"_{names.index(m.group(1) or m.group(2))}", text)
    try:
        tree = ast.parse(numbered.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    return tree if _allowed(tree) else None


def _allowed(tree: ast.expr) -> bool:
    if isinstance(tree, ast.BinOp):
        return type(tree.op) in _OPERATORS and _allowed(tree.left) and _allowed(tree.right)
    if isinstance(tree, ast.UnaryOp):
        return isinstance(tree.op, ast.USub) and _allowed(tree.operand)
    if isinstance(tree, ast.Constant):
        return isinstance(tree.value, int | float) and not isinstance(tree.value, bool)
    return isinstance(tree, ast.Name)

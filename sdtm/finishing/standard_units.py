"""Standard results that hand-written lines copy: their units are those that they say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import numpy as np

from derive.values.column import Rows
from derive.values.keys import group_codes
from derive.values.number import Number
from derive.values.text import Text
from sdtm.collected.units import find_conversion
from sdtm.tabulation import Tabulation
from sdtm.verbs.result import Result
from specs import Finding, SpecPlace, finding

_PER = ("TESTCD", "CAT", "SPEC", "METHOD")


def unit_faults(tabulation: Tabulation) -> Iterator[Finding]:
    """MAP265 for tests whose standard numbers are in several units, or in none beside some, without
    --STRESU to tell them apart; and for numbers in one unit that stand under another one.

    The verb ``result`` converts, or leaves blank what it cannot; this is for lines of --STRESN that
    stand by themselves.
    """
    name = f"{tabulation.domain}STRESN"
    recipes = [r for r in tabulation.recipes.get(name, []) if not isinstance(r.line, Result)]
    number = tabulation.columns.get(name)
    if not recipes or not isinstance(number, Number):
        return
    own = {one.stream for one in recipes}
    streams = [one for one in tabulation.streams if one.index in own]
    at = np.concatenate([np.arange(one.start, one.stop) for one in streams])
    at = at[(tabulation.kept & number.present())[at]]
    place = tabulation.loaded.place(*recipes[0].path)
    for test, rows in _tests(tabulation, at):
        yield from _of_test(tabulation, test, rows, place)


def _tests(tabulation: Tabulation, at: Rows) -> Iterator[tuple[str, Rows]]:
    """The records of each test, by category, specimen and method."""
    texts = [_text(tabulation, name).take(at) for name in _PER]
    codes, n = group_codes(texts)
    names = texts[0].texts()
    for code in range(n):
        rows = np.flatnonzero(codes == code)
        yield str(names[rows[0]] or ""), at[rows]


def _of_test(
    tabulation: Tabulation, test: str, rows: Rows, place: SpecPlace | None
) -> Iterator[Finding]:
    given, standard = (_text(tabulation, name).take(rows) for name in ("ORRESU", "STRESU"))
    codes, n = group_codes([given, standard])
    pairs = []
    for code in range(n):
        first = int(np.flatnonzero(codes == code)[0])
        pairs.append((given.texts()[first] or "", standard.texts()[first] or ""))
    units = {said or was for was, said in pairs}
    if len(units) > 1 and any(not said for _, said in pairs):
        shown = ", ".join(sorted(unit or "none" for unit in units))
        message = f"{test}: standard results in {shown}, and --STRESU does not say which"
        yield _fault(tabulation, message, place, len(rows))
    for code, (was, said) in enumerate(pairs):
        if was and said and was != said and not _same(was, said):
            copied = _copied(tabulation, rows[codes == code])
            if copied:
                message = f"{test}: {copied} result(s) in {was} stand unchanged under {said}"
                yield _fault(tabulation, message, place, copied)


def _same(one: str, two: str) -> bool:
    """Whether numbers in one unit are numbers in the other."""
    found = find_conversion(one, two)
    return not found.problem and found.is_identity


def _copied(tabulation: Tabulation, rows: Rows) -> int:
    """How many standard numbers are the original ones, but for zero."""
    number = tabulation.columns[f"{tabulation.domain}STRESN"]
    assert isinstance(number, Number)  # noqa: S101 - asked by the caller
    pairs = zip(_text(tabulation, "ORRES").take(rows).texts(), number.values[rows], strict=True)
    return sum(_number(text) == float(value) != 0 for text, value in pairs)


def _number(text: object) -> float | None:
    try:
        return float(Decimal(str(text).strip()))
    except InvalidOperation:
        return None


def _text(tabulation: Tabulation, name: str) -> Text:
    column = tabulation.columns.get(f"{tabulation.domain}{name}")
    n = len(tabulation.kept)
    return column if isinstance(column, Text) else Text.nothing(n)


def _fault(tabulation: Tabulation, message: str, place: SpecPlace | None, records: int) -> Finding:
    return finding(
        "MAP265", message, dataset=tabulation.name, variable=f"{tabulation.domain}STRESN",
        spec=place, details={"records": str(records)},
        hint="read results with `result: {of: ..., unit: ...}`, which converts them",
    )  # fmt: skip

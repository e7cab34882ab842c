"""The unit of each result: as collected, the standard one, and what converts between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from derive.scope import Scope
from derive.values.column import Mask, Rows
from derive.values.keys import combinations
from derive.values.text import Text
from sdtm.collected.leftovers import OTHER_UNIT, contradiction
from sdtm.collected.numbers import Result as Parsed
from sdtm.collected.units import Conversion, UnitTable, find_conversion
from sdtm.verbs.result_columns import beside_test, own_prefix, raw_columns, stream_of

if TYPE_CHECKING:
    from sdtm.verbs.result import Result

_UNKNOWN = ("MAP258", "MAP260", "MAP264")
"""Problems that leave --ORRESU blank too."""


@dataclass(slots=True)
class Units:
    """Per record the combination of what is said of its unit; per combination what it converts
    by."""

    codes: Rows
    original: list[str | None] = field(default_factory=list)
    standard: list[str | None] = field(default_factory=list)
    conversions: list[Conversion] = field(default_factory=list)
    decimals: list[int | None] = field(default_factory=list)

    def column(self) -> Text:
        """The combinations as a column, to combine them with others."""
        return Text(self.codes.astype(np.int32), [str(i) for i in range(len(self.original))])


@dataclass(frozen=True, slots=True)
class _Said:
    """One combination: the unit ``beside`` the value (its column, else the line's ``unit-is``),
    ``inside`` it, ``usual`` in the table of tests; the standard unit; the test; its factor.

    ``rows`` are its records, ``numeric`` those with a number.
    """

    beside: str | None
    inside: str | None
    usual: str | None
    target: str | None
    test: str
    factor: str | None
    rows: Mask
    numeric: Mask

    @property
    def given(self) -> str | None:
        return self.beside or self.inside or self.usual


def result_units(
    line: Result, scope: Scope, value: Text, parsed: list[Parsed], *, table: UnitTable
) -> Units:
    """The units of every record; a unit that is missing, unknown, disputed or of another
    dimension has a conversion with a problem, and is told."""
    columns = _columns(line, scope, value, parsed)
    codes, parts = combinations(columns)
    numeric = ~value.map(["1" if r.number is not None else None for r in parsed]).missing()
    out = Units(codes)
    for number, places in enumerate(zip(*parts, strict=True)):
        beside, inside, usual, target, test, factor, decimals = (
            column.values[at] if at >= 0 else None
            for column, at in zip(columns, places, strict=True)
        )
        rows = (codes == number) & scope.on()
        said = _Said(
            beside, inside, usual, target, test or "", factor, rows=rows, numeric=rows & numeric
        )
        _add(out, _Teller(line, scope, table), said, decimals)
    return out


def _columns(line: Result, scope: Scope, value: Text, parsed: list[Parsed]) -> list[Text]:
    d = own_prefix(scope)
    beside = raw_columns(scope, line.unit) if line.unit else Text.nothing(scope.size)
    if line.unit_is:
        beside = beside.fill(Text.constant(line.unit_is, scope.size), beside.missing())
    inside = value.map([r.unit_text if r.unit_text and not r.problem else None for r in parsed])
    tests = _tests(scope)
    known = [beside_test(scope, name) for name in ("unit", f"{d}STRESU", "factor", "decimals")]
    usual, target, factor, decimals = known
    return [beside, inside, usual, target, tests, factor, decimals]


def _tests(scope: Scope) -> Text:
    """The test code of each record, which says what a mole of it weighs."""
    name = f"{own_prefix(scope)}TESTCD"
    found = scope.view.find(name, name)
    return found if isinstance(found, Text) else Text.nothing(scope.size)


def _add(out: Units, teller: _Teller, said: _Said, decimals: str | None) -> None:
    original, conversion = teller.settled(said)
    out.original.append(original)
    out.standard.append(said.target or original)
    out.conversions.append(conversion)
    out.decimals.append(int(decimals) if decimals else None)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Settles what is said of a unit, and tells what cannot be settled."""

    line: Result
    scope: Scope
    table: UnitTable

    def settled(self, said: _Said) -> tuple[str | None, Conversion]:
        """The collected unit, and its conversion to the standard one."""
        declared = [unit for unit in (said.usual, said.target) if unit]
        if said.beside and said.inside:
            message = contradiction(said.inside, said.beside, self.table, declared)
            if message:
                self._tell(OTHER_UNIT, message, said.rows, self.line.result)
                return None, Conversion(problem=OTHER_UNIT, message=message)
        original, unknown = self._resolved(said, declared)
        return original, unknown or self._conversion(said, original)

    def _resolved(self, said: _Said, declared: list[str]) -> tuple[str | None, Conversion | None]:
        if said.given is None:
            return None, None
        unit = self.table.resolve(said.given, declared)
        if unit.term is not None:
            return unit.term.value, None
        name = self.line.unit or self.line.result
        if self.line.unmapped_unit == "error":
            self.scope.fail(str(unit.problem), unit.message, np.flatnonzero(said.rows), name=name)
        self._tell(str(unit.problem), unit.message, said.rows, name, value=said.given)
        return None, Conversion(problem=unit.problem, message=unit.message)

    def _conversion(self, said: _Said, original: str | None) -> Conversion:
        if said.factor is not None:
            found = self._by_factor(said, original)
            if found is not None:
                return found
        if original is None:
            return self._without_unit(said)
        if said.target is None or original == said.target:
            self.scope.step(f"{original} {'is the standard unit' if said.target else 'is kept'}")
            return Conversion()
        found = find_conversion(original, said.target, said.test)
        if found.problem:
            name = self.line.unit or self.line.result
            self._tell(found.problem, found.message, said.numeric, name, value=original)
        elif self.scope.trace is not None:
            self.scope.trace.extend(found.steps)
        return found

    def _by_factor(self, said: _Said, original: str | None) -> Conversion | None:
        """The factor of the table of tests, for the unit that it names; None for another unit."""
        named = said.usual or self.line.unit_is
        if named is None and self.line.unit is not None:
            what = f"the factor {said.factor} of {said.test} does not say which unit it is for"
            self._tell("MAP263", what, said.numeric, self.line.unit)
            return Conversion(problem="MAP263", message=what)
        if named is not None:
            declared = [said.target] if said.target else []
            term = self.table.resolve(named, declared).term
            if term is None or term.value != original:
                return None
        self.scope.step(f"x {said.factor}, the factor of {said.test} in the table of tests")
        return Conversion(Fraction(said.factor or "1"), steps=(f"x {said.factor}",))

    def _without_unit(self, said: _Said) -> Conversion:
        """No conversion; the records with a number and no unit are told.

        Without a unit column, and where the table of tests leaves the standard unit of a test
        blank, the specification says that there is none.
        """
        spoken = f"{own_prefix(self.scope)}STRESU" in stream_of(self.scope).own
        if said.target is None and (spoken or self.line.unit is None):
            return Conversion()
        message = f"{said.test}: the unit is missing, "
        message += f"{said.target or 'none'} is the standard unit"
        self._tell("MAP331", message, said.numeric, self.line.unit or self.line.result)
        return Conversion(problem="MAP331", message=message)

    def _tell(self, code: str, message: str, rows: Mask, name: str, *, value: str = "") -> None:
        at = np.flatnonzero(rows)
        if len(at):
            done = f"{'unit and ' if code in _UNKNOWN else ''}standard result left blank"
            self.scope.tell(code, message, at, name=name, value=value, done=done)

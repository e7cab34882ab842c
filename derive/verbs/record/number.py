"""``number``: the number that a text says, converted from its unit where that is said."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from derive.line import Answer, Kinds, Line, Made, Origin, Read, reads_of
from derive.scope import Scope
from derive.values.column import Kind, KindError
from derive.values.number import Number as Numbers
from derive.values.number import of_text
from derive.verbs.readers import NumberKeys, needs_reader, read_numbers, said_keys
from derive.verbs.words import rounded
from specs.language.base import Text


class Number(NumberKeys, Line):
    """The number that a text says. Raw text may hold its unit (``2.1 x10^6/kg``), which is
    converted to ``to`` (from ``unit``, a column, or ``unit-is``) by the factor of the ``analyte``;
    ``times`` multiplies, ``decimals`` rounds half away from zero, ``locale: comma`` reads 1,5.

    What is no number is asked about on raw data; in a data set it stops the line.
    """

    verb: ClassVar[str] = "number"
    usual_origin: ClassVar[Origin] = Origin.COLLECTED
    number: Text

    @model_validator(mode="after")
    def _no_idle_keys(self) -> Number:
        if self.to is None and self.analyte is not None:
            raise PydanticCustomError("number", "`analyte` says nothing without `to`", {})
        if self.unit is not None and self.unit_is is not None:
            message = "the unit is either a column's, `unit`, or the same everywhere, `unit-is`"
            raise PydanticCustomError("number", message, {})
        return self

    def reads(self) -> list[Read]:
        """The text and its unit."""
        return reads_of([self.number, self.unit])

    def kind(self, kinds: Kinds) -> Kind:
        """A number, of a text; of a number only where it is converted."""
        found = kinds.of(Read.of(self.number))
        if self.unit is not None and kinds.of(Read.of(self.unit)) is not Kind.TEXT:
            raise KindError(f"the unit {self.unit} is no text", names=(self.unit,))
        if found is Kind.NUMBER and not said_keys(self, NumberKeys):
            raise KindError(f"{self.number} is a number already", "from", (self.number,))
        if found.is_moment:
            raise KindError(f"{self.number} is a {found.value}", names=(self.number,))
        return Kind.NUMBER

    def values(self, scope: Scope) -> Made:
        """The numbers, as the reader of raw text has them, or as plain text says them."""
        if needs_reader(scope, self, NumberKeys, [self.number]):
            return {scope.variable: read_numbers(scope, self, self.number)}
        return {scope.variable: plain_numbers(scope, self.number)}

    def words(self) -> str:
        """The text, its unit and every key that changes the number."""
        text = f"The number in {self.number}"
        if self.unit is not None or self.unit_is is not None:
            text += f" ({self.unit_is or f'in the unit of {self.unit}'})"
        text += f", times {self.times}" if self.times is not None else ""
        if self.to is not None:
            of = f" by the factor of {self.analyte}" if self.analyte else ""
            text += f", converted to {self.to}{of}"
        text += ", written with a decimal comma" if self.locale == "comma" else ""
        text += ", 10^ and a number being a power of ten" if self.power_of_ten else ""
        return f"{text}{rounded(self.decimals)}."


def plain_numbers(scope: Scope, name: str) -> Numbers:
    """The numbers that texts of a data set say: digits, a point, an exponent.

    Another text stops the line (MAP330).
    """
    text = scope.text(name)
    made, bad = of_text(text)
    message = f"{name} is not a number"
    scope.problem(Answer.ERROR, "MAP330", lambda t: f"{message}: {t!r}", text, bad, name=name)
    scope.step(f"the number in {name}")
    return made

"""``as-text``: a number, date or date-time as text."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from derive.line import Kinds, Line, Made, Read
from derive.scope import Scope, as_text
from derive.values.column import Kind, KindError
from derive.values.number import Number
from derive.verbs.words import rounded
from specs.language.base import Text


class AsText(Line):
    """A number as text: the shortest, or with ``decimals``, or to so many ``significant`` digits
    (no zeros at the end), half away from zero, never with an exponent; a date in ISO 8601."""

    verb: ClassVar[str] = "as-text"
    as_text: Text
    decimals: int | None = Field(default=None, ge=0, le=12)
    significant: int | None = Field(default=None, ge=1, le=15)

    @model_validator(mode="after")
    def _one_way(self) -> AsText:
        if self.decimals is not None and self.significant is not None:
            message = "a number has so many decimals or so many significant digits, not both"
            raise PydanticCustomError("as-text", message, {})
        return self

    def reads(self) -> list[Read]:
        """The number."""
        return [Read.of(self.as_text)]

    def kind(self, kinds: Kinds) -> Kind:
        """Text, of a number or moment."""
        found = kinds.of(Read.of(self.as_text))
        if found is Kind.TEXT:
            raise KindError(f"{self.as_text} is text already", "from", (self.as_text,))
        if found.is_moment and (self.decimals is not None or self.significant is not None):
            raise KindError(f"a {found.value} has no decimals", names=(self.as_text,))
        return Kind.TEXT

    def values(self, scope: Scope) -> Made:
        """The texts."""
        column = scope.column(self.as_text)
        scope.step(f"{self.as_text} as text{rounded(self.decimals, self.significant)}")
        if isinstance(column, Number):
            return {scope.variable: column.to_text(self.decimals, self.significant)}
        return {scope.variable: as_text(column)}

    def words(self) -> str:
        """The number and its digits."""
        return f"{self.as_text} as text{rounded(self.decimals, self.significant)}."

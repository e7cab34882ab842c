"""``constant``: the same value in every record; ``flag``: Y where a condition holds."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from derive.line import AS_KINDS, Kinds, Line, Made, Origin, Read, at_key, condition_reads
from derive.scope import Scope
from derive.values import moment, number
from derive.values.column import Column, Kind, KindError
from derive.values.text import Text
from derive.verbs.words import said, written
from specs import Study
from specs.language.base import Text as Words
from specs.language.base import Where


def stated_kind(line: Line, kinds: Kinds) -> Kind:
    """The kind of a value that is written in the specification: the variable's, or ``as``."""
    stated = AS_KINDS[line.as_] if line.as_ is not None else None
    if stated is not None and kinds.declared not in (None, stated):
        raise KindError(f"the variable is a {kinds.declared.value}, `as` says {stated.value}")
    return stated or kinds.declared or Kind.TEXT


def given_kind(line: Line, scope: Scope) -> Kind | None:
    """The kind that was stated, while a line is executed; None where nothing says one."""
    return AS_KINDS[line.as_] if line.as_ is not None else scope.kind


def literal(text: str, kind: Kind, size: int) -> Column:
    """A written value in every record. Raises KindError for a text that is no such value."""
    return literals(Text.constant(text, size), kind)


def literals(column: Text, kind: Kind) -> Column:
    """Texts of the specification as values. Raises KindError for one that is no such value."""
    if kind is Kind.TEXT:
        return column
    made: Column
    if kind is Kind.NUMBER:
        made, bad = number.of_text(column)
    else:
        made, bad = moment.of_text(column, kind)
    if bad:
        raise KindError(f"{column.values[bad[0]]!r} is no {kind.value}")
    return made


class Constant(Line):
    """The same value in every record that ``when`` holds for. It is of the variable's kind."""

    verb: ClassVar[str] = "constant"
    usual_origin: ClassVar[Origin] = Origin.ASSIGNED
    constant: Words

    def reads(self) -> list[Read]:
        """Nothing."""
        return []

    def kind(self, kinds: Kinds) -> Kind:
        """The variable's own."""
        kind = stated_kind(self, kinds)
        with at_key("constant"):
            literal(self.constant, kind, 1)
        return kind

    def values(self, scope: Scope) -> Made:
        """The constant."""
        scope.step(f"the constant {self.constant!r}")
        return {
            scope.variable: literal(self.constant, given_kind(self, scope) or Kind.TEXT, scope.size)
        }

    def possible(self, study: Study) -> set[str]:
        """The constant."""
        return {self.constant}

    def words(self) -> str:
        """The constant."""
        return f"The constant {written(self.constant, self)}."


class Flag(Line):
    """``is`` (Y) in the records that the condition holds for, else what ``else`` says (N, or a
    line)."""

    verb: ClassVar[str] = "flag"
    fills_blanks: ClassVar[bool] = True
    flag: Where
    is_: Words = "Y"

    def reads(self) -> list[Read]:
        """What the condition reads."""
        return condition_reads(self.flag)

    def kind(self, kinds: Kinds) -> Kind:
        """Text, unless the variable is a number."""
        with at_key("flag"):
            kinds.condition(self.flag)
        kind = stated_kind(self, kinds)
        literal(self.is_, kind, 1)
        return kind

    def values(self, scope: Scope) -> Made:
        """The flag where the condition holds."""
        holds = scope.mask(self.flag)
        scope.step(f"{self.is_!r} when {self.flag}: {'yes' if np.any(holds) else 'no'}")
        kind = given_kind(self, scope) or Kind.TEXT
        return {scope.variable: literal(self.is_, kind, scope.size).keep(holds)}

    def possible(self, study: Study) -> set[str]:
        """The flag."""
        return {self.is_}

    def words(self) -> str:
        """The value and its condition."""
        return f"{written(self.is_, self)} where {said(self.flag)}."

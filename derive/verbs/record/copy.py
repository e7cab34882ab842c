"""``from``: a column or variable, of the record itself, of another data set, or of a table."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from derive.line import SUBJECT, Answer, Kinds, Line, Made, Origin, Read, condition_reads, reads_of
from derive.scope import Other, Scope
from derive.values.column import Column, Kind, KindError, Rows
from derive.values.text import Text
from derive.verbs.matching import Keys, Several, keys_kinds, matched
from derive.verbs.record.terms import Unmapped, by_pattern, mapped
from derive.verbs.words import answered, listed, said
from specs.language.base import Text as Words
from specs.language.base import Texts, Where


class Case(StrEnum):
    """How letters are changed before mapping."""

    UPPER = "upper"
    LOWER = "lower"
    TITLE = "title"


_CASES = {Case.UPPER: str.upper, Case.LOWER: str.lower, Case.TITLE: str.title}


class Copy(Line):
    """A value as it stands: of the record, of a list the first that is not missing; or
    ``DATASET.VARIABLE`` of the one record that matches by subject or by ``on``.

    Then ``pattern`` (its ``part``), ``replace``, ``case`` and ``map``, in this order.
    """

    verb: ClassVar[str] = "from"
    usual_origin: ClassVar[Origin] = Origin.COLLECTED
    from_: Texts
    on: Keys = Field(default_factory=list)
    where: Where | None = None
    several: Several | None = None
    unmatched: Answer | None = None
    pattern: Words | None = None
    part: int = Field(default=1, ge=1)
    unfitting: Answer = Answer.QUERY
    replace: dict[str, str] = Field(default_factory=dict)
    case: Case | None = None
    map: Words | dict[str, Texts] | None = None
    unmapped: Unmapped = Unmapped.ERROR

    @model_validator(mode="after")
    def _looks_somewhere(self) -> Copy:
        named = self.on or self.where is not None or self.several is not None
        if named and (len(self.from_) != 1 or not self.source_read.data_set):
            message = "`on`, `where` and `several` choose a record of one DATASET.VARIABLE"
            raise PydanticCustomError("from", message, {})
        return self

    @property
    def source_read(self) -> Read:
        """The first name."""
        return Read.of(self.from_[0])

    @property
    def looks(self) -> bool:
        """Whether a record is chosen (not simply the subject's only one)."""
        return bool(self.on) or self.where is not None or self.several is not None

    def reads(self) -> list[Read]:
        """The names, their keys, condition and order."""
        out = reads_of(self.from_)
        other = self.source_read.data_set
        if other:
            out += Keys.reads(self.on, other)
            out += condition_reads(self.where, other)
            out += self.several.reads(other) if self.several is not None else []
            out += [Read(SUBJECT, other), Read(SUBJECT)] if not self.on else []
        return out

    def kind(self, kinds: Kinds) -> Kind:
        """The kind of what is read; text where it is changed or mapped, or what the map gives."""
        found = [kinds.of(read) for read in reads_of(self.from_)]
        for other in found:
            if other is not found[0]:
                message = f"{self.from_[0]} is a {found[0].value}, another one is a {other.value}"
                raise KindError(message)
        if self.looks:
            keys_kinds(self.on, self.source_read.data_set, kinds)
            if self.where is not None:
                kinds.condition(self.where, self.source_read.data_set)
            if self.several is not None:
                self.several.check(self.source_read.data_set, kinds)
        changed = self.pattern is not None or self.case is not None or self.replace
        if changed and found[0] is not Kind.TEXT:
            raise KindError(
                f"{self.from_[0]} is a {found[0].value}; only text has patterns and case"
            )
        if self.map is not None:
            return kinds.declared or (Kind.NUMBER if self.as_ == "number" else Kind.TEXT)
        return found[0]

    def values(self, scope: Scope) -> Made:
        """The value, changed as the line says."""
        column = self._found(scope)
        if self.pattern is not None or self.replace or self.case is not None:
            column = self._changed(column, scope)
        if self.map is not None:
            column = mapped(self, column, scope)
        return {scope.variable: column}

    def _found(self, scope: Scope) -> Column:
        if self.looks:
            return self._looked_up(scope)
        column = self._one(self.from_[0], scope)
        for name in self.from_[1:]:
            column = column.fill(self._one(name, scope), column.missing())
        scope.step("text" + (f" of {listed(self.from_, 'or')}" if len(self.from_) > 1 else ""))
        return column

    def _one(self, name: str, scope: Scope) -> Column:
        read = Read.of(name)
        if read.data_set and read.data_set != scope.view.name:
            scope.link(read.data_set, scope.subject_rows(read.data_set))
        return scope.column(name)

    def _looked_up(self, scope: Scope) -> Column:
        read = self.source_read
        other = scope.other(read.data_set)
        rows = matched(scope, other, on=self.on, where=self.where, several=self.several)
        self._answer_unmatched(scope, other, rows)
        scope.link(read.data_set, rows)
        scope.step(f"{read} by {Keys.shown(self.on)}")
        return other.column(read.name).take(rows)

    def _answer_unmatched(self, scope: Scope, other: Other, rows: Rows) -> None:
        """By keys that the line names a match is expected; a subject may have no record."""
        answer = self.unmatched or (Answer.ERROR if self.on else Answer.BLANK)
        asked = np.logical_and.reduce([scope.column(n).present() for n in Keys.own(self.on)])
        lost = np.flatnonzero((rows < 0) & asked & scope.on())
        shown = Keys.shown(self.on)
        message = f"{other.name!r} has no record for this {shown}"
        scope.answer(answer, "MAP305", message, lost, name=Keys.own(self.on)[0])

    def _changed(self, column: Column, scope: Scope) -> Text:
        text = column
        assert isinstance(text, Text)  # noqa: S101 - `kind` refused everything else
        if self.pattern is not None:
            text = by_pattern(self, text, scope)
        if self.replace:
            text = text.apply(self._replaced)
            scope.step(f"replaced {listed(map(repr, self.replace))}")
        if self.case is not None:
            text = text.apply(_CASES[self.case])
            scope.step(f"{self.case.value} case")
        return text

    def _replaced(self, text: str) -> str:
        for old, new in self.replace.items():
            text = text.replace(old, new)
        return text.strip()

    def words(self) -> str:
        """What is read, which record, and how it is changed."""
        text = f"The value of {' or, where that is missing, of '.join(self.from_)}"
        if self.looks:
            text += self._record_words()
        if self.pattern is not None:
            text += f", part {self.part} of the pattern {self.pattern}"
            text += f" (where it does not fit, {answered(self.unfitting)})"
        if self.replace:
            text += ", " + listed(f'"{a}" replaced by "{b}"' for a, b in self.replace.items())
        if self.case is not None:
            text += f", in {self.case.value} case"
        if isinstance(self.map, dict):
            pairs = (f"{target} for {listed(raw, 'or')}" for target, raw in self.map.items())
            text += f", mapped: {'; '.join(pairs)}"
        elif self.map is not None:
            text += f", mapped by {self.map}"
        if self.map is not None:
            text += {
                Unmapped.ERROR: "",
                Unmapped.QUERY: " (a term that is not mapped is left blank and asked about)",
                Unmapped.BLANK: " (a term that is not mapped is left blank)",
                Unmapped.KEEP: " (a term that is not mapped is kept)",
            }[self.unmapped]
        return f"{text}."

    def _record_words(self) -> str:
        keys: Sequence[str] = Keys.own(self.on)
        text = "" if list(keys) == [SUBJECT] else f", in the record with the same {listed(keys)}"
        if self.where is not None:
            text += f", where {said(self.where)}"
        if self.several is not None:
            text += f", {self.several.words()}"
        if self.unmatched is not None:
            text += f" (without such a record {answered(self.unmatched)})"
        return text

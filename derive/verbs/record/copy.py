"""``from``: a column or variable, of the record itself, of another data set, or of a table."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from derive.line import SUBJECT, Answer, Kinds, Line, Made, Origin, Read, at_key, reads_of
from derive.scope import Scope, as_text
from derive.values.column import Column, Kind, KindError, Mask, Rows, filled
from derive.values.keys import shared_codes
from derive.values.text import Text
from derive.verbs.matching import (
    On,
    Order,
    beside,
    check_keys,
    check_order,
    check_where,
    key_reads,
    order_reads,
    order_words,
    own_keys,
    shown_keys,
    true_rows,
    where_reads,
)
from derive.verbs.picking import Ties, only_rows, picked_rows
from derive.verbs.record.constant import given_kind, literals, stated_kind
from derive.verbs.record.terms import CT, Pattern, Terms, Unmapped, by_pattern, mapped
from derive.verbs.words import answered, keyed, listed, quoted, said
from specs import Study
from specs.language.base import Text as Words
from specs.language.base import Texts, Where
from specs.text.maps import BLANK, QUERY


class Case(StrEnum):
    """How letters are changed before mapping."""

    UPPER = "upper"
    LOWER = "lower"
    TITLE = "title"


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def _title(text: str) -> str:
    """Every word with a capital letter; what stands behind an apostrophe is no word."""
    return _WORD.sub(lambda match: match[0][:1].upper() + match[0][1:].lower(), text)


_CASES = {Case.UPPER: str.upper, Case.LOWER: str.lower, Case.TITLE: _title}
_UNMAPPED = {
    Unmapped.ERROR: "",
    Unmapped.QUERY: " (a term that is not mapped is left blank and asked about)",
    Unmapped.BLANK: " (a term that is not mapped is left blank)",
    Unmapped.KEEP: " (a term that is not mapped is kept)",
}


class Copy(Line):
    """A value as it stands: of the record, of a list the first that is not missing; or
    ``DATASET.VARIABLE`` of the subject's only record there, or of the record that matches by ``on``
    and fulfils ``where`` (of several the first or last, ``take``, in the order ``by``).

    Then ``pattern`` (its ``part``), ``replace``, ``case`` and ``map``, in this order. Without a
    match: ``unmatched``; a text that a pattern does not fit: ``unfitting``; a term that the map
    does not hold: ``unmapped``.
    """

    verb: ClassVar[str] = "from"
    usual_origin: ClassVar[Origin] = Origin.COLLECTED
    from_: Texts = Field(min_length=1)
    on: On = Field(default_factory=list)
    where: Where | None = None
    take: Literal["first", "last"] | None = None
    by: Order = ()
    ties: Ties = "error"
    unmatched: Answer | None = None
    pattern: Words | None = None
    part: int = Field(default=1, ge=1)
    unfitting: Answer = Answer.QUERY
    replace: dict[str, Words] = Field(default_factory=dict)
    case: Case | None = None
    map: Words | dict[str, Texts] | None = None
    unmapped: Unmapped = Unmapped.ERROR

    @model_validator(mode="after")
    def _looks_somewhere(self) -> Copy:
        if self.looks and (len(self.from_) != 1 or not self._read.data_set):
            message = "`on`, `where` and `take` choose a record of one DATASET.VARIABLE"
            raise PydanticCustomError("from", message, {})
        return self

    @model_validator(mode="after")
    def _takes_in_order(self) -> Copy:
        if (self.take is None) != (not self.by):
            message = "of several records `take: first` (or last) takes one in the order `by`"
            raise PydanticCustomError("from", message, {})
        return self

    @model_validator(mode="after")
    def _no_idle_keys(self) -> Copy:
        needs = {
            "ties": "by",
            "unmatched": "from",
            "part": "pattern",
            "unfitting": "pattern",
            "unmapped": "map",
        }
        idle = [
            k for k, need in needs.items() if k in self.model_fields_set and not self._has(need)
        ]
        if idle:
            message = "`{key}` says nothing without `{need}`"
            needed = {"from": "on, where or take"}.get(needs[idle[0]], needs[idle[0]])
            raise PydanticCustomError("from", message, {"key": idle[0], "need": needed})
        return self

    def _has(self, key: str) -> bool:
        return self.looks if key == "from" else bool(getattr(self, key))

    @property
    def _read(self) -> Read:
        return Read.of(self.from_[0])

    @property
    def looks(self) -> bool:
        """Whether a record is chosen (not simply the subject's only one)."""
        return bool(self.on) or self.where is not None or bool(self.by)

    def reads(self) -> list[Read]:
        """The names, their keys, condition and order."""
        out = reads_of(self.from_)
        if self.looks:
            other = self._read.data_set
            out += key_reads(self.on, other) + where_reads(self.where, other)
            return out + order_reads(self.by, other)
        for read in reads_of(self.from_):
            out += [Read(SUBJECT, read.data_set), Read(SUBJECT)] if read.data_set else []
        return out

    def kind(self, kinds: Kinds) -> Kind:
        """The kind of what is read; of a map what the variable needs."""
        found = [kinds.of(read) for read in reads_of(self.from_)]
        for name, other in zip(self.from_, found, strict=True):
            if other is not found[0]:
                message = f"{self.from_[0]} is a {found[0].value}, {name} is a {other.value}"
                raise KindError(message, "both must be of one kind", (self.from_[0], name))
        if self.looks:
            self._check_record(kinds)
        if self._changes and found[0] is not Kind.TEXT:
            message = f"{self.from_[0]} is a {found[0].value}"
            raise KindError(message, "only text has patterns, replacements and case")
        return found[0] if self.map is None else self._map_kind(found[0], kinds)

    def _check_record(self, kinds: Kinds) -> None:
        other = self._read.data_set
        check_keys(self.on, other, kinds)
        with at_key("where"):
            check_where(self.where, other, kinds)
        with at_key("by"):
            check_order(self.by, other, kinds)

    def _map_kind(self, kind: Kind, kinds: Kinds) -> Kind:
        if kind.is_moment:
            raise KindError(f"{self.from_[0]} is a {kind.value}; text and numbers are mapped")
        made = stated_kind(self, kinds)
        if isinstance(self.map, dict):
            with at_key("map"):
                literals(Text.of(self.map), made)
        return made

    @property
    def _changes(self) -> bool:
        return self.pattern is not None or self.case is not None or bool(self.replace)

    def values(self, scope: Scope) -> Made:
        """The value, changed as the line says."""
        column = self._looked_up(scope) if self.looks else self._found(scope)
        if self._changes:
            column = self._changed(as_text(column), scope)
        if self.map is not None:
            how = Terms(self.map, self.unmapped, self.codelist, self.from_[0])
            terms = mapped(as_text(column), scope, how)
            column = literals(terms, given_kind(self, scope) or Kind.TEXT)
        return {scope.variable: column}

    def possible(self, study: Study) -> set[str]:
        """The targets of the map."""
        if isinstance(self.map, dict):
            return set(self.map)
        if self.map is None or self.map == CT or self.unmapped is Unmapped.KEEP:
            return set()
        return set(study.term_map(self.map).targets.values()) - {QUERY, BLANK}

    def _found(self, scope: Scope) -> Column:
        column = scope.column(self.from_[0])
        self._link(scope, self.from_[0], column.present())
        for name in self.from_[1:]:
            open_ = column.missing()
            other = scope.narrowed(open_ | _agrees(scope.peek(name), column)).column(name)
            self._link(scope, name, open_ & other.present())
            column = filled(column, other, open_)
        scope.step("text" + (f" of {' or '.join(self.from_)}" if len(self.from_) > 1 else ""))
        return column

    @staticmethod
    def _link(scope: Scope, name: str, used: Mask) -> None:
        """Keep the subject's record of another data set that a value is of."""
        data_set = Read.of(name).data_set
        if data_set and data_set != scope.view.name and scope.view.find(name, name) is None:
            scope.link(data_set, np.where(used, scope.subject_rows(data_set), -1))

    def _looked_up(self, scope: Scope) -> Column:
        read = self._read
        other = scope.other(read.data_set)
        found = beside(scope, other, self.on, self.where)
        column = found.other.column(read.name)
        first = own_keys(self.on)[0] if own_keys(self.on) else ""
        if self.by:
            last = self.take == "last"
            rows = picked_rows(scope, found, self.by, last=last, ties_are=self.ties, values=column)
        else:
            rows = only_rows(scope, found, shown_keys(self.on), first)
        self._answer_unmatched(scope, rows, first)
        scope.link(read.data_set, true_rows(found, rows))
        scope.step(f"{read} by {shown_keys(self.on)}")
        return column.take(rows)

    def _answer_unmatched(self, scope: Scope, rows: Rows, first: str) -> None:
        """By keys that the line names a match is expected; a subject may have no record."""
        answer = self.unmatched or (Answer.ERROR if self.on else Answer.BLANK)
        asked = scope.on()
        for name in own_keys(self.on):
            asked = asked & scope.column(name).present()
        lost = np.flatnonzero((rows < 0) & asked)
        message = f"{self._read.data_set!r} has no record for this {shown_keys(self.on)}"
        scope.answer(answer, "MAP305", message, lost, name=first)

    def _changed(self, text: Text, scope: Scope) -> Text:
        if self.pattern is not None:
            text = by_pattern(
                text, scope, Pattern(self.pattern, self.part, self.unfitting, self.from_[0])
            )
        if self.replace:
            text = text.apply(self._replaced)
            scope.step(f"replaced {listed(map(repr, self.replace))}")
        if self.case is not None:
            text = text.apply(_CASES[self.case])
            scope.step(f"{self.case.value} case")
        return text

    def _replaced(self, text: str) -> str:
        """Each text once, of two at one place the longer; what was put in stays."""
        longest = sorted(self.replace, key=len, reverse=True)
        old = re.compile("|".join(map(re.escape, longest)))
        return old.sub(lambda match: self.replace[match[0]], text).strip()

    def words(self) -> str:
        """What is read, which record, and how it is changed."""
        text = f"The value of {' or, where that is missing, of '.join(self.from_)}"
        if self.looks:
            text += self._record_words()
        if self.pattern is not None:
            text += f", part {self.part} of the pattern {self.pattern}"
            text += f" (where it does not fit, {answered(self.unfitting)})"
        if self.replace:
            pairs = (f"{quoted(a)} replaced by {quoted(b)}" for a, b in self.replace.items())
            text += f", {listed(pairs)}"
        if self.case is not None:
            text += f", in {self.case.value} case"
        return f"{text}{self._map_words()}."

    def _map_words(self) -> str:
        if self.map is None:
            return ""
        if isinstance(self.map, dict):
            pairs = (f"{target} for {listed(raw, 'or')}" for target, raw in self.map.items())
            text = f", mapped: {'; '.join(pairs)}"
        elif self.map == CT:
            named = f" {self.codelist}" if self.codelist else ""
            text = f", mapped to the submission value of the codelist{named}"
        else:
            text = f", mapped to the submission value by {self.map}"
        return text + _UNMAPPED[self.unmapped]

    def _record_words(self) -> str:
        text = keyed(self.on)
        if self.where is not None:
            text += f" where {said(self.where)}"
        if self.by:
            text += f", the {self.take} in the order of {order_words(self.by)}"
            text += " (of equal ones the first)" if self.ties == "allow" else ""
        if self.unmatched is not None:
            text += f" (without such a record {answered(self.unmatched)})"
        return text


def _agrees(one: Column, other: Column) -> Mask:
    """Where both say the same: neither is passed over then."""
    mine, theirs = shared_codes([[one], [other]])
    same: Mask = (mine == theirs) & (mine >= 0)
    return same

"""``category``: the class that a number falls in, by cuts or by a table of grades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from derive.line import Kinds, Line, Made, Read, at_key, reads_of
from derive.scope import Other, Scope, as_text
from derive.values.column import Column, Kind, KindError, Mask, filled
from derive.values.keys import shared_codes
from derive.values.number import Number
from derive.values.related import compare
from derive.values.text import Text, is_number
from derive.verbs.record.constant import given_kind, literal, literals, stated_kind
from derive.verbs.words import listed, quoted
from specs import Study
from specs.language.base import DecimalText, Texts
from specs.language.base import Text as Words

LOW, HIGH = "low", "high"


class Category(Line):
    """The class of a number. ``cut: [18, 65]`` makes one class more than there are cuts, named by
    ``labels``; a cut begins a class (``closed: left``) or ends one (``right``).

    ``table: grades`` takes the first row of a CSV table that holds: its columns ``by`` say for
    which records (PARAMCD), ``low`` and ``high`` are numbers, blank, or one of ``bounds`` (own
    variables); ``value`` names the column of the class. Where a row hangs on a bound that the
    record lacks, there is no class: whether the rows below hold is not known. ``missing-label`` is
    the class of a missing number.
    """

    verb: ClassVar[str] = "category"
    category: Words
    cut: list[DecimalText] = Field(default_factory=list)
    labels: Texts = Field(default_factory=list)
    table: Words | None = None
    by: Texts = Field(default_factory=list)
    bounds: Texts = Field(default_factory=list)
    value: Words = "value"
    closed: Literal["left", "right"] = "left"
    missing_label: Words | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Category:
        if bool(self.cut) == (self.table is not None):
            raise PydanticCustomError("category", "say either `cut` or `table`", {})
        table_keys = {"by", "bounds", "value"} & self.model_fields_set
        if self.table is None and table_keys:
            message = "`{key}` says nothing without `table`"
            raise PydanticCustomError("category", message, {"key": min(table_keys)})
        if self.table is None and len(self.labels) != len(self.cut) + 1:
            message = "{cuts} cuts need {needed} labels, found {found}"
            counts = {"cuts": len(self.cut), "needed": len(self.cut) + 1, "found": len(self.labels)}
            raise PydanticCustomError("category", message, counts)
        if self.table is not None and self.labels:
            raise PydanticCustomError("category", "a table has its own `value`, no labels", {})
        cuts = [float(cut) for cut in self.cut]
        if sorted(set(cuts)) != cuts:
            raise PydanticCustomError("category", "cuts ascend", {})
        return self

    def reads(self) -> list[Read]:
        """The number; of a table its keys and bounds too."""
        out = reads_of([self.category, *self.by, *self.bounds])
        if self.table is not None:
            out += reads_of([*self.by, LOW, HIGH, self.value], self.table)
        return out

    def kind(self, kinds: Kinds) -> Kind:
        """What the variable is, else text (of a table what the column is)."""
        for name in (self.category, *self.bounds):
            found = kinds.of(Read.of(name))
            if found is not Kind.NUMBER:
                hint = f"read it with {{number: {name}}}" if found is Kind.TEXT else ""
                raise KindError(f"{name} is a {found.value}, not a number", hint, (name,))
        if self.table is None:
            kind = stated_kind(self, kinds)
            with at_key("labels"):
                literals(Text.of(self.labels), kind)
        else:
            kind = self._table_kind(self.table, kinds)
        if self.missing_label is not None:
            literal(self.missing_label, kind, 1)
        return kind

    def _table_kind(self, table: str, kinds: Kinds) -> Kind:
        for read in reads_of([LOW, HIGH], table):
            kinds.of(read)
        for name in self.by:
            mine, theirs = kinds.of(Read.of(name)), kinds.of(Read(name, table))
            if mine is not theirs:
                message = f"{name} is a {mine.value}, the table's a {theirs.value}"
                raise KindError(message, names=(name,))
        column = kinds.of(Read(self.value, table))
        return stated_kind(self, kinds) if kinds.declared or self.as_ else column

    def values(self, scope: Scope) -> Made:
        """The class of each record."""
        number = scope.number(self.category)
        made = self._by_cut(number, scope) if self.table is None else self._by_table(number, scope)
        if self.missing_label is not None:
            named = literal(self.missing_label, made.kind, scope.size)
            made = filled(made, named, number.missing())
        scope.step(f"the category of {self.category}")
        return {scope.variable: made}

    def _by_cut(self, number: Number, scope: Scope) -> Column:
        values = number.comparable()
        cuts = np.array([float(cut) for cut in self.cut])
        side: Literal["left", "right"] = "right" if self.closed == "left" else "left"
        places = np.searchsorted(cuts, values, side=side).astype(np.int32)
        codes = np.where(number.missing(), np.int32(-1), places)
        numbered = Text(codes, [str(place) for place in range(len(self.labels))])
        return literals(numbered.map(self.labels), given_kind(self, scope) or Kind.TEXT)

    def _by_table(self, number: Number, scope: Scope) -> Column:
        grades = _Grades.of(self, scope)
        open_ = number.present() & scope.on()
        taken = np.full(scope.size, -1, np.int64)
        for row in range(grades.size):
            holds, unsure = grades.within(number, row, self.closed)
            here = open_ & (grades.mine == grades.theirs[row])
            taken[here & holds] = row
            open_ = open_ & ~(here & (holds | unsure))
        scope.link(grades.other.name, taken)
        value = grades.other.column(self.value)
        kind = given_kind(self, scope)
        if kind is not None and kind is not value.kind:
            value = literals(as_text(value), kind)
        return value.take(taken)

    def possible(self, study: Study) -> set[str]:
        """The classes; of a table what its column says."""
        named = {self.missing_label} if self.missing_label is not None else set()
        if self.table is None:
            return named | set(self.labels)
        file = f"{self.table}.csv"
        found = next((f for f in ("sdtm", "adam") if study.find(f"{f}/{file}")), None)
        if found is None and study.find(file) is None:
            return set()  # a working table: what it says comes from data
        return named | set(study.table(file, found or "sdtm").column(self.value)) - {""}

    def words(self) -> str:
        """The number, and its classes."""
        text = f"The category of {self.category}"
        side = "from each cut on" if self.closed == "left" else "up to each cut"
        if self.table is None:
            text += f": {', '.join(map(quoted, self.labels))}, cut at {listed(self.cut)} ({side})"
        else:
            keys = f" for its {listed(self.by)}" if self.by else ""
            low, high = ("low <=", "< high") if self.closed == "left" else ("low <", "<= high")
            text += f": {self.value} of the first row of {self.table}{keys} with {low} "
            text += f"{self.category} {high}"
            text += f", where the table may name {listed(self.bounds)}" if self.bounds else ""
        if self.missing_label is not None:
            text += f"; {quoted(self.missing_label)} where it is missing"
        return f"{text}."


@dataclass(slots=True)
class _Grades:
    """A table of grades beside own records: ``mine`` and ``theirs`` are codes of ``by``."""

    other: Other
    mine: np.ndarray[tuple[int], np.dtype[np.int64]]
    theirs: np.ndarray[tuple[int], np.dtype[np.int64]]
    bounds: dict[str, Number]
    low: list[str]
    high: list[str]

    @classmethod
    def of(cls, line: Category, scope: Scope) -> _Grades:
        """Raises SpecificationError SPEC108 for a bound that is none, or a row never reached."""
        other = scope.other(str(line.table))
        size = other.records.size
        mine, theirs = np.zeros(scope.size, np.int64), np.zeros(size, np.int64)
        if line.by:
            own = [scope.column(name) for name in line.by]
            mine, theirs = shared_codes([own, [other.column(name) for name in line.by]])
            mine = np.where(mine < 0, -2, mine)
        edges = [[str(t) for t in other.column(name).texts()] for name in (LOW, HIGH)]
        bounds = {name: scope.number(name) for name in line.bounds}
        out = cls(other, mine, theirs, bounds, edges[0], edges[1])
        out.check(scope, line)
        return out

    @property
    def size(self) -> int:
        """Rows of the table."""
        return self.other.records.size

    def check(self, scope: Scope, line: Category) -> None:
        """Refuse what the table says that cannot be meant."""
        closed: set[int] = set()
        for row, (low, high) in enumerate(zip(self.low, self.high, strict=True)):
            for text in (low, high):
                if text and not is_number(text) and text not in self.bounds:
                    message = f"row {row + 1} of {self.other.name}: {text!r} is no number"
                    raise scope.wrong("SPEC108", message, "name variables in bounds: [...]")
            code = int(self.theirs[row])
            if code in closed:
                message = f"row {row + 1} of {self.other.name} is never reached"
                raise scope.wrong("SPEC108", message, "a row above it holds for every number")
            if not low and not high:
                closed.add(code)

    def within(
        self, number: Number, row: int, closed: Literal["left", "right"]
    ) -> tuple[Mask, Mask]:
        """Which numbers lie in a row's bounds, and which may: they lack one that is a variable."""
        holds, unsure = (np.full(len(number), start, np.bool_) for start in (True, False))
        at_low, at_high = (">=", "<") if closed == "left" else (">", "<=")
        for text, op in ((self.low[row], at_low), (self.high[row], at_high)):
            if not text:
                continue
            bound = self.bounds[text] if text in self.bounds else float(text)
            lacks = bound.missing() if isinstance(bound, Number) else np.zeros_like(unsure)
            inside = compare(number, op, bound)
            holds, unsure = holds & inside, (unsure | lacks) & (inside | lacks)
        return holds, unsure

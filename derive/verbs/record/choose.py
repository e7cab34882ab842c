"""``choose``: the first alternative whose condition holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from derive.evaluate import evaluate_line
from derive.line import AnyLine, Kinds, Line, Made, Read, all_reads, at_key, condition_reads
from derive.scope import Scope
from derive.values.column import Column, Kind, KindError, Mask, filled, nothing
from derive.verbs.record.constant import given_kind, literal, stated_kind
from derive.verbs.words import line_words, lowered, said, written
from specs import Study
from specs.language.base import SpecModel, Text, Where

_OWN = ("is", "when", "blank", "else")


def _inner(value: Any) -> Any:
    """``{when: C, from: V}`` is the line ``{from: V}`` under a condition; ``{else: X}`` without."""
    if not isinstance(value, dict):
        return value
    if "else" in value:
        last = value["else"]
        value = {k: v for k, v in value.items() if k != "else"}
        value |= last if isinstance(last, dict) else {"from": last}
    line = {k: v for k, v in value.items() if k not in _OWN}
    return {**{k: v for k, v in value.items() if k in _OWN}, **({"line": line} if line else {})}


class Choice(SpecModel):
    """One alternative: ``is`` a written value, ``blank: true``, or any line, ``when`` it holds."""

    when: Where | None = None
    is_: Text | None = None
    blank: bool = False
    line: Annotated[Any, AnyLine] = None

    @model_validator(mode="after")
    def _one_value(self) -> Choice:
        if sum((self.is_ is not None, self.blank, self.line is not None)) != 1:
            message = "an alternative says one of `is`, `blank: true`, or a line"
            raise PydanticCustomError("choice", message, {})
        return self


def _shown(choice: Choice) -> str:
    if choice.is_ is not None:
        return repr(choice.is_)
    return "blank" if choice.blank else "this alternative"


class Choose(Line):
    """The first alternative whose condition holds; missing when none does. The last may be
    ``{else: ...}``."""

    verb: ClassVar[str] = "choose"
    choose: list[Annotated[Choice, BeforeValidator(_inner)]] = Field(min_length=1)

    @model_validator(mode="after")
    def _reachable(self) -> Choose:
        for number, choice in enumerate(self.choose[:-1]):
            if choice.when is None:
                message = "alternative {n} always holds, so those behind it are never reached"
                raise PydanticCustomError("choose", message, {"n": number + 1, "code": "SPEC122"})
        texts = [str(choice.when) for choice in self.choose]
        twice = next((n for n, text in enumerate(texts) if text in texts[:n]), None)
        if twice is not None:
            message = "alternative {n} is never reached: alternative {m} has the same condition"
            places = {"n": twice + 1, "m": texts.index(texts[twice]) + 1, "code": "SPEC122"}
            raise PydanticCustomError("choose", message, places)
        return self

    def reads(self) -> list[Read]:
        """What the alternatives and their conditions read."""
        out: list[Read] = []
        for choice in self.choose:
            out += condition_reads(choice.when)
            out += all_reads(choice.line) if choice.line is not None else []
        return out

    def kind(self, kinds: Kinds) -> Kind:
        """The one kind of all alternatives; a written value is of that kind."""
        found: list[Kind] = []
        for number, choice in enumerate(self.choose):
            if choice.when is not None:
                with at_key("choose", number, "when"):
                    kinds.condition(choice.when)
            if choice.line is not None:
                with at_key("choose", number):
                    found.append(choice.line.kind(kinds))
        for other in found:
            if other is not found[0]:
                message = f"one alternative is a {found[0].value}, another one a {other.value}"
                raise KindError(message, "all alternatives must be of one kind")
        kind = found[0] if found else stated_kind(self, kinds)
        for choice in self.choose:
            if choice.is_ is not None:
                literal(choice.is_, kind, 1)
        return kind

    def values(self, scope: Scope) -> Made:
        """The values of the alternatives, each where it is the first that holds."""
        open_ = scope.on()
        found: list[tuple[Choice, Mask, Column | None]] = []
        for number, choice in enumerate(self.choose):
            inner = scope.at("choose", number)
            holds = inner.mask(choice.when) & open_
            open_ = open_ & ~holds
            column = None
            if choice.line is not None:
                column = evaluate_line(choice.line, inner.narrowed(holds))[scope.variable]
            found.append((choice, holds, column))
            if scope.trace is not None and holds.any():
                because = f" because {choice.when}" if choice.when is not None else ""
                scope.step(f"{_shown(choice)}{because}")
        return {scope.variable: self._joined(found, scope)}

    def _joined(self, found: Sequence[tuple[Choice, Mask, Column | None]], scope: Scope) -> Column:
        """One column; a written value is of the kind that lines beside it give."""
        given = (column.kind for _, _, column in found if column is not None)
        kind = next(given, None) or given_kind(self, scope) or Kind.TEXT
        out = nothing(kind, scope.size)
        for choice, holds, column in found:
            written = None if choice.is_ is None else literal(choice.is_, kind, scope.size)
            value = column if written is None else written
            if value is not None:
                out = filled(out, value, holds)
        return out

    def possible(self, study: Study) -> set[str]:
        """The written values of the alternatives."""
        written = {choice.is_ for choice in self.choose if choice.is_ is not None}
        lines = [choice.line for choice in self.choose if choice.line is not None]
        return written.union(*(line.possible(study) for line in lines))

    def words(self) -> str:
        """The alternatives in their order."""
        return self._said(None)

    def words_in(self, study: Study) -> str:
        """The same, functions by their docstrings."""
        return self._said(study)

    def _said(self, study: Study | None) -> str:
        parts = []
        for choice in self.choose:
            value = "blank" if choice.blank else written(choice.is_ or "", self)
            if choice.line is not None:
                value = lowered(line_words(choice.line, study)).rstrip(".")
            parts.append(f"{value} if {said(choice.when)}" if choice.when else f"else {value}")
        last = "" if self.choose[-1].when is None else "; otherwise blank"
        if len(parts) == 1:
            (only,) = self.choose
            alone = parts[0].removeprefix("else ") + last
            if only.when is None and only.is_ is not None:
                alone = f"the constant {alone}"
            return f"{alone[0].upper()}{alone[1:]}."
        return f"The first that holds: {'; '.join(parts)}{last}."

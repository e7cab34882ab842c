"""``text``: a template filled with values; ``join``: texts one after the other."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

import numpy as np
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from derive.line import Kinds, Line, Made, Read, at_key, condition_reads, reads_of
from derive.scope import Scope
from derive.values.column import Kind, Mask
from derive.values.keys import combinations, pairs
from derive.values.text import Text
from derive.verbs.words import listed, quoted, said
from specs import Study
from specs.language.base import Text as Words
from specs.language.base import Texts, Where

_HOLE = re.compile(r"\{([^{}]+)\}")
_START = "\0"
"""Stands before every text while it grows, since a blank text is a missing one."""
STUDY = "study"


def _template(text: str) -> str:
    if "{" in _HOLE.sub("", text) or "}" in _HOLE.sub("", text):
        message = 'braces hold one name each: "{A}-{B}"'
        raise PydanticCustomError("template", message, {})
    return text


class Fill(Line):
    """A text made of values: ``"{A}-{B}"``; missing where a part is missing. Numbers and dates
    stand in it as ``as-text`` shows them; ``{study}`` is the study's identifier."""

    verb: ClassVar[str] = "text"
    text: Annotated[Words, AfterValidator(_template)]

    @property
    def names(self) -> list[str]:
        """The names in braces, in order of first use."""
        found = [name for name in _HOLE.findall(self.text) if name != STUDY]
        return list(dict.fromkeys(found))

    def reads(self) -> list[Read]:
        """The names in braces."""
        return reads_of(self.names)

    def kind(self, kinds: Kinds) -> Kind:
        """Text of anything."""
        with at_key("text"):
            for read in self.reads():
                kinds.of(read)
        return Kind.TEXT

    def values(self, scope: Scope) -> Made:
        """The template filled in; where a part is missing, none of the others is taken."""
        parts = [scope.peek(name).present() for name in self.names]
        filled: Mask = np.all([np.ones(scope.size, np.bool_), *parts], axis=0)
        scope = scope if filled.all() else scope.narrowed(filled)
        out = Text.constant(_START, scope.size)
        for number, piece in enumerate(_HOLE.split(self.text)):
            if piece:
                named = number % 2 == 1
                fixed = scope.study.id if named else piece
                whole = not named or piece == STUDY
                part = Text.constant(fixed, scope.size) if whole else scope.text(piece)
                out = _joined(out, part)
        scope.step(f"combined as {self.text}")
        return {scope.variable: out.apply(lambda text: text[1:])}

    def words(self) -> str:
        """``A, "-" and B``."""
        pieces = _HOLE.split(self.text)
        shown = [p if n % 2 else quoted(p) for n, p in enumerate(pieces) if p]
        shown = ["the study's identifier" if p == STUDY else p for p in shown] or [quoted("")]
        if len(shown) == 1 and not self.names:
            return f"The text {shown[0]}."
        names = listed(self.names, "or") if self.names else ""
        blank = f"; blank if {names} is blank" if names else ""
        return f"{listed(shown)}, joined to one text{blank}."


def _joined(left: Text, right: Text) -> Text:
    """Texts one after the other; missing where either is missing."""
    codes, a, b = pairs(left, right)
    texts = [left.values[i] + right.values[j] for i, j in zip(a, b, strict=True)]
    return Text(codes.astype(np.int32), [str(k) for k in range(len(texts))]).map(texts)


class Join(Line):
    """The values that are there, one after the other: ``join: [A, B]`` those of A and B,
    ``join: {WHITE: RACE1 == "1", ASIAN: RACE2 == "1"}`` the words of the boxes that are ticked.
    ``separator`` stands between them; where there are several, ``if-several`` (MULTIPLE) may stand
    for all of them. Missing where there is none."""

    verb: ClassVar[str] = "join"
    join: Annotated[dict[str, Where], Field(min_length=1)] | Annotated[Texts, Field(min_length=1)]
    separator: Words = "; "
    if_several: Words | None = None

    def reads(self) -> list[Read]:
        """The names, or what the conditions read."""
        if isinstance(self.join, dict):
            return [read for where in self.join.values() for read in condition_reads(where)]
        return reads_of(self.join)

    def kind(self, kinds: Kinds) -> Kind:
        """Text of anything."""
        if isinstance(self.join, dict):
            for word, where in self.join.items():
                with at_key("join", word):
                    kinds.condition(where)
        else:
            for read in self.reads():
                kinds.of(read)
        return Kind.TEXT

    def values(self, scope: Scope) -> Made:
        """The values that are there, joined once per distinct combination."""
        if isinstance(self.join, dict):
            columns = [
                Text.constant(word, scope.size).keep(scope.mask(where))
                for word, where in self.join.items()
            ]
        else:
            columns = [scope.text(name) for name in self.join]
        codes, parts = combinations(columns)
        texts: list[str | None] = []
        for places in zip(*parts, strict=True):
            there = [c.values[i] for c, i in zip(columns, places, strict=True) if i >= 0]
            several = len(there) > 1 and self.if_several is not None
            texts.append(self.if_several if several else self.separator.join(there))
        scope.step(f"joined with {self.separator!r}")
        joined = Text(codes.astype(np.int32), [str(k) for k in range(len(texts))]).map(texts)
        return {scope.variable: joined}

    def possible(self, study: Study) -> set[str]:
        """The words of the boxes, where one word stands for several of them."""
        if not isinstance(self.join, dict) or self.if_several is None:
            return set()
        return {*self.join, self.if_several}

    def words(self) -> str:
        """What is joined, and with what."""
        if isinstance(self.join, dict):
            parts = [f"{quoted(word)} where {said(where)}" for word, where in self.join.items()]
        else:
            parts = [f"the value of {name}" for name in self.join]
        text = f"{listed(parts)}, those that there are joined with {quoted(self.separator)}"
        if self.if_several is not None:
            text += f"; {quoted(self.if_several)} where there are several"
        return f"{text[0].upper()}{text[1:]}."

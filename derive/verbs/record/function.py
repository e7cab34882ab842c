"""``function``: what no other verb can say, as a named function of the study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from derive.line import AS_KINDS, Kinds, Line, Made, Read, reads_of
from derive.scope import Scope
from derive.values import moment
from derive.values.column import Codes, Column, Kind, KindError
from derive.values.keys import group_codes
from derive.values.number import Number
from derive.values.text import Text
from derive.verbs.record.constant import given_kind
from derive.verbs.words import listed
from specs import BuildError, Study, finding
from specs.foreign.functions import FunctionError
from specs.language.base import Text as Words
from specs.language.base import Texts


class Function(Line):
    """A function of the study's functions.py of the values of ``of``, called once per distinct
    combination; its docstring is the method in define.xml. Texts are given as text (blank: ""),
    numbers as numbers, dates in ISO 8601 (missing: None); it gives text, a number, a date in ISO
    8601, or None, as ``gives`` declares (not said: what the variable is)."""

    verb: ClassVar[str] = "function"
    function: Words
    of: Texts = Field(min_length=1)
    gives: Literal["text", "number", "date", "datetime"] | None = None

    def reads(self) -> list[Read]:
        """The arguments."""
        return reads_of(self.of)

    def kind(self, kinds: Kinds) -> Kind:
        """What it is declared to give."""
        for read in self.reads():
            kinds.of(read)
        stated = AS_KINDS[self.gives] if self.gives is not None else None
        if stated is not None and kinds.declared not in (None, stated):
            message = f"the variable is a {kinds.declared.value}, `gives` says {stated.value}"
            raise KindError(message)
        return stated or kinds.declared or Kind.TEXT

    def values(self, scope: Scope) -> Made:
        """The function's results. Raises BuildError MAP320 where it fails."""
        call = scope.study.function(self.function, scope.place("function"))
        columns = [scope.column(name) for name in self.of]
        codes, size = group_codes(columns)
        codes = np.where(scope.on(), codes, -1)
        first = np.zeros(size, np.int64)
        first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1) if size else 0
        used = np.unique(codes[codes >= 0]).tolist()
        arguments = [_arguments(column, first) for column in columns]
        results: list[Any] = [None] * size
        asked = [[values[code] for values in arguments] for code in used]
        try:
            given = call.results(asked) if asked else []
        except FunctionError as error:
            shown = ", ".join(map(repr, asked[error.row]))
            raise self._failed(f"({shown}) fails: {error}", scope) from error
        for code, result in zip(used, given, strict=True):
            results[code] = result
        scope.step(f"function {self.function}")
        stated = AS_KINDS[self.gives] if self.gives is not None else given_kind(self, scope)
        return {scope.variable: self._column(results, codes, stated or Kind.TEXT, scope)}

    def _column(self, results: Sequence[Any], rows: Any, kind: Kind, scope: Scope) -> Column:
        wanted: tuple[type, ...] = (float, int) if kind is Kind.NUMBER else (str,)
        for result in results:
            wrong = isinstance(result, bool) or not isinstance(result, wanted)
            if result is not None and result != "" and wrong:
                message = f" gives {result!r}, which is no {kind.value}"
                raise self._failed(message, scope)
        if kind is Kind.NUMBER:
            numbers = [np.nan if result in (None, "") else float(result) for result in results]
            return Number.of(numbers).take(rows) if numbers else Number.nothing(len(rows))
        text = _texts(rows.astype(np.int32), results)
        if kind is Kind.TEXT:
            return text
        made, bad = moment.of_text(text, kind)
        if bad:
            raise self._failed(f" gives {text.values[bad[0]]!r}, which is no {kind.value}", scope)
        return made

    def _failed(self, message: str, scope: Scope) -> BuildError:
        return BuildError(
            finding(
                "MAP320",
                f"{self.function}{message}",
                dataset=scope.view.name,
                variable=scope.variable,
                spec=scope.place(),
            )
        )

    def words(self) -> str:
        """The function by its name."""
        return self._said(f"The function {self.function} of the study.")

    def words_in(self, study: Study) -> str:
        """The function by its docstring."""
        described = " ".join((study.function(self.function).__doc__ or "").split())
        return self._said(described if described.endswith(".") else f"{described}.")

    def _said(self, described: str) -> str:
        gives = f" as {self.gives}" if self.gives is not None else ""
        return f"{described} Computed from {listed(self.of)}{gives}."


def _texts(codes: Codes, results: Sequence[Any]) -> Text:
    places = Text(codes, [str(number) for number in range(len(results))])
    return places.map([result or None for result in results])


def _arguments(column: Column, rows: Any) -> list[Any]:
    """One argument per distinct combination, from the record that has it first."""
    part = column.take(rows)
    if isinstance(part, Number):
        return [None if np.isnan(value) else value for value in part.values.tolist()]
    texts = part.texts().tolist()
    return texts if part.kind is Kind.TEXT else [text or None for text in texts]

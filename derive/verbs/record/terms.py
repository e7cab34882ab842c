"""Terms of a text: by a map or the controlled terminology, and parts of it by a pattern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from derive.line import Answer
from derive.scope import Scope
from derive.values.text import Text
from specs import SpecificationError, finding
from specs.language import TermMap
from specs.text.maps import BLANK, QUERY, CompiledMap, compile_map
from specs.text.regexes import Groups, PatternError, asked, compiled

CT = "ct"
"""The map that is the controlled terminology of the variable's codelist."""


class Unmapped(StrEnum):
    """What to do with a term that a map or codelist does not hold."""

    ERROR = "error"
    QUERY = "query"
    BLANK = "blank"
    KEEP = "keep"


class Terms(NamedTuple):
    """How a line maps: by ``map`` (a name, spellings by their term, ``ct``)."""

    map: str | Mapping[str, Sequence[str]]
    unmapped: Unmapped
    codelist: str | None
    name: str
    """The column whose cell a finding shows."""


class Pattern(NamedTuple):
    """Which part of a text is meant, and what becomes of one that does not fit."""

    pattern: str
    part: int
    unfitting: Answer
    name: str
    """The column whose cell a finding shows."""


def by_pattern(text: Text, scope: Scope, how: Pattern) -> Text:
    """A part of each text by a pattern; what does not fit is missing and answered (MAP306).

    Raises SpecificationError SPEC105 for a pattern that is none or has no such part.
    """
    pattern, part, unfitting, name = how
    matches = _matches(text, scope, pattern, part)
    bad = [code for code in text.used() if matches[code] is None]
    scope.problem(
        unfitting, "MAP306", lambda t: f"{t!r} does not fit the pattern", text, bad, name=name
    )
    scope.step(f"part {part} of pattern {pattern}")
    return text.map([m[part] if m else None for m in matches])


def _matches(text: Text, scope: Scope, pattern: str, part: int) -> list[Groups | None]:
    inner = scope.at("pattern")
    try:
        groups = compiled(pattern).groups
        if groups >= part:
            return asked(pattern, text.values, "search")
    except PatternError as error:
        raise inner.wrong("SPEC105", str(error)) from None
    message = f"the pattern has {groups} groups, part {part} is asked for"
    raise inner.wrong("SPEC105", message)


def mapped(text: Text, scope: Scope, how: Terms) -> Text:
    """Spellings to submission values. Terms that the map wants asked are told (MAP302), those that
    it does not hold are answered (MAP301)."""
    if how.map == CT:
        targets, told = _by_terminology(text, scope, how.codelist), "the pinned terminology"
    else:
        table = _table(scope, how.map)
        targets, told = [table.get(value) for value in text.values], f"map {table.name!r}"
    open_ = [code for code in text.used() if targets[code] == QUERY]
    message = "needs an answer from the site"
    scope.problem(Answer.QUERY, "MAP302", lambda t: f"{t!r} {message}", text, open_, name=how.name)
    _answer_unmapped(text, scope, how, targets, told)
    keep = how.unmapped is Unmapped.KEEP
    new = [
        (value if keep else None) if target is None else target
        for value, target in zip(text.values, targets, strict=True)
    ]
    scope.step(f"mapped by {told}")
    scope.shared.witness.mapped(scope, how.name, text, _became(targets, how.unmapped))
    return text.map([None if target in (QUERY, BLANK) else target for target in new])


def _became(targets: Sequence[str | None], unmapped: Unmapped) -> list[str]:
    """What became of each text, in words that an account can show."""
    lost = {Unmapped.KEEP: "as it is", Unmapped.QUERY: "query MAP301"}.get(unmapped, "blank")
    said = {QUERY: "query MAP302", BLANK: "blank", None: lost}
    return [said.get(target) or str(target) for target in targets]


def _table(scope: Scope, terms: str | Mapping[str, Sequence[str]]) -> CompiledMap:
    """The compiled map. Raises SpecificationError SPEC116, SPEC123."""
    place = scope.place("map")
    if isinstance(terms, str):
        return scope.study.term_map(terms, place)
    values = {target: list(spellings) for target, spellings in terms.items()}
    return compile_map("of this line", TermMap(values=values), place)


def _by_terminology(text: Text, scope: Scope, codelist: str | None) -> list[str | None]:
    known = codelist or scope.shared.codelist_of(scope.view.name, scope.variable)
    if known is None:
        message = f"{scope.variable} has no codelist in the standard, so `map: ct` means nothing"
        where, hint = scope.place("map"), "name one: codelist: ..."
        raise SpecificationError(finding("SPEC116", message, spec=where, hint=hint))
    found = [scope.shared.terms.synonym(known, value) for value in text.values]
    return [term.value if term is not None else None for term in found]


def _answer_unmapped(
    text: Text, scope: Scope, how: Terms, targets: Sequence[str | None], told: str
) -> None:
    unknown = [code for code in text.used() if targets[code] is None]
    if not unknown:
        return
    if how.unmapped in (Unmapped.BLANK, Unmapped.KEEP):
        records = int((np.isin(text.codes, unknown) & scope.on()).sum())
        scope.shared.witness.answered(scope, "MAP301", how.unmapped.value, records)
        return
    hint = "add it to the map, or to its query or blank list"
    if how.map == CT:
        hint = "write a map in codelists.yaml, and name it here instead of ct"
    elif not isinstance(how.map, str):
        hint = "add it to the map, or say what becomes of it: unmapped: blank"
    if how.unmapped is Unmapped.QUERY:
        scope.problem(
            Answer.QUERY,
            "MAP301",
            lambda t: f"{t!r} is not in {told}",
            text,
            unknown,
            name=how.name,
            hint=hint,
        )
        return
    texts = ", ".join(repr(text.values[code]) for code in unknown[:5])
    rows = np.flatnonzero(np.isin(text.codes, unknown) & scope.on())
    message = f"{texts} {'is' if len(unknown) == 1 else 'are'} not in {told}"
    scope.fail("MAP301", message, rows, name=how.name, hint=hint)

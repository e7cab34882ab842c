"""Making a variable's values fit the standard: kind, terms, length, encoding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derive.conform import (
    MORE_TERMS,
    Unfit,
    bound_codelists,
    extended_terms,
    split_columns,
    sponsor_terms,
    unfit_texts,
    unknown_terms,
)
from derive.line import Line, LongText
from derive.scope import Scope
from derive.values.column import Kind, nothing
from derive.values.text import Text
from sdtm.finishing.forms import unfit_forms
from sdtm.making import Making
from sdtm.model import all_supplements
from sdtm.records.stream import StreamRecords
from sdtm.tabulation import Recipe, Tabulation, widened
from specs import SpecPlace
from specs.standards import VariableStandard

CONTINUED = {"TS": "TSVAL", "CO": "COVAL"}
"""Texts that go on in variables of the data set itself: TSVAL1, COVAL1 (SDTMIG 3.4 4.5.3.2)."""


def conform(making: Making, tabulation: Tabulation, name: str, recipes: Sequence[Recipe]) -> None:
    """Give a variable the standard's kind, and refuse what may not be submitted.

    Raises LineFailed (terms, lengths, characters), SpecificationError SPEC131, SPEC116.
    """
    standard = making.variable(tabulation.name, name)
    if standard is None:
        return
    _of_kind(making, tabulation, name, recipes)
    column = tabulation.columns[name]
    if isinstance(column, Text):
        check_terms(making, tabulation, standard, column, recipes)
        for unfit in unfit_forms(column, standard):
            _refuse(making, tabulation, name, unfit, recipes)
        check_texts(making, tabulation, name, recipes)


def _of_kind(making: Making, tabulation: Tabulation, name: str, recipes: Sequence[Recipe]) -> None:
    declared, column = making.declared(tabulation.name, name), tabulation.columns[name]
    column = widened(column, declared)
    if declared is not None and column.kind is not declared:
        if column.present().any():
            scope = scope_of(making, tabulation, name, recipes, tabulation.streams[0])[0]
            message = f"{name} is a {declared.value}, this gives a {column.kind.value}"
            hint = "read it with {number: ...}" if declared is Kind.NUMBER else "say what it is"
            raise scope.wrong("SPEC131", message, hint)
        column = nothing(declared, len(column))
    tabulation.columns[name] = column


def scope_of(
    making: Making,
    tabulation: Tabulation,
    name: str,
    recipes: Sequence[Recipe],
    stream: StreamRecords,
) -> tuple[Scope, str, Line | None]:
    """The scope, raw column and line that gave a variable on a stream."""
    recipe = next((r for r in recipes if r.stream == stream.index), None)
    scope = making.scope(tabulation, stream, name, recipe.path if recipe else ())
    if recipe is None:
        return scope, "", None
    return scope, main_column(recipe.line, scope), recipe.line


def main_column(line: Line, scope: Scope) -> str:
    """The raw column that a line mainly reads, for pointing at it ('' when there is none)."""
    reads = (str(read) for read in line.reads())
    return next((r.removeprefix("raw.") for r in reads if scope.is_raw(r)), "")


def check_terms(
    making: Making,
    tabulation: Tabulation,
    standard: VariableStandard,
    column: Text,
    recipes: Sequence[Recipe],
) -> None:
    """Refuse texts that are no terms; a line that says ``unmapped: query`` leaves them blank."""
    name = standard.name
    stated = next((r.line.codelist for r in recipes if r.line.codelist), None)
    own = sponsor_terms(making.study, stated)
    if own is not None:
        for code in column.used():
            if column.values[code] not in own:
                message = f"{name}: {column.values[code]!r} is not in the sponsor's {stated}"
                _refuse(making, tabulation, name, Unfit(code, "MAP301", message), recipes)
        return
    if stated is None and not standard.codelist_codes:
        return
    terms = making.shared.terms
    path = next((r.path for r in recipes if r.line.codelist), ())
    place = tabulation.loaded.place(*path, "codelist")
    codelists = bound_codelists(terms, stated, standard.codelist_codes, place)
    extended = extended_terms(making.study, codelists, name)
    more = MORE_TERMS.get((tabulation.domain, name), frozenset())
    bad = unknown_terms(column, name, codelists, extended, more=more, version=terms.version)
    for unfit in bad:
        _refuse(making, tabulation, name, unfit, recipes)


def _refuse(
    making: Making, tabulation: Tabulation, name: str, unfit: Unfit, recipes: Sequence[Recipe]
) -> None:
    column = tabulation.columns[name]
    assert isinstance(column, Text)  # noqa: S101 - only texts are checked
    for stream in tabulation.streams:
        rows = np.flatnonzero(column.codes[stream.start : stream.stop] == unfit.code)
        if not len(rows):
            continue
        scope, raw, line = scope_of(making, tabulation, name, recipes, stream)
        if str(getattr(line, "unmapped", "")) != "query":
            scope.fail(unfit.rule, unfit.message, rows, name=raw, hint=unfit.hint)
        scope.tell(unfit.rule, unfit.message, rows, name=raw, hint=unfit.hint, done="left blank")
        codes = column.codes.copy()
        codes[stream.start + rows] = -1
        column = Text(codes, column.values)
        tabulation.columns[name] = column


def check_texts(
    making: Making, tabulation: Tabulation, name: str, recipes: Sequence[Recipe]
) -> None:
    """Refuse texts that are too long or not writable; split those that may be."""
    column = tabulation.columns[name]
    assert isinstance(column, Text)  # noqa: S101 - only texts are checked
    for number, piece in enumerate(fitting(making, tabulation, name, column, recipes)):
        if number == 0:
            tabulation.columns[name] = piece
        elif CONTINUED.get(tabulation.domain) == name:
            tabulation.columns[f"{name}{number}"] = piece
        else:
            go_on(making, tabulation, name, recipes, number=number, piece=piece)


def go_on(
    making: Making,
    tabulation: Tabulation,
    name: str,
    recipes: Sequence[Recipe],
    *,
    number: int,
    piece: Text,
) -> None:
    """Put the rest of a long text into a further qualifier. Raises LineFailed MAP307 where that
    would be one which there is already."""
    further = numbered(name, number)
    known = tabulation.continued.get(further, (name, number)) != (name, number)
    known |= further in all_supplements(tabulation.model)
    if known or making.variable(tabulation.name, further) is not None:
        row = int(np.flatnonzero(piece.present())[0])
        stream, at = tabulation.located(row)
        scope, raw, _ = scope_of(making, tabulation, name, recipes, stream)
        message = f"the rest of {name} would go to {further}, which there is already"
        hint = "give one of the two another name"
        scope.fail("MAP307", message, np.array([at]), name=raw, hint=hint)
    tabulation.continued[further] = (name, number)
    tabulation.supplemental[further] = piece


def qualifier_terms(scope: Scope, line: Line, column: Text, place: SpecPlace) -> Text:
    """The values of a qualifier whose line names a codelist, each a term of it; others are refused,
    or left blank where the line says ``unmapped: query`` (MAP301)."""
    study, terms = scope.study, scope.shared.terms
    if line.codelist is None:
        return column
    own = sponsor_terms(study, line.codelist)
    if own is None:
        codelists = bound_codelists(terms, line.codelist, (), place)
        extended = extended_terms(study, codelists, scope.variable)
        bad = unknown_terms(column, scope.variable, codelists, extended, version=terms.version)
    else:
        message = f"{scope.variable}: {{!r}} is not in the sponsor's {line.codelist}"
        bad = [
            Unfit(code, "MAP301", message.format(column.values[code]))
            for code in column.used()
            if column.values[code] not in own
        ]
    raw = main_column(line, scope)
    for unfit in bad:
        rows = np.flatnonzero(column.codes == unfit.code)
        if str(getattr(line, "unmapped", "")) != "query":
            scope.fail(unfit.rule, unfit.message, rows, name=raw, hint=unfit.hint)
        scope.tell(unfit.rule, unfit.message, rows, name=raw, hint=unfit.hint, done="left blank")
        column = column.keep(column.codes != unfit.code)
    return column


def numbered(name: str, number: int) -> str:
    """The name of the qualifier that holds the rest of a text, of eight characters at most."""
    return f"{name[: 8 - len(str(number))]}{number}"


def fitting(
    making: Making,
    tabulation: Tabulation,
    name: str,
    column: Text,
    recipes: Sequence[Recipe],
) -> list[Text]:
    """A text column in pieces that fit. Raises LineFailed MAP307, MAP329."""
    split = any(recipe.line.long is LongText.SPLIT for recipe in recipes)
    bad, pieces = unfit_texts(column, name, making.study.spec.encoding, split=split)
    for unfit in bad:
        for stream in tabulation.streams:
            rows = np.flatnonzero(column.codes[stream.start : stream.stop] == unfit.code)
            if len(rows):
                scope, raw, _ = scope_of(making, tabulation, name, recipes, stream)
                scope.fail(unfit.rule, unfit.message, rows, name=raw, hint=unfit.hint)
    return split_columns(column, pieces) if pieces else [column]

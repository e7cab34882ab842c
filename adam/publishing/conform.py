"""What published texts may hold: terms of their codelist, texts that fit a transport file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from adam.model import TABULATION
from derive.conform import (
    Unfit,
    bound_codelists,
    extended_terms,
    sponsor_terms,
    unfit_texts,
    unknown_terms,
)
from derive.line import Line
from derive.values.text import Text
from specs import SpecPlace
from specs.standards import Codelist, ControlledTerminology

if TYPE_CHECKING:
    from adam.making import AnalysisSet, Making


def refuse_unfit(making: Making, of: AnalysisSet) -> None:
    """Stop a data set with a text that is no term of its codelist (MAP301) or does not fit (MAP307,
    MAP329). A codelist is the one that the variable's line names; of tabulation data that are
    derived here it is the standard's too.

    Raises LineFailed, SpecificationError SPEC116 for a codelist that does not exist.
    """
    encoding = making.study.spec.encoding
    for name in of.published:
        column = of.records.columns[name]
        if not isinstance(column, Text):
            continue
        line, place = _line_of(of, name)
        bad = _strange_terms(making, of, name, column, (line, place))
        bad += unfit_texts(column, name, encoding, split=False)[0]
        if bad:
            _fail(making, of, name, column, bad)


def _line_of(of: AnalysisSet, name: str) -> tuple[Line | None, SpecPlace]:
    from adam.publishing.output import place_of

    stated = of.lines.get(name)
    line = stated.line if stated is not None else None
    for spec in of.model.all_tables().values():
        line = line or spec.variables.get(name)
    return line, place_of(of, name)


def _strange_terms(
    making: Making,
    of: AnalysisSet,
    name: str,
    column: Text,
    written: tuple[Line | None, SpecPlace],
) -> list[Unfit]:
    line, place = written
    stated = line.codelist if line is not None else None
    standard: tuple[str, ...] = ()
    if of.model.class_ == TABULATION:
        found = making.guides.variable(of.loaded, name)
        standard = found.codelist_codes if found is not None else ()
    if stated is None and not standard:
        return []
    own = sponsor_terms(making.study, stated)
    if own is not None:
        return _not_of_sponsor(column, name, own, str(stated))
    terms: ControlledTerminology = making.terms()
    lists: list[Codelist] = bound_codelists(terms, stated, standard, place)
    more = extended_terms(making.study, lists, name)
    return unknown_terms(column, name, lists, more, version=terms.version)


def _not_of_sponsor(column: Text, name: str, known: set[str], codelist: str) -> list[Unfit]:
    return [
        Unfit(code, "MAP301", f"{name}: {column.values[code]!r} is not in {codelist}")
        for code in column.used()
        if column.values[code] not in known
    ]


def _fail(making: Making, of: AnalysisSet, name: str, column: Text, bad: list[Unfit]) -> None:
    line = of.lines.get(name)
    scope = making.scope(of, of.records, name, line.path if line is not None else ("dataset",))
    kept = of.records.in_cut()
    for one in bad[1:]:
        rows = np.flatnonzero((column.codes == one.code) & kept)[:1]
        scope.tell(one.rule, one.message, rows, name=name, hint=one.hint)
    rows = np.flatnonzero((column.codes == bad[0].code) & kept)[:1]
    scope.fail(bad[0].rule, bad[0].message, rows, name=name, hint=bad[0].hint)

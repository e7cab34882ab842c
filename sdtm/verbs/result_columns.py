"""What the parts of ``result`` share: the columns of the stream, units and words of the study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from derive.scope import Scope
from derive.values.text import Text
from sdtm.collected.units import UnitTable
from sdtm.records.stream import RAW_TEST, StreamRecords
from sdtm.tabulation import SetView, StreamView
from specs.language.study import TermMap
from specs.text.maps import BLANK, QUERY, compile_map

if TYPE_CHECKING:
    from sdtm.verbs.result import Result

RESULT_SUFFIXES = (
    "ORRES", "ORRESU", "STRESC", "STRESN", "STRESU", "ORNRLO", "ORNRHI", "STNRLO", "STNRHI",
    "STNRC", "NRIND", "STAT", "REASND", "LLOQ",
)  # fmt: skip
NUMBERS = ("STRESN", "STNRLO", "STNRHI", "LLOQ")
HOLE = "{raw}"


def stream_of(scope: Scope) -> StreamRecords:
    """The stream that a line of raw data stands on."""
    view = scope.view
    assert isinstance(view, StreamView)  # noqa: S101 - this verb is for raw streams
    return view.stream


def own_prefix(scope: Scope) -> str:
    """What ``--`` stands for in the data set that a line of raw data stands in."""
    view = scope.view
    return view.tabulation.prefix if isinstance(view, StreamView | SetView) else view.name


def beside_test(scope: Scope, name: str) -> Text:
    """A column that the table of tests puts beside each record; nothing where it has none."""
    found = stream_of(scope).own.get(name)
    if found is None:
        return Text.nothing(scope.size)
    from derive.scope import as_text

    column = as_text(found)
    return column if scope.active is None else column.keep(scope.active)


def raw_columns(scope: Scope, name: str) -> Text:
    """A column by name; ``{raw}`` in it stands for the raw name of each record's test."""
    if HOLE not in name:
        return scope.text(name)
    stream = stream_of(scope)
    tests = stream.text(RAW_TEST)
    out = Text.nothing(scope.size)
    for code in tests.used():
        one = name.replace(HOLE, tests.values[code])
        if stream.has(one):
            out = out.fill(scope.text(f"raw.{one}"), tests.codes == code)
    return out


def result_terms(line: Result, scope: Scope, texts: Sequence[str]) -> dict[str, str]:
    """Raw words to terms, by the line's map. Raises SpecificationError SPEC116, SPEC123."""
    if line.map is None:
        return {}
    place = scope.place("map")
    if isinstance(line.map, dict):
        table = compile_map("of this line", TermMap(values=line.map), place)
    else:
        table = scope.study.term_map(line.map, place)
    found = {text: table.get(text) for text in texts}
    return {raw: term for raw, term in found.items() if term and term not in (QUERY, BLANK)}


def unit_table(scope: Scope, codelists: tuple[str, ...] = ("UNIT",)) -> UnitTable:
    """Unit spellings of the pinned terminology, with the study's map ``units`` where it has one."""
    maps = scope.study.codelists.maps
    own = (
        {raw: unit for unit, raws in maps["units"].values.items() for raw in raws}
        if "units" in maps
        else {}
    )
    return UnitTable(scope.shared.terms, codelists, own)


def starting(results: Text, signs: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which results start with one of these signs."""
    return results.where(lambda text: text[:1] in signs)

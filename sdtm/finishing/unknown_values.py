"""Values of raw columns that no condition knows what to make of: one question per value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from derive.line import SUBJECT
from derive.values.column import Rows
from sdtm.making import Making
from sdtm.planning.words.closed_sets import ClosedSet, ClosedSets
from sdtm.planning.words.tested_columns import Use, columns_tested
from sdtm.records.sources import SourceTable
from sdtm.records.subjects import source_subjects
from specs import Finding, Severity, SpecificationError, finding
from specs.suggest import did_you_mean

if TYPE_CHECKING:
    from sdtm.planning.plan import Planner

_CELLS = 3
"""Cells that a question names."""


def unknown_values(planner: Planner, wanted: Iterable[str]) -> list[Finding]:
    """MAP351 for each value of a tested raw column that is no member of its set, once per source,
    column and value. Sources that no step read are not looked at.

    Raises SpecificationError SPEC114 for a declared column that its source does not have.
    """
    making = planner.making
    _refuse_unknown_columns(making)
    sets = ClosedSets(planner)
    out: list[Finding] = []
    for column, tested in columns_tested(planner, wanted).items():
        table = making.sources.read.get(column.source)
        if table is not None and table.has(column.column):
            out += _of_column(making, table, sets.of(tested))
    return out


def _refuse_unknown_columns(making: Making) -> None:
    document = making.study.document
    wrong = []
    for name, source in making.study.spec.sources.items():
        table = making.sources.read.get(name)
        for column in source.values if table is not None else ():
            if table is not None and not table.has(column):
                message = f"{name!r} has no column {column!r}"
                hint = did_you_mean(column, table.names)
                place = document.place(("sources", name, "values", column), key=True)
                wrong.append(finding("SPEC114", message, spec=place, hint=hint))
    if wrong:
        raise SpecificationError(wrong)


def _of_column(making: Making, table: SourceTable, known: ClosedSet) -> Iterator[Finding]:
    text = table.column(known.tested.column.column)
    for code in sorted(text.used(), key=text.values.__getitem__):
        asked, meant = known.refuses(text.values[code])
        if asked:
            rows = np.flatnonzero(text.codes == code)
            subject = _subject(making, table, int(rows[0]))
            yield _question(table, known, rows, meant, key=subject)


def _question(
    table: SourceTable,
    known: ClosedSet,
    rows: Rows,
    meant: str,
    *,
    key: tuple[tuple[str, str], ...],
) -> Finding:
    tested = known.tested
    deciding = [use for use in tested.uses if not use.asks]
    first = (deciding or tested.uses)[0]
    cells = [table.cell(int(row), tested.column.column) for row in rows[:_CELLS]]
    text = table.column(tested.column.column)
    word = text.values[int(text.codes[rows[0]])]
    count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    message = f"{tested.column.column} is {word!r} in {count}, which {first.condition} "
    message += f"does not know; it decides {_listed(tested.uses)}"
    hint = f"did you mean {meant!r}? " if meant else ""
    hint += f"have it corrected, or list it under `values` of {table.name!r} in study.yaml"
    more = ", ".join(f"{cell.file} row {cell.row}" for cell in cells[1:])
    details = {"rows": str(len(rows)), "meanwhile": "taken as none of the values that are named"}
    if more:
        details["also"] = more
    return finding(
        "MAP351",
        message,
        dataset=first.data_set,
        key=key,
        raw=cells[0],
        value=word,
        spec=first.place,
        hint=hint,
        severity=Severity.BLOCKS if deciding else Severity.EXPLAIN,
        details=details,
    )


def _listed(uses: list[Use]) -> str:
    said = list(dict.fromkeys(use.decides for use in uses))
    rest = f" and {len(said) - _CELLS} more" if len(said) > _CELLS else ""
    return ", ".join(said[:_CELLS]) + rest


def _subject(making: Making, table: SourceTable, row: int) -> tuple[tuple[str, str], ...]:
    subjects = source_subjects(making.sources, table)
    if subjects is None or subjects.codes[row] < 0:
        return ()
    return ((SUBJECT, subjects.values[subjects.codes[row]]),)

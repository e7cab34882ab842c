"""``by``: what raw rows are ordered by when one of them is taken. Text has no order."""

from __future__ import annotations

from collections.abc import Sequence

from derive.evaluate import evaluate_line
from derive.line import Line
from derive.values.column import Column, Kind
from sdtm.making import Making
from sdtm.records.stream import StreamRecords
from sdtm.tabulation import Tabulation
from specs.reading.yaml_source import NodePath


def by_columns(
    making: Making,
    tabulation: Tabulation,
    stream: StreamRecords,
    lines: Sequence[Line],
    path: NodePath,
) -> list[Column]:
    """What they are ordered by, per ``by`` line, for the records of a stream.

    Raises SpecificationError SPEC131 for a line that gives text.
    """
    out = []
    for number, line in enumerate(lines):
        at: NodePath = (*path, number) if len(lines) > 1 else path
        scope = making.scope(tabulation, stream, f"*by{number}", at)
        column = evaluate_line(line, scope)[scope.variable]
        if column.kind is Kind.TEXT:
            hint = "read it as what it is: {number: ...} or {date: ...}"
            raise scope.wrong("SPEC131", "text has no order", hint)
        out.append(column)
    return out


def said_order(lines: Sequence[Line]) -> str:
    """What is ordered by, in words."""
    return ", ".join(str(read) for line in lines for read in line.reads())

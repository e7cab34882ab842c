"""``tables``: records of a raw source made ready for look-ups, with variables of their own."""

from __future__ import annotations

from graphlib import TopologicalSorter

import numpy as np

from derive.evaluate import evaluate_line
from derive.line import SUBJECT, Line, all_reads
from derive.records import Records
from sdtm.making import Making
from sdtm.records.stream import no_records
from sdtm.records.streams import opened
from sdtm.records.subjects import source_subjects
from sdtm.tabulation import Tabulation


def new_table(owner: Tabulation, name: str) -> Tabulation:
    """A working table of a data set's file, before its records are read."""
    table = Tabulation(owner.loaded, Records(name, 0))
    table.streams = [no_records(0, owner.model.tables[name], ("tables", name))]
    lines = table_lines(owner, name)
    table.made, table.made_on = set(lines), {0: set(lines)}
    return table


def table_lines(owner: Tabulation, name: str) -> dict[str, tuple[Line, str]]:
    """The lines of a working table, with the section that they stand in."""
    stream = owner.model.tables[name]
    out = {variable: (line, "working") for variable, line in stream.working.items()}
    return out | {variable: (line, "variables") for variable, line in stream.variables.items()}


def make_table(making: Making, owner: Tabulation, name: str) -> None:
    """Read a working table's records, and make its variables, each after those that it reads."""
    table = making.tables[name]
    stream = opened(making, table, table.streams[0])
    table.set_streams([stream])
    for column in stream.names():
        table.columns[column] = stream.column(column)
    if stream.source is not None and stream.source.is_raw and SUBJECT not in table.columns:
        subjects = source_subjects(making.sources, stream.source)
        if subjects is not None:
            table.columns[SUBJECT] = subjects.take(stream.rows)
    table.records.origin[name] = np.arange(table.size, dtype=np.int64)
    lines = table_lines(owner, name)
    graph = {
        variable: [r.name for r in all_reads(line) if r.name in lines and r.name != variable]
        for variable, (line, _) in lines.items()
    }
    for variable in TopologicalSorter(graph).static_order():
        line, section = lines[variable]
        scope = making.scope(table, stream, variable, (*stream.path, section, variable))
        table.columns.update(evaluate_line(line, scope))

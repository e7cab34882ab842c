"""From finished records to a data set as it is published: variables in order, dates as numbers."""

from __future__ import annotations

from typing import Any

from adam.making import AnalysisSet, Making
from adam.publishing.describe import carried_meta, ordered
from derive.scope import as_text
from derive.values.column import Column, Rows
from derive.values.moment import Moment
from derive.values.number import Number
from specs import Finding, finding
from transport import Dataset, VariableMeta


def described(making: Making, of: AnalysisSet) -> list[VariableMeta]:
    """The published variables in their order: label, type, format."""
    names = ordered(of.loaded, of.published, making.guides)
    columns = of.records.columns
    return [_one(making, of, name) for name in names if name in columns]


def _one(making: Making, of: AnalysisSet, name: str) -> VariableMeta:
    kind, meta = of.records.columns[name].kind, of.records.metas.get(name)
    if name in of.lines or any(_makes(of, line, name) for line in of.lines):
        assert meta is not None  # noqa: S101 - said when the line was executed
        return meta
    return carried_meta(of.loaded, making.guides, name, kind, meta)


def _makes(of: AnalysisSet, line: str, name: str) -> bool:
    from derive.line import all_makes

    return name in all_makes(of.lines[line].line, line, of.name)


def data_set(of: AnalysisSet, metas: list[VariableMeta]) -> Dataset:
    """The kept records in their final order."""
    import pandas as pd

    columns = {meta.name: _values(of.records.columns[meta.name], of.order, meta) for meta in metas}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(of.order)), copy=False)
    names = {meta.name for meta in metas}
    keys = tuple(name for name in of.model.keys if name in names)
    return Dataset(of.name, frame, tuple(metas), of.model.label, keys)


def _values(column: Column, order: Rows, meta: VariableMeta) -> Any:
    taken = column.take(order)
    if meta.type == "Char":
        return as_text(taken).to_categorical()
    if isinstance(taken, Moment):
        return taken.sas()
    assert isinstance(taken, Number)  # noqa: S101 - text is Char
    return taken.values


def unlabelled(of: AnalysisSet, metas: list[VariableMeta]) -> list[Finding]:
    """Published variables that nobody gives a label (ADAM213)."""
    return [
        finding(
            "ADAM213",
            f"{of.name}.{meta.name} has no label",
            dataset=of.name,
            variable=meta.name,
            spec=place_of(of, meta.name),
            hint="the guide has none for it: write label: ... into its line",
        )
        for meta in metas
        if not meta.label
    ]


def place_of(of: AnalysisSet, variable: str) -> Any:
    """Where a variable is written: its line, at data set level or in a table; else the file."""
    from derive.line import all_makes

    for name, stated in of.lines.items():
        if variable in (name, *all_makes(stated.line, name, of.name)):
            return of.loaded.place(*stated.path)
    for table, spec in of.model.all_tables().items():
        for name, line in spec.variables.items():
            if variable in (name, *all_makes(line, name, of.name)):
                return of.loaded.place(*of.section(table), "variables", name)
    for number, item in enumerate(of.model.predecessors):
        if item in (variable, "*"):
            return of.loaded.place("predecessors", number)
    return of.loaded.place("time-to-event" if of.model.time_to_event else "dataset", key=True)

"""Where the steps of a table stand: their data set, their table, their place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from adam.making import AnalysisSet, Making
from adam.tables.model import Table
from derive.evaluate import answer_missing, evaluate_line
from derive.line import Line, all_makes, all_reads
from derive.planning.plan import Plan, Task
from derive.records import Records
from derive.scope import Scope
from derive.values.column import Column, KindError, Mask, Rows
from derive.values.moment import Moment
from derive.values.number import Number
from derive.values.text import Text
from specs import SpecPlace
from specs.conditions import Condition
from specs.reading.yaml_source import NodePath


@dataclass(frozen=True, slots=True)
class Bench:
    """The table that is made: what the specification says of it and where."""

    making: Making
    of: AnalysisSet
    name: str
    spec: Table
    path: NodePath
    merged: list[Mask] = field(default_factory=list)
    """Records that the running step puts into one that stands for several."""

    @property
    def full_name(self) -> str:
        """The table's name beyond its file: ``ADRS/OVR``."""
        return self.of.table(self.name)

    def scope(self, records: Records, *steps: str | int, variable: str = "") -> Scope:
        """Where a step or a line stands, on records."""
        return self.making.scope(self.of, records, variable, (*self.path, *steps))

    def mask(self, records: Records, condition: Condition | None, *steps: str | int) -> Mask:
        """Where a condition holds. Raises SpecificationError SPEC131 for kinds that do not mix."""
        scope = self.scope(records, *steps)
        try:
            return scope.mask(condition)
        except KindError as error:
            raise scope.wrong("SPEC131", error.message, error.hint) from error

    def put_lines(self, records: Records, lines: Mapping[str, Line], *steps: str | int) -> Records:
        """Make variables, each after those that it reads; a line that reads its own name reads what
        the record carried in."""
        place = lambda name: self.of.loaded.place(*self.path, *steps, name)  # noqa: E731
        for name in in_order(self.full_name, lines, place):
            line = lines[name]
            scope = self.scope(records, *steps, name, variable=name)
            made = evaluate_line(line, scope)
            self.making.put(self.of, records, line, scope, made)
            if name in records.columns:
                answer_missing(line, scope, records.columns[name], required=False, label="")
        return records

    def describe(self, records: Records, *names: str) -> None:
        """Say what variables are that a step made: the guide's, not what was carried in."""
        from adam.publishing.describe import meta_of

        for name in names:
            kind = records.columns[name].kind
            meta = meta_of(self.of.loaded, self.making.guides, name, kind)
            records.metas[name] = meta
            records.links.pop(name, None)


def in_order(table: str, lines: Mapping[str, Line], place: object = None) -> list[str]:
    """Names of lines so that each comes after the lines whose variables it reads.

    Raises SpecificationError SPEC118 for a circle, which it prints.
    """
    maker = {
        one: name for name, line in lines.items() for one in (name, *all_makes(line, name, ""))
    }
    plan = Plan()
    data_set = table.partition("/")[0]
    for name, line in lines.items():
        reads = {maker[r.name] for r in all_reads(line) if not r.data_set and r.name in maker}
        where: SpecPlace | None = place(name) if callable(place) else None
        needs = {(data_set, read) for read in reads if read != name}
        plan.add(Task((data_set, name), _nothing, needs, place=where))
    ordered = [what for _, what in plan.order()]
    return _as_written(ordered, lines)


def _nothing() -> None:
    return None


def _as_written(ordered: list[str], lines: Mapping[str, Line]) -> list[str]:
    return [name for name in ordered if name in lines]


def text_of(records: Records, name: str) -> Text:
    """A variable that is text (checked before a row is read)."""
    column: Column = records.columns[name]
    assert isinstance(column, Text)  # noqa: S101 - refused by the planner otherwise
    return column


def number_of(records: Records, name: str) -> Number:
    """A variable that is a number (checked before a row is read)."""
    column: Column = records.columns[name]
    assert isinstance(column, Number)  # noqa: S101 - refused by the planner otherwise
    return column


def moment_of(records: Records, name: str) -> Moment:
    """A variable that is a date or date-time (checked before a row is read)."""
    column: Column = records.columns[name]
    assert isinstance(column, Moment)  # noqa: S101 - refused by the planner otherwise
    return column


def every(records: Records) -> Mask:
    """All records."""
    return np.ones(records.size, np.bool_)


def rows_of(mask: Mask) -> Rows:
    """The positions where a mask holds."""
    return np.flatnonzero(mask).astype(np.int64)

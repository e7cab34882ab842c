"""Declared analyses executed over analysis data sets: rows of results, and which records count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from adam.results.cells import Cell, Group, Made, RefusedError, Stat
from adam.results.check import check
from adam.results.conditions import equalities
from adam.results.load import NO_PERCENT, POPULATION, RECORDS, Declared, Displays
from adam.results.methods.registry import REGISTRY
from adam.results.model import TIMES, GroupSpec, Level, Levels
from adam.results.records import SUBJECTS, Records, all_records
from adam.results.statistics.survival import Curve
from derive.values.column import Mask
from specs import Finding, Severity, SpecificationError
from specs.suggest import did_you_mean
from transport import Dataset

N = "N"
"""The id of the rows that hold the size of a display's population, by column."""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One statistic. ``groups`` are the columns, ``columns`` of them, then the row groups."""

    display: str
    analysis: str
    method: str
    data: str
    population: str
    groups: tuple[Group, ...]
    columns: int
    made: Made
    stat: Stat
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ResultCurve:
    """The estimate over time of one cell of an analysis, its times in ``unit``."""

    analysis: str
    groups: tuple[Group, ...]
    curve: Curve
    unit: str


@dataclass(slots=True)
class Results:
    """What an execution gives. ``marks`` has, by analysis, an int8 per record of its data set: 0
    not looked at, 1 looked at, 2 counted; ``populations`` a flag per subject."""

    declared: Displays
    rows: list[ResultRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    marks: dict[str, NDArray[np.int8]] = field(default_factory=dict)
    populations: dict[str, Mask] = field(default_factory=dict)
    curves: list[ResultCurve] = field(default_factory=list)

    @property
    def blocking(self) -> bool:
        """Whether something keeps the results from being published."""
        worst = (Severity.REJECTS, Severity.BLOCKS)
        return any(one.severity in worst for one in self.findings)


def execute(declared: Displays, datasets: Mapping[str, Dataset]) -> Results:
    """Execute every analysis of a study.

    Raises SpecificationError with all names and kinds that do not fit the data sets (ADAM301,
    ADAM302; ADAM319 without ADSL). What only the records show is in ``findings``, ``failed`` names
    the analyses that gave nothing because of it.
    """
    data = all_records(datasets)
    problems = check(declared, data)
    if problems:
        raise SpecificationError(problems)
    return _Run(declared, data).results()


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: its levels, the subjects of its N, the records of the data set."""

    groups: tuple[Group, ...]
    population: Mask
    records: Mask


class _Run:
    def __init__(self, declared: Displays, data: Mapping[str, Records]) -> None:
        self.declared, self.data = declared, data
        self.out = Results(declared, findings=list(declared.told))
        self.shown: dict[str, set[tuple[Group, ...]]] = {}
        self.all = data[SUBJECTS]
        for name, one in declared.populations.items():
            self.out.populations[name] = self.all.mask(one.where)

    def results(self) -> Results:
        """All rows, in the order of displays and analyses."""
        for name in self.declared.displays:
            self.out.rows += self._sizes(name)
            for one in self.declared.of(name):
                try:
                    self.out.rows += self._analysis(one)
                except RefusedError as refused:
                    self.out.findings.append(
                        one.says(refused.code, refused.message, *refused.path, hint=refused.hint)
                    )
                    self.out.failed[one.id] = refused.message
        return self.out

    def _sizes(self, name: str) -> Iterator[ResultRow]:
        """N of each column of a display."""
        display = self.declared.displays[name]
        first = self.declared.of(name)[0]
        population = self.out.populations[display.population]
        for column in self._columns(first, tuple(display.columns), population):
            self.shown.setdefault(name, set()).add(column.groups)
            n = int(column.population.sum())
            stat = Stat(N, n, str(n))
            yield ResultRow(
                name, N, "population", SUBJECTS, display.population, column.groups,
                len(column.groups), Made((stat,)), stat,
            )  # fmt: skip

    def _analysis(self, one: Declared) -> list[ResultRow]:
        records = self.data[one.spec.data]
        population = self.out.populations[one.population]
        if not population.any():
            message = f"nobody is in the population {one.population!r}"
            raise RefusedError("ADAM317", message, "population")
        asked = records.mask(one.where)
        self._refuse_strangers(records, asked)
        looked = asked & (records.subject >= 0)
        looked[looked] &= population[records.subject[looked]]
        self._refuse_empty(one, records, looked)
        self._refuse_others(one, records, looked)
        marks = looked.astype(np.int8)
        rows: list[ResultRow] = []
        columns = list(self._columns(one, one.columns, population))
        self._refuse_outside(one, records, looked, columns)
        for column in columns:
            held = looked & column.records
            held[held] &= column.population[records.subject[held]]
            for groups, chosen in self._groups(one, records, list(one.spec.by), (), held):
                at = np.flatnonzero(chosen)
                whole = self._whole(one, column, records.subject[at])
                cell = Cell(one, records, at, column.population, whole, marks)
                rows += self._cell(one, cell, (*column.groups, *groups), len(column.groups))
        self.out.marks[one.id] = marks
        return rows

    def _cell(
        self, one: Declared, cell: Cell, groups: tuple[Group, ...], columns: int
    ) -> Iterator[ResultRow]:
        unit = one.spec.unit or cell.unit()
        for made in REGISTRY[one.method](cell):
            for stat in made.stats:
                yield ResultRow(
                    one.display, one.id, one.method, one.spec.data, one.population,
                    (*groups, *made.groups), columns, made, stat, unit,
                )  # fmt: skip
        if cell.curve is not None:
            self.out.curves.append(ResultCurve(one.id, groups, cell.curve, unit))

    def _refuse_strangers(self, records: Records, asked: Mask) -> None:
        strange = np.flatnonzero(asked & (records.subject < 0))
        if len(strange):
            name = records.texts("USUBJID")[strange[0]]
            message = f"{len(strange)} record(s) of subjects who are not in ADSL, such as {name}"
            raise RefusedError("ADAM314", message, "data")

    def _refuse_outside(
        self, one: Declared, records: Records, looked: Mask, columns: list[_Column]
    ) -> None:
        """A record that no column shows would be dropped in silence."""
        other = {column.groups for column in columns} - self.shown[one.display]
        if other:
            message = "its columns are not those of the display"
            hint = "name the `levels` of the columns"
            raise RefusedError("ADAM313", message, "columns", hint=hint)
        left = self.out.populations[one.population].copy()
        for column in columns:
            left &= ~column.population
        if left.any():
            name = self.all.texts("USUBJID")[np.flatnonzero(left)[0]]
            message = f"{int(left.sum())} subject(s) of the population are in no column ({name})"
            hint = "name their level in `levels`, or take another population"
            raise RefusedError("ADAM313", message, "columns", hint=hint)
        shown = np.zeros(records.size, np.bool_)
        for column in columns:
            shown |= column.records & column.population[records.subject]
        if (looked & ~shown).any():
            outside = int((looked & ~shown).sum())
            raise RefusedError("ADAM313", f"{outside} record(s) are in no column", "columns")

    def _refuse_empty(self, one: Declared, records: Records, looked: Mask) -> None:
        """Nothing selected is a finding; the literals that the data do not hold are the hint."""
        self._refuse_unheld(one, records)
        condition = one.counted
        hit = looked if condition is None else looked & records.mask(condition)
        if hit.any() or one.spec.empty is not None:
            return
        what = "where" if not looked.any() else one.method
        message = f"no record of {one.spec.data} is selected"
        raise RefusedError("ADAM317", message, what, hint=_unheld(one, records))

    def _refuse_unheld(self, one: Declared, records: Records) -> None:
        """One of several parameters that nobody has would only be missed by who counts them."""
        for name, value in equalities(one.where):
            if name == "PARAMCD" and one.spec.empty is None:
                held = set(records.texts(name))
                if value not in held:
                    hint = did_you_mean(value, held) or "say `empty: allowed` if there may be none"
                    message = f"no record of {one.spec.data} has PARAMCD {value!r}"
                    raise RefusedError("ADAM317", message, "where", hint=hint)

    def _refuse_others(self, one: Declared, records: Records, looked: Mask) -> None:
        """The subjects must be those that another analysis counts, no more and no fewer; of times
        without such an analysis, those of the population."""
        ours = np.zeros(self.all.size, np.bool_)
        ours[records.subject[looked]] = True
        if one.spec.subjects_of is None:
            without = self.out.populations[one.population] & ~ours
            if one.method in TIMES and one.spec.no_record is None and without.any():
                name = self.all.texts("USUBJID")[np.flatnonzero(without)[0]]
                message = f"{int(without.sum())} subject(s) of the population have no time ({name})"
                raise RefusedError("ADAM321", message, one.method)
            return
        different = np.flatnonzero(ours != self._counted(one.spec.subjects_of))
        if len(different):
            name = self.all.texts("USUBJID")[different[0]]
            which = "a" if ours[different[0]] else "no"
            message = (
                f"{len(different)} subject(s) are not in both: {name} has {which} record here, "
                f"unlike in {one.spec.subjects_of}"
            )
            raise RefusedError("ADAM320", message, "subjects-of")

    def _counted(self, name: str) -> Mask:
        """The subjects that an analysis counts."""
        other = self.declared.analyses[name]
        records = self.data[other.spec.data]
        hit = records.mask(other.where) & records.mask(other.counted) & (records.subject >= 0)
        out = np.zeros(self.all.size, np.bool_)
        out[records.subject[hit]] = True
        return out & self.out.populations[other.population]

    def _whole(self, one: Declared, column: _Column, subjects: NDArray[np.int64]) -> Mask:
        """The subjects that percentages are of."""
        of = one.spec.percent_of
        if of in (POPULATION, NO_PERCENT):
            return column.population
        whole = np.zeros(self.all.size, np.bool_)
        if of == RECORDS:
            whole[subjects] = True
            return whole
        return self._counted(of) & column.population

    def _columns(
        self, one: Declared, groups: tuple[GroupSpec, ...], population: Mask
    ) -> Iterator[_Column]:
        """Every combination of the column levels; a variable of the subjects splits N too."""
        records = self.data[one.spec.data]
        parts = [list(self._levels_of(group, records, population)) for group in groups]
        for chosen in product(*parts):
            held, rows = population.copy(), np.ones(records.size, np.bool_)
            for _, subjects, matching in chosen:
                held, rows = held & subjects, rows & matching
            yield _Column(tuple(group for group, _, _ in chosen), held, rows)

    def _levels_of(
        self, group: GroupSpec, records: Records, population: Mask
    ) -> Iterator[tuple[Group, Mask, Mask]]:
        of_subjects = group.by in self.all.names
        texts = self.all.texts(group.by) if of_subjects else records.texts(group.by)
        held = population if of_subjects else np.ones(records.size, np.bool_)
        for order, level in enumerate(_levels(group, texts[held]), 1):
            label, value = level.label, level.values[0]
            hit = np.isin(texts, level.values)
            made = Group(group.by, value, label, order)
            if of_subjects:
                yield made, hit, np.ones(records.size, np.bool_)
            else:
                yield made, np.ones(self.all.size, np.bool_), hit

    def _groups(
        self,
        one: Declared,
        records: Records,
        left: list[GroupSpec],
        above: tuple[Group, ...],
        held: Mask,
    ) -> Iterator[tuple[tuple[Group, ...], Mask]]:
        if not left:
            yield above, held
            return
        texts = records.texts(left[0].by)
        levels = _levels(left[0], texts[held])
        strange = sorted(set(texts[held]) - {v for level in levels for v in level.values})
        if strange:
            some = ", ".join(map(repr, strange[:3]))
            raise RefusedError("ADAM313", f"no level of {left[0].by} names {some}", "by")
        for order, level in enumerate(levels, 1):
            group = Group(left[0].by, level.values[0], level.label, order)
            hit = held & np.isin(texts, level.values)
            yield from self._groups(one, records, left[1:], (*above, group), hit)


def _levels(group: GroupSpec, held: NDArray[np.object_]) -> tuple[Level, ...]:
    declared: Levels | None = group.levels
    if declared is None or declared.found:
        return tuple(Level(v, (v,)) for v in sorted(set(held)) if v)
    return declared.items


def _unheld(one: Declared, records: Records) -> str:
    """The first literal of the conditions that the data do not hold, with the nearest one."""
    for condition in (one.where, one.counted):
        for name, value in equalities(condition):
            held = sorted(set(records.texts(name)) - {""})
            if value not in held:
                return f"{name} never is {value!r}. {did_you_mean(value, held)}".strip()
    return "no condition is wrong by itself: they exclude each other"

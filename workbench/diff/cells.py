"""Values of paired records held against each other, variable by variable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from derive.values.column import Column, Rows
from derive.values.text import Text
from transport.xpt.ibm import from_ibm, out_of_range, to_ibm
from workbench.diff.records import POINTERS, RecordMatch, RecordPairs
from workbench.diff.side import numbers


@dataclass(frozen=True, slots=True)
class Changed:
    """A variable of paired records: ``at`` are positions among the pairs whose values differ.
    ``numbering`` says that it only numbers records."""

    name: str
    at: Rows
    numbering: bool = False


@dataclass(frozen=True, slots=True)
class DataSetDiff:
    """What became of one data set. ``variables_only``: in the old one alone, in the new one."""

    name: str
    pairs: RecordPairs
    cells: dict[str, Changed]
    numbered: int
    variables_only: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def changed(self) -> int:
        """Cells that differ, numbering apart."""
        return sum(len(one.at) for one in self.cells.values())


def data_set_diff(match: RecordMatch, name: str) -> DataSetDiff:
    """Compare the paired records of one data set."""
    pairs = match.pairs(name)
    old, new = match.old.records[name], match.new.records[name]
    cells: dict[str, Changed] = {}
    numbered = 0
    for one in _changed(match, name, pairs):
        if one.numbering:
            numbered += len(one.at)
        elif len(one.at):
            cells[one.name] = one
    only = (
        tuple(n for n in old.names if not new.has(n)),
        tuple(n for n in new.names if not old.has(n)),
    )
    return DataSetDiff(name, pairs, cells, numbered, only)


def _changed(match: RecordMatch, name: str, pairs: RecordPairs) -> Iterator[Changed]:
    old, new = match.old.records[name], match.new.records[name]
    mixed = old.transported != new.transported
    for variable in new.names:
        if not old.has(variable):
            continue
        one, two = match.both(name, variable)
        yield Changed(
            variable, _differing(one, two, pairs, mixed=mixed),
            POINTERS.fullmatch(variable) is not None,
        )  # fmt: skip


def _differing(one: Column, two: Column, pairs: RecordPairs, *, mixed: bool) -> Rows:
    if isinstance(one, Text) and isinstance(two, Text):
        return np.flatnonzero(one.codes[pairs.old] != two.codes[pairs.new])
    if isinstance(one, Text) or isinstance(two, Text):  # another type: every value is another one
        shown = [c.texts() for c in (one, two)]
        return np.flatnonzero(shown[0][pairs.old] != shown[1][pairs.new])
    left, right = numbers(one)[pairs.old], numbers(two)[pairs.new]
    if mixed:
        left, right = _transported(left), _transported(right)
    return np.flatnonzero(~((left == right) | (np.isnan(left) & np.isnan(right))))


def _transported(
    values: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Numbers as a transport file holds them."""
    fits = ~(np.isnan(values) | out_of_range(values))
    out = values.copy()
    out[fits] = from_ibm(to_ibm(values[fits]))
    return out

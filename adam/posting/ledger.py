"""What each step of a table takes, leaves out, copies and makes: posted where the steps run.

Every record carries the number that it had before a step (`AT`); the numbers that come back say
what the step did. Each record of a source that a data set reads has one fate in it: not taken,
taken along, or the last step that left it out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from derive.line import SUBJECT
from derive.records import Records
from derive.values.column import Mask, Rows
from derive.values.text import Text
from specs import SpecPlace

AT = "*at"
"""The number that each record had before the step that is running."""
PARAMETER = "PARAMCD"
NOT_PUBLISHED, NOT_TAKEN, TAKEN = -1, 0, 1
"""Fates of a record of a source; from 2 on it is the number of the step that left it out."""
_FIRST = 2
Whose = frozenset[tuple[str, str | None]]
"""Subjects, each with the parameter of its records, or None where these had none yet."""


@dataclass(slots=True, eq=False)
class Step:
    """One step: records before and after it. ``left`` were left out, ``merged`` went into a record
    that stands for several, ``copies`` are the further records of one, ``made`` those of none;
    ``lost`` says of whom records were left out."""

    key: str
    place: SpecPlace
    before: int
    after: int
    left: int = 0
    merged: int = 0
    copies: int = 0
    made: int = 0
    table: str = ""
    of: str = ""
    text: str = ""
    lost: Whose = frozenset()

    @property
    def of_whom(self) -> frozenset[str]:
        """The subjects of what was left out."""
        return frozenset(subject for subject, _ in self.lost)

    @property
    def closes(self) -> bool:
        """Whether what came in and was made is what came out, was merged or left out."""
        return self.before + self.copies + self.made == self.after + self.left + self.merged


@dataclass(slots=True, eq=False)
class TablePost:
    """The steps of one table, whose records its sources have (``entered``), and the data sets and
    tables that it is made from."""

    name: str
    sources: tuple[str, ...]
    read: list[tuple[str, int, int]] = field(default_factory=list)
    """Per source its records in this cut, and those that the table takes."""
    steps: list[Step] = field(default_factory=list)
    entered: set[str] = field(default_factory=set)
    records: int = 0


@dataclass(slots=True, eq=False)
class Ledger:
    """What the steps of one data set did, and what became of each record of its sources."""

    tables: dict[str, TablePost] = field(default_factory=dict)
    reasons: list[Step] = field(default_factory=list)
    fates: dict[str, NDArray[np.int32]] = field(default_factory=dict)
    last: list[Step] = field(default_factory=list)
    """What the data set itself left out: after the cut, and by ``leave-out``."""

    def open(self, source: str, records: Records) -> None:
        """A data set that a table reads, with the records that it publishes."""
        if source not in self.fates:
            kept = records.in_cut()
            self.fates[source] = np.where(kept, NOT_TAKEN, NOT_PUBLISHED).astype(np.int32)

    def leave(self, step: Step, records: Records, gone: Rows) -> None:
        """Records (by number) that a step left out: of their sources, and of whom they are."""
        if not len(gone):
            return
        self.reasons.append(step)
        code = len(self.reasons) - 1 + _FIRST
        step.lost = step.lost | whose(records, gone)
        self._mark(records, gone, code)

    def take(self, records: Records) -> None:
        """Records that a table holds in the end."""
        self._mark(records, None, TAKEN)

    def _mark(self, records: Records, rows: Rows | None, code: int) -> None:
        for source, origin in records.origin.items():
            fate = self.fates.get(source)
            if fate is not None:
                at = origin if rows is None else origin[rows]
                at = at[at >= 0]
                fate[at[fate[at] != NOT_PUBLISHED]] = code

    def steps(self) -> list[Step]:
        """All steps, in the order in which they ran."""
        return [*(step for table in self.tables.values() for step in table.steps), *self.last]


def left_of(ledger: Ledger, fate: NDArray[np.int32]) -> list[tuple[Step, int]]:
    """The steps that left out records of a source, with the records that each accounts for."""
    counts = np.bincount(fate[fate >= _FIRST] - _FIRST, minlength=len(ledger.reasons))
    return [(step, int(n)) for step, n in zip(ledger.reasons, counts, strict=True) if n]


def whose(records: Records, rows: Rows | Mask) -> Whose:
    """Of whom records are, and of which parameter."""
    subject = records.columns.get(SUBJECT)
    if not isinstance(subject, Text) or not len(rows):
        return frozenset()
    parameter = records.columns.get(PARAMETER)
    names: tuple[str | None, ...] = (None,)
    inner = np.zeros(len(subject.codes[rows]), np.int64)
    if isinstance(parameter, Text):
        names = (None, *parameter.values)
        inner = parameter.codes[rows].astype(np.int64) + 1
    codes = subject.codes[rows].astype(np.int64)
    there = np.zeros((len(subject.values) + 1) * len(names), np.bool_)
    there[(codes + 1) * len(names) + inner] = True
    there[: len(names)] = False  # of no subject
    persons, own = np.divmod(np.flatnonzero(there), len(names))
    known = ("", *subject.values)
    return frozenset(
        zip(
            map(known.__getitem__, persons.tolist()),
            map(names.__getitem__, own.tolist()),
            strict=True,
        )
    )


def subjects_of(records: Records, rows: Rows | Mask) -> frozenset[str]:
    """Of whom records are."""
    subject = records.columns.get(SUBJECT)
    if not isinstance(subject, Text) or not len(rows):
        return frozenset()
    there = np.zeros(len(subject.values) + 1, np.bool_)
    there[subject.codes[rows]] = True  # missing falls on the last
    return frozenset(subject.values[code] for code in np.flatnonzero(there[:-1]).tolist())

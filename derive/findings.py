"""Findings about records: the raw cell, the natural key, the line, and what was done meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from derive.records import Records
from derive.values.column import Column, Rows
from specs import BuildError, Finding, RawCell, Severity, SpecPlace, finding
from specs.codes import code as registered

MOST = 25
"""Findings per code, variable and value; the rest is counted in one more."""


More = Callable[[int], dict[str, str]]
"""By position in a view: details of a finding about it."""


class LineFailed(BuildError):  # noqa: N818 - it says what happened to the line
    """A line that cannot be executed. Its findings are in the report already."""


class View(Protocol):
    """The records that a line stands on: those of one raw stream, of a table, or of a data set."""

    @property
    def name(self) -> str:
        """The data set that the line is of."""
        ...

    @property
    def size(self) -> int:
        """Number of records."""
        ...

    def find(self, name: str, making: str) -> Column | None:
        """A column or variable by its bare name; ``making`` is the variable that the line makes.

        Raises SpecificationError SPEC120 for a name that is a column and a variable both (only the
        line of that same name means the column).
        """
        ...

    def raw(self, name: str) -> bool:
        """Whether a bare name is a raw column."""
        ...

    def names(self) -> list[str]:
        """Every name that can be found."""
        ...

    def records(self, positions: Rows) -> Rows:
        """The record of the data set behind each position."""
        ...

    def table(self) -> Records:
        """What the view stands on, position by position, for verbs that look at all of it."""
        ...

    def cell(self, position: int, column: str) -> RawCell | None:
        """The raw cell behind a record; None for records that no file has."""
        ...

    def key(self, position: int) -> tuple[tuple[str, str], ...]:
        """The natural key of a record, as far as it is known."""
        ...

    def same_cell(self, positions: Rows, column: str) -> Rows:
        """Of records that one raw cell stands behind, the first."""
        ...


@dataclass(slots=True)
class Report:
    """Findings of a build, in the order they were found."""

    findings: list[Finding] = field(default_factory=list)
    asked: dict[tuple[int, str], list[tuple[View, Rows]]] = field(default_factory=dict)
    """Positions that a question that blocks is about, by view (its id, and the view itself: the id
    of one that is gone may be that of another) and variable."""

    def asked_about(self, view: View, variable: str) -> Rows:
        """Positions of a view whose value of a variable a question that blocks is about."""
        found = [rows for _, rows in self.asked.get((id(view), variable), [])]
        return np.concatenate([np.empty(0, np.int64), *found])

    def add(self, *findings: Finding) -> None:
        """Add findings as they are."""
        self.findings.extend(findings)

    def rows(
        self,
        code: str,
        message: str,
        view: View,
        rows: Rows,
        place: SpecPlace,
        *,
        column: str = "",
        variable: str = "",
        hint: str = "",
        done: str = "",
        value: str = "",
        more: More | None = None,
    ) -> None:
        """One finding per record (positions in the view), the first MOST of them in full.

        ``done`` says what was done meanwhile; ``more`` what else is to be kept of a position.
        """
        positions = view.same_cell(np.asarray(rows, np.int64), column)
        details = {"meanwhile": done} if done else {}
        if registered(code).severity is Severity.BLOCKS:
            about = view, np.asarray(rows, np.int64)
            self.asked.setdefault((id(view), variable), []).append(about)
        for position in positions[:MOST].tolist():
            cell = view.cell(position, column)
            self.add(
                finding(
                    code,
                    message,
                    dataset=view.name,
                    variable=variable,
                    key=view.key(position),
                    raw=cell,
                    value=value or (cell.text if cell else ""),
                    spec=place,
                    hint=hint,
                    details={**details, **(more(position) if more else {})},
                )
            )
        if len(positions) > MOST:
            rest = len(positions) - MOST
            self.add(
                finding(
                    code,
                    f"{message} (and {rest} more records like this)",
                    dataset=view.name,
                    variable=variable,
                    raw=view.cell(int(positions[MOST]), column),
                    value=value,
                    spec=place,
                    hint=hint,
                    details={**details, "records": str(rest)},
                )
            )


Message = Callable[[str], str] | str

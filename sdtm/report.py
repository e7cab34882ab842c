"""Collects what is wrong while data sets are built, with the raw cell and the spec line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from sdtm.columns import TextColumn
from sdtm.state import DomainState, Stream
from specs import Finding, RawCell, finding
from specs.yaml_source import NodePath

MOST = 25
"""Findings per code, variable and value; the rest is counted in one more."""


@dataclass(slots=True)
class Report:
    """Findings of a build, in the order they were found."""

    findings: list[Finding] = field(default_factory=list)

    def add(self, *findings: Finding) -> None:
        """Add findings as they are."""
        self.findings.extend(findings)

    def rows(
        self,
        code: str,
        message: str,
        state: DomainState,
        stream: Stream,
        rows: Iterable[int],
        *,
        column: str = "",
        variable: str = "",
        path: NodePath = (),
        hint: str = "",
        done: str = "",
        value: str = "",
    ) -> None:
        """One finding per record (positions in the stream), the first MOST of them in full.

        ``done`` says what was done meanwhile.
        """
        positions = np.asarray(list(rows) if not isinstance(rows, np.ndarray) else rows)
        positions = _one_per_cell(stream, positions, column)
        place = state.spec.place(*path)
        details = {"meanwhile": done} if done else {}
        subjects = _subjects(state)
        for position in positions[:MOST]:
            key = _key(subjects, stream.start + int(position))
            cell = raw_cell(stream, int(position), column)
            shown = value or (cell.text if cell else "")
            more = {"key": key, "raw": cell, "value": shown, "details": details}
            self.add(
                finding(
                    code,
                    message,
                    dataset=state.name,
                    variable=variable,
                    spec=place,
                    hint=hint,
                    **more,
                )
            )
        if len(positions) > MOST:
            rest = len(positions) - MOST
            cell = raw_cell(stream, int(positions[MOST]), column)
            numbered = {**details, "records": str(rest)}
            text = f"{message} (and {rest} more records like this)"
            self.add(
                finding(
                    code,
                    text,
                    dataset=state.name,
                    variable=variable,
                    spec=place,
                    hint=hint,
                    raw=cell,
                    details=numbered,
                    value=value,
                )
            )


def _one_per_cell(
    stream: Stream, positions: np.ndarray[tuple[int], np.dtype[np.int64]], column: str
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Of records that one raw row gave (a wide form), the first, unless each has its own cell."""
    if stream.value_of is None or column in ("RESULT", "") or not len(positions):
        return positions
    _, first = np.unique(stream.rows[positions], return_index=True)
    return positions[np.sort(first)]


def _subjects(state: DomainState) -> TextColumn | None:
    column = state.columns.get("USUBJID")
    return column if isinstance(column, TextColumn) else None


def _key(subjects: TextColumn | None, record: int) -> tuple[tuple[str, str], ...]:
    if subjects is None or record >= len(subjects) or subjects.codes[record] < 0:
        return ()
    return (("USUBJID", subjects.values[subjects.codes[record]]),)


def raw_cell(stream: Stream, position: int, column: str) -> RawCell | None:
    """The raw cell behind a record of a stream; None for records that no file has."""
    if stream.value_of is not None and column in ("RESULT", ""):
        column = stream.value_columns[int(stream.value_of[position])]
    head, _, tail = column.partition(".")
    if tail and head in stream.joins and stream.joins[head][0].has(tail):
        source, rows = stream.joins[head]
        return source.cell(int(rows[position]), tail) if rows[position] >= 0 else None
    if stream.source is None:
        return None
    return stream.source.cell(int(stream.rows[position]), column)

"""The order of records: a total sort by natural key, --SEQ, and records that share a key."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sdtm.columns import Codes, Column, Rows, TextColumn, concat
from sdtm.report import Report
from sdtm.scene import Kitchen
from sdtm.state import DomainState, Stream
from specs import BuildError

_MOST = 2**62


def sort_key(columns: Sequence[Column], rows: Rows) -> tuple[Rows, Rows]:
    """The rows in the order of their columns, ties in the order given; and a group number per
    ordered row, equal for equal keys."""
    key = np.zeros(len(rows), np.int64)
    size = 1
    for column in columns:
        ranks, most = _integer_ranks(column, rows)
        if size > _MOST // (most + 1):
            _, key = np.unique(key, return_inverse=True)
            size = int(key.max(initial=0)) + 1
        key = key * (most + 1) + ranks
        size *= most + 1
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    group = np.zeros(len(rows), np.int64)
    if len(rows):
        group[1:] = np.cumsum(ordered[1:] != ordered[:-1])
    return rows[order], group


def _integer_ranks(column: Column, rows: Rows) -> tuple[Rows, int]:
    if isinstance(column, TextColumn):
        ranks = column.ranks()[rows].astype(np.int64)
        return ranks, len(column.values)
    distinct, codes = np.unique(column.ranks()[rows], return_inverse=True)
    return codes.astype(np.int64), len(distinct)


def sequence(groups: Rows | Codes) -> Rows:
    """1, 2, 3 ... within each run of equal group numbers."""
    n = len(groups)
    if not n:
        return np.empty(0, np.int64)
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    lengths = np.diff(np.r_[starts, n])
    return np.arange(n) - np.repeat(starts, lengths) + 1


def report_duplicates(report: Report, state: DomainState, order: Rows, group: Rows) -> None:
    """List the records that share their natural key with the record before them.

    Raises BuildError where the data set says ``duplicates: error``.
    """
    again = np.flatnonzero(group[1:] == group[:-1]) + 1
    if not len(again):
        return
    keys = ", ".join(state.spec.model.keys)
    for stream in state.streams:
        records = order[again]
        mine = records[(records >= stream.start) & (records < stream.stop)] - stream.start
        if len(mine):
            report.rows(
                "MAP311",
                f"another record has the same {keys}",
                state,
                stream,
                np.sort(mine),
                column=row_id_column(state, stream),
                path=("keys",),
                done="both records were kept",
            )
    if state.spec.model.duplicates == "error":
        told = [f for f in report.findings if f.rule == "MAP311" and f.dataset == state.name]
        raise BuildError(told)


def record_ids(kitchen: Kitchen, state: DomainState) -> TextColumn:
    """The record id of each record's raw row (missing where its source has none). It settles the
    order of records that share their key, so that the order of rows in a file does not matter."""
    pieces = []
    for stream in state.streams:
        source = stream.source
        known = kitchen.study.spec.sources.get(source.name) if source is not None else None
        if source is None or known is None or known.row_id is None or not source.has(known.row_id):
            pieces.append(TextColumn.missing_everywhere(len(stream)))
        else:
            pieces.append(source.column(known.row_id).take(stream.rows))
    return concat(pieces)


def row_id_column(state: DomainState, stream: Stream) -> str:
    """A column that names the record to people: the source's first one."""
    return stream.source.names[0] if stream.source is not None and stream.source.names else ""

"""From raw rows to the records of a stream: joins, filter, duplicates, one per key, tests."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from derive.findings import More
from derive.scope import Scope
from derive.values.column import Column, KindError, Mask, Ranks, Rows
from derive.values.keys import group_codes
from derive.values.masks import mask
from derive.values.order import extreme_rows
from derive.verbs.picking import Lined, take_records
from sdtm.making import Making
from sdtm.records.beside.joins import add_join
from sdtm.records.beside.typed import typed_column
from sdtm.records.ledger import IDENTITY, PRESENCE, TESTED
from sdtm.records.left import DUPLICATES, SEVERAL, WHERE
from sdtm.records.ordered import by_columns, said_order
from sdtm.records.sources import SourceTable
from sdtm.records.stream import StreamRecords
from sdtm.records.subjects import SUBJECT, source_subjects
from sdtm.records.tests_table import add_tests, bare, unpivoted
from sdtm.records.undecided import undecided
from sdtm.tabulation import Tabulation
from sdtm.witnessing import saw
from specs.conditions import Condition
from specs.reading.tables import Table
from specs.suggest import did_you_mean


def opened(making: Making, tabulation: Tabulation, stream: StreamRecords) -> StreamRecords:
    """The records of a stream of raw rows, of a table, or the single one of ``one``.

    Raises SpecificationError (SPEC107, SPEC113, SPEC114), RawDataError, LineFailed.
    """
    model = stream.model
    out = StreamRecords(stream.index, model, stream.path, np.zeros(1, np.int64))
    if model.one:
        out.read = out.carried = 1
        return out
    out.source = _source(making, tabulation, stream)
    out.rows = np.arange(out.source.n, dtype=np.int64)
    if model.table:
        table = making.study.table(model.table)
        _own_table_columns(making, tabulation, out, table)
    return shaped(making, tabulation, out)


def _source(making: Making, tabulation: Tabulation, stream: StreamRecords) -> SourceTable:
    model = stream.model
    place = tabulation.loaded.place(*stream.path, "source" if model.source else "table")
    if model.source:
        return making.sources.get(model.source, place)
    return making.sources.table(making.study.table(str(model.table), place=place))


def _own_table_columns(
    making: Making, tabulation: Tabulation, stream: StreamRecords, table: Table
) -> None:
    """Columns of a table that are variables of the data set are these variables, of their kind."""
    source = stream.source
    assert source is not None  # noqa: S101 - a table stream has one
    for name in source.names:
        kind = making.declared(tabulation.name, name)
        if kind is not None:
            stream.own[name] = typed_column(source.column(name), kind, table, name)


def shaped(making: Making, tabulation: Tabulation, stream: StreamRecords) -> StreamRecords:
    """Joins, filter, duplicates, one per key, wide to long, table of tests, in this order."""
    model = stream.model
    stream.read = len(stream) if stream.source is None else stream.source.n
    for number, join in enumerate(model.join):
        scope = making.scope(tabulation, stream, "", (*stream.path, "join", number))
        add_join(making, tabulation, scope, stream, join)
    if model.where is not None:
        _filter(making, tabulation, stream, model.where)
    if model.duplicates in ("drop", "error", "query"):
        _drop_copies(making.scope(tabulation, stream, "", stream.path), stream)
    if model.one_per:
        _one_per(making, tabulation, stream)
    stream.carried = len(stream)
    if model.unpivot:
        unpivoted(making, tabulation, stream)
    if model.test or model.unpivot:
        add_tests(making, tabulation, stream)
    return stream


def _filter(
    making: Making, tabulation: Tabulation, stream: StreamRecords, condition: Condition
) -> None:
    """Records of other forms on one source are told apart by ``where``; a record that it leaves out
    since what it asks about is blank is told."""
    scope = making.scope(tabulation, stream, "", (*stream.path, "where"))
    for name in condition.names:
        role = TESTED if name in condition.compared else PRESENCE
        saw(making.sources, stream, bare(name), role, str(scope.place()))
    holds = stream_mask(scope, stream, condition)
    blank = undecided(
        condition,
        lambda part: stream_mask(scope, stream, part),
        lambda name: own_column(scope, stream, name),
    )
    for name, rows in _by_blank_column(scope, stream, condition, np.flatnonzero(blank)):
        message = f"not a record of {scope.view.name}: {name}, which `where` asks about, is blank"
        hint = f"complete it, or say that blank is meant: {name} is not missing and ..."
        done = "the record was left out"
        scope.tell("MAP356", message, rows, name=name, hint=hint, done=done)
    stream.leave(WHERE, scope.place(), np.flatnonzero(~holds), stream.model.left_out or "")
    stream.select(np.flatnonzero(holds))


def _by_blank_column(
    scope: Scope, stream: StreamRecords, condition: Condition, rows: Rows
) -> Iterator[tuple[str, Rows]]:
    """The rows by the first column of a condition that is blank in them."""
    for name in condition.names:
        blank = own_column(scope, stream, name).missing()[rows]
        if blank.any():
            yield bare(name), rows[blank]
        rows = rows[~blank]


def stream_mask(scope: Scope, stream: StreamRecords, condition: Condition) -> Mask:
    """Where a condition on the columns of a stream holds. Raises SpecificationError SPEC131."""
    try:
        return mask(
            condition,
            lambda name: own_column(scope, stream, name),
            lambda n: stream.is_raw(bare(n)),
        )
    except KindError as error:
        raise scope.wrong("SPEC131", error.message, error.hint) from error


def own_column(scope: Scope, stream: StreamRecords, name: str) -> Column:
    """A raw, joined or own column of a stream. Raises SpecificationError SPEC114."""
    try:
        return stream.column(bare(name))
    except KeyError:
        message = f"{stream.shown!r} has no column {name!r}"
        raise scope.wrong("SPEC114", message, did_you_mean(name, stream.names())) from None


def _drop_copies(scope: Scope, stream: StreamRecords) -> None:
    """Exact copies of a row, its record id aside."""
    source = stream.source
    if source is None or not len(stream):
        return
    row_id = source.row_id
    columns = [stream.column(name) for name in source.names if name != row_id]
    codes, n = group_codes(columns)
    first = extreme_rows(codes, n, _by_id(stream, row_id), np.ones(len(stream), np.bool_))
    dropped = np.setdiff1d(np.arange(len(stream)), first, assume_unique=True)
    if not len(dropped):
        return
    message = "the row is an exact copy of an earlier one"
    if stream.model.duplicates == "error":
        scope.fail("MAP311", message, dropped, name=row_id or "")
    query = stream.model.duplicates == "query"
    done = "both records were kept" if query else "one of the copies was kept"
    scope.tell("MAP311" if query else "MAP309", message, dropped, name=row_id or "", done=done)
    if not query:
        stream.leave(DUPLICATES, scope.place(), dropped)
        stream.select(np.sort(first))


def _by_id(stream: StreamRecords, row_id: str | None) -> list[Ranks]:
    """Record ids settle which of equal records stays: the order of rows in a file does not."""
    return [stream.column(row_id).ranks()] if row_id is not None else []


def _one_per(making: Making, tabulation: Tabulation, stream: StreamRecords) -> None:
    model, path = stream.model, (*stream.path, "one-per")
    if not len(stream):
        return
    scope = making.scope(tabulation, stream, "", path)
    keys = [_person_or_column(making, scope, stream, name) for name in model.one_per]
    for name in model.one_per:
        saw(making.sources, stream, bare(name), IDENTITY, str(scope.place()))
    codes, n = group_codes(keys)
    every = np.ones(len(stream), np.bool_)
    columns = by_columns(making, tabulation, stream, model.by, (*stream.path, "by"))
    lined = Lined(codes, n, every, columns, [False] * len(columns))
    row_id = stream.source.row_id if stream.source is not None else None
    name, then = bare(model.one_per[0]), _by_id(stream, row_id)
    taken = take_records(scope, lined, last=model.take == "last", name=name, then=then)
    kept, tied = taken.rows, taken.tied
    dropped = np.setdiff1d(np.arange(len(stream)), kept, assume_unique=True)
    if not len(dropped):
        return
    text = f"several rows for one {', '.join(model.one_per)}"
    if not columns:
        hint = "say which: take: last, by: {number: VERSION}"
        scope.fail("MAP304", text, dropped, name=name, hint=hint)
    _refuse_ties(scope, stream, tied, kept[codes[tied]])
    text += f"; {model.take} by {said_order(model.by)} was taken"
    scope.tell("MAP310", text, dropped, name=name, more=_taken(stream, kept[codes], name))
    stream.leave(SEVERAL, scope.place(), dropped)
    stream.select(np.sort(kept))


def _taken(stream: StreamRecords, instead: Rows, name: str) -> More:
    """Which row was taken instead of one: of another file or subject, it may be."""
    cells = stream.source, stream.rows  # as they are now, before rows are left out

    def told(position: int) -> dict[str, str]:
        source, rows = cells
        assert source is not None  # noqa: S101 - asked by the caller
        cell = source.cell(int(rows[instead[position]]), name)
        return {"meanwhile": f"{cell.file}:{cell.row} was taken"}

    return told


def _refuse_ties(scope: Scope, stream: StreamRecords, tied: Rows, taken: Rows) -> None:
    """Records that tie with the one taken, and differ from it, leave it open which is meant."""
    source = stream.source
    if not len(tied) or source is None:
        return
    names = (name for name in source.names if name != source.row_id)
    rows, _ = group_codes([stream.column(name) for name in names])
    other = tied[rows[tied] != rows[taken]]
    if len(other):
        last = stream.model.take == "last"
        message = f"several different rows of one {', '.join(stream.model.one_per)} come "
        message += "last" if last else "first"
        hint = "add something to `by` that tells them apart"
        scope.fail("ADAM208", message, other, name=bare(stream.model.one_per[0]), hint=hint)


def _person_or_column(making: Making, scope: Scope, stream: StreamRecords, name: str) -> Column:
    """A column of the stream; ``USUBJID`` is the person, whatever number a rescreening gave."""
    if name != SUBJECT or stream.has(name) or stream.source is None:
        return own_column(scope, stream, name)
    subjects = source_subjects(making.sources, stream.source)
    return own_column(scope, stream, name) if subjects is None else subjects.take(stream.rows)


def not_known_before(tabulation: Tabulation, stream: StreamRecords) -> Mask:
    """Records of a stream that no earlier stream has, by subject and ``not-in-earlier``."""
    names = [SUBJECT, *stream.model.not_in_earlier]
    codes, _ = group_codes([tabulation.columns[name] for name in names])
    before = codes[: stream.start][tabulation.kept[: stream.start]]
    return ~np.isin(codes[stream.start : stream.stop], before)


__all__ = ["not_known_before", "opened", "own_column", "shaped", "stream_mask"]

"""``join``: a row of another raw source beside each record."""

from __future__ import annotations

import numpy as np

from derive.scope import Scope
from derive.values.column import Column, KindError, Mask, Rows
from derive.values.keys import group_codes, of_groups, shared_codes
from derive.values.masks import mask
from derive.verbs.picking import Lined, take_records
from sdtm.making import Making
from sdtm.model import Join, Stream
from sdtm.records.ledger import IDENTITY
from sdtm.records.ordered import by_columns
from sdtm.records.sources import SourceTable
from sdtm.records.stream import StreamRecords
from sdtm.tabulation import Tabulation
from sdtm.witnessing import saw
from specs.suggest import did_you_mean


def add_join(
    making: Making, tabulation: Tabulation, scope: Scope, stream: StreamRecords, join: Join
) -> None:
    """Put a row of another source beside each record.

    Raises SpecificationError SPEC113, SPEC114; LineFailed MAP304 where several rows differ and the
    join does not say which, MAP305 where ``unmatched: error``.
    """
    source = making.sources.get(join.source, scope.place())
    own = list(join.on.values()) if isinstance(join.on, dict) else list(join.on)
    keep = _rows(scope, source, join)
    left = [_column(scope, stream, name) for name in own]
    right = [_theirs(scope, source, name) for name in join.on]
    mine, theirs = shared_codes([left, right])
    n = int(max(mine.max(initial=-1), theirs.max(initial=-1))) + 1
    columns = _order(making, tabulation, scope, source, join)
    lined = Lined(theirs, n, keep, columns, [False] * len(columns))
    name = own[0].removeprefix("raw.")
    taken = take_records(
        scope, lined, last=join.take == "last", mine=mine, of=join.source, name=name
    )
    found = taken.rows
    unclear = _unclear(source, theirs, found, taken.tied)
    several = np.isin(mine, unclear) & (mine >= 0)
    if several.any():
        message = f"several rows of {join.source!r} match by {', '.join(own)}"
        hint = "say which: take: first, by: {date: ...}; or in `where`"
        scope.fail("MAP304", message, np.flatnonzero(several), name=name, hint=hint)
    rows = of_groups(found, mine)
    place = str(scope.place())
    making.sources.ledger.consult(source, rows)
    for name in own:
        saw(making.sources, stream, name.removeprefix("raw."), IDENTITY, place)
    making.sources.ledger.every(source.name, [_bare(source, n) for n in join.on], IDENTITY, place)
    if join.where is not None:
        asked = [_bare(source, n) for n in join.where.names]
        compared = {_bare(source, n) for n in join.where.compared}
        making.sources.ledger.tested(source.name, asked, place, compared=compared)
    stream.joins[join.source] = (source, rows)
    message = f"no row of {join.source!r} matches by {', '.join(own)}"
    lost = np.flatnonzero(rows < 0)
    scope.answer(join.unmatched, "MAP305", message, lost, name=name, done="left blank")


def _rows(scope: Scope, source: SourceTable, join: Join) -> Mask:
    if join.where is None:
        return np.ones(source.n, np.bool_)
    try:
        return mask(join.where, lambda name: _theirs(scope, source, name), lambda _: True)
    except KindError as error:
        raise scope.wrong("SPEC131", error.message, error.hint) from error


def _order(
    making: Making, tabulation: Tabulation, scope: Scope, source: SourceTable, join: Join
) -> list[Column]:
    if not join.by:
        return []
    path = scope.path
    view = StreamRecords(0, Stream(source=source.name), path, np.arange(source.n), source)
    apart = Tabulation(tabulation.loaded, tabulation.records.shallow(tabulation.name))
    apart.records.columns = {}
    return by_columns(making, apart, view, join.by, (*path, "by"))


def _unclear(source: SourceTable, theirs: Rows, found: Rows, tied: Rows) -> Rows:
    """The keys whose picked row ties with another one that differs in more than its record id."""
    if not len(tied):
        return tied
    rows, _ = group_codes([source.column(name) for name in source.names if name != source.row_id])
    return np.unique(theirs[tied[rows[tied] != rows[found[theirs[tied]]]]])


def _column(scope: Scope, stream: StreamRecords, name: str) -> Column:
    bare = name.removeprefix("raw.")
    if not stream.has(bare):
        message = f"{stream.shown!r} has no column {name!r}"
        raise scope.wrong("SPEC114", message, did_you_mean(name, stream.names()))
    return stream.column(bare)


def _theirs(scope: Scope, source: SourceTable, name: str) -> Column:
    bare = _bare(source, name)
    if not source.has(bare):
        message = f"{source.name!r} has no column {name!r}"
        raise scope.wrong("SPEC114", message, did_you_mean(name, source.names))
    return source.column(bare)


def _bare(source: SourceTable, name: str) -> str:
    return name.removeprefix("raw.").removeprefix(f"{source.name}.")

"""``events``: records that decide, the first listed, the earliest or the latest per base record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adam.making import EVENT
from adam.posting.ledger import AT
from adam.tables.bench import Bench, every, moment_of, rows_of, text_of
from adam.tables.confirmed import confirmed
from adam.tables.model import Event
from derive.line import SUBJECT
from derive.records import Records, stacked
from derive.values.column import NO_RANK, Column, KindError, Ranks, Rows, nothing
from derive.values.keys import of_groups, shared_codes
from derive.verbs.matching import order_columns
from derive.verbs.picking import Lined, take_records
from derive.verbs.words import ordered

NONE, ITSELF = -1, -2
"""Instead of a deciding record: the event does not hold; the base record itself decides."""


@dataclass(frozen=True, slots=True)
class Held:
    """Per base record the deciding record of one event (`NONE`, `ITSELF`), and what it is of."""

    rows: Rows
    of: Records | None


def decided(bench: Bench, records: Records) -> Records:
    """One record per base record that an event holds for: the one that decided, with what the event
    says. Base records that no event holds for have none."""
    events = bench.spec.events
    if not events:
        return records
    held = [_held(bench, records, number, event) for number, event in enumerate(events)]
    days = None
    if bench.spec.decide != "first-listed":
        days = [_ranks(bench, one) for one in held]
    which = chosen([one.rows for one in held], days, latest=bench.spec.decide == "latest")
    parts, order = [], []
    for number, one in enumerate(held):
        hit = rows_of(which == number)
        parts.append(_records(bench, records, number, one, hit))
        order.append(hit)
    try:
        out = stacked(bench.full_name, parts)  # one that no record has still says the kinds
    except KindError as error:
        scope = bench.scope(records, "events")
        raise scope.wrong("SPEC131", error.message, error.hint) from error
    out = out.take(np.argsort(np.concatenate(order), kind="stable").astype(np.int64))
    out.parts = ()
    return out


def _held(bench: Bench, base: Records, number: int, event: Event) -> Held:
    if event.from_ is None:
        holds = bench.mask(base, event.where, "events", number, "where")
        return Held(np.where(holds, ITSELF, NONE).astype(np.int64), None)
    scope = bench.scope(base, "events", number)
    other = scope.other(event.from_)
    found = other.records
    keep = other.kept()
    if event.where is not None:
        keep = keep & bench.mask(found, event.where, "events", number, "where")
    mine, theirs = shared_codes([[scope.column(SUBJECT)], [other.column(SUBJECT)]])
    n = int(max(mine.max(initial=-1), theirs.max(initial=-1))) + 1
    if event.confirmed is not None:
        rule = event.confirmed
        values, dates = text_of(found, rule.variable), moment_of(found, rule.date)
        keep = confirmed(theirs, values, dates.days(), candidates=keep, rule=rule)
    lined = Lined.by((theirs, n), keep, event.by, order_columns(event.by, other))
    taken = take_records(scope, lined, last=event.take == "last", mine=mine, of=event.from_)
    rows, again = taken.rows, taken.tied
    if len(again) and event.ties == "error":
        by = ordered([str(one) for one in event.by]) or "nothing"
        message = f"{len(again)} records of {event.from_} tie by {by} with the {event.take} one"
        at = rows_of(np.isin(mine, theirs[again]))
        scope.fail("ADAM208", message, at, hint="add a key to `by`, or say `ties: allow`")
    return Held(of_groups(rows, mine), found)


def _ranks(bench: Bench, held: Held) -> Ranks:
    """When each deciding record took place; an event without a record comes last of all."""
    if held.of is None:
        return np.full(len(held.rows), NO_RANK, np.int64)
    date = moment_of(held.of, bench.spec.date).days()
    rows = np.maximum(held.rows, 0)
    days = date[rows] if len(date) else np.full(len(rows), np.nan)
    known = (held.rows >= 0) & ~np.isnan(days)
    return np.where(known, np.nan_to_num(days).astype(np.int64), NO_RANK)


def chosen(rows: Sequence[Rows], days: Sequence[Ranks] | None, *, latest: bool = False) -> Rows:
    """Per base record which event counts (-1: none): without ``days`` the first listed that holds,
    with them the one of the earliest (``latest``) day, equal ones going to the first listed."""
    size = len(rows[0]) if rows else 0
    which = np.full(size, -1, np.int64)
    best = np.full(size, NO_RANK, np.int64)
    for number, found in enumerate(rows):
        holds = found != NONE
        if days is None:
            which[holds & (which < 0)] = number
            continue
        day = days[number]
        known = day != NO_RANK
        closer = known & ((best == NO_RANK) | ((day > best) if latest else (day < best)))
        better = holds & ((which < 0) | closer)
        best = np.where(better, day, best)
        which[better] = number
    return which


def _records(bench: Bench, base: Records, number: int, held: Held, hit: Rows) -> Records:
    """The deciding records of one event, with what it says (``set``)."""
    event = bench.spec.events[number]
    if held.of is None:
        out = base.take(hit)
        out.columns = {key: out.columns[key] for key in bench.spec.keys if key in out.columns}
    else:
        local = event.from_ in bench.of.tables
        whole = held.of if local else bench.making.given(event.from_ or "", held.of)
        out = whole.take(held.rows[hit])
    out.name, out.kept = bench.full_name, None
    out.origin[AT] = base.origin[AT][hit]
    out.origin[EVENT] = np.full(out.size, number, np.int64)
    return bench.put_lines(out, event.set, "events", number, "set")


__all__ = ["Column", "chosen", "decided", "every", "nothing"]

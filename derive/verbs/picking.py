"""The one record of a group: the only one, or the first or last in an order that is said.

Who takes a record of a group by an order takes it with :func:`take_records`, which tells where a
date that is known in part could have changed the choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from derive.scope import Scope
from derive.values.column import Column, Mask, Ranks, Rows
from derive.values.keys import match_one, of_groups
from derive.values.moment import Moment, uneven_offsets
from derive.values.order import extreme_rows, ties, turned
from derive.verbs.doubt import nearest_in_doubt, partial_text, rows_in_doubt
from derive.verbs.matching import Beside, By, order_columns

Ties = Literal["error", "allow"]


@dataclass(frozen=True, slots=True)
class Lined:
    """Records in groups, and what puts them in order.

    ``codes`` is a group number per record (-1: none) of ``n``, ``keep`` the records that count,
    ``columns`` what they are ordered by, ``down`` which of these downwards, ``words`` their names.
    """

    codes: Rows
    n: int
    keep: Mask
    columns: Sequence[Column]
    down: Sequence[bool]
    words: Sequence[str] = ()

    @classmethod
    def by(
        cls, groups: tuple[Rows, int], keep: Mask, order: Sequence[By], columns: Sequence[Column]
    ) -> Lined:
        """By an order as a specification says it; ``columns`` are what it names."""
        return cls(*groups, keep, columns, [by.down for by in order], [str(by) for by in order])

    @property
    def keys(self) -> list[Ranks]:
        """A sort key per column; missing is last whichever way."""
        pairs = zip(self.columns, self.down, strict=True)
        return [turned(one.ranks()) if down else one.ranks() for one, down in pairs]


@dataclass(frozen=True, slots=True)
class Taken:
    """By group number the record that was taken (-1: none)."""

    rows: Rows
    lined: Lined
    last: bool

    @property
    def tied(self) -> Rows:
        """Records that tie with the one that was taken of their group."""
        one = self.lined
        return ties(one.codes, one.n, one.keys, one.keep, last=self.last)


def take_records(
    scope: Scope,
    lined: Lined,
    *,
    last: bool,
    mine: Rows | None = None,
    of: str = "",
    name: str = "",
    then: Sequence[Ranks] = (),
    values: Ranks | None = None,
) -> Taken:
    """The first (last) record of each group. Where a date that is known in part could make it
    another one, that is told (MAP343).

    ``mine`` is the group number of each own record, where other records (``of``) are looked at;
    without it the records are the own ones. ``name`` is the column to ask about. ``then`` are keys
    that settle which of equal records is taken; records that they tell apart still tie.
    ``values`` is what is taken of each record, where it is not the record itself.
    """
    keys = [*lined.keys, *then]
    rows = extreme_rows(lined.codes, lined.n, keys, lined.keep, last=last)
    values = np.arange(len(lined.codes)) if values is None else values
    for number, doubtful in rows_in_doubt(
        lined.codes, lined.keep, lined.columns, lined.down, rows, last=last, values=values
    ):
        _tell_doubt(scope, lined, doubtful, rows, number, last=last, mine=mine, of=of, name=name)
    return Taken(rows, lined, last)


def _tell_doubt(
    scope: Scope,
    lined: Lined,
    doubtful: Rows,
    rows: Rows,
    number: int,
    *,
    last: bool,
    mine: Rows | None,
    of: str,
    name: str,
) -> None:
    """A date that is known in part only, and could come before (after) the one that is taken."""
    at = np.sort(doubtful)
    if mine is not None:
        at = np.flatnonzero(np.isin(mine, lined.codes[doubtful]) & scope.on())
    if not len(at):
        return
    moments = lined.columns[number]
    assert isinstance(moments, Moment)  # noqa: S101 - nothing else is in doubt
    shown = partial_text(moments, doubtful[0], rows[lined.codes[doubtful[0]]])
    if mine is None:
        message = f"{shown} is not fully known, so that another record may be the one to take"
        done = "by what is certain the other one was taken"
    else:
        word = "latest" if last is not lined.down[number] else "earliest"
        by = f" ({lined.words[number]})" if lined.words else ""
        message = f"{of}: {shown}{by} is not fully known and may be the {word}"
        done = f"the {word} of what is certain was taken"
    scope.tell("MAP343", message, at, name=name, done=done)


def only_rows(scope: Scope, found: Beside, keys: str, name: str) -> Rows:
    """Per own record the only one beside it (-1: none); several stop the data set (MAP304)."""
    match = match_one(found.mine, found.theirs, found.keep)
    several = np.flatnonzero(match.several & scope.on())
    if len(several):
        message = f"{found.other.name!r} has several records for this {keys}"
        hint = "say which: take: first, by: ..., or narrow them with where"
        scope.fail("MAP304", message, several, name=name, hint=hint)
    return match.rows


def picked_rows(
    scope: Scope,
    found: Beside,
    order: Sequence[By],
    *,
    last: bool,
    ties_are: Ties,
    values: Column,
) -> Rows:
    """Per own record the first (last) one beside it in the order (-1: none).

    Records that tie with it and have another of ``values`` stop the data set (ADAM208), unless
    ties are allowed: then it is the first of them in their data set's order.
    """
    raw = found.other.name in scope.study.spec.sources
    columns = order_columns(order, found.other, raw=raw)
    lined = Lined.by((found.theirs, found.groups), found.keep, order, columns)
    taken = take_records(
        scope, lined, last=last, mine=found.mine, of=found.other.name, values=values.ranks()
    )
    unlike = _unlike(scope, found, taken.tied, taken.rows, values=values)
    if ties_are == "error":
        _refuse_ties(scope, found, order, unlike)
    else:
        scope.allowed_ties(len(unlike))
    if isinstance(columns[0], Moment):
        tell_uneven_offsets(scope, found, columns[0], found.keep)
    return of_groups(taken.rows, found.mine)


def _unlike(scope: Scope, found: Beside, tied: Rows, rows: Rows, *, values: Column) -> Rows:
    """Own records for which a record with another value ties with the one that is taken."""
    ranks = values.ranks()
    unlike = tied[ranks[tied] != ranks[rows[found.theirs[tied]]]]
    return np.flatnonzero(np.isin(found.mine, found.theirs[unlike]) & scope.on())


def _refuse_ties(scope: Scope, found: Beside, order: Sequence[By], wrong: Rows) -> None:
    if len(wrong):
        shown = ", ".join(map(str, order))
        message = f"{found.other.name!r} has records with other values that tie by {shown}"
        hint = "order them by more, or say `ties: allow`"
        scope.fail("ADAM208", message, wrong, hint=hint)


def tell_uneven_offsets(
    scope: Scope, found: Beside, moments: Moment, keep: Mask, codes: Rows | None = None
) -> None:
    """Times with an offset from UTC among times without one, in whose order records are looked
    at. ``codes`` are the groups of the moments, if not those of the records looked at."""
    codes = found.theirs if codes is None else codes
    groups = uneven_offsets(moments, codes, found.groups, keep)
    if not groups.any():
        return
    at = np.flatnonzero((found.mine >= 0) & groups[np.maximum(found.mine, 0)] & scope.on())
    if len(at):
        message = f"{found.other.name}: times with and without an offset from UTC stand together"
        done = "those with one were put in order by UTC, the others by their clock"
        scope.tell("MAP344", message, at, done=done)


def tell_nearest_doubt(
    scope: Scope,
    found: Beside,
    at: Moment,
    limit: Moment,
    taken: Rows,
    *,
    side: str,
    values: Column,
) -> None:
    """Own records whose nearest record is another one, with another of ``values``, if a moment
    ``at`` that is known in part is what it may be (MAP343)."""
    groups, ranks = (found.mine, found.theirs), values.ranks()
    rows, others = nearest_in_doubt(groups, found.keep, at, limit, taken, side=side, ranks=ranks)
    rows, others = rows[scope.on()[rows]], others[scope.on()[rows]]
    if len(rows):
        shown = partial_text(at, others[0], taken[rows[0]] if taken[rows[0]] >= 0 else others[0])
        message = f"{found.other.name}: {shown} is not fully known and may be the nearest {side}"
        scope.tell("MAP343", message, rows, done="the nearest of what is certain was taken")

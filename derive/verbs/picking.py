"""The one record of a group: the only one, or the first or last in an order that is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from derive.scope import Scope
from derive.values.column import Column, Rows
from derive.values.keys import match_one, of_groups
from derive.values.moment import Moment, date_of
from derive.values.order import extreme_rows, partial_overturns, ties
from derive.verbs.matching import Beside, By, order_columns, ranks_of

Ties = Literal["error", "allow"]


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
    keys = ranks_of(order, columns)
    rows = extreme_rows(found.theirs, found.groups, keys, found.keep, last=last)
    tied = ties(found.theirs, found.groups, keys, found.keep, last=last)
    unlike = _unlike(scope, found, tied, rows, values=values)
    if ties_are == "error":
        _refuse_ties(scope, found, order, unlike)
    else:
        scope.allowed_ties(len(unlike))
    if isinstance(columns[0], Moment):
        _tell_overturns(scope, found, order[0], columns[0], rows, last=last)
    return of_groups(rows, found.mine)


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


def _tell_overturns(
    scope: Scope, found: Beside, by: By, moments: Moment, rows: Rows, *, last: bool
) -> None:
    """A date that is known in part only, and could come before (after) the one that is taken."""
    days = date_of(moments)
    counts = found.keep & days.present()
    latest = last is not by.down
    doubtful = partial_overturns(days, found.theirs, counts, rows, last=latest)
    at = np.flatnonzero(np.isin(found.mine, found.theirs[doubtful]) & scope.on())
    if len(at):
        shown = str(moments.take(doubtful[:1]).texts()[0])
        word = "latest" if latest else "earliest"
        message = f"{found.other.name}: {shown} ({by}) is not fully known and may be the {word}"
        done = f"the {word} of what is certain was taken"
        scope.tell("MAP343", message, at, done=done)

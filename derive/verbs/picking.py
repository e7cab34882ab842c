"""The one record of a group: the only one, or the first or last in an order that is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from derive.scope import Scope
from derive.values.column import Column, Rows
from derive.values.keys import match_one
from derive.values.order import extreme_rows, ties
from derive.verbs.matching import Beside, By, order_keys

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
    keys = order_keys(order, found.other, raw=raw)
    groups = found.groups
    rows = extreme_rows(found.theirs, groups, keys, found.keep, last=last)
    if ties_are == "error":
        again = ties(found.theirs, groups, keys, found.keep, last=last)
        codes = values.distinct()[0]
        unlike = again[codes[again] != codes[rows[found.theirs[again]]]]
        tied = np.zeros(groups + 1, np.bool_)
        tied[found.theirs[unlike]] = True
        wrong = np.flatnonzero(tied[found.mine] & (found.mine >= 0) & scope.on())
        if len(wrong):
            shown = ", ".join(map(str, order))
            message = f"{found.other.name!r} has records with other values that tie by {shown}"
            hint = "order them by more, or say `ties: allow`"
            scope.fail("ADAM208", message, wrong, hint=hint)
    return np.append(rows, -1)[found.mine]

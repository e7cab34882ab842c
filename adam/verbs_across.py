"""Verbs that look at several records: exists, first, last, only, min, max, latest, earliest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from adam import columns, merge
from adam.dates import Imputation, impute
from adam.grouping import extreme_rows, group_codes, order_of, ties
from adam.language import Across, Aggregate, Exists, Nearest, Pick, PickSource, ref
from adam.scope import Scope, failure
from adam.verbs_groups import refuse_ties
from adam.verbs_values import Made, literal

_VALUE = "·value"


def run_exists(line: Exists, scope: Scope, name: str) -> Made:
    """``exists``: whether the other data set has such a record."""
    other = scope.of(line.exists)
    mine = {key: scope.column(key) for key in line.on}
    theirs = {key: other.column(key) for key in line.on}
    found = merge.exists(mine, theirs, line.on, other.mask(line.where))
    made = columns.text_column(np.where(found, 0, 1), [line.is_, line.else_ or ""])
    if line.as_ == "number":
        low = float(line.else_) if line.else_ else np.nan
        made = pd.Series(np.where(found, float(line.is_), low))
    return {name: made}


def _keyed(
    line: Across, scope: Scope, other: Scope
) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    keys = line.keys()
    return {k: scope.column(k) for k in keys}, {k: other.column(k) for k in keys}, keys


def run_pick(line: Pick, scope: Scope, name: str) -> Made:
    """``first``, ``last``, ``only``; of several sources the earliest or latest value overall."""
    picked = [_pick_one(line, item, scope, name) for item in line.items()]
    value, flag = picked[0].value, picked[0].flag
    which = np.zeros(len(value), dtype=np.int64)
    for number, one in enumerate(picked[1:], start=1):
        better = _better(value, one.value, last=line.last is not None)
        value = columns.replace_where(value, better, one.value)
        flag = columns.replace_where(flag, better, one.flag)
        which[better] = number
    _link(scope, name, picked, which)
    return {name: value, line.flag: flag} if line.flag else {name: value}


def _link(scope: Scope, name: str, picked: list[Picked], which: Any) -> None:
    """Keep which record each value was taken from; of several data sets one vector each."""
    datasets = {one.dataset for one in picked if one.dataset}
    for dataset in sorted(datasets):
        rows = np.full(len(which), -1, dtype=np.int32)
        for number, one in enumerate(picked):
            if one.dataset == dataset:
                rows = np.where(which == number, one.rows, rows).astype(np.int32)
        scope.frame.links[name if len(datasets) == 1 else f"{name}:{dataset}"] = (dataset, rows)


def _better(value: pd.Series, other: pd.Series, *, last: bool) -> Any:
    if columns.kind(value) != columns.kind(other) and not columns.missing(value).all():
        raise failure("ADAM203", f"a {columns.kind(value)} meets a {columns.kind(other)}")
    mine, theirs = np.split(columns.sort_key(columns.stack([value, other])), 2)
    lost = columns.missing(value)
    return ~columns.missing(other) & (lost | ((theirs > mine) if last else (theirs < mine)))


@dataclass(frozen=True, slots=True)
class Picked:
    """What one source gives per record: value, imputation flag, the source's record."""

    value: pd.Series
    flag: pd.Series
    rows: Any
    dataset: str


def _pick_one(line: Pick, item: PickSource, scope: Scope, name: str) -> Picked:
    dataset, variable = ref(item.from_)
    other = scope.of(dataset)
    value, flag = _source(line, item, other, variable)
    mine, theirs, keys = _keyed(line, scope, other)
    keep = other.mask(line.where) & other.mask(item.where) & ~columns.missing(value)
    for bound, lower in ((line.not_before, True), (line.not_after, False)):
        if bound is not None:
            keep &= _inside(value, scope, bound, mine=mine, theirs=theirs, keys=keys, lower=lower)
    rows = _picked_rows(
        line, scope, other, mine=mine, theirs=theirs, keys=keys, keep=keep, value=value
    )
    return Picked(columns.take(value, rows), columns.take(flag, rows), rows, dataset)


def _inside(
    value: pd.Series,
    scope: Scope,
    bound: str,
    *,
    mine: Any,
    theirs: Any,
    keys: list[str],
    lower: bool,
) -> Any:
    """Which values of the source are within the bound of the record that they would belong to."""
    (ours, others), size = group_codes(mine, theirs, by=keys)
    edges = np.full(size, np.nan)
    edges[ours] = scope.numbers(bound)
    edge = edges[others]
    days = columns.days(value) if columns.is_date(value) else columns.sort_key(value)
    with np.errstate(invalid="ignore"):
        outside = (days < edge) if lower else (days > edge)
    return ~outside


def _picked_rows(
    line: Pick,
    scope: Scope,
    other: Scope,
    *,
    mine: Any,
    theirs: Any,
    keys: list[str],
    keep: Any,
    value: Any,
) -> Any:
    if line.only is not None:
        try:
            return merge.match_one(mine, theirs, keys, keep).rows
        except merge.SeveralRecordsError as error:
            raise scope.several(other.frame.name, error) from error
    order = {item.split(" ")[0]: other.column(item.split(" ")[0]) for item in line.by}
    table = {**theirs, **order, _VALUE: value}
    by = line.by or [_VALUE]
    last = line.last is not None
    if line.by and not line.allow_ties:
        _refuse_ties(line, other, table, keys=keys, keep=keep)
    return merge.match_extreme(mine, table, keys, keep=keep, order=by, last=last).rows


def _refuse_ties(
    line: Pick, other: Scope, table: dict[str, Any], *, keys: list[str], keep: Any
) -> None:
    """Records that tie in the stated order with another value would make the pick a guess."""
    (codes,), size = group_codes(table, by=keys)
    order = order_of(table, line.by)
    rows = extreme_rows(codes, size, order, keep, last=line.last is not None)
    beside = ties(codes, order, keep, rows)
    value = columns.sort_key(table[_VALUE])
    differing = beside[value[beside] != value[rows[codes[beside]]]]
    refuse_ties(differing, other, line.sources()[0], line.by)


def _source(
    line: Pick, item: PickSource, other: Scope, variable: str
) -> tuple[pd.Series, pd.Series]:
    column = other.column(variable)
    none = columns.constant_text(None, len(column))
    if line.as_ not in ("date", "datetime"):
        return column, none
    if columns.is_date(column):
        return column, none
    rule = imputation(item.impute or line.impute, line.time)
    made = impute(other.text(variable), rule, datetime=line.as_ == "datetime", seconds_flag=False)
    refuse_unreadable(made.unreadable, other, variable)
    return made.values, made.time_flag if line.as_ == "datetime" else made.date_flag


def imputation(how: str | None, time: str | None) -> Imputation:
    """``impute: day first`` or ``month last``: the largest part, and what it becomes."""
    if how in (None, "none"):
        return Imputation(time=time)
    highest, _, fill = how.partition(" ")
    if highest not in ("day", "month"):
        raise failure("ADAM105", f"impute: {how!r} is none of none, day first, month last ...")
    return Imputation(date=fill or "first", highest=highest, time=time)  # type: ignore[arg-type]


def refuse_unreadable(texts: tuple[str, ...], scope: Scope, variable: str) -> None:
    """Raise ADAM204 for the first record with a text that is no date."""
    if not texts:
        return
    column = scope.text(variable)
    hit = np.flatnonzero(column.isin(texts).to_numpy())
    if not len(hit):
        return  # a distinct value that no record has
    record, value = int(hit[0]) + 1, str(column.iloc[int(hit[0])])
    where = f"{scope.frame.name}.{variable}"
    message = f"{where} = {value!r} is not an ISO 8601 date ({len(hit)} records)"
    raise failure(
        "ADAM204", message, dataset=scope.frame.name, variable=variable, record=record, value=value
    )


def run_aggregate(line: Aggregate, scope: Scope, name: str) -> Made:
    """``min``, ``max``, ``sum``, ``mean``, ``count`` over the matching records."""
    dataset, variable = ref(line.sources()[0])
    other = scope.of(dataset)
    mine, theirs, keys = _keyed(line, scope, other)
    values = other.column(variable)
    if line.how in ("sum", "mean"):
        values = pd.Series(other.numbers(variable))
    made = merge.aggregate(
        mine, theirs, keys, values=values, keep=other.mask(line.where), how=line.how
    )
    return {name: made}


def run_nearest(line: Nearest, scope: Scope, name: str) -> Made:
    """``latest`` before, ``earliest`` after: the record nearest in time on one side."""
    dataset, variable = ref(line.sources()[0])
    other = scope.of(dataset)
    mine, theirs, keys = _keyed(line, scope, other)
    side, limit = line.limit()
    found = merge.match_nearest(
        mine,
        theirs,
        keys,
        at=other.column(line.at),
        limit=scope.column(limit),
        side=side,
        keep=other.mask(line.where),
    )
    if dataset:
        scope.frame.links[name] = (dataset, found.rows.astype(np.int32))
    return {name: found.value(other.column(variable))}


__all__ = [
    "imputation",
    "literal",
    "refuse_unreadable",
    "run_aggregate",
    "run_exists",
    "run_nearest",
    "run_pick",
]

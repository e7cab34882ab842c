"""Verbs about groups of records: sequence, baseline, change, mark, window."""

from __future__ import annotations

from collections.abc import Sequence as Items
from typing import Any

import numpy as np
import pandas as pd

from adam import columns, grouping, windows
from adam.language import Baseline, Change, Episode, Mark, Sequence, Window
from adam.scope import Scope, failure
from adam.verbs_values import Made
from specs.conditions import parse_condition

_ABLFL = parse_condition('ABLFL == "Y"')


def _groups(scope: Scope, by: Items[str]) -> tuple[Any, int]:
    (codes,), size = grouping.group_codes({name: scope.column(name) for name in by}, by=list(by))
    return codes, size


def _order(scope: Scope, by: Items[str]) -> list[Any]:
    return grouping.order_of(
        {item.split(" ")[0]: scope.column(item.split(" ")[0]) for item in by}, by
    )


def run_sequence(line: Sequence, scope: Scope, name: str) -> Made:
    """``sequence``: a running number in a total order."""
    codes, _ = _groups(scope, line.sequence)
    keys = _order(scope, line.by)
    if not line.allow_ties:
        _refuse_ties(codes, keys, scope, line, name)
    return {name: pd.Series(grouping.sequence(codes, keys))}


def _refuse_ties(codes: Any, keys: list[Any], scope: Scope, line: Sequence, name: str) -> None:
    rows = grouping.sorted_rows(codes, keys)
    same = codes[rows][1:] == codes[rows][:-1]
    for key in keys:
        same &= key[rows][1:] == key[rows][:-1]
    if not same.any():
        return
    record = int(rows[1:][same][0]) + 1
    subject = str(scope.column(line.sequence[-1]).iloc[record - 1])
    message = (
        f"{name}: {int(same.sum())} pairs of records tie in {', '.join(line.by)}, first "
        f"for {subject}"
    )
    raise failure("ADAM208", message, variable=name, record=record)


def refuse_ties(beside: Any, scope: Scope, name: str, by: Items[str]) -> None:
    """Raise ADAM208 when records tie with the one that was picked."""
    if not len(beside):
        return
    record = int(beside[0]) + 1
    message = (
        f"{name}: {len(beside)} records of {scope.frame.name} tie with the one that is picked "
        f"by {', '.join(by) or 'no order'}, first record {record}"
    )
    raise failure("ADAM208", message, variable=name, record=record)


def run_baseline(line: Baseline, scope: Scope, name: str) -> Made:
    """``baseline``: the value of the group's baseline record."""
    keep = scope.mask(line.where or _ABLFL)
    codes, size = _groups(scope, line.within)
    counts = np.bincount(codes[keep], minlength=size)
    if (counts > 1).any():
        row = int(np.flatnonzero(keep & (counts[codes] > 1))[0])
        message = (
            f"{name}: {int((counts > 1).sum())} groups have several baseline records, "
            f"first at record {row + 1}"
        )
        raise failure("ADAM212", message, variable=name, record=row + 1)
    rows = grouping.extreme_rows(codes, size, [], keep, last=False)
    return {name: columns.take(scope.column(line.baseline), rows[codes])}


def run_change(line: Change, scope: Scope, name: str) -> Made:
    """``change`` and ``percent-change``; the latter is missing when the baseline is 0."""
    value = scope.numbers(line.change or line.percent_change or "")
    base = scope.numbers(line.from_)
    out = value - base
    if line.percent_change:
        with np.errstate(divide="ignore", invalid="ignore"):
            out = np.where(base == 0, np.nan, out / base * 100.0)
    return {name: pd.Series(np.where(scope.mask(line.where), out, np.nan))}


def run_mark(line: Mark, scope: Scope, name: str) -> Made:
    """``mark``: Y in the first or last record of each group."""
    codes, size = _groups(scope, line.within)
    rows = grouping.extreme_rows(
        codes, size, _order(scope, line.by), scope.mask(line.where), last=line.mark == "last"
    )
    if not line.allow_ties:
        beside = grouping.ties(codes, _order(scope, line.by), scope.mask(line.where), rows)
        refuse_ties(beside, scope, name, line.by)
    hit = np.zeros(scope.frame.size, dtype=bool)
    hit[rows[rows >= 0]] = True
    return {name: columns.text_column(np.where(hit, 0, -1), [line.is_])}


def run_episode(line: Episode, scope: Scope, name: str) -> Made:
    """``episode``: runs of records of a group with gaps of at most ``gap`` days."""
    codes, _ = _groups(scope, line.within)
    starts, ends = scope.numbers(line.episode), scope.numbers(line.end)
    return {name: pd.Series(grouping.episodes(codes, starts, ends, gap=line.gap))}


def run_window(line: Window, scope: Scope, name: str) -> Made:
    """``window``: the analysis visit that a day falls in, with its target and bounds."""
    found = windows.assign(scope.numbers(line.window), [w.model_dump() for w in line.windows])
    return {name: found.pop("name"), **found}

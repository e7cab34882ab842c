"""``locf``: the last observation carried forward to visits that a group lacks (DTYPE)."""

from __future__ import annotations

import numpy as np

from adam.tables.bench import Bench, number_of, rows_of
from adam.tables.model import Carried
from derive.records import Records
from derive.values.column import Floats, Mask, Ranks, Rows
from derive.values.keys import group_codes
from derive.values.number import Number
from derive.values.order import repeated, sort_rows
from derive.values.text import Text
from derive.verbs.matching import order_keys
from derive.verbs.words import listed


def carried_forward(bench: Bench, records: Records) -> Records:
    """The records of planned visits that a group has no value at: each with the group's last value
    before it, in the order of the visit, then of ``by``. Only the new records come back.

    Visits before a group's first value are not filled; a group without any value is told. Two
    records with a value at one visit need ``by`` to say which is the last (ADAM208).
    """
    rule = bench.spec.locf
    if rule is None:
        return records
    scope = bench.scope(records, "locf")
    codes, n = group_codes([scope.column(name) for name in rule.within])
    at = number_of(records, rule.visit).values
    seen = scope.column(rule.of).present() & ~np.isnan(at)
    bench.merged.append(seen)
    _tell_lost(bench, rule, records, codes, seen)
    keys = [number_of(records, rule.visit).ranks(), *order_keys(rule.by, scope.own())]
    rows = rows_of(seen)
    _refuse_ties(bench, rule, records, rows=rows, codes=codes, keys=keys)
    rows = rows[sort_rows([key[rows] for key in keys], codes[rows])]
    picked, numbers = _filled(rule, rows, codes, at, n)
    out = records.take(picked)
    out.columns[rule.visit] = Number.of(numbers)
    names = {float(number): text for number, text in rule.visits.items()}
    out.columns[rule.named] = Text.of([names[number] for number in numbers.tolist()])
    out.columns["DTYPE"] = Text.constant(rule.dtype, out.size)
    for name in (rule.visit, rule.named):
        out.links.pop(name, None)
    if rule.named not in out.metas:
        bench.describe(out, rule.named)
    bench.describe(out, "DTYPE")
    return out


def _filled(rule: Carried, rows: Rows, codes: Rows, at: Floats, n: int) -> tuple[Rows, Floats]:
    """Which record is carried to which visit; ``rows`` are in their order within each group."""
    picked, numbers = [], []
    for number in sorted(float(visit) for visit in rule.visits):
        last = np.full(n, -1, np.int64)
        before = rows[at[rows] < number]
        last[codes[before]] = before
        there = np.zeros(n, np.bool_)
        there[codes[rows[at[rows] == number]]] = True
        found = last[(last >= 0) & ~there]
        picked.append(found)
        numbers.append(np.full(len(found), number))
    return np.concatenate(picked), np.concatenate(numbers)


def _refuse_ties(
    bench: Bench, rule: Carried, records: Records, *, rows: Rows, codes: Rows, keys: list[Ranks]
) -> None:
    again = repeated([key[rows] for key in keys], codes[rows])
    if not len(again):
        return
    scope = bench.scope(records, "locf")
    message = f"{len(again)} records with a value stand at one {rule.visit}"
    hint = "say in `by` which of them is the last"
    scope.fail("ADAM208", message, rows[again], name=rule.visit, hint=hint)


def _tell_lost(bench: Bench, rule: Carried, records: Records, codes: Rows, seen: Mask) -> None:
    lost = rows_of(~np.isin(codes, codes[seen]))
    if not len(lost):
        return
    _, first = np.unique(codes[lost], return_index=True)
    message = f"no record of this {listed(rule.within)} has {rule.of}, so nothing is carried"
    scope = bench.scope(records, "locf")
    scope.tell("ADAM218", message, np.sort(lost[first]), name=rule.of, done="no record was made")

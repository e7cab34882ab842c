"""``summary``: one derived record per group (ADaMIG 1.3 section 4.2, DTYPE)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from adam.tables.bench import Bench, number_of, rows_of
from adam.tables.model import Summary
from derive.records import Records
from derive.values.column import Mask, Ranks, Rows
from derive.values.keys import group_codes
from derive.values.order import extreme_rows
from derive.values.summary import aggregate
from derive.values.text import Text
from derive.verbs.matching import order_columns, ranks_of
from derive.verbs.picking import Lined, take_records
from derive.verbs.words import listed

_HOW: dict[str, Literal["mean", "sum", "median"]] = {
    "average": "mean",
    "sum": "sum",
    "median": "median",
}


def summarised(bench: Bench, records: Records) -> Records:
    """One record per group: its extreme record (of equals the first by ``by``), or the average, sum
    or median of its values. Records without a value do not count; a group without any is told."""
    rule = bench.spec.summary
    if rule is None:
        return records
    scope = bench.scope(records, "summary")
    codes, n = group_codes([scope.column(name) for name in rule.within])
    values = number_of(records, rule.of)
    keep = values.present()
    bench.merged.append(keep)
    _tell_lost(bench, rule, records, codes, keep)
    columns = order_columns(rule.by, scope.own())
    if rule.of_record:
        down = [rule.how == "maximum", *(by.down for by in rule.by)]
        rows = _extreme(bench, records, Lined(codes, n, keep, [values, *columns], down))
        out = records.take(rows)
    else:
        order = ranks_of(rule.by, columns)
        out = _worked_out(bench, rule, records, groups=(codes, n), order=order, keep=keep)
    out.columns["DTYPE"] = Text.constant(rule.dtype or rule.how.upper(), out.size)
    bench.describe(out, "DTYPE")
    return out


def _extreme(bench: Bench, records: Records, lined: Lined) -> Rows:
    scope = bench.scope(records, "summary", "by")
    taken = take_records(scope, lined, last=False)
    rule = bench.spec.summary
    if rule is not None and rule.by and len(taken.tied):
        message = f"{len(taken.tied)} records have the {rule.how} of their group and tie by `by`"
        scope.fail("ADAM208", message, taken.tied, hint="add a key that tells them apart")
    return taken.rows[taken.rows >= 0]


def _worked_out(
    bench: Bench,
    rule: Summary,
    records: Records,
    *,
    groups: tuple[Rows, int],
    order: list[Ranks],
    keep: Mask,
) -> Records:
    """The value of all records of a group, with what they share; it is of no record."""
    codes, n = groups
    first = extreme_rows(codes, n, order, keep)
    first = first[first >= 0]
    _refuse_unlike(bench, rule, records, codes, keep)
    worked = aggregate(np.where(keep, codes, -1), n, number_of(records, rule.of), _HOW[rule.how])
    out = records.take(first)
    kept = {*rule.within, *rule.keep}
    out.columns = {name: column for name, column in out.columns.items() if name in kept}
    out.columns[rule.of] = worked.take(codes[first])
    out.origin = {name: np.full(out.size, -1, np.int64) for name in out.origin}
    out.links = {name: links for name, links in out.links.items() if name in kept}
    bench.describe(out, rule.of)
    return out


def _refuse_unlike(bench: Bench, rule: Summary, records: Records, codes: Rows, keep: Mask) -> None:
    """What is kept must be the same in all records of a group (MAP304)."""
    for number, name in enumerate(rule.keep):
        if name in rule.within:
            continue
        scope = bench.scope(records, "summary", "keep", number)
        ranks = scope.column(name).ranks()
        low = np.full(len(codes), np.iinfo(np.int64).max)
        high = np.full(len(codes), -1, np.int64)
        np.minimum.at(low, codes[keep], ranks[keep])
        np.maximum.at(high, codes[keep], ranks[keep])
        wrong = rows_of(keep & (low[codes] != high[codes]))
        if len(wrong):
            message = f"records of one {listed(rule.within)} differ in {name}"
            hint = "leave it out, or make it one of `within`"
            scope.fail("MAP304", message, wrong, name=name, hint=hint)


def _tell_lost(bench: Bench, rule: Summary, records: Records, codes: Rows, keep: Mask) -> None:
    lost = rows_of(~np.isin(codes, codes[keep]))
    if not len(lost):
        return
    _, first = np.unique(codes[lost], return_index=True)
    message = f"no record of this {listed(rule.within)} has {rule.of}, so it has no {rule.how}"
    scope = bench.scope(records, "summary")
    scope.tell("ADAM218", message, np.sort(lost[first]), name=rule.of, done="no record was made")

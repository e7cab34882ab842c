"""``nca``: the records of a non-compartmental analysis, one per profile and parameter."""

from __future__ import annotations

import numpy as np

from adam.nca.profile import Profile, parameters
from adam.tables.bench import Bench
from adam.tables.model import Nca
from derive.records import Records, stacked
from derive.values.column import Mask, Rows
from derive.values.keys import group_codes
from derive.values.number import Number
from derive.values.order import repeated
from derive.values.text import Text
from derive.verbs.record.constant import literal
from derive.verbs.words import listed


def analysed(bench: Bench, records: Records) -> Records:
    """One record per profile and parameter: PARAMCD, AVAL and the variables of ``set``.

    Each continues the last sample of its profile, so the profile's own variables stay. Two samples
    of a profile at one time would make the area depend on the order of a file: they are an error
    (ADAM219), and so is a concentration below 0 (ADAM229). A sample without a
    time or a concentration, and a profile without any sample, are told.
    """
    rule = bench.spec.nca
    if rule is None:
        return records
    scope = bench.scope(records, "nca")
    codes, _ = group_codes([scope.column(name) for name in rule.within])
    time, value = scope.number(rule.time).values, scope.number(rule.concentration).values
    quantifiable = bench.mask(records, rule.quantifiable, "nca", "quantifiable")
    after = ~np.isnan(time) & (time >= 0)
    used = after & ~np.isnan(value)
    bench.merged.append(used)
    _tell_left_out(bench, rule, records, rule.time, np.isnan(time) & ~np.isnan(value))
    _tell_left_out(bench, rule, records, rule.concentration, after & ~used)
    rows = np.flatnonzero(used)
    _refuse_negative(bench, rule, records, rows[value[rows] < 0])
    _refuse_same_time(bench, rule, records, rows, codes)
    rows = rows[np.lexsort([time[rows], codes[rows]])]
    _tell_lost(bench, rule, records, codes, rows)
    edges = np.flatnonzero(np.diff(codes[rows])) + 1
    groups = np.split(rows, edges) if len(rows) else []
    found = [parameters(Profile(time[g], value[g], quantifiable[g]), rule) for g in groups]
    last = np.array([g[-1] for g in groups], np.int64)
    parts = [
        _records(bench, rule, records, last, (code, [one[code] for one in found]))
        for code in rule.parameters
    ]
    out = stacked(records.name, parts)
    out.parts = ()
    return out


def _records(
    bench: Bench, rule: Nca, records: Records, rows: Rows, of: tuple[str, list[float]]
) -> Records:
    code, values = of
    out = records.take(rows)
    out.columns["PARAMCD"] = Text.constant(code, out.size)
    out.columns["AVAL"] = Number.of(np.asarray(values, np.float64))
    for name, text in rule.parameters[code].set.items():
        kind = bench.making.declared(bench.of.name, name)
        out.columns[name] = Text.constant(text, out.size) if kind is None else literal(
            text, kind, out.size
        )  # fmt: skip
    bench.describe(out, "PARAMCD", "AVAL", *rule.parameters[code].set)
    return out


def _tell_left_out(bench: Bench, rule: Nca, records: Records, name: str, lost: Mask) -> None:
    rows = np.flatnonzero(lost)
    if len(rows):
        message = f"the sample has no {name}, so it is in no analysis"
        scope = bench.scope(records, "nca", "within")
        scope.tell("ADAM220", message, rows, name=name, done="the sample was left out")


def _refuse_negative(bench: Bench, rule: Nca, records: Records, rows: Rows) -> None:
    if len(rows):
        message = f"{rule.concentration} is below 0, which no concentration is"
        hint = "leave the sample out (where), or say what it counts as, as below the limit"
        bench.scope(records, "nca").fail(
            "ADAM229", message, rows, name=rule.concentration, hint=hint
        )


def _refuse_same_time(bench: Bench, rule: Nca, records: Records, rows: Rows, codes: Rows) -> None:
    scope = bench.scope(records, "nca")
    again = repeated([scope.column(rule.time).ranks()[rows]], codes[rows])
    if len(again):
        message = f"two samples of one {listed(rule.within)} are at the same {rule.time}"
        hint = "say which counts (one-per with by), or leave one out"
        scope.fail("ADAM219", message, rows[again], name=rule.time, hint=hint)


def _tell_lost(bench: Bench, rule: Nca, records: Records, codes: Rows, used: Rows) -> None:
    there = np.zeros(int(codes.max(initial=-1)) + 1, np.bool_)
    there[codes[used]] = True
    lost = np.flatnonzero(~there[codes])
    if not len(lost):
        return
    _, first = np.unique(codes[lost], return_index=True)
    message = f"this {listed(rule.within)} has no sample after time 0 with a concentration"
    scope = bench.scope(records, "nca")
    scope.tell("ADAM218", message, np.sort(lost[first]), done="it has no parameters")

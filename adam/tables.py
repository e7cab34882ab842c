"""Building a table of records from its specification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from adam import columns, derived_records, nca, responses, verbs
from adam.frame import Frame, union
from adam.grouping import extreme_rows, group_codes, order_of, ties
from adam.language import SUBJECT, AdamLine, order_refs, walk
from adam.language_datasets import Event, Table
from adam.scope import Functions, Scope, failure
from adam.verbs_groups import refuse_ties


def build_table(
    name: str,
    spec: Table,
    others: dict[str, Frame],
    notes: list[Any],
    function: Functions | None = None,
) -> Frame:
    """The records of a table with its own variables. Raises BuildError."""
    try:
        frame = _with_records(name, spec, others, notes)
        scope = Scope(frame, others, notes, function)
        add_variables(spec.variables, scope)
        return _finished(spec, scope)
    except TypeError as error:
        raise failure("ADAM203", f"{name}: {error}") from error


def _with_records(name: str, spec: Table, others: dict[str, Frame], notes: list[Any]) -> Frame:
    parts = []
    for source in spec.from_:
        if source not in others:
            raise failure("ADAM101", f"there is no data set or table {source}")
        scope = Scope(others[source], others, notes)
        keep = scope.mask(spec.where)
        parts.append(others[source] if keep.all() else others[source].take(np.flatnonzero(keep)))
    frame = union(name, parts)
    return _decided(spec, Scope(frame, others, notes)) if spec.events else frame


def add_variables(lines: Mapping[str, AdamLine], scope: Scope) -> None:
    """Make the variables of a table, each after those it needs. Raises BuildError for a circle."""
    for name in in_order(lines):
        scope.frame.columns.update(made(lines[name], scope, name))


def made(line: AdamLine, scope: Scope, name: str) -> dict[str, pd.Series]:
    """The variables of a line; what it makes replaces what the record carried under that name."""
    for key in [key for key in scope.frame.links if key.split(":")[0] == name]:
        del scope.frame.links[key]
    out = verbs.run(line, scope, name)
    for variable in out:
        if not (type(line).verb == "from" and variable == name):
            scope.frame.meta.pop(variable, None)
    return out


def in_order(lines: Mapping[str, AdamLine]) -> list[str]:
    """Names of lines so that each comes after the lines whose variables it reads.

    A line that reads its own name reads what the record carried in. Raises BuildError ADAM103.
    """
    maker = {variable: name for name, line in lines.items() for variable in [name, *line.extras()]}
    done: list[str] = []
    path: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in path:
            circle = " -> ".join([*path[path.index(name) :], name])
            raise failure("ADAM103", f"variables need each other: {circle}", variable=name)
        path.append(name)
        for dataset, variable in lines[name].refs():
            if not dataset and maker.get(variable, name) != name:
                visit(maker[variable])
        path.pop()
        done.append(name)

    for name in lines:
        visit(name)
    return done


def _decided(spec: Table, scope: Scope) -> Frame:
    """One record per record of the base: the event that holds, with the record that decided."""
    rows, days, frames = [], [], []
    for event in spec.events:
        found, frame = _event_rows(event, scope)
        rows.append(found)
        frames.append(frame)
        days.append(_event_days(spec, frame, found))
    timed = days if spec.decide != "first-listed" else None
    which, picked = responses.decide(rows, timed, latest=spec.decide == "latest")
    parts, order = [], []
    for number, event in enumerate(spec.events):
        hit = np.flatnonzero(which == number)
        parts.append(
            _event_records(spec, event, scope, frame=frames[number], hit=hit, rows=picked[hit])
        )
        order.append(hit)
    out = union(scope.frame.name, [part for part in parts if part.size] or parts[:1])
    return out.take(np.argsort(np.concatenate(order), kind="stable"))


def _event_days(spec: Table, frame: Frame | None, found: Any) -> Any:
    if spec.decide == "first-listed":
        return None
    if frame is None:
        return np.full(len(found), np.inf if spec.decide == "earliest" else -np.inf)
    dates = Scope(frame, {}).date(spec.date)
    return columns.days(columns.take(dates, np.where(found < 0, -1, found)))


def _event_rows(event: Event, scope: Scope) -> tuple[Any, Frame | None]:
    """Per base record the deciding record of the event (-1: none, -2: holds without a record)."""
    if event.from_ is None:
        return np.where(scope.mask(event.where), -2, -1), None
    other = scope.of(event.from_)
    keep = other.mask(event.where)
    keys = {SUBJECT: scope.column(SUBJECT)}, {SUBJECT: other.column(SUBJECT)}
    (mine, theirs), size = group_codes(*keys, by=[SUBJECT])
    if event.confirmed is not None:
        keep = keep & _confirmed(event, other, theirs, keep)
    order = {name: other.column(name) for _, name in order_refs(event.by)}
    by = order_of(order, event.by)
    found = extreme_rows(theirs, size, by, keep, last=event.keep == "last")
    refuse_ties(ties(theirs, by, keep, found), other, scope.frame.name, event.by)
    return found[mine], other.frame


def _confirmed(event: Event, other: Scope, subjects: Any, keep: Any) -> Any:
    rule = event.confirmed
    if rule is None:
        return keep
    return responses.confirmed(
        subjects,
        other.text(rule.variable),
        other.date(rule.date),
        candidates=keep,
        by=rule.by,
        days=rule.days,
        through=rule.through,
        at_most=rule.at_most,
        not_after=rule.not_after,
    )


def _event_records(
    spec: Table, event: Event, scope: Scope, *, frame: Frame | None, hit: Any, rows: Any
) -> Frame:
    if frame is None:
        out = scope.frame.take(hit)
        kept = [key for key in spec.keys if key in out.columns]
        out.columns = {key: out.columns[key] for key in kept}
    else:
        out = frame.take(rows)
    out.name = scope.frame.name
    own = Scope(out, scope.others, scope.notes)
    for name, line in event.set.items():
        out.columns.update(made(line, own, name))
    return out


def _finished(spec: Table, scope: Scope) -> Frame:
    frame = scope.frame
    if spec.having is not None:
        keep = scope.mask(spec.having)
        frame = frame if keep.all() else frame.take(np.flatnonzero(keep))
    _require(spec, Scope(frame, scope.others, scope.notes))
    frame = _expanded(spec, frame, scope)
    frame = _one_per(spec, frame)
    if spec.summary is not None:
        rule = spec.summary
        frame = derived_records.summarise(
            frame, within=rule.within, of=rule.of, how=rule.how, by=rule.by
        )
        kept = (
            [*rule.within, rule.of, *rule.keep]
            if rule.how in ("average", "sum", "median")
            else list(frame.columns)
        )
        frame.columns = {name: frame.columns[name] for name in frame.columns if name in kept}
        frame.columns["DTYPE"] = columns.constant_text(rule.dtype or rule.how.upper(), frame.size)
    if spec.locf is not None:
        rule_ = spec.locf
        visits = {float(number): text for number, text in rule_.visits.items()}
        frame = derived_records.carry_forward(
            frame, within=rule_.within, visit=rule_.visit, visits=visits, named=rule_.named
        )
        frame.columns["DTYPE"] = columns.constant_text(rule_.dtype, frame.size)
    if spec.nca is not None:
        frame = nca.parameter_records(spec.nca, Scope(frame, scope.others, scope.notes))
    for name in spec.drop:
        frame.columns.pop(name, None)
    return frame


def _require(spec: Table, scope: Scope) -> None:
    """Raise ADAM102 for a variable that a step names and the records do not have."""
    names = [*spec.one_per, *(name for _, name in order_refs(spec.by))]
    if spec.expand is not None:
        names += [name for _, name in spec.expand.refs()] + list(spec.expand.also)
    if spec.summary is not None:
        rule = spec.summary
        names += [*rule.within, rule.of, *rule.keep, *(name for _, name in order_refs(rule.by))]
    if spec.locf is not None:
        names += [*spec.locf.within, spec.locf.visit]
    for name in names:
        scope.column(name)


def _expanded(spec: Table, frame: Frame, scope: Scope) -> Frame:
    rule = spec.expand
    if rule is None:
        return frame
    interval: Any
    if rule.every.replace(".", "", 1).isdigit():
        interval = np.full(frame.size, float(rule.every))
    else:
        interval = _intervals(rule.every, rule.frequencies, Scope(frame, scope.others, scope.notes))
    return derived_records.expand_doses(
        frame,
        start=rule.start,
        end=rule.end,
        interval=interval,
        nominal=rule.nominal,
        unit=rule.unit,
        also=rule.also,
    )


def _intervals(variable: str, stated: dict[str, float], scope: Scope) -> Any:
    known = {**derived_records.FREQUENCY_DAYS, **stated, "ONCE": 0.0}
    column = scope.text(variable)
    labels = list(column.cat.categories)
    used = set(np.unique(column.cat.codes.to_numpy()))
    strange = [v for i, v in enumerate(labels) if i in used and v not in known]
    if strange:
        hint = "state it under frequencies: {TERM: days}"
        raise failure(
            "ADAM202",
            f"{variable}: no interval known for {strange[0]!r}",
            variable=variable,
            hint=hint,
        )
    days = np.array([*(known.get(v, np.nan) for v in labels), np.nan])
    return days[column.cat.codes.to_numpy()]


def _one_per(spec: Table, frame: Frame) -> Frame:
    if not spec.one_per:
        return frame
    (codes,), size = group_codes(frame.columns, by=spec.one_per)
    every = np.ones(frame.size, dtype=bool)
    by = order_of(frame.columns, spec.by)
    rows = extreme_rows(codes, size, by, every, last=spec.keep == "last")
    refuse_ties(ties(codes, by, every, rows), Scope(frame, {}), frame.name, spec.by)
    return frame.take(np.sort(rows[rows >= 0]))


__all__ = ["add_variables", "build_table", "in_order", "made", "walk"]

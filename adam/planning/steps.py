"""What the steps of an analysis build do: tables, records, variables, which records stay, order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from adam.making import AnalysisSet, Making
from adam.model import TIME_TO_EVENT
from adam.planning.complete import Stated
from adam.posting.ledger import Step
from adam.tables.bench import Bench
from adam.tables.table import build_table
from adam.time_to_event.records import time_to_event_records
from derive.data_set import Check
from derive.evaluate import answer_missing, evaluate_line
from derive.line import SUBJECT
from derive.records import stacked
from derive.scope import Scope
from derive.values.column import KindError, Mask, Rows
from derive.values.cut import after_cut
from derive.values.keys import group_codes
from derive.values.order import Order, repeated, sort_keys, sort_rows
from specs import BuildError

CHECK_CODES = {"explain": "MAP340", "blocks": "MAP341", "info": "MAP342"}


def read_source(making: Making, name: str, needed: set[str]) -> None:
    """A data set of the source folder. Raises BuildError ADAM101, ADAM204, and of its file."""
    try:
        making.sources[name] = making.folder.read(name, needed)
    except BuildError as error:
        place = making.read_at.get(name)
        raise BuildError(
            [replace(one, spec=one.spec or place) for one in error.findings]
        ) from error


def make_table(making: Making, of: AnalysisSet, name: str) -> None:
    """A working table or a record table."""
    if name == TIME_TO_EVENT:
        spec = of.model.time_to_event
        assert spec is not None  # noqa: S101 - planned only then
        of.tables[name] = time_to_event_records(making, of, spec)
        return
    bench = Bench(making, of, name, of.model.all_tables()[name], of.section(name))
    of.tables[name] = build_table(bench)


def make_records(making: Making, of: AnalysisSet) -> None:
    """The records of a data set: its record tables, one below the other."""
    names = [*of.model.records, *([TIME_TO_EVENT] if of.model.time_to_event else [])]
    parts = []
    for name in names:
        part = of.tables[name].shallow(name)
        part.kept = None
        parts.append(part)
    scope = making.scope(of, of.records, "", ("records",))
    try:
        of.records = stacked(of.name, parts)
    except KindError as error:
        raise scope.wrong("SPEC131", error.message, error.hint) from error
    if of.model.class_ == "subject-level":
        _refuse_doubled(making, of)


def _refuse_doubled(making: Making, of: AnalysisSet) -> None:
    scope = making.scope(of, of.records, SUBJECT, ("records",))
    codes, _ = group_codes([scope.column(SUBJECT)])
    again = repeated([codes])
    if len(again):
        _, first = np.unique(codes[again], return_index=True)
        message = "the subject is there more than once"
        scope.fail("ADAM205", message, np.sort(again[first]), name=SUBJECT)


def make_variable(making: Making, of: AnalysisSet, name: str, stated: Stated) -> None:
    """A variable of a data set by its line, and what the line gives beside it."""
    scope = making.scope(of, of.records, name, stated.path)
    made = evaluate_line(stated.line, scope)
    making.put(of, of.records, stated.line, scope, made)
    if name in of.records.columns:
        column = of.records.columns[name]
        answer_missing(stated.line, scope, column, required=False, label="")


# which records, in which order


def make_kept(making: Making, of: AnalysisSet) -> None:
    """Leave out what comes after the study's data cut, and ``leave-out``; both are told."""
    model, cut = of.model, making.study.spec.cut
    kept = of.records.in_cut().copy()
    if model.cut and cut is not None:
        scope = making.scope(of, of.records, "", ("cut",))
        after, may = after_cut(scope.moment(model.cut), cut)
        _post(of, "cut", kept, after, str(model.cut))
        said = f"after the data cut {cut.isoformat()}"
        _leave_out(scope, kept, after, "MAP312", f"{model.cut} is {said}")
        rows = np.flatnonzero(may & kept)
        message = f"{model.cut} is known in part and may be {said}"
        if len(rows):
            scope.tell("MAP314", message, rows, done="the record was kept")
    if model.leave_out is not None:
        scope = making.scope(of, of.records, "", ("leave-out",))
        holds = _mask(scope, model.leave_out)
        _post(of, "leave-out", kept, holds, model.leave_out.text)
        _leave_out(scope, kept, holds, "MAP327", f"left out where {model.leave_out.text}")
    of.records.kept = kept


def _post(of: AnalysisSet, key: str, kept: Mask, holds: Mask, text: str) -> None:
    """Post what the data set itself leaves out of its records."""
    gone = kept & holds
    sizes = int(kept.sum()), int((kept & ~holds).sum())
    step = Step(key, of.loaded.place(key), *sizes, left=int(gone.sum()), text=text)
    of.ledger.last.append(step)
    of.ledger.leave(step, of.records, np.flatnonzero(gone))


def _mask(scope: Scope, condition: object) -> Mask:
    try:
        return scope.mask(condition)  # type: ignore[arg-type]
    except KindError as error:
        raise scope.wrong("SPEC131", error.message, error.hint) from error


def _leave_out(scope: Scope, kept: Mask, holds: Mask, code: str, message: str) -> None:
    rows = np.flatnonzero(holds & kept)
    if len(rows):
        scope.tell(code, message, rows, done="the record was left out")
    kept &= ~holds


def run_check(making: Making, of: AnalysisSet, number: int) -> None:
    """List the kept records that an edit check asks about. Nothing is changed."""
    check = of.model.checks[number]
    scope = making.scope(of, of.records, "", ("checks", number))
    kept = of.records.in_cut()
    rows = _once(check, scope, np.flatnonzero(_asked(check, scope, kept) & kept))
    if len(rows):
        names = [*(check.where.names if check.where else ()), *check.same]
        name = check.at or (names[0] if names else "")
        code = CHECK_CODES[check.severity]
        scope.tell(code, check.says, rows, name=name, done="the record was kept as it is")


def _asked(check: Check, scope: Scope, kept: Mask) -> Mask:
    if check.where is not None:
        return _mask(scope, check.where)
    columns = [scope.column(SUBJECT), *(scope.column(name) for name in check.same)]
    complete = np.logical_and.reduce([column.present() for column in columns]) & kept
    rows = np.flatnonzero(complete)
    out = np.zeros(scope.size, np.bool_)
    if len(rows):
        out[rows[repeated([group_codes(columns)[0][rows]])]] = True
    return out


def _once(check: Check, scope: Scope, rows: Rows) -> Rows:
    if not check.once_per or not len(rows):
        return rows
    columns = [scope.column(SUBJECT), *(scope.column(name) for name in check.once_per)]
    blank = np.logical_or.reduce([column.missing() for column in columns])[rows]
    _, first = np.unique(group_codes(columns)[0][rows], return_index=True)
    keep = blank.copy()
    keep[first] = True
    return np.asarray(rows[keep])


def make_order(making: Making, of: AnalysisSet) -> None:
    """The kept records in the order of ``sort``, else of the keys; missing comes last."""
    order = Order.of(list(of.model.sort) or list(of.model.keys))
    rows = np.flatnonzero(of.records.in_cut()).astype(np.int64)
    keys = [key[rows] for key in sort_keys(order, of.records.columns.__getitem__)]
    of.order = rows[sort_rows(keys)] if keys else rows

"""Edit checks: the questions that a study asks about the records of a data set."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from derive.data_set import Check
from derive.findings import More
from derive.line import SUBJECT, Line, all_makes
from derive.scope import Scope
from derive.values.column import Mask, Rows
from derive.values.keys import group_codes
from sdtm.finishing.conform import main_column
from sdtm.making import Making
from sdtm.planning.steps import first_column
from sdtm.records.stream import StreamRecords
from sdtm.tabulation import Checked, Tabulation
from specs import finding
from specs.conditions import Joined, Missing, Node, Not, walk_names

CODES = {"explain": "MAP340", "blocks": "MAP341", "info": "MAP342"}


def run_check(making: Making, tabulation: Tabulation, number: int) -> None:
    """List the kept records that a check of the data set asks about. Nothing is changed.

    Raises SpecificationError SPEC114 for a name that is nothing here.
    """
    check = tabulation.model.checks[number]
    count = tabulation.checked[number] = Checked()
    for stream in tabulation.streams:
        if check.of not in (None, stream.model.source, stream.model.name):
            continue
        scope = making.scope(tabulation, stream, "", ("checks", number))
        kept = tabulation.kept[stream.start : stream.stop]
        count.looked_at += int((_looked_at(check, scope) & kept).sum())
        rows = _once(check, scope, np.flatnonzero(_asked(check, scope, kept) & kept))
        count.asked += len(rows)
        if len(rows):
            name = check.at or _asked_about(check, tabulation, stream, scope)
            name = name or first_column(stream)
            code = CODES[check.severity]
            done = "the record was kept as it is"
            scope.tell(code, check.says, rows, name=name, done=done, more=_compared(check, scope))
    if not count.looked_at:
        message = f"no record has all that this check compares: {check.says}"
        place = tabulation.loaded.place("checks", number)
        making.shared.report.add(finding("MAP355", message, dataset=tabulation.name, spec=place))


def _compared(check: Check, scope: Scope) -> More:
    """What the check compared of a record, by name, as JSON; the subject left out, so that a new
    number of it changes nothing."""
    texts = {name: scope.text(name) for name in check.names if name.rpartition(".")[2] != SUBJECT}

    def of(position: int) -> dict[str, str]:
        row = np.array([position])
        found = {name: text.take(row).texts()[0] or "" for name, text in texts.items()}
        return {"compared": json.dumps(found, ensure_ascii=False)}

    return of


def _looked_at(check: Check, scope: Scope) -> Mask:
    """The records that a check can judge: every value that it compares is there."""
    if check.where is None:
        columns = [scope.column(SUBJECT), *(scope.column(name) for name in check.same)]
        return np.asarray(np.logical_and.reduce([column.present() for column in columns]))
    return _complete(check.where.tree, scope)


def _complete(node: Node, scope: Scope) -> Mask:
    """Where a condition has all its values: of parts joined by ``or`` those of one suffice."""
    if isinstance(node, Joined):
        join = np.logical_and if node.op == "and" else np.logical_or
        return np.asarray(join.reduce([_complete(part, scope) for part in node.parts]))
    if isinstance(node, Not):
        return _complete(node.inner, scope)
    out = scope.on()
    for name in () if isinstance(node, Missing) else walk_names(node):
        out = out & scope.column(name.text).present()
    return out


def _asked(check: Check, scope: Scope, kept: Mask) -> Mask:
    """Which records of a stream a check asks about: those of ``where``, or those that agree with an
    earlier kept record of the subject in every column of ``same``."""
    if check.where is not None:
        return scope.mask(check.where)
    columns = [scope.column(SUBJECT), *(scope.column(name) for name in check.same)]
    complete = np.logical_and.reduce([column.present() for column in columns])
    rows = np.flatnonzero(complete & kept)
    out = np.zeros(scope.size, np.bool_)
    if len(rows):
        _, first = np.unique(group_codes(columns)[0][rows], return_index=True)
        out[np.delete(rows, first)] = True
    return out


def _once(check: Check, scope: Scope, rows: Rows) -> Rows:
    """The first record of each group of ``once-per``; records where it is blank stay."""
    if not check.once_per or not len(rows):
        return rows
    columns = [scope.column(name) for name in check.once_per]
    blank = np.logical_or.reduce([column.missing() for column in columns])[rows]
    group = group_codes([scope.column(SUBJECT), *columns])[0][rows]
    _, first = np.unique(group, return_index=True)
    keep = blank.copy()
    keep[first] = True
    return np.asarray(rows[keep])


def _asked_about(check: Check, tabulation: Tabulation, stream: StreamRecords, scope: Scope) -> str:
    """The raw column behind the first variable that the condition names ('' when there is none)."""
    for name in [*(check.where.names if check.where else ()), *check.same]:
        if scope.is_raw(name):
            return name.removeprefix("raw.")
        for line in _lines_of(tabulation, stream, name):
            column = main_column(line, scope)
            if column:
                return column
    return ""


def _lines_of(tabulation: Tabulation, stream: StreamRecords, name: str) -> Iterator[Line]:
    """The lines that may give a variable on a stream; a study day comes from its date."""
    own = {**tabulation.model.variables, **stream.model.variables}
    for wanted in (name, f"{name[:-2]}DTC" if name.endswith("DY") else ""):
        for other, line in own.items():
            if wanted and (wanted == other or wanted in all_makes(line, other, tabulation.prefix)):
                yield line

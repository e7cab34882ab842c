"""Edit checks: the questions that a study asks about the records of a data set."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sdtm.columns import Rows
from sdtm.evaluate import source_column
from sdtm.matching import group_codes
from sdtm.order import row_id_column
from sdtm.plan_model import outputs
from sdtm.scene import Kitchen, Scene
from sdtm.state import DomainState, Stream
from specs.conditions import Mask
from specs.language import Check, LineBase

_CODES = {"explain": "MAP340", "blocks": "MAP341", "info": "MAP342"}


def run_check(kitchen: Kitchen, state: DomainState, number: int) -> None:
    """List the kept records that a check of the data set asks about. Nothing is changed.

    Raises SpecificationError SPEC114 for a name that is nothing here.
    """
    check, path = state.spec.model.checks[number], ("checks", number)
    for stream in state.streams:
        if check.of not in (None, stream.entry.source):
            continue
        scene = Scene(kitchen, state, stream, "", path)
        mask = asked(check, scene) & state.kept[stream.start : stream.stop]
        rows = _once(check, scene, np.flatnonzero(mask))
        if len(rows):
            name = check.at or _asked_about(check, state, stream) or row_id_column(state, stream)
            code = _CODES[check.severity]
            scene.rows(code, check.says, rows, name=name, done="the record was kept as it is")


def _asked_about(check: Check, state: DomainState, stream: Stream) -> str:
    """The raw column behind the first variable that the condition names ('' when there is none)."""
    for name in [*(check.where.names if check.where else ()), *check.same]:
        if stream.source is not None and stream.source.has(name):
            return name
        for line in _lines_of(state, stream, name):
            column = source_column(line)
            if stream.has(column):
                return column
    return ""


def _lines_of(state: DomainState, stream: Stream, name: str) -> Iterator[LineBase]:
    """The lines that may give a variable on a stream; a study day comes from its date."""
    own = {**state.spec.model.variables, **stream.entry.variables}
    for wanted in (name, f"{name[:-2]}DTC" if name.endswith("DY") else ""):
        for other, line in own.items():
            if wanted and wanted in outputs(line, state.name, other):
                yield line


def _once(check: Check, scene: Scene, rows: Rows) -> Rows:
    """The first record of each group of ``once-per``; records where it is blank stay."""
    if not check.once_per or not len(rows):
        return rows
    columns = [scene.text(name) for name in check.once_per]
    blank = np.logical_or.reduce([column.codes < 0 for column in columns])[rows]
    group = group_codes([scene.subjects(), *columns])[rows]
    _, first = np.unique(group, return_index=True)
    keep = blank.copy()
    keep[first] = True
    return np.asarray(rows[keep])


def asked(check: Check, scene: Scene) -> Mask:
    """Which records of a stream a check asks about."""
    if check.where is not None:
        return scene.mask(check.where)
    return _again(check, scene, scene.state, scene.stream)


def _again(check: Check, scene: Scene, state: DomainState, stream: Stream) -> Mask:
    """Records that agree with an earlier kept record of the subject in every column of ``same``."""
    columns = [scene.subjects(), *(scene.text(name) for name in check.same)]
    complete = np.logical_and.reduce([column.codes >= 0 for column in columns])
    rows = np.flatnonzero(complete & state.kept[stream.start : stream.stop])
    out = np.zeros(len(stream), np.bool_)
    if len(rows):
        _, first = np.unique(group_codes(columns)[rows], return_index=True)
        out[np.delete(rows, first)] = True
    return out

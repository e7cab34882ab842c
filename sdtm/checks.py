"""Edit checks: the questions that a study asks about the records of a data set."""

from __future__ import annotations

import numpy as np

from sdtm.matching import group_codes
from sdtm.order import row_id_column
from sdtm.scene import Kitchen, Scene
from sdtm.state import DomainState, Stream
from specs.conditions import Mask
from specs.language import Check

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
        rows = np.flatnonzero(mask)
        if len(rows):
            name = check.at or row_id_column(state, stream)
            code = _CODES[check.severity]
            scene.rows(code, check.says, rows, name=name, done="the record was kept as it is")


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

"""Which records of a data set stay, after ``not-in-earlier``, the data cut and ``leave-out``."""

from __future__ import annotations

import numpy as np

from derive.values.column import Mask
from derive.values.cut import after_cut
from sdtm.finishing.conform import scope_of
from sdtm.making import Making
from sdtm.planning.steps import set_mask
from sdtm.records.left import EARLIER
from sdtm.records.streams import not_known_before
from sdtm.tabulation import Tabulation


def make_kept(making: Making, tabulation: Tabulation) -> None:
    """Leave out what earlier streams have, what comes after the data cut, and ``leave-out``; a
    record that may come after the cut stays, and is told (MAP314)."""
    model, cut = tabulation.model, making.study.spec.cut
    for stream in tabulation.streams:
        if stream.model.not_in_earlier:
            known = np.zeros(tabulation.size, np.bool_)
            known[stream.start : stream.stop] = ~not_known_before(tabulation, stream)
            place = tabulation.loaded.place(*stream.path, "not-in-earlier")
            tabulation.leave_out(known, EARLIER, place)
    may = np.zeros(tabulation.size, np.bool_)
    if model.cut and cut is not None:
        after, may = after_cut(tabulation.moment(model.cut), cut)
        message = f"{model.cut} is after the data cut {cut.isoformat()}"
        _leave_out(making, tabulation, after, "MAP312", message, key="cut")
    if model.leave_out is not None:
        holds = set_mask(tabulation, model.leave_out, ("leave-out",))
        message = f"left out where {model.leave_out.text}"
        _leave_out(making, tabulation, holds, "MAP327", message, key="leave-out")
    if model.cut and cut is not None:
        message = f"{model.cut} is known in part and may be after the data cut {cut.isoformat()}"
        _tell(making, tabulation, may, ("MAP314", message, "cut"), done="the record was kept")


def _leave_out(
    making: Making, tabulation: Tabulation, holds: Mask, code: str, message: str, *, key: str
) -> None:
    _tell(making, tabulation, holds, (code, message, key), done="the record was left out")
    tabulation.leave_out(holds, key, tabulation.loaded.place(key))


def _tell(
    making: Making, tabulation: Tabulation, holds: Mask, what: tuple[str, str, str], *, done: str
) -> None:
    """Tell of the kept records where something holds: its code, message and key of the file."""
    code, message, key = what
    kept = tabulation.kept
    for stream in tabulation.streams:
        part = slice(stream.start, stream.stop)
        rows = np.flatnonzero(holds[part] & kept[part])
        if len(rows):
            recipes = tabulation.recipes.get(tabulation.model.cut or "", [])
            raw = scope_of(making, tabulation, "", recipes, stream)[1] if key == "cut" else ""
            scope = making.scope(tabulation, stream, "", (key,))
            scope.tell(code, message, rows, name=raw, done=done)

"""Checks of finished data sets: keys, published errors, labels, subjects, records after death."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from adam.publishing.conform import refuse_unfit
from derive.line import SUBJECT
from derive.records import Records
from derive.values.column import Column, Floats, Rows
from derive.values.keys import match_one, shared_codes
from derive.values.moment import Moment, date_of
from derive.values.order import repeated
from derive.values.text import Text
from derive.verbs.words import listed
from specs import BuildError, Finding, Severity, finding

if TYPE_CHECKING:
    from adam.making import AnalysisSet, Making

_DATES = ("ADT", "ASTDT")
_COMPARED = re.compile(r"[<>]=?\s*[0-9]")
_COLLECTED = ("STRESC", "ORRES", "AVALC")


def check_set(making: Making, of: AnalysisSet) -> None:
    """What is wrong with a finished data set. Raises BuildError for what blocks."""
    before = len(making.report.findings)
    refuse_unfit(making, of)
    _refuse_equal_keys(making, of)
    making.report.add(*reproduced(of))
    _tell_after_death(making, of)
    _tell_left_out(making, of)
    blocking = [one for one in making.report.findings[before:] if one.severity is Severity.BLOCKS]
    if blocking:
        raise BuildError(blocking)


def _kept(of: AnalysisSet) -> Rows:
    return np.flatnonzero(of.records.in_cut()).astype(np.int64)


def _refuse_equal_keys(making: Making, of: AnalysisSet) -> None:
    """The keys must tell records apart (ADAM210)."""
    rows = _kept(of)
    keys = [of.records.columns[name].ranks()[rows] for name in of.model.keys]
    again = repeated(keys)
    if len(again):
        names = listed(of.model.keys)
        message = f"{of.name}: {len(again)} records repeat the keys {names}"
        scope = making.scope(of, of.records, "", ("keys",))
        scope.fail("ADAM210", message, np.sort(rows[again]))


def reproduced(of: AnalysisSet) -> list[Finding]:
    """One note per published error that the specification matches on purpose."""
    return [
        finding(
            "ADAM211",
            f"{', '.join(item.variables)}: {item.why}",
            dataset=of.name,
            variable=item.variables[0],
            spec=of.loaded.place("reproduces", number),
        )
        for number, item in enumerate(of.model.reproduces)
    ]


def _tell_after_death(making: Making, of: AnalysisSet) -> None:
    """Records that are dated after the subject's death (ADAM207)."""
    from adam.planning.complete import subject_level

    level = subject_level(making.loaded)
    columns = of.records.columns
    date = next((n for n in _DATES if isinstance(columns.get(n), Moment)), None)
    if level is None or date is None or SUBJECT not in columns:
        return
    deaths = making.sets[level].records
    died = deaths.columns.get("DTHDT")
    if not isinstance(died, Moment):
        return
    mine, theirs = shared_codes([[columns[SUBJECT]], [deaths.columns[SUBJECT]]])
    rows = match_one(mine, theirs, deaths.in_cut()).rows
    last = np.append(_days(died), np.nan)[rows]
    with np.errstate(invalid="ignore"):
        late = (_days(columns[date]) > last) & of.records.in_cut()
    if late.any():
        scope = making.scope(of, of.records, date, ("dataset",))
        message = f"{date} is after the subject's death"
        scope.tell("ADAM207", message, np.flatnonzero(late), name=date)


def _days(column: Column) -> Floats:
    assert isinstance(column, Moment)  # noqa: S101 - asked by the callers
    return date_of(column).days()


def _tell_left_out(making: Making, of: AnalysisSet) -> None:
    """Results such as ``>10000`` that have no AVAL, and so are in no analysis (ADAM223)."""
    records = of.records
    value = records.columns.get("AVAL")
    if value is None:
        return
    for name in of.published:
        column = records.columns[name]
        if not name.endswith(_COLLECTED) or not isinstance(column, Text):
            continue
        compared = column.where(lambda text: _COMPARED.match(text) is not None)
        lost = np.flatnonzero(compared & value.missing() & records.in_cut())
        if len(lost):
            scope = making.scope(of, records, "AVAL", ("dataset",))
            message = f"{name} is a limit and no number, and the record has no AVAL"
            done = "the record is in no analysis of AVAL"
            scope.tell("ADAM223", message, lost, name=name, done=done)
            return


def strangers(making: Making) -> list[Finding]:
    """Subjects of any data set that the subject-level data set does not have (ADAM206)."""
    from adam.planning.complete import subject_level

    level = subject_level(making.loaded)
    if level is None or SUBJECT not in making.sets[level].records.columns:
        return []
    known = making.sets[level].records
    built = {n: s.records for n, s in making.sets.items() if n != level and s.records.size}
    out = []
    for name, records in sorted({**making.sources, **built}.items()):
        strange = _strangers(records, known)
        if strange:
            shown = ", ".join(strange[:3])
            message = f"{name}: {len(strange)} subjects are not in {level}: {shown}"
            out.append(
                finding("ADAM206", message, dataset=name, variable=SUBJECT, value=strange[0])
            )
    return out


def _strangers(records: Records, level: Records) -> list[str]:
    mine, known = records.columns.get(SUBJECT), level.columns[SUBJECT]
    if not isinstance(mine, Text) or not isinstance(known, Text):
        return []
    there = {known.values[code] for code in known.used()}
    return sorted({mine.values[code] for code in mine.used()} - there)


__all__ = ["check_set", "reproduced", "strangers"]

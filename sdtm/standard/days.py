"""Study days, and which day it was: --DY, --STDY, --ENDY, VISITDY."""

from __future__ import annotations

import numpy as np

from sdtm.columns import NumberColumn, TextColumn, pairs
from sdtm.dates import study_day
from sdtm.scene import Kitchen
from sdtm.state import DomainState


def of_subject(kitchen: Kitchen, state: DomainState, domain: str, variable: str) -> TextColumn:
    """One value per subject of another data set, beside every record (missing: no such subject)."""
    other = kitchen.states[domain]
    theirs, value = other.text("USUBJID"), other.text(variable)
    rows = np.flatnonzero(other.kept)
    table = dict(zip(theirs.take(rows).texts(), rows.tolist(), strict=True))
    mine = state.text("USUBJID")
    at = np.array([*(table.get(text, -1) for text in mine.values), -1], np.int64)
    return value.take(at[mine.codes])


def study_day_of(kitchen: Kitchen, state: DomainState, variable: str) -> NumberColumn:
    """--DY: days from DM.RFSTDTC, no day 0, only where both dates are complete (SDTMIG 4.4.4)."""
    dates = state.text(f"{variable[:-2]}DTC").apply(_day)
    reference = of_subject(kitchen, state, "DM", "RFSTDTC").apply(_day)
    codes, left, right = pairs(dates, reference)
    days = study_day([dates.values[i] for i in left], [reference.values[j] for j in right])
    return NumberColumn(np.append(days, np.nan)[codes])


def _day(date: str) -> str:
    """Without its time, which never matters to a study day."""
    return date.partition("T")[0]


def visit_day(kitchen: Kitchen, state: DomainState, variable: str) -> NumberColumn:
    """VISITDY by VISITNUM, from the table of visits."""
    from sdtm.verbs.visits import visit_days

    numbers = state.columns["VISITNUM"]
    if isinstance(numbers, TextColumn):
        numbers = NumberColumn(numbers.numbers())
    return visit_days(kitchen.study.table("visits.csv"), numbers)

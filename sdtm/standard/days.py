"""Study days, and which day it was: --DY, --STDY, --ENDY, VISITDY."""

from __future__ import annotations

import numpy as np

from derive.line import SUBJECT
from derive.records import Link
from derive.values.column import Rows
from derive.values.keys import match_one, shared_codes
from derive.values.number import Number
from derive.values.time import calendar
from sdtm.making import Making
from sdtm.tabulation import Tabulation


def subject_rows(making: Making, tabulation: Tabulation, other: str) -> Rows:
    """Per record the only kept record of its subject in another data set (-1: none).

    Raises LineFailed MAP317 where a subject has several.
    """
    theirs = making.sets[other]
    mine, codes = shared_codes([[tabulation.columns[SUBJECT]], [theirs.columns[SUBJECT]]])
    match = match_one(mine, codes, theirs.kept)
    if match.several.any():
        record = int(np.flatnonzero(match.several)[0])
        stream, position = tabulation.located(record)
        scope = making.scope(tabulation, stream, SUBJECT, ("standard",))
        message = f"{other} has several records of a subject, so this is not one value"
        scope.fail("MAP317", message, np.array([position]))
    return match.rows


def study_day_of(making: Making, tabulation: Tabulation, variable: str) -> Number:
    """--DY: days from DM.RFSTDTC, no day 0, only where both dates are complete (SDTMIG 4.4.4)."""
    rows = subject_rows(making, tabulation, "DM")
    tabulation.records.links[variable] = (Link("DM", rows),)
    reference = making.sets["DM"].moment("RFSTDTC").take(rows)
    return Number.of(calendar.study_day(tabulation.moment(f"{variable[:-2]}DTC"), reference))


def visit_day(making: Making, tabulation: Tabulation, variable: str) -> Number:
    """VISITDY by VISITNUM, from the table of visits."""
    from sdtm.verbs.visit_table import check_visits

    numbers = tabulation.columns["VISITNUM"]
    assert isinstance(numbers, Number)  # noqa: S101 - VISITNUM is a number in the standard
    table = making.study.table("visits.csv")
    check_visits(table)
    known = {
        float(row["VISITNUM"]): row.get("VISITDY", "") for row in table.rows if row["VISITNUM"]
    }
    distinct, codes = np.unique(numbers.values, return_inverse=True)
    days = [float(known.get(value) or "nan") for value in distinct.tolist()]
    return Number.of(np.array(days, np.float64)[codes])

"""EPOCH and TAETORD from the subject's elements (SE)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derive.line import SUBJECT
from derive.records import Link
from derive.values.column import Column, Kind, Mask, Rows
from derive.values.keys import group_codes, match_nearest, of_groups, shared_codes
from derive.values.moment import Moment, date_of, of_days
from derive.values.order import extreme_rows
from derive.values.related import compare
from derive.values.text import Text
from sdtm.making import Making
from sdtm.records.made.from_sets import timing_date
from sdtm.tabulation import Tabulation

_DAY_SECONDS = 86_400


def epoch(making: Making, tabulation: Tabulation, variable: str) -> Column:
    """EPOCH of each record: the epoch of the element that the record's date falls in.

    Days are compared, and times where both have them. An observation on the day that an element
    starts belongs to that element, unless its time point says PREDOSE. A partial date has an
    epoch only if every day that it may mean is in the same one.
    """
    return _in_element(making, tabulation, variable, "EPOCH")


def element_order(making: Making, tabulation: Tabulation, variable: str) -> Column:
    """TAETORD of each record, found like EPOCH."""
    return _in_element(making, tabulation, variable, "TAETORD")


@dataclass(slots=True)
class _Elements:
    """The elements of SE, the later of equal ones first; ``last`` are those that no other element
    of the subject follows. ``values`` is what is asked for."""

    rows: Rows
    codes: Rows
    start: Moment
    end: Moment
    last: Mask
    values: Column


def _in_element(making: Making, tabulation: Tabulation, variable: str, what: str) -> Column:
    se = making.sets["SE"]
    mine, theirs = shared_codes([[tabulation.columns[SUBJECT]], [se.columns[SUBJECT]]])
    elements = _elements(se, theirs, what)
    date = tabulation.moment(timing_date(tabulation.prefix, tabulation.columns))
    predose = _predose(tabulation)
    known = date.days()
    whole = ~np.isnan(known)
    found = _placed(mine, date, elements, predose)
    partial = np.flatnonzero(date.present() & ~whole & (mine >= 0))
    found[~whole] = -1
    if len(partial):
        found[partial] = _of_all_days(mine[partial], date.take(partial), elements, predose[partial])
    rows = np.append(elements.rows, -1)[found]
    tabulation.records.links[variable] = (Link("SE", rows),)
    return se.columns[what].take(rows)


def _elements(se: Tabulation, codes: Rows, what: str) -> _Elements:
    start, end = se.moment("SESTDTC"), se.moment("SEENDTC")
    rows = np.flatnonzero(se.kept & start.present() & (codes >= 0))[::-1]
    mine, at = codes[rows], start.take(rows)
    n = int(codes.max(initial=-1)) + 1
    final = extreme_rows(mine, n, [at.ranks()], np.ones(len(rows), np.bool_), last=True)
    last = final[mine] == np.arange(len(rows))
    return _Elements(rows, mine, at, end.take(rows), last, se.columns[what].take(rows))


def _placed(mine: Rows, date: Moment, elements: _Elements, predose: Mask) -> Rows:
    """Per record the element (-1: none) that started last on or before its date."""
    keep = np.ones(len(elements.rows), np.bool_)
    match = match_nearest(
        mine, elements.codes, elements.start, date, side="on-or-before", keep=keep
    )
    found = _before_dose(mine, date, elements, predose, match.rows)
    end = elements.end.take(found)
    final = np.append(elements.last, False)[found]
    beyond = final & compare(date_of(date), ">", date_of(end))
    return np.where(beyond, -1, found)


def _before_dose(mine: Rows, date: Moment, elements: _Elements, predose: Mask, found: Rows) -> Rows:
    """A PREDOSE record without a time, on the day that its element starts, belongs to the one
    before, if there is one."""
    start = date_of(elements.start)
    timed = date.table.precision > _precision_of_day()
    untimed = ~np.append(timed, False)[date.codes]
    same = date_of(date).days() == start.take(found).days()
    rows = np.flatnonzero(predose & untimed & same & (found >= 0))
    if not len(rows):
        return found
    keep = np.ones(len(elements.rows), np.bool_)
    day = date_of(date.take(rows))
    before = match_nearest(mine[rows], elements.codes, start, day, side="before", keep=keep)
    out = found.copy()
    out[rows] = np.where(before.rows >= 0, before.rows, found[rows])
    return out


def _precision_of_day() -> int:
    from derive.values.time import iso

    return iso.DAY


def _of_all_days(mine: Rows, date: Moment, elements: _Elements, predose: Mask) -> Rows:
    """The element of a partial date whose first and last day have the same value."""
    low, high = (edge // _DAY_SECONDS for edge in date.bounds())
    dated = np.append(date.table.precision > 0, False)[date.codes]
    ends = []
    for days in (low, high):
        day = of_days(np.where(dated, days, np.nan).astype(np.float64))
        moment = Moment(day.codes, day.table, Kind.SECOND)
        ends.append(_placed(mine, moment, elements, predose))
    values, _ = group_codes([elements.values]) if len(elements.rows) else (np.empty(0, np.int64), 0)
    first, last = (of_groups(values, found) for found in ends)
    return np.where((first == last) & (first >= 0), ends[0], -1)


def _predose(tabulation: Tabulation) -> Mask:
    column = tabulation.columns.get(f"{tabulation.prefix}TPT")
    if not isinstance(column, Text):
        return np.zeros(tabulation.size, np.bool_)
    return column.where(lambda text: "PREDOSE" in text.upper().replace("-", ""))

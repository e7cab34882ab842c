"""Time to event: which date stops the clock of each subject, and why (BDS-TTE 1.0).

All functions work on one record per subject; days are days since 1970 as float64, NaN for none.
FDA, Clinical Trial Endpoints for the Approval of Cancer Drugs, Appendix 3: censoring at the last
adequate assessment before new therapy, or before an event after missed planned visits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derive.values.column import Floats, Mask, Rows


@dataclass(frozen=True, slots=True)
class Candidates:
    """Dates that a source offers: one per subject, with the source's record (-1: none)."""

    day: Floats
    row: Rows

    @classmethod
    def none(cls, size: int) -> Candidates:
        """No date for anybody."""
        return cls(np.full(size, np.nan), np.full(size, -1, np.int64))


@dataclass(frozen=True, slots=True)
class Assessments:
    """Adequate assessments: subject code, day and record, of all subjects together."""

    subject: Rows
    day: Floats
    row: Rows

    def last(self, size: int, *, until: Floats, strictly: bool) -> Candidates:
        """The last assessment of each subject up to (``strictly``: before) a day; NaN: no limit."""
        limit = np.where(np.isnan(until), np.inf, until)[self.subject]
        inside = (self.day < limit) if strictly else (self.day <= limit)
        order = np.lexsort([-self.row, self.day])
        order = order[inside[order]]
        day, row = np.full(size, np.nan), np.full(size, -1, np.int64)
        day[self.subject[order]] = self.day[order]
        row[self.subject[order]] = self.row[order]
        return Candidates(day, row)

    def within(self, keep: Mask) -> Assessments:
        """Those assessments only."""
        return Assessments(self.subject[keep], self.day[keep], self.row[keep])


@dataclass
class Outcome:
    """What was decided per subject.

    ``reason`` is the number of the event or of the censoring that counts (-1: open), ``row`` the
    record of its source.
    """

    day: Floats
    code: Rows
    reason: Rows
    row: Rows

    @classmethod
    def open(cls, size: int) -> Outcome:
        """Nothing decided yet."""
        none = np.full(size, -1, np.int64)
        return cls(np.full(size, np.nan), none.copy(), none.copy(), none.copy())

    def settle(self, where: Mask, found: Candidates, *, code: int, reason: int) -> None:
        """Decide for the subjects that are open and for whom ``where`` holds."""
        hit = where & (self.reason < 0)
        self.day[hit], self.row[hit] = found.day[hit], found.row[hit]
        self.code[hit], self.reason[hit] = code, reason


def extreme(candidates: list[Candidates], *, latest: bool = False) -> tuple[Candidates, Rows]:
    """The earliest (latest) of several candidates per subject, and its number (-1: none).

    Of equal days the earliest goes to the first in the list, the latest to the last in the list.
    """
    size = len(candidates[0].day)
    best, which = Candidates.none(size), np.full(size, -1, np.int64)
    for number, one in enumerate(candidates):
        closer = (one.day >= best.day) if latest else (one.day < best.day)
        better = ~np.isnan(one.day) & (np.isnan(best.day) | closer)
        best = Candidates(np.where(better, one.day, best.day), np.where(better, one.row, best.row))
        which[better] = number
    return best, which


def missed_visits(
    planned: Floats,
    *,
    day_one: Floats,
    last: Floats,
    event: Floats,
    before: Floats | float,
    after: Floats | float,
) -> Rows:
    """How many planned visits were missed immediately before the event, per subject.

    ``planned`` are study days (no day 0). A visit counts when its whole window (``before`` days
    before to ``after`` days after, for all visits or for each) lies between the last adequate
    assessment and the event, so that no adequate assessment can be in it. The schedule decides, not
    a number of days: visits get rarer.
    """
    offset = np.where(planned > 0, planned - 1, planned)
    target = day_one[:, None] + offset[None, :]
    with np.errstate(invalid="ignore"):
        low, high = target - before, target + after
        between = (low > last[:, None]) & (high < event[:, None])
    counted: Rows = between.sum(axis=1).astype(np.int64)
    return counted


def analysis_value(start: Floats, stop: Floats, *, plus_one: bool) -> Floats:
    """AVAL in days: ADT - STARTDT, plus 1 where the day of start counts as day 1."""
    return stop - start + (1.0 if plus_one else 0.0)

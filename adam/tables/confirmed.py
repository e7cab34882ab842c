"""``confirmed``: responses that a later record of the subject confirms (RECIST 1.1, 4.6)."""

from __future__ import annotations

import numpy as np

from adam.tables.model import Confirmed
from derive.values.column import Floats, Mask, Rows
from derive.values.text import Text


def confirmed(
    subjects: Rows, values: Text, days: Floats, *, candidates: Mask, rule: Confirmed
) -> Mask:
    """True for candidate records that a later record of the subject confirms.

    ``subjects`` are codes, ``days`` days since 1970 (NaN: the record does not count). The
    confirming record is the first with a value of ``by`` at least ``days`` later; all records
    after the candidate up to it must hold values of ``through``.
    """
    rows = np.flatnonzero(~np.isnan(days) & (subjects >= 0))
    rows = rows[np.lexsort([days[rows], subjects[rows]])]
    pairs = _later(subjects[rows], days[rows], np.flatnonzero(candidates[rows]))
    own, later = rows[pairs[0]], rows[pairs[1]]
    by = np.isin(values.codes[later], _codes(values, rule.by))
    enough = days[later] >= days[own] + rule.days
    until = np.full(len(values), np.inf)
    np.minimum.at(until, own[by & enough], days[later[by & enough]])
    inside = days[later] <= until[own]
    own, later = own[inside], later[inside]
    good: Mask = ~np.isinf(until)
    good[own[~np.isin(values.codes[later], _codes(values, rule.through))]] = False
    for value, limit in rule.at_most.items():
        again = own[np.isin(values.codes[later], _codes(values, [value]))]
        good &= np.bincount(again, minlength=len(values)) <= limit
    for after, before in rule.not_after.items():
        good &= ~_comes_after(own, later, days, values, (after, before))
    out: Mask = good & candidates
    return out


def _codes(values: Text, wanted: list[str]) -> Rows:
    return np.array([i for i, text in enumerate(values.values) if text in wanted], np.int64)


def _later(subjects: Rows, days: Floats, candidates: Rows) -> tuple[Rows, Rows]:
    """Pairs of a candidate and each later record of its subject; records are sorted by both."""
    stops = np.searchsorted(subjects, subjects[candidates], side="right")
    counts = stops - candidates - 1
    own = np.repeat(candidates, counts)
    within = np.arange(len(own)) - np.repeat(np.cumsum(counts) - counts, counts)
    later = own + 1 + within
    truly = days[later] > days[own]
    return own[truly], later[truly]


def _comes_after(
    own: Rows, later: Rows, days: Floats, values: Text, names: tuple[str, str]
) -> Mask:
    """Candidates behind which the first value comes after the second."""
    last = np.full(len(values), -np.inf)
    first = np.full(len(values), np.inf)
    one, other = (np.isin(values.codes[later], _codes(values, [name])) for name in names)
    np.maximum.at(last, own[one], days[later[one]])
    np.minimum.at(first, own[other], days[later[other]])
    return last > first

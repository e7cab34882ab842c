"""--LOBXFL and --BLFL: the last result before exposure."""

from __future__ import annotations

import numpy as np

from sdtm.columns import TextColumn, pairs
from sdtm.order import sort_key
from sdtm.scene import Kitchen
from sdtm.standard.days import of_subject
from sdtm.state import DomainState
from specs.conditions import Mask

_NOT_GROUPS = (
    "SEQ",
    "DTC",
    "STDTC",
    "ENDTC",
    "REFID",
    "SPID",
    "TPT",
    "TPTNUM",
    "ELTM",
    "TPTREF",
    "GRPID",
)


def last_before_exposure(kitchen: Kitchen, state: DomainState, variable: str) -> TextColumn:
    """``Y`` on the last non-missing result on or before DM.RFXSTDTC, by subject and test.

    Tests are told apart by the natural key without dates, visits and record ids. A record on the
    day of first exposure counts if its time, or its date where one of the two has no time, is not
    after it; one whose time point says otherwise than PREDOSE does not (SDTMIG 3.4, --LOBXFL).
    """
    dates = state.text(f"{state.name}DTC")
    reference = of_subject(kitchen, state, "DM", "RFXSTDTC")
    candidate = _on_or_before(dates, reference) & state.kept & _has_result(state)
    points = f"{state.name}TPT"
    if points in state.columns:
        candidate &= ~_after_dose(state, points, dates, reference)
    rows = np.flatnonzero(candidate)
    out = TextColumn.missing_everywhere(state.n)
    if not len(rows):
        return out
    group = [state.columns[name] for name in ("USUBJID", *group_variables(state))]
    timing = [
        state.columns[n]
        for n in (f"{state.name}DTC", "VISITNUM", f"{state.name}TPTNUM")
        if n in state.columns
    ]
    _, group_of = sort_key(group, rows)
    keys = [state.columns[name] for name in state.spec.model.keys if name in state.columns]
    ordered, _ = sort_key([*group, *timing, *keys], rows)
    last = np.r_[group_of[1:] != group_of[:-1], True]
    out = TextColumn(out.codes.copy(), ["Y"])
    out.codes[ordered[last]] = 0
    return out


def group_variables(state: DomainState) -> list[str]:
    """The natural key without dates, visits and record ids: what tells tests apart."""
    out = []
    for key in state.spec.model.keys:
        suffix = key.removeprefix(state.name)
        if (
            key != "USUBJID"
            and suffix not in _NOT_GROUPS
            and not key.startswith("VISIT")
            and key in state.columns
        ):
            out.append(key)
    return out


def _has_result(state: DomainState) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Records with a standard result: a baseline without one is none (--LOBXFL with --STRESC)."""
    for name in (f"{state.name}STRESC", f"{state.name}ORRES"):
        if name in state.columns:
            return np.asarray(~state.columns[name].missing())
    return np.ones(state.n, np.bool_)


def _on_or_before(dates: TextColumn, reference: TextColumn) -> Mask:
    """By day for all, by time only for records of the reference day itself."""
    day, limit = (column.apply(lambda text: text[:10]) for column in (dates, reference))
    codes, left, right = pairs(day, limit)
    both = list(zip(left, right, strict=True))
    complete = [len(day.values[i]) == 10 == len(limit.values[j]) for i, j in both]
    before = [
        ok and day.values[i] < limit.values[j] for ok, (i, j) in zip(complete, both, strict=True)
    ]
    same = [
        ok and day.values[i] == limit.values[j] for ok, (i, j) in zip(complete, both, strict=True)
    ]
    out = np.array([*before, False], np.bool_)[codes]
    rows = np.flatnonzero(np.array([*same, False], np.bool_)[codes])
    codes, left, right = pairs(dates.take(rows), reference.take(rows))
    holds = [
        _not_after(dates.values[i], reference.values[j]) for i, j in zip(left, right, strict=True)
    ]
    out[rows] = np.array([*holds, False], np.bool_)[codes]
    return np.asarray(out, dtype=np.bool_)


def _not_after(date: str, reference: str) -> bool:
    if len(date) < 10 or len(reference) < 10:
        return False
    size = min(len(date), len(reference))
    return date[:size] <= reference[:size]


def _after_dose(
    state: DomainState, points: str, dates: TextColumn, reference: TextColumn
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Records of the day of exposure whose time point is after the dose."""
    text = state.text(points)
    after = tuple(v for v in text.values if "PREDOSE" not in v.upper().replace("-", ""))
    codes, left, right = pairs(dates, reference)
    same = [
        dates.values[i][:10] == reference.values[j][:10] for i, j in zip(left, right, strict=True)
    ]
    return np.asarray(text.among(after) & np.array([*same, False], np.bool_)[codes])

"""EPOCH and TAETORD from the subject's elements (SE)."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from sdtm.columns import Column, NumberColumn, TextColumn, pairs
from sdtm.dates import bounds
from sdtm.scene import Kitchen
from sdtm.state import DomainState

type_element = tuple[str, str, str]


def timing_date(state: DomainState) -> str:
    """The date that places a record in an epoch: --STDTC if there is one, else --DTC."""
    start = f"{state.name}STDTC"
    return start if start in state.columns else f"{state.name}DTC"


def epoch(kitchen: Kitchen, state: DomainState, variable: str) -> TextColumn:
    """EPOCH of each record: the epoch of the element that the record's date falls in.

    Days are compared, and times where both have them. An observation on the day that an element
    starts belongs to that element, unless its time point says PREDOSE. A partial date has an
    epoch only if every day that it may mean is in the same one.
    """
    return _in_element(kitchen, state, "EPOCH")


def element_order(kitchen: Kitchen, state: DomainState, variable: str) -> Column:
    """TAETORD of each record, found like EPOCH."""
    return NumberColumn(_in_element(kitchen, state, "TAETORD").numbers())


def _in_element(kitchen: Kitchen, state: DomainState, variable: str) -> TextColumn:
    elements = _elements(kitchen.states["SE"], variable)
    dates, subjects = state.text(timing_date(state)), state.text("USUBJID")
    codes, left, right = pairs(subjects, dates)
    found = [
        _place(elements.get(subjects.values[i], []), dates.values[j], predose=False)
        for i, j in zip(left, right, strict=True)
    ]
    out = TextColumn(codes.astype(np.int32), [str(k) for k in range(len(found))]).map(found)
    before = _predose(state)
    if before is None or not before.any():
        return out
    earlier = [
        _place(elements.get(subjects.values[i], []), dates.values[j], predose=True)
        for i, j in zip(left, right, strict=True)
    ]
    again = TextColumn(codes.astype(np.int32), [str(k) for k in range(len(earlier))]).map(earlier)
    return out.fill(again, before)


def _predose(state: DomainState) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    name = f"{state.name}TPT"
    if name not in state.columns:
        return None
    points = state.text(name)
    return points.among(tuple(v for v in points.values if "PREDOSE" in v.upper().replace("-", "")))


def _elements(se: DomainState, variable: str) -> dict[str, list[type_element]]:
    out: dict[str, list[type_element]] = {}
    rows = np.flatnonzero(se.kept)
    names = ["USUBJID", "SESTDTC", "SEENDTC", variable]
    columns = [se.text(name).take(rows).texts() for name in names]
    for subject, start, end, value in zip(*columns, strict=True):
        if start:
            out.setdefault(subject, []).append((start, end, value))
    for elements in out.values():
        elements.sort()
    return out


def _place(elements: list[type_element], date: str, *, predose: bool) -> str | None:
    if not elements or date.startswith("-"):
        return None
    if len(date) < 10 or date[4:6] == "--":
        try:
            low, high = (bound[:10] for bound in bounds(date))
        except ValueError:
            return None
        first, last = (_placed(elements, day, predose=predose) for day in (low, high))
        return first if first == last else None
    return _placed(elements, date, predose=predose)


def _placed(elements: list[type_element], date: str, *, predose: bool) -> str | None:
    starts = [_comparable(start, date) for start, _, _ in elements]
    at = bisect_right(starts, _comparable(date, date)) - 1
    if predose and at > 0 and elements[at][0][:10] == date[:10] and len(date) == 10:
        at -= 1
    if at < 0:
        return None
    end = elements[at][1]
    if at == len(elements) - 1 and end and date[: len(end[:10])] > end[:10]:
        return None
    return elements[at][2] or None


def _comparable(text: str, date: str) -> str:
    """A start as it compares with a date: without its time if the date has none."""
    return text[:10] if len(date) == 10 else text.ljust(16, "0") if "T" in text else f"{text}T00:00"

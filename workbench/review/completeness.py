"""What should be there, by form, site and visit: due by the schedule, present, missing, not done.

A visit is due for a subject when its planned day (TV) lies before the end of the subject's
participation or the cut, or when SV has it. A form is expected at a planned visit where at least
half of the subjects who had the visit have the form there: no schedule of forms is declared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Cell:
    """A form at a visit and site: numbers of subjects."""

    form: str
    site: str
    visit: str
    due: int
    present: int
    missing: int
    not_done: int


def completeness(frames: Mapping[str, pd.DataFrame], cut: dt.date | None) -> list[Cell]:
    """The cells, by form, site and planned visit; nothing without DM and planned visits."""
    dm, tv = frames.get("DM"), frames.get("TV")
    if dm is None or tv is None or not {"VISIT", "VISITNUM"} <= set(tv):
        return []
    planned = tv.drop_duplicates("VISITNUM").sort_values("VISITNUM")
    days = dict(zip(_texts(planned, "VISIT"), _numbers(planned, "VISITDY"), strict=True))
    site_of = dict(zip(_texts(dm, "USUBJID"), _texts(dm, "SITEID"), strict=True))
    last = _last_days(dm, cut)
    had = _had(frames.get("SV"))
    found: list[Cell] = []
    for name, frame in sorted(frames.items()):
        if {"USUBJID", "VISIT"} <= set(frame) and name not in ("SV", "TV", "SE"):
            found += _of_form(name, frame, days, site_of, last, had)
    return found


def _texts(frame: pd.DataFrame, name: str) -> pd.Series[str]:
    """A column as text; blank where there is none."""
    if name not in frame:
        return pd.Series("", index=frame.index)
    column = frame[name].astype(object)
    return column.where(column.notna(), "").astype(str)


def _numbers(frame: pd.DataFrame, name: str) -> list[float]:
    if name not in frame:
        return [float("nan")] * len(frame)
    return [float(x) for x in pd.to_numeric(frame[name], errors="coerce")]


def _last_days(dm: pd.DataFrame, cut: dt.date | None) -> dict[str, float]:
    """The study day on which each subject's participation, or the cut, ends."""
    start, end = (
        pd.to_datetime(_texts(dm, name).str[:10], errors="coerce", format="%Y-%m-%d")
        for name in ("RFSTDTC", "RFPENDTC")
    )
    if cut is not None:
        end = end.fillna(pd.Timestamp(cut)).clip(upper=pd.Timestamp(cut))
    days = (end - start).dt.days + 1
    return dict(zip(_texts(dm, "USUBJID"), days.astype(float), strict=True))


def _had(sv: pd.DataFrame | None) -> dict[str, set[str]]:
    """The subjects that had each visit, by SV."""
    if sv is None or "VISIT" not in sv:
        return {}
    return _subjects(sv[_texts(sv, "SVOCCUR") != "N"])


def _subjects(frame: pd.DataFrame) -> dict[str, set[str]]:
    """The subjects with a record at each visit."""
    pairs = set(zip(_texts(frame, "VISIT"), _texts(frame, "USUBJID"), strict=True))
    found: dict[str, set[str]] = {}
    for visit, subject in pairs:
        found.setdefault(visit, set()).add(subject)
    return found


def _of_form(  # noqa: PLR0917 - a form, and all that says when it is due
    form: str,
    frame: pd.DataFrame,
    days: Mapping[str, float],
    site_of: Mapping[str, str],
    last: Mapping[str, float],
    had: Mapping[str, set[str]],
) -> list[Cell]:
    kept = [c for c in ("VISIT", "USUBJID", f"{form}STAT") if c in frame]
    frame = frame[kept].drop_duplicates()
    undone = _texts(frame, f"{form}STAT") == "NOT DONE"
    done, not_done = _subjects(frame[~undone]), _subjects(frame[undone])
    out = []
    for visit, day in days.items():
        there, left_out = done.get(visit, set()), not_done.get(visit, set())
        at_visit = had.get(visit, set())
        if not at_visit or len((there | left_out) & at_visit) < _HALF * len(at_visit):
            continue
        due = {s for s in site_of if last.get(s, float("-inf")) >= day} | at_visit | there
        for site in sorted({site_of.get(s, "") for s in due}):
            mine = {s for s in due if site_of.get(s, "") == site}
            present, undone_here = mine & there, (mine & left_out) - there
            missing = mine - present - undone_here
            counts: Any = (len(mine), len(present), len(missing), len(undone_here))
            out.append(Cell(form, site, visit, *counts))
    return out

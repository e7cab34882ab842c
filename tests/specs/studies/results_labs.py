"""Laboratory grades and their shifts, from results, limits and baselines by hand-written steps.

The steps are the thresholds of CTCAE 5.0 as far as numbers say them; a grade is the number of
steps that a result passed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from tests.specs.studies.results_counting import Frames, Key, count, people

Steps = dict[str, list[tuple[float, int]]]
BELOW: Steps = {
    "HGB": [(100, 2), (80, 3)],
    "PLAT": [(75, 2), (50, 3), (25, 4)],
    "NEUT": [(1.5, 2), (1, 3), (0.5, 4)],
    "WBC": [(3, 2), (2, 3), (1, 4)],
    "LYM": [(0.8, 2), (0.5, 3), (0.2, 4)],
    "ALB": [(30, 2), (20, 3)],
    "K": [(3, 3), (2.5, 4)],
    "SODIUM": [(130, 2), (125, 3), (120, 4)],
}
ABOVE: Steps = {"K": [(5.5, 2), (6, 3), (7, 4)], "SODIUM": [(150, 2), (155, 3), (160, 4)]}
ABOVE_ALONE: Steps = {"WBC": [(100, 3)], "LYM": [(4, 2), (20, 3)]}
TIMES: Steps = {
    "ALT": [(1, 1), (3, 2), (5, 3), (20, 4)],
    "AST": [(1, 1), (3, 2), (5, 3), (20, 4)],
    "BILI": [(1, 1), (1.5, 2), (3, 3), (10, 4)],
    "CREAT": [(1, 1), (1.5, 2), (3, 3), (6, 4)],
    "APTT": [(1, 1), (1.5, 2), (2.5, 3)],
    "LDH": [(1, 1)],
}
LOW = ["HGB", "PLAT", "NEUT", "WBC", "LYM", "ALB", "K", "SODIUM", "FIBRINO"]
HIGH = ["ALT", "AST", "BILI", "CREAT", "K", "SODIUM", "HGB", "WBC", "LYM", "APTT", "LDH"]
NOT = "Not graded"


def _passed(steps: list[tuple[float, int]], hit: Iterator[bool]) -> int:
    return max((grade for (_, grade), one in zip(steps, hit, strict=True) if one), default=0)


def low_grade(code: str, row: pd.Series, base: pd.Series | None) -> str:
    """The grade of a low result; ``base``: the baseline record of a result after it."""
    value, limit = row["AVAL"], row["ANRLO"]
    if np.isnan(value):
        return NOT
    if code == "FIBRINO":
        if value < 0.5:
            return "4"
        fallen = base is not None and base["AVAL"] < base["ANRLO"]
        share = value / (base["AVAL"] if base is not None and fallen else limit)
        return NOT if np.isnan(share) else str(sum(share < part for part in (1, 0.75, 0.5, 0.25)))
    grade = _passed(BELOW[code], (value < step for step, _ in BELOW[code]))
    if grade == 0:
        return NOT if np.isnan(limit) else str(int(value < limit))
    return str(grade)


def high_grade(  # noqa: PLR0911 - a return for each kind of rule
    code: str, row: pd.Series, base: pd.Series | None
) -> str:
    """The grade of a high result."""
    value, limit = row["AVAL"], row["ANRHI"]
    if np.isnan(value):
        return NOT
    if code in ABOVE_ALONE:
        return str(_passed(ABOVE_ALONE[code], (value > step for step, _ in ABOVE_ALONE[code])))
    if code in ABOVE:
        grade = _passed(ABOVE[code], (value > step for step, _ in ABOVE[code]))
        return NOT if not grade and np.isnan(limit) else str(grade or int(value > limit))
    if np.isnan(limit):
        times = value / base["AVAL"] if code == "CREAT" and base is not None else np.nan
        return str(2 + int(times > 3)) if times > 1.5 else NOT
    if code == "HGB":
        return str(sum(value - limit > more for more in (0, 20, 40)))
    steps = TIMES[code]
    by_limit = _passed(steps, (value / limit > step for step, _ in steps))
    if base is None or np.isnan(base["AVAL"]):
        return str(by_limit)
    times = value / base["AVAL"]
    if code == "CREAT":
        return str(max(by_limit, (times > 1.5) * 2, (times > 3) * 3))
    if code in ("ALT", "AST", "BILI") and base["AVAL"] > base["ANRHI"]:
        first = times > 1 if code == "BILI" else times >= 1.5
        return str(max(int(first), _passed(steps[1:], (times > step for step, _ in steps[1:]))))
    return str(by_limit)


def shifts(frames: Frames) -> Iterator[tuple[Key, float]]:
    """From the grade of the baseline to the worst of the results up to day 28."""
    adlb = frames["ADLB"]
    adlb = adlb[(adlb["BASETYPE"] == "LAST PRE-INFUSION") & adlb["AVAL"].notna()]
    since = (pd.to_datetime(adlb["ADT"]) - pd.to_datetime(adlb["TRTSDT"])).dt.days
    after = adlb[(adlb["ADTM"] >= adlb["TRTSDTM"]) & (since <= 28) & (adlb["ABLFL"] != "Y")]
    bases = adlb[adlb["ABLFL"] == "Y"].set_index(["USUBJID", "PARAMCD"])
    for name, codes, grade in (("LBLOW", LOW, low_grade), ("LBHIGH", HIGH, high_grade)):
        for code in codes:
            part = after[after["PARAMCD"] == code]
            found: dict[str, list[str]] = {subject: [NOT, NOT] for subject in people(part)}
            for row in part.to_dict("records"):
                subject, key = row["USUBJID"], (row["USUBJID"], code)
                base = bases.loc[key] if key in bases.index else None
                before = NOT if base is None else grade(code, base, None)
                there = grade(code, pd.Series(row), base)
                worst = max((found[subject][1], there), key=lambda g: -1 if g == NOT else int(g))
                found[subject] = [before, worst]
            yield from _cells(name, part["PARAM"].iloc[0], found)


def _cells(name: str, param: str, found: dict[str, list[str]]) -> Iterator[tuple[Key, float]]:
    levels = ["0", "1", "2", "3", "4", NOT]
    for before in levels:
        for worst in levels:
            hit = {s for s, pair in found.items() if pair == [before, worst]}
            level = f"{before} to {worst}"
            yield from count(name, hit, set(found), level=level, groups=(param,))

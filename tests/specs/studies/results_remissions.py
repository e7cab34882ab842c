"""The kinds of remission within three months once more, from assessments and blood counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from tests.specs.studies.results_counting import Frames, Key, count, people

THRESHOLDS = (("CR", 1.0, 100.0), ("CRh", 0.5, 50.0), ("CRi", 0.0, 0.0))
"""Neutrophils and platelets in 10^9/L that the kind asks for: Doehner et al. 2022, table 6."""
WEEK = timedelta(days=7)


def kinds_of_remission(frames: Frames, infused: set[str]) -> Iterator[tuple[Key, float]]:
    """As the investigator says, and by the counts of the week that ends with the assessment."""
    adsl = frames["ADSL"].set_index("USUBJID")
    seen = frames["ADRS"].query("PARAMCD == 'OVR'")
    last = seen["USUBJID"].map(adsl[["HSCTDT", "NACTDT", "PDDT"]].min(axis=1, skipna=True))
    within = (seen["ADT"] - seen["USUBJID"].map(adsl["TRTSDT"])).map(lambda d: d.days) <= 97
    counts = seen[within & (last.isna() | (seen["ADT"] <= last))]
    counts = counts[counts["AVALC"].isin(["CR", "CRh", "CRi"])]
    yield from _best(counts, infused, "")
    yield from _best(counts.assign(AVALC=_by_blood(counts, frames["ADLB"])), infused, "C")


def _best(found: pd.DataFrame, infused: set[str], suffix: str) -> Iterator[tuple[Key, float]]:
    left = set(infused)
    for kind in ("CR", "CRh", "CRi"):
        mine = people(found[found["AVALC"] == kind]) & left
        left -= mine
        if kind != "CR" or suffix:
            yield from count(f"{kind.upper()}3M{suffix}", mine, infused, exact=True)


def _by_blood(remissions: pd.DataFrame, adlb: pd.DataFrame) -> list[str]:
    blood = adlb[adlb["BASETYPE"] == "LAST PRE-INFUSION"]
    out = []
    for _, one in remissions.iterrows():
        mine = blood[blood["USUBJID"] == one["USUBJID"]]
        neutrophils = _lowest(mine[mine["PARAMCD"] == "NEUT"], one["ADT"])
        platelets = _lowest(mine[mine["PARAMCD"] == "PLAT"], one["ADT"])
        known = neutrophils is not None and platelets is not None
        out.append(_kind(neutrophils or 0.0, platelets or 0.0) if known else one["AVALC"])
    return out


def _lowest(of: pd.DataFrame, day: date) -> float | None:
    """The lowest count of the last day with one; None without any in the week."""
    near = of[(of["ADT"] <= day) & (of["ADT"] >= day - WEEK) & of["AVAL"].notna()]
    return None if near.empty else float(near[near["ADT"] == near["ADT"].max()]["AVAL"].min())


def _kind(neutrophils: float, platelets: float) -> str:
    return next(k for k, n, p in THRESHOLDS if neutrophils >= n and platelets >= p)

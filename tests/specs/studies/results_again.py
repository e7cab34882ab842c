"""The numbers of the seed study's displays once more: plain pandas and scipy on the XPT files,
nothing of the product, and nothing read from its declarations."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import CensoredData, ecdf

from tests.specs.studies.results_counting import (
    Frames,
    Key,
    Numbers,
    count,
    described,
    levelled,
    people,
)
from tests.specs.studies.results_events import events

MONTH = 365.25 / 12
ASSAYS = {
    "CD7 CAR Transgene": "",
    "CD7 CAR-Positive T Cells": "F",
    "CD7 CAR-Positive T Cells Absolute Count": "A",
}


def again(frames: Frames) -> Numbers:
    """Every number of every display, but for the sizes of populations."""
    out: Numbers = {}
    for part in (_subjects, _baseline, _remission, _times, _kinetics, _cytokines, _cd7, events):
        out |= dict(part(frames))
    return out


def _subjects(frames: Frames) -> Iterator[tuple[Key, float]]:
    adsl = frames["ADSL"]
    enrolled = adsl[adsl["ENRLFL"] == "Y"]
    whole = people(enrolled)
    consented = adsl[adsl["RFICDT"].notna()]
    yield from count("CONSENT", people(consented), None)
    yield from count("SCRNFAIL", people(consented[consented["SCRNFL"] == "Y"]), None)
    yield from count("ENROLLED", whole, whole)
    for name, flag in (("LDSTART", "LDFL"), ("INFUSED", "INFFL"), ("REINF", "REINFFL")):
        yield from count(name, people(enrolled[enrolled[flag] == "Y"]), whole)
    words = {"COMPLETED": "Completed", "ONGOING": "Ongoing", "DISCONTINUED": "Discontinued"}
    yield from levelled("EOS", enrolled, "EOSSTT", whole, words)
    left = enrolled[enrolled["EOSSTT"] == "DISCONTINUED"]
    yield from levelled("EOSWHY", left, "DCSREAS", whole, sorted(set(left["DCSREAS"])))
    infused = adsl[adsl["INFFL"] == "Y"]
    yield from described("FOLLOWUP", infused["FUPMON"], "n median q1 q3 min max")


def _baseline(frames: Frames) -> Iterator[tuple[Key, float]]:
    infused = frames["ADSL"].query("INFFL == 'Y'")
    whole = people(infused)
    usual = "n mean sd median q1 q3 min max"
    names = {"AGE": "AGE", "BLASTS": "BLBLPCT", "CD7BL": "CD7BL", "WEIGHT": "WTINF"}
    for name, variable in {**names, "DOSE": "DOSEA", "DOSEKG": "DOSEPKG"}.items():
        yield from described(name, infused[variable], usual)
    yield from levelled("AGEGR", infused, "AGEGR1", whole, ["<18", "18-64", ">=65"])
    yield from levelled("SEX", infused, "SEX", whole, {"M": "Male", "F": "Female"})
    yield from levelled("RACE", infused, "RACE", whole, {"ASIAN": "Asian"})
    yield from levelled("DIAG", infused, "DIAG", whole, sorted(set(infused["DIAG"])))
    risks = {"LOW": "Low", "INTERMEDIATE": "Intermediate", "HIGH": "High"}
    yield from levelled("RISK", infused, "RISKGR", whole, risks)
    many = infused.assign(PRLINEN=infused["PRLINEN"].clip(upper=4))
    lines = {1: "1", 2: "2", 3: "3", 4: "4 or more"}
    yield from levelled("LINES", many, "PRLINEN", whole, lines)
    for name, flag in (("PRHSCT", "PRHSCTFL"), ("EMDBL", "EMDBLFL"), ("SECOND", "REINFFL"),
                       ("OOS", "OOSFL")):  # fmt: skip
        yield from count(name, people(infused[infused[flag] == "Y"]), whole)


def _remission(frames: Frames) -> Iterator[tuple[Key, float]]:
    adsl, adrs = frames["ADSL"], frames["ADRS"]
    infused = people(adsl[adsl["INFFL"] == "Y"])
    by_code = dict(iter(adrs.groupby("PARAMCD")))
    for code in ("ORR3M", "CR3M"):
        found = people(by_code[code].query("AVALC == 'Y'"))
        yield from count(code, found, infused, exact=True)
    yield from _split_remissions(frames, infused)
    kinds = ["CR", "CRh", "CRi", "MLFS", "PR", "NR", "PD", "NE"]
    yield from levelled("BOR", by_code["BOR"], "AVALC", infused, kinds)
    clear = by_code["MRDNEGCR"]
    yield from count("MRDNEG", people(clear.query("AVALC == 'Y'")), people(clear), exact=True)
    with_it = people(adsl.query("INFFL == 'Y' and EMDBLFL == 'Y'"))
    found = people(by_code["EMDORR3M"].query("AVALC == 'Y'"))
    yield from count("EMDORR", found, with_it, exact=True)
    seen = by_code["EMD"].query("AVISIT == 'MONTH 3'")
    seen = seen[seen["USUBJID"].isin(with_it)]
    yield from levelled("EMDM3", seen, "AVALC", with_it, ["CR", "PR", "SD", "PD"], exact=True)
    rest = with_it - people(seen)
    yield from count("EMDM3", rest, with_it, level="Not assessed", exact=True)


def _split_remissions(frames: Frames, infused: set[str]) -> Iterator[tuple[Key, float]]:
    """The best remission of the three months, from the assessments themselves."""
    adsl = frames["ADSL"].set_index("USUBJID")
    seen = frames["ADRS"].query("PARAMCD == 'OVR'")
    last = seen["USUBJID"].map(adsl[["HSCTDT", "NACTDT", "PDDT"]].min(axis=1, skipna=True))
    within = (seen["ADT"] - seen["USUBJID"].map(adsl["TRTSDT"])).map(lambda d: d.days) <= 97
    counts = seen[within & (last.isna() | (seen["ADT"] <= last))]
    left = set(infused)
    for kind in ("CR", "CRh", "CRi"):
        found = people(counts[counts["AVALC"] == kind]) & left
        left -= found
        if kind != "CR":
            yield from count(f"{kind.upper()}3M", found, infused, exact=True)


def fitted(time: Any, event: Any) -> tuple[Any, Any, Any, Any]:
    """(times of events, survival, lower, upper) by scipy, log(-log) bands."""
    time, event = np.asarray(time, float), np.asarray(event, bool)
    curve = ecdf(CensoredData(uncensored=time[event], right=time[~event])).sf
    with warnings.catch_warnings():  # where survival is 0 the band is not defined, and NaN
        warnings.simplefilter("ignore", RuntimeWarning)
        band = curve.confidence_interval(0.95, method="log-log")
    at = np.isin(curve.quantiles, time[event])
    return (
        curve.quantiles[at],
        curve.probabilities[at],
        band.low.probabilities[at],
        band.high.probabilities[at],
    )


def passing(times: Any, values: Any, target: float) -> float:
    """The first time below the target, the middle of a while exactly at it; NaN for none."""
    heights = np.round(values, 9)
    below = times[heights < target]
    at = times[heights == target]
    if len(at):
        return float((at[0] + below[0]) / 2 if len(below) else at[0])
    return float(below[0]) if len(below) else math.nan


def _survival(
    name: str, time: Any, event: Any, unit: str, at: Iterable[float], *, followup: bool = False
) -> Iterator[tuple[Key, float]]:
    time, event = np.asarray(time, float), np.asarray(event, bool)
    for stat, value in (("n", len(time)), ("events", event.sum()), ("censored", (~event).sum())):
        yield (name, (), "", stat), float(value)
    times, *curves = fitted(time, event)
    for stat, target in (("q1", 0.75), ("median", 0.5), ("q3", 0.25)):
        for suffix, curve in zip(("", "_lower", "_upper"), curves, strict=True):
            yield (name, (), "", stat + suffix), passing(times, curve, target)
    if followup:
        back, *others = fitted(time, ~event)
        for suffix, curve in zip(("", "_lower", "_upper"), others, strict=True):
            yield (name, (), "", "followup" + suffix), passing(back, curve, 0.5)
    for mark in at:
        level = f"{mark:g} {unit}"
        held = np.flatnonzero(times <= mark)
        for suffix, curve in zip(("", "_lower", "_upper"), curves, strict=True):
            value = curve[held[-1]] if len(held) else 1.0
            value = math.nan if mark > time.max() else 100 * value
            yield (name, (), level, "survival" + suffix), float(value)
        yield (name, (), level, "at_risk"), float((time >= mark).sum())


def _times(frames: Frames) -> Iterator[tuple[Key, float]]:
    adtte = frames["ADTTE"]
    for code in ("DOR", "DORHSCT", "PFS", "PFSHSCT", "OS", "EFS"):
        part = adtte[adtte["PARAMCD"] == code]
        time, event = part["AVAL"] / MONTH, part["CNSR"] == 0
        yield from _survival(code, time, event, "months", (6, 12, 18, 24), followup=code == "OS")
    yield from _relapse(adtte[adtte["PARAMCD"] == "PFS"])
    part = adtte[adtte["PARAMCD"] == "TTPERS"]
    yield from _survival("PERSIST", part["AVAL"], part["CNSR"] == 0, "days", (28, 90, 180, 360))


def _relapse(part: pd.DataFrame) -> Iterator[tuple[Key, float]]:
    """Aalen and Johansen, subject by subject: each event takes the share of those at risk."""
    event = part["CNSR"] == 0
    ours = event & (part["EVNTDESC"] == "RELAPSE OR PROGRESSION")
    other = event & (part["EVNTDESC"] == "DEATH")
    numbers = {
        "n": len(part), "events": ours.sum(), "competing": other.sum(), "censored": (~event).sum(),
    }  # fmt: skip
    for stat, value in numbers.items():
        yield ("RELAPSE", (), "", stat), float(value)
    days = part["AVAL"].to_numpy(float)
    for mark in (6, 12, 18, 24):
        left, found = 1.0, 0.0
        for day in sorted(set(days[event])):
            if day > mark * MONTH:
                break
            risk = (days >= day).sum()
            found += left * ((days == day) & ours).sum() / risk
            left *= 1 - ((days == day) & event).sum() / risk
        value = math.nan if mark * MONTH > days.max() else 100 * found
        yield ("RELAPSE", (), f"{mark} months", "incidence"), value
        yield ("RELAPSE", (), f"{mark} months", "at_risk"), float((days >= mark * MONTH).sum())


def _kinetics(frames: Frames) -> Iterator[tuple[Key, float]]:
    adpp = frames["ADPP"]
    first = adpp[adpp["ATPTREF"].str.endswith("INFUSION 1")]
    for assay, letter in ASSAYS.items():
        for name, code, wanted in (
            ("CMAX", "CMAX", "n geometric_mean geometric_cv median q1 q3 min max"),
            ("AUC", "AUC028", "n geometric_mean geometric_cv median q1 q3 min max"),
            ("TMAX", "TMAX", "n median q1 q3 min max"),
        ):
            values = first[first["PARAMCD"] == code + letter]["AVAL"].dropna()
            yield from described(name, values, wanted, (assay,))


def _cytokines(frames: Frames) -> Iterator[tuple[Key, float]]:
    adcyt = frames["ADCYT"]
    adcyt = adcyt[adcyt["BASETYPE"] == "LAST PRE-INFUSION"]
    for name, end in (("CYPEAK", "PEAK"), ("CYDAY", "DAY"), ("CYFOLD", "FOLD")):
        wanted = (
            "n median min max" if end == "DAY" else "n geometric_mean geometric_cv median min max"
        )
        for cytokine in ("IL6", "IL10", "IFNG", "TNF"):
            code = cytokine + end
            values = adcyt[adcyt["PARAMCD"] == code]["AVAL"]
            yield from described(name, values, wanted, (code,))


def _cd7(frames: Frames) -> Iterator[tuple[Key, float]]:
    adsl, adcp = frames["ADSL"], frames["ADCP"]
    infused = people(adsl[adsl["INFFL"] == "Y"])
    usual = "n mean sd median q1 q3 min max"
    cleared = adcp[adcp["PARAMCD"] == "TCLRT"]
    yield from count("CD7CLR", people(cleared), infused, exact=True)
    yield from described("CD7TIME", cleared["AVAL"], usual)
    share = adcp[adcp["PARAMCD"] == "CD7TPCT"]
    measured = share[share["DTYPE"] == ""].dropna(subset=["AVAL"])
    after = measured[(measured["ADY"] >= 1) & (measured["ABLFL"] != "Y")]
    lowest = share[share["DTYPE"] == "MINIMUM"].set_index("USUBJID")["AVAL"]
    assert (lowest >= after.groupby("USUBJID")["AVAL"].min().reindex(lowest.index)).all()
    yield from described("CD7NADIR", lowest, usual)
    for visit in ("DAY 14", "DAY 28", "MONTH 3"):
        part = measured[(measured["AVISIT"] == visit) & (measured["ANL01FL"] == "Y")]
        change = part["AVAL"] - part["BASE"]
        yield from described("CD7CHG", change, "n mean sd median min max", (visit,))

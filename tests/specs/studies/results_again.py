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

from tests.specs.studies.results_competing import incidence
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
from tests.specs.studies.results_labs import shifts
from tests.specs.studies.results_remissions import kinds_of_remission

MONTH = 365.25 / 12
ASSAYS = {
    "CD7 CAR Transgene": "",
    "CD7 CAR-Positive T Cells": "F",
    "CD7 CAR-Positive T Cells Absolute Count": "A",
}


def again(frames: Frames) -> Numbers:
    """Every number of every display, but for the sizes of populations."""
    out: Numbers = {}
    for part in (
        _subjects,
        _baseline,
        _remission,
        _times,
        _kinetics,
        _cytokines,
        _cd7,
        events,
        shifts,
    ):
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
    yield from kinds_of_remission(frames, infused)
    kinds = ["CR", "CRh", "CRi", "MLFS", "PR", "NR", "PD", "NE"]
    yield from levelled("BOR", by_code["BOR"], "AVALC", infused, kinds)
    clear = by_code["MRDNEGCR"]
    yield from count("MRDNEG", people(clear.query("AVALC == 'Y'")), people(clear), exact=True)
    with_it = people(adsl.query("INFFL == 'Y' and EMDBLFL == 'Y'"))
    found = people(by_code["EMDORR3M"].query("AVALC == 'Y'"))
    yield from count("EMDORR", found, with_it, exact=True)
    facts = adsl.set_index("USUBJID")
    for name, stops in (("EMDM3", ["HSCTDT", "NACTDT"]), ("EMDM3TP", ["NACTDT"])):
        seen = by_code["EMD"].query("AVISIT == 'MONTH 3'")
        end = pd.to_datetime(seen["USUBJID"].map(facts[stops].min(axis=1, skipna=True)))
        seen = seen[seen["USUBJID"].isin(with_it) & ~(pd.to_datetime(seen["ADT"]) > end)]
        yield from levelled(name, seen, "AVALC", with_it, ["CR", "PR", "SD", "PD"], exact=True)
        rest = with_it - people(seen)
        yield from count(name, rest, with_it, level="Not evaluable", exact=True)


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
            value = curve[held[-1]] if len(held) else math.nan if suffix else 1.0
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
    for name, code in (("PERSIST", "TTPERS"), ("PERSISTF", "TTPERSF")):
        part = adtte[adtte["PARAMCD"] == code]
        yield from _survival(name, part["AVAL"], part["CNSR"] == 0, "days", (28, 90, 180, 360))


def _relapse(part: pd.DataFrame) -> Iterator[tuple[Key, float]]:
    """Relapses, with death as the other event."""
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
        values = incidence(days, ours.to_numpy(), other.to_numpy(), mark * MONTH)
        for suffix, value in zip(("", "_lower", "_upper"), values, strict=True):
            yield ("RELAPSE", (), f"{mark} months", "incidence" + suffix), value
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


def _clearance(
    subjects: pd.DataFrame, counts: pd.DataFrame
) -> tuple[dict[str, float], dict[str, bool]]:
    """Days to the first count below 1 %, or to the last one before something else came."""
    time: dict[str, float] = {}
    event: dict[str, bool] = {}
    for subject, facts in subjects[subjects["INFFL"] == "Y"].iterrows():
        name = str(subject)
        mine = counts[(counts["USUBJID"] == name) & (counts["ADTM"] > facts["TRTSDTM"])]
        names = ["REINFDT", "HSCTDT", "NACTDT", "DTHDT"]
        ends = [pd.Timestamp(facts[n]) for n in names if not pd.isna(facts[n])]
        end = min(ends, default=pd.Timestamp.max)
        days = pd.to_datetime(mine["ADT"])
        clear = days[(mine["AVAL"] < 1) & (days <= end)]
        event[name] = len(clear) > 0
        stop = clear.min() if event[name] else days[days <= end].max()
        stop = pd.Timestamp(facts["TRTSDT"]) if pd.isna(stop) else stop
        time[name] = float((stop - pd.Timestamp(facts["TRTSDT"])).days + 1)
    return time, event


def _cd7(frames: Frames) -> Iterator[tuple[Key, float]]:
    adsl, adcp = frames["ADSL"], frames["ADCP"]
    infused = people(adsl[adsl["INFFL"] == "Y"])
    usual = "n mean sd median q1 q3 min max"
    for name, code in (("CD7", "CD7TPCT"), ("CD7L", "CD7LPCT")):
        counts = adcp[(adcp["PARAMCD"] == code) & adcp["DTYPE"].isin(["", "LLOQ", "ULOQ"])]
        time, event = _clearance(adsl.set_index("USUBJID"), counts)
        cleared = {subject for subject, hit in event.items() if hit}
        yield from count(f"{name}CLR", cleared, infused, exact=True)
        days, hits = list(time.values()), [event[s] for s in time]
        yield from _survival(f"{name}TIME", days, hits, "days", (7, 14, 21, 28))
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

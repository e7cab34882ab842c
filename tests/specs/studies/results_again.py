"""The numbers of the seed study's displays once more: plain pandas and scipy on the XPT files,
nothing of the product, and nothing read from its declarations."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import CensoredData, binomtest, ecdf, gmean, gstd

Frames = dict[str, pd.DataFrame]
Key = tuple[str, tuple[str, ...], str, str]
"""Analysis, groups (columns but the arm, then rows), level, statistic."""
Numbers = dict[Key, float]
MONTH = 365.25 / 12
GRADES = {
    "Any grade": None,
    "Grade 1-2": ("1", "2"),
    "Grade 3": ("3",),
    "Grade 4": ("4",),
    "Grade 5": ("5",),
}
RELATED = ["RELATED", "POSSIBLY RELATED"]
ASSAYS = {
    "CD7 CAR Transgene": "",
    "CD7 CAR-Positive T Cells": "F",
    "CD7 CAR-Positive T Cells Absolute Count": "A",
}


def again(frames: Frames) -> Numbers:
    """Every number of every display, but for the sizes of populations."""
    out: Numbers = {}
    for part in (_subjects, _baseline, _remission, _times, _kinetics, _cytokines, _cd7, _events):
        out |= dict(part(frames))
    return out


def people(frame: pd.DataFrame) -> set[str]:
    """The subjects of some records."""
    return set(frame["USUBJID"])


def _count(
    name: str, found: set[str], whole: set[str] | None, *, level: str = "", exact: bool = False,
    groups: tuple[str, ...] = (),
) -> Iterator[tuple[Key, float]]:  # fmt: skip
    yield (name, groups, level, "n"), len(found)
    if whole is None:
        return
    assert found <= whole
    yield (name, groups, level, "N"), len(whole)
    yield (name, groups, level, "percent"), len(found) / len(whole) * 100
    if exact:
        limits = binomtest(len(found), len(whole)).proportion_ci(0.95, method="exact")
        yield (name, groups, level, "lower"), limits.low * 100
        yield (name, groups, level, "upper"), limits.high * 100


def _levels(
    name: str, frame: pd.DataFrame, variable: str, whole: set[str],
    levels: Mapping[Any, str] | Iterable[Any], *, exact: bool = False,
) -> Iterator[tuple[Key, float]]:  # fmt: skip
    for level in levels:
        label = levels[level] if isinstance(levels, Mapping) else str(level)
        found = people(frame[frame[variable] == level])
        yield from _count(name, found, whole, level=label, exact=exact)


def quantile(values: Any, share: float) -> float:
    """SAS PCTLDEF=5, as its documentation says it."""
    x = sorted(values)
    place = len(x) * share
    at = math.floor(place + 1e-9)
    return (x[at - 1] + x[at]) / 2 if abs(place - at) < 1e-9 else x[at]


def _described(
    name: str, values: pd.Series, wanted: str, groups: tuple[str, ...] = ()
) -> Iterator[tuple[Key, float]]:
    known = values.dropna()
    made = {
        "n": len(known),
        "mean": known.mean(),
        "sd": known.std(),
        "median": known.median(),
        "q1": quantile(known, 0.25),
        "q3": quantile(known, 0.75),
        "min": known.min(),
        "max": known.max(),
    }
    if "geometric_mean" in wanted:
        made["geometric_mean"] = gmean(known)
        made["geometric_cv"] = 100 * math.sqrt(math.exp(math.log(gstd(known)) ** 2) - 1)
    for one in wanted.split():
        yield (name, groups, "", one), float(made[one])
    if len(known) < len(values):
        yield (name, groups, "", "missing"), len(values) - len(known)


def _subjects(frames: Frames) -> Iterator[tuple[Key, float]]:
    adsl = frames["ADSL"]
    enrolled = adsl[adsl["ENRLFL"] == "Y"]
    whole = people(enrolled)
    consented = adsl[adsl["RFICDT"].notna()]
    yield from _count("CONSENT", people(consented), None)
    yield from _count("SCRNFAIL", people(consented[consented["SCRNFL"] == "Y"]), None)
    yield from _count("ENROLLED", whole, whole)
    for name, flag in (("LDSTART", "LDFL"), ("INFUSED", "INFFL"), ("REINF", "REINFFL")):
        yield from _count(name, people(enrolled[enrolled[flag] == "Y"]), whole)
    words = {"COMPLETED": "Completed", "ONGOING": "Ongoing", "DISCONTINUED": "Discontinued"}
    yield from _levels("EOS", enrolled, "EOSSTT", whole, words)
    left = enrolled[enrolled["EOSSTT"] == "DISCONTINUED"]
    yield from _levels("EOSWHY", left, "DCSREAS", whole, sorted(set(left["DCSREAS"])))
    infused = adsl[adsl["INFFL"] == "Y"]
    yield from _described("FOLLOWUP", infused["FUPMON"], "n median q1 q3 min max")


def _baseline(frames: Frames) -> Iterator[tuple[Key, float]]:
    infused = frames["ADSL"].query("INFFL == 'Y'")
    whole = people(infused)
    usual = "n mean sd median q1 q3 min max"
    names = {"AGE": "AGE", "BLASTS": "BLBLPCT", "CD7BL": "CD7BL", "WEIGHT": "WTINF"}
    for name, variable in {**names, "DOSE": "DOSEA", "DOSEKG": "DOSEPKG"}.items():
        yield from _described(name, infused[variable], usual)
    yield from _levels("AGEGR", infused, "AGEGR1", whole, ["<18", "18-64", ">=65"])
    yield from _levels("SEX", infused, "SEX", whole, {"M": "Male", "F": "Female"})
    yield from _levels("RACE", infused, "RACE", whole, {"ASIAN": "Asian"})
    yield from _levels("DIAG", infused, "DIAG", whole, sorted(set(infused["DIAG"])))
    risks = {"LOW": "Low", "INTERMEDIATE": "Intermediate", "HIGH": "High"}
    yield from _levels("RISK", infused, "RISKGR", whole, risks)
    lines = {2: "2", 3: "3", 4: "4 or more"}
    yield from _levels("LINES", infused, "PRLINEN", whole, lines)
    for name, flag in (("PRHSCT", "PRHSCTFL"), ("EMDBL", "EMDBLFL"), ("SECOND", "REINFFL"),
                       ("OOS", "OOSFL")):  # fmt: skip
        yield from _count(name, people(infused[infused[flag] == "Y"]), whole)


def _remission(frames: Frames) -> Iterator[tuple[Key, float]]:
    adsl, adrs = frames["ADSL"], frames["ADRS"]
    infused = people(adsl[adsl["INFFL"] == "Y"])
    by_code = dict(iter(adrs.groupby("PARAMCD")))
    for code in ("ORR3M", "CR3M"):
        found = people(by_code[code].query("AVALC == 'Y'"))
        yield from _count(code, found, infused, exact=True)
    yield from _split_remissions(frames, infused)
    kinds = ["CR", "CRh", "CRi", "MLFS", "PR", "NR", "PD", "NE"]
    yield from _levels("BOR", by_code["BOR"], "AVALC", infused, kinds)
    clear = by_code["MRDNEGCR"]
    yield from _count("MRDNEG", people(clear.query("AVALC == 'Y'")), people(clear), exact=True)
    with_it = people(adsl.query("INFFL == 'Y' and EMDBLFL == 'Y'"))
    found = people(by_code["EMDORR3M"].query("AVALC == 'Y'"))
    yield from _count("EMDORR", found, with_it, exact=True)
    seen = by_code["EMD"].query("AVISIT == 'MONTH 3'")
    seen = seen[seen["USUBJID"].isin(with_it)]
    yield from _levels("EMDM3", seen, "AVALC", with_it, ["CR", "PR", "SD", "PD"], exact=True)
    rest = with_it - people(seen)
    yield from _count("EMDM3", rest, with_it, level="Not assessed", exact=True)


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
            yield from _count(f"{kind.upper()}3M", found, infused, exact=True)


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
            yield from _described(name, values, wanted, (assay,))


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
            yield from _described(name, values, wanted, (code,))


def _cd7(frames: Frames) -> Iterator[tuple[Key, float]]:
    adsl, adcp = frames["ADSL"], frames["ADCP"]
    infused = people(adsl[adsl["INFFL"] == "Y"])
    usual = "n mean sd median q1 q3 min max"
    cleared = adcp[adcp["PARAMCD"] == "TCLRT"]
    yield from _count("CD7CLR", people(cleared), infused, exact=True)
    yield from _described("CD7TIME", cleared["AVAL"], usual)
    share = adcp[adcp["PARAMCD"] == "CD7TPCT"]
    measured = share[share["DTYPE"] == ""].dropna(subset=["AVAL"])
    after = measured[(measured["ADY"] >= 1) & (measured["ABLFL"] != "Y")]
    lowest = share[share["DTYPE"] == "MINIMUM"].set_index("USUBJID")["AVAL"]
    assert (lowest >= after.groupby("USUBJID")["AVAL"].min().reindex(lowest.index)).all()
    yield from _described("CD7NADIR", lowest, usual)
    for visit in ("DAY 14", "DAY 28", "MONTH 3"):
        part = measured[(measured["AVISIT"] == visit) & (measured["ANL01FL"] == "Y")]
        change = part["AVAL"] - part["BASE"]
        yield from _described("CD7CHG", change, "n mean sd median min max", (visit,))


def _events(frames: Frames) -> Iterator[tuple[Key, float]]:
    adsl, adae = frames["ADSL"], frames["ADAE"]
    safe = people(adsl[adsl["SAFFL"] == "Y"])
    after = adae[(adae["TRTEMFL"] == "Y") & adae["USUBJID"].isin(safe)]
    month = after[after["AE1MFL"] == "Y"]
    related, serious = after["AREL"].isin(RELATED), after["AESER"] == "Y"
    for name, hit in {
        "AEANY": after["USUBJID"] != "", "AEONE": after["AE1MFL"] == "Y", "AEREL": related,
        "AEGR3": after["AETOXGR"].isin(["3", "4", "5"]), "AESER": serious,
        "AESERREL": serious & related, "AEFATAL": after["AESDTH"] == "Y",
        "AESPEC": after["AESIFL"] == "Y",
    }.items():  # fmt: skip
        yield from _count(name, people(after[hit]), safe)
    yield from _incidence("AE1M", month, safe, graded=False)
    yield from _incidence("AEALL", after, safe, graded=False)
    yield from _incidence("AERELPT", after[related], safe, graded=False)
    yield from _incidence("SAE", after[serious], safe, graded=True)
    yield from _special(month, safe)


def _incidence(
    name: str, records: pd.DataFrame, safe: set[str], *, graded: bool
) -> Iterator[tuple[Key, float]]:
    """Any, by class, by class and term; ``graded``: no column for those without a grade."""
    for names in ([], ["AEBODSYS"], ["AEBODSYS", "AEDECOD"]):
        parts = records.groupby(names) if names else [((), records)]
        for key, part in parts:
            worst = part.groupby("USUBJID")["ATOXGRN"].max()
            for level, grades in GRADES.items():
                hit = worst if grades is None else worst[worst.isin([float(g) for g in grades])]
                yield from _count(name, set(hit.index), safe, level=level, groups=tuple(key))
            if not graded:
                hit = worst[worst.isna()]
                yield from _count(name, set(hit.index), safe, level="Not graded", groups=tuple(key))


def _special(month: pd.DataFrame, safe: set[str]) -> Iterator[tuple[Key, float]]:
    crs, icans = month[month["CQ01NAM"] == "CRS"], month[month["CQ02NAM"] == "ICANS"]
    yield from _count("CRS", people(crs), safe, exact=True)
    yield from _count("CRS3", people(crs[crs["ATOXGRN"] >= 3]), safe, exact=True)
    treated = people(crs[crs["TOCIFL"] == "Y"])
    yield from _count("CRSTOCI", treated, people(crs))
    yield from _count("ICANS", people(icans), safe, exact=True)
    for name, events in (("CRS", crs), ("ICANS", icans)):
        worst = events.groupby("USUBJID")["ATOXGRN"].max()
        for grade in range(1, 6):
            hit = set(worst[worst == grade].index)
            yield from _count(f"{name}GR", hit, safe, level=f"Grade {grade}")
        first = events.sort_values(["ASTDT", "AESEQ"]).groupby("USUBJID").head(1)
        prefix = "CRS" if name == "CRS" else "ICN"
        onset = first.set_index("USUBJID")[f"{prefix}ONSDY"]
        yield from _described(f"{name}ON", onset, "n median q1 q3 min max")
        lasts = first.set_index("USUBJID")[f"{prefix}DUR"]
        yield from _described(f"{name}DURN", lasts, "n median q1 q3 min max")

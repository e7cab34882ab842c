"""The numbers of the displays of adverse events, by the dates of the events themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from tests.specs.studies.results_counting import Frames, Key, count, described, people

GRADES = {
    "Any grade": None,
    "Grade 1-2": ("1", "2"),
    "Grade 3": ("3",),
    "Grade 4": ("4",),
    "Grade 5": ("5",),
}
RELATED = ["RELATED", "POSSIBLY RELATED"]


def _after_infusion(adsl: pd.DataFrame, adae: pd.DataFrame) -> pd.DataFrame:
    """Events that began after an infusion, each with its period, by dates and times alone."""
    facts = adsl.set_index("USUBJID")
    start, again = (adae["USUBJID"].map(facts[name]) for name in ("TRTSDTM", "REINFDT"))
    began = pd.to_datetime(adae["ASTDT"])
    timed = pd.to_datetime(adae["AESTDTC"].where(adae["AESTDTC"].str.len() > 10))
    held = (began >= start.dt.normalize()) & ~(timed < start)
    since = (began - start.dt.normalize()).dt.days
    since_second = (began - pd.to_datetime(again)).dt.days
    period = pd.Series("FOLLOW-UP", adae.index)
    period[(since <= 29) & ~(since_second >= 0)] = "FIRST MONTH"
    period[since_second.between(0, 29)] = "SECOND INFUSION"
    return adae.assign(PERIOD=period)[held]


def events(frames: Frames) -> Iterator[tuple[Key, float]]:
    adsl, adae = frames["ADSL"], frames["ADAE"]
    safe = people(adsl[adsl["SAFFL"] == "Y"])
    after = _after_infusion(adsl, adae[adae["USUBJID"].isin(safe)])
    month = after[after["PERIOD"] == "FIRST MONTH"]
    related, serious = after["AREL"].isin(RELATED), after["AESER"] == "Y"
    for name, hit in {
        "AEANY": after["USUBJID"] != "", "AEONE": after["PERIOD"] == "FIRST MONTH",
        "AEREL": related,
        "AEGR3": after["AETOXGR"].isin(["3", "4", "5"]), "AESER": serious,
        "AESERREL": serious & related, "AEFATAL": after["AESDTH"] == "Y",
        "AEFATREL": related & (after["AESDTH"] == "Y"),
        "AETWO": after["PERIOD"] == "SECOND INFUSION", "AELATE": after["PERIOD"] == "FOLLOW-UP",
        "AESPEC": after["AESIFL"] == "Y",
    }.items():  # fmt: skip
        yield from count(name, people(after[hit]), safe)
    yield from _incidence("AE1M", month, safe, graded=False)
    yield from _incidence("AEALL", after, safe, graded=False)
    yield from _incidence("AERELPT", after[related], safe, graded=False)
    yield from _incidence("SAE", after[serious], safe, graded=True)
    yield from _fatal(after[after["AESDTH"] == "Y"], safe)
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
                yield from count(name, set(hit.index), safe, level=level, groups=tuple(key))
            if not graded:
                hit = worst[worst.isna()]
                yield from count(name, set(hit.index), safe, level="Not graded", groups=tuple(key))


def _special(month: pd.DataFrame, safe: set[str]) -> Iterator[tuple[Key, float]]:
    crs, icans = month[month["CQ01NAM"] == "CRS"], month[month["CQ02NAM"] == "ICANS"]
    yield from count("CRS", people(crs), safe, exact=True)
    yield from count("CRS3", people(crs[crs["ATOXGRN"] >= 3]), safe, exact=True)
    treated = people(crs[crs["TOCIFL"] == "Y"])
    yield from count("CRSTOCI", treated, people(crs))
    yield from count("ICANS", people(icans), safe, exact=True)
    for name, events in (("CRS", crs), ("ICANS", icans)):
        worst = events.groupby("USUBJID")["ATOXGRN"].max()
        for grade in range(1, 6):
            hit = set(worst[worst == grade].index)
            yield from count(f"{name}GR", hit, safe, level=f"Grade {grade}")
        first = events.sort_values(["ASTDT", "AESEQ"]).groupby("USUBJID").head(1)
        prefix = "CRS" if name == "CRS" else "ICN"
        onset = first.set_index("USUBJID")[f"{prefix}ONSDY"]
        yield from described(f"{name}ON", onset, "n median q1 q3 min max")
        lasts = first.set_index("USUBJID")[f"{prefix}DUR"]
        yield from described(f"{name}DURN", lasts, "n median q1 q3 min max")


def _fatal(fatal: pd.DataFrame, safe: set[str]) -> Iterator[tuple[Key, float]]:
    for names in ([], ["PERIOD"], ["PERIOD", "AEBODSYS"], ["PERIOD", "AEBODSYS", "AEDECOD"]):
        for key, part in fatal.groupby(names) if names else [((), fatal)]:
            yield from count("AEFATPT", people(part), safe, level="Any", groups=tuple(key))

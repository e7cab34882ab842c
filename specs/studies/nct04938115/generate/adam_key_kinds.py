"""The kind of a remission by the raw blood counts, and events of special interest by edc/AE.csv."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from specs.studies.nct04938115.generate.adam_key_blood import counts

Answer = tuple[str, str, str, str, str, str]
"""Person, case, data set with the record, variable, value, working."""
REMISSIONS = (
    ("001", "DAY 28", "2021-08-13", "CRi"), ("001", "MONTH 2", "2021-09-14", "CRi"),
    ("011", "DAY 28", "2021-12-09", "CRi"), ("011", "MONTH 2", "2022-01-05", "CRi"),
    ("011", "MONTH 3", "2022-02-09", "CR"), ("017", "MONTH 2", "2022-03-27", "CRi"),
    ("045", "DAY 28", "2023-02-01", "CR"), ("045", "MONTH 6", "2023-07-09", "CR"),
    ("049", "DAY 28", "2023-03-23", "CRi"), ("052", "DAY 28", "2023-04-17", "CR"),
)  # fmt: skip
"""Person, visit, date and the investigator's response, as edc/RS.csv has them."""
SPECIAL = (
    ("016", "13", "GRAFT VERSUS HOST DISEASE", "CQ04NAM", "GVHD", "graft versus host disease"),
    ("007", "11", "INFECTIONS", "CQ03NAM", "INFECTIONS", "lung infection"),
    ("001", "4", "PROLONGED CYTOPENIA", "CQ07NAM", "PROLONGED CYTOPENIA",
     "platelets of grade 4, 2021-07-17 to 2021-08-15: 30 days"),
    ("005", "4", "PROLONGED CYTOPENIA", "CQ07NAM", "PROLONGED CYTOPENIA",
     "anaemia of grade 3, 27 days, to 2021-09-22: day 30 after the infusion of 2021-08-23"),
    ("002", "4", "", "CQ07NAM", "",
     "neutrophils of grade 3, 2021-07-25 to 2021-08-12: 19 days, by day 20"),
)  # fmt: skip
"""Person, AE_NO, category, the variable of the query and its value, what it is."""
THRESHOLDS = (("CR", 1.0, 100.0), ("CRh", 0.5, 50.0))


def _last(found: dict[date, float], day: date) -> float | None:
    """The count of the last day with one, of the day or the week before it."""
    near = [at for at in found if day - timedelta(days=7) <= at <= day]
    return found[max(near)] if near else None


def kinds() -> Iterator[Answer]:
    """CR from 1.0 and 100 x 10^9/L, CRh from 0.5 and 50, CRi below."""
    for number, visit, day, said in REMISSIONS:
        of = [counts(f"01-{number}", code) for code in ("TTNEUTR", "TTPLATR")]
        blood = [_last(found, date.fromisoformat(day)) for found in of]
        known = [value for value in blood if value is not None]
        why = f"{said} of {day}; neutrophils and platelets {blood[0]} and {blood[1]}"
        kind, agrees = said, ""
        if len(known) == len(blood):
            kind = next((k for k, n, p in THRESHOLDS if known[0] >= n and known[1] >= p), "CRi")
            agrees = "Y" if kind == said else "N"
        for code, variable, value in (
            ("OVR", "AVALC", said), ("OVRC", "AVALC", kind), ("OVRC", "CRIT2FL", agrees),
        ):  # fmt: skip
            record = f"ADRS PARAMCD={code} AVISIT={visit}"
            yield number, "kind of remission", record, variable, value, why
    best = "CRi on 2022-02-21 and 2022-03-27, on that day 2.71 and 123, the transplant after it"
    for code, value in (("CR3M", "N"), ("CRI3M", "Y"), ("CR3MC", "Y"), ("CRI3MC", "N")):
        yield "017", "kind of remission", f"ADRS PARAMCD={code}", "AVALC", value, best


def special() -> Iterator[Answer]:
    """Categories of special interest."""
    for number, spid, category, query, name, why in SPECIAL:
        record = f"ADAE AESPID={spid}"
        yield number, "special interest", record, "AESICAT", category, why
        yield number, "special interest", record, "AESIFL", "Y" if category else "", why
        yield number, "special interest", record, query, name, why

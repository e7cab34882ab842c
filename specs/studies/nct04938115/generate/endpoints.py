"""End points worked out from what is true, apart from the product (and before any mess).

Days count the first day as 1. Progression-free survival ends at relapse, progression or death; two
or more planned assessments missed just before, or a new anti-cancer therapy, end it at the last
assessment before. A transplant and a second infusion do not end it. Who has a duration of response
is who had CR or CRi within three months (day 90 and its window of 7), before any transplant.
"""

from __future__ import annotations

from datetime import date, timedelta

from specs.studies.nct04938115.generate.answer_key import Line
from specs.studies.nct04938115.generate.model import (
    CUT,
    RESPONSE_VISITS,
    VISIT,
    Assessment,
    Person,
)
from specs.studies.nct04938115.generate.tables import Table, text

RANK = {"CR": 1, "CRi": 2, "PR": 3, "NR": 4, "PD": 5, "复发": 5}
Stop = tuple[date, bool, str]


def _missed(person: Person, after: date, before: date) -> int:
    """Planned assessments whose window ended between two dates without an assessment in it."""
    seen = [a.when for a in person.assessments]
    count = 0
    for label in RESPONSE_VISITS:
        visit = VISIT[label]
        first, last = (person.on(visit.day + s * visit.window) for s in (-1, 1))
        count += after < last < before and not any(first <= d <= last for d in seen)
    return count


def _last_assessment(person: Person, until: date) -> date | None:
    return max((a.when for a in person.assessments if a.when <= until), default=None)


def _progression(person: Person, therapy: date | None) -> Stop:
    """Give the date at which progression-free survival stops, whether by an event, and why."""
    event = min(d for d in (person.relapse, person.progression, person.death, date.max) if d)
    if therapy and therapy < event:
        last = _last_assessment(person, therapy) or person.day0
        return last, False, "new therapy"
    if event > CUT:
        return _last_assessment(person, CUT) or person.day0, False, "last assessment"
    before = _last_assessment(person, event - timedelta(days=1))
    if _missed(person, before or person.day0, event) >= 2:
        return before or person.day0, False, "missed assessments"
    return event, True, "death" if event == person.death else "relapse or progression"


def _best(person: Person, therapy: date | None) -> Assessment | None:
    worse = min([d for d in (person.relapse, person.progression, therapy) if d], default=CUT)
    able = [a for a in person.assessments if a.when <= worse]
    return min(able, key=lambda a: RANK[a.overall], default=None)


def _peak(person: Person) -> tuple[str, str]:
    """Highest reported copies/ug up to a second infusion or transplant, and its day."""
    start = person.infusions[0].start
    stops = [i.start.date() for i in person.infusions[1:]] + [person.hsct or date.max]
    found = [s for s in person.samples if start < s.at and s.at.date() < min(stops)]
    top = max(found, key=lambda s: (round(s.measured), -s.at.timestamp()))
    return f"{top.measured:.0f}", f"{(top.at - start).total_seconds() / 86400:.4f}"


def _days(start: date, end: date) -> str:
    return text((end - start).days + 1)


def _line(person: Person, contact: date, therapy: date | None, touched: str) -> Line:
    end, event, why = _progression(person, therapy)
    alive = person.death or contact
    best = _best(person, therapy)
    until = min(end, person.on(97), person.hsct or date.max)
    full = [a.when for a in person.assessments if a.overall in ("CR", "CRi") and a.when <= until]
    cmax, tmax = _peak(person)
    return {
        "usubjid": person.usubjid,
        "os_days": _days(person.day0, alive),
        "os_event": "Y" if person.death else "N",
        "pfs_days": _days(person.day0, end),
        "pfs_event": "Y" if event else "N",
        "pfs_why": why,
        "dor_days": _days(full[0], end) if full else "",
        "best_response": best.overall if best else "",
        "cmax_copies_per_ug": cmax,
        "tmax_days": tmax,
        "new_therapy": therapy.isoformat() if therapy else "",
        "touched_by": touched,
    }


def _therapy(medication: Table, person: Person) -> date | None:
    """Start of the first subsequent anti-cancer therapy, as it was before any mess."""
    starts = [
        date.fromisoformat(fact.value)
        for row in medication.rows
        if row.usubjid == person.usubjid and row.cells["PAGE"] == "后续抗肿瘤治疗"
        for fact in row.facts
        if fact.variable == "CMSTDTC"
    ]
    return min(starts, default=None)


def endpoint_lines(
    key: list[Line], persons: list[Person], contacts: dict[str, str], medication: Table
) -> list[Line]:
    """Give one line per infused person; `touched_by` names the messes on rows that matter."""
    files = ("edc/RS.csv", "edc/DEATH.csv", "edc/EX_CART.csv", "lab/qpcr.xlsx", "edc/AE.csv")
    lines = []
    for person in (p for p in persons if p.infused):
        kinds = {
            int(x["mess"])
            for x in key
            if x["usubjid"] == person.usubjid and x["mess"] != "F" and x["raw_file"] in files
        }
        contact = date.fromisoformat(contacts[person.usubjid])
        touched = " ".join(str(k) for k in sorted(kinds))
        lines.append(_line(person, contact, _therapy(medication, person), touched))
    return lines

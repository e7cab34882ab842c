"""Write what truly happened, for answer keys that are worked out apart from the product."""

from __future__ import annotations

from pathlib import Path

from specs.studies.nct04938115.generate import kinetics
from specs.studies.nct04938115.generate.answer_key import Line, write_lines
from specs.studies.nct04938115.generate.endpoints import endpoint_lines
from specs.studies.nct04938115.generate.events import events_of
from specs.studies.nct04938115.generate.forms_disease import final_contact
from specs.studies.nct04938115.generate.forms_treatment import iso
from specs.studies.nct04938115.generate.model import CUT, Person
from specs.studies.nct04938115.generate.tables import Table, text

GOOD = ("CR", "CRi", "PR")
SUBJECTS = [
    "usubjid",
    "subjid",
    "sex",
    "birth",
    "age",
    "diagnosis",
    "consent",
    "enrolled",
    "apheresis",
    "apheresis_2",
    "ld_start",
    "infusion",
    "infusion_end",
    "dose_1e6_cells",
    "dose_1e6_per_kg",
    "weight_kg",
    "infusion_2",
    "dose_2_1e6_cells",
    "emd_baseline",
    "day28_overall",
    "day28_mrd",
    "first_response",
    "first_response_date",
    "first_cr_date",
    "relapse_or_progression",
    "hsct",
    "death",
    "death_cause",
    "withdrawn",
    "lost",
    "last_contact",
    "crs_grade",
    "crs_onset",
    "crs_end",
    "icans_grade",
    "fate",
]


def _day(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else ""


def _worse(person: Person) -> str:
    return _day(min([d for d in (person.relapse, person.progression) if d], default=None))


def last_contact(person: Person) -> str:
    """Last day on which something shows that the person was alive, to the cut."""
    alive = [*person.visits.values(), *(a.date() for a in person.apheresis)]
    alive += [i.end.date() for i in person.infusions] + [e.start for e in events_of(person)]
    alive += [s.at.date() for s in person.samples]
    final = final_contact(person) if person.infused else None
    alive += [final] if final else []
    end = person.death or CUT
    return _day(max(d for d in alive if d <= min(end, CUT)))


def _subject(person: Person) -> Line:
    first = person.infusions[0] if person.infused else None
    second = person.infusions[1] if len(person.infusions) > 1 else None
    good = [a for a in person.assessments if a.overall in GOOD]
    full = [a for a in good if a.overall in ("CR", "CRi")]
    d28 = next((a for a in person.assessments if a.label == "D28"), None)
    mrd = (
        "" if d28 is None or d28.negative is None else ("NEGATIVE" if d28.negative else "POSITIVE")
    )
    line = {
        "usubjid": person.usubjid,
        "subjid": person.subjid,
        "sex": person.sex,
        "birth": _day(person.birth),
        "age": text(person.age),
        "diagnosis": person.diagnosis,
        "consent": _day(person.consents[0].date()),
        "enrolled": "Y" if person.enrolled else "N",
        "apheresis": iso(person.apheresis[0]) if person.enrolled else "",
        "apheresis_2": iso(person.apheresis[1]) if len(person.apheresis) > 1 else "",
        "ld_start": _day(person.ld_start),
        "weight_kg": text(person.weight),
        "infusion": iso(first.start) if first else "",
        "infusion_end": iso(first.end) if first else "",
        "dose_1e6_cells": text(first.total) if first else "",
        "dose_1e6_per_kg": text(first.dose_per_kg) if first else "",
        "infusion_2": iso(second.start) if second else "",
        "dose_2_1e6_cells": text(second.total) if second else "",
        "emd_baseline": "Y" if person.lesions else "N",
        "day28_overall": d28.overall if d28 else "",
        "day28_mrd": mrd,
        "first_response": good[0].overall if good else "",
        "first_response_date": _day(good[0].when) if good else "",
        "first_cr_date": _day(full[0].when) if full else "",
        "relapse_or_progression": _worse(person),
        "hsct": _day(person.hsct),
        "death": _day(person.death),
        "death_cause": person.death_text,
        "withdrawn": _day(person.withdrawn),
        "lost": _day(person.lost),
        "last_contact": last_contact(person),
        "fate": person.fate,
    }
    return line | _syndromes(person)


def _syndromes(person: Person) -> Line:
    crs = person.crs
    return {
        "crs_grade": text(crs.worst) if crs else "0",
        "crs_onset": _day(person.on(crs.onset)) if crs else "",
        "crs_end": _day(person.on(crs.end)) if crs else "",
        "icans_grade": text(person.icans.worst) if person.icans else "0",
    }


def _samples(person: Person) -> list[Line]:
    lines = []
    for sample in sorted(person.samples, key=lambda s: s.at):
        days = (sample.at - person.infusions[0].start).total_seconds() / 86400
        lines.append(
            {
                "usubjid": person.usubjid,
                "label": sample.label,
                "collected": iso(sample.at),
                "days_after_first_infusion": f"{days:.4f}",
                "true_copies_per_ug": f"{sample.true:.3f}",
                "measured_copies_per_ug": f"{sample.measured:.3f}",
                "true_car_percent": f"{kinetics.car_percent(sample.true):.4f}",
            }
        )
    return lines


def _assessments(person: Person) -> list[Line]:
    return [
        {
            "usubjid": person.usubjid,
            "visit": a.label,
            "date": _day(a.when),
            "blasts_pct": text(a.blasts),
            "mrd_pct": text(a.mrd),
            "marrow": a.marrow,
            "extramedullary": a.extramedullary,
            "overall": a.overall,
            "mrd_negative": "" if a.negative is None else ("Y" if a.negative else "N"),
        }
        for a in person.assessments
    ]


def _events(person: Person) -> list[Line]:
    return [
        {
            "usubjid": person.usubjid,
            "number": text(e.number),
            "term": e.term,
            "start": _day(e.start),
            "end": _day(e.end),
            "grade": text(e.grade),
            "scale": e.scale,
            "outcome": e.outcome,
            "serious": e.serious,
            "episode": e.episode,
        }
        for e in events_of(person)
    ]


def write_truth(root: Path, persons: list[Person], key: list[Line], medication: Table) -> None:
    """Write subjects.csv, samples.csv, assessments.csv, events.csv and endpoints.csv."""
    write_lines(root / "subjects.csv", [_subject(p) for p in persons], SUBJECTS)
    for name, make in (("samples", _samples), ("assessments", _assessments), ("events", _events)):
        lines = [line for person in persons for line in make(person)]
        write_lines(root / f"{name}.csv", lines, list(lines[0]))
    contacts = {p.usubjid: last_contact(p) for p in persons}
    lines = endpoint_lines(key, persons, contacts, medication)
    write_lines(root / "endpoints.csv", lines, list(lines[0]))

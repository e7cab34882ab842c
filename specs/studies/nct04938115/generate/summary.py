"""Measure what the generator made: `python -m specs.studies.nct04938115.generate.summary`."""

from __future__ import annotations

from collections import Counter
from statistics import median

import numpy as np

from specs.studies.nct04938115.generate.course import make_courses
from specs.studies.nct04938115.generate.export import clean_export
from specs.studies.nct04938115.generate.model import CUT, Person
from specs.studies.nct04938115.generate.people import make_people


def _peak(person: Person) -> tuple[float, float, float]:
    """Highest measured copies/ug after the first infusion, its day, and the last day over 100."""
    start = person.infusions[0].start
    end = person.infusions[1].start if len(person.infusions) > 1 else None
    found = [
        (s.measured, (s.at - start).total_seconds() / 86400)
        for s in person.samples
        if end is None or s.at < end
    ]
    top, day = max(found)
    return top, day, max([d for v, d in found if v >= 100], default=0.0)


def _survival(persons: list[Person]) -> dict[int, float]:
    """Kaplan-Meier estimate at some months after infusion."""
    follow = []
    for person in persons:
        end = person.death or person.lost or person.withdrawn or CUT
        follow.append(((end - person.day0).days / 30.4375, person.death is not None))
    alive, points = 1.0, dict.fromkeys((6, 12, 18, 24), 1.0)
    for time, died in sorted(follow):
        at_risk = sum(t >= time for t, _ in follow)
        alive *= 1 - died / at_risk
        points |= {m: alive for m in points if m >= time}
    return points


def _span(values: list[float] | list[int], digits: int) -> str:
    """Median (lowest to highest)."""
    low, middle, high = (f"{v:.{digits}f}" for v in (min(values), median(values), max(values)))
    return f"{middle} ({low} to {high})"


def summarise() -> list[tuple[str, str]]:
    """Give (what, measured value) rows."""
    persons = make_people()
    make_courses(persons)
    export = clean_export(persons)
    infused = [p for p in persons if p.infused]
    peaks = [_peak(p) for p in infused]
    logs = np.log([p[0] for p in peaks])
    crs = [p for p in infused if p.crs]
    best = Counter(p.assessments[0].overall if p.assessments else "not evaluable" for p in infused)
    good = [p for p in infused if any(a.overall in ("CR", "CRi") for a in p.assessments[:3])]
    negative = sum(any(a.negative for a in p.assessments[:3]) for p in good)
    toci = [r for r in export["cm"].rows if r.cells["MED_EN"] == "Tocilizumab"]
    cv = 100 * np.sqrt(np.exp(logs.var(ddof=1)) - 1)
    severe = {r.usubjid for r in export["ae"].rows if str(r.cells["GRADE"]) > "2"}
    grades = [p.crs.worst if p.crs else 0 for p in infused]
    months = ", ".join(f"{m} months {v:.0%}" for m, v in _survival(infused).items())
    rows = {
        "Age at consent, y": _span([p.age for p in persons], 0),
        "Under 18": sum(p.age < 18 for p in persons),
        "Dose, 10^6/kg": _span([p.infusions[0].dose_per_kg for p in infused], 2),
        "Transgene Cmax, geometric mean, copies/ug": f"{np.exp(logs.mean()):,.0f} (CV {cv:.0f} %)",
        "Transgene Tmax, d": _span([p[1] for p in peaks], 1),
        "Last day over 100 copies/ug": _span([p[2] for p in peaks], 0),
        "CRS grades 0/1/2/3/4": "/".join(str(grades.count(g)) for g in range(5)),
        "CRS onset, days after infusion": _span([p.crs.onset for p in crs if p.crs], 0),
        "CRS duration, d": _span([len(p.crs.grades) for p in crs if p.crs], 0),
        "ICANS grades": ", ".join(str(p.icans.worst) for p in infused if p.icans),
        "Persons with tocilizumab": len({r.usubjid for r in toci}),
        "Response at day 28": ", ".join(f"{k} {v}" for k, v in sorted(best.items())),
        "CR or CRi within 3 months": f"{len(good)}/{len(infused)} ({len(good) / len(infused):.0%})",
        "... of them MRD negative": negative,
        "Relapse or progression": sum(bool(p.relapse or p.progression) for p in infused),
        "Overall survival (Kaplan-Meier)": months,
        "Adverse events": len(export["ae"].rows),
        "Persons with an event of grade 3 or more": len(severe),
    }
    return [(what, str(value)) for what, value in rows.items()]


def main() -> None:
    """Print the rows as a Markdown table."""
    print("| what | measured |\n|---|---|")
    for what, value in summarise():
        print(f"| {what} | {value} |")


if __name__ == "__main__":
    main()

"""The clinical course after infusion: toxicity, response, relapse, transplant, death, visits."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from specs.studies.nct04938115.generate.model import (
    CUT,
    RESPONSE_VISITS,
    VISIT,
    VISITS,
    Assessment,
    Episode,
    Lesion,
    Person,
    stream,
)
from specs.studies.nct04938115.generate.people import (
    DIED_BEFORE_LD,
    LD_ONLY,
    second_infusion,
)

FATES = {
    "CR_HSCT": 5,
    "CR_HSCT_TRM": 1,
    "CR_HSCT_RELAPSE_DEATH": 1,
    "CR_RELAPSE_ALIVE": 5,
    "CR_RELAPSE_REINFUSED": 2,
    "CR_RELAPSE_REINFUSED_DEATH": 1,
    "CR_RELAPSE_DEATH": 5,
    "NR_DEATH": 3,
    "NR_REINFUSED_HSCT": 1,
    "EARLY_DEATH": 1,
    "CR_INFECTION_DEATH": 1,
    "CR_LOST": 1,
    "NR_ALIVE": 5,
}
SITES = (
    ("皮肤", "SKIN", "B超"),
    ("淋巴结", "LYMPH NODE", "PET-CT"),
    ("软组织", "SOFT TISSUE", "PET-CT"),
    ("纵隔", "MEDIASTINUM", "PET-CT"),
    ("骨", "BONE", "磁共振"),
    ("睾丸", "TESTIS", "B超"),
    ("乳腺", "BREAST", "PET-CT"),
)
WITHDRAWN = {2: 128}  # screening number: day after infusion
UNSEEN = {15: ("M2", "M3"), 20: ("M3",)}  # assessments missed before a relapse
CRS_GRADES = [4] * 1 + [3] * 5 + [2] * 14 + [1] * 22 + [0] * 4


def _set_fates(infused: list[Person]) -> None:
    rng = stream("fates")
    early = [p for p in infused if p.day0 < date(2022, 11, 15)]
    late = [p for p in infused if p.day0 >= date(2022, 11, 15)]
    names = [name for name, n in FATES.items() for _ in range(n)]
    chosen = rng.permutation(len(early))
    for name, place in zip(names, chosen, strict=False):
        early[int(place)].fate = name
    spare = names[len(early) :]
    for person in [p for p in early if not p.fate] + late:
        person.fate = spare.pop() if spare else "CR_DURABLE"


def _toxicity(infused: list[Person]) -> None:
    """Peak expansion and grade of CRS go together, with noise; neurotoxicity follows severe CRS."""
    rng = stream("toxicity")
    for person in infused:
        person.log_cmax = float(rng.normal(10.95, 0.85)) - (1.5 if person.fate[:2] == "NR" else 0)
        person.tmax = float(np.clip(rng.normal(9.9, 1.7), 7.0, 17))
    latent = {p.number: p.log_cmax + float(rng.normal(0, 0.8)) for p in infused}
    ranked = sorted(infused, key=lambda p: -latent[p.number])
    for person, grade in zip(ranked, CRS_GRADES, strict=True):
        if grade:
            onset = int(np.clip(round(person.tmax - rng.uniform(4, 9)), 1, 9))
            up = [g for g in range(1, grade + 1) for _ in range(int(rng.integers(1, 3)))]
            down = [*range(grade - 1, 0, -1), 1]
            person.crs = Episode(onset, up + [grade] * int(rng.integers(0, 2)) + down)
    for person, grade in zip(
        (ranked[0], ranked[2], ranked[4], ranked[8]), (3, 2, 1, 1), strict=True
    ):
        if person.crs is None:
            continue
        onset = person.crs.onset + int(rng.integers(2, 4))
        steps = [*range(1, grade + 1), *range(grade, 0, -1)]
        person.icans = Episode(onset, steps)


def _visit_on(rng: np.random.Generator, person: Person, label: str) -> date:
    visit = VISIT[label]
    if label == "D1":
        return person.on(1)
    shift = int(rng.integers(-visit.window, visit.window + 1)) if visit.window else 0
    if visit.window and rng.random() < 0.55:
        shift = 0
    return person.on(visit.day + shift)


def _milestones(rng: np.random.Generator, person: Person) -> None:
    """Dates of relapse, transplant, second infusion, death and loss, from the fate."""
    fate = person.fate
    seen = {label: _visit_on(rng, person, label) for label in RESPONSE_VISITS}
    person.visits.update(seen)
    if "RELAPSE" in fate:
        label = str(rng.choice(["M3", "M6", "M6", "M9"]))
        label = "M3" if "REINFUSED" in fate else label
        label = "M6" if "HSCT" in fate else label
        person.relapse = seen[label]
    if fate.startswith("NR"):
        person.progression = seen["M2"] if fate == "NR_DEATH" else None
    if "HSCT" in fate:
        low = 150 if "REINFUSED" in fate else 66
        person.hsct = person.on(int(rng.integers(low, low + 22)))
    if "REINFUSED" in fate:
        day = 45 if fate.startswith("NR") else (seen["M3"] - person.day0).days + 12
        person.infusions.append(second_infusion(person, person.on(day)))
    _deaths(rng, person)


def _deaths(rng: np.random.Generator, person: Person) -> None:
    fate = person.fate
    if fate == "EARLY_DEATH":
        person.death, person.death_cause, person.death_text = person.on(23), "不良事件", "Sepsis"
    elif fate == "CR_INFECTION_DEATH":
        person.death, person.death_cause, person.death_text = (
            person.on(41),
            "不良事件",
            "Lung infection",
        )
    elif fate == "CR_HSCT_TRM":
        person.death, person.death_cause = person.on(171), "其他"
        person.death_text = "Graft versus host disease after transplant"
    elif fate.endswith("DEATH"):
        start = person.relapse or person.progression
        if start is None:
            raise AssertionError(fate)
        person.death = start + timedelta(days=int(rng.integers(38, 150)))
        person.death_cause, person.death_text = "疾病进展", "Progression of acute leukaemia"
    elif fate == "CR_LOST":
        person.lost = person.on(201)
    if person.number in WITHDRAWN:
        person.withdrawn = person.on(WITHDRAWN[person.number])


def _lesions(infused: list[Person]) -> None:
    rng = stream("lesions")
    for person in [infused[int(i)] for i in rng.choice(len(infused), 12, replace=False)]:
        sites = [
            s
            for s in SITES
            if (s[1] != "TESTIS" or person.sex == "M") and (s[1] != "BREAST" or person.sex == "F")
        ]
        count = int(rng.integers(1, 4))
        for place, site in enumerate(rng.permutation(len(sites))[:count], start=1):
            zh, en, method = sites[int(site)]
            kind, number = ("靶病灶", f"T{place:02d}") if place < 3 else ("非靶病灶", "NT01")
            size = round(float(rng.uniform(12, 58)), 1)
            person.lesions.append(Lesion(number, kind, zh, en, method, "筛选期", {"筛选期": size}))


def _overall(person: Person, label: str, when: date) -> tuple[str, bool | None]:
    """Give marrow response and whether MRD was negative, None where not asked."""
    rng = stream(f"mrd-{person.number}-{label}")
    if person.relapse and when >= person.relapse:
        return "复发", False
    if person.fate.startswith("NR"):
        if "REINFUSED" in person.fate and label != "D28" and when > person.infusions[1].end.date():
            return "CR", True
        return ("PD" if person.progression and when >= person.progression else "NR"), None
    partial = stream(f"cri-{person.number}").random() < 0.34
    word = "CRi" if partial and label in ("D28", "M2") else "CR"
    return word, bool(rng.random() < (0.84 if label == "D28" else 0.95))


def _assess(person: Person, label: str) -> Assessment:
    rng = stream(f"assess-{person.number}-{label}")
    when = person.visits[label]
    word, negative = _overall(person, label, when)
    good = word in ("CR", "CRi")
    blasts = float(rng.uniform(0.2, 3.5)) if good else float(rng.uniform(18, 76))
    mrd = None if negative is None else (0.0 if negative else float(rng.lognormal(-1.4, 0.7)))
    if word == "复发":
        mrd = round(blasts * 0.8, 2)
    extra = _shrink(rng, person, label, word)
    overall = word
    if good and extra in ("PR", "SD"):
        overall = "PR"
    blood = 0.0 if good else blasts * float(rng.uniform(0.1, 0.6))
    return Assessment(
        label,
        when,
        round(blasts, 1),
        round(blood, 1),
        None if mrd is None else round(mrd, 3),
        word,
        extra,
        overall,
        negative,
    )


def _shrink(rng: np.random.Generator, person: Person, label: str, word: str) -> str:
    """Give the extramedullary response and write the lesion sizes of the visit."""
    if not person.lesions:
        return "不适用"
    slow = stream(f"slow-{person.number}").random() < 0.4
    factor = {"CR": 0.0, "CRi": 0.0, "NR": 0.95, "PD": 1.4, "复发": 1.3}[word]
    if factor == 0.0 and slow and label in ("D28", "M2"):
        factor = 0.42
    for lesion in person.lesions:
        base = lesion.sizes["筛选期"]
        lesion.sizes[label] = round(base * factor * float(rng.uniform(0.92, 1.08)), 1)
    if word == "复发" and person.fate == "CR_RELAPSE_DEATH":
        person.lesions.append(
            Lesion("NEW01", "新病灶", "皮肤", "SKIN", "B超", label, {label: 16.0})
        )
    if word in ("PD", "复发"):
        return "PD"
    return {0.0: "CR", 0.42: "PR"}.get(factor, "SD")


def _follow(rng: np.random.Generator, person: Person) -> None:
    """Settle which visits took place, which were missed, and what was found."""
    for visit in VISITS[2:]:
        if visit.label not in person.visits:
            person.visits[visit.label] = _visit_on(rng, person, visit.label)
    for label in [v for v, when in person.visits.items() if when > person.last_seen]:
        del person.visits[label]
    if person.death in person.visits.values():
        person.visits = {k: d for k, d in person.visits.items() if d < (person.death or d)}
    for label in UNSEEN.get(person.number, ()):
        person.missed[label] = "Travel restriction"
        del person.visits[label]
    stop = min([d for d in (person.relapse, person.progression) if d], default=CUT)
    if person.fate == "NR_ALIVE":
        stop = min(stop, person.visits["M3"])
    for label in ("D21", "M2", "M9", "M18"):
        there = label in person.visits and person.visits[label] != person.relapse
        if there and person.visits[label] != person.progression and rng.random() < 0.06:
            person.missed[label] = str(rng.choice(["Travel restriction", "Subject unwell at home"]))
            del person.visits[label]
    for label in RESPONSE_VISITS:
        if label in person.visits and person.visits[label] <= stop:
            person.assessments.append(_assess(person, label))


def make_courses(persons: list[Person]) -> None:
    """Add the course of every enrolled person."""
    infused = [p for p in persons if p.infused]
    _set_fates(infused)
    _toxicity(infused)
    _lesions(infused)
    for person in infused:
        rng = stream(f"course-{person.number}")
        _milestones(rng, person)
        _follow(rng, person)
    for person in persons:
        person.visits["筛选期"] = person.consent.date() + timedelta(days=1)
        if person.enrolled:
            person.visits["单采"] = person.apheresis[0].date()
        if person.number == DIED_BEFORE_LD:
            person.death = person.apheresis[0].date() + timedelta(days=17)
            person.death_cause, person.death_text = "疾病进展", "Progression of acute leukaemia"
        if person.number == LD_ONLY and person.ld_start:
            for shift, label in enumerate(("D-5", "D-4", "D-3")):
                person.visits[label] = person.ld_start + timedelta(days=shift)
            person.withdrawn = person.ld_start + timedelta(days=34)

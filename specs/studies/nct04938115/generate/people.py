"""The 59 persons: screening, demography, disease and the calendar up to the infusion."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from specs.studies.nct04938115.generate.model import Infusion, Person, stream

FAILED = {3: 1, 9: 0, 18: 2, 26: 1, 31: 3, 37: 0, 44: 4, 51: 1, 57: 5}
FIRST_SCREENING, SECOND_SCREENING = 14, 23
MANUFACTURING_FAILURES = (12, 40)
DIED_BEFORE_LD = 33
LD_ONLY = 28
SECOND_APHERESIS = (12, 20)  # 20 got a product from the second one
TWO_BAGS = (7, 29, 46)
OUT_OF_SPECIFICATION = 35
CRITERIA = (
    ("INCL02", "CD7 positive blasts >= 30 %", "否"),
    ("INCL05", "Adequate organ function", "否"),
    ("EXCL01", "Active uncontrolled infection", "是"),
    ("EXCL03", "Symptomatic central nervous system disease", "是"),
    ("EXCL02", "Active graft-versus-host disease", "是"),
    ("INCL04", "ECOG 0-2 or Lansky >= 60", "否"),
)
SUBTYPES = {
    "AML": ("AML-M2", "AML-M5", "AML-M1", "AML, myelodysplasia-related", "AML-M4"),
    "MPAL": ("T/Myeloid MPAL", "B/Myeloid MPAL"),
}


def _clock(rng: np.random.Generator, day: date, low: int, high: int) -> datetime:
    minutes = int(rng.integers(low * 12, high * 12)) * 5
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001 - site time


def _ages() -> list[float]:
    rng = stream("ages")
    children = rng.uniform(2.3, 17.8, 11)
    adults = np.clip(rng.normal(40, 14, 48), 18.2, 70.6)
    ages = np.concatenate([children, adults])
    rng.shuffle(ages)
    ages[5], ages[30] = 70.4, 2.4
    return [float(a) for a in ages]


def _body(rng: np.random.Generator, sex: str, age: float) -> tuple[float, float]:
    if age < 18:
        height = 80 + 5.6 * age + rng.normal(0, 4)
        bmi = 15 + 0.28 * age + rng.normal(0, 1.2)
    else:
        height = rng.normal(171 if sex == "M" else 160, 6)
        bmi = rng.normal(22.8, 2.9)
    height = round(float(height), 1)
    return height, round(float(np.clip(bmi, 13.5, 32)) * (height / 100) ** 2, 1)


def _persons() -> list[Person]:
    rng = stream("people")
    persons: list[Person] = []
    ages = _ages()
    day = date(2021, 6, 15)
    for number in range(1, 61):
        signed = _clock(rng, day, 8, 17)
        day += timedelta(days=int(rng.integers(8, 18)))
        if number == SECOND_SCREENING:
            again = next(p for p in persons if p.number == FIRST_SCREENING)
            again.numbers.append(number)
            again.consents.append(signed)
            continue
        age = ages[len(persons)]
        birth = signed.date() - timedelta(days=int(age * 365.25))
        sex = "M" if rng.random() < 0.58 else "F"
        ethnic = str(rng.choice(["汉族", "汉族", "汉族", "汉族", "汉族", "回族", "满族", "蒙古族"]))
        person = Person(number, [number], sex, birth, ethnic, [signed])
        person.height, person.weight = _body(rng, sex, age)
        person.diagnosis = "MPAL" if rng.random() < 0.24 else "AML"
        person.subtype = str(rng.choice(SUBTYPES[person.diagnosis]))
        person.risk = str(rng.choice(["高危", "高危", "中危", "低危"], p=[0.4, 0.25, 0.25, 0.1]))
        person.baseline_blasts = round(float(np.clip(rng.lognormal(3.3, 0.8), 5.5, 94)), 1)
        persons.append(person)
    return persons


def _manufacture(rng: np.random.Generator, person: Person) -> None:
    """Leukapheresis, and lymphodepletion where a product came."""
    screened = person.consent.date()
    start = _clock(rng, screened + timedelta(days=int(rng.integers(5, 11))), 8, 10)
    person.apheresis.append(start)
    if person.number in SECOND_APHERESIS:
        later = start.date() + timedelta(days=int(rng.integers(11, 15)))
        person.apheresis.append(_clock(rng, later, 8, 10))
    if person.number in MANUFACTURING_FAILURES or person.number == DIED_BEFORE_LD:
        return
    base = person.apheresis[-1].date()
    day0 = base + timedelta(days=int(rng.integers(13, 24)))
    person.ld_start = day0 - timedelta(days=5)
    if person.number != LD_ONLY:
        person.infusions.append(_infusion(rng, person, day0, 1))


def _infusion(rng: np.random.Generator, person: Person, day: date, order: int) -> Infusion:
    start = _clock(rng, day, 10, 14)
    bags = 2 if order == 1 and person.number in TWO_BAGS else 1
    bad = order == 1 and person.number == OUT_OF_SPECIFICATION
    viability = 62.0 if bad else round(float(np.clip(rng.normal(90, 4), 80, 98)), 1)
    return Infusion(
        start=start,
        end=start + timedelta(minutes=int(rng.integers(12, 28)) + (40 if bags == 2 else 0)),
        lot=f"SL7-{day:%y%m}-{person.numbers[-1]:03d}{'ABC'[order - 1]}",
        car_pct=round(float(np.clip(rng.normal(46, 14), 14, 84)), 1),
        viability=viability,
        dose_per_kg=round(float(np.clip(rng.lognormal(0.1, 0.35), 0.5, 2.2)), 2),
        weight=person.weight,
        bags=bags,
        out_of_specification=bad,
    )


def second_infusion(person: Person, day: date) -> Infusion:
    """Give the product of a re-infusion on a day."""
    return _infusion(stream(f"second-{person.number}"), person, day, 2)


def make_people() -> list[Person]:
    """Give all 59 persons with everything up to the first infusion."""
    persons = _persons()
    rng = stream("manufacture")
    for person in persons:
        if person.number in FAILED:
            person.fate = "SCREEN FAILURE"
            person.screen_failure = CRITERIA[FAILED[person.number]]
        else:
            _manufacture(rng, person)
    return persons

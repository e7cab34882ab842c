"""True values over time: transgene, CAR+ and CD7+ cells, cytokines, blood counts."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from specs.studies.nct04938115.generate.model import Person, stream


def _profile(days: float, log_cmax: float, tmax: float, seed: str) -> float:
    """Lag, exponential growth to the peak, biexponential decline (copies/ug)."""
    rng = stream(seed)
    lag = float(rng.uniform(1.0, 2.5))
    fast = np.log(2) / float(rng.lognormal(1.1, 0.3))  # half-life about 3 days
    slow = np.log(2) / float(rng.lognormal(3.6, 0.7))  # about 37 days
    share = float(np.clip(rng.lognormal(-3.6, 0.8), 0.003, 0.3))
    cmax = float(np.exp(log_cmax))
    if days <= 0:
        return 0.0
    if days <= lag:
        return 45 * float(np.exp(-days))
    if days < tmax:
        return 12 * float(np.exp(np.log(cmax / 12) * (days - lag) / (tmax - lag)))
    after = days - tmax
    return cmax * float((1 - share) * np.exp(-fast * after) + share * np.exp(-slow * after))


def copies(person: Person, when: datetime) -> float:
    """CAR transgene copies per microgram DNA."""
    total = 0.0
    for order, infusion in enumerate(person.infusions):
        days = (when - infusion.start).total_seconds() / 86400
        height = person.log_cmax - (0.0 if order == 0 else 1.1)
        total += _profile(days, height, person.tmax, f"pk-{person.number}-{order}")
    if person.hsct and when.date() > person.hsct:
        total *= 1e-4
    return total


def car_percent(value: float) -> float:
    """CAR+ T cells as percent of T cells, from copies/ug."""
    return 92.0 * value / (value + 52000.0)


def cd7_percent(person: Person, when: datetime) -> float:
    """CD7+ cells as percent of T cells: lost with expansion, back months later."""
    rng = stream(f"cd7-{person.number}")
    base, back = float(rng.uniform(78, 95)), float(rng.uniform(90, 260))
    days = (when - person.infusions[0].start).total_seconds() / 86400
    if days <= 0:
        return base
    kill = float(np.exp(-np.exp((days - person.tmax + 3.0) / 1.3) * 0.35))
    return base * max(kill, 0.0008) + base * 0.8 / (1 + float(np.exp(-(days - back) / 22)))


def crs_factor(person: Person, days: float) -> float:
    """How far the cytokines are up: 1 at the top of the worst grade 1 episode."""
    if person.crs is None:
        return 0.15 * float(np.exp(-((days - 9) ** 2) / 18))
    middle = (person.crs.onset + person.crs.end) / 2
    width = max(2.0, len(person.crs.grades) / 2.4)
    size = {1: 1.0, 2: 5.0, 3: 28.0, 4: 110.0}[person.crs.worst]
    return size * float(np.exp(-((days - middle) ** 2) / (2 * width**2)))


CYTOKINES = {"IL6": (6.0, 130.0), "IL10": (4.5, 22.0), "IFNg": (3.6, 70.0), "TNFa": (3.8, 1.8)}
INFLAMMATION = {"CRP": (6.0, 22.0), "FER": (620.0, 900.0), "PCT": (0.08, 0.14)}


def cytokine(person: Person, item: str, days: float, rng: np.random.Generator) -> float:
    """Give a cytokine or inflammation marker in the unit of the central laboratory."""
    base, rise = {**CYTOKINES, **INFLAMMATION}[item]
    bend = 0.55 if item in INFLAMMATION or item == "TNFa" else 1.0
    top = rise * float(crs_factor(person, days) ** bend)
    return base * float(rng.lognormal(0, 0.55)) + top * float(rng.lognormal(0, 0.45))


def _dip(days: float, low: float, nadir: float, back: float) -> float:
    """Share of the normal level: falls after lymphodepletion, recovers around day `back`."""
    if days < -5:
        return 1.0
    fall = 1 / (1 + float(np.exp(min(60.0, (days - nadir + 4) * 1.2))))
    rise = 1 / (1 + float(np.exp(-(days - back) / 5)))
    return max(low, fall + (1 - fall) * rise)


def _recovers(person: Person) -> bool:
    """Whether counts are back by day 28, as complete response (and not CRi) asks."""
    return any(a.label == "D28" and a.marrow == "CR" for a in person.assessments)


def blood_count(person: Person, days: float, rng: np.random.Generator) -> dict[str, float]:
    """Give a blood count, days counted from infusion."""
    slow = 12 * float(stream(f"cbc-{person.number}").random())
    early = _recovers(person)
    white_back, plate_back = (13 + slow / 3, 15 + slow / 4) if early else (24 + slow, 36 + slow)
    sick = 0.75 if person.fate.startswith("NR") else 1.0
    noise = rng.lognormal(0, 0.16, 6)
    white = 4.6 * _dip(days, 0.05, 0, white_back) * sick * noise[0]
    neut = white * float(np.clip(rng.normal(0.56, 0.08), 0.2, 0.8))
    lymph = white * 0.3 * _dip(days, 0.1, -2, 14) * noise[2]
    plates = 12 + 135 * _dip(days, 0.06, 3, plate_back) * sick * noise[4]
    if early and days >= 26:
        neut, plates = max(neut, 1.08), max(plates, 101 + 12 * float(noise[4]))
        white = max(white, neut * 1.35)
    return {
        "WBC": white,
        "NEUT": neut,
        "LYM": lymph,
        "HGB": 72 + 42 * _dip(days, 0.15, 4, plate_back + 2) * noise[3],
        "PLAT": plates,
        "PCTCRIT": 0.03 + 0.16 * _dip(days, 0.06, 3, plate_back) * noise[5],
    }


def chemistry(person: Person, days: float, rng: np.random.Generator) -> dict[str, float]:
    """Give liver, kidney and salts, days counted from infusion."""
    storm = min(crs_factor(person, days), 30) ** 0.5
    noise = rng.lognormal(0, 0.22, 9)
    small = 0.45 if person.age < 12 else 1.0
    return {
        "ALT": 24 * noise[0] * (1 + 0.6 * storm),
        "AST": 23 * noise[1] * (1 + 0.7 * storm),
        "BILI": 10.5 * noise[2] * (1 + 0.15 * storm),
        "CREAT": 62 * small * noise[3],
        "UREAN": 4.6 * noise[4],
        "LDH": 215 * noise[5] * (1 + 0.35 * storm),
        "ALB": 39.5 - 2.4 * storm**0.5 + float(rng.normal(0, 1.6)),
        "K": 4.0 + float(rng.normal(0, 0.32)) - 0.1 * storm**0.5,
        "SODIUM": 139.5 + float(rng.normal(0, 2.1)) - 0.4 * storm**0.5,
    }


def coagulation(person: Person, days: float, rng: np.random.Generator) -> dict[str, float]:
    """Give the clotting panel, days counted from infusion."""
    storm = min(crs_factor(person, days), 40) ** 0.5
    return {
        "APTT": 30 * float(rng.lognormal(0, 0.1)) + 1.6 * storm,
        "FIBRINO": max(0.6, 3.1 * float(rng.lognormal(0, 0.2)) - 0.25 * storm),
        "DDIMER": 0.5 * float(rng.lognormal(0, 0.5)) + 0.5 * storm,
    }


def temperature(person: Person, days: int, rng: np.random.Generator) -> float:
    """Body temperature in degrees C on a day after infusion."""
    grade = person.crs.grade_on(days) if person.crs else 0
    low = 36.6 + float(rng.normal(0, 0.22))
    return low if not grade else 38.2 + 0.35 * grade + float(rng.normal(0, 0.4))

"""True adverse events of a person, before anybody codes or types them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from specs.studies.nct04938115.generate.model import Person, stream
from specs.studies.nct04938115.generate.people import LD_ONLY


@dataclass
class Event:
    """An adverse event; `number` is the AE_NO of the person once sorted."""

    term: str
    start: date
    end: date | None
    grade: int
    scale: str = "CTCAE5.0"
    hour: str = ""
    outcome: str = "痊愈"
    serious: str = ""
    cart: str = "有关"
    lymphodepletion: str = "无关"
    episode: str = ""
    number: int = 0


# English verbatim: Chinese verbatim, code and organ class of a fictitious dictionary
TERMS = {
    "Lymphocyte count decreased": ("淋巴细胞计数降低", "DEMO-10001", "DEMO Blood investigations"),
    "Neutrophil count decreased": ("中性粒细胞计数降低", "DEMO-10002", "DEMO Blood investigations"),
    "Platelet count decreased": ("血小板计数降低", "DEMO-10003", "DEMO Blood investigations"),
    "Anaemia": ("贫血", "DEMO-10004", "DEMO Blood disorders"),
    "Cytokine release syndrome": ("细胞因子释放综合征", "DEMO-10005", "DEMO Immune disorders"),
    "Neurotoxicity of effector cells": (
        "免疫效应细胞相关神经毒性综合征",
        "DEMO-10006",
        "DEMO Nervous disorders",
    ),
    "Fever": ("发热", "DEMO-10007", "DEMO General disorders"),
    "Low blood pressure": ("低血压", "DEMO-10008", "DEMO Vascular disorders"),
    "Low oxygen": ("低氧血症", "DEMO-10009", "DEMO Respiratory disorders"),
    "Nausea": ("恶心", "DEMO-10010", "DEMO Gut disorders"),
    "Vomiting": ("呕吐", "DEMO-10011", "DEMO Gut disorders"),
    "ALT increased": ("丙氨酸氨基转移酶升高", "DEMO-10012", "DEMO Liver investigations"),
    "Low potassium": ("低钾血症", "DEMO-10013", "DEMO Metabolic disorders"),
    "Headache": ("头痛", "DEMO-10014", "DEMO Nervous disorders"),
    "Tiredness": ("乏力", "DEMO-10015", "DEMO General disorders"),
    "Rash": ("皮疹", "DEMO-10016", "DEMO Skin disorders"),
    "Lung infection": ("肺部感染", "DEMO-10017", "DEMO Infections"),
    "Sepsis": ("脓毒症", "DEMO-10018", "DEMO Infections"),
    "Cytomegalovirus viraemia": ("巨细胞病毒血症", "DEMO-10019", "DEMO Infections"),
    "Immunoglobulins decreased": ("低丙种球蛋白血症", "DEMO-10020", "DEMO Immune disorders"),
    "Graft versus host disease": ("移植物抗宿主病", "DEMO-10021", "DEMO Immune disorders"),
    "Diarrhoea": ("腹泻", "DEMO-10022", "DEMO Gut disorders"),
    "Cough": ("咳嗽", "DEMO-10023", "DEMO Respiratory disorders"),
}
# term: (chance, first day low, high, days low, high, grades, due to lymphodepletion)
USUAL = {
    "Lymphocyte count decreased": (0.96, -4, 0, 12, 40, (4, 4, 4, 3), "有关"),
    "Neutrophil count decreased": (0.94, -3, 4, 10, 34, (4, 4, 3), "有关"),
    "Platelet count decreased": (0.8, -2, 6, 12, 40, (4, 3, 3, 2), "有关"),
    "Anaemia": (0.78, -2, 7, 14, 40, (3, 3, 2), "有关"),
    "Nausea": (0.45, -5, -3, 2, 5, (1, 1, 2), "有关"),
    "Vomiting": (0.25, -5, -3, 1, 3, (1, 2), "有关"),
    "ALT increased": (0.36, 4, 14, 5, 16, (1, 2, 3), "无关"),
    "Low potassium": (0.34, 2, 14, 2, 8, (1, 2, 3), "无关"),
    "Headache": (0.25, 1, 12, 1, 4, (1, 1, 2), "无关"),
    "Tiredness": (0.3, -3, 12, 4, 16, (1, 1, 2), "可能有关"),
    "Rash": (0.22, 5, 25, 4, 14, (1, 2), "无关"),
    "Lung infection": (0.24, 8, 29, 8, 20, (2, 3, 3), "可能有关"),
    "Cytomegalovirus viraemia": (0.2, 14, 45, 10, 24, (1, 2), "可能有关"),
    "Immunoglobulins decreased": (0.34, 14, 29, 30, 120, (1, 2), "无关"),
    "Diarrhoea": (0.16, -3, 20, 2, 6, (1, 2), "可能有关"),
    "Cough": (0.12, -4, 20, 2, 9, (1, 1), "无关"),
}


def _usual(person: Person, rng: np.random.Generator) -> list[Event]:
    events = []
    for term, (chance, low, high, short, long, grades, due) in USUAL.items():
        happens = rng.random() < chance
        start, length = int(rng.integers(low, high + 1)), int(rng.integers(short, long + 1))
        grade = int(rng.choice(grades))
        if not happens or person.on(start) >= person.last_seen:
            continue
        end = person.on(start + length)
        outcome = "痊愈"
        stays = term == "Immunoglobulins decreased" and length > 70
        if end >= person.last_seen or stays:
            outcome = "未恢复"
        over = end if outcome == "痊愈" else None
        event = Event(term, person.on(start), over, grade, outcome=outcome, lymphodepletion=due)
        event.cart = (
            "有关" if start >= 0 and due != "有关" else ("可能有关" if start >= 0 else "无关")
        )
        event.serious = "HOSP" if term == "Lung infection" and grade >= 3 else ""
        events.append(event)
    return events


def _syndromes(person: Person, rng: np.random.Generator) -> list[Event]:
    events = []
    hour = f"{int(rng.integers(0, 24)):02d}:{int(rng.integers(0, 12)) * 5:02d}"
    if person.crs:
        crs = person.crs
        first, last = person.on(crs.onset), person.on(crs.end)
        serious = {3: "HOSP", 4: "LIFE"}.get(crs.worst, "")
        events.append(
            Event(
                "Cytokine release syndrome",
                first,
                last,
                crs.worst,
                "ASTCT",
                hour,
                serious=serious,
                episode="CRS-1",
            )
        )
        events.append(
            Event("Fever", first, last, min(3, 1 + (crs.worst > 1)), hour=hour, episode="CRS-1")
        )
        for term, least in (("Low blood pressure", 2), ("Low oxygen", 3)):
            if crs.worst >= least:
                place = next(i for i, g in enumerate(crs.grades) if g >= least)
                until = max(i for i, g in enumerate(crs.grades) if g >= least)
                events.append(
                    Event(
                        term,
                        person.on(crs.onset + place),
                        person.on(crs.onset + until),
                        min(4, crs.worst),
                        episode="CRS-1",
                    )
                )
    if person.icans:
        icans = person.icans
        serious = "HOSP" if icans.worst >= 3 else ""
        events.append(
            Event(
                "Neurotoxicity of effector cells",
                person.on(icans.onset),
                person.on(icans.end),
                icans.worst,
                "ASTCT",
                serious=serious,
            )
        )
    return events


def _special(person: Person) -> list[Event]:
    events = []
    if person.death and person.death_cause == "不良事件":
        events.append(
            Event(
                person.death_text,
                person.death - timedelta(days=9),
                person.death,
                5,
                outcome="死亡",
                serious="DTH",
                lymphodepletion="可能有关",
            )
        )
    if person.hsct:
        severe = person.death_text.startswith("Graft")
        start = person.hsct + timedelta(days=34)
        if start < person.last_seen:
            end = person.death if severe else min(start + timedelta(days=50), person.last_seen)
            events.append(
                Event(
                    "Graft versus host disease",
                    start,
                    end,
                    5 if severe else 2,
                    cart="无关",
                    outcome="死亡" if severe else "痊愈",
                    serious="DTH" if severe else "",
                )
            )
    if person.number == LD_ONLY and person.ld_start:
        start = person.ld_start + timedelta(days=3)
        events.append(
            Event(
                "Sepsis",
                start,
                start + timedelta(days=16),
                4,
                serious="LIFE",
                cart="无关",
                lymphodepletion="有关",
            )
        )
    return events


def events_of(person: Person) -> list[Event]:
    """Give the adverse events of a person, numbered by start."""
    rng = stream(f"events-{person.number}")
    events = _special(person)
    if person.infused:
        events += _usual(person, rng) + _syndromes(person, rng)
    if person.number in (9, 14, 31):
        start = person.consents[0].date() + timedelta(days=2)
        events.append(Event("Cough", start, start + timedelta(days=5), 1, cart="无关"))
    events.sort(key=lambda e: (e.start, e.term))
    for number, event in enumerate(events, start=1):
        event.number = number
    return events

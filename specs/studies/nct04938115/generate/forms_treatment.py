"""Forms of study treatment and procedures."""

# ruff: noqa: PLR0917 - a raw row is made of many values

from __future__ import annotations

from datetime import datetime, timedelta

from specs.studies.nct04938115.generate.model import Infusion, Person, stream
from specs.studies.nct04938115.generate.tables import Row, Table, text

LD = [
    "RECORD_ID",
    "SUBJID",
    "VISIT",
    "DRUG",
    "PLAN_DOSE",
    "BSA",
    "GIVEN_YN",
    "ACT_DOSE_MG",
    "ACT_DOSE_M2",
    "ADMIN_DT",
    "ST_TM",
    "EN_TM",
    "DOSE_CHG",
    "REASON",
]
CART = [
    "RECORD_ID",
    "SUBJID",
    "INF_NO",
    "BAG_NO",
    "INF_DT",
    "INF_STTM",
    "INF_ENTM",
    "LOT",
    "DIN",
    "VOL_ML",
    "CAR_PCT",
    "VIAB_PCT",
    "TOTAL_CELL",
    "CARPOS_CELL",
    "DOSE_PER_KG",
    "WT_KG",
    "COMPLETE_YN",
    "OOS_YN",
    "OOS_REASON",
    "COMMENT",
]
PR = [
    "RECORD_ID",
    "SUBJID",
    "PROC_TYPE",
    "PROC_ZH",
    "PROC_EN",
    "CATEGORY",
    "PROC_DT",
    "ST_TM",
    "EN_TM",
    "VOL_ML",
    "BATCH",
    "DONOR",
    "COMMENT",
]
DRUGS = {
    "CYCLOPHOSPHAMIDE": (300.0, ("环磷酰胺", "环磷酰胺", "Cyclophosphamide"), 60),
    "FLUDARABINE": (30.0, ("氟达拉滨", "Fludarabine", "Fludarabine phosphate"), 30),
}


def iso(when: datetime) -> str:
    """Date and time to the minute."""
    return when.strftime("%Y-%m-%dT%H:%M")


def lymphodepletion(persons: list[Person]) -> Table:
    """edc/EX_LD.csv, one row per planned dose."""
    table = Table("edc/EX_LD.csv", LD, "LD")
    for person in persons:
        if person.ld_start is None:
            continue
        rng = stream(f"ld-{person.number}")
        for shift, label in enumerate(("D-5", "D-4", "D-3")):
            begin = datetime.combine(person.ld_start, datetime.min.time()) + timedelta(
                days=shift, hours=9
            )
            begin += timedelta(minutes=5 * int(rng.integers(0, 12)))
            for drug, (dose, names, minutes) in DRUGS.items():
                _ld_row(table, person, label, drug, dose, str(rng.choice(names)), begin, minutes)
                begin += timedelta(minutes=120)
    return table


def _ld_row(
    table: Table,
    person: Person,
    label: str,
    drug: str,
    dose: float,
    name: str,
    begin: datetime,
    minutes: int,
) -> None:
    end = begin + timedelta(minutes=minutes)
    milligrams = round(dose * person.bsa)
    row = table.add(
        person.usubjid,
        {
            "SUBJID": person.subjid,
            "VISIT": label,
            "DRUG": name,
            "PLAN_DOSE": text(dose),
            "BSA": f"{person.bsa:.2f}",
            "GIVEN_YN": "是",
            "ACT_DOSE_MG": str(milligrams),
            "ACT_DOSE_M2": text(dose),
            "ADMIN_DT": begin.date().isoformat(),
            "ST_TM": f"{begin:%H:%M}",
            "EN_TM": f"{end:%H:%M}",
            "DOSE_CHG": "无",
        },
    )
    key = f"EXSPID={table.record(row)}"
    row.about = {"drug": drug, "label": label, "person": person}
    row.fact("DRUG", "EX", "EXTRT", drug, key)
    row.fact("ACT_DOSE_M2", "EX", "EXDOSE", dose, key)
    row.fact("PLAN_DOSE", "EX", "EXDOSU", "mg/m2", key)
    row.fact("ADMIN_DT", "EX", "EXSTDTC", iso(begin), key)
    row.fact("EN_TM", "EX", "EXENDTC", iso(end), key)
    row.fact("ACT_DOSE_MG", "EC", "ECDOSE", milligrams, key.replace("EX", "EC", 1))


def infusions(persons: list[Person]) -> Table:
    """edc/EX_CART.csv, one row per bag."""
    table = Table("edc/EX_CART.csv", CART, "INF")
    for person in persons:
        for order, infusion in enumerate(person.infusions, start=1):
            for bag in range(1, infusion.bags + 1):
                _bag(table, person, infusion, order, bag)
    return table


def _bag(table: Table, person: Person, infusion: Infusion, order: int, bag: int) -> None:
    begin, end, per_kg = infusion.start, infusion.end, infusion.dose_per_kg
    if infusion.bags == 2:
        begin = infusion.start + timedelta(minutes=40 * (bag - 1))
        end = infusion.end if bag == 2 else infusion.start + timedelta(minutes=18)
        per_kg = round(infusion.dose_per_kg / 2, 2)
    cells = round(per_kg * infusion.weight, 1)
    total = cells / (infusion.car_pct / 100) / (infusion.viability / 100)
    row = table.add(
        person.usubjid,
        {
            "SUBJID": person.subjid,
            "INF_NO": str(order),
            "BAG_NO": str(bag),
            "INF_DT": begin.date().isoformat(),
            "INF_STTM": f"{begin:%H:%M}",
            "INF_ENTM": f"{end:%H:%M}",
            "LOT": infusion.lot,
            "DIN": f"W{person.number:05d}{order}{bag}",
            "VOL_ML": str(30 + 10 * bag),
            "CAR_PCT": text(infusion.car_pct),
            "VIAB_PCT": text(infusion.viability),
            "TOTAL_CELL": f"{total:.0f}×10^6",
            "CARPOS_CELL": f"{cells:.1f}×10^6",
            "DOSE_PER_KG": f"{text(per_kg)}×10^6/kg",
            "WT_KG": f"{infusion.weight:.1f}",
            "COMPLETE_YN": "是",
            "OOS_YN": "是" if infusion.out_of_specification else "否",
            "OOS_REASON": "Viability 62 %, release limit 70 %"
            if infusion.out_of_specification
            else "",
        },
    )
    key = f"EXSPID={table.record(row)}"
    row.about = {"person": person, "order": order, "bag": bag, "per_kg": per_kg, "cells": cells}
    row.fact("CARPOS_CELL", "EX", "EXDOSE", cells, key)
    row.fact("CARPOS_CELL", "EX", "EXDOSU", "10^6 Therapeutic Cells", key)
    row.fact("DOSE_PER_KG", "SUPPEX", "EXDOSKG", per_kg, key)
    row.fact("INF_DT", "EX", "EXSTDTC", iso(begin), key)
    row.fact("INF_ENTM", "EX", "EXENDTC", iso(end), key)
    row.fact("LOT", "EX", "EXLOT", infusion.lot, key)


def _procedure(
    table: Table, person: Person, kind: tuple[str, str, str, str], when: datetime, **more: str
) -> Row:
    proc, zh, en, category = kind
    row = table.add(
        person.usubjid,
        {
            "SUBJID": person.subjid,
            "PROC_TYPE": proc,
            "PROC_ZH": zh,
            "PROC_EN": en,
            "CATEGORY": category,
            "PROC_DT": when.date().isoformat(),
            **more,
        },
    )
    key = f"PRSPID={table.record(row)}"
    row.about = {"person": person}
    row.fact("PROC_EN", "PR", "PRTRT", en, key)
    row.fact(
        "PROC_DT", "PR", "PRSTDTC", iso(when) if more.get("ST_TM") else when.date().isoformat(), key
    )
    return row


APHERESIS = ("单采", "外周血单个核细胞采集", "Leukapheresis", "研究操作")
TRANSPLANT = (
    "移植",
    "异基因造血干细胞移植",
    "Allogeneic haematopoietic stem cell transplant",
    "后续治疗",
)
EARLIER = (
    "移植",
    "异基因造血干细胞移植",
    "Allogeneic haematopoietic stem cell transplant",
    "既往治疗",
)
MARROW = ("骨穿", "骨髓穿刺", "Bone marrow aspiration", "研究操作")
PUNCTURE = ("腰穿", "腰椎穿刺", "Lumbar puncture", "研究操作")
RADIATION = ("放疗", "局部放疗", "Radiotherapy", "既往治疗")


def procedures(persons: list[Person]) -> Table:
    """edc/PR.csv."""
    table = Table("edc/PR.csv", PR, "PR")
    for person in persons:
        rng = stream(f"procedures-{person.number}")
        if not person.enrolled:
            continue
        noon = datetime.min.time()
        consent = person.consent.date()
        if rng.random() < 0.18:
            when = datetime.combine(consent - timedelta(days=int(rng.integers(200, 500))), noon)
            row = _procedure(table, person, EARLIER, when, DONOR="同胞全相合")
            row.fact(
                "PROC_TYPE", "PR", "PRDECOD", "ALLOGENEIC STEM CELL TRANSPLANT", row.facts[0].key
            )
        if person.lesions and rng.random() < 0.4:
            when = datetime.combine(consent - timedelta(days=int(rng.integers(60, 200))), noon)
            row = _procedure(table, person, RADIATION, when)
            row.fact("PROC_TYPE", "PR", "PRDECOD", "RADIOTHERAPY", row.facts[0].key)
        _procedure(table, person, MARROW, datetime.combine(person.visits["筛选期"], noon))
        for number, start in enumerate(person.apheresis, start=1):
            end = start + timedelta(minutes=150 + 5 * int(rng.integers(0, 18)))
            row = _procedure(
                table,
                person,
                APHERESIS,
                start,
                ST_TM=f"{start:%H:%M}",
                EN_TM=f"{end:%H:%M}",
                VOL_ML=str(int(rng.integers(60, 130)) * 100),
                BATCH=f"B{person.number:03d}-{number}",
            )
            row.fact("PROC_TYPE", "PR", "PRDECOD", "LEUKAPHERESIS", row.facts[0].key)
            row.fact("EN_TM", "PR", "PRENDTC", iso(end), row.facts[0].key)
        for assessment in person.assessments:
            _procedure(table, person, MARROW, datetime.combine(assessment.when, noon))
        if person.icans:
            _procedure(
                table, person, PUNCTURE, datetime.combine(person.on(person.icans.onset + 1), noon)
            )
        if person.hsct:
            row = _procedure(
                table, person, TRANSPLANT, datetime.combine(person.hsct, noon), DONOR="单倍体"
            )
            row.fact(
                "PROC_TYPE", "PR", "PRDECOD", "ALLOGENEIC STEM CELL TRANSPLANT", row.facts[0].key
            )
            row.about["hsct"] = True
    return table

"""What the hospital laboratory and the central laboratory send."""

# ruff: noqa: PLR0917 - a raw row is made of many values

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from specs.studies.nct04938115.generate import kinetics
from specs.studies.nct04938115.generate.model import VISITS, Person, Visit, stream
from specs.studies.nct04938115.generate.tables import Cell, Row, Table

HEAD = ["记录号", "受试者编号", "访视", "条码号", "采样日期", "采样时间"]
SHEETS = {
    "血常规": {
        "白细胞": ("WBC", "10^9/L", 2),
        "中性粒细胞": ("NEUT", "10^9/L", 2),
        "淋巴细胞": ("LYM", "10^9/L", 2),
        "血红蛋白": ("HGB", "g/L", 0),
        "血小板": ("PLAT", "10^9/L", 0),
        "PCT": ("PCTCRIT", "%", 2),
    },
    "生化": {
        "丙氨酸氨基转移酶": ("ALT", "U/L", 0),
        "天门冬氨酸氨基转移酶": ("AST", "U/L", 0),
        "总胆红素": ("BILI", "umol/L", 1),
        "肌酐": ("CREAT", "umol/L", 0),
        "尿素": ("UREAN", "mmol/L", 1),
        "乳酸脱氢酶": ("LDH", "U/L", 0),
        "白蛋白": ("ALB", "g/L", 1),
        "钾": ("K", "mmol/L", 2),
        "钠": ("SODIUM", "mmol/L", 0),
    },
    "凝血": {
        "活化部分凝血活酶时间": ("APTT", "s", 1),
        "纤维蛋白原": ("FIBRINO", "g/L", 2),
        "D-二聚体": ("DDIMER", "mg/L FEU", 2),
    },
}
SOURCES = {"血常规": kinetics.blood_count, "生化": kinetics.chemistry, "凝血": kinetics.coagulation}
RANGES = {
    "白细胞": ("3.5-9.5", "2021-01-01"),
    "中性粒细胞": ("1.8-6.3", "2021-01-01"),
    "淋巴细胞": ("1.1-3.2", "2021-01-01"),
    "血红蛋白": ("男:130-175 女:115-150", "2021-01-01"),
    "血小板": ("125-350", "2021-01-01"),
    "丙氨酸氨基转移酶": ("男:9-50 女:7-40", "2021-01-01"),
    "天门冬氨酸氨基转移酶": ("男:15-40 女:13-35", "2021-01-01"),
    "总胆红素": ("≤23", "2021-01-01"),
    "肌酐": ("男:57-97 女:41-73", "2021-01-01"),
    "尿素": ("3.1-8.0", "2021-01-01"),
    "乳酸脱氢酶": ("120-250", "2021-01-01"),
    "白蛋白": ("40-55", "2021-01-01"),
    "钾": ("3.5-5.3", "2021-01-01"),
    "钠": ("137-147", "2021-01-01"),
    "活化部分凝血活酶时间": ("28-43.5", "2021-01-01"),
    "纤维蛋白原": ("2-4", "2021-01-01"),
    "D-二聚体": ("<0.5", "2021-01-01"),
}
CENTRAL = [
    "RECORD_ID",
    "LAB",
    "SUBJID",
    "VISIT",
    "SAMPLE_ID",
    "SAMPLE_DT",
    "SAMPLE_TM",
    "SPECIMEN",
    "PANEL",
    "ITEM_CODE",
    "ITEM_CN",
    "RESULT",
    "UNIT",
    "RANGE",
    "FLAG",
    "METHOD",
    "STATUS",
    "VERSION",
    "REPORT_DT",
    "COMMENT",
]
# item: panel, Chinese, LBTESTCD, reported unit, standard unit, range, decimals
ITEMS = {
    "IL6": ("CYTOKINE", "白介素6", "INTLK6", "pg/mL", "ng/L", "0-7", 1),
    "IL10": ("CYTOKINE", "白介素10", "INTLK10", "pg/mL", "ng/L", "0-9.1", 1),
    "IFNg": ("CYTOKINE", "干扰素γ", "IFNG", "pg/mL", "ng/L", "0-7.4", 1),
    "TNFa": ("CYTOKINE", "肿瘤坏死因子α", "TNF", "pg/mL", "ng/L", "0-8.1", 1),
    "CRP": ("INFLAM", "C反应蛋白", "CRP", "mg/L", "mg/L", "0-6", 1),
    "FER": ("INFLAM", "铁蛋白", "FERRITIN", "ng/mL", "ug/L", "男:30-400 女:13-150", 0),
    "PCT": ("INFLAM", "降钙素原", "PCT", "ng/mL", "ug/L", "<0.05", 2),
    "WBC": ("CBC", "白细胞", "WBC", "10^9/L", "10^9/L", "3.5-9.5", 2),
    "HGB": ("CBC", "血红蛋白", "HGB", "g/L", "g/L", "男:130-175 女:115-150", 0),
    "PLT": ("CBC", "血小板", "PLAT", "10^9/L", "10^9/L", "125-350", 0),
    "UPRO": ("URINE", "尿蛋白", "PROT", "", "", "阴性", 0),
    "UBLD": ("URINE", "尿隐血", "OCCBLD", "", "", "阴性", 0),
}
SEX_RANGES = {"FER": {"M": (30, 400), "F": (13, 150)}, "HGB": {"M": (130, 175), "F": (115, 150)}}
LAB_VISITS = (
    "筛选期",
    "单采",
    "D-5",
    "D-1",
    "D0",
    "D1",
    "D4",
    "D7",
    "D10",
    "D14",
    "D21",
    "D28",
    "M2",
    "M3",
)
CYTOKINE_VISITS = ("D-1", "D0", "D1", "D4", "D7", "D10", "D14", "D21", "D28")


def days_from_infusion(person: Person, when: date) -> float:
    """Days from infusion, far before it where none was given."""
    return float((when - person.day0).days) if person.infused else -30.0


def _planned(person: Person, labels: tuple[str, ...]) -> list[tuple[Visit, date]]:
    return [
        (v, person.visits[v.label])
        for v in VISITS
        if v.label in labels and v.label in person.visits
    ]


def hospital(persons: list[Person], sheet: str) -> Table:
    """One sheet of lab/hospital_lab.xlsx."""
    items = SHEETS[sheet]
    place = list(SHEETS).index(sheet)
    table = Table(
        "lab/hospital_lab.xlsx",
        [*HEAD, *items, "备注"],
        f"H{place + 1}",
        sheet=sheet,
        id_column="记录号",
        first_row=5,
        units={k: v[1] for k, v in items.items()},
    )
    for person in persons:
        rng = stream(f"hospital-{sheet}-{person.number}")
        labels = LAB_VISITS if place < 2 else ("筛选期", "D-1", "D4", "D7", "D10", "D14", "D28")
        for visit, when in _planned(person, labels):
            clock = f"{6 + int(rng.integers(0, 3)):02d}:{5 * int(rng.integers(0, 12)):02d}"
            truth = SOURCES[sheet](person, days_from_infusion(person, when), rng)
            code = f"00{10 + place}{person.numbers[-1]:03d}{visit.num:02d}"
            draw(table, person, visit.label, code, when.isoformat(), clock, truth)
    return table


def draw(
    table: Table,
    person: Person,
    label: str,
    code: str,
    when: str,
    clock: str,
    truth: dict[str, float],
) -> Row:
    """Add one draw to a hospital sheet."""
    cells: dict[str, Cell] = {
        "受试者编号": person.subjid,
        "访视": label,
        "条码号": code,
        "采样日期": when,
        "采样时间": clock,
    }
    for column, (name, _, decimals) in SHEETS[table.sheet].items():
        cells[column] = round(truth[name], decimals) if decimals else round(truth[name])
    row = table.add(person.usubjid, cells)
    row.about = {"person": person, "label": label, "truth": truth}
    for column, (name, unit, _) in SHEETS[table.sheet].items():
        key = f"LBTESTCD={name};LBREFID={code}"
        if name == "PCTCRIT":
            row.fact(column, "LB", "(count)", "0", f"LBTESTCD=PCT;LBREFID={code}")
            continue
        row.fact(column, "LB", "LBSTRESN", cells[column], key)
        row.fact(column, "LB", "LBORRES", cells[column], key)
        row.fact(column, "LB", "LBSTRESU", unit, key)
        row.fact("采样日期", "LB", "LBDTC", f"{when}T{clock}", key)
    return row


def central(persons: list[Person]) -> Table:
    """lab/central_lab.csv."""
    table = Table("lab/central_lab.csv", CENTRAL, "C", encoding="utf-8-sig")
    for person in persons:
        if person.enrolled:
            _urine(table, person)
        if not person.infused:
            continue
        rng = stream(f"central-{person.number}")
        for visit, when in _planned(person, CYTOKINE_VISITS):
            clock = f"{7 + int(rng.integers(0, 3)):02d}:{5 * int(rng.integers(0, 12)):02d}"
            days = days_from_infusion(person, when)
            for item in (*kinetics.CYTOKINES, *kinetics.INFLAMMATION):
                sample = f"S{person.numbers[-1]:03d}{visit.num:02d}{ITEMS[item][0][0]}"
                value = kinetics.cytokine(person, item, days, rng)
                result(table, person, "A", visit.label, sample, when, clock, item, value)
        _outside(table, person, rng)
    return table


def _urine(table: Table, person: Person) -> None:
    when, rng = person.visits["筛选期"], stream(f"urine-{person.number}")
    for item in ("UPRO", "UBLD"):
        row = _cells(
            table, person, "A", "筛选期", f"S{person.numbers[-1]:03d}01U", when, "09:00", item
        )
        positive = rng.random() < 0.08
        row.cells["RESULT"] = "1+" if positive else "阴性"
        key = f"LBTESTCD={ITEMS[item][2]};LBREFID={row.cells['SAMPLE_ID']}"
        row.fact("RESULT", "LB", "LBSTRESC", "1+" if positive else "NEGATIVE", key)


def _outside(table: Table, person: Person, rng: np.random.Generator) -> None:
    """Give blood counts and CRP of the outside hospital from month 2 on."""
    for visit, when in _planned(person, ("M2", "M3", "M6", "M9", "M12")):
        if rng.random() < 0.5:
            continue
        truth = kinetics.blood_count(person, days_from_infusion(person, when), rng)
        sample = f"B{person.numbers[-1]:03d}{visit.num:02d}"
        for item, name in (("WBC", "WBC"), ("HGB", "HGB"), ("PLT", "PLAT")):
            result(table, person, "B", visit.label, sample, when, "10:00", item, truth[name])
        mg_dl = round(float(rng.lognormal(-0.7, 0.5)), 2)
        row = _cells(table, person, "B", visit.label, sample, when, "10:00", "CRP")
        row.cells.update({"RESULT": f"{mg_dl:.2f}", "UNIT": "mg/dL", "RANGE": "0-0.6"})
        key = f"LBTESTCD=CRP;LBREFID={sample}"
        row.fact("RESULT", "LB", "LBSTRESN", round(mg_dl * 10, 2), key)
        row.fact("RESULT", "LB", "LBORRES", f"{mg_dl:.2f}", key)
        row.fact("UNIT", "LB", "LBSTRESU", "mg/L", key)
        row.fact("RANGE", "LB", "LBSTNRHI", 6, key)


def _cells(
    table: Table,
    person: Person,
    lab: str,
    label: str,
    sample: str,
    when: date,
    clock: str,
    item: str,
) -> Row:
    panel, zh, _, unit, _, limits, _ = ITEMS[item]
    specimen = {"CBC": "全血", "URINE": "尿"}.get(panel, "血清")
    reported = datetime.combine(when, datetime.min.time()) + timedelta(days=2)
    row = table.add(
        person.usubjid,
        {
            "LAB": lab,
            "SUBJID": person.subjid,
            "VISIT": label,
            "SAMPLE_ID": sample,
            "SAMPLE_DT": when.isoformat(),
            "SAMPLE_TM": clock,
            "SPECIMEN": specimen,
            "PANEL": panel,
            "ITEM_CODE": item,
            "ITEM_CN": zh,
            "UNIT": unit,
            "RANGE": limits,
            "METHOD": "流式细胞术" if panel == "CYTOKINE" else "",
            "STATUS": "F",
            "VERSION": "1",
            "REPORT_DT": reported.date().isoformat(),
        },
    )
    row.about = {"person": person, "item": item, "label": label, "when": when, "lab": lab}
    return row


def result(
    table: Table,
    person: Person,
    lab: str,
    label: str,
    sample: str,
    when: date,
    clock: str,
    item: str,
    value: float,
) -> Row:
    """Add a quantitative result; cytokines outside 2.5 to 5000 are censored."""
    _, _, code, _, unit, _, decimals = ITEMS[item]
    row = _cells(table, person, lab, label, sample, when, clock, item)
    key = f"LBTESTCD={code};LBREFID={sample}"
    shown = f"{value:.{decimals}f}"
    row.about["value"] = value
    if ITEMS[item][0] == "CYTOKINE" and (value < 2.5 or value > 5000):
        shown = "<2.5" if value < 2.5 else ">5000"
        row.about["censored"] = shown
    row.cells["RESULT"] = shown
    _flag(row, person, item, round(value, decimals))
    row.fact("RESULT", "LB", "LBORRES", shown, key)
    row.fact("RESULT", "LB", "LBSTRESC", shown, key)
    row.fact("RESULT", "LB", "LBSTRESN", "" if "censored" in row.about else float(shown), key)
    row.fact("UNIT", "LB", "LBSTRESU", unit, key)
    row.fact("SAMPLE_DT", "LB", "LBDTC", f"{when.isoformat()}T{clock}", key)
    return row


def _flag(row: Row, person: Person, item: str, value: float) -> None:
    """H or L by the value as it is printed; the limit of ``<0.05`` is high itself."""
    limits = str(row.cells["RANGE"])
    low: float
    high: float
    if item in SEX_RANGES:
        low, high = SEX_RANGES[item][person.sex]
    elif limits.startswith("<"):
        low, high = 0, float(limits[1:])
    else:
        low, high = (float(x) for x in limits.split("-"))
    over = value >= high if limits.startswith("<") else value > high
    row.cells["FLAG"] = "H" if over else ("L" if value < low else "")

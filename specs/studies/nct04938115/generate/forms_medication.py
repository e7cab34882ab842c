"""The form of medication: before, during and after treatment."""
# ruff: noqa: PLR0917 - a raw row is made of many values

from __future__ import annotations

from datetime import date, timedelta

from specs.studies.nct04938115.generate.events import events_of
from specs.studies.nct04938115.generate.model import Person, stream
from specs.studies.nct04938115.generate.tables import Table

CM = [
    "RECORD_ID",
    "SUBJID",
    "PAGE",
    "LINE_NO",
    "MED_ZH",
    "MED_EN",
    "INDICATION",
    "DOSE",
    "UNIT",
    "FREQ",
    "ROUTE",
    "ST_DT",
    "ST_TM",
    "EN_DT",
    "ONGOING",
    "AE_NO",
    "PREFNAME",
    "DRUG_CODE",
    "ATC",
    "COMMENT",
]
# name: Chinese, code, group, dose, unit, frequency, route
DRUGS = {
    "Cytarabine": ("阿糖胞苷", "001", "antineoplastics", "100", "mg/m2", "每日一次", "静脉"),
    "Daunorubicin": ("柔红霉素", "002", "antineoplastics", "60", "mg/m2", "每日一次", "静脉"),
    "Venetoclax": ("维奈克拉", "003", "antineoplastics", "400", "mg", "每日一次", "口服"),
    "Azacitidine": ("阿扎胞苷", "004", "antineoplastics", "75", "mg/m2", "每日一次", "皮下"),
    "Hydroxyurea": ("羟基脲", "005", "antineoplastics", "500", "mg", "每日两次", "口服"),
    "Tocilizumab": ("托珠单抗", "006", "immunosuppressants", "8", "mg/kg", "单次", "静脉"),
    "Dexamethasone": ("地塞米松", "007", "corticosteroids", "10", "mg", "每日两次", "静脉"),
    "Methylprednisolone": ("甲泼尼龙", "008", "corticosteroids", "40", "mg", "每日两次", "静脉"),
    "Noradrenaline": ("去甲肾上腺素", "009", "cardiac drugs", "0.1", "ug/kg/min", "持续", "静脉"),
    "Aciclovir": ("阿昔洛韦", "010", "antivirals", "400", "mg", "每日两次", "口服"),
    "Sulfamethoxazole and trimethoprim": (
        "复方磺胺甲噁唑",
        "011",
        "antibacterials",
        "960",
        "mg",
        "每日一次",
        "口服",
    ),
    "Meropenem": ("美罗培南", "012", "antibacterials", "1", "g", "每8小时", "静脉"),
    "Busulfan": ("白消安", "013", "antineoplastics", "3.2", "mg/kg", "每日一次", "静脉"),
    "Paracetamol": ("对乙酰氨基酚", "014", "analgesics", "0.5", "g", "单次", "口服"),
}
DAY = timedelta(days=1)


def _medicine(
    table: Table,
    person: Person,
    page: str,
    name: str,
    why: str,
    span: tuple[date, date | None],
    **more: str,
) -> None:
    zh, code, group, dose, unit, frequency, route = DRUGS[name]
    start, end = span
    if start > person.last_seen:
        return
    end = None if end and end > person.last_seen else end
    row = table.add(
        person.usubjid,
        {
            "SUBJID": person.subjid,
            "PAGE": page,
            "MED_ZH": zh,
            "MED_EN": name,
            "INDICATION": why,
            "DOSE": dose,
            "UNIT": unit,
            "FREQ": frequency,
            "ROUTE": route,
            "ST_DT": start.isoformat(),
            "EN_DT": end.isoformat() if end else "",
            "ONGOING": "" if end else "1",
            "PREFNAME": name,
            "DRUG_CODE": f"DEMO-CM-{code}",
            "ATC": f"DEMO {group}",
            **more,
        },
    )
    key = f"CMSPID={table.record(row)}"
    row.about = {"person": person}
    row.fact("MED_EN", "CM", "CMTRT", name, key)
    row.fact("PREFNAME", "CM", "CMDECOD", name, key)
    row.fact("ST_DT", "CM", "CMSTDTC", start.isoformat(), key)
    row.fact("EN_DT", "CM", "CMENDTC", end.isoformat() if end else "", key)
    row.fact("DOSE", "CM", "CMDOSE", float(dose), key)


def medication(persons: list[Person]) -> Table:
    """edc/CM.csv."""
    table = Table("edc/CM.csv", CM, "CM")
    for person in persons:
        if person.enrolled:
            _before(table, person)
            _crs_treatment(table, person)
            _supportive(table, person)
            _afterwards(table, person)
    return table


def _before(table: Table, person: Person) -> None:
    rng = stream(f"prior-{person.number}")
    consent = person.consent.date()
    lines = int(rng.integers(2, 5))
    for line in range(1, lines + 1):
        start = consent - timedelta(days=(lines - line + 1) * int(rng.integers(45, 70)))
        pair = ("Cytarabine", "Daunorubicin") if line == 1 else ("Venetoclax", "Azacitidine")
        for name in pair if line < 3 else ("Cytarabine",):
            _medicine(
                table,
                person,
                "既往抗肿瘤治疗",
                name,
                "Acute leukaemia",
                (start, start + 7 * DAY),
                LINE_NO=str(line),
            )
    if rng.random() < 0.6:
        start = person.apheresis[0].date() + DAY
        name = "Hydroxyurea" if rng.random() < 0.6 else "Azacitidine"
        _medicine(table, person, "桥接治疗", name, "Acute leukaemia", (start, start + 5 * DAY))


def _crs_treatment(table: Table, person: Person) -> None:
    events = {e.term: e for e in events_of(person)}
    page = "合并用药"
    if person.crs and (event := events.get("Cytokine release syndrome")):
        link = {"AE_NO": str(event.number)}
        peak = person.on(
            person.crs.onset
            + next(i for i, g in enumerate(person.crs.grades) if g == min(2, person.crs.worst))
        )
        _medicine(table, person, page, "Paracetamol", "CRS", (event.start, event.start), **link)
        if person.crs.worst >= 2:
            _medicine(table, person, page, "Tocilizumab", "CRS", (peak, peak), ST_TM="", **link)
        if person.crs.worst >= 3:
            _medicine(
                table, person, page, "Dexamethasone", "CRS", (peak + DAY, peak + 4 * DAY), **link
            )
            _medicine(
                table, person, page, "Noradrenaline", "CRS", (peak + DAY, peak + 2 * DAY), **link
            )
    if person.icans and (event := events.get("Neurotoxicity of effector cells")):
        _medicine(
            table,
            person,
            page,
            "Methylprednisolone",
            "ICANS",
            (event.start, event.start + 3 * DAY),
            AE_NO=str(event.number),
        )


def _supportive(table: Table, person: Person) -> None:
    if person.ld_start is None:
        return
    start = person.ld_start
    _medicine(table, person, "合并用药", "Aciclovir", "Prophylaxis", (start, start + 180 * DAY))
    name = "Sulfamethoxazole and trimethoprim"
    _medicine(table, person, "合并用药", name, "Prophylaxis", (start + 30 * DAY, start + 200 * DAY))
    for event in events_of(person):
        if event.term in ("Lung infection", "Sepsis"):
            _medicine(
                table,
                person,
                "合并用药",
                "Meropenem",
                "Infection",
                (event.start, event.start + 7 * DAY),
                AE_NO=str(event.number),
            )


def _afterwards(table: Table, person: Person) -> None:
    if person.hsct:
        start = person.hsct - 7 * DAY
        _medicine(table, person, "预处理方案", "Busulfan", "Conditioning", (start, start + 3 * DAY))
    worse = person.relapse or person.progression
    if person.fate == "NR_ALIVE" and person.number % 2:
        worse = person.visits["M2"]
    if worse and len(person.infusions) == 1:
        for name in ("Venetoclax", "Azacitidine"):
            _medicine(
                table,
                person,
                "后续抗肿瘤治疗",
                name,
                "Relapsed leukaemia",
                (worse + 9 * DAY, worse + 16 * DAY),
            )

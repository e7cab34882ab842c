"""Forms of adverse events, cytokine release syndrome and medication."""

from __future__ import annotations

from datetime import date, timedelta

from specs.studies.nct04938115.generate.events import TERMS, Event, events_of
from specs.studies.nct04938115.generate.kinetics import temperature
from specs.studies.nct04938115.generate.model import Person, stream
from specs.studies.nct04938115.generate.tables import Cell, Table

AE = ["RECORD_ID", "SUBJID", "AE_NO", "AETERM_ZH", "AETERM_EN", "LLT", "LLT_CODE", "PT", "PT_CODE", "HLT",
      "HLT_CODE", "HLGT", "HLGT_CODE", "SOC", "SOC_CODE", "DICT_VER", "ST_DT", "ST_TM", "EN_DT", "ONGOING",
      "GRADE", "CRITERIA", "SAE_YN", "SAE_DTH", "SAE_LIFE", "SAE_HOSP", "SAE_DISAB", "SAE_CONG", "SAE_MIE",
      "REL_CART", "REL_LD", "REL_LEUK", "ACTION", "OUTCOME", "TREATMENT_YN", "CRS_YN", "ICANS_YN", "EPISODE",
      "COMMENT"]  # fmt: skip
ASKED = ["RECORD_ID", "SUBJID", "INF_NO", "ASSESS_DT", "CRS_YN", "ICANS_YN", "COMMENT"]
DAILY = ["RECORD_ID", "SUBJID", "VISIT", "ASSESS_DT", "CRS_GRADE", "TMAX_C", "HYPOTENSION", "HYPOXIA",
         "ICANS_GRADE", "ICE_SCORE"]  # fmt: skip
OUTCOMES = {"痊愈": "RECOVERED/RESOLVED", "未恢复": "NOT RECOVERED/NOT RESOLVED", "死亡": "FATAL"}
PRESSURE = ("无", "无", "不需升压药", "一种升压药", "多种升压药")
OXYGEN = ("无", "无", "低流量吸氧", "高流量吸氧", "正压通气")
CRITERIA = ("DTH", "LIFE", "HOSP", "DISAB", "CONG", "MIE")


def _codes(term: str) -> dict[str, Cell]:
    _, code, organ = TERMS[term]
    tail = code[-3:]
    group = organ.removeprefix("DEMO ")
    return {
        "LLT": term, "LLT_CODE": f"DEMO-6{tail}1", "PT": term, "PT_CODE": code,
        "HLT": f"DEMO {group} (detail)", "HLT_CODE": f"DEMO-3{tail}0", "HLGT": f"DEMO {group} (group)",
        "HLGT_CODE": f"DEMO-4{tail}0", "SOC": organ, "SOC_CODE": f"DEMO-5{sum(map(ord, organ)) % 900:04d}",
        "DICT_VER": "DEMO 26.1",
    }  # fmt: skip


def adverse_events(persons: list[Person]) -> Table:
    """edc/AE.csv."""
    table = Table("edc/AE.csv", AE, "AE")
    for person in persons:
        failed_first = f"01-{person.numbers[0]:03d}"
        for event in events_of(person):
            subject = failed_first if len(person.numbers) > 1 and event.start < person.consent.date() else person.subjid
            _event(table, person, subject, event)
    return table


def _event(table: Table, person: Person, subject: str, event: Event) -> None:
    crs, icans = event.term.startswith("Cytokine"), event.term.startswith("Neurotoxicity")
    row = table.add(person.usubjid, {
        "SUBJID": subject, "AE_NO": str(event.number), "AETERM_ZH": TERMS[event.term][0],
        "AETERM_EN": event.term, **_codes(event.term), "ST_DT": event.start.isoformat(), "ST_TM": event.hour,
        "EN_DT": event.end.isoformat() if event.end else "", "ONGOING": "" if event.end else "1",
        "GRADE": str(event.grade), "CRITERIA": event.scale, "SAE_YN": "是" if event.serious else "否",
        **{f"SAE_{c}": "是" if c == event.serious else "否" for c in CRITERIA},
        "REL_CART": event.cart, "REL_LD": event.lymphodepletion, "REL_LEUK": "无关", "ACTION": "不适用",
        "OUTCOME": event.outcome, "TREATMENT_YN": "是" if event.grade > 1 else "否",
        "CRS_YN": "是" if crs else "否", "ICANS_YN": "是" if icans else "否", "EPISODE": event.episode,
    })  # fmt: skip
    row.about = {"person": person, "event": event}
    key = f"AESPID={event.number}"
    start = event.start.isoformat() + (f"T{event.hour}" if event.hour else "")
    row.fact("AETERM_EN", "AE", "AETERM", event.term, key)
    row.fact("PT", "AE", "AEDECOD", event.term, key)
    row.fact("ST_DT", "AE", "AESTDTC", start, key)
    row.fact("EN_DT", "AE", "AEENDTC", event.end.isoformat() if event.end else "", key)
    row.fact("GRADE", "AE", "AETOXGR", event.grade, key)
    row.fact("SAE_YN", "AE", "AESER", "Y" if event.serious else "N", key)
    row.fact("OUTCOME", "AE", "AEOUT", OUTCOMES[event.outcome], key)
    row.fact("CRITERIA", "SUPPAE", "AETOXSCL",
             "ASTCT 2019" if event.scale == "ASTCT" else "CTCAE v5.0", key)  # fmt: skip


def occurrences(persons: list[Person]) -> Table:
    """edc/CRS_ICANS.csv."""
    table = Table("edc/CRS_ICANS.csv", ASKED, "CI", encoding="utf-8-sig")
    for person in persons:
        if not person.infused:
            continue
        when = min(person.visits.get("D28", person.on(28)), person.last_seen)
        row = table.add(person.usubjid, {
            "SUBJID": person.subjid, "INF_NO": "1", "ASSESS_DT": when.isoformat(),
            "CRS_YN": "是" if person.crs else "否", "ICANS_YN": "是" if person.icans else "否",
        })  # fmt: skip
        spid = f"FASPID={table.record(row)}"
        row.fact("CRS_YN", "FA", "FASTRESC", "Y" if person.crs else "N",
                 f"FATESTCD=OCCUR;FAOBJ=CYTOKINE RELEASE SYNDROME;{spid}")  # fmt: skip
    return table


def daily_course(persons: list[Person]) -> Table:
    """edc/CRS_DAILY.csv, days with either syndrome."""
    table = Table("edc/CRS_DAILY.csv", DAILY, "CD")
    for person in persons:
        days = {d for e in (person.crs, person.icans) if e for d in range(e.onset, e.end + 1)}
        rng = stream(f"daily-{person.number}")
        for day in sorted(days):
            grade = person.crs.grade_on(day) if person.crs else 0
            nerve = person.icans.grade_on(day) if person.icans else 0
            row = table.add(person.usubjid, {
                "SUBJID": person.subjid, "VISIT": f"D{day}", "ASSESS_DT": person.on(day).isoformat(),
                "CRS_GRADE": str(grade), "TMAX_C": f"{temperature(person, day, rng):.1f}",
                "HYPOTENSION": PRESSURE[grade], "HYPOXIA": OXYGEN[grade], "ICANS_GRADE": str(nerve),
                "ICE_SCORE": str((10, 8, 5, 1)[nerve]) if person.age >= 12 and person.icans else "",
            })  # fmt: skip
            key = f"FATESTCD=TOXGR;FAOBJ=CYTOKINE RELEASE SYNDROME;FASPID={table.record(row)}"
            row.fact("CRS_GRADE", "FA", "FASTRESC", grade, key)
            row.fact("ASSESS_DT", "FA", "FADTC", person.on(day).isoformat(), key)
    return table


CM = ["RECORD_ID", "SUBJID", "PAGE", "LINE_NO", "MED_ZH", "MED_EN", "INDICATION", "DOSE", "UNIT", "FREQ",
      "ROUTE", "ST_DT", "ST_TM", "EN_DT", "ONGOING", "AE_NO", "PREFNAME", "DRUG_CODE", "ATC",
      "COMMENT"]  # fmt: skip
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
    "Sulfamethoxazole and trimethoprim": ("复方磺胺甲噁唑", "011", "antibacterials", "960", "mg", "每日一次", "口服"),
    "Meropenem": ("美罗培南", "012", "antibacterials", "1", "g", "每8小时", "静脉"),
    "Busulfan": ("白消安", "013", "antineoplastics", "3.2", "mg/kg", "每日一次", "静脉"),
    "Paracetamol": ("对乙酰氨基酚", "014", "analgesics", "0.5", "g", "单次", "口服"),
}  # fmt: skip
DAY = timedelta(days=1)


def _medicine(table: Table, person: Person, page: str, name: str, why: str, span: tuple[date, date | None],
              **more: str) -> None:  # fmt: skip
    zh, code, group, dose, unit, frequency, route = DRUGS[name]
    start, end = span
    if start > person.last_seen:
        return
    end = None if end and end > person.last_seen else end
    row = table.add(person.usubjid, {
        "SUBJID": person.subjid, "PAGE": page, "MED_ZH": zh, "MED_EN": name, "INDICATION": why, "DOSE": dose,
        "UNIT": unit, "FREQ": frequency, "ROUTE": route, "ST_DT": start.isoformat(),
        "EN_DT": end.isoformat() if end else "", "ONGOING": "" if end else "1", "PREFNAME": name,
        "DRUG_CODE": f"DEMO-CM-{code}", "ATC": f"DEMO {group}", **more,
    })  # fmt: skip
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
            _medicine(table, person, "既往抗肿瘤治疗", name, "Acute leukaemia", (start, start + 7 * DAY),
                      LINE_NO=str(line))  # fmt: skip
    if rng.random() < 0.6:
        start = person.apheresis[0].date() + DAY
        name = "Hydroxyurea" if rng.random() < 0.6 else "Azacitidine"
        _medicine(table, person, "桥接治疗", name, "Acute leukaemia", (start, start + 5 * DAY))


def _crs_treatment(table: Table, person: Person) -> None:
    events = {e.term: e for e in events_of(person)}
    page = "合并用药"
    if person.crs and (event := events.get("Cytokine release syndrome")):
        link = {"AE_NO": str(event.number)}
        peak = person.on(person.crs.onset + next(
            i for i, g in enumerate(person.crs.grades) if g == min(2, person.crs.worst)))  # fmt: skip
        _medicine(table, person, page, "Paracetamol", "CRS", (event.start, event.start), **link)
        if person.crs.worst >= 2:
            _medicine(table, person, page, "Tocilizumab", "CRS", (peak, peak), ST_TM="", **link)
        if person.crs.worst >= 3:
            _medicine(table, person, page, "Dexamethasone", "CRS", (peak + DAY, peak + 4 * DAY), **link)
            _medicine(table, person, page, "Noradrenaline", "CRS", (peak + DAY, peak + 2 * DAY), **link)
    if person.icans and (event := events.get("Neurotoxicity of effector cells")):
        _medicine(table, person, page, "Methylprednisolone", "ICANS", (event.start, event.start + 3 * DAY),
                  AE_NO=str(event.number))  # fmt: skip


def _supportive(table: Table, person: Person) -> None:
    if person.ld_start is None:
        return
    start = person.ld_start
    _medicine(table, person, "合并用药", "Aciclovir", "Prophylaxis", (start, start + 180 * DAY))
    name = "Sulfamethoxazole and trimethoprim"
    _medicine(table, person, "合并用药", name, "Prophylaxis", (start + 30 * DAY, start + 200 * DAY))
    for event in events_of(person):
        if event.term in ("Lung infection", "Sepsis"):
            _medicine(table, person, "合并用药", "Meropenem", "Infection", (event.start, event.start + 7 * DAY),
                      AE_NO=str(event.number))  # fmt: skip


def _afterwards(table: Table, person: Person) -> None:
    if person.hsct:
        start = person.hsct - 7 * DAY
        _medicine(table, person, "预处理方案", "Busulfan", "Conditioning", (start, start + 3 * DAY))
    worse = person.relapse or person.progression
    if worse and len(person.infusions) == 1:
        for name in ("Venetoclax", "Azacitidine"):
            _medicine(table, person, "后续抗肿瘤治疗", name, "Relapsed leukaemia",
                      (worse + 9 * DAY, worse + 16 * DAY))  # fmt: skip



"""Forms of adverse events, cytokine release syndrome and medication."""

from __future__ import annotations

from specs.studies.nct04938115.generate.events import TERMS, Event, events_of
from specs.studies.nct04938115.generate.kinetics import temperature
from specs.studies.nct04938115.generate.model import Person, stream
from specs.studies.nct04938115.generate.tables import Cell, Table

AE = [
    "RECORD_ID",
    "SUBJID",
    "AE_NO",
    "AETERM_ZH",
    "AETERM_EN",
    "LLT",
    "LLT_CODE",
    "PT",
    "PT_CODE",
    "HLT",
    "HLT_CODE",
    "HLGT",
    "HLGT_CODE",
    "SOC",
    "SOC_CODE",
    "DICT_VER",
    "ST_DT",
    "ST_TM",
    "EN_DT",
    "ONGOING",
    "GRADE",
    "CRITERIA",
    "SAE_YN",
    "SAE_DTH",
    "SAE_LIFE",
    "SAE_HOSP",
    "SAE_DISAB",
    "SAE_CONG",
    "SAE_MIE",
    "REL_CART",
    "REL_LD",
    "REL_LEUK",
    "ACTION",
    "OUTCOME",
    "TREATMENT_YN",
    "CRS_YN",
    "ICANS_YN",
    "EPISODE",
    "COMMENT",
]
ASKED = ["RECORD_ID", "SUBJID", "INF_NO", "ASSESS_DT", "CRS_YN", "ICANS_YN", "COMMENT"]
DAILY = [
    "RECORD_ID",
    "SUBJID",
    "VISIT",
    "ASSESS_DT",
    "CRS_GRADE",
    "TMAX_C",
    "HYPOTENSION",
    "HYPOXIA",
    "ICANS_GRADE",
    "ICE_SCORE",
]
OUTCOMES = {"痊愈": "RECOVERED/RESOLVED", "未恢复": "NOT RECOVERED/NOT RESOLVED", "死亡": "FATAL"}
PRESSURE = ("无", "无", "不需升压药", "一种升压药", "多种升压药")
OXYGEN = ("无", "无", "低流量吸氧", "高流量吸氧", "正压通气")
CRITERIA = ("DTH", "LIFE", "HOSP", "DISAB", "CONG", "MIE")


def _codes(term: str) -> dict[str, Cell]:
    _, code, organ = TERMS[term]
    tail = code[-3:]
    group = organ.removeprefix("DEMO ")
    return {
        "LLT": term,
        "LLT_CODE": f"DEMO-6{tail}1",
        "PT": term,
        "PT_CODE": code,
        "HLT": f"DEMO {group} (detail)",
        "HLT_CODE": f"DEMO-3{tail}0",
        "HLGT": f"DEMO {group} (group)",
        "HLGT_CODE": f"DEMO-4{tail}0",
        "SOC": organ,
        "SOC_CODE": f"DEMO-5{sum(map(ord, organ)) % 900:04d}",
        "DICT_VER": "DEMO 26.1",
    }


def adverse_events(persons: list[Person]) -> Table:
    """edc/AE.csv."""
    table = Table("edc/AE.csv", AE, "AE")
    for person in persons:
        failed_first = f"01-{person.numbers[0]:03d}"
        for event in events_of(person):
            subject = (
                failed_first
                if len(person.numbers) > 1 and event.start < person.consent.date()
                else person.subjid
            )
            _event(table, person, subject, event)
    return table


def _event(table: Table, person: Person, subject: str, event: Event) -> None:
    crs, icans = event.term.startswith("Cytokine"), event.term.startswith("Neurotoxicity")
    row = table.add(
        person.usubjid,
        {
            "SUBJID": subject,
            "AE_NO": str(event.number),
            "AETERM_ZH": TERMS[event.term][0],
            "AETERM_EN": event.term,
            **_codes(event.term),
            "ST_DT": event.start.isoformat(),
            "ST_TM": event.hour,
            "EN_DT": event.end.isoformat() if event.end else "",
            "ONGOING": "" if event.end else "1",
            "GRADE": str(event.grade),
            "CRITERIA": event.scale,
            "SAE_YN": "是" if event.serious else "否",
            **{f"SAE_{c}": "是" if c == event.serious else "否" for c in CRITERIA},
            "REL_CART": event.cart,
            "REL_LD": event.lymphodepletion,
            "REL_LEUK": "无关",
            "ACTION": "不适用",
            "OUTCOME": event.outcome,
            "TREATMENT_YN": "是" if event.grade > 1 else "否",
            "CRS_YN": "是" if crs else "否",
            "ICANS_YN": "是" if icans else "否",
            "EPISODE": event.episode,
        },
    )
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
    row.fact(
        "CRITERIA",
        "SUPPAE",
        "AETOXSCL",
        "ASTCT 2019" if event.scale == "ASTCT" else "CTCAE v5.0",
        key,
    )


def occurrences(persons: list[Person]) -> Table:
    """edc/CRS_ICANS.csv."""
    table = Table("edc/CRS_ICANS.csv", ASKED, "CI", encoding="utf-8-sig")
    for person in persons:
        if not person.infused:
            continue
        when = min(person.visits.get("D28", person.on(28)), person.last_seen)
        row = table.add(
            person.usubjid,
            {
                "SUBJID": person.subjid,
                "INF_NO": "1",
                "ASSESS_DT": when.isoformat(),
                "CRS_YN": "是" if person.crs else "否",
                "ICANS_YN": "是" if person.icans else "否",
            },
        )
        spid = f"FASPID={table.record(row)}"
        row.fact(
            "CRS_YN",
            "FA",
            "FASTRESC",
            "Y" if person.crs else "N",
            f"FATESTCD=OCCUR;FAOBJ=CYTOKINE RELEASE SYNDROME;{spid}",
        )
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
            row = table.add(
                person.usubjid,
                {
                    "SUBJID": person.subjid,
                    "VISIT": f"D{day}",
                    "ASSESS_DT": person.on(day).isoformat(),
                    "CRS_GRADE": str(grade),
                    "TMAX_C": f"{temperature(person, day, rng):.1f}",
                    "HYPOTENSION": PRESSURE[grade],
                    "HYPOXIA": OXYGEN[grade],
                    "ICANS_GRADE": str(nerve),
                    "ICE_SCORE": str((10, 8, 5, 1)[nerve])
                    if person.age >= 12 and person.icans
                    else "",
                },
            )
            key = f"FATESTCD=TOXGR;FAOBJ=CYTOKINE RELEASE SYNDROME;FASPID={table.record(row)}"
            row.fact("CRS_GRADE", "FA", "FASTRESC", grade, key)
            row.fact("ASSESS_DT", "FA", "FADTC", person.on(day).isoformat(), key)
    return table

"""Forms of disease assessment, lesions, deviations; visits, body measures and survival."""

# ruff: noqa: PLR0917 - a raw row is made of many values

from __future__ import annotations

from datetime import date, timedelta

from specs.studies.nct04938115.generate.kinetics import temperature
from specs.studies.nct04938115.generate.model import CUT, VISIT, VISITS, Assessment, Person, stream
from specs.studies.nct04938115.generate.tables import Row, Table

RS = [
    "RECORD_ID",
    "SUBJID",
    "VISIT",
    "ASSESS_DT",
    "BM_DT",
    "BLAST_PCT",
    "PB_BLAST_PCT",
    "MRD_METHOD",
    "MRD_PCT",
    "BM_RESPONSE",
    "EMD_YN",
    "EMD_RESP",
    "OVERALL",
    "NEW_LESION",
    "RELAPSE_DT",
    "EVALUATOR",
    "COMMENT",
]
LESION = [
    "RECORD_ID",
    "SUBJID",
    "VISIT",
    "LES_NO",
    "LES_TYPE",
    "SITE_ZH",
    "SITE_EN",
    "METHOD",
    "EXAM_DT",
    "SIZE_MM",
    "SUVMAX",
    "STATE",
    "COMMENT",
]
DV = ["RECORD_ID", "SUBJID", "DV_DT", "DV_CAT", "DV_TERM_ZH", "DV_TERM_EN", "MAJOR_YN", "COMMENT"]
VISITS_ODM = ["RECORD_ID", "SUBJID", "VISIT", "VISDT", "VISYN", "REASON"]
BODY = ["RECORD_ID", "SUBJID", "VISIT", "BODYDT", "HEIGHT", "WEIGHT", "BSA"]
SURV = ["RECORD_ID", "SUBJID", "VISIT", "SURVDT", "STATUS", "LASTCONT"]
MONITOR = ["RECID", "SUBJID", "VISIT", "VSDT", "VSTM", "TEMPC", "SYSBP", "DIABP", "HR", "SPO2"]
RESULTS = {"CR": "CR", "CRi": "CRi", "NR": "NR", "PD": "PD", "PR": "PR", "复发": "RELAPSED DISEASE"}
KINDS = {"靶病灶": "TARGET", "非靶病灶": "NON-TARGET", "新病灶": "NEW"}


def responses(persons: list[Person]) -> Table:
    """edc/RS.csv: the screening row first, then every assessment."""
    table = Table("edc/RS.csv", RS, "RS", encoding="utf-8-sig")
    for person in persons:
        if not person.enrolled:
            continue
        when = person.visits["筛选期"]
        row = table.add(
            person.usubjid,
            {
                "SUBJID": person.subjid,
                "VISIT": "筛选期",
                "ASSESS_DT": when.isoformat(),
                "BM_DT": when.isoformat(),
                "BLAST_PCT": f"{person.baseline_blasts:.1f}",
                "PB_BLAST_PCT": f"{person.baseline_blasts * 0.3:.1f}",
                "EMD_YN": "是" if person.lesions else "否",
                "EVALUATOR": "研究者",
            },
        )
        _blasts(table, row, person.baseline_blasts)
        row.fact("EMD_YN", "TU", "TUSTRESC", "Y" if person.lesions else "N", "TUTESTCD=TUEXMIND")
        for assessment in person.assessments:
            add_assessment(table, person, assessment)
    return table


def _blasts(table: Table, row: Row, value: float) -> None:
    row.fact("BLAST_PCT", "LB", "LBSTRESN", value, f"LBTESTCD=BLASTCE;LBSPID={table.record(row)}")


def add_assessment(table: Table, person: Person, a: Assessment) -> None:
    """Add the row of one assessment."""
    shown = {"复发": "疾病复发"}.get(a.overall, a.overall)
    if a.overall in ("CR", "CRi") and a.negative is not None:
        shown += "/MRD(-)" if a.negative else "/MRD(+)"
    when = a.when.isoformat()
    row = table.add(
        person.usubjid,
        {
            "SUBJID": person.subjid,
            "VISIT": a.label,
            "ASSESS_DT": when,
            "BM_DT": when,
            "BLAST_PCT": f"{a.blasts:.1f}",
            "PB_BLAST_PCT": f"{a.blood_blasts:.1f}",
            "MRD_METHOD": "流式" if a.mrd is not None else "",
            "MRD_PCT": "" if a.mrd is None else f"{a.mrd:.3f}",
            "BM_RESPONSE": a.marrow,
            "EMD_YN": "是" if person.lesions else "否",
            "EMD_RESP": a.extramedullary,
            "OVERALL": shown,
            "NEW_LESION": "是" if any(x.first == a.label for x in person.lesions) else "否",
            "RELAPSE_DT": when if a.overall == "复发" else "",
            "EVALUATOR": "研究者",
        },
    )
    row.about = {"person": person, "assessment": a}
    spid = f"RSSPID={table.record(row)}"
    _blasts(table, row, a.blasts)
    row.fact("OVERALL", "RS", "RSSTRESC", RESULTS[a.overall], f"RSTESTCD=OVRLRESP;{spid}")
    row.fact("ASSESS_DT", "RS", "RSDTC", when, f"RSTESTCD=OVRLRESP;{spid}")
    row.fact("BM_RESPONSE", "RS", "RSSTRESC", RESULTS[a.marrow], f"RSTESTCD=BMRRESP;{spid}")
    if shown != a.overall and "MRD" in shown:
        found = "NEGATIVE" if a.negative else "POSITIVE"
        row.fact("OVERALL", "RS", "RSSTRESC", found, f"RSTESTCD=MRDIND;{spid}")
    if person.lesions:
        row.fact("EMD_RESP", "RS", "RSSTRESC", a.extramedullary, f"RSTESTCD=EMDRESP;{spid}")
    if a.mrd is not None:
        row.fact("MRD_PCT", "CP", "CPSTRESN", a.mrd, f"CPTESTCD=ABCCE;CPSPID={table.record(row)}")


def lesions(persons: list[Person]) -> Table:
    """edc/LESION.csv, one row per lesion and visit."""
    table = Table("edc/LESION.csv", LESION, "LES")
    for person in persons:
        for label in ("筛选期", *(a.label for a in person.assessments)):
            for lesion in person.lesions:
                if label in lesion.sizes:
                    when = person.visits[label]
                    _lesion(table, person, label, lesion.number, when)
    return table


def _lesion(table: Table, person: Person, label: str, number: str, when: date) -> None:
    lesion = next(x for x in person.lesions if x.number == number)
    size = lesion.sizes[label]
    uptake = f"{2 + size / 9:.1f}" if lesion.method == "PET-CT" else ""
    row = table.add(
        person.usubjid,
        {
            "SUBJID": person.subjid,
            "VISIT": label,
            "LES_NO": number,
            "LES_TYPE": lesion.kind,
            "SITE_ZH": lesion.site_zh,
            "SITE_EN": lesion.site_en,
            "METHOD": lesion.method,
            "EXAM_DT": when.isoformat(),
            "SIZE_MM": f"{size:.1f}" if size else "",
            "SUVMAX": uptake if size else "",
            "STATE": "存在" if size else "消失",
        },
    )
    row.about = {"person": person, "lesion": lesion, "label": label}
    if label == lesion.first:
        row.fact("SITE_EN", "TU", "TULOC", lesion.site_en, f"TULNKID={number}")
        row.fact("LES_TYPE", "TU", "TUSTRESC", KINDS[lesion.kind], f"TULNKID={number}")
    place = f"TRLNKID={number};VISITNUM={VISIT[label].num}"
    if size:
        row.fact("SIZE_MM", "TR", "TRSTRESN", size, f"TRTESTCD=LDIAM;{place}")
    row.fact(
        "STATE", "TR", "TRSTRESC", "PRESENT" if size else "ABSENT", f"TRTESTCD=TUMSTATE;{place}"
    )


def deviations(persons: list[Person]) -> Table:
    """edc/DV.csv."""
    table = Table("edc/DV.csv", DV, "DV", encoding="utf-8-sig")
    for person in persons:
        found: list[tuple[date, str, str, str, str]] = []
        if person.infused and person.infusions[0].out_of_specification:
            found.append(
                (
                    person.day0,
                    "产品",
                    "输注不合格产品（活率62%）",
                    "Out of specification product infused (viability 62 %)",
                    "是",
                )
            )
        found += [
            (person.on(VISIT[label].day), "访视", "漏访", f"Visit {VISIT[label].name} missed", "否")
            for label in person.missed
        ]
        for when, kind, zh, en, major in found:
            row = table.add(
                person.usubjid,
                {
                    "SUBJID": person.subjid,
                    "DV_DT": when.isoformat(),
                    "DV_CAT": kind,
                    "DV_TERM_ZH": zh,
                    "DV_TERM_EN": en,
                    "MAJOR_YN": major,
                },
            )
            key = f"DVSPID={table.record(row)}"
            row.about = {"person": person}
            row.fact("DV_TERM_EN", "DV", "DVTERM", en, key)
            row.fact("DV_DT", "DV", "DVSTDTC", when.isoformat(), key)
    return table


def visit_dates(persons: list[Person]) -> Table:
    """IG_VISIT of the ODM file."""
    table = Table("odm/followup.xml", VISITS_ODM, "VIS", sheet="IG_VISIT", first_row=1)
    for person in persons:
        for visit in VISITS:
            when, reason = person.visits.get(visit.label), person.missed.get(visit.label)
            if when is None and reason is None:
                continue
            row = table.add(
                person.usubjid,
                {
                    "SUBJID": person.subjid,
                    "VISIT": visit.label,
                    "VISDT": when.isoformat() if when else "",
                    "VISYN": "Y" if when else "N",
                    "REASON": reason or "",
                },
            )
            row.about = {"person": person}
            key = f"VISITNUM={visit.num}"
            if reason:
                row.fact("VISYN", "SV", "SVOCCUR", "N", key)
                row.fact("REASON", "SV", "SVREASOC", reason, key)
        if len(person.numbers) > 1:
            when = person.consents[0].date() + timedelta(days=1)
            table.add(
                person.usubjid,
                {
                    "SUBJID": f"01-{person.numbers[0]:03d}",
                    "VISIT": "筛选期",
                    "VISDT": when.isoformat(),
                    "VISYN": "Y",
                },
            )
    return table


def body_measures(persons: list[Person]) -> Table:
    """IG_BODY of the ODM file."""
    table = Table("odm/followup.xml", BODY, "BOD", sheet="IG_BODY", first_row=1)
    for person in persons:
        for label in ("筛选期", "D-5"):
            when = person.visits.get(label)
            if when is None:
                continue
            row = table.add(
                person.usubjid,
                {
                    "SUBJID": person.subjid,
                    "VISIT": label,
                    "BODYDT": when.isoformat(),
                    "HEIGHT": f"{person.height:.1f}",
                    "WEIGHT": f"{person.weight:.1f}",
                    "BSA": f"{person.bsa:.2f}",
                },
            )
            row.about = {"person": person, "label": label}
            spid = f"VSSPID={table.record(row)}"
            row.fact("WEIGHT", "VS", "VSSTRESN", person.weight, f"VSTESTCD=WEIGHT;{spid}")
            row.fact("HEIGHT", "VS", "VSSTRESN", person.height, f"VSTESTCD=HEIGHT;{spid}")
    return table


def survival(persons: list[Person]) -> Table:
    """IG_SURV of the ODM file: contacts from month 3 on, and the last before the cut."""
    table = Table("odm/followup.xml", SURV, "SUR", sheet="IG_SURV", first_row=1)
    for person in persons:
        if not person.infused:
            continue
        contacts: list[tuple[str, date, str]] = [
            (label, person.visits[label], "存活")
            for label in ("M3", "M6", "M9", "M12", "M18", "M24")
            if label in person.visits
        ]
        if person.death:
            contacts.append(("结束访视", person.death + timedelta(days=3), "死亡"))
        elif person.lost:
            contacts.append(("结束访视", person.lost, "失联"))
        elif (final := final_contact(person)) is not None:
            contacts.append(("计划外", final, "存活"))
        for label, when, status in contacts:
            _contact(table, person, label, when, status)
    return table


def final_contact(person: Person) -> date | None:
    """Last telephone contact before the cut, of persons still followed."""
    if person.withdrawn or person.lost or person.death or "M24" in person.visits:
        return None
    days = int(stream(f"contact-{person.number}").integers(1, 25))
    return CUT - timedelta(days=days)


def _contact(table: Table, person: Person, label: str, when: date, status: str) -> None:
    last = {"死亡": person.death or when, "失联": max(person.visits.values())}.get(status, when)
    row = table.add(
        person.usubjid,
        {
            "SUBJID": person.subjid,
            "VISIT": label,
            "SURVDT": when.isoformat(),
            "STATUS": status,
            "LASTCONT": last.isoformat(),
        },
    )
    row.about = {"person": person, "status": status}
    word = {"存活": "ALIVE", "死亡": "DEAD", "失联": "UNKNOWN"}[status]
    row.fact("STATUS", "SS", "SSSTRESC", word, f"SSTESTCD=SURVSTAT;SSSPID={table.record(row)}")


def monitoring(persons: list[Person]) -> Table:
    """monitor/vs.xpt: two sets of readings a day from day 0 to day 14."""
    table = Table("monitor/vs.xpt", MONITOR, "MON", id_column="RECID", first_row=1)
    for person in persons:
        if not person.infused:
            continue
        rng = stream(f"monitor-{person.number}")
        for day in range(15):
            for clock in ("08:00", "20:00"):
                when = person.on(day)
                if when > person.last_seen:
                    continue
                _reading(
                    table,
                    person,
                    day,
                    clock,
                    when,
                    [float(z) for z in rng.normal(0, 1, 4)],
                    temperature(person, day, rng),
                )
    return table


def _reading(
    table: Table,
    person: Person,
    day: int,
    clock: str,
    when: date,
    noise: list[float],
    degrees: float,
) -> None:
    grade = person.crs.grade_on(day) if person.crs else 0
    child = person.age < 12
    label = f"D{day}" if f"D{day}" in VISIT else ""
    row = table.add(
        person.usubjid,
        {
            "SUBJID": person.subjid,
            "VISIT": label,
            "VSDT": when.isoformat(),
            "VSTM": clock,
            "TEMPC": round(float(degrees), 1),
            "SYSBP": float(
                round((98 if child else 116) - (9 * grade if grade > 1 else 0) + 6 * noise[0])
            ),
            "DIABP": float(
                round((60 if child else 72) - (5 * grade if grade > 1 else 0) + 5 * noise[1])
            ),
            "HR": float(round((98 if child else 78) + 10 * grade + 6 * noise[2])),
            "SPO2": float(
                min(100, round(97.6 - (2.2 * grade if grade > 1 else 0) + 0.9 * noise[3]))
            ),
        },
    )
    row.about = {"person": person, "day": day}
    spid = f"VSSPID={table.record(row)}"
    for column, test in (("TEMPC", "TEMP"), ("SYSBP", "SYSBP"), ("SPO2", "OXYSAT")):
        row.fact(column, "VS", "VSSTRESN", row.cells[column], f"VSTESTCD={test};{spid}")
    row.fact("VSDT", "VS", "VSDTC", f"{when.isoformat()}T{clock}", f"VSTESTCD=TEMP;{spid}")

"""Forms of screening, enrolment, disposition and history."""

# ruff: noqa: PLR0917 - a raw row is made of many values

from __future__ import annotations

from datetime import date, timedelta

from specs.studies.nct04938115.generate.model import Person, stream
from specs.studies.nct04938115.generate.people import (
    CRITERIA,
    DIED_BEFORE_LD,
    LD_ONLY,
    MANUFACTURING_FAILURES,
)
from specs.studies.nct04938115.generate.tables import Table

DM = [
    "RECORD_ID",
    "SITE",
    "SCREEN_NO",
    "SUBJID",
    "PREV_SUBJID",
    "性别",
    "BRTH_DT",
    "AGE",
    "民族",
    "ICF_DT",
    "ICF_TM",
    "ELIG_YN",
    "ELIG_DT",
    "ENROLL_YN",
    "SCRFAIL_DT",
    "SCRFAIL_REASON",
]
IE = ["RECORD_ID", "SUBJID", "VISIT", "IE_DT", "CRIT_NO", "CRIT_TEXT", "RESULT", "备注"]
DS = ["RECORD_ID", "SUBJID", "FORM", "DS_EVENT", "DS_TERM", "DS_DT", "备注"]
DEATH = ["RECORD_ID", "SUBJID", "DTH_DT", "CAUSE", "CAUSE_TXT", "SOURCE"]
MH = [
    "RECORD_ID",
    "SUBJID",
    "CATEGORY",
    "DX_TYPE",
    "TERM_ZH",
    "TERM_EN",
    "EVENT_DT",
    "END_DT",
    "ONGOING",
    "RELAPSE_NO",
    "SUBTYPE",
    "RISK",
    "CYTOGEN",
    "PT",
    "PT_CODE",
    "SOC",
]
DECODES = {
    "知情同意": "INFORMED CONSENT OBTAINED",
    "符合入选标准": "ELIGIBILITY CRITERIA MET",
    "入组": "ENTERED INTO TRIAL",
    "完成": "COMPLETED",
    "从未给药": "NEVER DOSED",
    "不良事件": "ADVERSE EVENT",
    "死亡": "DEATH",
    "失访": "LOST TO FOLLOW-UP",
    "撤回知情": "WITHDRAWAL BY SUBJECT",
    "筛选失败": "SCREEN FAILURE",
    "生产失败": "TECHNICAL PROBLEMS",
}
CAUSES = {"疾病进展": "PROGRESSIVE DISEASE", "不良事件": "ADVERSE EVENT", "其他": "OTHER"}
PAST = (
    ("高血压", "Hypertension", "Hypertension", "DEMO-20001", "DEMO Vascular disorders"),
    ("乙型肝炎", "Hepatitis B carrier", "Hepatitis B", "DEMO-20002", "DEMO Infections"),
    ("2型糖尿病", "Type 2 diabetes", "Type 2 diabetes", "DEMO-20003", "DEMO Metabolic disorders"),
    ("阑尾切除史", "Appendix removed", "Appendix removal", "DEMO-20004", "DEMO Procedures"),
    ("青霉素过敏", "Allergy to penicillin", "Drug allergy", "DEMO-20005", "DEMO Immune disorders"),
)


def screenings(person: Person) -> list[tuple[str, str, date, bool]]:
    """Give (SUBJID, previous SUBJID, consent date, failed) of each screening of a person."""
    subjects = [f"01-{n:03d}" for n in person.numbers]
    last = len(subjects) - 1
    return [
        (
            subject,
            subjects[i - 1] if i else "",
            person.consents[i].date(),
            i < last or person.screen_failure is not None,
        )
        for i, subject in enumerate(subjects)
    ]


def _sex(person: Person) -> str:
    words = ("男", "女") if person.number % 9 else ("1", "2")  # some entered by code
    return words[person.sex == "F"]


def demographics(persons: list[Person]) -> Table:
    """edc/DM.csv, one row per screening."""
    table = Table("edc/DM.csv", DM, "DM")
    every = [(p, i, s) for p in persons for i, s in enumerate(screenings(p))]
    for person, place, (subject, before, consent, failed) in sorted(every, key=lambda e: e[2][0]):
        criterion = person.screen_failure or CRITERIA[1]
        settled = consent + timedelta(days=4)
        row = table.add(
            person.usubjid,
            {
                "SITE": "01",
                "SCREEN_NO": f"SCR-{subject[3:]}",
                "SUBJID": subject,
                "PREV_SUBJID": before,
                "性别": _sex(person),
                "BRTH_DT": person.birth.isoformat(),
                "AGE": str(person.age),
                "民族": person.ethnic,
                "ICF_DT": consent.isoformat(),
                "ICF_TM": f"{person.consents[place]:%H:%M}",
                "ELIG_YN": "否" if failed else "是",
                "ELIG_DT": settled.isoformat(),
                "ENROLL_YN": "是" if not failed and person.enrolled else "否",
                "SCRFAIL_DT": settled.isoformat() if failed else "",
                "SCRFAIL_REASON": f"Not eligible: {criterion[1]}" if failed else "",
            },
        )
        if place == len(person.numbers) - 1 and len(person.numbers) == 1:
            row.fact("性别", "DM", "SEX", person.sex)
            row.fact("BRTH_DT", "DM", "BRTHDTC", person.birth.isoformat())
            row.fact("AGE", "DM", "AGE", person.age)
            if failed:
                row.fact("ELIG_YN", "DM", "ARMNRS", "SCREEN FAILURE")
    return table


def eligibility(persons: list[Person]) -> Table:
    """edc/IE.csv, only criteria not met."""
    table = Table("edc/IE.csv", IE, "IE", encoding="utf-8-sig")
    for person in persons:
        for subject, _, consent, failed in screenings(person):
            if not failed:
                continue
            number, words, answer = person.screen_failure or CRITERIA[1]
            row = table.add(
                person.usubjid,
                {
                    "SUBJID": subject,
                    "VISIT": "筛选期",
                    "IE_DT": (consent + timedelta(days=4)).isoformat(),
                    "CRIT_NO": number,
                    "CRIT_TEXT": words,
                    "RESULT": answer,
                },
            )
            key = f"IETESTCD={number}"
            row.fact("RESULT", "IE", "IEORRES", "N" if number.startswith("INCL") else "Y", key)
            row.fact("IE_DT", "IE", "IEDTC", row.cells["IE_DT"], key)
    return table


def _event(
    table: Table, person: Person, subject: str, form: str, event: str, term: str, when: date
) -> None:
    row = table.add(
        person.usubjid,
        {
            "SUBJID": subject,
            "FORM": form,
            "DS_EVENT": event,
            "DS_TERM": term,
            "DS_DT": when.isoformat(),
        },
    )
    key = f"DSSPID={table.record(row)}"
    row.fact("DS_EVENT", "DS", "DSDECOD", DECODES[event], key)
    row.fact("DS_TERM", "DS", "DSTERM", term, key)
    row.fact("DS_DT", "DS", "DSSTDTC", when.isoformat(), key)
    if event == "知情同意" and subject == f"01-{person.numbers[0]:03d}":
        row.fact("DS_DT", "DM", "RFICDTC", when.isoformat(), "")


def _ends(person: Person) -> list[tuple[str, str, str, date]]:
    """Give (form, event, term, date) of what ended, treatment first."""
    ends: list[tuple[str, str, str, date]] = []
    last = person.apheresis[-1].date()
    if person.ld_start:
        ends.append(("LD", "完成", "COMPLETED", person.ld_start + timedelta(days=2)))
    if person.number in MANUFACTURING_FAILURES:
        when = last + timedelta(days=16)
        ends += [
            ("LD", "从未给药", "Never dosed: manufacturing failure", when),
            ("TRT", "从未给药", "Never dosed: manufacturing failure", when),
            ("EOS", "生产失败", "Manufacturing failure", when),
        ]
    elif person.number == DIED_BEFORE_LD and person.death:
        ends += [
            ("LD", "从未给药", "Never dosed: death", person.death),
            ("TRT", "从未给药", "Never dosed: death", person.death),
        ]
    elif person.number == LD_ONLY and person.ld_start:
        ends.append(("TRT", "从未给药", "Never dosed: sepsis", person.ld_start + timedelta(days=6)))
    elif person.infused:
        ends.append(("TRT", "完成", "COMPLETED", person.infusions[-1].end.date()))
    return [*ends, *_farewell(person)]


def _farewell(person: Person) -> list[tuple[str, str, str, date]]:
    if person.death:
        return [("EOS", "死亡", "Death", person.death)]
    if person.withdrawn:
        return [("EOS", "撤回知情", "Withdrawal by subject", person.withdrawn)]
    if person.lost:
        return [("EOS", "失访", "Lost to follow-up", person.lost)]
    if "M24" in person.visits:
        return [("EOS", "完成", "COMPLETED", person.visits["M24"])]
    return []


def disposition(persons: list[Person]) -> Table:
    """edc/DS.csv."""
    table = Table("edc/DS.csv", DS, "DS")
    for person in persons:
        for subject, _, consent, failed in screenings(person):
            _event(table, person, subject, "M", "知情同意", "Informed consent obtained", consent)
            settled = consent + timedelta(days=4)
            if failed:
                _event(table, person, subject, "EOS", "筛选失败", "Screen failure", settled)
                continue
            _event(table, person, subject, "M", "符合入选标准", "Eligibility criteria met", settled)
            _event(table, person, subject, "M", "入组", "Enrolled", person.apheresis[0].date())
            for form, event, term, when in _ends(person):
                _event(table, person, subject, form, event, term, when)
    return table


def deaths(persons: list[Person]) -> Table:
    """edc/DEATH.csv."""
    table = Table("edc/DEATH.csv", DEATH, "DTH")
    for person in persons:
        if person.death is None:
            continue
        row = table.add(
            person.usubjid,
            {
                "SUBJID": person.subjid,
                "DTH_DT": person.death.isoformat(),
                "CAUSE": person.death_cause,
                "CAUSE_TXT": person.death_text,
                "SOURCE": "病历",
            },
        )
        row.fact("DTH_DT", "DM", "DTHDTC", person.death.isoformat())
        row.fact("CAUSE_TXT", "DD", "DDORRES", person.death_text, "DDTESTCD=PRCDTH")
        row.fact("CAUSE", "DD", "DDRESCAT", CAUSES[person.death_cause], "DDTESTCD=PRCDTH")
    return table


def history(persons: list[Person]) -> Table:
    """edc/MH.csv."""
    table = Table("edc/MH.csv", MH, "MH")
    for person in persons:
        rng = stream(f"history-{person.number}")
        disease = (
            "Acute myeloid leukaemia"
            if person.diagnosis == "AML"
            else "Mixed phenotype acute leukaemia"
        )
        zh = "急性髓系白血病" if person.diagnosis == "AML" else "混合表型急性白血病"
        begin = person.consents[0].date() - timedelta(days=int(rng.integers(240, 1300)))
        begin = max(begin, person.birth + timedelta(days=400))
        again = begin + (person.consents[0].date() - begin) * 3 // 4
        karyotype = str(rng.choice(["正常核型", "复杂核型", "t(8;21)", "-7", "11q23重排", "不详"]))
        for category, when, number in (("初次诊断", begin, ""), ("最近复发", again, "1")):
            row = table.add(
                person.usubjid,
                {
                    "SUBJID": person.subjid,
                    "CATEGORY": category,
                    "DX_TYPE": person.diagnosis,
                    "TERM_ZH": zh,
                    "TERM_EN": disease,
                    "EVENT_DT": when.isoformat(),
                    "ONGOING": "1",
                    "RELAPSE_NO": number,
                    "SUBTYPE": person.subtype,
                    "RISK": person.risk,
                    "CYTOGEN": karyotype,
                    "PT": disease,
                    "PT_CODE": "DEMO-20100" if person.diagnosis == "AML" else "DEMO-20101",
                    "SOC": "DEMO Neoplasms",
                },
            )
            key = f"MHSPID={table.record(row)}"
            row.fact("TERM_EN", "MH", "MHTERM", disease, key)
            row.fact("EVENT_DT", "MH", "MHSTDTC", when.isoformat(), key)
            kind = "INITIAL DIAGNOSIS" if category == "初次诊断" else "MOST RECENT DISEASE RELAPSE"
            row.fact("CATEGORY", "MH", "MHEVDTYP", kind, key)
        _past(table, person)
    return table


def _past(table: Table, person: Person) -> None:
    rng = stream(f"past-{person.number}")
    chosen = rng.permutation(len(PAST))[: int(rng.integers(0, 3)) if person.age > 17 else 0]
    for place in sorted(int(i) for i in chosen):
        zh, en, term, code, organ = PAST[place]
        when = person.consents[0].date() - timedelta(days=int(rng.integers(400, 3000)))
        row = table.add(
            person.usubjid,
            {
                "SUBJID": person.subjid,
                "CATEGORY": "既往病史",
                "TERM_ZH": zh,
                "TERM_EN": en,
                "EVENT_DT": when.isoformat(),
                "ONGOING": "1",
                "PT": term,
                "PT_CODE": code,
                "SOC": organ,
            },
        )
        key = f"MHSPID={table.record(row)}"
        row.fact("TERM_EN", "MH", "MHTERM", en, key)
        row.fact("PT", "MH", "MHDECOD", term, key)
        row.fact("EVENT_DT", "MH", "MHSTDTC", when.isoformat(), key)

"""Messes 18, 53 and 54: rows after the cut, unscheduled visits, screen failures."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from specs.studies.nct04938115.generate import kinetics
from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.forms_cells import transgene
from specs.studies.nct04938115.generate.forms_disease import add_assessment
from specs.studies.nct04938115.generate.forms_lab import result
from specs.studies.nct04938115.generate.model import Assessment, Person, Sample, stream
from specs.studies.nct04938115.generate.picking import person_of, pick
from specs.studies.nct04938115.generate.tables import Fact

AFTER = date(2024, 1, 9)


def _still_there(persons: list[Person]) -> list[Person]:
    return [
        p for p in persons if p.fate == "CR_DURABLE" and "M24" not in p.visits and not p.withdrawn
    ]


def _late(export: Export, persons: list[Person]) -> None:
    first, second, third = _still_there(persons)[-3:]
    ae, cm = export["ae"], export["cm"]
    source = next(r for r in ae.rows if r.usubjid == first.usubjid and not r.spoiled)
    number = 1 + max(int(str(r.cells["AE_NO"])) for r in ae.rows if r.usubjid == first.usubjid)
    late = ae.add(first.usubjid, {k: v for k, v in source.cells.items() if k != "RECORD_ID"})
    late.about = dict(source.about)
    late.cells.update(
        {
            "AE_NO": str(number),
            "ST_DT": AFTER.isoformat(),
            "EN_DT": "",
            "ONGOING": "1",
            "ST_TM": "",
            "OUTCOME": "未恢复",
            "GRADE": "1",
            "EPISODE": "",
        }
    )
    late.mark(
        18,
        "ST_DT",
        Fact("", "AE", "(count)", "0", f"AESPID={number}"),
        note="starts after the data cut",
    )
    medicine = next(
        r for r in cm.rows if r.usubjid == second.usubjid and r.cells["MED_EN"] == "Aciclovir"
    )
    row = cm.add(second.usubjid, {k: v for k, v in medicine.cells.items() if k != "RECORD_ID"})
    row.about = dict(medicine.about)
    row.cells.update({"ST_DT": "2024-01-04", "EN_DT": "", "ONGOING": "1"})
    row.mark(
        18,
        "ST_DT",
        Fact("", "CM", "(count)", "0", f"CMSPID={cm.record(row)}"),
        note="starts after the data cut",
    )
    at = datetime.combine(AFTER, datetime.min.time()) + timedelta(hours=8)
    sample = transgene(export["qpcr"], third, "UNS", f"Q{third.numbers[-1]:03d}99", at, 412.0)
    sample.mark(
        18,
        "采样日期",
        Fact("", "PC", "(count)", "0", f"PCREFID={sample.cells['样本号']}"),
        note="taken after the data cut",
    )


def _unscheduled(export: Export, persons: list[Person]) -> None:
    able = [p for p in _still_there(persons) if "D14" in p.visits and "D21" in p.visits][:3]
    for place, person in enumerate(able):
        day = person.on(17)
        words = ("UNS", "计划外", "计划外访视")[place]
        visit = export["visit"].add(
            person.usubjid,
            {
                "SUBJID": person.subjid,
                "VISIT": words,
                "VISDT": day.isoformat(),
                "VISYN": "Y",
                "REASON": "Unscheduled visit for fever",
            },
        )
        visit.about = {"person": person}
        visit.mark(
            53,
            "VISIT",
            Fact("", "SV", "SVUPDES", "Unscheduled visit for fever", "VISITNUM=15.01"),
            note="between day 14 and day 21",
        )
        at = datetime.combine(day, datetime.min.time()) + timedelta(hours=10, minutes=20)
        measured = kinetics.copies(person, at)
        label = ("UNS", "计划外", "UNS")[place]
        sample = transgene(
            export["qpcr"], person, label, f"Q{person.numbers[-1]:03d}98", at, measured
        )
        key = sample.facts[0].key
        sample.mark(53, "访视", Fact("", "PC", "VISITNUM", "15.01", key), note="unscheduled sample")
        sample.also("结果", "PC", "PCSTRESC", sample.find("PC", "PCSTRESC").value, key)
        person.samples.append(Sample(label, at, measured, measured))
        value = kinetics.cytokine(person, "CRP", 17, stream(f"unscheduled-{person.number}"))
        row = result(
            export["central"],
            person,
            "A",
            label,
            f"S{person.numbers[-1]:03d}98I",
            day,
            "10:20",
            "CRP",
            value,
        )
        row.mark(
            53,
            "VISIT",
            Fact("", "LB", "VISITNUM", "15.01", row.find("LB", "LBSTRESN").key),
            note="unscheduled sample",
        )


def _marrow(export: Export, persons: list[Person]) -> None:
    """Add an unscheduled marrow between day 28 and month 2."""
    able = [
        p for p in _still_there(persons) if "D28" in p.visits and "M2" in p.visits and not p.lesions
    ]
    for person, words in zip(able[:2], ("UNS", "计划外"), strict=True):
        found = Assessment(words, person.on(44), 0.7, 0.0, 0.0, "CR", "不适用", "CR", negative=True)
        person.assessments.append(found)
        table = export["rs"]
        add_assessment(table, person, found)
        row = table.rows[-1]
        key = row.find("RS", "RSSTRESC", "OVRLRESP").key
        row.mark(53, "VISIT", Fact("", "RS", "VISITNUM", "17.01", key), note="unscheduled marrow")
        row.also("OVERALL", "RS", "RSSTRESC", "CR", key)


def _failures(export: Export) -> None:
    twice = next(r for r in export["dm"].rows if r.cells["PREV_SUBJID"])
    twice.mark(
        54,
        "PREV_SUBJID",
        Fact("", "DM", "(count)", "1", ""),
        note="screened twice: one person, one record",
    )
    twice.also("ENROLL_YN", "DM", "ARMCD", "CD7CART", "")
    twice.also("ENROLL_YN", "DM", "ARMNRS", "", "")
    consent = next(r for r in export["ds"].rows if r.cells["SUBJID"] == twice.cells["PREV_SUBJID"])
    consent.mark(
        54, "DS_DT", consent.find("DM", "RFICDTC"), note="the earliest consent of the person"
    )
    screened = (f"01-{n:03d}" for n in (9, 14))
    for subject in screened:
        row = next(r for r in export["ae"].rows if r.cells["SUBJID"] == subject)
        row.mark(
            54,
            "AETERM_EN",
            row.find("AE", "AETERM"),
            note="adverse event of a screening that failed",
        )
    failed = next(r for r in export["dm"].rows if r.cells["SUBJID"] == "01-009")
    failed.mark(
        54, "ELIG_YN", Fact("", "DM", "ARMNRS", "SCREEN FAILURE", ""), note="screen failure"
    )
    failed.also("ELIG_YN", "DM", "ARMCD", "", "")
    for row in pick(export["cbc"], 2, "mess54", lambda r: person_of(r).screen_failure is not None):
        row.mark(
            54,
            "白细胞",
            row.find("LB", "LBSTRESN", "=WBC"),
            note="laboratory data of a screen failure are kept",
        )


def spoil_rows(export: Export, persons: list[Person]) -> None:
    """Plant messes 18, 53 and 54."""
    _late(export, persons)
    _unscheduled(export, persons)
    _marrow(export, persons)
    _failures(export)

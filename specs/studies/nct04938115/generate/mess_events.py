"""Messes 55 to 62 and 64: events, responses, transplants and stray text."""

from __future__ import annotations

from datetime import timedelta

from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.model import Person
from specs.studies.nct04938115.generate.picking import person_of, pick
from specs.studies.nct04938115.generate.tables import Fact, Row, Table

LONG = (
    "Leukapheresis product was held at room temperature for nine hours before processing because "
    "the courier was delayed by road closures; the manufacturing site was told by telephone, the "
    "product was accepted after review of viability and sterility"
)


def _grade(export: Export) -> None:
    ae = export["ae"]
    plain = [
        ("2级", "2"),
        ("Ⅱ", "2"),
        ("G2", "2"),
        ("3级", "3"),
        ("G3", "3"),
        ("Ⅲ", "3"),
        ("II", "2"),
    ]
    for cell, grade in plain:
        row = pick(ae, 1, f"mess56-{cell}", lambda r, g=grade: r.cells["GRADE"] == g)[0]
        row.spoil(
            56, "GRADE", cell, row.find("AE", "AETOXGR"), note="another spelling of the grade"
        )
    row = pick(
        ae, 1, "mess56-range", lambda r: r.cells["GRADE"] == "2" and r.cells["SAE_YN"] == "否"
    )[0]
    row.spoil(
        56,
        "GRADE",
        "2-3",
        row.find("AE", "AETOXGR"),
        expected="",
        query=True,
        note="a range is no grade",
    )
    mild = pick(
        ae,
        1,
        "mess57",
        lambda r: (
            r.cells["GRADE"] == "3" and r.cells["OUTCOME"] == "痊愈" and person_of(r).death is None
        ),
    )[0]
    mild.spoil(
        57,
        "GRADE",
        "5",
        mild.find("AE", "AETOXGR"),
        expected="5",
        query=True,
        note="grade 5 and recovered",
    )
    fatal = next(
        r for r in ae.rows if r.cells["AETERM_EN"] == "Sepsis" and r.cells["OUTCOME"] == "死亡"
    )
    fatal.spoil(
        57,
        "GRADE",
        "4",
        fatal.find("AE", "AETOXGR"),
        expected="4",
        query=True,
        note="fatal, and not grade 5",
    )


def _ordinary(row: Row) -> bool:
    return (
        not row.cells["EPISODE"]
        and row.cells["GRADE"] in ("1", "2", "3")
        and row.cells["OUTCOME"] == "痊愈"
    )


def _next_number(table: Table, person: Person) -> int:
    return 1 + max(int(str(r.cells["AE_NO"])) for r in table.rows if r.usubjid == person.usubjid)


def _copy(table: Table, row: Row) -> Row:
    """Add a new entry with the next AE_NO of the person."""
    number = _next_number(table, person_of(row))
    new = table.add(row.usubjid, {k: v for k, v in row.cells.items() if k != "RECORD_ID"})
    new.cells["AE_NO"] = str(number)
    new.about = dict(row.about)
    new.spoiled = True
    return new


def _rows(export: Export) -> None:
    ae = export["ae"]
    for row in pick(ae, 2, "mess58", _ordinary):
        row.mark(
            58,
            "AETERM_EN",
            Fact("", "AE", "(count)", "1", row.find("AE", "AETERM").key),
            note="the row was exported twice: one record, and a log entry",
        )
        ae.rows.insert(
            ae.rows.index(row) + 1,
            Row(dict(row.cells), row.usubjid, spoiled=True, about=dict(row.about)),
        )
    for row in pick(
        ae,
        2,
        "mess58-near",
        lambda r: _ordinary(r) and r.cells["AETERM_EN"] in ("Nausea", "Rash", "Headache"),
    ):
        new = _copy(ae, row)
        term = {"Nausea": "Nausae", "Rash": "Rashes", "Headache": "Head ache"}[
            str(row.cells["AETERM_EN"])
        ]
        new.spoil(
            58,
            "AETERM_EN",
            term,
            Fact("", "AE", "AETERM", term, f"AESPID={new.cells['AE_NO']}"),
            query=True,
            note="same person, dates and grade, another spelling: a double entry?",
        )
    for row in pick(ae, 2, "mess59", _ordinary):
        row.cells["PT_CODE"] = ""
        row.spoil(
            59,
            "PT",
            "",
            row.find("AE", "AEDECOD"),
            expected="",
            query=True,
            note="not coded: the record is kept, the lock is blocked",
        )
    for row in pick(ae, 2, "mess59-version", _ordinary):
        row.spoil(
            59,
            "DICT_VER",
            "DEMO 25.0",
            row.find("AE", "AEDECOD"),
            query=True,
            note="another dictionary version",
        )
    for row in pick(ae, 2, "mess60", _ordinary):
        row.spoil(
            60,
            "ONGOING",
            "1",
            row.find("AE", "AEENDTC"),
            expected="*",
            query=True,
            note="ongoing with an end date",
        )
    for row in pick(ae, 1, "mess60-end", _ordinary):
        row.spoil(
            60,
            "EN_DT",
            "",
            row.find("AE", "AEENDTC"),
            expected="",
            query=True,
            note="recovered without an end date",
        )


def _episode(export: Export) -> None:
    """Replace one syndrome record with one per stretch of equal grade."""
    ae = export["ae"]
    row = next(
        r
        for r in ae.rows
        if r.cells["CRS_YN"] == "是" and not r.spoiled and len(_stretches(person_of(r))) > 2
    )
    person = person_of(row)
    for place, (grade, first, last) in enumerate(_stretches(person)):
        target = row if place == 0 else _copy(ae, row)
        target.cells.update(
            {"ST_DT": person.on(first).isoformat(), "EN_DT": person.on(last).isoformat()}
        )
        if place:
            target.cells["ST_TM"] = ""
        key = f"AESPID={target.cells['AE_NO']}"
        target.spoil(
            55,
            "GRADE",
            str(grade),
            Fact("", "AE", "AETOXGR", str(grade), key),
            note="one episode entered as several rows, one per grade",
        )
        target.also("EPISODE", "AE", "AEGRPID", "CRS-1", key)


def _stretches(person: Person) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    if person.crs is None:
        return found
    for place, grade in enumerate(person.crs.grades):
        day = person.crs.onset + place
        if found and found[-1][0] == grade:
            found[-1] = (grade, found[-1][1], day)
        else:
            found.append((grade, day, day))
    return found


def _responses(export: Export) -> None:
    rs = export["rs"]
    shapes = {
        "CR/MRD(-)": ("CR MRD-", "CR，MRD阴性", "CR/MRD（－）"),
        "CRi/MRD(+)": ("CRi MRD+",),
        "CRi/MRD(-)": ("CRi/MRD-",),
    }
    for plain, cells in shapes.items():
        for cell, row in zip(
            cells,
            pick(rs, len(cells), f"mess61-{plain}", lambda r, p=plain: r.cells["OVERALL"] == p),
            strict=True,
        ):
            fact = row.find("RS", "RSSTRESC", "OVRLRESP")
            row.spoil(
                61,
                "OVERALL",
                cell,
                fact,
                note="composite response: one record each for response and MRD",
            )
            found = row.find("RS", "RSSTRESC", "MRDIND")
            row.also("OVERALL", "RS", "RSSTRESC", found.value, found.key)
    for row in pick(rs, 2, "mess61-pr", lambda r: r.cells["OVERALL"] == "PR"):
        row.spoil(
            61,
            "OVERALL",
            "部分缓解",
            row.find("RS", "RSSTRESC", "OVRLRESP"),
            note="response in Chinese",
        )
    for row in pick(rs, 3, "mess61-relapse", lambda r: r.cells["OVERALL"] == "疾病复发"):
        row.mark(61, "OVERALL", row.find("RS", "RSSTRESC", "OVRLRESP"), note="relapse in Chinese")


def _transplants(export: Export) -> None:
    pr, cm, rs = export["pr"], export["cm"], export["rs"]
    done = [r for r in pr.rows if r.about.get("hsct")]
    for row in done[1:3]:
        person = person_of(row)
        date = str(row.cells["PROC_DT"])
        pr.rows.remove(row)
        moved = cm.add(
            row.usubjid,
            {
                "SUBJID": row.cells["SUBJID"],
                "PAGE": "后续抗肿瘤治疗",
                "MED_ZH": "异基因造血干细胞移植",
                "MED_EN": "Allogeneic haematopoietic stem cell transplant",
                "INDICATION": "Acute leukaemia",
                "DOSE": "1",
                "UNIT": "",
                "FREQ": "单次",
                "ROUTE": "静脉",
                "ST_DT": date,
                "EN_DT": date,
            },
        )
        moved.about = {"person": person}
        moved.mark(
            62,
            "ST_DT",
            Fact(
                "", "PR", "PRSTDTC", date, f"PRDECOD=ALLOGENEIC STEM CELL TRANSPLANT;PRSTDTC={date}"
            ),
            note="a transplant entered as a medicine belongs in PR",
        )
        moved.also("MED_EN", "CM", "(count)", "0", f"CMSPID={cm.record(moved)}")
    hidden = done[4]
    pr.rows.remove(hidden)
    date = str(hidden.cells["PROC_DT"])
    after = [r for r in rs.rows if r.usubjid == hidden.usubjid and str(r.cells["ASSESS_DT"]) > date]
    after[0].spoil(
        62,
        "COMMENT",
        f"移植 {date}",
        Fact("", "PR", "(count)", "*", f"PRSTDTC={date}"),
        expected="*",
        query=True,
        note="the transplant is in a comment alone",
    )


def _stray(export: Export) -> None:
    ae, dv, ds = export["ae"], export["dv"], export["ds"]
    for stray, row in zip(
        ("\u00a0", "\u200b", " \u00a0"), pick(ae, 3, "mess64", _ordinary), strict=True
    ):
        term = str(row.cells["AETERM_EN"])
        row.spoil(
            64,
            "AETERM_EN",
            term + stray,
            row.find("AE", "AETERM"),
            note="invisible characters at the end",
        )
    for row in pick(ds, 2, "mess64-ds"):
        row.spoil(
            64,
            "SUBJID",
            f"{row.cells['SUBJID']}\u00a0",
            row.find("DS", "DSDECOD"),
            note="no-break space after the subject number",
        )
    first = next(r for r in export["pr"].rows if r.cells["PROC_TYPE"] == "单采" and not r.spoiled)
    person = person_of(first)
    when = person.apheresis[0].date() + timedelta(days=1)
    row = dv.add(
        person.usubjid,
        {
            "SUBJID": person.subjid,
            "DV_DT": when.isoformat(),
            "DV_CAT": "产品",
            "DV_TERM_ZH": "采集物室温存放过久",
            "DV_TERM_EN": LONG,
            "MAJOR_YN": "否",
        },
    )
    cut = LONG[:200].rfind(" ") if LONG[200] != " " else 200
    key = f"DVSPID={dv.record(row)}"
    row.mark(
        64,
        "DV_TERM_EN",
        Fact("", "DV", "DVTERM", LONG[:cut], key),
        note="longer than 200 bytes: cut between words, the rest in SUPPDV",
    )
    row.also("DV_TERM_EN", "SUPPDV", "DVTERM1", LONG[cut:].strip(), key)
    for row in pick(export["dm"], 2, "mess64-gb", lambda r: bool(r.facts)):
        row.mark(64, "性别", row.find("DM", "SEX"), note="GB18030 file")
    for row in pick(export["ie"], 2, "mess64-bom", lambda r: bool(r.facts)):
        row.mark(64, "RESULT", row.find("IE", "IEORRES"), note="UTF-8 file with a byte order mark")


def spoil_events(export: Export) -> None:
    """Plant messes 55 to 62 and 64."""
    _episode(export)
    _grade(export)
    _rows(export)
    _responses(export)
    _transplants(export)
    _stray(export)

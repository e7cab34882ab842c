"""Messes 1 to 18: dates and times."""

from __future__ import annotations

from datetime import date, timedelta

from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.picking import day_of, move_sample, person_of, pick, serial
from specs.studies.nct04938115.generate.tables import Fact, Row, Table

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")


def _medicine(row: Row) -> bool:
    """An ordinary medicine whose dates matter to nothing else."""
    page = row.cells["PAGE"] in ("既往抗肿瘤治疗", "合并用药")
    return page and bool(row.cells["EN_DT"]) and row.cells["MED_EN"] not in ("Tocilizumab", "Busulfan")


def _plain_event(row: Row) -> bool:
    mild = row.cells["GRADE"] in ("1", "2", "3")
    return mild and not row.cells["EPISODE"] and row.cells["OUTCOME"] == "痊愈" and not row.cells["ST_TM"]


def _old(row: Row) -> bool:
    return row.cells["CATEGORY"] == "既往病史"


def _partial(export: Export) -> None:
    for row in pick(export["ae"], 3, "mess1", _plain_event):
        year = day_of(row, "ST_DT").year
        row.spoil(1, "ST_DT", f"UN/UNK/{year}", row.find("AE", "AESTDTC"), expected=str(year), query=True,
                  note="only the year is known: truncated, never imputed")  # fmt: skip
    for name, column, domain, variable, want in (
        ("ae", "ST_DT", "AE", "AESTDTC", _plain_event),
        ("cm", "ST_DT", "CM", "CMSTDTC", _medicine),
        ("mh", "EVENT_DT", "MH", "MHSTDTC", _old),
    ):
        for row in pick(export[name], 2, f"mess2-{name}", want):
            day = day_of(row, column)
            row.spoil(2, column, f"UN-{MONTHS[day.month - 1]}-{day.year}", row.find(domain, variable),
                      expected=day.isoformat()[:7], note="day unknown")  # fmt: skip
    for name, column, domain, variable, want in (
        ("cm", "ST_DT", "CM", "CMSTDTC", _medicine),
        ("mh", "EVENT_DT", "MH", "MHSTDTC", _old),
    ):
        for row in pick(export[name], 2, f"mess3-{name}", want):
            day = day_of(row, column)
            row.spoil(3, column, f"{day.day:02d}/UNK/{day.year}", row.find(domain, variable),
                      expected=f"{day.year}---{day.day:02d}", note="month unknown, day known")  # fmt: skip


def _impossible(export: Export) -> None:
    cm, mh, ae = export["cm"], export["mh"], export["ae"]
    for row in pick(cm, 2, "mess4-cm", _medicine):
        year = day_of(row, "ST_DT").year
        row.spoil(4, "ST_DT", f"{year}-02-30", row.find("CM", "CMSTDTC"), expected=f"|{year}-02|{year}",
                  query=True, note="no such day; the verbatim stays in the audit")  # fmt: skip
    for row in pick(ae, 1, "mess4-ae", _plain_event):
        year = day_of(row, "EN_DT").year
        row.spoil(4, "EN_DT", f"{year}/13/04", row.find("AE", "AEENDTC"), expected=f"|{year}", query=True,
                  note="no such month; the verbatim stays in the audit")  # fmt: skip
    for row in pick(cm, 3, "mess5", lambda r: _medicine(r) and day_of(r, "ST_DT").day <= 12):
        day = day_of(row, "ST_DT")
        row.spoil(5, "ST_DT", f"{day:%d/%m/%Y}", row.find("CM", "CMSTDTC"), expected=f"|{day.year}", query=True,
                  note="day-month order not agreed: asked, not guessed")  # fmt: skip
    for row in pick(mh, 2, "mess11", _old):
        row.spoil(11, "EVENT_DT", f"2202{str(row.cells['EVENT_DT'])[4:]}", row.find("MH", "MHSTDTC"), expected="",
                  query=True, note="year typed wrong, after the data cut")  # fmt: skip
    for row in pick(cm, 2, "mess11-cm", _medicine):
        row.spoil(11, "ST_DT", f"1922{str(row.cells['ST_DT'])[4:]}", row.find("CM", "CMSTDTC"), expected="",
                  query=True, note="year typed wrong, before the birth")  # fmt: skip
    for row in pick(cm, 2, "mess13", _medicine):
        day = day_of(row, "ST_DT")
        row.spoil(13, "ST_DT", f"{day:%d-%m-%y}", row.find("CM", "CMSTDTC"), expected="", query=True,
                  note="two-digit year")  # fmt: skip


def _spellings(export: Export) -> None:
    cm, ds = export["cm"], export["ds"]
    shapes = ("{0.year}年{0.month}月{0.day}日", "{0.year}.{0.month}.{0.day}", "{0:%Y%m%d}",
              "{0.year}-{0.month}-{0.day}")  # fmt: skip
    for place, row in enumerate(pick(cm, 8, "mess6", _medicine)):
        day = day_of(row, "ST_DT")
        row.spoil(6, "ST_DT", shapes[place % 4].format(day), row.find("CM", "CMSTDTC"),
                  note="another spelling of the same day")  # fmt: skip
    for row in pick(export["qpcr"], 10, "mess7"):
        row.spoil(7, "采样日期", serial(day_of(row, "采样日期")), row.find("PC", "PCDTC"),
                  note="Excel day number in a column of text dates")  # fmt: skip
    for row in pick(export["cbc"], 5, "mess7-cbc"):
        row.spoil(7, "采样日期", serial(day_of(row, "采样日期")), row.find("LB", "LBDTC", "=WBC"),
                  note="Excel day number in a column of text dates")  # fmt: skip
    wanted = ("知情同意", "符合入选标准", "入组")
    for row in pick(ds, 2, "mess10", lambda r: r.cells["DS_EVENT"] in wanted[1:]):
        row.spoil(10, "DS_DT", str(row.cells["DS_DT"]).translate(WIDE), row.find("DS", "DSSTDTC"),
                  note="full-width digits")  # fmt: skip
    for row in pick(cm, 2, "mess10-cm", _medicine):
        row.spoil(10, "EN_DT", str(row.cells["EN_DT"]).translate(WIDE), row.find("CM", "CMENDTC"),
                  note="full-width digits")  # fmt: skip


def _clock(export: Export) -> None:
    qpcr, ae = export["qpcr"], export["ae"]
    late = ("D21±2", "D28±2", "M2±7d")
    shapes = (("9:5", "09:05"), ("下午3:20", "15:20"), ("3:20 PM", "15:20"), ("8:40", "08:40"), ("0:00", "00:00"))
    for (cell, clock), row in zip(shapes, pick(qpcr, 5, "mess8", lambda r: r.cells["访视"] in late), strict=True):
        day = row.cells["采样日期"]
        row.spoil(8, "采样时间", cell, row.find("PC", "PCDTC"), expected=f"{day}T{clock}",
                  note="another spelling of the time")  # fmt: skip
    for row in pick(qpcr, 1, "mess8-24", lambda r: r.cells["访视"] in late):
        after = day_of(row, "采样日期") + timedelta(days=1)
        row.spoil(8, "采样时间", "24:00", row.find("PC", "PCDTC"), expected=f"{after.isoformat()}T00:00",
                  note="24:00 is 00:00 of the next day")  # fmt: skip
    for cell, row in zip(("UNK", "--:--", "99:99"), pick(qpcr, 3, "mess9", lambda r: r.cells["访视"] in late),
                         strict=True):  # fmt: skip
        row.spoil(9, "采样时间", cell, row.find("PC", "PCDTC"), expected=str(row.cells["采样日期"]),
                  note="time not known")  # fmt: skip
    for row in pick(ae, 1, "mess9-ae", lambda r: bool(r.cells["ST_TM"]) and r.cells["CRS_YN"] == "是"):
        row.spoil(9, "ST_TM", "UNK", row.find("AE", "AESTDTC"), expected=str(row.cells["ST_DT"]),
                  note="time not known")  # fmt: skip


def _windows(export: Export) -> None:
    central = export["central"]

    def want(label: str) -> list[Row]:
        found = pick(central, 2, f"mess12-{label}",
                     lambda r: r.cells["VISIT"] == label and r.cells["ITEM_CODE"] == "IL6")  # fmt: skip
        return found

    for row in want("D7"):
        person = person_of(row)
        moved = move_sample(central, row, (person.on(9) - day_of(row, "SAMPLE_DT")).days)
        fact = row.find("LB", "LBDTC")
        row.mark(12, "SAMPLE_DT", Fact("", "LB", "LBDTC", f"{moved}T{row.cells['SAMPLE_TM']}", fact.key), query=True,
                 note="sample taken two days after the visit, outside the window: the sample's date counts")  # fmt: skip
        row.also("VISIT", "LB", "VISITNUM", 13, fact.key)
    for row in want("D21"):
        person = person_of(row)
        moved = move_sample(central, row, (person.on(22) - day_of(row, "SAMPLE_DT")).days)
        fact = row.find("LB", "LBDTC")
        row.mark(12, "SAMPLE_DT", Fact("", "LB", "LBDTC", f"{moved}T{row.cells['SAMPLE_TM']}", fact.key),
                 note="sample date beside the visit date, inside the window")  # fmt: skip


def _contradictions(export: Export) -> None:
    for row in pick(export["ae"], 2, "mess14", _plain_event):
        early = (day_of(row, "ST_DT") - timedelta(days=3)).isoformat()
        row.spoil(14, "EN_DT", early, row.find("AE", "AEENDTC"), expected=early, query=True, note="end before start")
        row.also("ST_DT", "AE", "AESTDTC", row.cells["ST_DT"], row.find("AE", "AESTDTC").key)
    for row in pick(export["cm"], 1, "mess14-cm", _medicine):
        early = (day_of(row, "ST_DT") - timedelta(days=9)).isoformat()
        row.spoil(14, "EN_DT", early, row.find("CM", "CMENDTC"), expected=early, query=True, note="end before start")
    _deaths(export)


def _one(table: Table, usubjid: str, **cells: str) -> Row:
    return next(r for r in table.rows if r.usubjid == usubjid and all(r.cells[c] == v for c, v in cells.items()))


def _deaths(export: Export) -> None:
    death = next(r for r in export["death"].rows if r.cells["CAUSE"] == "疾病进展" and str(r.cells["DTH_DT"])[8:] > "08"
                 and str(r.cells["DTH_DT"]) > "2022-02")  # fmt: skip
    month = str(death.cells["DTH_DT"])[:7]
    death.spoil(15, "DTH_DT", f"{month}-UN", death.find("DM", "DTHDTC"), expected=month,
                note="day of death not known; never imputed in SDTM")  # fmt: skip
    ds = _one(export["ds"], death.usubjid, DS_EVENT="死亡")
    ds.spoil(15, "DS_DT", f"{month}-UN", ds.find("DS", "DSSTDTC"), expected=month, note="as on the death form")
    contact = [r for r in export["surv"].rows if r.usubjid == death.usubjid and r.cells["STATUS"] == "死亡"]
    for row in contact:
        row.cells["LASTCONT"] = ""
        row.spoiled = True
    fatal = next(r for r in export["ae"].rows if r.cells["AETERM_EN"] == "Lung infection" and r.cells["OUTCOME"] == "死亡")
    later = (day_of(fatal, "EN_DT") + timedelta(days=1)).isoformat()
    fatal.spoil(16, "EN_DT", later, fatal.find("AE", "AEENDTC"), expected="*", query=True,
                note="fatal event ends a day after the death on the death form")  # fmt: skip
    form = _one(export["death"], fatal.usubjid)
    form.mark(16, "DTH_DT", form.find("DM", "DTHDTC"), note="the death form's date, in conflict with the event")
    _after_death(export)


def _after_death(export: Export) -> None:
    ae, central = export["ae"], export["central"]
    dead = [r for r in ae.rows if not r.spoiled and person_of(r).death and _plain_event(r)
            and person_of(r).fate == "NR_DEATH"][-1]  # fmt: skip
    late = (person_of(dead).death or date.max) + timedelta(days=3)
    dead.spoil(17, "ST_DT", late.isoformat(), dead.find("AE", "AESTDTC"), expected=late.isoformat(), query=True,
               note="starts after the death")  # fmt: skip
    dead.cells["EN_DT"] = (late + timedelta(days=1)).isoformat()
    row = next(r for r in central.rows if person_of(r).fate == "EARLY_DEATH" and r.cells["VISIT"] == "D21"
               and r.cells["ITEM_CODE"] == "FER")  # fmt: skip
    person = person_of(row)
    moved = move_sample(central, row, (person.on(27) - day_of(row, "SAMPLE_DT")).days)
    fact = row.find("LB", "LBDTC")
    row.mark(17, "SAMPLE_DT", Fact("", "LB", "LBDTC", f"{moved}T{row.cells['SAMPLE_TM']}", fact.key), query=True,
             note="sample dated after the death")  # fmt: skip


def spoil_dates(export: Export) -> None:
    """Plant messes 1 to 17 (18 needs new rows: see mess_rows)."""
    _contradictions(export)
    _partial(export)
    _impossible(export)
    _spellings(export)
    _clock(export)
    _windows(export)

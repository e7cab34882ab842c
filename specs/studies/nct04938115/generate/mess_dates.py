"""Messes 1 to 18: dates and times."""

from __future__ import annotations

from datetime import timedelta

from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.mess_conflicts import spoil_conflicts
from specs.studies.nct04938115.generate.picking import day_of, medicine, pick, plain_event, serial
from specs.studies.nct04938115.generate.tables import Row

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")


def _old(row: Row) -> bool:
    return row.cells["CATEGORY"] == "既往病史"


def _partial(export: Export) -> None:
    for row in pick(export["ae"], 3, "mess1", plain_event):
        year = day_of(row, "ST_DT").year
        row.spoil(
            1,
            "ST_DT",
            f"UN/UNK/{year}",
            row.find("AE", "AESTDTC"),
            expected=str(year),
            query=True,
            note="only the year is known: truncated, never imputed",
        )
    for name, column, domain, variable, want in (
        ("ae", "ST_DT", "AE", "AESTDTC", plain_event),
        ("cm", "ST_DT", "CM", "CMSTDTC", medicine),
        ("mh", "EVENT_DT", "MH", "MHSTDTC", _old),
    ):
        for row in pick(export[name], 2, f"mess2-{name}", want):
            day = day_of(row, column)
            row.spoil(
                2,
                column,
                f"UN-{MONTHS[day.month - 1]}-{day.year}",
                row.find(domain, variable),
                expected=day.isoformat()[:7],
                note="day unknown",
            )
    for name, column, domain, variable, want in (
        ("cm", "ST_DT", "CM", "CMSTDTC", medicine),
        ("mh", "EVENT_DT", "MH", "MHSTDTC", _old),
    ):
        for row in pick(export[name], 2, f"mess3-{name}", want):
            day = day_of(row, column)
            row.spoil(
                3,
                column,
                f"{day.day:02d}/UNK/{day.year}",
                row.find(domain, variable),
                expected=f"{day.year}---{day.day:02d}",
                note="month unknown, day known",
            )


def _impossible(export: Export) -> None:
    cm, mh, ae = export["cm"], export["mh"], export["ae"]
    for row in pick(cm, 2, "mess4-cm", medicine):
        year = day_of(row, "ST_DT").year
        row.spoil(
            4,
            "ST_DT",
            f"{year}-02-30",
            row.find("CM", "CMSTDTC"),
            expected=f"|{year}-02|{year}",
            query=True,
            note="no such day; the verbatim stays in the audit",
        )
    for row in pick(ae, 1, "mess4-ae", plain_event):
        year = day_of(row, "EN_DT").year
        row.spoil(
            4,
            "EN_DT",
            f"{year}/13/04",
            row.find("AE", "AEENDTC"),
            expected=f"|{year}",
            query=True,
            note="no such month; the verbatim stays in the audit",
        )
    for row in pick(cm, 3, "mess5", lambda r: medicine(r) and day_of(r, "ST_DT").day <= 12):
        day = day_of(row, "ST_DT")
        row.spoil(
            5,
            "ST_DT",
            f"{day:%d/%m/%Y}",
            row.find("CM", "CMSTDTC"),
            expected=f"|{day.year}",
            query=True,
            note="day-month order not agreed: asked, not guessed",
        )
    for row in pick(mh, 2, "mess11", _old):
        row.spoil(
            11,
            "EVENT_DT",
            f"2202{str(row.cells['EVENT_DT'])[4:]}",
            row.find("MH", "MHSTDTC"),
            expected="",
            query=True,
            note="year typed wrong, after the data cut",
        )
    for row in pick(cm, 2, "mess11-cm", medicine):
        row.spoil(
            11,
            "ST_DT",
            f"1922{str(row.cells['ST_DT'])[4:]}",
            row.find("CM", "CMSTDTC"),
            expected="",
            query=True,
            note="year typed wrong, before the birth",
        )
    for row in pick(cm, 2, "mess13", medicine):
        day = day_of(row, "ST_DT")
        row.spoil(
            13,
            "ST_DT",
            f"{day:%d-%m-%y}",
            row.find("CM", "CMSTDTC"),
            expected="",
            query=True,
            note="two-digit year",
        )


def _spellings(export: Export) -> None:
    cm, ds = export["cm"], export["ds"]
    shapes = (
        "{0.year}年{0.month}月{0.day}日",
        "{0.year}.{0.month}.{0.day}",
        "{0:%Y%m%d}",
        "{0.year}-{0.month}-{0.day}",
    )
    for place, row in enumerate(pick(cm, 8, "mess6", medicine)):
        day = day_of(row, "ST_DT")
        row.spoil(
            6,
            "ST_DT",
            shapes[place % 4].format(day),
            row.find("CM", "CMSTDTC"),
            note="another spelling of the same day",
        )
    for row in pick(export["qpcr"], 10, "mess7"):
        row.spoil(
            7,
            "采样日期",
            serial(day_of(row, "采样日期")),
            row.find("PC", "PCDTC"),
            note="Excel day number in a column of text dates",
        )
    for row in pick(export["cbc"], 5, "mess7-cbc"):
        row.spoil(
            7,
            "采样日期",
            serial(day_of(row, "采样日期")),
            row.find("LB", "LBDTC", "=WBC"),
            note="Excel day number in a column of text dates",
        )
    wanted = ("知情同意", "符合入选标准", "入组")
    for row in pick(ds, 2, "mess10", lambda r: r.cells["DS_EVENT"] in wanted[1:]):
        row.spoil(
            10,
            "DS_DT",
            str(row.cells["DS_DT"]).translate(WIDE),
            row.find("DS", "DSSTDTC"),
            note="full-width digits",
        )
    for row in pick(cm, 2, "mess10-cm", medicine):
        row.spoil(
            10,
            "EN_DT",
            str(row.cells["EN_DT"]).translate(WIDE),
            row.find("CM", "CMENDTC"),
            note="full-width digits",
        )


def _clock(export: Export) -> None:
    qpcr, ae = export["qpcr"], export["ae"]
    late = ("D21±2", "D28±2", "M2±7d")
    shapes = (
        ("9:5", "09:05"),
        ("下午3:20", "15:20"),
        ("3:20 PM", "15:20"),
        ("8:40", "08:40"),
        ("0:00", "00:00"),
    )
    for (cell, clock), row in zip(
        shapes, pick(qpcr, 5, "mess8", lambda r: r.cells["访视"] in late), strict=True
    ):
        day = row.cells["采样日期"]
        row.spoil(
            8,
            "采样时间",
            cell,
            row.find("PC", "PCDTC"),
            expected=f"{day}T{clock}",
            note="another spelling of the time",
        )
    for row in pick(qpcr, 1, "mess8-24", lambda r: r.cells["访视"] in late):
        after = day_of(row, "采样日期") + timedelta(days=1)
        row.spoil(
            8,
            "采样时间",
            "24:00",
            row.find("PC", "PCDTC"),
            expected=f"{after.isoformat()}T00:00",
            note="24:00 is 00:00 of the next day",
        )
    for cell, row in zip(
        ("UNK", "--:--", "99:99"),
        pick(qpcr, 3, "mess9", lambda r: r.cells["访视"] in late),
        strict=True,
    ):
        row.spoil(
            9,
            "采样时间",
            cell,
            row.find("PC", "PCDTC"),
            expected=str(row.cells["采样日期"]),
            note="time not known",
        )
    for row in pick(
        ae, 1, "mess9-ae", lambda r: bool(r.cells["ST_TM"]) and r.cells["CRS_YN"] == "是"
    ):
        row.spoil(
            9,
            "ST_TM",
            "UNK",
            row.find("AE", "AESTDTC"),
            expected=str(row.cells["ST_DT"]),
            note="time not known",
        )


def spoil_dates(export: Export) -> None:
    """Plant messes 1 to 17 (18 needs new rows: see mess_rows)."""
    spoil_conflicts(export)
    _partial(export)
    _impossible(export)
    _spellings(export)
    _clock(export)

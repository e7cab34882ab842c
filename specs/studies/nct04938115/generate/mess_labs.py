"""Messes 31 to 47: laboratory results, units and ranges."""

from __future__ import annotations

from datetime import timedelta

from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.forms_lab import SEX_RANGES, draw
from specs.studies.nct04938115.generate.model import VISIT
from specs.studies.nct04938115.generate.picking import day_of, person_of, pick, same_sample
from specs.studies.nct04938115.generate.tables import Fact, Row, Table, text


def _pick(table: Table, count: int, topic: str, code: str, lab: str = "A") -> list[Row]:
    return pick(
        table,
        count,
        topic,
        lambda r: (
            r.cells["ITEM_CODE"] == code and r.cells["LAB"] == lab and "censored" not in r.about
        ),
    )


def _limits(central: Table) -> None:
    low = pick(central, 6, "mess31", lambda r: r.about.get("censored") == "<2.5")
    for cell, row in zip(
        ("＜2.5", "＜2.5", "<2.5 pg/ml", "<2.5pg/mL", "< 2.5", "<2.5"), low, strict=True
    ):
        key = row.find("LB", "LBORRES").key
        row.spoil(
            31,
            "RESULT",
            cell,
            row.find("LB", "LBSTRESC"),
            expected="<2.5",
            note="below the limit: no number",
        )
        row.also("RESULT", "LB", "LBSTRESN", "", key)
        row.also("RESULT", "LB", "LBORRES", "< 2.5" if cell == "< 2.5" else "<2.5", key)
        row.also("UNIT", "LB", "LBSTRESU", "ng/L", key)
    high = pick(central, 5, "mess32", lambda r: r.about.get("censored") == ">5000")
    for cell, row in zip(
        (">5000↑", ">5000↑", "＞5000", ">5000", "5000 (稀释后)"), high, strict=True
    ):
        key = row.find("LB", "LBORRES").key
        expected = ">5000|5000" if "稀" in cell else ">5000"
        row.spoil(
            32,
            "RESULT",
            cell,
            row.find("LB", "LBSTRESC"),
            expected=expected,
            note="above the limit; a dilution note goes to a comment",
        )
        if "稀" not in cell:
            row.also("RESULT", "LB", "LBSTRESN", "", key)


def _raised(row: Row) -> bool:
    """A draw of day 7 whose ALT is above the limit of both sexes: an arrow up belongs there."""
    return row.about["label"] == "D7" and float(row.cells["丙氨酸氨基转移酶"]) > 50


def _flags(export: Export) -> None:
    central, chem = export["central"], export["chem"]
    for row in _pick(central, 3, "mess33", "CRP"):
        shown = str(row.cells["RESULT"])
        row.spoil(
            33,
            "RESULT",
            f"{shown}↑",
            row.find("LB", "LBORRES"),
            expected=shown,
            note="flag typed into the result",
        )
        row.also("RESULT", "LB", "LBSTRESN", float(shown), row.find("LB", "LBORRES").key)
    for row in pick(chem, 2, "mess33-chem", _raised):
        shown = str(row.cells["丙氨酸氨基转移酶"])
        row.spoil(
            33,
            "丙氨酸氨基转移酶",
            f"{shown}↑",
            row.find("LB", "LBSTRESN", "=ALT"),
            note="flag typed into the result",
        )
    for row in _pick(central, 1, "mess33-h", "TNFa"):
        row.spoil(
            33,
            "RESULT",
            "H",
            row.find("LB", "LBSTRESN"),
            expected="",
            query=True,
            note="a flag and no result",
        )


def _words(export: Export) -> None:
    central = export["central"]
    negative = [
        r
        for r in central.rows
        if r.cells["PANEL"] == "URINE" and r.cells["RESULT"] == "阴性" and not r.spoiled
    ]
    shapes = (
        ("(-)", "NEGATIVE", False),
        ("NEG", "NEGATIVE", False),
        ("（－）", "NEGATIVE", False),
        ("未检出", "NOT DETECTED|NEGATIVE", False),
        ("ND", "*", True),
        ("阴性", "NEGATIVE", False),
    )
    for (cell, expected, query), row in zip(shapes, negative[4:40:6], strict=True):
        row.spoil(
            34,
            "RESULT",
            cell,
            row.find("LB", "LBSTRESC"),
            expected=expected,
            query=query,
            note="ND is either not done or not detected" if query else "a word for negative",
        )
    for row in pick(
        central,
        3,
        "mess35",
        lambda r: r.cells["ITEM_CODE"] == "FER" and len(str(r.cells["RESULT"])) == 4,
    ):
        number = float(str(row.cells["RESULT"]))
        row.spoil(
            35, "RESULT", f"{number:,.0f}", row.find("LB", "LBSTRESN"), note="thousands separator"
        )
    for row in _pick(central, 2, "mess35-comma", "CRP"):
        row.spoil(
            35,
            "RESULT",
            str(row.cells["RESULT"]).replace(".", ","),
            row.find("LB", "LBSTRESN"),
            expected="*",
            query=True,
            note="decimal comma, not agreed: asked",
        )


def _units(export: Export) -> None:
    central = export["central"]
    for code in ("WBC", "PLT"):
        for cell, row in zip(
            ("10~9/L", "×10⁹/L", "10E9/L", "G/L"),
            _pick(central, 4, f"mess36-{code}", code, "B"),
            strict=True,
        ):
            row.spoil(
                36, "UNIT", cell, row.find("LB", "LBSTRESU"), note="another spelling of the unit"
            )
            row.also(
                "RESULT",
                "LB",
                "LBSTRESN",
                float(str(row.cells["RESULT"])),
                row.find("LB", "LBSTRESU").key,
            )
    for cell, row in zip(
        ("μg/L", "µg/L", "ug/L", "ng/ml"), _pick(central, 4, "mess37", "FER"), strict=True
    ):
        row.spoil(37, "UNIT", cell, row.find("LB", "LBSTRESU"), note="another spelling of the unit")
    for row in _pick(central, 3, "mess42", "CRP", "B"):
        row.mark(
            42,
            "RESULT",
            row.find("LB", "LBSTRESN"),
            note="mg/dL at the outside hospital: times ten",
        )
        row.also("UNIT", "LB", "LBSTRESU", "mg/L", row.find("LB", "LBSTRESN").key)
    for row in _pick(central, 2, "mess43", "HGB", "B"):
        row.spoil(
            43,
            "UNIT",
            "g/dL",
            row.find("LB", "LBSTRESU"),
            expected="*",
            query=True,
            note="haemoglobin in g/L with the unit g/dL: not plausible",
        )
    for row in _pick(central, 2, "mess47", "CRP", "B"):
        row.spoil(
            47,
            "UNIT",
            "",
            row.find("LB", "LBSTRESN"),
            expected="*",
            query=True,
            note="unit missing",
        )


def _ranges(export: Export) -> None:
    central = export["central"]
    for row in central.rows:
        if (
            row.cells["LAB"] == "B"
            and row.cells["ITEM_CODE"] == "WBC"
            and str(row.cells["SAMPLE_DT"]) < "2022-07-01"
        ):
            row.cells["RANGE"] = "4.0-10.0"
    for before in (True, False):
        for row in pick(
            central,
            2,
            f"mess39-{before}",
            lambda r, b=before: (
                r.cells["ITEM_CODE"] == "WBC" and (r.cells["RANGE"] == "4.0-10.0") == b
            ),
        ):
            key = row.find("LB", "LBSTRESN").key
            row.mark(
                39,
                "RANGE",
                Fact("", "LB", "LBSTNRLO", "4" if before else "3.5", key),
                note="range of the outside hospital, changed on 2022-07-01",
            )
            row.also("RANGE", "LB", "LBSTNRHI", "10" if before else "9.5", key)
    for row in _pick(central, 4, "mess40", "FER"):
        low, high = SEX_RANGES["FER"][person_of(row).sex]
        key = row.find("LB", "LBSTRESN").key
        row.mark(
            40, "RANGE", Fact("", "LB", "LBSTNRLO", str(low), key), note="range by sex in one cell"
        )
        row.also("RANGE", "LB", "LBSTNRHI", high, key)
    for row in _pick(central, 3, "mess40-less", "IL6"):
        row.spoil(
            40,
            "RANGE",
            "<7",
            Fact("", "LB", "LBSTNRHI", "7", row.find("LB", "LBSTRESN").key),
            note="range with an upper end alone",
        )
        row.also("RANGE", "LB", "LBSTNRLO", "", row.find("LB", "LBSTRESN").key)
    for row in pick(export["cbc"], 3, "mess41"):
        row.mark(
            41,
            "PCT",
            row.find("LB", "(count)"),
            note="plateletcrit in the blood count: never procalcitonin",
        )
    for row in _pick(central, 2, "mess41-real", "PCT"):
        row.mark(41, "ITEM_CODE", row.find("LB", "LBSTRESN"), note="procalcitonin indeed")


def _draws(export: Export) -> None:
    for row in pick(export["cbc"], 3, "mess38"):
        for column, code in (("白细胞", "WBC"), ("血红蛋白", "HGB"), ("血小板", "PLAT")):
            row.mark(
                38,
                column,
                row.find("LB", "LBSTRESN", f"={code};"),
                note="one record per test of the draw",
            )
    chem = export["chem"]
    for place, row in enumerate(pick(chem, 2, "mess44", lambda r: r.about["label"] == "D10")):
        _haemolysed(chem, row, place)
    for row in pick(export["coag"], 3, "mess45", lambda r: r.about["label"] == "D4"):
        for column in export["coag"].units:
            row.cells[column] = None
        row.cells["采样时间"] = ""
        row.cells["备注"] = "未做：血管通路不畅"
        key = f"LBTESTCD=LBALL;LBREFID={row.cells['条码号']}"
        row.mark(
            45,
            "备注",
            Fact("", "LB", "LBSTAT", "NOT DONE", key),
            note="the whole panel was not done",
        )
        row.also("备注", "LB", "LBORRES", "", key)


def _haemolysed(chem: Table, row: Row, place: int) -> None:
    person, visit = person_of(row), VISIT[str(row.about["label"])]
    truth = row.about["truth"]
    if not isinstance(truth, dict):
        raise TypeError
    row.spoil(
        44,
        "钾",
        7.1,
        row.find("LB", "LBSTRESN", "=K;"),
        expected="7.1",
        note="haemolysed sample, kept",
    )
    key = row.marks[-1].key
    row.cells["备注"] = "标本溶血，已复查"
    row.also("备注", "LB", "LBSPCCND", "HEMOLYZED", key)
    hour = int(str(row.cells["采样时间"])[:2]) + 2
    clock = f"{hour:02d}{str(row.cells['采样时间'])[2:]}"
    repeat = draw(
        chem,
        person,
        "计划外",
        f"{row.cells['条码号']}R{place}",
        str(row.cells["采样日期"]),
        clock,
        truth,
    )
    repeat.mark(44, "钾", repeat.find("LB", "LBSTRESN", "=K;"), note="repeat two hours later")
    repeat.also("访视", "LB", "VISITNUM", f"{visit.num}.01", repeat.marks[-1].key)


def _corrections(export: Export) -> None:
    central = export["central"]
    for row in _pick(central, 3, "mess46", "FER"):
        columns = {k: v for k, v in row.cells.items() if k != "RECORD_ID"}
        new = central.add(row.usubjid, columns)
        new.about = dict(row.about)
        value = round(float(str(row.cells["RESULT"])) * 1.21)
        reported = day_of(row, "REPORT_DT") + timedelta(days=6)
        new.cells.update({"STATUS": "C", "VERSION": "2", "REPORT_DT": reported.isoformat()})
        key = row.find("LB", "LBSTRESN").key
        new.spoil(
            46,
            "RESULT",
            str(value),
            Fact("", "LB", "LBSTRESN", text(value), key),
            note="corrected report: the later version wins",
        )
        row.mark(46, "VERSION", Fact("", "LB", "(count)", "1", key), note="replaced by version 2")
    for row in pick(
        central,
        2,
        "mess47-month",
        lambda r: r.cells["ITEM_CODE"] == "WBC" and r.cells["LAB"] == "B",
    ):
        day = day_of(row, "SAMPLE_DT")
        for other in same_sample(central, row):
            other.cells["SAMPLE_DT"] = f"{day.year}-UN-{day.day:02d}"
            other.spoiled = True
        row.mark(
            47,
            "SAMPLE_DT",
            Fact("", "LB", "LBDTC", f"{day.year}---{day.day:02d}", row.find("LB", "LBDTC").key),
            query=True,
            note="month of the sample missing",
        )


def spoil_labs(export: Export) -> None:
    """Plant messes 31 to 47."""
    _limits(export["central"])
    _flags(export)
    _words(export)
    _ranges(export)
    _units(export)
    _draws(export)
    _corrections(export)

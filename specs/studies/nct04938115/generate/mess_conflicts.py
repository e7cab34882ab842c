"""Messes 12 and 14 to 17: dates that contradict each other."""

from __future__ import annotations

from datetime import date, timedelta

from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.picking import (
    day_of,
    medicine,
    move_sample,
    person_of,
    pick,
    plain_event,
)
from specs.studies.nct04938115.generate.tables import Fact, Row, Table


def _windows(export: Export) -> None:
    central = export["central"]

    def want(label: str) -> list[Row]:
        return pick(
            central,
            2,
            f"mess12-{label}",
            lambda r: r.cells["VISIT"] == label and r.cells["ITEM_CODE"] == "IL6",
        )

    for row in want("D7"):
        person = person_of(row)
        moved = move_sample(central, row, (person.on(9) - day_of(row, "SAMPLE_DT")).days)
        fact = row.find("LB", "LBDTC")
        row.mark(
            12,
            "SAMPLE_DT",
            Fact("", "LB", "LBDTC", f"{moved}T{row.cells['SAMPLE_TM']}", fact.key),
            query=True,
            note="sample taken after the visit, outside the window: the sample's date counts",
        )
        row.also("VISIT", "LB", "VISITNUM", 13, fact.key)
    for row in want("D21"):
        person = person_of(row)
        moved = move_sample(central, row, (person.on(22) - day_of(row, "SAMPLE_DT")).days)
        fact = row.find("LB", "LBDTC")
        row.mark(
            12,
            "SAMPLE_DT",
            Fact("", "LB", "LBDTC", f"{moved}T{row.cells['SAMPLE_TM']}", fact.key),
            note="sample date beside the visit date, inside the window",
        )


def _contradictions(export: Export) -> None:
    for row in pick(export["ae"], 2, "mess14", plain_event):
        early = (day_of(row, "ST_DT") - timedelta(days=3)).isoformat()
        row.spoil(
            14,
            "EN_DT",
            early,
            row.find("AE", "AEENDTC"),
            expected=early,
            query=True,
            note="end before start",
        )
        row.also("ST_DT", "AE", "AESTDTC", row.cells["ST_DT"], row.find("AE", "AESTDTC").key)
    for row in pick(export["cm"], 1, "mess14-cm", medicine):
        early = (day_of(row, "ST_DT") - timedelta(days=9)).isoformat()
        row.spoil(
            14,
            "EN_DT",
            early,
            row.find("CM", "CMENDTC"),
            expected=early,
            query=True,
            note="end before start",
        )
    _deaths(export)


def _one(table: Table, usubjid: str, **cells: str) -> Row:
    return next(
        r
        for r in table.rows
        if r.usubjid == usubjid and all(r.cells[c] == v for c, v in cells.items())
    )


def _deaths(export: Export) -> None:
    death = next(
        r
        for r in export["death"].rows
        if r.cells["CAUSE"] == "疾病进展"
        and str(r.cells["DTH_DT"])[8:] > "08"
        and str(r.cells["DTH_DT"]) > "2022-02"
    )
    month = str(death.cells["DTH_DT"])[:7]
    death.spoil(
        15,
        "DTH_DT",
        f"{month}-UN",
        death.find("DM", "DTHDTC"),
        expected=month,
        note="day of death not known; never imputed in SDTM",
    )
    ds = _one(export["ds"], death.usubjid, DS_EVENT="死亡")
    ds.spoil(
        15,
        "DS_DT",
        f"{month}-UN",
        ds.find("DS", "DSSTDTC"),
        expected=month,
        note="as on the death form",
    )
    contact = [
        r for r in export["surv"].rows if r.usubjid == death.usubjid and r.cells["STATUS"] == "死亡"
    ]
    for row in contact:
        row.cells["LASTCONT"] = ""
        row.spoiled = True
    fatal = next(
        r
        for r in export["ae"].rows
        if r.cells["AETERM_EN"] == "Lung infection" and r.cells["OUTCOME"] == "死亡"
    )
    later = (day_of(fatal, "EN_DT") + timedelta(days=1)).isoformat()
    fatal.spoil(
        16,
        "EN_DT",
        later,
        fatal.find("AE", "AEENDTC"),
        expected="*",
        query=True,
        note="fatal event ends a day after the death on the death form",
    )
    form = _one(export["death"], fatal.usubjid)
    form.mark(
        16,
        "DTH_DT",
        form.find("DM", "DTHDTC"),
        note="the death form's date, in conflict with the event",
    )
    _after_death(export)


def _after_death(export: Export) -> None:
    ae, central = export["ae"], export["central"]
    dead = [
        r
        for r in ae.rows
        if not r.spoiled
        and person_of(r).death
        and plain_event(r)
        and person_of(r).fate == "NR_DEATH"
    ][-1]
    late = (person_of(dead).death or date.max) + timedelta(days=3)
    dead.spoil(
        17,
        "ST_DT",
        late.isoformat(),
        dead.find("AE", "AESTDTC"),
        expected=late.isoformat(),
        query=True,
        note="starts after the death",
    )
    dead.cells["EN_DT"] = (late + timedelta(days=1)).isoformat()
    row = next(
        r
        for r in central.rows
        if person_of(r).fate == "EARLY_DEATH"
        and r.cells["VISIT"] == "D21"
        and r.cells["ITEM_CODE"] == "FER"
    )
    person = person_of(row)
    moved = move_sample(central, row, (person.on(27) - day_of(row, "SAMPLE_DT")).days)
    fact = row.find("LB", "LBDTC")
    row.mark(
        17,
        "SAMPLE_DT",
        Fact("", "LB", "LBDTC", f"{moved}T{row.cells['SAMPLE_TM']}", fact.key),
        query=True,
        note="sample dated after the death",
    )


def spoil_conflicts(export: Export) -> None:
    """Plant messes 12 and 14 to 17."""
    _contradictions(export)
    _windows(export)

"""Messes 19 to 30: dose and product."""

from __future__ import annotations

from datetime import timedelta

from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.forms_treatment import iso
from specs.studies.nct04938115.generate.people import MANUFACTURING_FAILURES, SECOND_APHERESIS
from specs.studies.nct04938115.generate.picking import person_of, pick
from specs.studies.nct04938115.generate.tables import Fact, Row, text

CELLS = "10^6 Therapeutic Cells"


def _ordinary(row: Row) -> bool:
    person = person_of(row)
    return (
        len(person.infusions) == 1 and person.infusions[0].bags == 1 and row.cells["OOS_YN"] == "否"
    )


def _spelled(export: Export) -> None:
    cart = export["cart"]
    for shape, row in zip(
        ("{}*10E6/kg", "{}*10E6/kg", "{}E6", "{}E6/kg", "{}×10^6/kg"),
        pick(cart, 5, "mess19", _ordinary),
        strict=True,
    ):
        row.spoil(
            19,
            "DOSE_PER_KG",
            shape.format(text(row.about["per_kg"])),
            row.find("SUPPEX", "EXDOSKG"),
            note="dose per kg as free text; weight and total agree",
        )
    for row in pick(cart, 1, "mess19-off", _ordinary):
        wrong = text(round(float(str(row.about["per_kg"])) + 0.45, 2))
        row.spoil(
            19,
            "DOSE_PER_KG",
            f"{wrong}×10^6/kg",
            row.find("SUPPEX", "EXDOSKG"),
            expected=wrong,
            query=True,
            note="dose per kg x weight differs from the total by more than 1 %",
        )
    for place, row in enumerate(pick(cart, 6, "mess20", _ordinary)):
        hundred = float(str(row.about["cells"])) / 100
        shape = f"{hundred:.4f}".rstrip("0").rstrip(".")
        row.spoil(
            20,
            "CARPOS_CELL",
            shape + ("亿" if place % 2 else "E8"),
            row.find("EX", "EXDOSE"),
            note="total cells in 10^8",
        )
        row.also("CARPOS_CELL", "EX", "EXDOSU", CELLS, row.find("EX", "EXDOSE").key)
    only, viable = pick(cart, 2, "mess21", _ordinary)
    only.cells.update({"CARPOS_CELL": "", "DOSE_PER_KG": "", "CAR_PCT": ""})
    only.mark(
        21,
        "TOTAL_CELL",
        Fact("", "EX", "EXDOSE", "", only.find("EX", "EXDOSE").key),
        query=True,
        note="only nucleated cells, no CAR+ share: the dose cannot be known",
    )
    viable.cells.update({"CARPOS_CELL": "", "DOSE_PER_KG": ""})
    viable.mark(
        21,
        "TOTAL_CELL",
        Fact("", "EX", "EXDOSE", "|*", viable.find("EX", "EXDOSE").key),
        query=True,
        note="CAR+ viable cells not given, though they could be computed",
    )


def _lymphodepletion(export: Export) -> None:
    ld = export["ld"]
    for row in pick(
        ld, 2, "mess22", lambda r: r.about["drug"] == "FLUDARABINE" and r.about["label"] == "D-4"
    ):
        row.cells.update(
            {
                "ACT_DOSE_MG": "",
                "ACT_DOSE_M2": "",
                "ST_TM": "",
                "EN_TM": "",
                "DOSE_CHG": "未给",
                "REASON": "Fever before the dose",
            }
        )
        key = row.find("EX", "EXDOSE").key
        given = Fact("", "EX", "(count)", "0", key)
        row.cells["GIVEN_YN"] = "否"
        row.mark(22, "GIVEN_YN", given, query=True, note="planned dose not given: never in EX")
        row.also("GIVEN_YN", "EC", "ECOCCUR", "N", key.replace("EX", "EC", 1), query=True)
        row.also(
            "REASON",
            "EC",
            "ECREASOC",
            "Fever before the dose",
            key.replace("EX", "EC", 1),
            query=True,
        )
    for row in pick(ld, 3, "mess23", lambda r: r.about["drug"] == "FLUDARABINE"):
        person = person_of(row)
        row.cells.update(
            {
                "DOSE_CHG": "减量",
                "REASON": "Renal impairment",
                "ACT_DOSE_MG": str(round(22.5 * person.bsa)),
            }
        )
        row.spoil(
            23,
            "ACT_DOSE_M2",
            "22.5",
            row.find("EX", "EXDOSE"),
            expected="22.5",
            note="dose reduced by 25 %",
        )
        row.also("REASON", "EX", "EXADJ", "Renal impairment", row.find("EX", "EXDOSE").key)


def _structure(export: Export) -> None:
    cart, pr = export["cart"], export["pr"]
    for row in [
        r for r in cart.rows if person_of(r).infusions[0].bags == 2 and r.about["order"] == 1
    ]:
        person = person_of(row)
        if row.about["bag"] == 2:
            row.mark(
                24,
                "INF_STTM",
                row.find("EX", "EXSTDTC"),
                note="second bag, 40 minutes after the first",
            )
        else:
            row.mark(
                24,
                "INF_STTM",
                Fact("", "DM", "RFSTDTC", iso(person.infusions[0].start), ""),
                note="the first bag's start is the reference start",
            )
    for row in [r for r in cart.rows if r.about["order"] == 2]:
        person = person_of(row)
        row.mark(25, "INF_DT", row.find("EX", "EXSTDTC"), note="second infusion")
        row.also("INF_NO", "SE", "SEUPDES", "SECOND CD7 CAR-T INFUSION", "ETCD=UNPLAN")
        row.also("INF_ENTM", "DM", "RFXENDTC", iso(person.infusions[1].end), "")
    for row in [r for r in export["qpcr"].rows if r.cells["访视"] == "R-D7" and not r.spoiled]:
        row.mark(
            25,
            "访视",
            Fact("", "PC", "PCTPTREF", "CD7 CAR-T INFUSION 2", row.facts[0].key),
            note="sample after the second infusion",
        )
    for row in [
        r
        for r in pr.rows
        if r.cells["PROC_TYPE"] == "单采" and str(r.cells["BATCH"]).endswith("-2")
    ]:
        row.mark(
            26,
            "PROC_TYPE",
            Fact("", "PR", "(count)", "2", "PRDECOD=LEUKAPHERESIS"),
            note="second leukapheresis after the first product failed",
        )
        row.also("BATCH", "PR", "PRGRPID", row.cells["BATCH"], row.find("PR", "PRTRT").key)
        if person_of(row).number in (set(SECOND_APHERESIS) & set(MANUFACTURING_FAILURES)):
            row.also("PROC_TYPE", "DM", "ARMNRS", "ASSIGNED, NOT TREATED", "")
            row.also("PROC_TYPE", "DM", "ACTARMCD", "", "")
    bad = next(r for r in cart.rows if r.cells["OOS_YN"] == "是")
    bad.mark(
        27,
        "OOS_YN",
        Fact("", "SUPPEX", "EXOOSFL", "Y", bad.find("EX", "EXDOSE").key),
        note="out of specification product, viability 62 %",
    )
    deviation = next(r for r in export["dv"].rows if r.cells["DV_CAT"] == "产品")
    deviation.mark(
        27, "DV_TERM_EN", deviation.find("DV", "DVTERM"), note="the deviation of the same product"
    )


def _doubled(export: Export) -> None:
    cart = export["cart"]
    twice, nearly = pick(cart, 2, "mess28", _ordinary)
    twice.mark(
        28,
        "LOT",
        Fact("", "EX", "(count)", "1", twice.find("EX", "EXDOSE").key),
        note="the row was exported twice: one record, and a log entry",
    )
    again = Row(dict(twice.cells), twice.usubjid, spoiled=True, about=dict(twice.about))
    cart.rows.insert(cart.rows.index(twice) + 1, again)
    copy = cart.add(nearly.usubjid, {k: v for k, v in nearly.cells.items() if k != "RECORD_ID"})
    copy.about = dict(nearly.about)
    start = person_of(nearly).infusions[0].start + timedelta(minutes=5)
    copy.spoil(
        28,
        "INF_STTM",
        f"{start:%H:%M}",
        Fact("", "EX", "EXSTDTC", iso(start), f"EXSPID={cart.record(copy)}"),
        expected="*",
        query=True,
        note="same lot five minutes later: a second entry of one infusion?",
    )
    for row in [r for r in cart.rows if r.about["order"] == 2][:2]:
        person = person_of(row)
        ended = next(
            r for r in export["ds"].rows if r.usubjid == row.usubjid and r.cells["FORM"] == "TRT"
        )
        first = person.infusions[0].end.date().isoformat()
        ended.spoil(
            29,
            "DS_DT",
            first,
            ended.find("DS", "DSSTDTC"),
            expected=first,
            query=False,
            note="treatment said to be over before the second infusion",
        )
        row.mark(
            29,
            "INF_DT",
            row.find("EX", "EXSTDTC"),
            query=True,
            note="infusion after the end of treatment",
        )


def _weights(export: Export) -> None:
    heavy = [
        r
        for r in export["body"].rows
        if r.about["label"] == "D-5"
        and person_of(r).infused
        and person_of(r).weight > 50
        and len(person_of(r).infusions) == 1
    ]
    for row in heavy[3:6:2]:
        small = f"{person_of(row).weight / 10:.1f}"
        row.spoil(
            30,
            "WEIGHT",
            small,
            row.find("VS", "VSSTRESN", "WEIGHT"),
            expected=text(float(small)),
            query=True,
            note="decimal point slipped; kept as recorded and asked",
        )
    row = pick(export["cart"], 1, "mess30", lambda r: _ordinary(r) and person_of(r).weight > 50)[0]
    row.spoil(
        30,
        "WT_KG",
        f"{person_of(row).weight / 10:.1f}",
        row.find("EX", "EXDOSE"),
        query=True,
        note="weight a tenth of the truth: the dose per kg does not fit",
    )


def spoil_doses(export: Export) -> None:
    """Plant messes 19 to 30."""
    _structure(export)
    _spelled(export)
    _lymphodepletion(export)
    _doubled(export)
    _weights(export)

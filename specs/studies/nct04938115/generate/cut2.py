"""The second export, a month later: new rows, corrections, deletions and a changed layout."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from specs.studies.nct04938115.generate.answer_key import Line
from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.forms_cells import transgene
from specs.studies.nct04938115.generate.kinetics import copies
from specs.studies.nct04938115.generate.model import STUDY, Person
from specs.studies.nct04938115.generate.picking import person_of, pick
from specs.studies.nct04938115.generate.tables import Fact, Row, Table

OLD_NUMBER, NEW_NUMBER = "01-052", "01-062"
SCHEMA = "(schema)"


def _forget(export: Export) -> None:
    """Drop the marks of the first export: the second key holds changes alone."""
    for table in export.values():
        for row in table.rows:
            row.marks.clear()


def _gone(table: Table, row: Row, domain: str, key: str, note: str) -> Line:
    table.rows.remove(row)
    return {
        "mess": "63",
        "raw_file": table.path,
        "sheet": table.sheet,
        "row": "",
        "row_id": table.record(row),
        "column": "",
        "verbatim": "",
        "domain": domain,
        "usubjid": row.usubjid,
        "key": key,
        "variable": "(count)",
        "expected_value": "0",
        "expected_query": "Y",
        "note": note,
    }


def _grades(export: Export) -> None:
    for row in pick(
        export["ae"],
        2,
        "cut2-grade",
        lambda r: r.cells["GRADE"] == "2" and r.cells["OUTCOME"] == "痊愈",
    ):
        row.spoil(
            63,
            "GRADE",
            "3",
            row.find("AE", "AETOXGR"),
            expected="3",
            query=True,
            note="grade changed from 2 to 3",
        )
    row = pick(
        export["ae"],
        1,
        "cut2-end",
        lambda r: (
            r.cells["ONGOING"] == "1"
            and not r.cells["EN_DT"]
            and r.cells["OUTCOME"] == "未恢复"
            and person_of(r).death is None
        ),
    )[0]
    end = (person_of(row).last_seen - timedelta(days=3)).isoformat()
    row.cells.update({"ONGOING": "", "OUTCOME": "痊愈"})
    row.spoil(
        63,
        "EN_DT",
        end,
        row.find("AE", "AEENDTC"),
        expected=end,
        query=True,
        note="the end is known now",
    )


def _answers(export: Export) -> None:
    """Give the site's answers to questions of the first export."""
    death = next(r for r in export["death"].rows if str(r.cells["DTH_DT"]).endswith("UN"))
    true = next(f.value for f in death.facts if f.variable == "DTHDTC")
    death.spoil(
        63, "DTH_DT", true, death.find("DM", "DTHDTC"), query=True, note="day of death supplied"
    )
    ds = next(r for r in export["ds"].rows if str(r.cells["DS_DT"]).endswith("UN"))
    ds.spoil(63, "DS_DT", true, ds.find("DS", "DSSTDTC"), query=True, note="day of death supplied")
    for row in export["body"].rows:
        weight = person_of(row).weight
        if float(str(row.cells["WEIGHT"])) < weight / 5:
            row.spoil(
                63,
                "WEIGHT",
                f"{weight:.1f}",
                row.find("VS", "VSSTRESN", "WEIGHT"),
                query=True,
                note="weight corrected",
            )
    uncoded = next(r for r in export["ae"].rows if r.cells["PT"] == "")
    uncoded.cells["PT_CODE"] = "DEMO-10099"
    uncoded.spoil(
        63,
        "PT",
        str(uncoded.cells["LLT"]),
        uncoded.find("AE", "AEDECOD"),
        query=True,
        note="coded now",
    )


def _deletions(export: Export) -> list[Line]:
    central = export["central"]
    picked = pick(central, 2, "cut2-gone", lambda r: r.cells["ITEM_CODE"] == "PLT")
    lines = [
        _gone(central, row, "LB", row.find("LB", "LBSTRESN").key, "laboratory row deleted")
        for row in picked
    ]
    ae = export["ae"]
    row = pick(ae, 1, "cut2-gone-ae", lambda r: r.cells["AETERM_EN"] == "Tiredness")[0]
    lines.append(_gone(ae, row, "AE", row.find("AE", "AETERM").key, "event deleted by the site"))
    return lines


def _additions(export: Export, persons: list[Person]) -> None:
    ae, qpcr = export["ae"], export["qpcr"]
    alive = [
        p for p in persons if p.fate == "CR_DURABLE" and "M24" not in p.visits and not p.withdrawn
    ]
    for place, person in enumerate(alive[2:4]):
        source = next(
            r
            for r in ae.rows
            if r.usubjid == person.usubjid and not r.spoiled and not r.cells["EPISODE"]
        )
        number = 1 + max(int(str(r.cells["AE_NO"])) for r in ae.rows if r.usubjid == person.usubjid)
        row = ae.add(person.usubjid, {k: v for k, v in source.cells.items() if k != "RECORD_ID"})
        row.about = dict(source.about)
        start = date(2023, 12, 4 + 9 * place).isoformat()
        row.cells.update(
            {
                "AE_NO": str(number),
                "ST_DT": start,
                "ST_TM": "",
                "EN_DT": "",
                "ONGOING": "1",
                "OUTCOME": "未恢复",
                "GRADE": "1",
                "SAE_YN": "否",
            }
        )
        row.mark(
            63,
            "ST_DT",
            Fact("", "AE", "AESTDTC", start, f"AESPID={number}"),
            query=True,
            note="entered late",
        )
        at = datetime(2023, 12, 18, 9, 5 * place)  # noqa: DTZ001 - site time
        sample = transgene(
            qpcr, person, "UNS", f"Q{person.numbers[-1]:03d}97", at, copies(person, at)
        )
        sample.mark(
            63, "结果", sample.find("PC", "PCSTRESC"), query=True, note="result delivered late"
        )
    for person in alive:
        when = date(2024, 1, 20)
        row = export["surv"].add(
            person.usubjid,
            {
                "SUBJID": person.subjid,
                "VISIT": "计划外",
                "SURVDT": when.isoformat(),
                "STATUS": "存活",
                "LASTCONT": when.isoformat(),
            },
        )
        row.about = {"person": person}
        row.mark(
            63,
            "SURVDT",
            Fact("", "SS", "(count)", "0", f"SSSPID={export['surv'].record(row)}"),
            note="contact after the data cut",
        )


def _renumber(export: Export) -> None:
    changed = f"{STUDY}-{NEW_NUMBER}"
    for table in export.values():
        column = "受试者编号" if "受试者编号" in table.columns else "SUBJID"
        for row in table.rows:
            if str(row.cells[column]).rstrip("\u00a0") == OLD_NUMBER:
                row.cells[column] = NEW_NUMBER
                row.usubjid = changed
    row = next(r for r in export["dm"].rows if r.cells["SUBJID"] == NEW_NUMBER)
    row.mark(
        63,
        "SUBJID",
        Fact("", "DM", "SUBJID", NEW_NUMBER, ""),
        query=True,
        note=f"subject {OLD_NUMBER} is called {NEW_NUMBER} now, in every file",
    )


def _rename(table: Table, old: str, new: str) -> None:
    table.columns = [new if c == old else c for c in table.columns]
    for row in table.rows:
        row.cells[new] = row.cells.pop(old)


def _header(table: Table, column: str, note: str) -> Line:
    return {
        "mess": "64",
        "raw_file": table.path,
        "sheet": table.sheet,
        "row": str(table.header_row),
        "row_id": "",
        "column": column,
        "verbatim": column,
        "domain": "",
        "usubjid": "",
        "key": "",
        "variable": SCHEMA,
        "expected_value": "",
        "expected_query": "Y",
        "note": note,
    }


def _layout(export: Export) -> list[Line]:
    cm, ae, ds, dv, coag = (export[n] for n in ("cm", "ae", "ds", "dv", "coag"))
    _rename(cm, "PREFNAME", "PREF_NAME")
    ae.columns = [*ae.columns, "AE_REVIEW"]
    ds.columns = [*ds.columns[:2], "DS_DT", *(c for c in ds.columns[2:] if c != "DS_DT")]
    dv.encoding = "gb18030"
    coag.sheet = "凝血功能"
    return [
        _header(cm, "PREF_NAME", "column PREFNAME renamed"),
        _header(ae, "AE_REVIEW", "new column, empty"),
        _header(ds, "DS_DT", "column order changed: no effect on the result"),
        _header(dv, "DV_DT", "encoding changed from UTF-8 to GB18030"),
        _header(coag, "D-二聚体", "sheet 凝血 renamed"),
    ]


def make_second(export: Export, persons: list[Person]) -> list[Line]:
    """Turn the first export into the second; give the key lines that belong to no remaining row."""
    _forget(export)
    _grades(export)
    _answers(export)
    lines = _deletions(export)
    _additions(export, persons)
    _renumber(export)
    return lines + _layout(export)

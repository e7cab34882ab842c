"""The verb for visits: raw names to VISITNUM, VISIT and VISITDY; unscheduled ones numbered."""

from __future__ import annotations

import numpy as np

from sdtm.columns import Column, NumberColumn, TextColumn
from sdtm.failure import fail_rows
from sdtm.scene import Scene
from sdtm.state import shortest
from sdtm.unscheduled import numbered, unplanned_names
from sdtm.visit_table import check_visits, spellings
from specs.language import Unmapped, Visit
from specs.tables import Table


def evaluate_visit(line: Visit, scene: Scene) -> dict[str, Column]:
    """VISITNUM, VISIT and VISITDY of raw visit names, by the table of visits.

    The table's columns: raw (spellings separated by ``|``), VISITNUM, VISIT, VISITDY. Unscheduled
    visits take the number of the planned visit before their date plus 0.01, 0.02 ... by subject
    (SDTMIG 3.4 section 4.4.5).
    """
    table = scene.kitchen.study.table(line.by, place=scene.place("by"))
    raw = scene.text(line.visit)
    check_visits(table)
    spelling = spellings(table)
    found = [spelling.get(text) for text in raw.values]
    unplanned = unplanned_names(line)
    unknown = [c for c in raw.used() if found[c] is None and raw.values[c] not in unplanned]
    _unknown(line, scene, raw, unknown, table)
    out: dict[str, Column] = {
        "VISITNUM": _numbers(raw, found, table, "VISITNUM"),
        "VISIT": raw.map([table.rows[i]["VISIT"] if i is not None else None for i in found]),
        "VISITDY": _numbers(raw, found, table, "VISITDY"),
    }
    scene.step(f"visit by {table.file}")
    if line.unscheduled:
        mask = np.isin(raw.codes, [c for c, text in enumerate(raw.values) if text in unplanned])
        _number_unscheduled(line, scene, out, mask)
    return out


def _unknown(line: Visit, scene: Scene, raw: TextColumn, unknown: list[int], table: Table) -> None:
    if not unknown or line.unmapped in (Unmapped.BLANK, Unmapped.KEEP):
        return

    def message(text: str) -> str:
        return f"the visit {text!r} is not in {table.file}"

    if line.unmapped is Unmapped.ERROR:
        rows = np.flatnonzero(np.isin(raw.codes, unknown))
        fail_rows(scene, "MAP316", message(raw.values[unknown[0]]), rows, name=line.visit)
    scene.problem("MAP316", message, raw, unknown, name=line.visit)


def _numbers(raw: TextColumn, found: list[int | None], table: Table, column: str) -> NumberColumn:
    cells = table.column(column) if column in table.columns else [""] * len(table.rows)
    numbers = [float(cells[i]) if i is not None and cells[i] else np.nan for i in found]
    return NumberColumn(np.array([*numbers, np.nan])[raw.codes])


def _number_unscheduled(
    line: Visit,
    scene: Scene,
    out: dict[str, Column],
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> None:
    """Number unscheduled visits by subject and date, after the planned visit before them."""
    from sdtm.visit_form import unscheduled_numbers  # which evaluates lines, as this module does

    options = line.unscheduled or {}
    dates, subjects = scene.text(str(options.get("date", ""))), scene.subjects()
    rows = np.flatnonzero(mask & (dates.codes >= 0) & (subjects.codes >= 0))
    if not len(rows):
        return
    found = [(subjects.values[subjects.codes[r]], dates.values[dates.codes[r]][:10]) for r in rows]
    if scene.kitchen.study.spec.visit_form is not None:
        number_of = unscheduled_numbers(scene.kitchen)
    else:
        number_of = numbered(found, _planned_dates(scene, dates, subjects, out["VISITNUM"]))
    numbers, visit = out["VISITNUM"], out["VISIT"]
    assert isinstance(numbers, NumberColumn)  # noqa: S101 - made above
    assert isinstance(visit, TextColumn)  # noqa: S101 - made above
    label = str(options.get("label", "UNSCHEDULED {VISITNUM}"))
    visits: dict[int, str] = {}
    for row, (subject, day) in zip(rows.tolist(), found, strict=True):
        numbers.values[row] = number_of[subject][day]
        visits[row] = label.replace("{VISITNUM}", shortest(number_of[subject][day]))
    text = TextColumn.of(visits.get(i) for i in range(scene.n))
    out["VISIT"] = visit.fill(text, text.codes >= 0)


def _planned_dates(
    scene: Scene, dates: TextColumn, subjects: TextColumn, numbers: Column
) -> dict[str, list[tuple[str, float]]]:
    """Per subject the dates of visits: from SV, or in SV from its own records."""
    sv = scene.kitchen.states.get("SV")
    if sv is not None and scene.state.name != "SV" and {"VISITNUM", "SVSTDTC"} <= set(sv.columns):
        numbers, dates, subjects = sv.columns["VISITNUM"], sv.text("SVSTDTC"), sv.text("USUBJID")
    assert isinstance(numbers, NumberColumn)  # noqa: S101 - VISITNUM is numeric in the standard
    out: dict[str, list[tuple[str, float]]] = {}
    for subject, start, number in zip(subjects.texts(), dates.texts(), numbers.values, strict=True):
        if start and not np.isnan(number):
            out.setdefault(subject, []).append((start[:10], float(number)))
    return out


def visit_days(scene_table: Table, numbers: NumberColumn) -> NumberColumn:
    """VISITDY by VISITNUM."""
    check_visits(scene_table)
    known = {
        float(row["VISITNUM"]): row.get("VISITDY", "")
        for row in scene_table.rows
        if row["VISITNUM"]
    }
    distinct, codes = np.unique(numbers.values, return_inverse=True)
    days = [float(known.get(v) or "nan") for v in distinct.tolist()]
    return NumberColumn(np.array(days, np.float64)[codes])

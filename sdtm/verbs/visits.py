"""The verb for visits: raw names to VISITNUM, VISIT and VISITDY; unscheduled ones numbered."""

from __future__ import annotations

import numpy as np

from sdtm.columns import Column, NumberColumn, TextColumn, is_number
from sdtm.failure import fail_rows
from sdtm.scene import Scene
from sdtm.state import shortest
from specs import SpecificationError, finding
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
    spelling = _spellings(table)
    found = [spelling.get(text) for text in raw.values]
    unplanned = _unplanned_names(line)
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


def check_visits(table: Table) -> None:
    """Raises SpecificationError SPEC108 for a table of visits without its columns, or with a
    number that is none."""
    table.column("VISIT")
    for name in ("VISITNUM", "VISITDY"):
        cells = table.column(name) if name == "VISITNUM" or name in table.columns else []
        for row, text in enumerate(cells):
            if text and not is_number(text):
                message = f"{name} is {text!r}, a number is needed"
                raise SpecificationError(finding("SPEC108", message, spec=table.place(row, name)))


def _spellings(table: Table) -> dict[str, int]:
    """The row of each raw spelling. Raises SpecificationError SPEC123 for one in two rows."""
    out: dict[str, int] = {}
    for row, cell in enumerate(table.column("raw")):
        for name in filter(None, (part.strip() for part in cell.split("|"))):
            if out.setdefault(name, row) != row:
                message = f"the raw visit {name!r} stands in two rows"
                hint = f"first on line {table.lines[out[name]]}"
                raise SpecificationError(
                    finding("SPEC123", message, spec=table.place(row, "raw"), hint=hint)
                )
    return out


def _unplanned_names(line: Visit) -> set[str]:
    names = (line.unscheduled or {}).get("names", [])
    return {names} if isinstance(names, str) else set(names)


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
    rows = np.flatnonzero(mask)
    if not len(rows):
        return
    options = line.unscheduled or {}
    dates = scene.text(str(options.get("date", "")))
    subjects = scene.subjects()
    planned = _planned_dates(scene, dates, subjects, out["VISITNUM"])
    numbers = out["VISITNUM"]
    assert isinstance(numbers, NumberColumn)  # noqa: S101 - made above
    label = str(options.get("label", "UNSCHEDULED {VISITNUM}"))
    visits: dict[int, str] = {}
    for subject in np.unique(subjects.codes[rows]):
        mine = rows[subjects.codes[rows] == subject]
        days = sorted({dates.values[dates.codes[r]][:10] for r in mine if dates.codes[r] >= 0})
        visits_known = planned.get(subjects.values[subject], [])
        known = [(at, number) for at, number in visits_known if number.is_integer()]
        taken = {at: number for at, number in visits_known if not number.is_integer()}
        counts: dict[float, int] = {}
        number_of: dict[str, float] = {}
        for day in days:
            before = max((number for at, number in known if at <= day), default=0.0)
            if day in taken:
                number_of[day] = taken[day]
                continue
            used = [n for n in taken.values() if int(n) == before]
            first = max([round((n - before) * 100) for n in used], default=0)
            counts[before] = counts.get(before, first) + 1
            number_of[day] = round(before + counts[before] / 100, 2)
        for row in mine:
            if dates.codes[row] >= 0:
                number = number_of[dates.values[dates.codes[row]][:10]]
                numbers.values[row] = number
                visits[int(row)] = label.replace("{VISITNUM}", shortest(number))
    text = TextColumn.of(visits.get(i) for i in range(scene.n))
    visit = out["VISIT"]
    assert isinstance(visit, TextColumn)  # noqa: S101 - made above
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

"""Unscheduled visits of all data sets, numbered together by the study's form of visits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sdtm.evaluate import evaluate_line
from sdtm.report import Report
from sdtm.scene import Kitchen, Scene
from sdtm.state import DomainState, Stream
from sdtm.streams import subject_numbers, subject_rule
from sdtm.unscheduled import Planned, numbered, own_unscheduled, unplanned_names
from sdtm.visit_table import check_visits, spellings
from specs.language import Records, Visit

_SELF = "SV"


def unscheduled_numbers(kitchen: Kitchen) -> dict[str, dict[str, float]]:
    """By subject and day, the number of every unscheduled visit that any data set knows."""
    if kitchen.unscheduled is None:
        planned, found = _form(kitchen)
        for state in kitchen.states.values():
            if state.name != _SELF:
                found |= _days(kitchen, state)
        kitchen.unscheduled = numbered(sorted(found), planned)
    return kitchen.unscheduled


def _days(kitchen: Kitchen, state: DomainState) -> set[tuple[str, str]]:
    """The subjects and days of a data set's unscheduled records."""
    out: set[tuple[str, str]] = set()
    for stream in state.streams:
        known = own_unscheduled(state.spec.model, stream.entry)
        if known is None or not len(stream):
            continue
        name, line = known
        scene = Scene(kitchen, state, stream, name, stream.path)
        raw, dates = scene.text(line.visit), scene.text(str((line.unscheduled or {}).get("date")))
        names = unplanned_names(line)
        codes = [code for code, text in enumerate(raw.values) if text in names]
        subjects = scene.subjects()
        mask = np.isin(raw.codes, codes) & (dates.codes >= 0) & (subjects.codes >= 0)
        rows = np.flatnonzero(mask)
        out |= {
            (subjects.values[subjects.codes[r]], dates.values[dates.codes[r]][:10]) for r in rows
        }
    return out


def _form(kitchen: Kitchen) -> tuple[Planned, set[tuple[str, str]]]:
    """Planned visits of the form by subject, and its unscheduled days."""
    form = kitchen.study.spec.visit_form
    assert form is not None  # noqa: S101 - asked by the callers
    place = kitchen.study.document.place(("visit-form", "source"))
    source = kitchen.sources.get(form.source, place)
    rule, column = subject_rule(kitchen, form.source)
    state = DomainState(kitchen.study.domains[_SELF])
    stream = Stream(0, Records(source=form.source), (), np.arange(source.n), source)
    state.set_streams([stream])
    numbers = subject_numbers(kitchen, source, column)
    state.columns["USUBJID"] = numbers.apply(
        lambda text: rule.usubjid.replace("{study}", kitchen.study.id).replace("{subject}", text)
    )
    quiet = replace(kitchen, report=Report())  # SV reads the same cells, and asks about them
    scene = Scene(quiet, state, stream, "SVSTDTC", ())
    dates = evaluate_line(form.date, scene)["SVSTDTC"]
    table = kitchen.study.table(_table(kitchen), place=place)
    check_visits(table)
    known = {name: float(table.rows[row]["VISITNUM"]) for name, row in spellings(table).items()}
    planned: Planned = {}
    unplanned: set[tuple[str, str]] = set()
    texts = (state.text("USUBJID").texts(), dates.texts(), scene.text(form.visit).texts())  # type: ignore[union-attr]
    for subject, start, name in zip(*texts, strict=True):
        if subject and start and name in known:
            planned.setdefault(subject, []).append((start[:10], known[name]))
        elif subject and start:
            unplanned.add((subject, start[:10]))
    return planned, unplanned


def _table(kitchen: Kitchen) -> str:
    """The table of visits that SV's own lines use."""
    model = kitchen.study.domains[_SELF].model
    lines = [*model.variables.values(), *(v for e in model.records for v in e.variables.values())]
    return next((line.by for line in lines if isinstance(line, Visit)), "visits.csv")

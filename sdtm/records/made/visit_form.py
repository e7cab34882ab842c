"""Unscheduled visits of all data sets, numbered together by the study's form of visits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np

from derive.evaluate import evaluate_line
from derive.findings import Report
from derive.line import SUBJECT
from derive.records import Records
from derive.values.moment import Moment
from sdtm.load import visit_form_date
from sdtm.making import Making
from sdtm.model import Domain, Stream
from sdtm.records.stream import StreamRecords
from sdtm.records.subjects import source_subjects
from sdtm.tabulation import Tabulation
from sdtm.verbs.unscheduled import Numbers, Planned, day_of, numbered
from sdtm.verbs.visit import Visit
from sdtm.verbs.visit_table import check_visits, spellings

SELF = "SV"


def unscheduled_line(model: Domain, stream: Stream) -> tuple[str, Visit] | None:
    """The line of a stream, with its variable, that numbers unscheduled visits."""
    for name, line in {**model.variables, **stream.variables}.items():
        if isinstance(line, Visit) and line.unscheduled is not None:
            return name, line
    return None


def numbers_by_form(making: Making) -> Callable[[], Numbers] | None:
    """By subject and day, the number of every unscheduled visit that any data set knows; worked out
    when it is first asked for. None for a study without a form of visits."""
    if making.study.spec.visit_form is None or SELF not in making.loaded:
        return None
    visit_form_date(making.study)  # what is wrong with it is told before a row is read

    @cache
    def numbers() -> Numbers:
        planned, found = _form(making)
        for tabulation in making.sets.values():
            if tabulation.name != SELF:
                found |= set(_days(making, tabulation))
        return numbered(sorted(found), planned)

    return numbers


def _days(making: Making, tabulation: Tabulation) -> Iterator[tuple[str, str]]:
    """The subjects and days of a data set's unscheduled records."""
    for stream in tabulation.streams:
        known = unscheduled_line(tabulation.model, stream.model)
        if known is None or not len(stream):
            continue
        name, line = known
        assert line.unscheduled is not None  # noqa: S101 - asked above
        scope = making.scope(tabulation, stream, name, stream.path)
        names = set(line.unscheduled.names)
        raw, days = scope.text(line.visit), day_of(scope.moment(line.unscheduled.date))
        subjects = scope.text(SUBJECT)
        holds = raw.where(names.__contains__) & days.present() & subjects.present()
        rows = np.flatnonzero(holds)
        yield from zip(subjects.texts()[rows], days.texts()[rows], strict=True)


def _form(making: Making) -> tuple[Planned, set[tuple[str, str]]]:
    """Planned visits of the form by subject, and its unscheduled days."""
    study = making.study
    form = study.spec.visit_form
    assert form is not None  # noqa: S101 - asked by the caller
    place = study.document.place(("visit-form", "source"))
    source = making.sources.get(form.source, place)
    subjects = source_subjects(making.sources, source)
    loaded = making.loaded[SELF]
    records = Records(SELF, source.n, {} if subjects is None else {SUBJECT: subjects})
    stream = StreamRecords(0, Stream(source=form.source), (), np.arange(source.n), source)
    apart = Tabulation(loaded, records, [stream])
    quiet = replace(making, shared=replace(making.shared, report=Report()))
    scope = quiet.scope(apart, stream, "SVSTDTC", ())  # SV reads the same cells, and asks
    dates = evaluate_line(visit_form_date(study), scope)["SVSTDTC"]
    assert isinstance(dates, Moment)  # noqa: S101 - a date line, which check holds
    table = study.table(_table(loaded.model), place=place)
    check_visits(table)
    known = {name: float(table.rows[row]["VISITNUM"]) for name, row in spellings(table).items()}
    planned: Planned = {}
    unplanned: set[tuple[str, str]] = set()
    texts = (scope.text(SUBJECT).texts(), day_of(dates).texts(), scope.text(form.visit).texts())
    for subject, day, name in zip(*texts, strict=True):
        if subject and day and name in known:
            planned.setdefault(subject, []).append((day, known[name]))
        elif subject and day:
            unplanned.add((subject, day))
    return planned, unplanned


def _table(model: Domain) -> str:
    """The table of visits that SV's own lines use."""
    lines = [*model.variables.values(), *(v for s in model.records for v in s.variables.values())]
    return next((line.by for line in lines if isinstance(line, Visit)), "visits.csv")

"""What is refused of time-to-event parameters before a row is read."""

from __future__ import annotations

from collections.abc import Iterable

from adam.file_kinds import MOMENTS, NUMBERS, FileKinds, of_file
from adam.time_to_event.model import Parameter, Source, TimeToEvent
from derive.planning.types import TypedLine, UntoldKindError
from derive.values.column import KindError
from specs import Finding
from specs.reading.yaml_source import NodePath


def parameter_faults(ask: FileKinds, spec: TimeToEvent) -> Iterable[Finding]:
    """What is refused of parameters: names that are none, dates that are no dates."""
    subjects = ask.set_of(spec.subjects)
    if subjects not in ask.types.sets:
        yield from ask.source(spec.subjects, ("time-to-event", "subjects"))
        return
    if spec.cut is not None:
        yield from ask.kind(subjects, spec.cut, ("time-to-event", "cut"), MOMENTS)
    for code, parameter in spec.parameters.items():
        path: NodePath = ("time-to-event", "parameters", code)
        yield from _parameter(ask, subjects, parameter, path)


def _parameter(ask: FileKinds, subjects: str, spec: Parameter, path: NodePath) -> Iterable[Finding]:
    yield from ask.condition(subjects, spec.when, (*path, "when"))
    typed = ask.typed(subjects, "STARTDT", spec.start, (*path, "start"))
    found = ask.types.refused(typed)
    yield from (of_file(one, ask.of.name) for one in found)
    if not found:
        yield from _start(ask, typed, path)
    if spec.start_flag:
        yield from ask.kind(subjects, spec.start_flag, (*path, "start-flag"))
    for number, source in enumerate(spec.events):
        yield from _source(ask, source, (*path, "events", number))
    if spec.assessments is not None:
        yield from _source(ask, spec.assessments, (*path, "assessments"))
    for number, rule in enumerate(spec.censor):
        here = (*path, "censor", number)
        for key in ("date", "day_one"):
            if getattr(rule, key):
                place = (*here, key.replace("_", "-"))
                yield from ask.kind(subjects, getattr(rule, key), place, MOMENTS)
        if rule.schedule:
            known = ask.set_of(rule.schedule)
            yield from ask.source(rule.schedule, (*here, "schedule"))
            if known in ask.types.sets:
                yield from ask.kind(known, rule.schedule_day, here, NUMBERS)
        for position, source in enumerate(rule.of):
            yield from _source(ask, source, (*here, "of", position))


def _start(ask: FileKinds, typed: TypedLine, path: NodePath) -> Iterable[Finding]:
    try:
        kind = ask.types.kind_of_line(typed)
    except (KindError, UntoldKindError):
        return
    if not kind.is_moment:
        message = f"the start of the clock is a {kind.value}, a date is needed"
        yield ask.wrong("SPEC131", message, (*path, "start"), variable="STARTDT")


def _source(ask: FileKinds, source: Source, path: NodePath) -> Iterable[Finding]:
    where = ask.set_of(source.from_)
    if where not in ask.types.sets:
        yield from ask.source(source.from_, (*path, "from"))
        return
    yield from ask.condition(where, source.where, (*path, "where"))
    yield from ask.kind(where, source.date, (*path, "date"), MOMENTS)
    if source.date_flag:
        yield from ask.kind(where, source.date_flag, (*path, "date-flag"))
    if source.sequence and source.sequence != "none":
        yield from ask.kind(where, source.sequence, (*path, "sequence"), NUMBERS)

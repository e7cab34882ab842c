"""From raw rows to record streams: filters, joins, one row per key, wide forms, tables of tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sdtm.columns import Rows, TextColumn
from sdtm.matching import Several, find_rows, group_codes, one_per_group, parse_several
from sdtm.scene import Kitchen, Scene
from sdtm.sources import SourceTable
from sdtm.state import DomainState, Stream
from sdtm.tests_table import add_tests, unpivoted
from specs import SpecificationError, finding
from specs.conditions import evaluate
from specs.language import Join, OnMissing, Records, Subject
from specs.suggest import did_you_mean
from specs.yaml_source import NodePath

_PLACES = ("source", "domain", "table", "one", "visits_of", "elements")


def stream_path(model_records: Sequence[Records], index: int, written_as_list: bool) -> NodePath:
    """Where a stream stands in its file."""
    return ("records", index) if written_as_list or len(model_records) > 1 else ("records",)


def check_entry(state: DomainState, entry: Records, path: NodePath) -> None:
    """A stream takes its records from exactly one place. Raises SpecificationError SPEC124."""
    named = [p for p in _PLACES if getattr(entry, p)]
    if entry.unpivot and not entry.source:
        message = f"{state.name}: only the columns of a raw source can be unpivoted"
        place = state.spec.place(*path, "unpivot")
        raise SpecificationError(finding("SPEC124", message, dataset=state.name, spec=place))
    if len(named) != 1:
        said = "no place" if not named else "several places: " + ", ".join(named)
        message = f"this record stream of {state.name} names {said}"
        hint = "name one of source, domain, table, one, visits-of, elements"
        raise SpecificationError(
            finding("SPEC124", message, dataset=state.name, spec=state.spec.place(*path), hint=hint)
        )


def raw_stream(kitchen: Kitchen, state: DomainState, index: int, path: NodePath) -> Stream:
    """A stream whose records are rows of a raw source, of a table, or the single row of ``one``."""
    entry = state.spec.model.records[index]
    place = state.spec.place(*path, "source" if entry.source else "table")
    if entry.one:
        return Stream(index, entry, path, np.zeros(1, np.int64))
    if entry.source:
        source = kitchen.sources.get(entry.source, place)
    else:
        source = kitchen.sources.table(kitchen.study.table(str(entry.table), place=place))
    stream = Stream(index, entry, path, np.arange(source.n, dtype=np.int64), source)
    if entry.table:
        known = [n for n in source.names if kitchen.variable(state.name, n) is not None]
        stream.virtual = {name: source.column(name) for name in known}
    return shape(kitchen, state, stream)


def shape(kitchen: Kitchen, state: DomainState, stream: Stream) -> Stream:
    """Apply joins, filter, duplicates, one-per, wide-to-long and the table of tests, in order."""
    entry = stream.entry
    for number, join in enumerate(entry.join):
        add_join(kitchen, state, stream, join, (*stream.path, "join", number))
    if entry.where is not None:
        mask = evaluate(
            entry.where, lambda name: own_column(state, stream, name, (*stream.path, "where"))
        )
        _select(stream, np.flatnonzero(mask))
    if entry.duplicates in ("drop", "error"):
        _drop_duplicates(kitchen, state, stream)
    if entry.one_per:
        _one_per(kitchen, state, stream)
    if entry.unpivot:
        unpivoted(kitchen, state, stream)
    if entry.test or entry.unpivot:
        add_tests(kitchen, state, stream)
    return stream


def own_column(state: DomainState, stream: Stream, name: str, path: NodePath) -> TextColumn:
    """A raw, joined or virtual column of the stream. Raises SpecificationError SPEC114."""
    bare = name.removeprefix("raw.")
    try:
        return stream.column(bare)
    except KeyError:
        where = stream.source.name if stream.source else stream.domain or state.name
        message = f"{where!r} has no column {name!r}"
        hint = did_you_mean(name, stream.names())
        place = state.spec.place(*path)
        raise SpecificationError(
            finding("SPEC114", message, dataset=state.name, spec=place, hint=hint)
        ) from None


def _select(stream: Stream, positions: Rows) -> None:
    stream.rows = stream.rows[positions]
    stream.joins = {
        name: (source, rows[positions]) for name, (source, rows) in stream.joins.items()
    }
    stream.virtual = {name: column.take(positions) for name, column in stream.virtual.items()}


def add_join(
    kitchen: Kitchen, state: DomainState, stream: Stream, join: Join, path: NodePath
) -> None:
    """Put a row of another source beside each record."""
    place = state.spec.place(*path)
    source = kitchen.sources.get(join.source, place)
    own, theirs = key_names(join.on)
    right_rows = np.arange(source.n)
    if join.where is not None:
        other = Stream(0, stream.entry, path, right_rows, source)
        right_rows = np.flatnonzero(
            evaluate(join.where, lambda n: own_column(state, other, n, path))
        )
    view = Stream(0, stream.entry, path, right_rows, source)
    left = [own_column(state, stream, n, path) for n in own]
    right = [own_column(state, view, n, path) for n in theirs]
    several = read_several(state, join.several, (*path, "several"))
    order = own_column(state, view, several.by, path) if several and several.by else None
    found, many = find_rows(left, right, order, last=bool(several and several.last))
    stream.joins[join.source] = (
        source,
        np.where(found >= 0, right_rows[found] if len(right_rows) else -1, -1),
    )
    scene = Scene(kitchen, state, stream, "", path)
    if many.any() and several is None:
        text = f"several rows of {join.source!r} match by {', '.join(own)}"
        _fail(scene, "MAP304", text, np.flatnonzero(many), own[0])
    lost = np.flatnonzero(found < 0)
    if len(lost) and join.unmatched is not OnMissing.BLANK:
        text = f"no row of {join.source!r} matches by {', '.join(own)}"
        if join.unmatched is OnMissing.ERROR:
            _fail(scene, "MAP305", text, lost, own[0])
        scene.rows("MAP305", text, lost, name=own[0], done="left blank")


def _fail(scene: Scene, code: str, message: str, rows: Rows, name: str) -> None:
    from sdtm.failure import fail_rows

    fail_rows(scene, code, message, rows, name=name)


def key_names(on: object) -> tuple[list[str], list[str]]:
    """Own and other key columns of ``on``: a list of shared names, or other: own."""
    if isinstance(on, dict):
        return list(on.values()), list(on)
    names = list(on) if isinstance(on, list) else []
    return names, names


def read_several(state: DomainState, text: str | None, path: NodePath) -> Several | None:
    """A ``several:`` answer, parsed. Raises SpecificationError SPEC105."""
    try:
        return parse_several(text)
    except ValueError as error:
        raise SpecificationError(
            finding("SPEC105", str(error), dataset=state.name, spec=state.spec.place(*path))
        ) from None


def _drop_duplicates(kitchen: Kitchen, state: DomainState, stream: Stream) -> None:
    source = stream.source
    if source is None or not len(stream):
        return
    row_id = kitchen.study.spec.sources[source.name].row_id if source.is_raw else None
    columns = [stream.column(name) for name in source.names if name != row_id]
    kept, dropped = one_per_group(group_codes(columns), None, last=False)
    if len(dropped):
        scene = Scene(kitchen, state, stream, "", stream.path)
        if stream.entry.duplicates == "error":
            _fail(
                scene, "MAP311", "the row is an exact copy of an earlier one", dropped, row_id or ""
            )
        scene.rows(
            "MAP309",
            "the row is an exact copy of an earlier one",
            dropped,
            name=row_id or "",
            done="one of the copies was kept",
        )
        _select(stream, kept)


def _record_id(kitchen: Kitchen, stream: Stream) -> TextColumn | None:
    """The record ids of a stream's raw rows, which settle ties: the order of rows does not."""
    source = stream.source
    known = kitchen.study.spec.sources.get(source.name) if source is not None else None
    name = known.row_id if known is not None else None
    return stream.column(name) if name is not None and stream.has(name) else None


def _one_per(kitchen: Kitchen, state: DomainState, stream: Stream) -> None:
    entry, path = stream.entry, (*stream.path, "one-per")
    if not len(stream):
        return
    group = group_codes([_person_or_column(kitchen, state, stream, n, path) for n in entry.one_per])
    several = read_several(state, entry.several, (*stream.path, "several"))
    order = own_column(state, stream, several.by, path) if several and several.by else None
    ties = _record_id(kitchen, stream)
    kept, dropped = one_per_group(group, order, last=bool(several and several.last), ties=ties)
    if not len(dropped):
        return
    scene = Scene(kitchen, state, stream, "", path)
    text = f"several rows for one {', '.join(entry.one_per)}"
    if several is None:
        _fail(scene, "MAP304", text, dropped, entry.one_per[0])
    scene.rows(
        "MAP310",
        f"{text}; {entry.several} was taken",
        dropped,
        name=entry.one_per[0],
        done="another version was taken",
    )
    _select(stream, kept)


def _person_or_column(
    kitchen: Kitchen, state: DomainState, stream: Stream, name: str, path: NodePath
) -> TextColumn:
    """A column of the stream; ``USUBJID`` is the person, whatever number a rescreening gave."""
    if name != "USUBJID" or stream.has(name) or stream.source is None:
        return own_column(state, stream, name, path)
    _, column = subject_rule(kitchen, stream.source.name)
    return subject_numbers(kitchen, stream.source, column).take(stream.rows)


def subject_rule(kitchen: Kitchen, source: str) -> tuple[Subject, str]:
    """How a raw source names its subjects, and the column that does."""
    shared = kitchen.study.spec.subject
    own = kitchen.study.spec.sources[source].subject
    if own is None:
        return shared, shared.from_
    return (shared, own) if isinstance(own, str) else (own, own.from_)


def known_before(state: DomainState, stream: Stream) -> None:
    """Leave out records that an earlier stream has, by subject and ``not-in-earlier``."""
    names = ["USUBJID", *stream.entry.not_in_earlier]
    group = group_codes([state.text(name).take(np.arange(stream.stop)) for name in names])
    before = group[: stream.start][state.kept[: stream.start]]
    state.kept[stream.start : stream.stop] &= ~np.isin(group[stream.start :], before)


def subject_numbers(kitchen: Kitchen, source: SourceTable, column: str) -> TextColumn:
    """Subject numbers of a source, a rescreened person's second number replaced by the first."""
    numbers = source.column(column)
    same = kitchen.study.spec.subject.same_person
    if same is None:
        return numbers
    people = kitchen.sources.get(same.source)
    stream = Stream(0, Records(source=same.source), ("subject",), np.arange(people.n), people)
    if same.where is not None:
        mask = evaluate(same.where, stream.column)
        _select(stream, np.flatnonzero(mask))
    old, new = stream.column(same.from_), stream.column(same.is_)
    table = {
        old.values[a]: new.values[b]
        for a, b in zip(old.codes, new.codes, strict=True)
        if a >= 0 and b >= 0
    }
    return numbers.apply(lambda text: table.get(text, text))

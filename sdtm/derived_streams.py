"""Record streams that come from other data sets: their records, visits, subject elements."""

from __future__ import annotations

import numpy as np

from sdtm.columns import NumberColumn, TextColumn, concat
from sdtm.evaluate import evaluate_line
from sdtm.matching import group_codes
from sdtm.order import sort_key
from sdtm.scene import Kitchen, Scene
from sdtm.standard.epochs import timing_date
from sdtm.state import DomainState, Stream, number_text, shortest
from sdtm.streams import shape
from specs.language import LineBase, Records
from specs.yaml_source import NodePath


def domain_stream(kitchen: Kitchen, state: DomainState, stream: Stream) -> Stream:
    """The kept records of another data set, its variables as columns."""
    other = kitchen.states[stream.entry.domain or ""]
    rows = np.flatnonzero(other.kept)
    out = Stream(stream.index, stream.entry, stream.path, rows, domain=other.name)
    for name in other.columns:
        out.virtual[name] = other.text(name).take(rows)
    return shape(kitchen, state, out)


def visits_stream(kitchen: Kitchen, state: DomainState, stream: Stream) -> Stream:
    """One record per subject and visit number, from the dates of other data sets.

    Columns: USUBJID, VISITNUM, VISIT, VISITDY, START and END (first and last date), as SDTMIG 3.4
    SV says.
    """
    pieces: dict[str, list[TextColumn]] = {
        name: [] for name in ("USUBJID", "VISITNUM", "VISIT", "VISITDY", "DATE")
    }
    for name in stream.entry.visits_of or []:
        other = kitchen.states[name]
        numbers, dates = other.columns["VISITNUM"], other.text(timing_date(other))
        rows = np.flatnonzero(other.kept & ~numbers.missing() & ~dates.missing())
        pieces["USUBJID"].append(other.text("USUBJID").take(rows))
        for text in ("VISITNUM", "VISIT", "VISITDY"):
            known = other.text(text) if text in other.columns else None
            pieces[text].append(
                known.take(rows) if known is not None else TextColumn.missing_everywhere(len(rows))
            )
        pieces["DATE"].append(dates.take(rows).apply(lambda t: t[:10]))
    whole = {name: concat(columns) for name, columns in pieces.items()}
    rows, _ = sort_key(
        [whole["USUBJID"], NumberColumn(whole["VISITNUM"].numbers()), whole["DATE"]],
        np.arange(len(whole["DATE"])),
    )
    key = group_codes([whole["USUBJID"].take(rows), whole["VISITNUM"].take(rows)])
    starts = (
        np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(rows) else np.empty(0, np.int64)
    )
    ends = np.r_[starts[1:] - 1, len(rows) - 1].astype(np.int64) if len(rows) else starts
    out = Stream(stream.index, stream.entry, stream.path, np.arange(len(starts)), domain="*")
    out.virtual = {
        "USUBJID": whole["USUBJID"].take(rows[starts]),
        "VISITNUM": whole["VISITNUM"].take(rows[starts]),
        "VISIT": whole["VISIT"].take(rows[starts]),
        "VISITDY": whole["VISITDY"].take(rows[starts]),
        "START": whole["DATE"].take(rows[starts]),
        "END": whole["DATE"].take(rows[ends]),
    }
    return shape(kitchen, state, out)


def elements_stream(kitchen: Kitchen, state: DomainState, stream: Stream) -> Stream:
    """One record per subject and element entered, contiguous (SDTMIG 3.4 SE).

    Columns: USUBJID, ETCD, ELEMENT, START, END, UNPLANNED. An element ends where the next one
    starts; the last one at its own ``ends`` line (or that of the stream), if it has one. An element
    that would start after that end is not entered.
    """
    dm = kitchen.states["DM"]
    subjects = dm.text("USUBJID").take(np.flatnonzero(dm.kept))
    inner = _subject_scene(kitchen, state, stream, subjects)
    found: list[tuple[int, str, str, int]] = []
    ends: list[list[str]] = []
    for number, element in enumerate(stream.entry.elements or []):
        starts = _texts(inner, element.starts, (*stream.path, "elements", number, "starts"))
        ends.append(_ends(inner, stream, number, len(subjects)))
        found.extend(
            (i, text, element.etcd, number)
            for i, (text, end) in enumerate(zip(starts, ends[-1], strict=True))
            if text and not (end and text[:10] > end[:10])
        )
    found.sort(key=lambda item: (item[0], _by_day(item[1]), item[3]))
    rows = _elements(found, ends, stream.entry, subjects.texts())
    out = Stream(stream.index, stream.entry, stream.path, np.arange(len(rows)), domain="*")
    names = ("USUBJID", "ETCD", "ELEMENT", "START", "END", "UNPLANNED", "ORDER")
    out.virtual = {name: TextColumn.of(row[i] for row in rows) for i, name in enumerate(names)}
    return shape(kitchen, state, out)


def _ends(inner: Scene, stream: Stream, number: int, n: int) -> list[str]:
    """When each subject's last element ends, if this one is the last."""
    element = (stream.entry.elements or [])[number]
    if element.ends is not None:
        return _texts(inner, element.ends, (*stream.path, "elements", number, "ends"))
    if stream.entry.ends is not None:
        return _texts(inner, stream.entry.ends, (*stream.path, "ends"))
    return [""] * n


def _by_day(text: str) -> str:
    return text.ljust(16, " ")


def _subject_scene(
    kitchen: Kitchen, state: DomainState, stream: Stream, subjects: TextColumn
) -> Scene:
    """A scene with one record per subject, for evaluating the start of elements."""
    pseudo = DomainState(state.spec)
    people = Stream(0, Records(one=True), stream.path, np.arange(len(subjects)), domain="DM")
    pseudo.set_streams([people])
    pseudo.columns["USUBJID"] = subjects
    return Scene(kitchen, pseudo, people, "SESTDTC", stream.path)


def _texts(scene: Scene, line: LineBase, path: NodePath) -> list[str]:
    inner = Scene(scene.kitchen, scene.state, scene.stream, scene.variable, path)
    column = evaluate_line(line, inner)[scene.variable]
    text = number_text(column) if isinstance(column, NumberColumn) else column
    return list(text.texts())


def _elements(
    found: list[tuple[int, str, str, int]],
    ends: list[list[str]],
    entry: Records,
    subjects: list[str],
) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    models = entry.elements or []
    for at, (subject, start, etcd, number) in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) and found[at + 1][0] == subject else None
        end = following[1] if following else ends[number][subject]
        model = models[number]
        rows.append(
            (
                subjects[subject],
                etcd,
                model.element or "",
                start,
                end,
                model.unplanned or "",
                shortest(float(number + 1)),
            )
        )
    return rows

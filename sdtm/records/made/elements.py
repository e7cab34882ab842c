"""``elements``: the trial elements that a subject entered, one after the other (SDTMIG 3.4 SE)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derive.evaluate import evaluate_line
from derive.line import Line
from derive.records import Link, Records
from derive.values.column import Kind, KindError, Mask, Rows, stack
from derive.values.moment import Moment
from derive.values.number import Number
from derive.values.order import sort_rows
from derive.values.related import compare
from derive.values.text import Text
from sdtm.making import Making
from sdtm.model import Stream
from sdtm.records.stream import StreamRecords
from sdtm.records.streams import shaped
from sdtm.records.subjects import SUBJECT
from sdtm.tabulation import Tabulation, widened
from specs.reading.yaml_source import NodePath

START = "SESTDTC"
_NEXT = "\u00b7next"
"""Among the links while the records are made: each one's place, and that of the next element."""


def elements_stream(making: Making, tabulation: Tabulation, stream: StreamRecords) -> StreamRecords:
    """One record per subject and element entered, contiguous.

    Columns: USUBJID, ETCD, ELEMENT, START, END, UNPLANNED, ORDER (the number of the element in the
    list). An element ends where the next one starts; the last one at its own ``ends`` line (or that
    of the stream), if it has one. An element that would start after that end is not entered.
    """
    dm = making.sets["DM"]
    subjects = dm.columns[SUBJECT].take(np.flatnonzero(dm.kept))
    assert isinstance(subjects, Text)  # noqa: S101 - identifiers are text
    models = stream.model.elements or []
    people = _People(making, tabulation, stream, subjects)
    starts: list[Moment] = []
    ends: list[Moment] = []
    begun_by: list[list[Link]] = []
    ended_by: list[list[Link]] = []
    for number, element in enumerate(models):
        path: NodePath = (*stream.path, "elements", number)
        starts.append(people.moments(element.starts, (*path, "starts")))
        begun_by.append(people.links)
        if element.ends is not None:
            ends.append(people.moments(element.ends, (*path, "ends")))
        elif stream.model.ends is not None:
            ends.append(people.moments(stream.model.ends, (*stream.path, "ends")))
        else:
            ends.append(Moment.nothing(Kind.SECOND, len(subjects)))
            people.links = []
        ended_by.append(people.links)
    taken = _Taken(_below(begun_by, len(subjects)), _below(ended_by, len(subjects)))
    out = shaped(making, tabulation, _entered(stream, subjects, starts, ends, taken))
    out.links["END"] = _with_following(tabulation.name, out)
    return out


@dataclass(frozen=True, slots=True)
class _Taken:
    """Which records the starts and ends were taken from, element by element, subject by subject."""

    starts: list[Link]
    ends: list[Link]


def _below(pieces: list[list[Link]], size: int) -> list[Link]:
    """Links of the elements below each other, one vector per data set."""
    out: dict[str, list[Rows]] = {}
    for number, links in enumerate(pieces):
        for link in links:
            whole = out.setdefault(link.data_set, [np.full(size, -1, np.int64) for _ in pieces])
            whole[number] = np.where(link.rows >= 0, link.rows, whole[number])
    return [Link(name, np.concatenate(rows)) for name, rows in out.items()]


class _People:
    """The subjects alone, for lines that give a date per subject."""

    def __init__(
        self, making: Making, tabulation: Tabulation, stream: StreamRecords, subjects: Text
    ) -> None:
        self.making = making
        one = Stream(one=True)
        self.stream = StreamRecords(0, one, stream.path, np.arange(len(subjects)))
        records = Records(tabulation.name, len(subjects), {SUBJECT: subjects})
        self.tabulation = Tabulation(tabulation.loaded, records)
        self.tabulation.set_streams([self.stream])
        self.links: list[Link] = []
        """Where the last dates were taken from."""

    def moments(self, line: Line, path: NodePath) -> Moment:
        """A line's date per subject. Raises SpecificationError SPEC131 for another kind."""
        scope = self.making.scope(self.tabulation, self.stream, START, path)
        column = widened(evaluate_line(line, scope)[START], Kind.SECOND)
        self.links = scope.links.get(START, [])
        if not isinstance(column, Moment):
            message = f"an element starts and ends on a date, this is a {column.kind.value}"
            raise scope.wrong("SPEC131", message)
        return column


def _entered(
    stream: StreamRecords,
    subjects: Text,
    starts: list[Moment],
    ends: list[Moment],
    taken: _Taken,
) -> StreamRecords:
    n = len(subjects)
    who = np.tile(np.arange(n), len(starts))
    which = np.repeat(np.arange(len(starts)), n)
    begun, ended = _stacked(starts), _stacked(ends)
    rows = np.flatnonzero(begun.present() & ~_after(begun, ended))
    rows = rows[sort_rows([who[rows], begun.ranks()[rows], which[rows]])]
    last = np.r_[who[rows][1:] != who[rows][:-1], True] if len(rows) else np.empty(0, np.bool_)
    following = np.r_[rows[1:], -1][: len(rows)]
    end = begun.take(np.where(last, -1, following)).fill(ended.take(rows), last)
    out = StreamRecords(stream.index, stream.model, stream.path, np.arange(len(rows)))
    models = stream.model.elements or []
    codes = which[rows].astype(np.int32)
    names = [str(i) for i in range(len(models))]
    out.own = {
        SUBJECT: subjects.take(who[rows]),
        "ETCD": Text(codes, names).map([m.etcd for m in models]),
        "ELEMENT": Text(codes, names).map([m.element for m in models]),
        "START": begun.take(rows),
        "END": end,
        "UNPLANNED": Text(codes, names).map([m.unplanned for m in models]),
        "ORDER": Number.of(which[rows] + 1.0),
    }
    out.links["START"] = [Link(one.data_set, one.rows[rows]) for one in taken.starts]
    out.links["END"] = [
        Link(one.data_set, np.where(last, one.rows[rows], -1)) for one in taken.ends
    ]
    every = np.arange(len(rows))
    out.links[_NEXT] = [Link("", every), Link("", np.where(last, -1, every + 1))]
    return out


def _with_following(name: str, stream: StreamRecords) -> list[Link]:
    """Where each end comes from: the next element's record, if that is still among the records, or
    what the line of the end took it from."""
    before, following = (link.rows for link in stream.links.pop(_NEXT))
    where = dict(zip(before.tolist(), range(len(before)), strict=True))
    rows = np.array([where.get(row, -1) for row in following.tolist()], np.int64)
    return [Link(name, rows), *stream.links["END"]]


def _after(begun: Moment, ended: Moment) -> Mask:
    """Elements that would start after the end, by day."""
    from derive.values.moment import date_of

    try:
        return compare(date_of(begun), ">", date_of(ended))
    except KindError:  # pragma: no cover - both are days
        return np.zeros(len(begun), np.bool_)


def _stacked(columns: list[Moment]) -> Moment:
    column = stack(columns) if columns else Moment.nothing(Kind.SECOND, 0)
    assert isinstance(column, Moment)  # noqa: S101 - of moments alone
    return column


__all__ = ["elements_stream"]

"""Streams whose records come from another data set, and visits from the dates of several."""

from __future__ import annotations

import numpy as np

from derive.records import Link
from derive.values.column import Column, Kind, Rows, nothing, stack
from derive.values.keys import group_codes
from derive.values.moment import Moment, date_of, of_text
from derive.values.order import sort_rows
from sdtm.making import Making
from sdtm.records.stream import StreamRecords
from sdtm.records.streams import shaped
from sdtm.records.subjects import SUBJECT
from sdtm.tabulation import Tabulation

_VISITS = (SUBJECT, "VISITNUM", "VISIT", "VISITDY")


def timing_date(prefix: str, columns: object) -> str:
    """The date that places a record in time: --STDTC if there is one, else --DTC."""
    start = f"{prefix}STDTC"
    return start if start in columns else f"{prefix}DTC"  # type: ignore[operator]


def set_stream(making: Making, tabulation: Tabulation, stream: StreamRecords) -> StreamRecords:
    """The kept records of another data set, its variables as columns."""
    other = making.sets[stream.model.domain or ""]
    rows = np.flatnonzero(other.kept)
    out = StreamRecords(stream.index, stream.model, stream.path, rows, of=other.name)
    out.own = {name: column.take(rows) for name, column in other.columns.items()}
    return shaped(making, tabulation, out)


def visits_stream(making: Making, tabulation: Tabulation, stream: StreamRecords) -> StreamRecords:
    """One record per subject and visit number, from the dates of other data sets.

    Columns: USUBJID, VISITNUM, VISIT, VISITDY, START and END (first and last date), as SDTMIG 3.4
    SV says.
    """
    pieces: dict[str, list[Column]] = {name: [] for name in (*_VISITS, "DATE")}
    records: list[Link] = []
    for name in stream.model.visits_of or []:
        other = making.sets[name]
        dates = other.moment(timing_date(other.prefix, other.columns))
        rows = np.flatnonzero(other.kept & other.columns["VISITNUM"].present() & dates.present())
        for column in _VISITS:
            pieces[column].append(_column(other, column, rows))
        pieces["DATE"].append(_days(dates.take(rows)))
        records.append(Link(name, rows))
    whole = {name: stack(columns) for name, columns in pieces.items()}
    codes, _ = group_codes([whole[SUBJECT], whole["VISITNUM"]])
    order = sort_rows([whole[k].ranks() for k in (SUBJECT, "VISITNUM", "DATE")])
    starts, ends = _ends(codes, order)
    out = StreamRecords(stream.index, stream.model, stream.path, np.arange(len(starts)))
    out.own = {name: whole[name].take(starts) for name in _VISITS}
    out.own |= {"START": whole["DATE"].take(starts), "END": whole["DATE"].take(ends)}
    out.links = {name: _among(records, starts) for name in (*_VISITS[1:], "START")}
    out.links["END"] = _among(records, ends)
    return shaped(making, tabulation, out)


def _ends(codes: Rows, order: Rows) -> tuple[Rows, Rows]:
    """The first and the last record of each group that stands together in the order."""
    ordered = codes[order]
    if not len(ordered):
        return order, order
    new = np.r_[True, ordered[1:] != ordered[:-1]]
    starts = np.flatnonzero(new)
    return order[starts], order[np.r_[starts[1:] - 1, len(ordered) - 1]]


def _among(records: list[Link], rows: Rows) -> list[Link]:
    """Rows of the data sets below each other, as rows of each of them (-1: of another)."""
    out, start = [], 0
    for one in records:
        inside = (rows >= start) & (rows < start + len(one.rows))
        there = np.append(one.rows, -1)[np.where(inside, rows - start, -1)]
        out.append(Link(one.data_set, there))
        start += len(one.rows)
    return out


def _days(dates: Moment) -> Moment:
    """The days of date-times, as date-times that are known to the day."""
    return of_text(date_of(dates).iso(), Kind.SECOND)[0]


def _column(other: Tabulation, name: str, rows: Rows) -> Column:
    if name in other.columns:
        return other.columns[name].take(rows)
    return nothing(Kind.TEXT, len(rows))


__all__ = ["set_stream", "timing_date", "visits_stream"]

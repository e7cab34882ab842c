"""A table while it is built: columns, what is known of them, and the records they come from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from adam import columns
from transport.dataset import Dataset, VariableMeta

_EPOCH_DAYS = 3653  # days from 1960-01-01, day 0 of SAS, to 1970-01-01
_EPOCH_SECONDS = _EPOCH_DAYS * 86400
_DATE_FORMATS = ("DATE", "YYMMDD", "E8601DA", "DDMMYY", "MMDDYY", "IS8601DA", "B8601DA")
_DATETIME_FORMATS = ("DATETIME", "E8601DT", "IS8601DT", "B8601DT")
_STORED = {"date": "DATE9.", "datetime": "DATETIME20.", "time": "TIME8."}


TABLE = "table"
"""The origin that says which record table a record is of; no data set has a name in lower case."""


@dataclass
class Frame:
    """Columns of ``size`` records.

    ``origin`` maps a source data set to the 0-based record of it that each record comes from (-1:
    none). ``links`` maps a column to the (data set, record vector) its value was taken from.
    ``tables`` are the record tables that a data set was put together from.
    """

    name: str
    size: int
    columns: dict[str, pd.Series] = field(default_factory=dict)
    meta: dict[str, VariableMeta] = field(default_factory=dict)
    origin: dict[str, Any] = field(default_factory=dict)
    links: dict[str, tuple[str, Any]] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)

    def take(self, rows: Any) -> Frame:
        """The records at ``rows`` (no -1), links and origins with them."""
        return Frame(
            self.name,
            len(rows),
            {name: columns.take(column, rows) for name, column in self.columns.items()},
            dict(self.meta),
            {name: vector[rows] for name, vector in self.origin.items()},
            {name: (source, vector[rows]) for name, (source, vector) in self.links.items()},
        )

    def shallow(self, name: str) -> Frame:
        """The same records under another name; columns are shared, not copied."""
        return replace(
            self,
            name=name,
            columns=dict(self.columns),
            meta=dict(self.meta),
            origin=dict(self.origin),
            links=dict(self.links),
        )


def union(name: str, frames: list[Frame]) -> Frame:
    """Frames below each other. A column that a frame lacks is missing there.

    Raises TypeError when a column is text in one and a number in another.
    """
    if len(frames) == 1:
        return frames[0].shallow(name)
    names = list(dict.fromkeys(column for frame in frames for column in frame.columns))
    out = Frame(name, sum(frame.size for frame in frames))
    for column in names:
        try:
            out.columns[column] = columns.stack([_column(frame, column) for frame in frames])
        except TypeError as error:
            raise TypeError(f"{column}: {error}") from None
    for frame in reversed(frames):
        out.meta.update(frame.meta)
    for source in dict.fromkeys(s for frame in frames for s in frame.origin):
        parts = [f.origin.get(source, np.full(f.size, -1, dtype=np.int32)) for f in frames]
        out.origin[source] = np.concatenate(parts)
    _union_links(out, frames)
    return out


def _union_links(out: Frame, frames: list[Frame]) -> None:
    for column in dict.fromkeys(c for frame in frames for c in frame.links):
        sources = {frame.links[column][0] for frame in frames if column in frame.links}
        if len(sources) > 1:
            continue  # a link names one data set; the origin still names the record
        none = [np.full(f.size, -1, dtype=np.int32) for f in frames]
        parts = [
            f.links[column][1] if column in f.links else n
            for f, n in zip(frames, none, strict=True)
        ]
        out.links[column] = (sources.pop(), np.concatenate(parts))


def _column(frame: Frame, name: str) -> pd.Series:
    if name in frame.columns:
        return frame.columns[name]
    return pd.Series(np.full(frame.size, np.nan))


def from_dataset(dataset: Dataset, name: str, needed: set[str] | None = None) -> Frame:
    """A data set as it was read; SAS dates become dates. ``needed``: only these columns."""
    frame = Frame(name, dataset.records)
    frame.origin[name] = np.arange(dataset.records, dtype=np.int32)
    for meta in dataset.variables:
        if needed is not None and meta.name not in needed:
            continue
        frame.meta[meta.name] = meta
        frame.columns[meta.name] = _read(dataset.frame[meta.name], meta)
    return frame


def _read(values: pd.Series, meta: VariableMeta) -> pd.Series:
    values = values.reset_index(drop=True)
    if meta.type == "Char":
        return values if columns.is_text(values) else columns.as_text(values)
    if values.dtype.kind == "M":
        return pd.Series(values.to_numpy().astype("datetime64[s]"))
    stem = meta.format.rstrip(".0123456789")
    number = values.to_numpy(dtype=np.float64)
    if stem in _DATETIME_FORMATS or meta.data_type == "datetime":
        return pd.Series(_stamps(number - _EPOCH_SECONDS))
    if stem in _DATE_FORMATS or meta.data_type == "date":
        return pd.Series(_stamps((number - _EPOCH_DAYS) * 86400.0))
    return pd.Series(number)


def _stamps(seconds: Any) -> Any:
    known = np.isfinite(seconds)
    out = np.where(known, seconds, 0).astype(np.int64).astype("datetime64[s]")
    out[~known] = columns.MISSING_DATE
    return out


def to_dataset(
    frame: Frame, *, name: str, label: str, keys: list[str], metas: list[VariableMeta]
) -> Dataset:
    """Columns in the order of ``metas``; dates become SAS dates with a format."""
    data = {meta.name: _write(frame.columns[meta.name], meta) for meta in metas}
    table = pd.DataFrame(data, copy=False)
    return Dataset(name, table, tuple(metas), label, tuple(k for k in keys if k in data))


def _write(column: pd.Series, meta: VariableMeta) -> pd.Series:
    if columns.is_date(column):
        if meta.data_type == "datetime":
            return pd.Series(columns.seconds(column) + _EPOCH_SECONDS)
        return pd.Series(columns.days(column) + _EPOCH_DAYS)
    if meta.type == "Char" and not columns.is_text(column):
        return columns.constant_text(None, len(column))  # all missing: typed by the specification
    if meta.type == "Num" and columns.is_text(column):
        return pd.Series(np.full(len(column), np.nan))
    return column


def default_format(data_type: str) -> str:
    """The SAS format that a date, date-time or time is stored with."""
    return _STORED.get(data_type, "")

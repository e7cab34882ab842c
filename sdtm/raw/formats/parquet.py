"""Parquet, through Arrow; every value as text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet as pq

from sdtm.raw._columns import choose_columns, header_names
from sdtm.raw._model import RawFile, RawTable, ReadOptions, TableInfo
from sdtm.raw._text import from_arrow, number_text
from sdtm.raw.codes import error, note
from specs.findings import Finding
from transport.machine import pass_on


def read(source: RawFile, options: ReadOptions) -> list[RawTable]:
    """The one table of the file; rows are record numbers."""
    file = _open(source)
    findings: list[Finding] = []
    header = header_names(source.file, file.schema_arrow.names, 1, findings)
    wanted = choose_columns(source.file, header, options.columns)
    columns = {name: _column(source, file, header.names.index(name), name) for name in wanted}
    count = file.metadata.num_rows
    if not count:
        findings.append(note("RAW104", "no records", source.file))
    return [
        RawTable(
            name=source.stem,
            file=source.file,
            frame=pd.DataFrame(columns, index=pd.RangeIndex(count), copy=False),
            rows=np.arange(1, count + 1, dtype=np.int64),
            encoding="utf-8",
            sha256=source.sha256,
            findings=findings,
        )
    ]


def tables(source: RawFile, options: ReadOptions) -> list[TableInfo]:
    """Columns and number of records from the file's footer."""
    file = _open(source)
    return [
        TableInfo(
            name=source.stem,
            file=source.file,
            format="parquet",
            columns=tuple(file.schema_arrow.names),
            rows=file.metadata.num_rows,
            exact=True,
            encoding="utf-8",
        )
    ]


def _open(source: RawFile) -> Any:
    if source.path.stat().st_size == 0:
        raise error("RAW103", "the file is empty", source.file)
    try:
        return pq.ParquetFile(source.path)
    except (pa.ArrowException, OSError) as problem:
        raise _unreadable(source, problem) from None


def _unreadable(source: RawFile, problem: Exception) -> Exception:
    pass_on(problem)
    message = f"not readable as Parquet: {str(problem)[:200]}"
    return error("RAW102", message, source.file, hint="the file may be cut short")


def _column(source: RawFile, file: Any, place: int, name: str) -> pd.Categorical:
    field = file.schema_arrow.field(place)
    if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
        message = f"a column of {field.type} is no text, number or date"
        raise error("RAW102", message, source.file, column=name)
    try:
        column = file.read(columns=[field.name]).column(0)
    except (pa.ArrowException, OSError) as problem:
        raise _unreadable(source, problem) from None
    if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
        return from_arrow(column)
    if pa.types.is_dictionary(field.type):
        column = column.cast(field.type.value_type)
    return from_arrow(column, lambda values: [_text(v) for v in values.to_pylist()])


def _text(value: Any) -> str:
    """Numbers shortest and exact, dates and times ISO 8601, logicals TRUE and FALSE."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return number_text(value)
    iso = getattr(value, "isoformat", None)
    return str(iso()) if iso else str(value)

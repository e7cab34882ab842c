"""Parquet data sets as R and Python packages ship them; dates become SAS numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from specs.codes import finding
from specs.errors import RawDataError
from specs.findings import RawCell
from transport.dataset import Dataset, VariableMeta
from transport.machine import pass_on
from transport.xpt.read import as_categories

_DAYS_TO_1960 = 3653
_SECONDS_TO_1960 = _DAYS_TO_1960 * 86400


def read_parquet_dataset(path: Path | str) -> Dataset:
    """Read one Parquet file; labels come from ``_meta.json`` beside it or the Arrow metadata.

    Dates become days since 1960-01-01 (``DATE9.``), date-times seconds since then
    (``DATETIME20.``), times seconds since midnight (``TIME8.``); SAS knows no time zones, so that
    the clock time as stored (UTC) is kept. Booleans become Y and N, unless all are missing.

    Raises:
        RawDataError: FILE001, FILE060.
    """
    path = Path(path)
    try:
        table = pq.read_table(path, partitioning=None)
    except OSError as error:
        pass_on(error)
        raise _error("FILE001", path, _said(error)) from None
    except pa.ArrowException as error:
        raise _error("FILE060", path, _said(error)) from None
    variables, label = _describe(path, table.schema)
    columns = {
        n: _column(path, meta, table.column(n).combine_chunks()) for n, meta in enumerate(variables)
    }
    frame = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows), copy=False)
    frame.columns = pd.Index([m.name for m in variables], dtype="str")
    return Dataset(path.stem.upper(), frame, variables, label, source=path)


def parquet_header(path: Path) -> tuple[tuple[VariableMeta, ...], str, int]:
    """Variables, label and number of records, without the data. Raises RawDataError."""
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        pass_on(error)
        raise _error("FILE060", path, _said(error)) from None
    variables, label = _describe(path, file.schema_arrow)
    return variables, label, file.metadata.num_rows


def _said(error: Exception) -> str:
    """What the library says, without the path of the file, which no output may hold."""
    return re.sub(r"'[^']*[/\\\\][^']*': ?", "", str(error))


def _describe(path: Path, schema: Any) -> tuple[tuple[VariableMeta, ...], str]:
    beside = _meta(path).get(path.stem, {})
    known = beside.get("columns", {})
    variables = tuple(
        _variable(path, field, (known.get(field.name) or {}).get("label") or "") for field in schema
    )
    stored = (schema.metadata or {}).get(b"label", b"").decode("utf-8")
    return variables, beside.get("label") or stored


def _meta(path: Path) -> dict[str, Any]:
    file = path.with_name("_meta.json")
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_bytes())
    except ValueError as error:
        raise _error("FILE040", file, str(error)) from None
    return content if isinstance(content, dict) else {}


def _variable(path: Path, field: Any, label: str) -> VariableMeta:
    label = label or (field.metadata or {}).get(b"label", b"").decode("utf-8")
    kind, form, data_type = _kind(path, field)
    return VariableMeta(
        field.name, label, "Char" if kind == "text" else "Num", None, form, "", data_type
    )


def _kind(path: Path, field: Any) -> tuple[str, str, str]:
    """What a column is, its format, and its data type."""
    kind = field.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    tests = (
        (pa.types.is_string, ("text", "", "string")),
        (pa.types.is_large_string, ("text", "", "string")),
        (pa.types.is_boolean, ("text", "", "string")),
        (pa.types.is_null, ("text", "", "string")),
        (pa.types.is_integer, ("number", "", "integer")),
        (pa.types.is_floating, ("number", "", "float")),
        (pa.types.is_date, ("date", "DATE9.", "date")),
        (pa.types.is_timestamp, ("datetime", "DATETIME20.", "datetime")),
        (pa.types.is_time, ("time", "TIME8.", "time")),
    )
    for test, answer in tests:
        if test(kind):
            return answer
    raise _error("FILE060", path, f"column {field.name} is of type {field.type}")


def _column(path: Path, meta: VariableMeta, array: Any) -> Any:
    if meta.type == "Char":
        return _text(array)
    if meta.data_type == "date":
        days = array.cast(pa.date32()).cast(pa.int32()).cast(pa.float64())
        return _doubles(days) + _DAYS_TO_1960
    if meta.data_type in ("datetime", "time"):
        unit = pa.timestamp("us") if meta.data_type == "datetime" else pa.time64("us")
        shift = _SECONDS_TO_1960 if meta.data_type == "datetime" else 0
        try:
            micro = array.cast(unit).cast(pa.int64())
        except pa.ArrowInvalid as error:
            raise _error("FILE060", path, f"column {meta.name}: {error}") from None
        return _doubles(micro.cast(pa.float64())) / 1e6 + shift
    return _doubles(array.cast(pa.float64()))


def _doubles(array: Any) -> Any:
    return np.array(array.fill_null(np.nan).to_numpy(zero_copy_only=False), dtype=np.float64)


def _text(array: Any) -> Any:
    if pa.types.is_boolean(array.type):
        array = pc.if_else(array, "Y", "N")
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.large_string()).dictionary_encode()
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    texts = [(t or "").rstrip(" ") for t in array.dictionary.to_pylist()]
    return as_categories(codes, [*texts, ""])


def _error(code: str, path: Path, what: str) -> RawDataError:
    return RawDataError(finding(code, f"{path.name}: {what}", raw=RawCell(path.name)))

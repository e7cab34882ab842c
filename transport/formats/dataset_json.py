"""Data sets to Dataset-JSON 1.1 and its NDJSON form.

Source: CDISC Dataset-JSON v1.1. Text is a JSON string, "" where blank; numbers are JSON numbers,
null where missing; SAS dates, times and date-times (Num with data type date, time or datetime) are
ISO 8601 text with ``targetDataType`` integer; decimals are text with ``targetDataType`` decimal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from specs.codes import finding
from specs.errors import BuildError
from transport.atomic import whole_file
from transport.dataset import Dataset, VariableMeta
from transport.header_time import header_time
from transport.text_column import distinct_texts

VERSION = "1.1.0"
MOMENTS = ("date", "datetime", "time")
_CHUNK_ROWS = 50_000
_TEXT_TYPES = ("string", "datetime", "date", "time", "URI")
_DAYS_TO_1960 = np.datetime64("1960-01-01", "us")


def write_dataset_json(
    dataset: Dataset,
    path: Path | str,
    *,
    study_oid: str,
    item_group_oid: str = "",
    metadata_version_oid: str = "",
    metadata_ref: str = "",
    file_oid: str = "",
    originator: str = "",
    created: datetime | None = None,
) -> None:
    """Write one data set as Dataset-JSON 1.1 (one JSON object).

    ``item_group_oid`` is ``IG.<name>`` unless given; items are ``IT.<name>.<variable>``.
    ``created`` is else SOURCE_DATE_EPOCH, else 1960-01-01.

    Raises:
        BuildError: FILE026, FILE043; no file is left.
    """
    dataset = _typed(dataset)
    top = _top(dataset, study_oid, item_group_oid, metadata_version_oid, metadata_ref)
    top = _signed(top, file_oid, originator, created)
    with whole_file(path) as out:
        head = json.dumps(top, ensure_ascii=False)
        out.write(head[:-1].encode("utf-8") + b', "rows": [\n')
        first = True
        for chunk in _rows(dataset):
            out.write((b"" if first else b",\n") + ",\n".join(chunk).encode("utf-8"))
            first = False
        out.write(b"\n]}\n")


def write_dataset_ndjson(
    dataset: Dataset,
    path: Path | str,
    *,
    study_oid: str,
    item_group_oid: str = "",
    metadata_version_oid: str = "",
    metadata_ref: str = "",
    file_oid: str = "",
    originator: str = "",
    created: datetime | None = None,
) -> None:
    """Write one data set as Dataset-JSON 1.1 NDJSON: a line of metadata, a line per record.

    Arguments and errors are those of :func:`write_dataset_json`.
    """
    dataset = _typed(dataset)
    top = _top(dataset, study_oid, item_group_oid, metadata_version_oid, metadata_ref)
    top = _signed(top, file_oid, originator, created)
    with whole_file(path) as out:
        out.write(json.dumps(top, ensure_ascii=False).encode("utf-8") + b"\n")
        for chunk in _rows(dataset):
            out.write("\n".join([*chunk, ""]).encode("utf-8"))


def _top(dataset: Dataset, study: str, group: str, version: str, ref: str) -> dict[str, Any]:
    optional = {"studyOID": study, "metaDataVersionOID": version, "metaDataRef": ref}
    return {
        "datasetJSONVersion": VERSION,
        **{key: value for key, value in optional.items() if value},
        "itemGroupOID": group or f"IG.{dataset.name}",
        "records": dataset.records,
        "name": dataset.name,
        "label": dataset.label,
        "columns": [_column(dataset, meta) for meta in dataset.variables],
    }


def _signed(
    top: dict[str, Any], file_oid: str, originator: str, created: datetime | None
) -> dict[str, Any]:
    moment = (created or header_time()).astimezone(UTC)
    optional = {"fileOID": file_oid, "originator": originator}
    return {
        "datasetJSONCreationDateTime": f"{moment:%Y-%m-%dT%H:%M:%S}Z",
        **{key: value for key, value in optional.items() if value},
        **top,
    }


def _column(dataset: Dataset, meta: VariableMeta) -> dict[str, Any]:
    out: dict[str, Any] = {
        "itemOID": f"IT.{dataset.name}.{meta.name}",
        "name": meta.name,
        "label": meta.label,
        "dataType": meta.data_type,
    }
    if meta.type == "Num" and meta.data_type in MOMENTS:
        out["targetDataType"] = "integer"
    if meta.type == "Num" and meta.data_type == "decimal":
        out["targetDataType"] = "decimal"
    length = _digits(dataset, meta) if meta.data_type == "integer" else meta.length
    if length is not None and (meta.type == "Char" or meta.data_type == "integer"):
        out["length"] = length
    if meta.format:
        out["displayFormat"] = meta.format
    if meta.name in dataset.key_variables:
        out["keySequence"] = dataset.key_variables.index(meta.name) + 1
    return out


def _typed(dataset: Dataset) -> Dataset:
    """The data set with a data type of Dataset-JSON for each variable.

    Where none is known a Num variable is ``integer`` when all its values are, as in the define.xml
    of the same data, and ``double`` otherwise.
    """
    typed = tuple(
        replace(meta, data_type=_data_type(dataset, n, meta))
        for n, meta in enumerate(dataset.variables)
    )
    return replace(dataset, variables=typed)


def _data_type(dataset: Dataset, place: int, meta: VariableMeta) -> str:
    if meta.type == "Char":
        return meta.data_type if meta.data_type in _TEXT_TYPES else "string"
    if meta.data_type in ("integer", "float", "double", "decimal", *MOMENTS):
        return meta.data_type
    values = dataset.frame.iloc[:, place]
    if values.dtype.kind not in "iufb":
        return "double"
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return "double" if _no_integers(numbers).any() else "integer"


def _digits(dataset: Dataset, meta: VariableMeta) -> int | None:
    """How many characters the integers of a variable need at most; None without any."""
    numbers = dataset.frame[meta.name].to_numpy(dtype=np.float64, na_value=np.nan)
    known = numbers[~np.isnan(numbers)]
    if not len(known) or _no_integers(known).any():
        return None
    return max(len(f"{extreme:.0f}") for extreme in (known.min(), known.max()))


def _no_integers(numbers: Any) -> Any:
    """Where a number is no whole one that a double holds exactly; missing ones are none of them."""
    return ~np.isnan(numbers) & ~((numbers == np.rint(numbers)) & (np.abs(numbers) <= 2.0**53))


def _rows(dataset: Dataset) -> Iterator[list[str]]:
    """The JSON text of each record, some thousand at a time."""
    columns = [
        _texts(dataset, meta, dataset.frame.iloc[:, n]) for n, meta in enumerate(dataset.variables)
    ]
    for start in range(0, dataset.records, _CHUNK_ROWS):
        parts = [column.slice(start, _CHUNK_ROWS) for column in columns]
        parts = [p.cast(pa.large_string()) for p in parts]
        joined = pc.binary_join_element_wise(*parts, pa.scalar(",", pa.large_string()))
        yield [f"[{text}]" for text in joined.to_pylist()]


def _texts(dataset: Dataset, meta: VariableMeta, values: Any) -> Any:
    """A column as JSON text, an Arrow dictionary or string array."""
    if meta.type == "Char":
        codes, texts = distinct_texts(values, dataset.name, meta.name)
        return _dictionary(codes, [json.dumps(t, ensure_ascii=False) for t in texts.to_pylist()])
    if values.dtype.kind not in "iufb":
        _fail("FILE026", dataset, meta, None, f"it is Num, but holds {values.dtype}")
    numbers = np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
    if np.isinf(numbers).any():
        _fail("FILE043", dataset, meta, int(np.argmax(np.isinf(numbers))), "JSON has no infinity")
    if meta.data_type in MOMENTS:
        return _moments(dataset, meta, numbers)
    if meta.data_type == "integer":
        return _integers(dataset, meta, numbers)
    if meta.data_type == "decimal":
        return _decimals(numbers)
    return pa.array(numbers, from_pandas=True).cast(pa.large_string()).fill_null("null")


def _decimals(numbers: Any) -> Any:
    """Digits and a full stop, as a decimal of ODM is written: no exponent."""
    codes, distinct = pd.factorize(numbers, use_na_sentinel=True)
    texts = [f'"{Decimal(repr(float(number))):f}"' for number in distinct]
    return _dictionary(codes, texts, "null")


def _dictionary(codes: Any, texts: list[str], blank: str = '""') -> Any:
    places = np.where(codes < 0, len(texts), codes.astype(np.int64))
    return pa.DictionaryArray.from_arrays(places, pa.array([*texts, blank], pa.large_string()))


def _integers(dataset: Dataset, meta: VariableMeta, numbers: Any) -> Any:
    odd = _no_integers(numbers)
    if odd.any():
        place = int(np.argmax(odd))
        _fail("FILE043", dataset, meta, place, f"{numbers[place]!r} is no integer")
    whole = pa.array(np.nan_to_num(numbers).astype(np.int64), mask=np.isnan(numbers))
    return whole.cast(pa.large_string()).fill_null("null")


def _moments(dataset: Dataset, meta: VariableMeta, numbers: Any) -> Any:
    distinct, codes = np.unique(numbers, return_inverse=True)
    texts = []
    for n, number in enumerate(distinct):
        try:
            texts.append("null" if np.isnan(number) else json.dumps(_iso(number, meta.data_type)))
        except ValueError as error:
            _fail("FILE043", dataset, meta, int(np.argmax(codes == n)), str(error))
    return _dictionary(codes, texts)


def _iso(number: float, kind: str) -> str:
    """ISO 8601 of SAS days or seconds."""
    micro = number * (86_400_000_000 if kind == "date" else 1_000_000)
    if abs(micro) > 2**62:
        raise ValueError(f"{number!r} is outside the calendar")
    if micro != round(micro) or (kind == "date" and number != int(number)):
        raise ValueError(f"{number!r} is no whole day or microsecond")
    moment = _DAYS_TO_1960 + np.timedelta64(round(micro), "us")
    text = str(moment)
    if (
        not "0001" <= text[:4] <= "9999"
        or text[4] != "-"
        or (kind == "time" and not 0 <= number < 86400)
    ):
        raise ValueError(f"{number!r} is outside the calendar")
    day, _, clock = text.partition("T")
    clock = clock.removesuffix(".000000")
    return {"date": day, "time": clock, "datetime": f"{day}T{clock}"}[kind]


def _fail(code: str, dataset: Dataset, meta: VariableMeta, row: int | None, what: str) -> None:
    record = None if row is None else row + 1
    where = f"{dataset.name}.{meta.name}" + (f" record {record}" if record else "")
    place = {"dataset": dataset.name, "variable": meta.name, "record": record}
    raise BuildError(finding(code, f"{where}: {what}", **place))

"""Dataset-JSON 1.1, its NDJSON form, the compressed form of that, and version 1.0 to data sets."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from specs.codes import finding
from specs.errors import RawDataError
from specs.findings import RawCell
from transport.dataset import Dataset, VariableMeta
from transport.formats.dataset_json import MOMENTS
from transport.machine import pass_on
from transport.xpt.read import as_categories

_TYPES = ("string", "integer", "decimal", "float", "double", "boolean", *MOMENTS, "URI")
_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
_ISO = {
    "date": re.compile(_DAY),
    "time": re.compile(_CLOCK),
    "datetime": re.compile(f"{_DAY}T{_CLOCK}"),
}
_NOTHING = type(None)
_OLD = ("clinicalData", "referenceData")
"""Where version 1.0 keeps its data sets."""
_PARTS = ("items", "itemData")
_NUMBER = "ITEMGROUPDATASEQ"
"""The column of version 1.0 that numbers the records."""
_ROWS_AT_ONCE = 20_000


def read_dataset_json(path: Path | str) -> Dataset:
    """Read one Dataset-JSON file, version 1.1 or 1.0.

    Raises:
        RawDataError: FILE001, FILE040 to FILE043.
    """
    path = Path(path)
    content = _current(path, _parse(path, _content(path), None))
    top = _checked(path, content)
    rows = content.get("rows", [])
    if not isinstance(rows, list):
        _fail("FILE041", path, "rows is not a list")
    return _dataset(path, top, [rows])


def read_dataset_ndjson(path: Path | str) -> Dataset:
    """Read one Dataset-JSON 1.1 NDJSON file.

    Raises:
        RawDataError: FILE001, FILE040 to FILE043.
    """
    path = Path(path)
    return _of_lines(path, _content(path))


def read_dataset_dsjc(path: Path | str) -> Dataset:
    """Read one compressed Dataset-JSON 1.1 file (``.dsjc``): NDJSON packed with zlib.

    Raises:
        RawDataError: FILE001, FILE040 to FILE043.
    """
    path = Path(path)
    return _of_lines(path, _unpacked(path))


def _of_lines(path: Path, text: str) -> Dataset:
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        _fail("FILE040", path, "is empty")
    top = _checked(path, _parse(path, lines[0], 1))
    return _dataset(path, top, _row_chunks(path, lines[1:]))


def read_json_header(path: Path) -> tuple[str, tuple[VariableMeta, ...], str, int]:
    """Name, variables, label and number of records of any form."""
    suffix = path.suffix.lower()
    if suffix == ".ndjson":
        try:
            with path.open(encoding="utf-8-sig") as file:
                first = file.readline()
        except (OSError, UnicodeDecodeError) as error:
            pass_on(error)
            _fail("FILE001", path, str(error))
        top = _checked(path, _parse(path, first, 1))
    elif suffix == ".dsjc":
        top = _checked(path, _parse(path, _unpacked(path).partition("\n")[0], 1))
    else:
        top = _checked(path, _current(path, _parse(path, _content(path), None)))
    variables = tuple(_variable(path, column) for column in top["columns"])
    return top["name"], variables, top["label"], top["records"]


def _row_chunks(path: Path, lines: list[str]) -> Iterator[list[Any]]:
    for start in range(0, len(lines), _ROWS_AT_ONCE):
        some = lines[start : start + _ROWS_AT_ONCE]
        try:
            rows = json.loads("[" + ",".join(some) + "]", parse_constant=_no_constant)
        except (ValueError, RecursionError):
            rows = []
        if len(rows) != len(some):
            rows = [_parse(path, line, number) for number, line in enumerate(some, start + 2)]
        yield rows


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        pass_on(error)
        _fail("FILE001", path, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        _fail("FILE014", path, f"is not UTF-8 at byte {error.start}")


def _unpacked(path: Path) -> str:
    """The text of a compressed file: zlib as CDISC says, or gzip, which some programs write."""
    try:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        raw = unpacker.decompress(path.read_bytes()) + unpacker.flush()
    except OSError as error:
        _fail("FILE001", path, f"cannot be read: {error.strerror}")
    except zlib.error as error:
        _fail("FILE040", path, f"is not packed with zlib: {error}")
    if not unpacker.eof or unpacker.unused_data:
        what = "more follows the packed text" if unpacker.eof else "the file is cut off"
        _fail("FILE040", path, what)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _fail("FILE014", path, f"is not UTF-8 at byte {error.start}")


def _current(path: Path, top: Any) -> Any:
    """A document of version 1.0 as one of 1.1; any other as it is.

    In 1.0 the data set stands below ``clinicalData`` or ``referenceData``, columns are ``items``
    with a ``type``, and the first one numbers the records.
    """
    if not isinstance(top, dict) or not any(kind in top for kind in _OLD):
        return top
    version = top.get("datasetJSONVersion", "1.0")
    held = [top[kind] for kind in _OLD if kind in top]
    groups = held[0].get("itemGroupData") if isinstance(held[0], dict) else None
    if not str(version).startswith("1.0"):
        return top
    if len(held) > 1 or not isinstance(groups, dict) or len(groups) != 1:
        count = len(groups) if isinstance(groups, dict) else "no"
        _fail("FILE041", path, f"is Dataset-JSON 1.0 with {count} data sets, not one")
    group = next(iter(groups.values()))
    items, rows = (group.get(part) if isinstance(group, dict) else None for part in _PARTS)
    if not isinstance(items, list) or not isinstance(rows, list):
        _fail("FILE041", path, "is Dataset-JSON 1.0 without items or itemData")
    numbered = bool(items) and isinstance(items[0], dict) and items[0].get("name") == _NUMBER
    columns = [
        {**item, "dataType": item.get("type")} if isinstance(item, dict) else item
        for item in items[numbered:]
    ]
    _check_rows(path, rows, len(items), 0)
    shorter = [row[1:] for row in rows] if numbered else rows
    return {**group, "datasetJSONVersion": "1.1", "columns": columns, "rows": shorter}


def _parse(path: Path, text: str, line: int | None) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        at = error.lineno if line is None else line
        _fail("FILE040", path, f"{error.msg} (line {at}, column {error.colno})", row=at)
    except RecursionError:
        _fail("FILE040", path, "is nested too deeply", row=line)
    except ValueError as error:
        _fail("FILE040", path, str(error), row=line)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON number")


def _checked(path: Path, top: Any) -> dict[str, Any]:
    """The metadata, if it has what the standard requires."""
    if not isinstance(top, dict):
        _fail("FILE041", path, "is no JSON object")
    version = top.get("datasetJSONVersion")
    if version is None:
        _fail("FILE041", path, "is JSON, but no Dataset-JSON: datasetJSONVersion is missing")
    if isinstance(version, str) and not version.startswith("1.1"):
        _fail("FILE041", path, f"is Dataset-JSON version {version}, not 1.1"[:200])
    kinds = {"datasetJSONVersion": str, "name": str, "label": str, "records": int, "columns": list}
    for key, kind in kinds.items():
        if not isinstance(top.get(key), kind):
            _fail("FILE041", path, f"{key} is {top.get(key)!r}"[:200])
    return top


def _variable(path: Path, column: Any) -> VariableMeta:
    if not isinstance(column, dict) or not isinstance(column.get("name"), str):
        _fail("FILE041", path, f"a column is {column!r}"[:200])
    kind, target = column.get("dataType"), column.get("targetDataType")
    if kind not in _TYPES:
        _fail("FILE041", path, f"dataType of {column['name']} is {kind!r}")
    for key, wanted in (("label", str), ("displayFormat", str), ("length", int)):
        if key in column and type(column[key]) is not wanted:
            _fail("FILE041", path, f"{key} of {column['name']} is {column[key]!r}"[:200])
    number = kind in ("integer", "float", "double", "decimal") or (
        kind in MOMENTS and target == "integer"
    )
    return VariableMeta(
        column["name"],
        column.get("label", ""),
        "Num" if number else "Char",
        None if number else column.get("length"),  # of a number: digits, not bytes
        column.get("displayFormat", ""),
        "",
        kind,
    )


def _dataset(path: Path, top: dict[str, Any], chunks: Any) -> Dataset:
    variables = tuple(_variable(path, column) for column in top["columns"])
    names = [v.name for v in variables]
    if len(set(names)) < len(names):
        _fail("FILE041", path, "two columns have one name")
    lists: list[list[Any]] = [[] for _ in variables]
    records = 0
    for rows in chunks:
        _check_rows(path, rows, len(variables), records)
        for values, more in zip(lists, zip(*rows, strict=True), strict=False):
            values.extend(more)
        records += len(rows)
    if records != top["records"]:
        _fail("FILE042", path, f"holds {records} records, says {top['records']}")
    columns = {
        n: _number(path, m, v) if m.type == "Num" else _text(path, m, v)
        for n, (m, v) in enumerate(zip(variables, lists, strict=True))
    }
    frame = pd.DataFrame(columns, index=pd.RangeIndex(records), copy=False)
    frame.columns = pd.Index(names, dtype="str")
    return Dataset(top["name"], frame, variables, top["label"], _keys(top), path)


def _keys(top: dict[str, Any]) -> tuple[str, ...]:
    keyed = [c for c in top["columns"] if isinstance(c.get("keySequence"), int)]
    return tuple(c["name"] for c in sorted(keyed, key=lambda c: c["keySequence"]))


def _check_rows(path: Path, rows: list[Any], size: int, before: int) -> None:
    for number, row in enumerate(rows, before + 1):
        if not isinstance(row, list) or len(row) != size:
            found = f"{len(row)} values" if isinstance(row, list) else repr(row)[:60]
            _fail("FILE042", path, f"record {number} is {found}, not {size} values", record=number)


def _text(path: Path, meta: VariableMeta, values: list[Any]) -> Any:
    codes, distinct = _distinct(path, meta, values)
    texts = []
    for n, value in enumerate(distinct):
        if value is None or isinstance(value, str):
            texts.append((value or "").rstrip(" "))
        elif isinstance(value, bool) and meta.data_type == "boolean":
            texts.append("true" if value else "false")
        else:
            _wrong(path, meta, codes, n, value)
    try:
        return as_categories(codes, texts)
    except UnicodeEncodeError as error:
        n = texts.index(error.object)
        _wrong(path, meta, codes, n, "half a surrogate pair")


def _number(path: Path, meta: VariableMeta, values: list[Any]) -> Any:
    if meta.data_type not in (*MOMENTS, "decimal") and set(map(type, values)) <= {float, _NOTHING}:
        numbers = np.array(values, dtype=np.float64)
        if not np.isinf(numbers).any():
            return numbers
    codes, distinct = _distinct(path, meta, values)
    numbers = np.full(len(distinct), np.nan)
    for n, value in enumerate(distinct):
        number = _as_number(meta, value)
        if number is None:
            _wrong(path, meta, codes, n, value)
        numbers[n] = number
    return numbers[codes]


def _distinct(path: Path, meta: VariableMeta, values: list[Any]) -> tuple[Any, list[Any]]:
    """Codes and distinct values; True and 1 are told apart."""
    if set(map(type, values)) <= {str, _NOTHING}:
        ready, texts = pd.factorize(np.array(values, dtype=object))
        return np.where(ready < 0, len(texts), ready), [*texts, None]
    places: dict[Any, int] = {}
    try:
        codes = [places.setdefault((type(v), v), len(places)) for v in values]
    except TypeError:
        n = next(n for n, v in enumerate(values) if isinstance(v, list | dict))
        _wrong(path, meta, np.arange(n + 1), n, values[n])
    return np.array(codes, dtype=np.int64), [value for _, value in places]


def _as_number(meta: VariableMeta, value: Any) -> float | None:
    if value is None or value == "":
        return float("nan")
    if isinstance(value, bool):
        return None
    if meta.data_type in MOMENTS:
        return _sas_number(value, meta.data_type) if isinstance(value, str) else None
    if isinstance(value, str) and meta.data_type != "decimal":
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if np.isfinite(number) else None


def _sas_number(text: str, kind: str) -> float | None:
    if not _ISO[kind].fullmatch(text):
        return None
    try:
        moment = np.datetime64(f"1960-01-01T{text}" if kind == "time" else text, "us")
    except ValueError:
        return None
    micro = int((moment - np.datetime64("1960-01-01", "us")).astype(np.int64))
    return micro / (86_400_000_000 if kind == "date" else 1_000_000)


def _wrong(path: Path, meta: VariableMeta, codes: Any, n: int, value: Any) -> NoReturn:
    record = int(np.argmax(codes == n)) + 1
    shown = json.dumps(value, ensure_ascii=False)[:60]
    what = f"record {record}, {meta.name}: {shown} is not of type {meta.data_type}"
    _fail("FILE043", path, what, record=record, variable=meta.name, value=shown)


def _fail(code: str, path: Path, what: str, row: int | None = None, **fields: Any) -> NoReturn:
    raw = RawCell(path.name, row)
    raise RawDataError(finding(code, f"{path.name}: {what}", raw=raw, **fields))

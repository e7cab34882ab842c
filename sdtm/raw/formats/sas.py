"""SAS7BDAT and XPT, through pyreadstat; every value as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from sdtm.raw._columns import choose_columns, header_names
from sdtm.raw._model import RawFile, RawTable, ReadOptions, TableInfo
from sdtm.raw._text import distinct, from_texts, number_text
from sdtm.raw.codes import error, note
from sdtm.raw.formats._sas_formats import Kind, kind_of
from specs.errors import TracelockError
from specs.findings import Finding
from transport.machine import pass_on
from transport.xpt.header import open_bytes, parse_header

_TAIL = 4096
_EPOCH = np.datetime64("1960-01-01")


def read(source: RawFile, options: ReadOptions) -> list[RawTable]:
    """The one table of the file; rows are record numbers."""
    frame, meta = _load(source, options, metadata_only=False)
    frame = _without_padding(source, frame)
    findings: list[Finding] = []
    header = header_names(source.file, list(frame.columns), 1, findings)
    columns = {}
    for name in choose_columns(source.file, header, options.columns):
        place = header.names.index(name)
        values = frame.iloc[:, place]
        kind = _kind(meta, frame.columns[place])
        if kind == "unknown":
            shown = str(meta.original_variable_types[frame.columns[place]])
            _tell_unknown(source.file, name, shown, values, findings)
        columns[name] = _texts(source.file, name, values, kind, findings)
    if not len(frame):
        findings.append(note("RAW104", "no records", source.file))
    return [
        RawTable(
            name=meta.table_name or source.stem,
            file=source.file,
            frame=pd.DataFrame(columns, index=pd.RangeIndex(len(frame)), copy=False),
            rows=np.arange(1, len(frame) + 1, dtype=np.int64),
            encoding=meta.file_encoding or "",
            encoding_detected=options.encoding is None,
            sha256=source.sha256,
            findings=findings,
        )
    ]


def _without_padding(source: RawFile, frame: Any) -> Any:
    """The records of a transport file, without those that its filling of zeros would make.

    Raises RawDataError RAW102 where nothing tells zeros that are records from filling.
    """
    if _format(source) != "xpt" or not _ends_in_zeros(source):
        return frame
    try:
        with_any_labels = "latin-1"
        data = open_bytes(source.path)
        records = parse_header(source.path, data, with_any_labels, None).records
    except TracelockError as problem:
        message = problem.findings[0].message
        raise error("RAW102", message, source.file) from problem
    return frame.iloc[:records]


def _ends_in_zeros(source: RawFile) -> bool:
    """Whether zeros end the file, or more than a number has stand before its last blanks."""
    with source.path.open("rb") as handle:
        handle.seek(max(source.path.stat().st_size - _TAIL, 0))
        tail = handle.read()
    return tail.endswith(b"\0") or tail.rstrip(b" ").endswith(b"\0" * 9)


def tables(source: RawFile, options: ReadOptions) -> list[TableInfo]:
    """Columns and labels from the file's header."""
    _, meta = _load(source, options, metadata_only=True)
    names = tuple(meta.column_names)
    labels = {n: t for n, t in zip(names, meta.column_labels, strict=True) if t}
    return [
        TableInfo(
            name=meta.table_name or source.stem,
            file=source.file,
            format=_format(source),
            columns=names,
            rows=meta.number_rows,
            exact=meta.number_rows is not None,
            encoding=meta.file_encoding or "",
            labels=labels,
        )
    ]


def _format(source: RawFile) -> str:
    with source.path.open("rb") as handle:
        return "xpt" if handle.read(13) == b"HEADER RECORD" else "sas7bdat"


def _load(source: RawFile, options: ReadOptions, *, metadata_only: bool) -> tuple[Any, Any]:
    import pyreadstat

    if source.path.stat().st_size == 0:
        raise error("RAW103", "the file is empty", source.file)
    arguments = {"disable_datetime_conversion": True, "encoding": options.encoding}
    if _format(source) == "xpt":
        reader: Callable[..., Any] = pyreadstat.read_xport
    else:
        reader = pyreadstat.read_sas7bdat
        arguments["user_missing"] = True
    try:
        loaded: tuple[Any, Any] = reader(str(source.path), metadataonly=metadata_only, **arguments)
    except Exception as problem:  # ReadstatError, PyreadstatError, UnicodeDecodeError, MemoryError
        if not isinstance(problem, MemoryError):  # what damaged files ask for
            pass_on(problem)
        message = f"not readable as {_format(source)}: {str(problem)[:200]}"
        hint = "the file may be cut short; if its text is garbled, declare the encoding"
        raise error("RAW102", message, source.file, hint=hint) from None
    return loaded


def _kind(meta: Any, name: str) -> Kind | Literal["text"]:
    if meta.readstat_variable_types[name] == "string":
        return "text"
    return kind_of(meta.original_variable_types[name])


def _tell_unknown(
    file: str, name: str, sas_format: str, values: Any, findings: list[Finding]
) -> None:
    filled = np.flatnonzero(values.notna().to_numpy(bool))
    if len(filled):
        first = int(filled[0])
        message = f"{len(filled)} numbers of the format {sas_format} are read as plain numbers"
        text = str(values.iloc[first])
        findings.append(note("RAW125", message, file, first + 1, column=name, text=text))


def _texts(file: str, name: str, values: Any, kind: str, findings: list[Finding]) -> pd.Categorical:
    """``kind`` is that of :func:`kind_of`, or "text" for a character variable."""
    if kind == "text":
        return from_texts(values.fillna("").tolist())
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _numbers(values.to_numpy(np.float64), kind)
    return _mixed(file, name, values, kind, findings)


def _mixed(file: str, name: str, values: Any, kind: str, findings: list[Finding]) -> pd.Categorical:
    letters = values.map(lambda value: isinstance(value, str)).to_numpy(bool)
    first = int(np.flatnonzero(letters)[0]) if letters.any() else -1
    if first >= 0:
        shown = ", ".join(sorted({f".{v}" for v in values[letters]}))
        message = f"{int(letters.sum())} special missing values ({shown}) read as blank"
        findings.append(note("RAW123", message, file, first + 1, column=name))
    return _numbers(pd.to_numeric(values.mask(letters)).to_numpy(np.float64), kind)


def _numbers(values: Any, kind: str) -> pd.Categorical:
    codes, unique = pd.factorize(values)
    return distinct(codes, _number_texts(unique, kind))


def _number_texts(values: Sequence[float], kind: str) -> list[str]:
    readers = {"date": _date, "datetime": _datetime, "time": _time, "moment": _moment}
    as_text = readers.get(kind, number_text)
    return [as_text(float(value)) for value in values]


def _date(days: float) -> str:
    if days != int(days):
        return number_text(days)
    return _calendar(_EPOCH + np.timedelta64(int(days), "D"), days)


def _datetime(seconds: float) -> str:
    whole = int(np.floor(seconds))
    moment = _EPOCH.astype("datetime64[s]") + np.timedelta64(whole, "s")
    return _calendar(moment, seconds) + _fraction(seconds - whole)


def _calendar(moment: Any, value: float) -> str:
    text = str(moment)
    return text if len(text.split("-", maxsplit=1)[0]) == 4 else number_text(value)


def _time(seconds: float) -> str:
    whole = int(np.floor(seconds))
    if whole < 0:
        return number_text(seconds)
    clock = f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return clock + _fraction(seconds - whole)


def _moment(seconds: float) -> str:
    return _time(seconds) if 0 <= seconds < 86400 else _datetime(seconds)


def _fraction(part: float) -> str:
    return f"{part:.6f}".rstrip("0")[1:].rstrip(".") if round(part, 6) else ""

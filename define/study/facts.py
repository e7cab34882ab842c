"""What the data say about a variable: data type, length, digits, the values that occur."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from transport import Dataset, VariableMeta

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2})?|\d{4}---\d{2}|--\d{2}-\d{2}|-----\d{2}")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_PARTIAL_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}(:\d{2})?")
_MOMENTS = ("date", "date-time")
_DURATION = re.compile(r"[+-]?P[\dYMWDTHS.,]+")


@dataclass(frozen=True, slots=True)
class Facts:
    """Define-XML data type, length (texts in bytes, numbers in digits), significant digits, the
    distinct texts in order, whether there is any value, and whether every record has one."""

    data_type: str
    length: int | None
    digits: int | None
    values: tuple[str, ...]
    filled: bool
    complete: bool = False


def facts(
    dataset: Dataset,
    meta: VariableMeta,
    rows: Any = None,
    *,
    kind: str = "",
    encoding: str = "utf-8",
) -> Facts:
    """The facts of a variable, of all records or of the ``rows`` given (a mask).

    ``kind`` is the kind that the build says it has ("" for data that no account tells of).
    """
    column = dataset.frame[meta.name]
    if rows is not None:
        column = column[rows]
    if meta.type == "Num":
        numbers = column.to_numpy(dtype=np.float64)
        full = not bool(np.isnan(numbers).any())
        return replace(number_facts(numbers, meta), complete=full)
    occurring = set(pd.unique(column))
    values = tuple(sorted(str(v) for v in occurring if not pd.isna(v) and v != ""))
    found = text_facts(meta.name, values, encoding, kind=kind)
    return replace(found, complete=len(values) == len(occurring))


def number_facts(values: Any, meta: VariableMeta) -> Facts:
    """Facts of numbers; SAS dates and times are integers with a display format."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Facts("integer", 8, None, (), False)
    distinct = np.unique(known)
    if np.all(distinct == np.round(distinct)):
        size = max(len(str(int(v))) for v in (distinct[0], distinct[-1]))
        return Facts("integer", max(size, 1), None, (), True)
    texts = [repr(float(v)) if abs(v) >= 1e-4 and abs(v) < 1e16 else f"{v:.12f}" for v in distinct]
    after = max(len(text.partition(".")[2].rstrip("0")) for text in texts)
    before = max(len(text.partition(".")[0]) for text in texts)
    after = min(after, 12)
    return Facts("float", before + 1 + after, after, (), True)


def text_facts(name: str, values: tuple[str, ...], encoding: str, *, kind: str = "") -> Facts:
    """Facts of texts; dates, times and durations in ISO 8601 have types of their own."""
    length = max((len(v.encode(encoding, "replace")) for v in values), default=1)
    if kind in _MOMENTS or (not kind and name.endswith("DTC")):
        return Facts(_date_type(values), None, None, values, bool(values))
    if name.endswith(("DUR", "ELTM", "STINT", "ENINT")) and all(
        _DURATION.fullmatch(v) for v in values
    ):
        return Facts("durationDatetime", None, None, values, bool(values))
    return Facts("text", max(length, 1), None, values, bool(values))


def _date_type(values: tuple[str, ...]) -> str:
    """The narrowest type that holds every value (Define-XML 2.1, table of data types)."""
    kinds = {_one(v) for v in values}
    if not kinds or kinds == {"date"}:
        return "date" if kinds else "datetime"
    if kinds <= {"date", "partialDate"}:
        return "partialDate"
    if kinds == {"datetime"}:
        return "datetime"
    if kinds <= {"datetime", "partialDatetime", "date", "partialDate"}:
        return "incompleteDatetime" if kinds & {"partialDate"} else "partialDatetime"
    return "incompleteDatetime"


def _one(value: str) -> str:
    if _DATE.fullmatch(value):
        return "date"
    if _PARTIAL_DATE.fullmatch(value):
        return "partialDate"
    if _DATETIME.fullmatch(value):
        return "datetime"
    return "partialDatetime" if _PARTIAL_DATETIME.fullmatch(value) else "incompleteDatetime"

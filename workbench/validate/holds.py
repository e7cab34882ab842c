"""Whether the condition that a waiver states is true of the records that it is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from derive.values.column import Column, KindError
from derive.values.masks import mask
from derive.values.number import Number
from derive.values.text import Text
from specs import TracelockError
from specs.conditions import parse_condition
from specs.suggest import did_you_mean

_SHOWN = 3


def holds_in(folders: list[Path], encoding: str) -> Callable[[str, list[int], str], str]:
    """A test of conditions on the records of the data sets in these folders.

    It gives "" where the condition is true of all records (from 1), else why it is not; a data set
    or variable that is not there makes no condition true.
    """
    frames: dict[str, Any] = {}

    def test(dataset: str, records: list[int], text: str) -> str:
        if dataset not in frames:
            frames[dataset] = _frame(folders, dataset, encoding)
        frame = frames[dataset]
        if frame is None or max(records) > len(frame):
            return f"{dataset} cannot be looked into"
        try:
            true = mask(parse_condition(text), lambda name: _column(frame, name))
        except KeyError as error:
            hint = did_you_mean(str(error.args[0]), list(frame.columns))
            return f"{dataset} has no {error.args[0]}{f' ({hint})' if hint else ''}"
        except KindError as error:
            return error.message
        false = [str(record) for record in records if not true[record - 1]]
        if not false:
            return ""
        more = ", ..." if len(false) > _SHOWN else ""
        named = f"record {', '.join(false[:_SHOWN])}{more}"
        return f"that is false for {len(false)} of {len(records)} ({named})"

    return test


def _frame(folders: list[Path], dataset: str, encoding: str) -> Any:
    from transport import read_dataset

    for folder in folders:
        for path in sorted(folder.glob(f"{dataset.lower()}.*")):
            try:
                return read_dataset(path, encoding=encoding).frame
            except TracelockError:
                continue
    return None


def _column(frame: Any, name: str) -> Column:
    import pandas as pd

    series = frame[name]
    if pd.api.types.is_numeric_dtype(series):
        return Number.of(series.to_numpy(dtype="float64", na_value=float("nan")))
    return Text.of(["" if pd.isna(value) else str(value) for value in series])

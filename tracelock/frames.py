"""SAS transport files as pandas DataFrames, what the file says of its variables in ``attrs``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

import transport
from transport import Dataset, VariableMeta


def read_xpt(path: Path | str, *, encoding: str | None = None) -> pd.DataFrame:
    """Read the SAS transport file, version 5, that lies at ``path``.

    Char variables become text (``str``; blank is missing), Num variables ``float64``; SAS's special
    missing values are missing too (``transport.read_xpt`` tells them apart). ``attrs`` holds the
    ``name`` and ``label`` of the data set, and ``labels``, ``formats``, ``lengths`` (bytes) of the
    variables, by name. ``encoding`` None takes text as UTF-8 and fails where it is not.

    Raises:
        RawDataError: the file is not there, damaged, or in another encoding.
        BuildError: an unknown encoding.
    """
    return as_frame(transport.read_xpt(path, encoding=encoding))


def write_xpt(
    frame: pd.DataFrame,
    path: Path | str,
    *,
    name: str | None = None,
    label: str | None = None,
    labels: Mapping[str, str] | None = None,
    encoding: str = "ascii",
) -> None:
    """Write ``frame`` to ``path`` as a SAS transport file, version 5, whole or not at all.

    Numbers become Num, everything else has to be text. ``name`` and ``label`` of the data set and
    ``labels`` of variables come from ``frame.attrs``, as :func:`read_xpt` fills it, where they are
    not given; the name else from the file, lengths else from the data. ``encoding`` is ascii,
    utf-8, gb18030 or cp1252.

    Raises:
        BuildError: all that version 5 cannot hold (names over 8 bytes, text over 200, times that
            are no text, text longer than its declared length, ...); no file is left.
    """
    dataset = as_dataset(frame, name or frame.attrs.get("name") or Path(path).stem.upper())
    dataset.label = dataset.label if label is None else label
    known = labels or {}
    dataset.variables = tuple(
        replace(variable, label=known.get(variable.name, variable.label))
        for variable in dataset.variables
    )
    transport.write_xpt(dataset, path, encoding=encoding)


def as_frame(dataset: Dataset) -> pd.DataFrame:
    """A data set as people use it: text instead of categories, its description in ``attrs``."""
    text = {v.name: "str" for v in dataset.variables if v.type == "Char"}
    frame = dataset.frame.astype(text)
    frame.attrs = {
        "name": dataset.name,
        "label": dataset.label,
        "labels": {v.name: v.label for v in dataset.variables},
        "formats": {v.name: v.format for v in dataset.variables if v.format},
        "lengths": {v.name: v.length for v in dataset.variables if v.length is not None},
    }
    return frame


def as_dataset(frame: pd.DataFrame, name: str) -> Dataset:
    """A DataFrame as a data set, described by its ``attrs``. The frame is not changed."""
    attrs = frame.attrs
    variables = tuple(
        VariableMeta(
            str(column),
            _told(attrs, "labels", column, ""),
            "Num" if pd.api.types.is_numeric_dtype(frame.dtypes.iloc[place]) else "Char",
            length=_told(attrs, "lengths", column, None),
            format=_told(attrs, "formats", column, ""),
        )
        for place, column in enumerate(frame.columns)
    )
    plain = frame.reset_index(drop=True).set_axis([v.name for v in variables], axis=1)
    return Dataset(name, plain, variables, label=str(attrs.get("label") or ""))


def _told(attrs: Mapping[Any, Any], what: str, column: object, otherwise: Any) -> Any:
    return (attrs.get(what) or {}).get(column, otherwise)

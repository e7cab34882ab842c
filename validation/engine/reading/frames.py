"""Data frames in memory as data sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from specs.codes import finding
from specs.errors import SpecificationError
from transport import Dataset
from transport.dataset import VariableMeta


def frame_datasets(data: Mapping[str, Any]) -> list[Dataset]:
    """The data sets of a mapping of names to DataFrames (or transport Datasets).

    Raises:
        SpecificationError: VAL017, a value is neither, or two names differ in case alone.
    """
    made: dict[str, Dataset] = {}
    for name, held in data.items():
        folded = str(name).upper()
        if folded in made:
            raise _error(f"two data sets are named {folded}")
        if not isinstance(held, (Dataset, pd.DataFrame)):
            raise _error(f"{name} is a {type(held).__name__}, not a DataFrame")
        made[folded] = held if isinstance(held, Dataset) else frame_dataset(str(name), held)
    return list(made.values())


def _error(message: str) -> SpecificationError:
    return SpecificationError(finding("VAL017", message))


def frame_dataset(name: str, frame: pd.DataFrame) -> Dataset:
    """A DataFrame as a data set: numbers are Num, everything else is Char.

    ``frame.attrs`` may hold the ``label`` of the data set and ``labels`` of variables, by name.
    """
    given = frame.attrs.get("labels") or {}
    labels = {str(key).upper(): str(text) for key, text in given.items()}
    columns, variables = {}, []
    for place, column in enumerate(frame.columns):
        series = frame.iloc[:, place]
        folded = str(column).upper()
        number = pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_bool_dtype(
            series.dtype
        )
        if folded in columns:
            raise _error(f"{name} has two columns {folded}")
        if not number and not isinstance(series.dtype, pd.CategoricalDtype):
            series = _categorical(series)
        columns[folded] = series.astype("float64") if number else series
        text = labels.get(folded, "")
        variables.append(VariableMeta(folded, text, type="Num" if number else "Char"))
    label = str(frame.attrs.get("label") or "")
    return Dataset(name.upper(), pd.DataFrame(columns), tuple(variables), label=label)


def has_labels(dataset: Dataset) -> bool:
    """Whether anything is known of labels: a file has them (or has them blank), a bare DataFrame
    has none."""
    known: Iterable[str] = (dataset.label, *(each.label for each in dataset.variables))
    return dataset.source is not None or any(known)


def _categorical(series: Any) -> Any:
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        series = series.dt.strftime("%Y-%m-%dT%H:%M:%S")
    try:
        return series.astype("category")
    except TypeError:  # lists and the like have no order and no hash
        return series.map(str, na_action="ignore").astype("category")

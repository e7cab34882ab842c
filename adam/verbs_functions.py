"""The verb for what no other verb can say: a named function of the study."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from adam import columns
from adam.language import Function
from adam.scope import Scope, failure
from adam.verbs_values import Made, as_shown


def run_function(line: Function, scope: Scope, name: str) -> Made:
    """``function``: the study's function of the distinct combinations of its arguments."""
    if scope.function is None:
        raise failure("ADAM105", f"{name}: functions cannot be called here", variable=name)
    call = scope.function(line.function)
    arguments = pd.DataFrame({str(i): _plain(scope.column(n)) for i, n in enumerate(line.of)})
    distinct = arguments.drop_duplicates(ignore_index=True)
    results = [
        _called(line, call, list(row)) for row in distinct.itertuples(index=False, name=None)
    ]
    distinct["·"] = np.arange(len(distinct))
    rows = arguments.merge(distinct, how="left", on=list(arguments.columns))["·"].to_numpy()
    return {name: _column(results, rows, line, name)}


def _plain(column: pd.Series) -> Any:
    if columns.is_text(column):
        return column.astype(object).where(column.notna(), "")
    if columns.is_date(column):
        return as_shown(column).astype(object).where(column.notna(), None)
    return column.astype(object).where(column.notna(), None)


def _called(line: Function, call: Any, values: list[Any]) -> Any:
    values = [None if v is None or v != v else v for v in values]  # noqa: PLR0124 - NaN
    try:
        return call(*values)
    except Exception as error:
        shown = ", ".join(map(repr, values))
        raise failure("ADAM105", f"{line.function}({shown}) fails: {error}") from error


def _column(results: list[Any], rows: Any, line: Function, name: str) -> pd.Series:
    known = [r for r in results if r is not None and r != ""]
    if all(isinstance(r, str) for r in known):
        texts = ["" if r is None else str(r) for r in results]
        return columns.text_column(rows, texts)
    if all(isinstance(r, int | float) for r in known):
        numbers = np.array([np.nan if r in (None, "") else float(r) for r in results])
        return pd.Series(numbers[rows])
    raise failure("ADAM203", f"{name}: {line.function} gives texts and numbers", variable=name)

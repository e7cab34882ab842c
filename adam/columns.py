"""Columns as the derivations see them: text is a pandas categorical, numbers are float64, dates
and date-times are ``datetime64[s]``, and blank text is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

MISSING_DATE = np.datetime64("NaT", "s")


def is_text(column: pd.Series) -> bool:
    """True for a categorical (text) column."""
    return isinstance(column.dtype, pd.CategoricalDtype)


def is_date(column: pd.Series) -> bool:
    """True for a date or date-time column."""
    return bool(column.dtype.kind == "M")


def text_column(codes: Any, categories: Sequence[str] | pd.Index) -> pd.Series:
    """A text column of ``codes`` (-1: missing) into ``categories`` (any order, repeats allowed)."""
    labels = pd.Index(pd.Series(list(categories), dtype="object"))
    usable = labels.notna() & (labels != "")
    kept = pd.Index(sorted(set(labels[usable])), dtype="object")
    position = np.append(np.where(usable, kept.get_indexer(labels), -1), -1)
    new_codes = position[np.asarray(codes, dtype=np.int64)]
    return pd.Series(pd.Categorical.from_codes(new_codes, categories=kept))


def constant_text(value: str | None, size: int) -> pd.Series:
    """The same text in every record; None gives an all-missing text column."""
    codes = np.full(size, -1 if value in (None, "") else 0)
    return text_column(codes, [] if value in (None, "") else [str(value)])


def as_text(values: Any) -> pd.Series:
    """Any object or string vector as a text column."""
    codes, labels = pd.factorize(pd.Series(values, dtype="object"))
    return text_column(codes, [str(label) for label in labels])


def map_text(column: pd.Series, mapped: Sequence[str | None]) -> pd.Series:
    """A text column with category ``i`` replaced by ``mapped[i]`` (None: missing)."""
    return text_column(column.cat.codes.to_numpy(), list(mapped))


def from_dates(values: Any) -> pd.Series:
    """Seconds-precision date column from anything numpy can read as datetime64."""
    return pd.Series(np.asarray(values, dtype="datetime64[s]"))


def days(column: pd.Series) -> Any:
    """Whole days since 1970 as float64, NaN where missing."""
    return np.floor(seconds(column) / 86400.0)


def seconds(column: pd.Series) -> Any:
    """Seconds since 1970 as float64, NaN where missing."""
    raw = column.to_numpy().astype("datetime64[s]")
    out = raw.astype(np.int64).astype(np.float64)
    out[np.isnat(raw)] = np.nan
    return out


def missing(column: pd.Series) -> Any:
    """Boolean vector: True where the value is missing (blank text included)."""
    return column.isna().to_numpy()


def sort_key(column: pd.Series) -> Any:
    """Float vector that sorts like the column, missing values last (+inf)."""
    if is_text(column):
        codes = column.cat.codes.to_numpy().astype(np.float64)
        if not column.cat.categories.is_monotonic_increasing:
            rank = np.argsort(np.argsort(column.cat.categories.to_numpy().astype(str)))
            codes = np.append(rank, -1)[column.cat.codes.to_numpy()].astype(np.float64)
        codes[codes < 0] = np.inf
        return codes
    values = seconds(column) if is_date(column) else column.to_numpy(dtype=np.float64, copy=True)
    values[np.isnan(values)] = np.inf
    return values


def take(column: pd.Series, rows: Any) -> pd.Series:
    """Values at ``rows``; -1 gives a missing value."""
    rows = np.asarray(rows, dtype=np.int64)
    lost = rows < 0
    if is_text(column):
        codes = np.append(column.cat.codes.to_numpy(), -1)[rows]
        return pd.Series(pd.Categorical.from_codes(codes, dtype=column.dtype))
    values = column.to_numpy()
    if not len(values):
        return empty_like(column, len(rows))
    out = values[np.where(lost, 0, rows)]
    if lost.any():
        out[lost] = MISSING_DATE if is_date(column) else np.nan
    return pd.Series(out)


def empty_like(column: pd.Series, size: int) -> pd.Series:
    """An all-missing column of the same kind."""
    if is_text(column):
        return pd.Series(pd.Categorical.from_codes(np.full(size, -1), dtype=column.dtype))
    if is_date(column):
        return pd.Series(np.full(size, MISSING_DATE))
    return pd.Series(np.full(size, np.nan))


_KINDS = ("number", "date", "text")


def stack(columns: Sequence[pd.Series]) -> pd.Series:
    """One column below the other; kinds must agree, all-missing columns adapt."""
    telling = [c for c in columns if not missing(c).all()]
    model = telling[0] if telling else max(columns, key=lambda c: _KINDS.index(kind(c)))
    if any(kind(c) != kind(model) for c in telling):
        raise TypeError(f"a {kind(model)} column meets {sorted({kind(c) for c in telling})}")
    parts = [c if kind(c) == kind(model) else empty_like(model, len(c)) for c in columns]
    if not is_text(model):
        return pd.Series(np.concatenate([p.to_numpy() for p in parts]))
    labels: list[str] = []
    codes = []
    for part in parts:
        own = part.cat.codes.to_numpy().astype(np.int64)
        codes.append(np.where(own < 0, -1, own + len(labels)))
        labels.extend(part.cat.categories)
    return text_column(np.concatenate(codes), labels)


def kind(column: pd.Series) -> str:
    """``text``, ``date`` or ``number``."""
    if is_text(column):
        return "text"
    return "date" if is_date(column) else "number"


def replace_where(column: pd.Series, where: Any, other: pd.Series) -> pd.Series:
    """``other`` where the condition holds, else ``column``. Both have the same length."""
    if missing(column).all():
        column = empty_like(other, len(column))
    if missing(other).all():
        other = empty_like(column, len(other))
    if kind(column) != kind(other):
        raise TypeError(f"a {kind(column)} column meets a {kind(other)} value")
    both = stack([column, other])
    size = len(column)
    return take(both, np.arange(size) + np.where(where, size, 0))

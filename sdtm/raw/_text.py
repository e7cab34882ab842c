"""Columns of text as pandas categoricals: each distinct text once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

INVISIBLE = "\u00a0\u200b\u200c\u200d\u2060\ufeff"
"""Characters around a text that nobody sees: no-break space, zero-width ones, byte order mark."""


def categorical(codes: Any, texts: Sequence[Any]) -> pd.Categorical:
    """Codes into distinct texts, -1 for missing; texts that are empty become missing."""
    categories = pd.Index(texts, dtype="str")
    codes = np.asarray(codes)
    empty = np.flatnonzero(np.asarray(categories == ""))
    if len(empty):
        place = int(empty[0])
        codes = np.where(codes == place, -1, codes - (codes > place))
        categories = categories.delete(place)
    return pd.Categorical.from_codes(codes, categories=categories)


def from_arrow(column: Any, as_text: Callable[[Any], Any] | None = None) -> pd.Categorical:
    """An Arrow column (chunked, dictionary or plain); ``as_text`` turns distinct values to text."""
    merged = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(merged, pa.ChunkedArray):  # no chunk at all, or too many bytes for one
        merged = pa.concat_arrays(merged.chunks) if merged.num_chunks else pa.array([], merged.type)
    if not pa.types.is_dictionary(merged.type):
        merged = merged.dictionary_encode()
    codes = merged.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    values = merged.dictionary
    texts = values.to_pylist() if as_text is None else as_text(values)
    return distinct(codes, texts)


def distinct(codes: Any, texts: Sequence[str]) -> pd.Categorical:
    """As :func:`categorical`, for texts that may repeat (two values with one text)."""
    numbers, unique = pd.factorize(pd.Index(texts, dtype="str"))
    if len(unique) == len(texts):
        return categorical(codes, texts)
    codes = np.asarray(codes)
    return categorical(np.where(codes < 0, -1, np.append(numbers, -1)[codes]), unique)


def from_texts(values: Sequence[str | None]) -> pd.Categorical:
    """A list of texts; None and "" are missing."""
    codes, unique = pd.factorize(np.asarray(values, dtype=object))
    return categorical(codes, [str(text) for text in unique])


def number_text(value: float) -> str:
    """The shortest exact decimal of a float64, without ``.0``: 44625, 0.1, 1e+100.

    Whole numbers below 1e16 are written out, so that identifiers keep their digits.
    """
    if value != value:  # noqa: PLR0124 - NaN
        return ""
    if value == int(value) if abs(value) < 1e16 else False:
        return str(int(value))
    return repr(float(value))


def tidy_name(name: str) -> str:
    """A column name without white space or invisible characters around it."""
    return name.strip().strip(INVISIBLE).strip()

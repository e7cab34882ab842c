"""Columns of text as pandas categoricals: each distinct text once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute as pc

_STR = pd.StringDtype("pyarrow", na_value=np.nan)
_MAX_STRING = (1 << 31) - (1 << 20)


def categorical(codes: Any, texts: Sequence[Any]) -> pd.Categorical:
    """Codes into distinct texts, -1 for missing; a text that is empty becomes missing."""
    codes, categories = _without_empty(np.asarray(codes), pd.Index(texts, dtype="str"))
    return pd.Categorical.from_codes(codes, categories=categories)


def from_arrow(column: Any, as_text: Callable[[Any], Any] | None = None) -> pd.Categorical:
    """An Arrow column (chunked or not); ``as_text`` turns its distinct values into texts."""
    merged = _one_chunk(column)
    if as_text is None and _strictly_rising(merged):
        return unchecked(np.arange(len(merged), dtype=np.int32), categories_of(merged))
    if not pa.types.is_dictionary(merged.type):
        merged = merged.dictionary_encode()
    codes = merged.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    if as_text is not None:
        return distinct(codes, as_text(merged.dictionary))
    if merged.type.value_type in (pa.string(), pa.large_string()):
        return unchecked(*_without_empty(codes, categories_of(merged.dictionary)))
    return distinct(codes, merged.dictionary.cast(pa.string()).to_pylist())


def _one_chunk(column: Any) -> Any:
    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.type == pa.string() and column.nbytes > _MAX_STRING:
        column = column.cast(pa.large_string())
    return column.combine_chunks()


def _strictly_rising(texts: Any) -> bool:
    """Record numbers 1, 2, ... 10, ...: distinct by their order, which is cheaper than hashing."""
    if texts.type != pa.string() or len(texts) < 2 or texts.null_count:
        return False
    return _rises(texts[:100]) and _rises(texts)


def _rises(texts: Any) -> bool:
    first, second = texts[:-1], texts[1:]
    short, long = pc.binary_length(first), pc.binary_length(second)
    rising = pc.or_(
        pc.greater(long, short), pc.and_(pc.equal(long, short), pc.greater(second, first))
    )
    return bool(pc.all(rising).as_py()) and len(texts[0].as_py()) > 0


def categories_of(texts: Any) -> Any:
    """Distinct texts of an Arrow array as categories."""
    return pd.Index(pd.array(texts, dtype=_STR))


def _without_empty(codes: Any, categories: Any) -> tuple[Any, Any]:
    empty = np.flatnonzero(np.asarray(categories == ""))
    if not len(empty):
        return codes, categories
    place = int(empty[0])
    return np.where(codes == place, -1, codes - (codes > place)), categories.delete(place)


def unchecked(codes: Any, categories: Any) -> pd.Categorical:
    """Codes into categories that are known to be distinct.

    pandas would hash all categories to see that they are distinct, which they are: of five
    million record numbers that costs more than reading the file."""
    dtype = pd.CategoricalDtype._from_fastpath(categories, ordered=False)  # noqa: SLF001 - see above
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


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

    Whole numbers of up to 21 digits are written out, so that identifiers keep their digits.
    """
    if value != value:  # noqa: PLR0124 - NaN
        return ""
    if abs(value) < 1e21 and value == int(value):
        return format(Decimal(repr(float(value))), "f").removesuffix(".0")
    return repr(float(value))

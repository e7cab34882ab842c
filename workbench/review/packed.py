"""Data sets for the page: columns as dictionaries and codes, deflated, in text.

A block is a header as JSON (its length first, 4 bytes), then the arrays, each at a multiple of
four: uint8, uint16 or uint32 codes into the column's dictionary. 0 is missing.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

_WIDTHS = ((0xFF, "u1"), (0xFFFF, "u2"), (0xFFFFFFFF, "u4"))


def packed(columns: Mapping[str, Sequence[Any] | Any], label: str = "") -> str:
    """A table as base64 text of a deflated block."""
    made, arrays, size = [], [], 0
    length = 0
    for name, column in columns.items():
        codes, values = _coded(column)
        length = len(codes)
        kind = next(kind for most, kind in _WIDTHS if len(values) <= most)
        data = codes.astype(f"<{kind}").tobytes()
        made.append({"name": name, "type": kind, "at": size, "values": values})
        arrays.append(data + b"\0" * (-len(data) % 4))
        size += len(arrays[-1])
    header = json.dumps({"label": label, "n": length, "columns": made}, ensure_ascii=False)
    head = header.encode("utf-8", "backslashreplace")
    head += b" " * (-len(head) % 4)
    block = len(head).to_bytes(4, "little") + head + b"".join(arrays)
    return base64.b64encode(zlib.compress(block, 4)).decode("ascii")


def _coded(column: Any) -> tuple[Any, list[Any]]:
    """Codes from 1, and the values that they stand for; blank and missing are 0."""
    series = pd.Series(column)
    if pd.api.types.is_numeric_dtype(series):
        codes, values = pd.factorize(series, sort=True)
        return np.asarray(codes) + 1, _plain(np.asarray(values, np.float64))
    if isinstance(series.dtype, pd.CategoricalDtype):
        return _of_categories(series)
    texts = series.astype(object).where(series.notna(), "").astype(str)
    codes, found = pd.factorize(texts, sort=True)
    words = [str(value) for value in found]
    if "" in words:  # sorted: it is the first
        return np.asarray(codes), words[1:]
    return np.asarray(codes) + 1, words


def _plain(values: Any) -> list[Any]:
    """Numbers as JSON writes them shortest: whole ones without a point."""
    whole = values == np.floor(values)
    if whole.all() and (np.abs(values) < 2**53).all():
        return list(values.astype(np.int64).tolist())
    return [int(v) if v.is_integer() else v for v in values.tolist()]


def _of_categories(series: Any) -> tuple[Any, list[Any]]:
    codes = series.cat.codes.to_numpy()
    words = [str(word) for word in series.cat.categories]
    used = np.zeros(len(words) + 1, bool)  # the last is that of -1, missing
    used[codes] = True
    order = sorted(np.flatnonzero(used[:-1]).tolist(), key=words.__getitem__)
    order = [at for at in order if words[at]]
    code_of = np.zeros(len(words) + 1, np.int64)
    code_of[order] = np.arange(1, len(order) + 1)
    return code_of[codes], [words[at] for at in order]

"""Few integers are numbered by sorting, many by hashing: in both ways as pandas numbers them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdtm.columns import TextColumn, numbered


@given(st.lists(st.integers(-(2**62), 2**62) | st.integers(-2, 2), max_size=40))
def test_in_order_of_first_appearance(keys: list[int]) -> None:
    codes, distinct = numbered(np.array(keys, np.int64))
    expected = list(dict.fromkeys(keys))
    assert distinct.tolist() == expected
    assert codes.tolist() == [expected.index(key) for key in keys]


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 20_000])
def test_few_and_many_are_numbered_alike(size: int) -> None:
    keys = np.random.default_rng(1).integers(-9, size + 1, size)
    codes, distinct = numbered(keys)
    known, values = pd.factorize(keys)
    assert codes.tolist() == known.tolist()
    assert distinct.tolist() == values.tolist()
    assert codes.dtype == distinct.dtype == np.int64


@given(st.lists(st.none() | st.text("ab ", max_size=2), max_size=30))
def test_texts_one_by_one(texts: list[str | None]) -> None:
    column = TextColumn.of(iter(texts))
    assert column.texts().tolist() == [text or "" for text in texts]
    assert column.values == list(dict.fromkeys(filter(None, texts)))

"""Few integers are sorted, dense ones looked up, many hashed: always as pandas numbers them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values import hashed
from derive.values.hashed import numbered


@given(st.lists(st.integers(-(2**62), 2**62) | st.integers(-2, 2), max_size=40))
def test_in_order_of_first_appearance(keys: list[int]) -> None:
    codes, distinct = numbered(np.array(keys, np.int64))
    expected = list(dict.fromkeys(keys))
    assert distinct.tolist() == expected
    assert codes.tolist() == [expected.index(key) for key in keys]


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 20_000])
@pytest.mark.parametrize("step", [1, 10**12])
def test_few_dense_and_many_are_numbered_alike(size: int, step: int) -> None:
    keys = np.random.default_rng(1).integers(-9, size + 1, size) * step
    codes, distinct = numbered(keys)
    known, values = pd.factorize(keys)
    assert codes.tolist() == known.tolist()
    assert distinct.tolist() == values.tolist()
    assert codes.dtype == distinct.dtype == np.int64


def test_the_widest_range_is_not_taken_for_a_dense_one() -> None:
    ends = np.array([np.iinfo(np.int64).min, np.iinfo(np.int64).max] * 3000)
    codes, distinct = numbered(ends)
    assert distinct.tolist() == ends[:2].tolist()
    assert codes.tolist() == [0, 1] * 3000


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=40))
def test_left_out_rows_have_no_number(rows: list[tuple[int, bool]]) -> None:
    keys = np.array([key for key, _ in rows], np.int64)
    out = np.array([gone for _, gone in rows], np.bool_)
    codes, distinct = numbered(keys, out)
    assert distinct.tolist() == list(dict.fromkeys(key for key, gone in rows if not gone))
    assert (codes == -1).tolist() == out.tolist()
    assert distinct[codes[~out]].tolist() == keys[~out].tolist()


def test_three_ways_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = np.random.default_rng(2).integers(0, 50, 300)
    expected = numbered(keys)
    monkeypatch.setattr(hashed, "_FEW", 0)
    dense = numbered(keys)
    monkeypatch.setattr(hashed, "_SPREAD", 0)
    many = numbered(keys)
    for found in (dense, many):
        assert [part.tolist() for part in found] == [part.tolist() for part in expected]

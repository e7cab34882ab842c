"""Columns that are kept come back as they were, whatever room they take in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transport.columns import (
    Coded,
    KeptTable,
    Words,
    coded,
    names_of,
    read_columns,
    write_columns,
)

whole = st.sampled_from([-1, 0, 1, 127, 128, 32_767, 32_768, 2**31 - 1, 2**31, 2**53, -(2**31)])
numbers = st.lists(
    st.one_of(whole.map(float), st.floats(), st.just(float("nan")), st.just(-0.0)), max_size=12
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("columns") / "one.arrow"


def bits(values: np.ndarray) -> list[int]:
    """The bits of each number; one pattern for all that is missing."""
    return np.where(np.isnan(values), np.nan, values).view(np.int64).tolist()


@given(numbers)
def test_numbers_come_back_bit_for_bit(file: Path, values: list[float]) -> None:
    written = np.array(values, np.float64)
    write_columns(KeptTable({"A": written}), file)
    read = read_columns(file).columns["A"]
    assert isinstance(read, np.ndarray)
    assert read.dtype == np.float64
    assert bits(read) == bits(written)


@given(st.lists(st.sampled_from(["", "a", "é", " ", "二", "0"]), max_size=9))
def test_texts_come_back_and_blank_ones_are_blank(file: Path, texts: list[str]) -> None:
    write_columns(KeptTable({"A": coded(pd.Series(texts, dtype="str"))}), file)
    read = read_columns(file).columns["A"]
    assert isinstance(read, Coded)
    assert [read.values[c] if c >= 0 else "" for c in read.codes.tolist()] == texts


def test_very_many_texts_come_back_too(file: Path) -> None:
    texts = ["", *(f"S{number:05d}" for number in range(6_000)), ""]
    made = coded(pd.Series(texts, dtype="str"))
    assert isinstance(made.values, Words)
    write_columns(KeptTable({"A": made}), file)
    read = read_columns(file).columns["A"]
    assert isinstance(read, Coded)
    assert [read.values[c] if c >= 0 else "" for c in read.codes.tolist()] == texts


def test_whole_numbers_take_less_room(tmp_path: Path) -> None:
    draws = np.random.default_rng(5)
    small = draws.integers(0, 100, 50_000).astype(np.float64)
    write_columns(KeptTable({"A": small}), tmp_path / "small")
    write_columns(KeptTable({"A": small + 0.5}), tmp_path / "wide")
    assert (tmp_path / "small").stat().st_size < (tmp_path / "wide").stat().st_size / 1.5


def test_names_are_told_in_their_order(file: Path) -> None:
    write_columns(KeptTable({"B": np.zeros(1), "A": np.ones(1)}), file)
    assert names_of(file) == ["B", "A"]

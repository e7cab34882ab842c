from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.column import NO_RANK
from derive.values.text import Text, concat, is_number

texts = st.lists(st.none() | st.text("ab 乙", max_size=2), max_size=20)


@given(texts)
def test_texts_one_by_one(given_texts: list[str | None]) -> None:
    column = Text.of(iter(given_texts))
    assert column.texts().tolist() == [text or "" for text in given_texts]
    assert column.values == list(dict.fromkeys(filter(None, given_texts)))


@given(texts)
def test_equal_new_texts_fall_together(given_texts: list[str | None]) -> None:
    column = Text.of(given_texts).apply(lambda text: text.strip())
    assert column.texts().tolist() == [(text or "").strip() for text in given_texts]
    assert len(set(column.values)) == len(column.values)


@given(texts)
def test_ranks_are_the_order_of_code_points(given_texts: list[str | None]) -> None:
    column = Text.of(given_texts)
    known = sorted(column.values)
    expected = [known.index(text) if text else NO_RANK for text in given_texts]
    assert column.ranks().tolist() == expected
    assert column.take(np.arange(len(column))[::-1]).ranks().tolist() == expected[::-1]


@given(texts)
def test_tidy_holds_what_occurs_sorted(given_texts: list[str | None]) -> None:
    column = Text.of([*given_texts, "unused"]).take(np.arange(len(given_texts)))
    tidy = column.tidy()
    assert tidy.values == sorted({text for text in given_texts if text})
    assert tidy.texts().tolist() == column.texts().tolist()


def test_counts_are_rows_per_distinct_text() -> None:
    column = Text.of(["b", "a", None, "b"])
    assert column.counts().tolist() == [2, 1]
    assert column.take(np.array([1])).used() == [1]


def test_where_asks_distinct_texts_and_never_missing() -> None:
    column = Text.of(["b", "a", None])
    assert column.where(lambda text: True).tolist() == [True, True, False]
    assert column.where(lambda text: text == "a").tolist() == [False, True, False]


@pytest.mark.parametrize("dtype", ["object", "str", "category"])
def test_a_pandas_column_loses_white_space_at_its_ends(dtype: str) -> None:
    series = pd.Series([" a\u3000", "b c", None, "  ", "a"], dtype=dtype)
    column = Text.from_series(series)
    assert column.texts().tolist() == ["a", "b c", "", "", "a"]


def test_a_categorical_holds_what_occurs_sorted() -> None:
    found = Text.of(["b", None, "a"]).to_categorical()
    assert found.categories.tolist() == ["a", "b"]
    assert found.codes.tolist() == [1, -1, 0]


def test_no_columns_make_an_empty_one() -> None:
    assert len(concat([])) == 0


def test_the_same_text_everywhere() -> None:
    assert Text.constant("x", 2).texts().tolist() == ["x", "x"]
    assert Text.constant("", 2).missing().all()


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("1", True),
        ("-1.50", True),
        (".5", True),
        ("5.", True),
        ("1e3", True),
        ("1_000", False),
        ("1,5", False),
        ("inf", False),
        ("nan", False),
        ("１", False),
        ("", False),
        ("<5", False),
        (" 1", False),
    ],
)
def test_numbers_are_as_people_write_them(text: str, is_one: bool) -> None:
    assert is_number(text) == is_one


@given(texts, st.integers(1, 4), st.data())
def test_in_another_order_the_texts_that_occur_are_known(
    given_texts: list[str | None], at_once: int, data: st.DataObject
) -> None:
    column = Text.of([*given_texts, "unused"]).take(np.arange(len(given_texts)))
    rows = data.draw(st.permutations(range(len(given_texts))))
    rows = rows[: data.draw(st.integers(0, len(rows)))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("derive.values.text._AT_ONCE", at_once)
        whole = {column.values[code] for code in column.used()}
        found = column.in_order(np.array(rows, np.int64))
        assert whole == set(filter(None, given_texts))
        assert {found.values[code] for code in found.used()} == set(
            filter(None, (given_texts[row] for row in rows))
        )
    assert found.texts().tolist() == [given_texts[row] or "" for row in rows]

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.column import (
    NO_RANK,
    Column,
    Kind,
    KindError,
    filled,
    nothing,
    part,
    stack,
)
from derive.values.moment import of_text
from derive.values.number import Number
from derive.values.text import Text

TEXTS = ["b", None, "a", "b", "", "ab"]
DATES = ["2024-01-05", None, "2023-12-31", "2024-01-05", "", "2024-01"]


def example(kind: Kind) -> Column:
    if kind is Kind.TEXT:
        return Text.of(TEXTS)
    if kind is Kind.NUMBER:
        return Number.of([1.5, np.nan, -2, 1.5, np.nan, 10])
    return of_text(Text.of(DATES), kind)[0]


kinds = pytest.mark.parametrize("kind", Kind)


@kinds
def test_a_column_of_nothing_is_missing_everywhere(kind: Kind) -> None:
    column = nothing(kind, 3)
    assert column.kind is kind
    assert column.texts().tolist() == ["", "", ""]
    assert column.missing().all()
    assert (column.ranks() == NO_RANK).all()


@kinds
def test_missing_and_present_part_the_rows(kind: Kind) -> None:
    column = example(kind)
    assert column.missing().tolist() == [False, True, False, False, True, False]
    assert column.present().tolist() == (~column.missing()).tolist()


@kinds
def test_rows_are_taken_and_minus_one_is_missing(kind: Kind) -> None:
    column = example(kind)
    texts = column.texts()
    assert column.take(np.array([2, -1, 0])).texts().tolist() == [texts[2], "", texts[0]]
    assert nothing(kind, 0).take(np.array([-1, -1])).missing().all()


@kinds
def test_keep_blanks_and_fill_puts_in(kind: Kind) -> None:
    column = example(kind)
    mask = np.array([True, False, False, True, True, False])
    texts = column.texts()
    assert column.keep(mask).texts().tolist() == np.where(mask, texts, "").tolist()
    other = column.take(np.arange(6)[::-1])
    expected = np.where(mask, texts[::-1], texts).tolist()
    assert filled(column, other, mask).texts().tolist() == expected


@kinds
def test_columns_stand_below_each_other(kind: Kind) -> None:
    column = example(kind)
    both = stack([column, nothing(kind, 1), column])
    assert both.texts().tolist() == [*column.texts(), "", *column.texts()]
    assert part(both, 7, 9).texts().tolist() == column.texts()[:2].tolist()


@kinds
def test_equal_values_have_equal_ranks_and_missing_is_last(kind: Kind) -> None:
    column = example(kind)
    ranks = column.ranks()
    assert ranks[0] == ranks[3]
    assert ranks[2] < ranks[0]
    assert (ranks[column.missing()] == NO_RANK).all()
    assert (ranks[column.present()] < NO_RANK).all()


@kinds
def test_distinct_values_stand_for_their_rows(kind: Kind) -> None:
    column = example(kind)
    codes, values = column.distinct()
    assert (codes < 0).tolist() == column.missing().tolist()
    assert codes[0] == codes[3]
    assert len({codes[0], codes[2], codes[5]}) == 3
    assert len(values) >= 3


@pytest.mark.parametrize("one", Kind)
@pytest.mark.parametrize("two", Kind)
def test_two_kinds_do_not_stand_together(one: Kind, two: Kind) -> None:
    columns = [example(one), example(two)]
    if one is two:
        assert stack(columns).kind is one
        return
    with pytest.raises(KindError):
        stack(columns)
    with pytest.raises(KindError):
        filled(*columns, np.ones(6, np.bool_))


@pytest.mark.parametrize("one", Kind)
@pytest.mark.parametrize("two", Kind)
def test_a_column_of_nothing_agrees_with_any_kind(one: Kind, two: Kind) -> None:
    column = example(two)
    both = stack([nothing(one, 2), column])
    assert both.kind is two
    assert both.texts().tolist() == ["", "", *column.texts()]
    none = np.zeros(6, np.bool_)
    assert filled(nothing(one, 6), column, ~none).texts().tolist() == column.texts().tolist()
    assert filled(column, nothing(one, 6), none).kind is two


def test_a_date_beside_a_date_time_is_told_how_to_be_mended() -> None:
    with pytest.raises(KindError) as error:
        stack([example(Kind.DAY), example(Kind.SECOND)])
    assert "date-of" in error.value.hint


def test_nothing_to_stack_is_an_error() -> None:
    with pytest.raises(ValueError, match="no column"):
        stack([])


@given(
    st.lists(st.lists(st.none() | st.sampled_from(["a", "b", "cd", ""]), max_size=5), min_size=1)
)
def test_texts_below_each_other_are_the_lists_joined(lists: list[list[str | None]]) -> None:
    joined = stack([Text.of(texts) for texts in lists])
    assert joined.texts().tolist() == [text or "" for texts in lists for text in texts]

"""Sorting, picking, numbering and runs against plain loops over the records."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values import order as module
from derive.values.column import NO_RANK, Kind
from derive.values.moment import of_text
from derive.values.number import Number
from derive.values.order import (
    Order,
    episodes,
    extreme_rows,
    partial_overturns,
    repeated,
    runs,
    sequence,
    sort_keys,
    sort_rows,
    ties,
    turned,
)
from derive.values.text import Text

Record = tuple[int, float, str | None, bool]
records = st.lists(
    st.tuples(
        st.integers(-1, 2),
        st.sampled_from([math.nan, 1.0, 2.0, 10.0]),
        st.none() | st.sampled_from(["a", "b"]),
        st.sampled_from([True, True, False]),
    ),
    max_size=14,
)
orders = st.sampled_from([[], ["N"], ["-N"], ["T", "N"], ["-T", "N"], ["N", "-T"]])


def parts(rows: list[Record]) -> tuple[np.ndarray, dict[str, Number | Text], np.ndarray]:
    codes = np.array([row[0] for row in rows], np.int64)
    columns = {"N": Number.of([row[1] for row in rows]), "T": Text.of([row[2] for row in rows])}
    return codes, columns, np.array([row[3] for row in rows], np.bool_)


def key(row: Record, names: list[str], last: bool) -> list[tuple[bool, float]]:
    """A key for min(): missing behind everything, whichever way."""
    out = []
    for name in names:
        value = row[1] if name[-1] == "N" else float("nan" if row[2] is None else ord(row[2]))
        down = name.startswith("-") != last
        out.append((math.isnan(value), 0 if math.isnan(value) else (-value if down else value)))
    return out


@given(records, orders.filter(bool), st.booleans())
def test_records_sort_by_their_keys_then_as_they_stand(
    rows: list[Record], names: list[str], grouped: bool
) -> None:
    codes, columns, _ = parts(rows)
    keys = sort_keys(Order.of(names), columns.__getitem__)
    found = sort_rows(keys, codes if grouped else None)
    wanted = sorted(
        range(len(rows)), key=lambda i: (rows[i][0] if grouped else 0, key(rows[i], names, False))
    )
    assert found.tolist() == wanted


@pytest.mark.parametrize("widest", [1, 2**40])
def test_keys_that_do_not_fit_one_integer_sort_alike(
    monkeypatch: pytest.MonkeyPatch, widest: int
) -> None:
    rng = np.random.default_rng(4)
    keys = [rng.integers(-5, 5, 500), np.where(rng.random(500) < 0.2, NO_RANK, rng.integers(0, 9))]
    expected = np.lexsort(keys[::-1])
    assert sort_rows(keys).tolist() == expected.tolist()
    monkeypatch.setattr(module, "_WIDEST", widest)
    assert sort_rows(keys).tolist() == expected.tolist()


def test_ranks_over_the_whole_range_sort() -> None:
    ends = np.array([NO_RANK, 5, 1 - 2**63, NO_RANK - 1, 0])
    assert sort_rows([ends]).tolist() == [2, 4, 1, 3, 0]
    assert sort_rows([turned(ends)]).tolist() == [3, 1, 4, 2, 0]


def test_something_must_order() -> None:
    with pytest.raises(ValueError, match="nothing"):
        sort_rows([])


@given(records, orders, st.booleans())
def test_the_first_and_last_of_a_group_and_what_ties_with_it(
    rows: list[Record], names: list[str], last: bool
) -> None:
    codes, columns, keep = parts(rows)
    keys = sort_keys(Order.of(names), columns.__getitem__)
    picked = extreme_rows(codes, 3, keys, keep, last=last)
    tied = ties(codes, 3, keys, keep, last=last).tolist()
    for group in range(3):
        mine = [i for i, row in enumerate(rows) if row[0] == group and row[3]]
        if not mine:
            assert picked[group] == -1
            continue
        best = min(key(rows[i], names, last) for i in mine)
        same = [i for i in mine if key(rows[i], names, last) == best]
        chosen = same[-1] if last and not names else same[0]
        assert picked[group] == chosen
        assert [i for i in tied if rows[i][0] == group] == [i for i in same if i != chosen]


@given(records, orders.filter(bool))
def test_a_sequence_counts_the_sorted_group(rows: list[Record], names: list[str]) -> None:
    codes, columns, _ = parts(rows)
    found = sequence(codes, sort_keys(Order.of(names), columns.__getitem__))
    for group in range(-1, 3):
        mine = [i for i, row in enumerate(rows) if row[0] == group]
        wanted = sorted(mine, key=lambda i: key(rows[i], names, False))
        numbers = [0] * len(mine) if group < 0 else range(1, len(mine) + 1)
        assert [found[i] for i in wanted] == list(numbers)


@given(st.lists(st.integers(0, 2)))
def test_runs_begin_anew_where_the_number_changes(groups: list[int]) -> None:
    expected: list[int] = []
    for i, group in enumerate(groups):
        expected.append(expected[-1] + 1 if i and groups[i - 1] == group else 1)
    assert runs(np.array(groups, np.int64)).tolist() == expected


def test_repeated_keys_are_found_behind_the_first() -> None:
    keys = [np.array([3, 1, 3, 2, 3]), np.array([0, 0, 0, 0, 1])]
    assert repeated(keys).tolist() == [2]
    assert repeated(keys, np.array([0, 0, 1, 0, 0])).tolist() == []
    assert repeated([np.empty(0, np.int64)]).tolist() == []


times = st.sampled_from([math.nan, 0.0, 1.0, 2.0, 3.0, 5.0, 9.0])


@given(st.lists(st.tuples(st.integers(-1, 1), times, times), max_size=10), st.sampled_from([0, 1]))
def test_episodes(rows: list[tuple[int, float, float]], gap: float) -> None:
    codes, starts, ends = (
        (np.array(part) for part in zip(*rows, strict=True))
        if rows
        else (np.empty(0, np.int64), np.empty(0), np.empty(0))
    )
    found = episodes(codes.astype(np.int64), starts, ends, gap=gap)
    for group in (0, 1):
        mine = [i for i, (code, at, _) in enumerate(rows) if code == group and not math.isnan(at)]
        number, until = 0, -math.inf
        for i in sorted(mine, key=lambda i: rows[i][1]):
            number += rows[i][1] > until + gap
            until = max(until, math.inf if math.isnan(rows[i][2]) else rows[i][2])
            assert found[i] == number
    out = [i for i, (code, at, _) in enumerate(rows) if code < 0 or math.isnan(at)]
    assert (found[out] == 0).all()


@pytest.mark.parametrize(
    ("dates", "last", "doubtful"),
    [
        (["2024-01-20", "2024-02"], True, []),  # 2024-02 itself is picked, and is later for sure
        (["2024-01-20", "2024-01-10"], True, []),
        (["2024-01-20", "2024-01"], True, ["2024-01"]),
        (["2024-01-20", "2023"], True, []),
        (["2024-01-15", "2024-01"], False, ["2024-01-15"]),
        (["2024-01-15", "2024-02"], False, []),
        (["2024-01-15", "2024-01-15"], False, []),
        (["2024-01-15", None], False, []),
    ],
)
def test_a_date_known_in_part_may_overturn_the_pick(
    dates: list[str | None], last: bool, doubtful: list[str]
) -> None:
    column, _ = of_text(Text.of(dates), Kind.DAY)
    codes, keep = np.zeros(2, np.int64), column.present()
    picked = extreme_rows(codes, 1, [column.ranks()], keep, last=last)
    rows = partial_overturns(column, codes, keep, picked, last=last)
    assert [dates[row] for row in rows] == doubtful


def test_the_last_complete_dose_is_overturned_by_a_partial_one_that_is_later() -> None:
    column, _ = of_text(Text.of(["2020-01-20", "2020-02", "2020-01"]), Kind.DAY)
    rows = partial_overturns(
        column, np.zeros(3, np.int64), np.ones(3, np.bool_), np.array([0]), last=True
    )
    assert rows.tolist() == [1, 2]

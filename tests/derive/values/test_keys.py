"""Matching against plain loops over the records."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values import keys as module
from derive.values.column import Column, Kind, KindError, nothing
from derive.values.keys import (
    Side,
    combinations,
    counts,
    exists,
    group_codes,
    match_nearest,
    match_one,
    pairs,
    shared_codes,
)
from derive.values.moment import of_text
from derive.values.number import Number
from derive.values.text import Text

texts = st.none() | st.sampled_from(["a", "b", "c"])
numbers = st.sampled_from([math.nan, 0.0, -0.0, 1.0, 0.1 + 0.2, 0.3])
table = st.lists(st.tuples(texts, texts), max_size=12)


def columns(rows: list[tuple[str | None, str | None]]) -> list[Column]:
    return [Text.of([row[0] for row in rows]), Text.of([row[1] for row in rows])]


@given(table, table)
def test_keys_match_by_value_and_missing_matches_nothing(
    left: list[tuple[str | None, str | None]], right: list[tuple[str | None, str | None]]
) -> None:
    mine, theirs = shared_codes([columns(left), columns(right)])
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            matches = mine[i] >= 0 and mine[i] == theirs[j]
            assert matches == (a == b and None not in a)


@given(table)
def test_missing_is_a_group_of_its_own(rows: list[tuple[str | None, str | None]]) -> None:
    codes, n = group_codes(columns(rows))
    expected = list(dict.fromkeys(rows))
    assert codes.tolist() == [expected.index(row) for row in rows]
    assert n == len(expected)


@given(st.lists(numbers), st.lists(numbers))
def test_number_keys_match_as_numbers_compare(left: list[float], right: list[float]) -> None:
    mine, theirs = shared_codes([[Number.of(left)], [Number.of(right)]])
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            matches = mine[i] >= 0 and mine[i] == theirs[j]
            assert matches == (round(a, 9) == round(b, 9))


def moments(texts: list[str | None], kind: Kind = Kind.DAY) -> Column:
    return of_text(Text.of(texts), kind)[0]


def test_day_keys_match_by_what_they_say() -> None:
    mine = moments(["2024-01-05", "2024-01", None])
    theirs = moments(["2024-01", "2024-01-06", "2024-01-05", None])
    left, right = shared_codes([[mine], [theirs]])
    assert right.tolist().index(left[0]) == 2
    assert right.tolist().index(left[1]) == 0
    assert left[2] == right[3] == -1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (Text.of(["1"]), Number.of([1])),
        (Text.of(["2024-01-05"]), moments(["2024-01-05"])),
        (Number.of([1]), moments(["2024-01-05"])),
        (moments(["2024-01-05"]), moments(["2024-01-05"], Kind.SECOND)),
    ],
)
def test_a_key_of_two_kinds_is_refused(one: Column, two: Column) -> None:
    with pytest.raises(KindError):
        shared_codes([[one], [two]])


@pytest.mark.parametrize("kind", Kind)
def test_a_key_that_is_missing_everywhere_matches_nothing(kind: Kind) -> None:
    mine, theirs = shared_codes([[Text.of(["a", None])], [nothing(kind, 2)]])
    assert mine.tolist() == [0, -1]
    assert theirs.tolist() == [-1, -1]


def test_groups_need_a_column() -> None:
    with pytest.raises(ValueError, match="no column"):
        group_codes([])


def wide(n: int, stem: str) -> Text:
    return Text(np.arange(n, dtype=np.int32), [f"{stem}{i}" for i in range(n)])


def test_keys_whose_combinations_do_not_fit_one_integer_match_alike() -> None:
    n = 70_000
    left = [wide(n, stem) for stem in "abcd"]
    right = [column.take(np.arange(n)[::-1]) for column in left]
    mine, theirs = shared_codes([left, right])
    assert (mine == theirs[::-1]).all()
    assert len(np.unique(mine)) == n


@given(table, st.booleans())
def test_combinations_occur_together(
    rows: list[tuple[str | None, str | None]], either: bool
) -> None:
    left, right = (Text.of([row[i] for row in rows]) for i in (0, 1))
    codes, (a, b) = combinations([left, right], either=either)
    for row, code in zip(rows, codes.tolist(), strict=True):
        if None in row and not either:
            assert code == -1
        else:
            found = [
                c.values[i] if i >= 0 else None for c, i in ((left, a[code]), (right, b[code]))
            ]
            assert tuple(found) == row
    assert len(set(zip(a, b, strict=True))) == len(a)
    assert pairs(left, right)[0].tolist() == combinations([left, right], either=False)[0].tolist()


def test_combinations_that_overflow_equal_those_that_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    some = [Text(rng.integers(-1, 4, 200).astype(np.int32), list("abcd")) for _ in range(3)]
    expected = {either: combinations(some, either=either) for either in (True, False)}
    monkeypatch.setattr(module, "_WIDEST", 1)
    for either, (codes, parts) in expected.items():
        found, again = combinations(some, either=either)
        assert found.tolist() == codes.tolist()
        assert again == parts


@given(
    st.lists(st.integers(-1, 3), max_size=8),
    st.lists(st.tuples(st.integers(-1, 3), st.booleans()), max_size=12),
)
def test_one_record_of_the_same_key(mine: list[int], other: list[tuple[int, bool]]) -> None:
    own = np.array(mine, np.int64)
    theirs = np.array([code for code, _ in other], np.int64)
    keep = np.array([kept for _, kept in other], np.bool_)
    match = match_one(own, theirs, keep)
    found = [
        [row for row, (key, kept) in enumerate(other) if kept and key == code >= 0] for code in mine
    ]
    assert match.rows.tolist() == [rows[0] if rows else -1 for rows in found]
    assert match.several.tolist() == [len(rows) > 1 for rows in found]
    assert counts(own, theirs, keep).tolist() == [len(rows) for rows in found]
    assert exists(own, theirs, keep).tolist() == [bool(rows) for rows in found]


# the nearest record on one side

DATES = [None, "2024", "2024-01", "2024-01-05", "2024-01-05T10:00", "2024-01-06", "2024-02-10"]


def span(text: str) -> tuple[str, str]:
    """First and last second of a text, by hand."""
    low = {4: "-01-01T00:00:00", 7: "-01T00:00:00", 10: "T00:00:00", 16: ":00"}[len(text)]
    month_end = {"2024-01": "31", "2024-02": "29"}
    if len(text) == 7:
        return text + low, f"{text}-{month_end[text]}T23:59:59"
    high = {4: "-12-31T23:59:59", 10: "T23:59:59", 16: ":59"}[len(text)]
    return text + low, text + high


def is_on_side(at: str, limit: str, side: Side) -> bool:
    (first, last), (limit_first, limit_last) = span(at), span(limit)
    return {
        "before": last < limit_first,
        "on-or-before": not limit_last < first,
        "after": limit_last < first,
        "on-or-after": not last < limit_first,
    }[side]


@given(
    st.lists(st.tuples(st.integers(-1, 2), st.sampled_from(DATES)), max_size=5),
    st.lists(
        st.tuples(st.integers(-1, 2), st.sampled_from(DATES), st.sampled_from([True, True, False])),
        max_size=9,
    ),
    st.sampled_from(["before", "on-or-before", "after", "on-or-after"]),
)
def test_the_nearest_to_the_precision_that_both_have(
    own: list[tuple[int, str | None]], other: list[tuple[int, str | None, bool]], side: Side
) -> None:
    match = match_nearest(
        np.array([code for code, _ in own], np.int64),
        np.array([code for code, _, _ in other], np.int64),
        of_text(Text.of([at for _, at, _ in other]), Kind.SECOND)[0],
        of_text(Text.of([limit for _, limit in own]), Kind.SECOND)[0],
        side=side,
        keep=np.array([kept for _, _, kept in other], np.bool_),
    )
    for row, (code, limit) in enumerate(own):
        found = [
            (span(at), j)
            for j, (key, at, kept) in enumerate(other)
            if kept and at and limit and key == code >= 0 and is_on_side(at, limit, side)
        ]
        if not found:
            assert match.rows[row] == -1
            assert not match.several[row]
            continue
        best = (max if "before" in side else min)(at for at, _ in found)
        same = [j for at, j in found if at == best]
        assert match.rows[row] == same[0]
        assert match.several[row] == (len(same) > 1)


def test_a_date_is_not_nearest_to_a_date_time() -> None:
    codes = np.zeros(1, np.int64)
    day, second = (of_text(Text.of(["2024-01-05"]), kind)[0] for kind in (Kind.DAY, Kind.SECOND))
    with pytest.raises(KindError):
        match_nearest(codes, codes, day, second, side="before", keep=np.ones(1, np.bool_))

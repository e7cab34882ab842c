"""Columns, tables and keys: what the operators stand on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.engine.alignment import common_codes, pairs
from validation.engine.columns import Column, as_text, both, either, negated, reported, to_number
from validation.engine.memo import Memo
from validation.engine.ruleset.regexes import compiled, extracting, is_dangerous, matches
from validation.engine.tables import DatasetTable, JoinedTable, MetadataTable, SplitTable, dense
from validation.engine.view import NotRunError

texts = st.lists(st.sampled_from(["", " ", "a", "b", "A"]), min_size=1, max_size=12)


@given(texts)
def test_blank_and_missing_are_one_thing(values):
    plain = Column.from_series(pd.Series(values, dtype=object))
    coded = Column.from_series(pd.Series(values).astype("category"))
    expected = [not value.strip() for value in values]
    for column in (plain, coded):
        assert np.broadcast_to(column.missing, len(values)).tolist() == expected
        assert column.report(np.arange(len(values))) == [v if v.strip() else "" for v in values]


@given(texts, texts)
def test_a_join_pairs_what_two_loops_pair(left, right):
    one, other = Column.from_values(left), Column.from_values(right)
    found = pairs(*common_codes([one], [other], match_blank=False), keep_left=False)
    expected = [
        (i, j) for i, a in enumerate(left) for j, b in enumerate(right) if a == b and a.strip()
    ]
    assert list(zip(*map(np.ndarray.tolist, found), strict=True)) == expected


def test_a_left_join_keeps_rows_without_a_partner():
    one, other = Column.from_values(["a", "x"]), Column.from_values(["a", "a"])
    left, right = pairs(*common_codes([one], [other], match_blank=False), keep_left=True)
    assert (left.tolist(), right.tolist()) == ([0, 0, 1], [0, 1, -1])
    empty = Column.from_values([])
    left, right = pairs(*common_codes([one], [empty], match_blank=False), keep_left=True)
    assert right.tolist() == [-1, -1]


def test_text_beside_a_number_is_read_as_a_number():
    idvarval = Column.from_values(["1.0", "01", "x", "2"])
    sequence = Column(numbers=np.array([1.0, 2.0]))
    codes, partners, _ = common_codes([idvarval], [sequence], match_blank=False)
    assert [partner in partners.tolist() for partner in codes.tolist()] == [True, True, False, True]
    assert codes[0] == codes[1] == partners[0]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y"])), max_size=20))
def test_groups_are_those_of_the_pairs(rows):
    columns = {
        "A": Column.from_values([a for a, _ in rows]),
        "B": Column.from_values([b for _, b in rows]),
    }
    codes, count = MetadataTable("T", columns, Memo(), len(rows)).group(["A", "B", "NONE"])
    assert count == len(set(rows))
    assert len({(code, row) for code, row in zip(codes.tolist(), rows, strict=True)}) == count


def test_dense_codes_of_a_wide_range():
    codes, count = dense(np.array([10**12, 5, 10**12]), 2 * 10**12)
    assert (codes.tolist(), count) == ([0, 1, 0], 2)


def test_numbers_as_text_and_back():
    assert [as_text(v) for v in (1.0, 0.1 + 0.2, 8.549999999999999, True, 3)] == [
        "1", "0.3", "8.55", "True", "3",
    ]  # fmt: skip
    assert [reported(v) for v in (12.0, 5, ("a", 1.0), "x")] == ["12.0", "5", "['a', 1.0]", "x"]
    assert np.isnan([to_number(v) for v in ("x", "inf", True, (1,))]).all()
    assert to_number(" 2.50 ") == 2.5


def test_a_column_of_numbers_has_codes_when_asked():
    column = Column(numbers=np.array([2.0, np.nan, 2.0]))
    assert column.codes.tolist() == [0, -1, 0]
    assert column.texts == ["2"]
    assert column.take(np.array([2, -1])).numbers.tolist()[0] == 2.0


def test_booleans_and_numbers_of_pandas_are_numbers():
    assert Column.from_series(pd.Series([True, False])).numbers.tolist() == [1.0, 0.0]
    assert np.isnan(Column.from_series(pd.Series([1, None], dtype="Int64")).numbers[1])


def test_one_value_for_all_costs_no_memory():
    column = Column.constant("x", 10**9)
    assert (len(column), column.is_constant, column.missing) == (10**9, True, False)
    assert column.where_text(str.isupper) is False
    assert column.take(np.array([5, 6])).is_constant
    assert column.take(np.array([5, -1])).report(np.array([0, 1])) == ["x", ""]
    assert Column.constant(None, 3).where_text(str.isupper, missing=True) is True
    assert Column.constant("x", 0).where_text(str.isupper) is False


def test_and_or_not_of_masks():
    mask = np.array([True, False])
    assert both(True, mask) is mask
    assert both(mask, False) is False
    assert either(False, mask) is mask
    assert either(mask, True) is True
    assert negated(True) is False
    assert negated(mask).tolist() == [False, True]


def test_a_memo_forgets_what_was_used_longest_ago():
    memo = Memo(budget=2000)
    made = []

    def make(name):
        made.append(name)
        return np.zeros(1000, dtype=np.int8)

    for name in ("a", "b", "a", "c", "a"):
        memo.get(name, lambda n=name: make(n))
    assert made == ["a", "b", "c", "a"] or len(memo) == 1
    assert memo.get("t", lambda: (np.zeros(3), 1))[1] == 1


def frame(**columns):
    return pd.DataFrame(columns)


def test_parts_of_a_split_data_set_stack():
    memo = Memo()
    one = DatasetTable("LBCH", frame(A=["x", ""], N=[1.0, 2.0]), memo)
    two = DatasetTable("LBHE", frame(A=["y"], B=["z"], N=[3.0]), memo)
    whole = SplitTable("LB", [one, two], memo)
    assert whole.names == ["A", "N", "B"]
    assert whole.column("A").report(np.arange(3)) == ["x", "", "y"]
    assert whole.column("B").report(np.arange(3)) == ["", "", "z"]
    assert whole.column("N").numbers.tolist() == [1.0, 2.0, 3.0]
    assert whole.column("Q") is None
    names, records = whole.records(np.array([0, 1, 2]))
    assert (names, records.tolist()) == (["LBCH", "LBCH", "LBHE"], [1, 2, 1])


def test_a_joined_table_finds_columns_left_first():
    memo = Memo()
    left = DatasetTable("AE", frame(K=["1", "2"], V=["l", "l"]), memo)
    right = DatasetTable("DM", frame(K=["2"], V=["r"], W=["w"]), memo)
    joined = JoinedTable(left, np.array([1]), right, np.array([0]), "DM")
    shown = {n: joined.column(n).report(np.array([0])) for n in ("K", "V", "W", "DM.V")}
    assert shown == {"K": ["2"], "V": ["l"], "W": ["w"], "DM.V": ["r"]}
    assert joined.column("DM.Q") is None
    assert joined.column("Q") is None
    assert joined.names == ["K", "V", "W"]
    assert joined.records(np.array([0]))[1].tolist() == [2]


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(\w*\s?)*$",
        r"((ab)*c*)*",
        r"(?=(a+)*b)x",
        r"(?>(a+)+)b",
        r"^(a|a)*$",
        r"(a|ab|b)*$",
        r"(.|\s)*x",
        r"((a)\2)*b",
        r"(a?b?)*c",
        r"(.*a){20}",
    ],
)
def test_nested_repeats_are_dangerous(pattern):
    assert is_dangerous(pattern)


@pytest.mark.parametrize(
    "pattern", [r"^[A-Z]{1,8}$", r"^\d*\.?\d*$", r"(a|b)+c", r"^(.){9,}$", r"(?:ab){3}"]
)
def test_plain_repeats_are_not(pattern):
    assert not is_dangerous(pattern)


@pytest.mark.parametrize("pattern", [r"^(NI|Other)$", r"^-?\d+(\.\d+)?$", r".{4}(..).*"])
def test_patterns_of_the_open_rules_are_not(pattern):
    assert not is_dangerous(pattern)


def test_a_part_is_not_looked_for_without_end():
    with pytest.raises(NotRunError, match="could run without end"):
        extracting(r"^((a|a)*)$")


def test_numbers_that_differ_by_their_noise_are_one_value():
    column = Column(numbers=np.array([9.3, 9.299999999999999, 9.4, np.nan, 0.1 + 0.2, 0.3]))
    assert column.codes.tolist() == [0, 0, 2, -1, 3 + 0, 3 + 0]
    shown = column.report(np.array([0, 2, 3]))
    assert shown == ["9.3", "9.4", ""]


@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), max_size=30))
def test_numbers_that_differ_stay_apart(numbers):
    column = Column(numbers=np.array(numbers, dtype=float))
    assert len(set(column.codes.tolist())) == len(set(numbers))

    with pytest.raises(NotRunError, match="not valid"):
        compiled("(")


def test_a_dangerous_pattern_still_answers():
    assert matches(r"(a+)+$", ["aa", "ab", "é"]) == [True, False, False]
    assert matches(r"(a+)+$", []) == []

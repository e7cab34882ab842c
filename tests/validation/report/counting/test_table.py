"""Findings as columns and back."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.findings import Finding, Severity
from validation.report.counting.table import (
    coded_category,
    decode_key,
    encode_key,
    finding_table,
    findings_of,
    subjects,
)

# a half of a surrogate pair is the one thing that is not kept as it is
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=4).map(tuple)


@given(PAIRS)
def test_any_key_comes_back(pairs):
    assert decode_key(encode_key(pairs)) == pairs


@given(PAIRS)
def test_a_key_is_json(pairs):
    assert json.loads(encode_key(pairs)) == [list(pair) for pair in pairs]


@given(
    st.lists(
        st.builds(Finding, TEXT, TEXT, st.sampled_from(Severity), TEXT, TEXT, key=PAIRS, value=TEXT)
    )
)
def test_any_findings_come_back(findings):
    assert list(findings_of(finding_table(findings))) == findings


def test_the_subject_is_usubjid_before_subjid():
    keys = [
        (("SUBJID", "1"), ("USUBJID", "S-1")),
        (("SUBJID", 'a "b"'),),
        (("AESEQ", "1"),),
        (),
    ]
    table = finding_table([Finding("R", "m", Severity.INFO, key=key) for key in keys])
    assert list(subjects(table)) == ["S-1", 'a "b"', "", ""]


def test_pieces_of_a_column_share_their_texts():
    pieces = [
        (["b", "never", "a"], np.array([0, 2, 0], dtype=np.int32)),
        (["a", "b"], np.array([1, -1, 0])),
        ([], np.array([], dtype=np.int64)),
    ]
    column = coded_category(pieces)
    assert list(column.categories) == ["a", "b"]
    assert column.codes.tolist() == [1, 0, 1, 1, -1, 0]


def test_no_pieces_are_no_column():
    assert len(coded_category([])) == 0


ROWS = {"rule": ["R", "R"], "message": ["m", "m"], "severity": ["info", "info"]}


@pytest.mark.parametrize("names", [["x", "a"], ["a", "never", "x"], ["a", "x"]])
def test_a_table_with_categories_of_any_order_becomes_one_with_sorted_ones(names):
    value = pd.Categorical.from_codes([names.index("x"), names.index("a")], names)
    table = finding_table(pd.DataFrame(ROWS).assign(value=value))
    assert table["value"].tolist() == ["x", "a"]
    assert table["value"].cat.categories.tolist() == ["a", "x"]


def test_numbers_as_categories_become_text():
    table = finding_table(pd.DataFrame(ROWS).assign(value=pd.Categorical([10, 9])))
    assert table["value"].tolist() == ["10", "9"]
    assert table["value"].cat.categories.tolist() == ["10", "9"]


def test_half_a_surrogate_pair_among_categories_is_written_out():
    names = pd.Index(["\ud800", "a"], dtype=object)
    value = pd.Categorical.from_codes([0, 1], names)
    table = finding_table(pd.DataFrame(ROWS).assign(value=value))
    assert table["value"].tolist() == ["\\ud800", "a"]

"""Findings as columns and back."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from specs.findings import Finding, Severity
from validation.report.table import decode_key, encode_key, finding_table, findings_of, subjects

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

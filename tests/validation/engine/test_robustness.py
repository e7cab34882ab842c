"""Whatever the data and the rule: an answer or a reason, never a crash; and no rule on no data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.validation.engine.conftest import column
from tests.validation.engine.differences import PUBLISHED
from validation import Status, validate
from validation.engine import Validation, operators
from validation.engine.memo import Memo
from validation.engine.ruleset.checks import answer
from validation.engine.ruleset.rules import Leaf, parse_rule
from validation.engine.tables import MetadataTable
from validation.engine.view import NotRunError, View

VALUES: dict[str, Any] = {
    "text": st.sampled_from(["", "a", "A1", "2020-01", "2020-01-02T10:00", "5", "P3D", "x/y", "é"]),
    "number": st.one_of(st.none(), st.sampled_from([0.0, 1.0, -2.5, 8.55, 1e300])),
}
COMPLEMENTS = [
    ("empty", "non_empty"),
    ("contains", "does_not_contain"),
    ("is_contained_by", "is_not_contained_by"),
    ("is_unique_set", "is_not_unique_set"),
    ("is_complete_date", "is_incomplete_date"),
    ("prefix_equal_to", "prefix_not_equal_to"),
    ("present_on_multiple_rows_within", "not_present_on_multiple_rows_within"),
]


@st.composite
def tables(draw):
    length = draw(st.integers(0, 6))
    kinds = draw(st.tuples(*[st.sampled_from(sorted(VALUES))] * 3))
    columns = {
        name: column(draw(st.lists(VALUES[kind], min_size=length, max_size=length)))
        for name, kind in zip("ABC", kinds, strict=True)
    }
    return MetadataTable("T", columns, Memo(), length)


def mask_of(table, operator, value, **options):
    value = tuple(value) if isinstance(value, list) else value
    mask = answer(Leaf("A", operator, value, options), View(table, "AE"))
    return np.broadcast_to(mask, (table.length,))


@settings(max_examples=60, deadline=None)
@given(
    tables(),
    st.sampled_from(operators.known()),
    st.sampled_from(["B", "a", 1, 0, None, True, ["a", "B"], ["B", "C"], "--X", "^a.*", "2020"]),
    st.sampled_from([{}, {"prefix": 1, "suffix": 1}, {"within": "B", "ordering": "C"}]),
)
def test_every_operator_answers_for_every_table(table, operator, value, options):
    try:
        mask = mask_of(table, operator, value, **options)
    except NotRunError:
        return
    assert mask.dtype == np.bool_
    assert len(mask) == table.length


@settings(max_examples=40, deadline=None)
@given(tables(), st.sampled_from(COMPLEMENTS), st.sampled_from(["B", "a", ["a", "5"]]))
def test_complements_divide_the_records(table, pair, value):
    if "multiple" in pair[0]:
        value = 1
    yes, no = (mask_of(table, name, value, prefix=1, within="B") for name in pair)
    assert (yes != no).all()


@given(st.binary(max_size=60))
def test_any_file_is_a_rule_or_says_why_not(tmp_path_factory, content):
    rule = parse_rule(content, tmp_path_factory.getbasetemp() / "rule.yml")
    assert rule.problem or rule.check


@settings(max_examples=30, deadline=None)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["all", "any", "not", "name", "operator"]), inner, max_size=3
            )
        ),
        max_leaves=8,
    )
)
def test_any_check_is_a_condition_or_says_why_not(tmp_path_factory, check):
    import yaml

    path = tmp_path_factory.getbasetemp() / "rule.yml"
    rule = parse_rule(yaml.safe_dump({"Core": {"Id": "A"}, "Check": check}).encode(), path)
    assert rule.id in ("A", path.parent.name)


@pytest.mark.parametrize("rows", [0, 1])
def test_no_published_rule_fails_on_small_data(shared, rows):
    frames = {
        "DM": {"DOMAIN": ["DM"], "USUBJID": ["1"], "RFSTDTC": ["2020-01-01"]},
        "AE": {"DOMAIN": ["AE"], "USUBJID": ["1"], "AESEQ": [1.0], "AETERM": [""]},
        "LB": {"DOMAIN": ["LB"], "USUBJID": ["1"], "LBTESTCD": ["A"], "LBSTRESN": [1.0]},
        "SUPPAE": {"RDOMAIN": ["AE"], "USUBJID": ["1"], "IDVAR": ["AESEQ"], "IDVARVAL": ["1"]},
        "RELREC": {"RDOMAIN": ["AE"], "IDVAR": ["AESEQ"], "IDVARVAL": ["1"], "RELID": ["R"]},
        "TS": {"DOMAIN": ["TS"], "TSPARMCD": ["AGEMAX"], "TSVAL": [None]},
    }  # fmt: skip
    data = {name: pd.DataFrame(frame).iloc[:rows] for name, frame in frames.items()}
    result = validate(data, shared / "open-rules" / "Published")
    assert [run.id for run in result.rules if run.status is Status.ERROR] == []
    assert result.rules_run > 150


def test_a_run_twice_gives_the_same_findings(shared):
    folder = shared / "open-rules" / "Published" / "CORE-000206" / "negative" / "01" / "data"
    rules = shared / "open-rules" / "Published"
    first, second = (Validation(folder, rules).run().frame() for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert len(first)
    assert PUBLISHED


def test_odd_objects_in_a_data_frame_are_text(checked):
    made = {"Check": {"all": [{"name": "AETERM", "operator": "contains", "value": "list"}]}}
    odd = {"DOMAIN": ["AE", "AE"], "AETERM": [["a", "list"], {"a": "dict"}]}
    assert [record for _, record, *_ in checked(made, {"AE": odd})] == [1]


def test_mixed_case_names_are_upper_case(checked):
    made = {"Check": {"all": [{"name": "AETERM", "operator": "empty"}]}}
    assert checked(made, {"Ae": {"Domain": ["AE"], "aeTerm": [""]}}) == [("AE", 1, "AETERM", "")]

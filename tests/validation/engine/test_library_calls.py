"""``validate`` as a library: what may be given, and what is refused with a reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from specs.errors import SpecificationError
from tests.validation.engine.conftest import run_rule
from validation import Status, validate

DM = pd.DataFrame({"DOMAIN": ["DM"], "USUBJID": ["1"], "SEX": ["M"]})
LABELS = {
    "Rule Type": "Variable Metadata Check",
    "Check": {"all": [{"name": "variable_label", "operator": "empty"}]},
    "Outcome": {"Message": "m", "Output Variables": ["variable_name"]},
}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"DM": DM, "dm": DM}, "two data sets are named DM"),
        ({"DM": [1, 2]}, "DM is a list, not a DataFrame"),
        ({"DM": DM["SEX"]}, "DM is a Series, not a DataFrame"),
        ({"DM": DM.assign(sex="M")}, "DM has two columns SEX"),
    ],
)
def test_what_is_no_data_set_is_refused(data, message):
    with pytest.raises(SpecificationError, match=message) as raised:
        validate(data)
    assert raised.value.findings[0].rule == "VAL017"


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        ({"standard": "sdtmg"}, "there is no standard sdtmg", "'sdtmig'"),
        ({"ct": "nope"}, "nope is no package of terminology", "there is"),
        ({"only": ["tl-s-day-zer"]}, "there is no rule tl-s-day-zer", "TL-S-DAY-ZERO"),
    ],
)
def test_what_does_not_exist_is_refused_with_a_hint(settings, message, hint):
    with pytest.raises(SpecificationError, match=message) as raised:
        validate({"DM": DM}, **settings)
    assert hint in raised.value.findings[0].hint


@pytest.mark.parametrize("version", [3.4, "3.4", "3-4", "v3.4"])
def test_a_version_is_written_in_many_ways(version):
    assert validate({"DM": DM}, version=version).standards["version"] == "3.4"


def test_terminology_that_is_not_held_stops_only_the_rules_that_need_it():
    result = validate({"DM": DM}, ct="sdtmct-1999-01-01", only=["TL-T-SEX", "TL-S-DOMAIN-VALUE"])
    status = {run.id: run.status for run in result.rules}
    assert status == {"TL-T-SEX": Status.NOT_RUN, "TL-S-DOMAIN-VALUE": Status.RUN}


def test_rules_are_named_in_any_case():
    assert [r.id for r in validate({"DM": DM}, only=["tl-s-domain-value"]).rules] == [
        "TL-S-DOMAIN-VALUE"
    ]


def test_a_data_frame_without_labels_breaks_no_rule_about_labels(tmp_path):
    result = run_rule(tmp_path, LABELS, {"DM": DM})
    assert result.rules[0].reason == "DM carries no labels"
    assert len(result) == 0


def test_a_data_frame_may_carry_labels(tmp_path):
    labelled = DM.copy()
    labelled.attrs = {"label": "Demographics", "labels": {"domain": "Domain Abbreviation"}}
    (tmp_path / "rule.yml").write_text(yaml.safe_dump({"Core": {"Id": "R"}, **LABELS}))
    found = validate({"DM": labelled}, tmp_path)
    assert [each.value for each in found] == ["USUBJID", "SEX"]


@pytest.mark.parametrize(
    "values",
    [
        pd.array(["x", None], dtype="string"),
        pd.array(["x", None], dtype="str"),
        pd.Categorical(["x", None]),
        np.array(["x", None], dtype=object),
        np.array(["x", float("nan")], dtype=object),
        pd.array(["x", None], dtype="string[pyarrow]"),
    ],
)
def test_missing_text_is_blank_whatever_the_type(checked, values):
    made = {"Check": {"all": [{"name": "AETERM", "operator": "empty"}]}}
    assert checked(made, {"AE": {"DOMAIN": ["AE", "AE"], "AETERM": values}}) == [
        ("AE", 2, "AETERM", "")
    ]


@pytest.mark.parametrize(
    "values",
    [
        pd.array([1, None], dtype="Int64"),
        pd.array([1.0, None], dtype="Float64"),
        np.array([1.0, np.nan]),
        pd.array([1, None], dtype="int64[pyarrow]"),
    ],
)
def test_missing_numbers_are_blank_whatever_the_type(checked, values):
    made = {"Check": {"all": [{"name": "AESEQ", "operator": "empty"}]}}
    frame = {"DOMAIN": ["AE", "AE"], "AESEQ": values}
    assert checked(made, {"AE": frame}) == [("AE", 2, "AESEQ", "")]


def test_records_count_from_one_whatever_the_index(tmp_path):
    made = {"Check": {"all": [{"name": "AETERM", "operator": "equal_to", "value": "b"}]}}
    frame = pd.DataFrame({"DOMAIN": ["AE"] * 2, "AETERM": ["a", "b"]}, index=[7, 7])
    assert [each.record for each in run_rule(tmp_path, made, {"AE": frame})] == [2]

"""What a rule of each type looks at: records, variables, values, data sets, the study."""

from __future__ import annotations

import pytest

from tests.validation.engine.conftest import run_rule
from tests.validation.engine.small import EVENTS as AE
from validation import Status

LB = {"DOMAIN": ["LB"] * 2, "USUBJID": ["1", "2"], "LBSEQ": [1, 2], "LBTESTCD": ["A", "B"]}


LBCH = {"DOMAIN": ["LB"] * 2, "USUBJID": ["1", "1"], "LBSEQ": [1, 2]}


LBHE = {"DOMAIN": ["LB"] * 2, "USUBJID": ["1", "2"], "LBSEQ": [2, 1], "LBNAM": ["x", ""]}


def test_a_rule_across_records_sees_all_parts_of_a_split_data_set(checked):
    made = {
        "Check": {
            "all": [{"name": "--SEQ", "operator": "is_not_unique_set", "value": ["USUBJID"]}]
        },
        "Scope": {"Domains": {"Include": ["LB"]}},
    }
    assert checked(made, {"LBCH": LBCH, "LBHE": LBHE}) == [
        ("LBCH", 2, "LBSEQ", "2.0"),
        ("LBHE", 1, "LBSEQ", "2.0"),
    ]


def test_parts_of_a_split_data_set_are_looked_up_under_their_domain(checked):
    made = {
        "Check": {"all": [{"name": "$names", "operator": "contains", "value": "x"}]},
        "Operations": [{"id": "$names", "operator": "distinct", "domain": "LB", "name": "LBNAM"}],
        "Scope": {"Domains": {"Include": ["AE"]}},
        "Sensitivity": "Dataset",
    }
    assert checked(made, {"AE": AE, "LBCH": LBCH, "LBHE": LBHE}) == [
        ("AE", None, "$names", "['x']")
    ]


def test_the_variables_of_a_data_set(checked):
    made = {
        "Rule Type": "Variable Metadata Check",
        "Check": {"all": [{"name": "variable_name", "operator": "ends_with", "value": "SEQ"}]},
        "Outcome": {"Message": "m", "Output Variables": ["variable_name", "variable_data_type"]},
    }
    assert checked(made, {"AE": AE}) == [
        ("AE", 3, "variable_name", "AESEQ"),
        ("AE", 3, "variable_data_type", "Num"),
    ]


def test_variables_against_the_standard(checked):
    made = {
        "Rule Type": "Variable Metadata Check against Library Metadata",
        "Check": {
            "all": [
                {"name": "library_variable_core", "operator": "equal_to", "value": "Req"},
                {"name": "variable_has_empty_values", "operator": "equal_to", "value": True},
            ]
        },
        "Outcome": {"Message": "m", "Output Variables": ["variable_name"]},
    }
    assert checked(made, {"AE": {**AE, "XX": ["q"] * 3}}) == [("AE", 4, "variable_name", "AETERM")]


def against_library(*checks):
    return {
        "Rule Type": "Variable Metadata Check against Library Metadata",
        "Check": {"all": list(checks)},
        "Outcome": {"Message": "m", "Output Variables": ["variable_name"]},
    }


def test_variables_of_analysis_data_against_the_adam_guide(tmp_path):
    made = against_library(
        {"name": "library_variable_core", "operator": "equal_to", "value": "Req"}
    )
    adsl = {"STUDYID": ["S"], "USUBJID": ["1"], "AGE": [30], "MINE": ["x"]}
    other = {"STUDYID": ["S"], "USUBJID": ["1"]}
    result = run_rule(
        tmp_path, made, {"ADSL": adsl, "ADX": other}, standard="adamig", version="1.3"
    )
    assert result.rules[0].reason == ""
    assert result.frame()[["dataset", "value"]].to_numpy().tolist() == [
        ["ADSL", "STUDYID"],
        ["ADSL", "USUBJID"],
        ["ADSL", "AGE"],
    ]


@pytest.mark.parametrize(
    ("name", "subclass"),
    [
        ("ADTTE", "TIME-TO-EVENT"),
        ("ADPPK", "POPULATION PHARMACOKINETIC ANALYSIS"),
        ("ADNCA", "NON-COMPARTMENTAL ANALYSIS"),
        ("ADAE", "ADVERSE EVENT"),
    ],
)
def test_analysis_data_with_a_customary_name_are_of_its_class(checked, name, subclass):
    made = {
        "Check": {"all": [{"name": "CNSR", "operator": "not_exists"}]},
        "Outcome": {"Message": "m", "Output Variables": ["CNSR"]},
        "Sensitivity": "Dataset",
        "Scope": {"Subclasses": {"Include": [subclass]}},
    }
    data = {name: {"STUDYID": ["S"], "USUBJID": ["1"]}, "ADX": {"STUDYID": ["S"]}}
    found = checked(made, data, standard="adamig", version="1.3")
    assert found == [(name, None, "CNSR", "Not in dataset")]


def test_a_standard_that_is_not_held_does_not_stop_a_rule_with_an_error(tmp_path):
    made = against_library(
        {"name": "library_variable_core", "operator": "equal_to", "value": "Req"}
    )
    result = run_rule(tmp_path, made, {"AE": AE}, standard="sendig", version="3.1")
    assert result.rules[0].status == Status.NOT_RUN
    assert "SENDIG 3.1 is not held" in result.rules[0].reason


def test_the_data_set_itself(checked):
    made = {
        "Rule Type": "Dataset Metadata Check",
        "Check": {
            "all": [
                {
                    "name": "dataset_name",
                    "operator": "prefix_not_equal_to",
                    "prefix": 2,
                    "value": "DOMAIN",
                }
            ]
        },
    }
    assert checked(made, {"AE": AE, "ZZ": AE}) == [("ZZ", 1, "dataset_name", "ZZ")]


def test_every_value(checked):
    made = {
        "Rule Type": "Value Check with Variable Metadata",
        "Check": {
            "all": [
                {"name": "variable_data_type", "operator": "equal_to", "value": "Char"},
                {"name": "variable_value", "operator": "empty"},
                {"name": "row_number", "operator": "greater_than", "value": 1},
                {"name": "variable_value_length", "operator": "equal_to", "value": 0},
            ]
        },
        "Outcome": {"Message": "m", "Output Variables": ["variable_name", "variable_value"]},
    }
    assert checked(made, {"AE": AE}) == [
        ("AE", 2, "variable_name", "AETERM"),
        ("AE", 2, "variable_value", ""),
    ]


def test_the_domains_of_the_study(checked):
    made = {
        "Rule Type": "Domain Presence Check",
        "Sensitivity": "Dataset",
        "Check": {
            "all": [{"name": "AE", "operator": "exists"}, {"name": "EX", "operator": "not_exists"}]
        },
        "Outcome": {"Message": "m", "Output Variables": ["AE", "EX"]},
    }
    assert checked(made, {"AE": AE}) == [
        ("STUDY", None, "AE", "ae.xpt"),
        ("STUDY", None, "EX", "Not in dataset"),
    ]

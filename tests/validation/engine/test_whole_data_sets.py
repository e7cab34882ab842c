"""What one cell, name or version means for a whole data set."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from transport import Dataset, VariableMeta, write_xpt
from validation import Status, validate
from validation.engine.reading.library import library_for
from validation.engine.ruleset.rules import CATALOGUE, load_rules


def checked(data, tmp_path, **rule):
    path = tmp_path / "rule.yml"
    made = {
        "Core": {"Id": "MY-1"},
        "Rule Type": "Record Data",
        "Sensitivity": "Record",
        "Outcome": {"Message": "m"},
    }
    path.write_text(yaml.safe_dump(made | rule), "utf-8")
    return validate({name: pd.DataFrame(columns) for name, columns in data.items()}, path)


AE = {"USUBJID": ["1"] * 3, "DOMAIN": ["CM", "AE", "AE"], "AESEQ": [1, 2, 2]}


def test_one_wrong_domain_cell_moves_no_data_set(tmp_path):
    check = {"all": [{"name": "--SEQ", "operator": "equal_to", "value": 1}]}
    found = list(checked({"AE": AE}, tmp_path, Check=check))
    assert [(f.record, f.variable) for f in found] == [(1, "AESEQ")]


@pytest.mark.parametrize("target", ["AESEQ", "AELNKID"])
def test_a_set_is_of_the_variables_that_are_there(tmp_path, target):
    value = ["USUBJID", "AESEQ", "AESPID"]
    check = {"all": [{"name": target, "operator": "is_not_unique_set", "value": value}]}
    result = checked({"AE": AE}, tmp_path, Check=check)
    assert [f.record for f in result] == [2, 3]


def test_a_set_of_nothing_finds_nothing(tmp_path):
    check = {"all": [{"name": "AELNKID", "operator": "is_not_unique_set", "value": ["AESPID"]}]}
    assert not list(checked({"AE": AE}, tmp_path, Check=check))


@pytest.mark.parametrize("name", ["root(variable_value)", "-- DTM", "--'FN'"])
def test_a_name_that_no_variable_can_have_is_not_run(tmp_path, name):
    check = {"all": [{"name": name, "operator": "non_empty"}]}
    (run,) = checked({"AE": AE}, tmp_path, Check=check).rules
    assert (run.status, name in run.reason) == (Status.NOT_RUN, True)


def test_a_name_in_lower_case_is_told(tmp_path):
    frame = pd.DataFrame({"USUBJID": ["1"], "aeterm": ["RASH"]})
    dataset = Dataset("AE", frame, (VariableMeta("USUBJID"), VariableMeta("aeterm")))
    write_xpt(dataset, tmp_path / "ae.xpt")
    found = [f for f in validate(tmp_path) if f.rule == "VAL019"]
    assert [(f.dataset, f.variable, f.value) for f in found] == [("AE", "AETERM", "aeterm")]


def test_associated_persons_have_the_variables_of_the_domain_they_are_about():
    library = library_for("sdtmig", "3.4", None)
    class_name = library.class_of("APMH", "APMH", ())
    standard = library.dataset("APMH", class_name)

    assert class_name == "EVENTS"
    assert standard.variable("USUBJID") is None
    needed = {v.name for v in standard.variables if v.core == "Req"}
    assert needed == {"STUDYID", "DOMAIN", "APID", "MHSEQ", "MHTERM"}
    order = standard.order(["MHTERM", "SREL", "RSUBJID", "MHSEQ", "APID", "DOMAIN"])
    assert order == ["DOMAIN", "APID", "MHSEQ", "RSUBJID", "SREL", "MHTERM"]


def test_the_object_stands_behind_the_test_name():
    standard = library_for("sdtmig", "3.4", None).dataset("FA", "FINDINGS ABOUT")
    names = ["FATSTDTL", "FAOBJ", "FATEST", "FATESTCD"]
    assert standard.order(names) == ["FATESTCD", "FATEST", "FAOBJ", "FATSTDTL"]


@pytest.mark.parametrize("version", ["3.2", "3.3", "3.4"])
def test_rules_run_for_the_versions_that_they_hold_for(version):
    data = {"AE": pd.DataFrame({"DOMAIN": ["AE"], "USUBJID": ["1"], "AESTDTC": ["2022-13-01"]})}
    result = validate(data, version=version)
    status = {run.id: (run.status, run.reason) for run in result.rules}

    assert status["TL-S-ISO-STDTC"][0] is Status.RUN
    held = status["TL-S-VARIABLE-UNKNOWN"]
    assert held[0] is (Status.RUN if version == "3.4" else Status.NOT_RUN)
    assert version == "3.4" or f"SDTMIG {version} is not held" in held[1]


def test_only_criteria_of_an_agency_reject():
    rejecting = {rule.id: rule.references for rule in load_rules(CATALOGUE)[0] if _rejects(rule)}
    assert rejecting
    for references in rejecting.values():
        assert {"1734", "1736"} & set(references)


def _rejects(rule):
    return rule.severity.value == "rejects"

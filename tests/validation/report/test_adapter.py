"""From the result of an engine to the input of a report."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from specs.findings import Finding, Severity
from validation import validate
from validation.report import InputFile, RunState, StandardVersion, build_report, report_input
from validation.report.adapter import prefix_of
from validation.report.counting.table import findings_of

RULE = """\
Core: {Id: TST-1, Version: "1", Status: Draft}
Description: An event ends before it starts.
Rule Type: Record Data
Sensitivity: Record
Executability: Fully Executable
Authorities:
  - Organization: CDISC
    Standards:
      - {Name: SDTMIG, Version: "3.4", References: [{Rule Identifier: {Id: CG9999, Version: "1"}}]}
Scope: {Classes: {Include: [ALL]}, Domains: {Include: [AE]}}
Check:
  all:
    - {name: AEENDTC, operator: date_less_than, value: AESTDTC}
Outcome: {Message: AEENDTC is before AESTDTC, Output Variables: [AESTDTC, AEENDTC]}
"""
AE = pd.DataFrame(
    {
        "STUDYID": "S1",
        "DOMAIN": "AE",
        "USUBJID": ["A", "A", "B"],
        "AESEQ": [1.0, 2.0, 1.0],
        "AETERM": "x",
        "AESTDTC": ["2024-01-02", "2024-01-02", "2024-01-01"],
        "AEENDTC": ["2024-01-01", "2024-01-03", "2023-12-31"],
    }
)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    (folder / "one.yml").write_text(RULE, "utf-8")
    (folder / "two.yml").write_text(
        RULE.replace("TST-1", "TST-2").replace("date_less_than", "frobs"), "utf-8"
    )
    return validate({"AE": AE}, rules=folder)


def test_an_issue_of_two_variables_is_one_finding(result):
    report = build_report(report_input(result, study="S1", label="cut 1"))
    assert len(report) == result.findings.issues == 2
    found = list(findings_of(report.table))
    assert [(item.record, item.variable, item.value) for item in found] == [
        (3, "AESTDTC, AEENDTC", "2024-01-01, 2023-12-31"),
        (1, "AESTDTC, AEENDTC", "2024-01-02, 2024-01-01"),
    ]
    assert found[1].details == {"AESTDTC": "2024-01-02", "AEENDTC": "2024-01-01"}
    assert dict(found[1].key)["USUBJID"] == "A"


def reported(folder, rule, **data):
    (folder / "rule.yml").write_text(rule, "utf-8")
    given = report_input(validate(data, rules=folder))
    return given, list(findings_of(build_report(given).table))


def test_an_issue_of_a_rule_about_all_variables_names_its_variable(tmp_path):
    rule = """
Core: {Id: TST-3}
Rule Type: Variable Metadata Check
Sensitivity: Record
Check: {all: [{name: variable_name, operator: ends_with, value: TERM}]}
Outcome: {Message: An odd name., Output Variables: [variable_name, variable_data_type]}
"""
    _, (found,) = reported(tmp_path, rule, AE=AE)
    assert (found.variable, found.value, found.record) == ("AETERM", "Char", None)


def test_a_rule_about_all_variables_may_say_nothing_more(tmp_path):
    rule = """
Core: {Id: TST-3}
Rule Type: Variable Metadata Check
Sensitivity: Record
Check: {all: [{name: variable_name, operator: ends_with, value: TERM}]}
Outcome: {Message: An odd name., Output Variables: [variable_name]}
"""
    _, (found,) = reported(tmp_path, rule, AE=AE)
    assert (found.variable, found.value) == ("AETERM", "")


def test_messages_name_the_variables_of_the_data_set(tmp_path):
    rule = RULE.replace("[AE]", "[ALL]").replace("AEENDTC", "--ENDTC").replace("AESTDTC", "--STDTC")
    cm = AE.rename(columns=lambda name: name.replace("AE", "CM")).assign(DOMAIN="CM")
    given, found = reported(tmp_path, rule, AE=AE, CM=cm)
    assert {(item.dataset, item.message) for item in found} == {
        ("AE", "AEENDTC is before AESTDTC"),
        ("CM", "CMENDTC is before CMSTDTC"),
    }
    assert given.rules[0].title == "--ENDTC is before --STDTC"


@pytest.mark.parametrize(
    ("dataset", "prefix"),
    [("LB", "LB"), ("QSCO", "QS"), ("APDM", "DM"), ("SUPPAE", ""), ("RELREC", ""), ("ADAE", "")],
)
def test_the_prefix_of_a_data_set(dataset, prefix):
    assert prefix_of(dataset) == prefix


def test_a_reason_is_given_once(tmp_path):
    rule = RULE.replace("date_less_than", "matches_regex").replace("value: AESTDTC", "value: '('")
    given, _ = reported(tmp_path, rule, AE=AE)
    assert given.rules[0].reason.count("not valid") == 1


def test_a_rule_does_not_answer_to_itself(tmp_path):
    given, _ = reported(tmp_path, RULE.replace("CG9999", "TST-1"), AE=AE)
    assert given.rules[0].cdisc_ids == ()


def test_the_state_of_every_rule_comes_along(result):
    states = {rule.id: (rule.status, rule.reason) for rule in report_input(result).rules}
    assert states["TST-1"][0] is RunState.RUN
    assert states["TST-2"][0] is RunState.NOT_RUN
    assert "frobs" in states["TST-2"][1]


def test_standards_and_inputs_come_along(result):
    given = report_input(result)
    assert given.standards[0] == StandardVersion("SDTMIG", "3.4")
    assert [(file.dataset, file.records) for file in given.inputs if file.dataset] == [("AE", 3)]


def test_plain_findings_and_mappings_will_do():
    given = report_input(
        {
            "findings": [Finding("A", "m", Severity.BLOCKS)],
            "rules": [{"id": "A", "status": "not applicable", "reason": "no data set"}],
            "standards": [{"name": "ADaMIG", "version": "1.3"}],
            "inputs": [SimpleNamespace(name="adsl.xpt", sha256="00", records=5)],
            "engine": "other 1.0",
        },
        label="x",
    )
    assert given.rules[0].status is RunState.NOT_APPLICABLE
    assert given.standards == (StandardVersion("ADaMIG", "1.3"),)
    assert given.inputs == (InputFile("adsl.xpt", "00", records=5),)
    assert (given.engine, given.label) == ("other 1.0", "x")


def test_a_mapping_of_files_tells_data_sets_from_others():
    given = report_input({"inputs": {"lb.xpt": "aa", "define.xml": "bb"}, "datasets": {"LB": 7}})
    assert [(f.name, f.sha256, f.dataset, f.records) for f in given.inputs] == [
        ("define.xml", "bb", "", None),
        ("lb.xpt", "aa", "LB", 7),
    ]


def test_a_data_frame_of_findings_will_do():
    frame = pd.DataFrame(
        {
            "rule": ["A", "A", "A"],
            "message": "m",
            "severity": ["blocks", "explain", "blocks"],
            "dataset": pd.Categorical(["LB", "AE", "LB"]),
            "record": pd.array([3, None, 1], dtype="Int64"),
            "value": ["x", None, "y"],
            "key": [(("USUBJID", "1"),), None, {"USUBJID": "2"}],
            "details": [{"a": "b"}, None, None],
        }
    )
    found = {
        item.record: item
        for item in findings_of(build_report(report_input({"findings": frame})).table)
    }
    assert found[3].key == (("USUBJID", "1"),)
    assert found[1].key == (("USUBJID", "2"),)
    assert (found[None].dataset, found[None].value, found[3].details) == ("AE", "", {"a": "b"})


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"rule": ["A"]}, "needs the column.s. message, severity"),
        ({"rule": ["A"], "message": ["m"], "severity": ["bad"]}, "unknown severity bad"),
    ],
)
def test_a_data_frame_that_holds_no_findings_is_refused(columns, message):
    with pytest.raises(ValueError, match=message):
        build_report(report_input({"findings": pd.DataFrame(columns)}))

"""Rule types, scope, split data sets, statuses, findings: through ``validate``."""

from __future__ import annotations

import threading

import pandas as pd
import pytest

from specs.errors import SpecificationError
from specs.findings import Owner, Severity
from tests.validation.engine.conftest import run_rule
from tests.validation.engine.small import EMPTY, rule_text
from tests.validation.engine.small import EVENTS as AE
from transport import Dataset, VariableMeta
from validation import Status, Validation, validate
from validation.engine.findings import COLUMNS
from validation.engine.ruleset import rule_types
from validation.engine.ruleset.rules import CATALOGUE

LB = {"DOMAIN": ["LB"] * 2, "USUBJID": ["1", "2"], "LBSEQ": [1, 2], "LBTESTCD": ["A", "B"]}


def scoped(**scope):
    return {**EMPTY, "Scope": scope}


def test_a_finding_says_everything(tmp_path):
    made = EMPTY | {
        "Outcome": {"Message": "no term", "Hint": "ask the site"},
        "Severity": "blocks",
        "Owner": "site",
    }
    [finding] = run_rule(tmp_path, made, {"AE": AE}).findings
    assert (finding.rule, finding.dataset, finding.record) == ("T1", "AE", 2)
    assert (finding.variable, finding.value) == ("AETERM", "")
    assert finding.key == (("USUBJID", "1"), ("AESEQ", "2"))
    assert (finding.message, finding.hint) == ("no term", "ask the site")
    assert (finding.severity, finding.owner) == (Severity.BLOCKS, Owner.SITE)


def test_a_result_counts_issues_and_findings(tmp_path):
    made = {
        "Check": {"all": [{"name": "AETERM", "operator": "non_empty"}]},
        "Outcome": {"Message": "m", "Output Variables": ["AETERM", "--NOT"]},
    }
    result = run_rule(tmp_path, made, {"AE": AE})
    assert (result.findings.issues, len(result), len(list(result))) == (2, 4, 4)
    assert result.findings[1].value == "Not in dataset"
    assert result.findings[-1].record == 3
    with pytest.raises(IndexError):
        result.findings[4]
    frame = result.frame()
    assert tuple(frame.columns) == COLUMNS
    assert frame["issue"].tolist() == [1, 1, 2, 2]
    assert frame["key"].tolist()[2] == "USUBJID=2, AESEQ=1"
    assert result.datasets == {"AE": 3}
    run = result.rules[0]
    assert (run.id, run.issues, run.findings, run.datasets) == ("T1", 2, 4, ["AE"])
    assert run.cpu_ms > 0


def test_records_of_adam_have_keys_of_their_own(tmp_path):
    adlb = {"USUBJID": ["1"], "PARAMCD": ["ALT"], "AVAL": [1.0], "ADT": [22000.0]}
    adae = {"USUBJID": ["1"], "AETERM": ["x"], "AESEQ": [3]}
    made = {"Check": {"all": [{"name": "USUBJID", "operator": "non_empty"}]}}
    frames = {"ADLB": adlb, "ADAE": adae}
    found = run_rule(tmp_path, made, frames, standard="adamig", version="1.3").findings
    assert [f.key for f in found] == [
        (("USUBJID", "1"), ("PARAMCD", "ALT"), ("ADT", "22000")),
        (("USUBJID", "1"), ("AESEQ", "3")),
    ]


def test_no_findings_make_an_empty_table(tmp_path):
    result = run_rule(tmp_path, EMPTY, {"LB": LB})
    assert len(result) == 0
    assert tuple(result.frame().columns) == COLUMNS


@pytest.mark.parametrize("sensitivity", ["Dataset", "Study", "Variable"])
def test_a_rule_about_a_data_set_has_one_finding_without_record(checked, sensitivity):
    made = {
        "Sensitivity": sensitivity,
        "Check": {"all": [{"name": "AETERM", "operator": "non_empty"}]},
    }
    assert checked(made, {"AE": AE}) == [("AE", None, "AETERM", "a")]


def test_a_variable_that_must_be_there(checked):
    made = {
        "Sensitivity": "Dataset",
        "Check": {"all": [{"name": "AESER", "operator": "not_exists"}]},
        "Outcome": {"Message": "m", "Output Variables": ["AESER"]},
    }
    assert checked(made, {"AE": AE}) == [("AE", None, "AESER", "Not in dataset")]
    empty = {name: values[:0] for name, values in AE.items()}
    assert checked(made, {"AE": empty}) == [("AE", None, "AESER", "Not in dataset")]


def test_any_not_and_nested_conditions(checked):
    a, b = ({"name": "AETERM", "operator": "equal_to", "value": v} for v in "ac")
    assert [r for _, r, *_ in checked({"Check": {"any": [a, b]}}, {"AE": AE})] == [1, 3]
    assert [r for _, r, *_ in checked({"Check": {"not": a}}, {"AE": AE})] == [2, 3]
    neither = {"all": [{"not": {"any": [a, b]}}, {"name": "AESEQ", "operator": "exists"}]}
    assert [r for _, r, *_ in checked({"Check": neither}, {"AE": AE})] == [2, 2]


@pytest.mark.parametrize(
    ("scope", "applies"),
    [
        ({}, True),
        ({"Classes": {"Include": ["EVENTS"]}}, True),
        ({"Classes": {"Include": ["FINDINGS"]}}, False),
        ({"Classes": {"Exclude": ["EVENTS"]}}, False),
        ({"Domains": {"Include": ["ALL"]}}, True),
        ({"Domains": {"Include": ["AE", "CM"]}}, True),
        ({"Domains": {"Exclude": ["AE"]}}, False),
        ({"Datasets": {"Include": ["AE"]}}, True),
        ({"Datasets": {"Include": ["CM"]}}, False),
        ({"Domains": {"Include": ["AE"], "include_split_datasets": False}}, True),
        ({"Domains": {"Include": ["AE"], "include_split_datasets": True}}, False),
    ],
)
def test_scope(tmp_path, scope, applies):
    result = run_rule(tmp_path, scoped(**scope), {"AE": AE})
    status = Status.RUN if applies else Status.NOT_APPLICABLE
    assert result.rules[0].status is status
    assert bool(len(result)) is applies


def test_findings_about_belong_to_findings_too(checked):
    fa = {"DOMAIN": ["FA"], "FATESTCD": ["X"], "FAOBJ": ["o"]}
    made = {"Check": {"all": [{"name": "FAOBJ", "operator": "non_empty"}]}}
    for name in ("FINDINGS", "FINDINGS ABOUT"):
        assert checked({**made, "Scope": {"Classes": {"Include": [name]}}}, {"FA": fa})


def test_supplemental_and_associated_persons_have_names_of_their_own(checked):
    supp = {"RDOMAIN": ["AE"], "QNAM": ["Q"]}
    made = {
        "Check": {"all": [{"name": "QNAM", "operator": "non_empty"}]},
        "Scope": {"Domains": {"Include": ["SUPP--"]}, "Classes": {"Include": ["RELATIONSHIP"]}},
    }
    assert checked(made, {"SUPPAE": supp}) == [("SUPPAE", 1, "QNAM", "Q")]
    apmh = {"DOMAIN": ["APMH"], "MHTERM": [""]}
    assert checked(scoped(Domains={"Include": ["AP--"]}), {"APMH": apmh}) == [
        ("APMH", 1, "MHTERM", "")
    ]


def test_a_custom_domain_has_the_class_of_its_topic_variable(tmp_path):
    made = scoped(Classes={"Include": ["EVENTS"]})
    assert len(run_rule(tmp_path, made, {"XE": {"DOMAIN": ["XE"], "XETERM": [""]}})) == 1
    assert len(run_rule(tmp_path, made, {"XY": {"DOMAIN": ["XY"], "XYNO": [""]}})) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Rule Type": "Tea Leaves"}, "rule type 'Tea Leaves' is not known"),
        ({"Check": {"all": [{"name": "A", "operator": "frobs"}]}}, "operator 'frobs' is not known"),
        ({"Operations": [{"id": "$x", "operator": "frobs"}]}, "operation 'frobs' is not known"),
        ({"Rule Type": "Define Item Metadata Check"}, "there is no define.xml"),
        ({"Check": "**.$filter()"}, "a check that is no condition"),
        ({"Check": {"all": []}}, "an empty 'all'"),
        ({"Check": {"all": [{"name": "A"}]}}, "a condition without an operator"),
        ({"Check": {"all": [{"operator": "empty"}]}}, "names no variable"),
        ({"Severity": "dire"}, "the rule cannot be read"),
        (
            {"Check": {"all": [{"name": "AETERM", "operator": "matches_regex", "value": "("}]}},
            "is not valid",
        ),
    ],
)
def test_what_cannot_run_says_so(tmp_path, change, reason):
    result = run_rule(tmp_path, EMPTY | change, {"AE": AE})
    assert result.rules[0].status is Status.NOT_RUN
    assert reason in result.rules[0].reason
    assert result.rules_run == 0
    assert [problem.rule for problem in result.problems] == ["VAL014"]


def test_a_rule_that_fails_does_not_stop_the_others(tmp_path, monkeypatch):
    def fails(*_):
        raise ZeroDivisionError("boom")
        yield

    monkeypatch.setitem(rule_types._BUILDERS, "dataset metadata check", fails)
    (tmp_path / "a.yml").write_text(rule_text("A", "Dataset Metadata Check"))
    (tmp_path / "b.yml").write_text(rule_text("B", "Record Data"))
    (tmp_path / "c.yml").write_text("- this is\nno: rule: [")
    (tmp_path / "d.yml").write_text("- a list")
    result = validate({"AE": pd.DataFrame(AE)}, tmp_path)
    states = {run.id: (run.status, run.reason) for run in result.rules}
    assert states["A"] == (Status.ERROR, "ZeroDivisionError: boom (on AE)")
    assert states["B"][0] is Status.RUN
    assert states["c"] == (Status.NOT_RUN, "the file is not valid YAML (line 2)")
    assert states["d"] == (Status.NOT_RUN, "the file holds no rule")


STANDARDS = (
    "Authorities: [{Standards: [{Name: %s, Version: '%s', "
    "References: [{Rule Identifier: {Id: CG1}}]}]}]"
)


def test_rules_of_other_standards_versions_and_uses_do_not_apply(tmp_path):
    (tmp_path / "a.yml").write_text(rule_text("A", "Record Data", STANDARDS % ("SDTMIG", "3.4")))
    (tmp_path / "b.yml").write_text(rule_text("B", "Record Data", STANDARDS % ("SDTMIG", "3.2")))
    (tmp_path / "c.yml").write_text(rule_text("C", "Record Data", STANDARDS % ("SENDIG", "3.1")))
    (tmp_path / "d.yml").write_text(
        rule_text("D", "Record Data", "Scope: {Use Case: 'NONCLIN, PROD'}")
    )
    result = validate({"AE": pd.DataFrame(AE)}, tmp_path)
    assert {run.id: run.reason for run in result.rules} == {
        "A": "",
        "B": "the rule is for SDTMIG 3.2, not 3.4",
        "C": "the rule is not for SDTMIG",
        "D": "the rule is for NONCLIN, PROD, not INDH",
    }
    assert result.rules[0].rule.references == ("CG1",)
    asked = validate({"AE": pd.DataFrame(AE)}, tmp_path, only=["B"])
    assert [run.status for run in asked.rules] == [Status.RUN]


def test_two_rules_with_one_id_are_told_apart(tmp_path):
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(rule_text("A", "Record Data"))
    result = validate({"AE": pd.DataFrame(AE)}, tmp_path)
    assert [run.id for run in result.rules] == ["A", f"A ({tmp_path.name}/b.yml)"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"rules": "nowhere"}, "VAL010"),
        ({"rules": "."}, "VAL011"),
        ({"rules": "rule.yml", "only": ["B"]}, "VAL012"),
        ({"rules": "rule.yml", "data": {}}, "VAL013"),
        ({"rules": "rule.yml", "define": "define.xml"}, "VAL015"),
    ],
)
def test_a_call_that_cannot_be_met_is_refused(tmp_path, monkeypatch, settings, code):
    monkeypatch.chdir(tmp_path)
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "rule.yml").write_text(rule_text("A", "Record Data"))
    place = {
        "rule.yml": rules / "rule.yml",
        ".": tmp_path / "none",
        "nowhere": tmp_path / "nowhere",
    }
    (tmp_path / "none").mkdir()
    data = {"AE": pd.DataFrame(AE)}
    with pytest.raises(SpecificationError) as error:
        Validation(**{"data": data, **settings, "rules": place[settings["rules"]]}).run()
    assert error.value.findings[0].rule == code


def test_data_sets_of_transport_are_taken_as_they_are(tmp_path):
    frame = pd.DataFrame({"AETERM": pd.Series(["", " ", "x"]).astype("category")})
    label = "Reported Term for the Adverse Event"
    dataset = Dataset("ae", frame, (VariableMeta("AETERM", label),), "Adverse Events")
    (tmp_path / "r.yml").write_text(rule_text("A", "Record Data"))
    result = validate({"ae": dataset}, tmp_path)
    assert [(f.dataset, f.record) for f in result] == [("AE", 1), ("AE", 2)]


def test_dates_of_a_data_frame_are_text(checked):
    when = pd.to_datetime(["2020-01-02", None])
    made = {"Check": {"all": [{"name": "AESTDTC", "operator": "is_complete_date"}]}}
    found = checked(made, {"AE": {"DOMAIN": ["AE"] * 2, "AESTDTC": when}})
    assert found == [("AE", 1, "AESTDTC", "2020-01-02T00:00:00")]


def test_progress_is_told(tmp_path):
    told = []
    (tmp_path / "r.yml").write_text(rule_text("A", "Record Data"))
    validate({"AE": pd.DataFrame(AE)}, tmp_path, progress=lambda *said: told.append(said))
    assert told == [("A", 1, 1)]


def test_the_bundled_catalogue_is_looked_for_in_the_package():
    if CATALOGUE.is_dir():
        assert validate({"AE": pd.DataFrame(AE)}).rules
    else:
        with pytest.raises(SpecificationError):
            validate({"AE": pd.DataFrame(AE)})


def test_runs_side_by_side_do_not_disturb_each_other(tmp_path):
    (tmp_path / "r.yml").write_text(rule_text("A", "Record Data"))
    found = []

    def go():
        found.append(len(validate({"AE": pd.DataFrame(AE)}, tmp_path)))

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1, 1, 1]


def test_adam_data_sets_are_known_by_what_they_hold(tmp_path):
    made = {
        "Check": {"all": [{"name": "USUBJID", "operator": "exists"}]},
        "Sensitivity": "Dataset",
    }
    frames = {
        "ADSL": {"USUBJID": ["1"]},
        "ADTTE": {"USUBJID": ["1"], "PARAMCD": ["OS"], "CNSR": [0]},
        "ADPPK": {"USUBJID": ["1"], "AVAL": [1.0], "DV": [1.0], "AMT": [1.0]},
        "ADPC": {"USUBJID": ["1"], "PARAMCD": ["X"], "NFRLT": [0]},
        "ADLB": {"USUBJID": ["1"], "PARAMCD": ["X"]},
        "ADAE": {"USUBJID": ["1"], "AETERM": ["x"]},
        "ADX": {"USUBJID": ["1"]},
    }
    expected = {
        ("Data Structures", "SUBJECT LEVEL ANALYSIS DATASET"): ["ADSL"],
        ("Data Structures", "BASIC DATA STRUCTURE"): ["ADTTE", "ADPPK", "ADPC", "ADLB"],
        ("Data Structures", "OCCURRENCE DATA STRUCTURE"): ["ADAE"],
        ("Data Structures", "ADAM OTHER"): ["ADX"],
        ("Subclasses", "TIME-TO-EVENT"): ["ADTTE"],
        ("Subclasses", "POPULATION PHARMACOKINETIC ANALYSIS"): ["ADPPK"],
        ("Subclasses", "NON-COMPARTMENTAL ANALYSIS"): ["ADPC"],
        ("Subclasses", "ADVERSE EVENT"): ["ADAE"],
        ("Classes", "ADSL"): ["ADSL"],
    }
    for (kind, name), names in expected.items():
        rule = made | {"Scope": {kind: {"Include": [name]}}}
        result = run_rule(tmp_path, rule, frames, standard="adamig", version="1.3")
        assert [f.dataset for f in result] == names, name

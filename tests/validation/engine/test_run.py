"""Rule types, scope, split data sets, statuses, findings: through ``validate``."""

from __future__ import annotations

import textwrap
import threading

import pandas as pd
import pytest

from specs.errors import SpecificationError
from specs.findings import Owner, Severity
from tests.validation.engine.conftest import run_rule
from transport import Dataset, VariableMeta
from validation import Status, Validation, validate
from validation.engine import rule_types
from validation.engine.findings import COLUMNS
from validation.engine.rules import CATALOGUE

AE = {
    "DOMAIN": ["AE"] * 3,
    "USUBJID": ["1", "1", "2"],
    "AESEQ": [1, 2, 1],
    "AETERM": ["a", "", "c"],
}
LB = {"DOMAIN": ["LB"] * 2, "USUBJID": ["1", "2"], "LBSEQ": [1, 2], "LBTESTCD": ["A", "B"]}
EMPTY = {"Check": {"all": [{"name": "--TERM", "operator": "empty"}]}}


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
    (tmp_path / "a.yml").write_text(_rule("A", "Dataset Metadata Check"))
    (tmp_path / "b.yml").write_text(_rule("B", "Record Data"))
    (tmp_path / "c.yml").write_text("- this is\nno: rule: [")
    (tmp_path / "d.yml").write_text("- a list")
    result = validate({"AE": pd.DataFrame(AE)}, tmp_path)
    states = {run.id: (run.status, run.reason) for run in result.rules}
    assert states["A"] == (Status.ERROR, "ZeroDivisionError: boom (on AE)")
    assert states["B"][0] is Status.RUN
    assert states["c"] == (Status.NOT_RUN, "the file is not valid YAML (line 2)")
    assert states["d"] == (Status.NOT_RUN, "the file holds no rule")


def _rule(name, kind, standards=""):
    return textwrap.dedent(f"""
        Core: {{Id: {name}}}
        Rule_Type: {kind}
        Sensitivity: Record
        {standards}
        Check: {{all: [{{name: AETERM, operator: empty}}]}}
        Outcome: {{Message: m}}
    """)


STANDARDS = (
    "Authorities: [{Standards: [{Name: %s, Version: '%s', "
    "References: [{Rule Identifier: {Id: CG1}}]}]}]"
)


def test_rules_of_other_standards_versions_and_uses_do_not_apply(tmp_path):
    (tmp_path / "a.yml").write_text(_rule("A", "Record Data", STANDARDS % ("SDTMIG", "3.4")))
    (tmp_path / "b.yml").write_text(_rule("B", "Record Data", STANDARDS % ("SDTMIG", "3.2")))
    (tmp_path / "c.yml").write_text(_rule("C", "Record Data", STANDARDS % ("SENDIG", "3.1")))
    (tmp_path / "d.yml").write_text(_rule("D", "Record Data", "Scope: {Use Case: 'NONCLIN, PROD'}"))
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
        (tmp_path / name).write_text(_rule("A", "Record Data"))
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
    (rules / "rule.yml").write_text(_rule("A", "Record Data"))
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
    (tmp_path / "r.yml").write_text(_rule("A", "Record Data"))
    result = validate({"ae": dataset}, tmp_path)
    assert [(f.dataset, f.record) for f in result] == [("AE", 1), ("AE", 2)]


def test_dates_of_a_data_frame_are_text(checked):
    when = pd.to_datetime(["2020-01-02", None])
    made = {"Check": {"all": [{"name": "AESTDTC", "operator": "is_complete_date"}]}}
    found = checked(made, {"AE": {"DOMAIN": ["AE"] * 2, "AESTDTC": when}})
    assert found == [("AE", 1, "AESTDTC", "2020-01-02T00:00:00")]


def test_progress_is_told(tmp_path):
    told = []
    (tmp_path / "r.yml").write_text(_rule("A", "Record Data"))
    validate({"AE": pd.DataFrame(AE)}, tmp_path, progress=lambda *said: told.append(said))
    assert told == [("A", 1, 1)]


def write_folder(folder, bad="1"):
    (folder / "_datasets.csv").write_text("Filename,Label,Class,Subclass\nae,Adverse Events,,\n")
    (folder / "_variables.csv").write_text(
        "dataset,variable,label,type,length\nae,DOMAIN,Domain,Char,2\nae,AETERM,Term,Char,9\nae,AESEQ,Seq,Num,8\n"
    )
    (folder / "ae.csv").write_text(f"DOMAIN,AETERM,AESEQ\nAE,,{bad}\nAE,x,2\n")


def test_a_folder_is_read_and_hashed(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    write_folder(data)
    (tmp_path / "r.yml").write_text(_rule("A", "Record Data"))
    result = validate(data, tmp_path / "r.yml")
    assert [(f.dataset, f.record) for f in result] == [("AE", 1)]
    assert set(result.inputs) == {"ae.csv", "rules"}
    assert result.standards == {"standard": "sdtmig", "version": "3.4"}


def test_a_num_variable_that_holds_text_is_checked_as_text(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    write_folder(data, bad="one")
    (tmp_path / "r.yml").write_text(_rule("A", "Record Data"))
    result = validate(data, tmp_path / "r.yml")
    assert [(f.dataset, f.record) for f in result] == [("AE", 1)]
    assert "FILE043" in [problem.rule for problem in result.problems]


def test_a_label_counts_to_its_last_blank(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    write_folder(data)
    described = data / "_variables.csv"
    described.write_text(described.read_text().replace("Term,", "T" * 40 + " ,"))
    made = _rule("A", "Variable Metadata Check").replace(
        "{name: AETERM, operator: empty}",
        "{name: variable_label, operator: longer_than, value: 40}",
    )
    (tmp_path / "r.yml").write_text(made)
    [finding] = validate(data, tmp_path / "r.yml")
    assert (finding.record, finding.value) == (2, "T" * 40 + " ")


def test_a_file_that_cannot_be_read_is_one_finding_and_the_rest_runs(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    write_folder(data)
    (data / "lb.xpt").write_bytes(b"HEADER RECORD*******LIBRARY" + b"\0" * 100)
    (tmp_path / "r.yml").write_text(_rule("A", "Record Data"))
    result = validate(data, tmp_path / "r.yml")
    assert [f.rule[:4] for f in result] == ["FILE", "A"]
    assert result.findings.issues == 2
    assert len(result.frame()) == 2
    assert result.rules_run == 1


def test_a_dangerous_regular_expression_is_stopped_and_the_rest_runs(tmp_path, monkeypatch):
    monkeypatch.setattr("validation.engine.regexes.SECONDS", 0.5)
    made = {"Check": {"all": [{"name": "AETERM", "operator": "matches_regex", "value": "(a+)+$"}]}}
    harmless = run_rule(tmp_path, made, {"AE": {"DOMAIN": ["AE"], "AETERM": ["aaa"]}})
    assert [f.value for f in harmless] == ["aaa"]
    result = run_rule(tmp_path, made, {"AE": {"DOMAIN": ["AE"], "AETERM": ["a" * 40 + "!"]}})
    assert "takes more than 0.5 seconds" in result.rules[0].reason


def test_the_bundled_catalogue_is_looked_for_in_the_package():
    if CATALOGUE.is_dir():
        assert validate({"AE": pd.DataFrame(AE)}).rules
    else:
        with pytest.raises(SpecificationError):
            validate({"AE": pd.DataFrame(AE)})


def test_runs_side_by_side_do_not_disturb_each_other(tmp_path):
    (tmp_path / "r.yml").write_text(_rule("A", "Record Data"))
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

"""Rule files that are no rules, or not what they seem: each says why it is not run."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
import yaml

from specs.findings import Severity
from tests.validation.engine.conftest import run_rule
from validation import validate
from validation.engine.ruleset.rules import load_rules, parse_rule

AE = {"DOMAIN": ["AE"] * 4, "AETERM": ["a", "b", "c", ""], "AECAT": ["x", "y", "x", "y"]}
RULE = {
    "Core": {"Id": "R1"},
    "Rule Type": "Record Data",
    "Sensitivity": "Record",
    "Check": {"all": [{"name": "AETERM", "operator": "non_empty"}]},
    "Outcome": {"Message": "m"},
}


def bomb(depth=9):
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    names = "abcdefghij"
    for before, name in itertools.pairwise(names[: depth + 1]):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    return "\n".join([*lines, f"Core: {{Id: *{names[depth]}}}"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (bomb(), "anchors and aliases (& and *) are not read (line 1)"),
        ("Check: &c {all: [*c]}", "anchors and aliases (& and *) are not read (line 1)"),
        ("Check: " + "{all: [" * 3000 + "]}" * 3000, "nested deeper than 100 levels (line 1)"),
        ("Check:\n" + "- " * 200 + "x", "nested deeper than 100 levels (line 2)"),
        ("a: [", "the file is not valid YAML (line"),
        ("- a\n- b", "the file holds no rule"),
        ("Sensitivity: Galaxy\nCheck: {name: A, operator: empty}", "sensitivity 'Galaxy'"),
        ("Sensitivity: Group\nCheck: {name: A, operator: empty}", "needs Grouping Variables"),
    ],
)
def test_a_file_says_why_it_is_not_run(tmp_path, text, reason):
    assert reason in parse_rule(text.encode(), tmp_path / "R1.yml").problem


def test_a_rule_file_that_changes_is_read_again(tmp_path):
    path = tmp_path / "R1.yml"
    for message in ("one", "other", "one"):
        path.write_text(yaml.safe_dump({**RULE, "Outcome": {"Message": message}}))
        assert [rule.message for rule in load_rules(tmp_path)[0]] == [message]


def test_an_ampersand_in_a_text_is_a_text(tmp_path):
    text = yaml.safe_dump({**RULE, "Outcome": {"Message": "signs & symptoms, R&D"}})
    rule = parse_rule(text.encode(), tmp_path / "R1.yml")
    assert (rule.problem, rule.message) == ("", "signs & symptoms, R&D")


def test_a_folder_or_a_dead_link_named_like_a_rule_does_not_stop_the_others(tmp_path):
    (tmp_path / "R1.yml").write_text(yaml.safe_dump(RULE))
    (tmp_path / "folder.yml").mkdir()
    (tmp_path / "dead.yml").symlink_to(tmp_path / "nowhere.yml")
    rules, _ = load_rules(tmp_path)
    problems = {rule.id: rule.problem for rule in rules}
    assert problems["R1"] == ""
    assert problems["dead"] == "cannot be read: No such file or directory"
    assert problems["folder"] == "cannot be read: Is a directory"


def test_a_comparison_without_a_value_is_not_run(tmp_path):
    check = {"all": [{"name": "AETERM", "operator": "equal_to"}]}
    result = run_rule(tmp_path, {"Check": check}, {"AE": AE})
    assert result.rules[0].reason == "the condition 'equal_to' on AETERM has no value"


def test_a_rule_without_words_has_a_message(tmp_path):
    (tmp_path / "R1.yml").write_text(yaml.safe_dump({**RULE, "Outcome": {}}))
    found = list(validate({"AE": pd.DataFrame(AE)}, tmp_path).findings)
    assert {each.message for each in found} == {"breaks R1"}
    assert found[0].severity is Severity.EXPLAIN


def test_a_group_has_one_finding_at_its_first_record(checked):
    made = {
        "Sensitivity": "Group",
        "Grouping_Variables": ["AECAT"],
        "Check": {"all": [{"name": "AETERM", "operator": "is_contained_by", "value": ["b", "c"]}]},
        "Outcome": {"Message": "m", "Output Variables": ["AETERM"]},
    }
    assert checked(made, {"AE": AE}) == [
        ("AE", 2, "AETERM", "b"),
        ("AE", 2, "AECAT", "y"),
        ("AE", 3, "AETERM", "c"),
        ("AE", 3, "AECAT", "x"),
    ]


def test_a_group_needs_its_variables(tmp_path):
    made = {**RULE, "Sensitivity": "Group", "Grouping Variables": ["AESCAT"]}
    result = run_rule(tmp_path, made, {"AE": AE})
    assert result.rules[0].reason == "AESCAT (Grouping Variables) is not in the data set"


@pytest.mark.parametrize("sensitivity", ["Record", "Dataset", "Study"])
def test_the_presence_of_data_sets_is_about_the_study(checked, sensitivity):
    made = {
        "Rule Type": "Domain Presence Check",
        "Sensitivity": sensitivity,
        "Check": {
            "all": [{"name": "AE", "operator": "exists"}, {"name": "PC", "operator": "not_exists"}]
        },
    }
    assert checked(made, {"AE": AE}) == [
        ("STUDY", None, "AE", "ae.xpt"),
        ("STUDY", None, "PC", "Not in dataset"),
    ]


def test_descriptions_that_are_no_text_do_not_stop_the_data(tmp_path):
    data, rules = tmp_path / "data", tmp_path / "rules"
    data.mkdir()
    rules.mkdir()
    (rules / "R1.yml").write_text(yaml.safe_dump(RULE))
    (data / "ae.csv").write_text("DOMAIN,AETERM\nAE,a\n")
    (data / "_variables.csv").write_bytes(
        b"dataset,variable,label,type,length\nae,AETERM,\xe9,Char,1"
    )
    (data / "_datasets.csv").write_bytes(b"Filename,Label\nae,\xe9")
    pd.DataFrame({"DOMAIN": ["DM"], "AETERM": ["a"]}).to_parquet(data / "dm.parquet")
    result = validate(data, rules)
    assert [problem.rule for problem in result.problems] == ["FILE014"]
    assert {each.dataset for each in result.findings.blocks[0].items()} == {"DM"}

"""A rule in words, from the rule itself."""

from __future__ import annotations

import pytest

from validation.engine import load_rules
from validation.report import explain_code
from validation.report.meaning.rule_words import condition_words, examples, scope_words, why

RULE = """
Core: {Id: X-1}
Description: An event has an end.
Rule Type: Record Data
Sensitivity: Record
Severity: blocks
Scope:
  Classes: {Include: [EVENTS]}
  Domains: {Include: [ALL], Exclude: [DS]}
Match Datasets: [{Name: DM, Keys: [USUBJID]}]
Check:
  all:
    - {name: AEENDTC, operator: empty}
    - any:
        - {name: AEOUT, operator: is_contained_by, value: [FATAL, UNKNOWN]}
        - not: {name: AESER, operator: equal_to, value: "Y", value_is_literal: true}
    - {name: AESTDTC, operator: date_less_than, value: RFENDTC}
    - {name: AETERM, operator: frobs_with, value: some words}
Outcome: {Message: No end., Hint: Query it., Output Variables: [AEENDTC]}
"""


@pytest.fixture
def rule(tmp_path):
    (tmp_path / "x.yml").write_text(RULE)
    return load_rules(tmp_path)[0][0]


def test_a_check_reads_as_a_sentence(rule):
    assert condition_words(rule.check) == (
        "AEENDTC is blank and (AEOUT is one of FATAL, UNKNOWN or not (AESER is 'Y')) "
        "and AESTDTC is a date before RFENDTC and AETERM frobs with 'some words'"
    )


def test_a_scope_names_what_is_looked_at(rule):
    assert scope_words(rule) == (
        "classes EVENTS; domains other than DS, record by record, with DM beside"
    )


def test_a_rule_is_explained_in_parts(rule):
    text = explain_code("x-1", {"X-1": rule})
    assert text.startswith("X-1  No end.\n\nseverity    blocks: ")
    for part in ("rule        An event has an end.", "fix         Query it.", "who         "):
        assert f"\n{part}" in text
    assert "example" not in text


def test_a_rule_that_cannot_run_says_so(tmp_path):
    (tmp_path / "x.yml").write_text("{{")
    (rule,) = load_rules(tmp_path)[0]
    assert "cannot run  the file is not valid YAML" in explain_code("x", {"x": rule})


def test_every_bundled_rule_is_explained_with_why_and_how():
    rules = {rule.id: rule for rule in load_rules(None)[0]}
    for name, rule in rules.items():
        text = explain_code(name, rules)
        assert why(name), name
        assert rule.hint.split()[0] in text
        assert condition_words(rule.check), name


def test_examples_have_data_of_the_rule():
    assert examples()["TL-X-DTH-AE"] == (
        "a record of AE of subject S1 with AESTDTC 2022-01-11, DM.DTHDTC 2022-01-10"
    )
    assert len(examples()) > 500

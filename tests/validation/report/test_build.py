"""Groups, comparison with the previous report, verdict and exit code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specs.findings import Finding, Severity
from tests.validation.report.conftest import lab
from validation.report import (
    ReportInput,
    RuleStatus,
    RunState,
    build_report,
    exit_code,
    guide_rows,
    verdict,
)
from validation.report.counting.table import findings_of

RAN = (RuleStatus("CG0006", "Unit differs"),)


def report(*findings: Finding, rules: tuple[RuleStatus, ...] = RAN, **more: object):
    label = str(more.pop("label", "cut 1"))
    return build_report(ReportInput(findings, rules, label=label), **more)  # type: ignore[arg-type]


def test_findings_come_back_whole(given, findings):
    back = list(build_report(given).findings())
    # half a surrogate pair is written out; everything else is as it was
    shown = [replace(f, value=f.value.replace("\ud800", "\\ud800")) for f in findings]
    shown = [replace(f, message=f.message.replace("\ud800", "\\ud800")) for f in shown]
    assert sorted(map(repr, back)) == sorted(map(repr, shown))


def test_a_group_is_rule_data_set_variable_and_value_with_distinct_subjects():
    made = report(lab("A", 1, "x"), lab("A", 2, "x"), lab("B", 3, "x"), lab("B", 4, "y"))
    rows = made.groups[["value", "count", "subjects"]].values.tolist()
    assert rows == [["x", 3, 2], ["y", 1, 1]]


def test_groups_are_worst_first(given):
    assert build_report(given).groups["severity"].drop_duplicates().tolist() == [
        "rejects",
        "blocks",
        "explain",
        "info",
    ]


def test_the_order_of_the_findings_does_not_matter(given, findings):
    shuffled = build_report(replace(given, findings=findings[::-1]))
    assert list(findings_of(shuffled.table)) == list(findings_of(build_report(given).table))


def test_new_grown_unchanged_gone():
    before = report(lab("A", 1, "x"), lab("A", 2, "y"), lab("A", 3, "z"), label="cut 1")
    now = report(
        lab("A", 1, "x"), lab("A", 2, "y"), lab("B", 4, "y"), lab("B", 5, "w"),
        previous=before, label="cut 2",
    )  # fmt: skip
    rows = now.groups.set_index("value")[["change", "previous_count", "first_seen"]]
    assert rows.loc["x"].tolist() == ["Unchanged", 1, "cut 1"]
    assert rows.loc["y"].tolist() == ["Grown", 1, "cut 1"]
    assert rows.loc["w"].tolist() == ["New", 0, "cut 2"]
    assert now.gone[["value", "change", "previous_count"]].values.tolist() == [["z", "Gone", 1]]


def test_fewer_findings_than_before_are_unchanged():
    before = report(lab("A", 1, "x"), lab("A", 2, "x"))
    assert report(lab("A", 1, "x"), previous=before).changes["Unchanged"] == 1


@pytest.mark.parametrize("state", [RunState.NOT_RUN, RunState.ERROR, RunState.NOT_APPLICABLE])
def test_what_a_rule_that_did_not_run_found_is_not_gone(state):
    before = report(lab("A", 1, "x"))
    rules = (RuleStatus("CG0006", status=state), RuleStatus("CG0001"))
    now = report(rules=rules, previous=before)
    assert now.gone["change"].tolist() == ["Not checked"]


def test_without_a_previous_report_everything_is_new(given):
    made = build_report(given)
    assert made.previous is None
    assert made.changes["New"] == len(made.groups)


def test_first_seen_survives_two_cuts():
    first = report(lab("A", 1, "x"), label="cut 1")
    second = report(lab("A", 1, "x"), previous=first, label="cut 2")
    third = report(lab("A", 1, "x"), previous=second, label="cut 3")
    assert third.groups["first_seen"].tolist() == ["cut 1"]


def test_counts_of_rules_come_from_the_findings(rules):
    lying = tuple(replace(rule, count=99) for rule in rules)
    made = report(lab("A", 1, "x"), rules=lying)
    assert {rule.id: rule.count for rule in made.rules if rule.count} == {"CG0006": 1}


def test_findings_of_a_rule_that_is_not_listed_are_listed():
    made = report(lab("A", 1, "x", rule="MAP777"))
    assert made.rule("MAP777").count == 1


@pytest.mark.parametrize(
    ("findings", "rules", "code", "sentence"),
    [
        ((), RAN, 0, "Clean: 1 rule ran and found nothing to act on."),
        ((), (), 2, "No rule ran: this report says nothing about the data."),
        ((), (RuleStatus("A", status=RunState.NOT_RUN),), 2,
         "No rule ran: this report says nothing about the data."),
        ((lab("A", 1, "x"),), RAN, 1, "Not ready: 1 finding blocks the lock."),
        ((lab("A", 1, "x", severity=Severity.INFO),), RAN, 0,
         "Clean: 1 rule ran and found nothing to act on."),
        ((lab("A", 1, "x"), lab("A", 2, "x", severity=Severity.EXPLAIN)), RAN, 1,
         "Not ready: 1 finding blocks the lock and 1 waits for an explanation."),
        ((), (*RAN, RuleStatus("B", status=RunState.NOT_RUN)), 0,
         "Clean: 1 rule ran and found nothing to act on; 1 rule did not run."),
        ((), (*RAN, RuleStatus("B", status=RunState.ERROR)), 1, "Not ready: 1 rule failed to run."),
    ],
)  # fmt: skip
def test_verdict_and_exit_code(findings, rules, code, sentence):
    made = report(*findings, rules=rules)
    assert (exit_code(made), verdict(made)) == (code, sentence)


def test_the_guide_leaves_out_information(given):
    rows = guide_rows(build_report(given))
    assert [(row.rule, row.dataset, row.count, row.subjects) for row in rows] == [
        ("TRC1736", "", 1, 0),
        ("CG0006", "LB", 3, 2),
        ("CG0100", "AE", 10, 1),
    ]


def test_the_guide_of_one_model_has_its_data_sets_only(given):
    rows = guide_rows(build_report(given), frozenset({"LB"}))
    assert [row.rule for row in rows] == ["CG0006"]

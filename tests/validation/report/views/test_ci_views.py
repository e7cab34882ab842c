"""SARIF and JUnit say what the report says."""

from __future__ import annotations

import json

import pytest
from lxml import etree

from validation.report import build_report
from validation.report.model import RunState
from validation.report.views.ci_views import report_junit, report_sarif, write_junit, write_sarif


@pytest.fixture
def report(given):
    return build_report(given)


def test_sarif_has_a_result_per_group_with_its_count(report):
    (run,) = report_sarif(report)["runs"]

    assert [r["occurrenceCount"] for r in run["results"]] == report.groups["count"].tolist()
    assert {r["level"] for r in run["results"]} <= {"error", "warning", "note"}
    for result in run["results"]:
        if "ruleIndex" in result:
            assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_junit_has_a_case_per_rule_that_could_run(report):
    suite = report_junit(report)
    names = [case.get("name") for case in suite]
    shown = [rule.id for rule in report.rules if rule.status is not RunState.NOT_APPLICABLE]

    assert names == shown
    assert suite.get("tests") == str(len(shown))
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) > 0


def test_the_files_can_be_read(report, tmp_path):
    write_sarif(report, tmp_path / "r.sarif")
    write_junit(report, tmp_path / "r.xml")

    assert json.loads((tmp_path / "r.sarif").read_bytes())["version"] == "2.1.0"
    assert etree.parse(tmp_path / "r.xml").getroot().tag == "testsuite"

"""What was found in each data set."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from specs.findings import Finding, Severity
from validation.report import InputFile, ReportInput, RuleStatus, build_report
from validation.report.counting.datasets import dataset_counts
from validation.report.views.html_view import report_html
from validation.waivers import Waiver

FILES = (
    InputFile("ae.xpt", "a", 10, "AE", "Adverse Events", 9),
    InputFile("dm.xpt", "b", 10, "DM", "Demographics", 3),
    InputFile("rules", "c"),
)


def found(dataset: str, severity: Severity, subject: str = "", value: str = "") -> Finding:
    key = (("USUBJID", subject),) if subject else ()
    return Finding(f"R-{severity}", "m", severity, dataset, "X", 1, key, value)


@pytest.fixture
def report():
    findings = [
        found("AE", Severity.BLOCKS, "S1"),
        found("AE", Severity.EXPLAIN, "S2"),
        found("AE", Severity.EXPLAIN, "S1", "known"),
        found("AE", Severity.INFO, "S1"),
        found("", Severity.REJECTS),
    ]
    day, until = dt.date(2024, 1, 1), dt.date(2025, 1, 1)
    known = Waiver("R-explain", "AE", "because", "me", day, until, values=("known",))
    rules = (RuleStatus("R"),)
    given = ReportInput(findings, rules, inputs=FILES)
    return build_report(given, waivers=[known], as_of=dt.date(2024, 2, 1))


def test_open_findings_by_severity_explained_ones_apart(report):
    ae, dm, study = dataset_counts(report)
    assert (ae.name, ae.label, ae.records) == ("AE", "Adverse Events", 9)
    assert ae.open == {"rejects": 0, "blocks": 2, "explain": 1, "info": 1}
    assert (ae.explained, ae.rules, ae.subjects, ae.total) == (1, 4, 2, 5)
    assert (dm.name, dm.total, dm.open) == ("DM", 0, {})
    assert (study.name, study.records, study.open["rejects"]) == ("", None, 1)


def test_the_counts_of_data_sets_are_those_of_the_report(report):
    counts = dataset_counts(report)
    assert sum(each.total for each in counts) == report.counts.total
    assert sum(each.explained for each in counts) == report.counts.explained
    for level in ("rejects", "blocks", "explain"):
        assert sum(c.open.get(level, 0) for c in counts) == report.counts.open_by_severity[level]


def test_a_data_set_with_findings_leads_to_them(report):
    page = report_html(report)
    assert re.findall(r'data-set="(\w*)"', page) == ["AE"]
    assert "the study as a whole" in page
    assert "Demographics" in page


def test_no_data_set_is_said():
    assert "No data set was named." in report_html(build_report(ReportInput([])))

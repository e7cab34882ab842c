"""A report counts every finding and lists the first of each kind."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from validation import validate
from validation.report import build_report, report_input
from validation.report.counting.datasets import dataset_counts
from validation.report.guide import guide_rows
from validation.report.views.json_view import report_to_dict
from validation.report.views.text_view import concise

RULE = """
Core: {Id: MY-1}
Rule Type: Record Data
Sensitivity: Record
Severity: blocks
Check: {all: [{name: VSORRESU, operator: non_empty}]}
Outcome: {Message: A unit is filled., Output Variables: [VSORRESU]}
"""
RECORDS = 500


@pytest.fixture
def result(tmp_path):
    """300 records with the unit C of 30 subjects, 200 with F of the same and 10 others."""
    units = ["C"] * 300 + ["F"] * 200
    who = [f"S{n % 30}" for n in range(300)] + [f"S{n % 40}" for n in range(200)]
    frame = pd.DataFrame({"USUBJID": who, "VSSEQ": range(RECORDS), "VSORRESU": units})
    (tmp_path / "rule.yml").write_text(RULE, "utf-8")
    return validate({"VS": frame}, tmp_path / "rule.yml")


def reports(result):
    return [build_report(report_input(result, listed=listed)) for listed in (0, 20)]


def test_the_counts_are_those_of_all_findings(result):
    whole, cut = reports(result)
    assert cut.counts == whole.counts
    assert cut.counts.total == RECORDS
    assert cut.groups["count"].tolist() == whole.groups["count"].tolist() == [300, 200]
    assert cut.groups["subjects"].tolist() == whole.groups["subjects"].tolist() == [30, 40]


def test_as_many_as_asked_for_are_listed(result):
    whole, cut = reports(result)
    assert (len(whole.table), len(cut.table)) == (RECORDS, 40)
    assert cut.groups["listed"].tolist() == [20, 20]
    assert cut.table["record"].tolist() == [*range(1, 21), *range(301, 321)]


def test_every_view_says_the_same_numbers(result):
    whole, cut = reports(result)
    assert concise(cut) == concise(whole)
    assert dataset_counts(cut) == dataset_counts(whole)
    assert guide_rows(cut) == guide_rows(whole)
    counted = [group["count"] for group in report_to_dict(cut)["groups"]]
    assert sum(counted) == json.loads(json.dumps(report_to_dict(cut)))["counts"]["total"] == RECORDS


def test_what_is_short_is_listed_whole(result):
    assert report_input(result, listed=300).unlisted is None

"""The accounts of a build as a part of its report: HTML, JSON and workbook say the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from openpyxl import load_workbook

from validation.account.told import told
from validation.report import Report, build_report
from validation.report.model import ReportInput
from validation.report.views.html_view import report_html
from validation.report.views.json_schema import schema
from validation.report.views.json_view import report_to_dict
from validation.report.views.xlsx_view import write_xlsx

LEFT = {"reason": "cut", "rows": 1, "spec": "sdtm/ae.yaml:9:6"}
RAW: dict[str, Any] = {
    "schema": "tracelock-raw-account/1", "closed": True, "whole": True, "open": [], "answers": [],
    "totals": {
        "rows": {"read": 3, "recorded": 2, "consulted": 0, "unread": 0, "left": {"cut": 1}},
        "cells": {},
    },
    "sources": {
        "ae": {
            "files": ["<AE>.csv"],
            "rows": {"read": 3, "recorded": 2, "left": [LEFT]},
            "columns": {"MEMO": {"declared": 2, "why": "a note"}},
        }
    },
}  # fmt: skip
STEP = {"table": "records", "step": "where", "records": 1, "spec": "adam/advs.yaml:4:3"}
SAFE = {
    "population": "SAFFL", "subjects": 2, "with": 1,
    "without": [{"why": "no record in VS", "subjects": 1, "first": ["3"]}],
}  # fmt: skip
ADAM: dict[str, Any] = {
    "schema": "tracelock-adam-account/1", "closed": True,
    "data_sets": {
        "ADVS": {
            "records": 2, "left": [], "tables": [],
            "sources": {"VS": {"records": 3, "recorded": 2, "left": [STEP]}},
            "parameters": [{"parameter": "TEMP", "populations": [SAFE]}],
        }
    },
}  # fmt: skip


@pytest.fixture
def report(tmp_path: Path) -> Report:
    (tmp_path / "adam").mkdir()
    for path, content in (("raw_account.json", RAW), ("adam/adam_account.json", ADAM)):
        (tmp_path / path).write_text(json.dumps(content), "utf-8")
    return replace(build_report(ReportInput(study="S")), account=told(tmp_path))


def test_json_follows_its_schema_and_has_every_table(report: Report) -> None:
    data = report_to_dict(report)
    jsonschema.validate(data, schema())
    tables = data["account"]["tables"]
    assert ["ae", "<AE>.csv", 1, "left out: cut", "", "sdtm/ae.yaml:9:6"] in tables["rows"]
    assert tables["subjects"] == [["ADVS", "TEMP", "SAFFL", 2, 1, 1, "no record in VS", ""]]


def test_the_page_has_the_section_and_escapes_it(report: Report) -> None:
    page = report_html(report)
    assert 'aria-controls="account"' in page
    assert "&lt;AE&gt;.csv" in page
    assert "<AE>.csv" not in page.partition('<script type="application/json"')[0]
    assert "no record in VS" in page


def test_data_of_no_build_have_no_section() -> None:
    page = report_html(build_report(ReportInput(study="S")))
    assert 'aria-controls="account"' not in page
    assert told(Path("nowhere")) is None


def test_the_workbook_has_a_sheet_per_table(report: Report, tmp_path: Path) -> None:
    write_xlsx(report, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    rows = [[cell.value for cell in row] for row in book["Account Subjects"].iter_rows()]
    assert rows[1][:6] == ["ADVS", "TEMP", "SAFFL", 2, 1, 1]

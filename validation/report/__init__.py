"""Conformance reports: one list of findings, many views with equal counts.

``build_report`` makes a :class:`Report`; ``write_json``, ``write_xlsx``, ``write_html``,
``concise``, ``full`` and ``guide_rows`` show it.
"""

from __future__ import annotations

from validation.report import codes as _codes  # noqa: F401 - registers VAL9xx
from validation.report.adapter import report_input
from validation.report.build import build_report
from validation.report.explain import explain_code
from validation.report.guide import GuideRow, guide_rows
from validation.report.html_view import write_html
from validation.report.json_view import read_report, write_findings_json, write_json
from validation.report.model import (
    Change,
    Counts,
    InputFile,
    Report,
    ReportInput,
    RuleStatus,
    RunState,
    StandardVersion,
)
from validation.report.queries import write_queries
from validation.report.schema import schema
from validation.report.text_view import concise, full
from validation.report.verdict import exit_code, verdict
from validation.report.xlsx_view import write_xlsx

__all__ = [
    "Change",
    "Counts",
    "GuideRow",
    "InputFile",
    "Report",
    "ReportInput",
    "RuleStatus",
    "RunState",
    "StandardVersion",
    "build_report",
    "concise",
    "exit_code",
    "explain_code",
    "full",
    "guide_rows",
    "read_report",
    "report_input",
    "schema",
    "verdict",
    "write_findings_json",
    "write_html",
    "write_json",
    "write_queries",
    "write_xlsx",
]

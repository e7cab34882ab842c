"""Conformance reports: one list of findings, many views with equal counts.

``build_report`` makes a :class:`Report`; ``write_json``, ``write_xlsx``, ``write_html``,
``concise``, ``full`` and ``guide_rows`` show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.lazy import exports
from validation.report import codes as _codes  # noqa: F401 - registers VAL9xx

if TYPE_CHECKING:
    from validation.report.adapter import report_input
    from validation.report.build import build_report
    from validation.report.guide import GuideRow, guide_rows
    from validation.report.meaning.explain import explain_code
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
    from validation.report.outcome import exit_code, verdict
    from validation.report.queries import write_queries
    from validation.report.views.html_view import write_html
    from validation.report.views.json_schema import schema
    from validation.report.views.json_view import read_report, write_findings_json, write_json
    from validation.report.views.text_view import concise, full
    from validation.report.views.xlsx_view import write_xlsx
else:
    __getattr__ = exports(
        __name__,
        {
            "validation.report.adapter": ("report_input",),
            "validation.report.build": ("build_report",),
            "validation.report.meaning.explain": ("explain_code",),
            "validation.report.guide": ("GuideRow", "guide_rows"),
            "validation.report.views.html_view": ("write_html",),
            "validation.report.views.json_view": (
                "read_report",
                "write_findings_json",
                "write_json",
            ),
            "validation.report.model": (
                "Change",
                "Counts",
                "InputFile",
                "Report",
                "ReportInput",
                "RuleStatus",
                "RunState",
                "StandardVersion",
            ),
            "validation.report.queries": ("write_queries",),
            "validation.report.views.json_schema": ("schema",),
            "validation.report.views.text_view": ("concise", "full"),
            "validation.report.outcome": ("exit_code", "verdict"),
            "validation.report.views.xlsx_view": ("write_xlsx",),
        },
    )

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

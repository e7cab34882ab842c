"""SARIF and JUnit: the groups of a report for what shows results of checks beside code.

SARIF 2.1.0 (OASIS): a rule per rule, a result per group of findings, ``suppressions`` for what is
explained. JUnit: a test case per rule; one that found something failed, one that did not run is
skipped, one that broke is an error. Neither lists records; their counts are those of the report.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from specs.findings import Severity
from validation.report.files import write_beside
from validation.report.model import Report, RuleStatus, RunState

_LEVELS = {"rejects": "error", "blocks": "error", "explain": "warning", "info": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NO_XML = {code: None for code in range(32) if code not in (9, 10, 13)}


def write_sarif(report: Report, path: Path) -> None:
    """Write the SARIF view; the same report gives the same bytes."""
    text = json.dumps(report_sarif(report), ensure_ascii=False, indent=1)
    write_beside(path, text.encode("utf-8", "backslashreplace") + b"\n")


def report_sarif(report: Report) -> dict[str, Any]:
    """The report as a SARIF log with one run."""
    used = set(report.groups["rule"])
    rules = [rule for rule in report.rules if rule.id in used]
    places = {rule.id: n for n, rule in enumerate(rules)}
    files = {file.dataset: file.name for file in report.inputs if file.dataset}
    driver = {"name": "tracelock", "rules": [_sarif_rule(rule) for rule in rules]}
    results = [_result(group, places, files) for group in report.groups.itertuples()]
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"{report.study}/{report.label}"},
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _sarif_rule(rule: RuleStatus) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title or rule.id},
        "defaultConfiguration": {"level": _LEVELS.get(rule.severity, "warning")},
    }
    if rule.why:
        found["fullDescription"] = {"text": rule.why}
    if rule.fix:
        found["help"] = {"text": rule.fix}
    return found


def _result(group: Any, places: dict[str, int], files: dict[str, str]) -> dict[str, Any]:
    where = ".".join(part for part in (group.dataset, group.variable) if part) or "study"
    shown = f" ({group.value})" if group.value else ""
    result: dict[str, Any] = {
        "ruleId": group.rule,
        "level": _LEVELS[group.severity],
        "message": {"text": f"{where}{shown}: {group.message}"},
        "occurrenceCount": int(group.count),
        "locations": [_location(group.dataset, where, files)],
        "properties": {"severity": group.severity, "subjects": int(group.subjects)},
    }
    if group.rule in places:
        result["ruleIndex"] = places[group.rule]
    if group.explained:
        result["suppressions"] = [{"kind": "external", "justification": group.explanation}]
    return result


def _location(dataset: str, where: str, files: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": where}]}
    if dataset in files:
        found["physicalLocation"] = {
            "artifactLocation": {"uri": files[dataset].replace(" ", "%20")}
        }
    return found


def write_junit(report: Report, path: Path) -> None:
    """Write the JUnit view; the same report gives the same bytes."""
    suite = report_junit(report)
    ET.indent(suite)
    content = ET.tostring(suite, encoding="utf-8", xml_declaration=True)
    write_beside(path, content + b"\n")


def report_junit(report: Report) -> ET.Element:
    """The report as a test suite: a case per rule that has something to say to the study."""
    shown = [rule for rule in report.rules if rule.status is not RunState.NOT_APPLICABLE]
    found = dict(iter(report.groups.groupby("rule", observed=True, sort=False)))
    cases = [_case(found.get(rule.id), rule) for rule in shown]
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    name = f"{report.study} {report.label}".strip()
    suite = ET.Element(
        "testsuite", {"name": _plain(name), **{k: str(v) for k, v in counts.items()}}
    )
    suite.extend(cases)
    return suite


def _case(groups: Any, rule: RuleStatus) -> ET.Element:
    """The case of a rule; ``groups`` are its findings, None for none."""
    case = ET.Element("testcase", {"classname": "tracelock", "name": _plain(rule.id)})
    found = None if groups is None else _open(groups)
    if found is not None and len(found):
        total = int(found["count"].sum())
        failure = ET.SubElement(
            case, "failure", {"message": _plain(f"{total} found: {rule.title}")}
        )
        lines = (
            f"{g.dataset}.{g.variable} {g.value!r}: {g.message} ({g.count} found)"
            for g in found.itertuples()
        )
        failure.text = _plain("\n".join(lines))
    elif rule.status is RunState.ERROR:
        ET.SubElement(case, "error", {"message": _plain(rule.reason)})
    elif rule.status is RunState.NOT_RUN:
        ET.SubElement(case, "skipped", {"message": _plain(rule.reason)})
    return case


def _open(groups: Any) -> Any:
    return groups[~groups["explained"] & (groups["severity"] != Severity.INFO.value)]


def _plain(text: str) -> str:
    """Text that XML can hold."""
    return text.encode("utf-8", "replace").decode().translate(_NO_XML)

"""The JSON view: the report whole, columnar, read back by :func:`read_report`.

A text column is ``{"values": [...], "codes": [...]}``, a number column a list; a row of ``groups``
is a rule x data set x variable x value. docs/report.schema.json describes it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from validation.lock.words import lock_dict
from validation.report.counting.groups import GROUP_COLUMNS
from validation.report.counting.table import NUMBER_COLUMNS, TEXT_COLUMNS
from validation.report.files import write_beside
from validation.report.model import (
    SCHEMA,
    InputFile,
    Report,
    RuleStatus,
    RunState,
    StandardVersion,
)
from validation.report.outcome import exit_code, verdict


def report_to_dict(report: Report) -> dict[str, Any]:
    """The report as JSON-ready data (schema ``tracelock-report/1``)."""
    return {
        "schema": SCHEMA,
        "study": report.study,
        "label": report.label,
        "engine": report.engine,
        "previous": report.previous,
        "verdict": verdict(report),
        "lock": None if report.lock is None else lock_dict(report.lock),
        "account": report.account,
        "exit_code": exit_code(report),
        "counts": asdict(report.counts),
        "changes": report.changes,
        "rules_ran": report.rules_ran,
        "standards": [asdict(standard) for standard in report.standards],
        "inputs": [asdict(file) for file in report.inputs],
        "rules": [asdict(rule) for rule in report.rules],
        "groups": _rows(report.groups),
        "gone": _rows(report.gone),
        "findings": {"count": len(report), "columns": columns_of(report.table)},
    }


def _rows(groups: Any) -> list[dict[str, Any]]:
    columns = [groups[name].tolist() for name in GROUP_COLUMNS]
    return [dict(zip(GROUP_COLUMNS, row, strict=True)) for row in zip(*columns, strict=True)]


def columns_of(table: Any) -> dict[str, Any]:
    """The columns of a table of findings, JSON-ready."""
    found: dict[str, Any] = {}
    for name in TEXT_COLUMNS:
        used = table[name].cat.remove_unused_categories().cat
        found[name] = {"values": used.categories.tolist(), "codes": used.codes.tolist()}
    for name in (*NUMBER_COLUMNS, "group"):
        found[name] = table[name].tolist()
    return found


def write_json(report: Report, path: Path) -> None:
    """Write the JSON view; the same report gives the same bytes."""
    text = json.dumps(report_to_dict(report), ensure_ascii=False, separators=(",", ":"))
    write_beside(path, text.encode("utf-8", "backslashreplace") + b"\n")


def read_report(path: Path) -> Report:
    """A report from its JSON view.

    Raises:
        SpecificationError: VAL920, if the file is no report of this schema.
    """
    try:
        data = json.loads(path.read_bytes())
        if data["schema"] != SCHEMA:
            raise _unreadable(path, f"its schema is {data['schema']!r}, expected {SCHEMA!r}")
        _check_texts(data)
        return report_from_dict(data)
    except OSError as error:
        raise _unreadable(path, str(error.strerror)) from error
    except (
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        raise _unreadable(path, "it is cut short or was written by another program") from error


def _check_texts(data: dict[str, Any]) -> None:
    """Raise TypeError where another kind of value stands for a text."""
    texts = [data["study"], data["label"], data["engine"], data["previous"] or ""]
    for group in (*data["groups"], *data["gone"]):
        texts += [group[name] for name in GROUP_COLUMNS if name not in _GROUP_NUMBERS]
    for item in (*data["standards"], *data["inputs"], *data["rules"]):
        texts += [
            item[name] for name in ("name", "version", "sha256", "id", "title") if name in item
        ]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is no text")


def _unreadable(path: Path, reason: str) -> SpecificationError:
    message = f"{path.name} cannot be read as a report: {reason}"
    return SpecificationError(finding("VAL920", message, spec=SpecPlace(path.name)))


def report_from_dict(data: dict[str, Any]) -> Report:
    """The report of :func:`report_to_dict`."""
    return Report(
        study=data["study"],
        label=data["label"],
        engine=data["engine"],
        rules=tuple(_rule(rule) for rule in data["rules"]),
        standards=tuple(StandardVersion(**standard) for standard in data["standards"]),
        inputs=tuple(InputFile(**file) for file in data["inputs"]),
        table=_table(data["findings"]["columns"], data["findings"]["count"]),
        groups=_groups(data["groups"]),
        gone=_groups(data["gone"]),
        previous=data["previous"],
        rules_ran=data["rules_ran"],
    )


def _rule(data: dict[str, Any]) -> RuleStatus:
    known = {field.name: data[field.name] for field in fields(RuleStatus)}
    known["status"] = RunState(known["status"])
    known["cdisc_ids"], known["fda_ids"] = tuple(known["cdisc_ids"]), tuple(known["fda_ids"])
    return RuleStatus(**known)


def _table(columns: dict[str, Any], count: int) -> Any:
    data: dict[str, Any] = {}
    for name in TEXT_COLUMNS:
        values = pd.Index(columns[name]["values"], dtype=object)
        data[name] = pd.Categorical.from_codes(columns[name]["codes"], values)
    for name in (*NUMBER_COLUMNS, "group"):
        data[name] = np.asarray(columns[name], dtype="int64")
    table = pd.DataFrame(data)
    if len(table) != count:
        raise ValueError(f"{count} findings declared, {len(table)} there")
    return table


_GROUP_NUMBERS = ("count", "listed", "subjects", "previous_count", "explained", "asked")


def _groups(rows: list[dict[str, Any]]) -> Any:
    groups = pd.DataFrame(rows, columns=list(GROUP_COLUMNS), dtype=object)
    groups["listed"] = groups["listed"].fillna(groups["count"])  # reports before it was said
    groups["asked"] = groups["asked"].fillna(0)
    for name in ("count", "listed", "subjects", "previous_count", "asked"):
        groups[name] = groups[name].astype("int64")
    groups["explained"] = groups["explained"].astype(bool)
    return groups


def write_findings_json(findings: list[Finding], path: Path) -> None:
    """A plain list of findings, one JSON object per line of the array, in the order given."""
    rows = [json.dumps(item.to_dict(), ensure_ascii=False, sort_keys=True) for item in findings]
    text = "[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n"
    write_beside(path, text.encode("utf-8", "backslashreplace"))

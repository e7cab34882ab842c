"""The JSON Schema of the JSON view, made from the same names as the view itself."""

from __future__ import annotations

from typing import Any

from specs.findings import Severity
from validation.account.told import TITLES
from validation.lock.state import State
from validation.report.counting.groups import GROUP_COLUMNS
from validation.report.counting.table import NUMBER_COLUMNS, TEXT_COLUMNS
from validation.report.model import SCHEMA, Change, RunState

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_SEVERITY = {"enum": [level.value for level in Severity]}


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of ``tracelock-report/1``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **_object(
            {
                "schema": {"const": SCHEMA},
                "study": _TEXT,
                "label": _TEXT,
                "engine": _TEXT,
                "previous": {"type": ["string", "null"]},
                "verdict": _TEXT,
                "lock": {"oneOf": [{"type": "null"}, _lock()]},
                "account": {"oneOf": [{"type": "null"}, _account()]},
                "exit_code": {"enum": [0, 1, 2]},
                "counts": _counts(),
                "changes": _object({change.value: _COUNT for change in Change}),
                "rules_ran": _COUNT,
                "standards": _list(_object({"name": _TEXT, "version": _TEXT})),
                "inputs": _list(_input()),
                "rules": _list(_rule()),
                "groups": _list(_group()),
                "gone": _list(_group()),
                "findings": _object({"count": _COUNT, "columns": _columns()}),
            }
        ),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _counts() -> dict[str, Any]:
    by_severity = _object({level.value: _COUNT for level in Severity})
    numbers = dict.fromkeys(("total", "open", "explained", "asked", "explanations"), _COUNT)
    return _object({**numbers, "by_severity": by_severity, "open_by_severity": by_severity})


def _lock() -> dict[str, Any]:
    """The lock as in ``lock.json`` of a build."""
    texts: dict[str, Any] = dict.fromkeys(("schema", "says"), _TEXT)
    state = {"enum": [state.value for state in State]}
    evidence = {"type": "array", "items": {"type": "object"}}
    return _object({**texts, "state": state, "evidence": evidence, "not_looked_at": _list(_TEXT)})


def _account() -> dict[str, Any]:
    """What became of the data: a line each, and the rows of each table."""
    rows = _list({"type": "array", "items": {"type": ["string", "integer"]}})
    tables = {"type": "object", "properties": dict.fromkeys(TITLES, rows)}
    return _object({"says": _list(_TEXT), "tables": {**tables, "additionalProperties": False}})


def _input() -> dict[str, Any]:
    records = {"type": ["integer", "null"], "minimum": 0}
    texts = dict.fromkeys(("name", "sha256", "dataset", "label"), _TEXT)
    return _object({**texts, "bytes": _COUNT, "records": records})


def _rule() -> dict[str, Any]:
    names = (
        "id",
        "title",
        "reason",
        "severity",
        "why",
        "fix",
        "example",
        "version",
        "executability",
    )
    texts: dict[str, Any] = dict.fromkeys(names, _TEXT)
    state = {"enum": [state.value for state in RunState]}
    ids = dict.fromkeys(("cdisc_ids", "fda_ids"), _list(_TEXT))
    return _object({**texts, **ids, "status": state, "count": _COUNT})


def _group() -> dict[str, Any]:
    known: dict[str, Any] = {
        "severity": _SEVERITY,
        "count": _COUNT,
        "listed": _COUNT,
        "subjects": _COUNT,
        "previous_count": _COUNT,
        "asked": _COUNT,
        "change": {"enum": [change.value for change in Change]},
        "explained": {"type": "boolean"},
    }
    return _object({name: known.get(name, _TEXT) for name in GROUP_COLUMNS})


def _columns() -> dict[str, Any]:
    coded = _object({"values": _list(_TEXT), "codes": _list(_COUNT)})
    numbers = dict.fromkeys((*NUMBER_COLUMNS, "group"), _list(_COUNT))
    return _object({**dict.fromkeys(TEXT_COLUMNS, coded), **numbers})

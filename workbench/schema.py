"""JSON Schema of the files of a study, made from the models, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from adam.figures.model import Figures
from adam.model import AnalysisDataSet
from adam.results.model import AnalysesSpec
from derive.schema import DIALECT, file_schema, plain_schema
from sdtm import verbs as _verbs  # noqa: F401 - registers the verbs that raw data need
from sdtm.model import Domain
from specs.language import Codelists, StudySpec
from validation.contracts import Contract
from validation.waivers import KEYS, NEEDED
from workbench.portfolio.model import PortfolioSpec

_DATA_SETS: dict[str, tuple[type[BaseModel], str]] = {
    "domain": (Domain, "sdtm/*.yaml"),
    "analysis": (AnalysisDataSet, "adam/*.yaml"),
}
_PLAIN: dict[str, tuple[type[BaseModel], str]] = {
    "study": (StudySpec, "study.yaml"),
    "codelists": (Codelists, "codelists.yaml"),
    "contract": (Contract, "contracts/*.yaml"),
    "analyses": (AnalysesSpec, "analyses.yaml"),
    "figures": (Figures, "figures.yaml"),
    "portfolio": (PortfolioSpec, "portfolio.yaml"),
}
KINDS = (*_DATA_SETS, *_PLAIN, "waivers")
"""What there is a schema of."""


def json_schema(what: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of `KINDS`. Raises KeyError for any other word."""
    if what == "waivers":
        return _waivers()
    if what in _DATA_SETS:
        model, files = _DATA_SETS[what]
        return _short(file_schema(model, f"tracelock {files}"))
    plain, files = _PLAIN[what]
    return _short(plain_schema(plain, f"tracelock {files}"))


def _waivers() -> dict[str, Any]:
    """The schema of ``waivers.yaml``, which is read without a model."""
    text: dict[str, Any] = {"type": "string"}
    day = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    kinds: dict[str, Any] = {
        "date": day,
        "review_by": day,
        "values": {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}},
        "at-most": {"type": ["integer", "string"]},
        "asked": {"type": "object"},
    }
    entry = {
        "type": "object",
        "required": list(NEEDED),
        "properties": {key: kinds.get(key, text) for key in KEYS},
        "additionalProperties": False,
        "anyOf": [{"required": ["values"]}, {"required": ["at-most"]}],
    }
    return {
        "$schema": DIALECT,
        "title": "tracelock waivers.yaml",
        "type": "object",
        "properties": {"waivers": {"type": ["array", "null"], "items": entry}},
        "additionalProperties": False,
    }


def _short(schema: dict[str, Any]) -> dict[str, Any]:
    """The short forms that are put in full before the models see them: the only record table, a
    CSV table by its name, a term that is extended without a note."""
    if schema["title"].endswith(_NAMES_IN):
        named = {"type": "object", "description": "Nodes that are written once, by name."}
        schema["properties"]["named"] = named
    known = {"": schema, **schema["$defs"]}
    for (name, key), short in _SHORT.items():
        properties = known.get(name, {}).get("properties", {})
        if key in properties and (name or schema["title"].endswith(_FILE_OF[key])):
            properties[key] = {"anyOf": [short, properties[key]]}
    return schema


_NAMES_IN = "analyses.yaml"
_KEY_OF_ONE = {"type": "array", "items": {"type": "string"}}
_CSV = {"type": "string", "pattern": r"\.csv$"}
_SHORT: dict[tuple[str, str], dict[str, Any]] = {
    ("", "records"): {"$ref": "#/$defs/Table"},
    ("", "parameters"): _CSV,
    ("LineWindow", "windows"): _CSV,
    ("", "unique"): {"type": "array", "items": {"anyOf": [{"type": "string"}, _KEY_OF_ONE]}},
    ("ColumnContract", "min"): {"type": "number"},
    ("ColumnContract", "max"): {"type": "number"},
    ("", "extensions"): {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": ["string", "object"]}},
    },
}
_FILE_OF = {
    "records": "adam/*.yaml", "parameters": "adam/*.yaml", "extensions": "codelists.yaml",
    "unique": "contracts/*.yaml",
}  # fmt: skip

"""JSON Schema of the files of a study, made from the models, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from adam.model import AnalysisDataSet
from derive.schema import file_schema, plain_schema
from sdtm import verbs as _verbs  # noqa: F401 - registers the verbs that raw data need
from sdtm.model import Domain
from specs.language import Codelists, StudySpec

_DATA_SETS: dict[str, tuple[type[BaseModel], str]] = {
    "domain": (Domain, "sdtm/*.yaml"),
    "analysis": (AnalysisDataSet, "adam/*.yaml"),
}
_PLAIN: dict[str, tuple[type[BaseModel], str]] = {
    "study": (StudySpec, "study.yaml"),
    "codelists": (Codelists, "codelists.yaml"),
}


def json_schema(what: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of ``study``, ``domain``, ``analysis`` or ``codelists``.

    Raises KeyError.
    """
    if what in _DATA_SETS:
        model, files = _DATA_SETS[what]
        return _short(file_schema(model, f"tracelock {files}"))
    plain, files = _PLAIN[what]
    return _short(plain_schema(plain, f"tracelock {files}"))


def _short(schema: dict[str, Any]) -> dict[str, Any]:
    """The short forms that are put in full before the models see them: the only record table, a
    CSV table by its name, a term that is extended without a note."""
    known = {"": schema, **schema["$defs"]}
    for (name, key), short in _SHORT.items():
        properties = known.get(name, {}).get("properties", {})
        if key in properties and (name or schema["title"].endswith(_FILE_OF[key])):
            properties[key] = {"anyOf": [short, properties[key]]}
    return schema


_CSV = {"type": "string", "pattern": r"\.csv$"}
_SHORT: dict[tuple[str, str], dict[str, Any]] = {
    ("", "records"): {"$ref": "#/$defs/Table"},
    ("", "parameters"): _CSV,
    ("LineWindow", "windows"): _CSV,
    ("", "extensions"): {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": ["string", "object"]}},
    },
}
_FILE_OF = {
    "records": "adam/*.yaml", "parameters": "adam/*.yaml", "extensions": "codelists.yaml",
}  # fmt: skip

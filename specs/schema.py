"""JSON Schema of the specification files, generated from the models, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from specs.language import Codelists, Domain, StudySpec

_FILES: dict[str, tuple[type[BaseModel], str]] = {
    "study": (StudySpec, "study.yaml"),
    "domain": (Domain, "sdtm/*.yaml"),
    "codelists": (Codelists, "codelists.yaml"),
}


def json_schema(what: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of ``study``, ``domain`` or ``codelists``. Raises KeyError."""
    model, files = _FILES[what]
    schema = model.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"tracelock {files}",
        **{key: value for key, value in schema.items() if key != "title"},
    }

"""JSON Schema of the files of a study, made from the models, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from adam.model import AnalysisDataSet
from derive.schema import DIALECT, file_schema
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
        return file_schema(model, f"tracelock {files}")
    plain, files = _PLAIN[what]
    schema = plain.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **schema, "title": f"tracelock {files}"}

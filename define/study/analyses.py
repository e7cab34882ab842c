"""``analyses.yaml`` of a study: its analyses, for analysis results metadata."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from specs.language.base import SpecModel, Text, Texts
from specs.reading.validate import validate
from specs.reading.yaml_source import read_yaml

FILE = "analyses.yaml"


class Input(SpecModel):
    """A data set of an analysis: its variables, and the records taken (variable: values)."""

    dataset: Text
    variables: Texts
    where: dict[str, Texts] = Field(default_factory=dict)


class AnalysisResultSpec(SpecModel):
    """One result of a display."""

    description: Text
    reason: Literal[
        "SPECIFIED IN PROTOCOL", "SPECIFIED IN SAP", "DATA DRIVEN", "REQUESTED BY REGULATORY AGENCY"
    ]
    purpose: Literal[
        "PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE", "EXPLORATORY OUTCOME MEASURE"
    ]
    inputs: list[Input] = Field(min_length=1)
    parameter: Text | None = None
    join: Text | None = None
    documentation: Text
    code: Text | None = None
    context: Text | None = None


class DisplaySpec(SpecModel):
    """A table, figure or listing."""

    title: Text
    results: dict[str, AnalysisResultSpec] = Field(min_length=1)


class AnalysesSpec(SpecModel):
    """All displays, by name."""

    displays: dict[str, DisplaySpec] = Field(default_factory=dict)


def load_analyses(root: Path) -> AnalysesSpec | None:
    """The analyses of a study folder; None when it states none. Raises SpecificationError."""
    path = root / FILE
    if not path.is_file():
        return None
    return validate(AnalysesSpec, read_yaml(path, FILE))

"""The analyses of a study as analysis results metadata say them; who executes them hands them
over."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specs.language.base import SpecModel, Text, Texts


class Check(SpecModel):
    """One condition on the records taken."""

    variable: Text
    comparator: Literal["EQ", "NE", "LT", "LE", "GT", "GE", "IN", "NOTIN"]
    values: Texts


class Input(SpecModel):
    """A data set of an analysis: its variables, and the conditions that hold of the records taken,
    all of them."""

    dataset: Text
    variables: Texts
    where: list[Check] = Field(default_factory=list)


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
    """The declaration as it was executed."""
    context: Text | None = None


class DisplaySpec(SpecModel):
    """A table, figure or listing."""

    title: Text
    results: dict[str, AnalysisResultSpec] = Field(min_length=1)


class AnalysesSpec(SpecModel):
    """All displays, by name."""

    displays: dict[str, DisplaySpec] = Field(default_factory=dict)

"""One analysis data set as a study states it: its records, its tables, its variables."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from adam.tables.model import Table
from adam.time_to_event.model import TimeToEvent
from derive.data_set import DataSetFile, Loaded
from derive.line import SUBJECT, OneLine
from specs.language.base import SpecModel, Text, Texts

RECORDS = "records"
"""The name of a record table that has none of its own, since it is the only one."""
TIME_TO_EVENT = "time-to-event"
TABULATION = "tabulation"
"""The class of tabulation data that are derived from analysis data (PP)."""


class Reproduced(SpecModel):
    """A published value that is wrong and matched on purpose: which variables, and why."""

    variables: Texts
    why: Text


def _named(value: Any) -> Any:
    """``records: {from: DM}`` is one table; ``{pre_ld: {from: ...}, ...}`` are several, by name."""
    if isinstance(value, dict) and ("from" in value or "from_" in value):
        return {RECORDS: value}
    return value


Tables = dict[str, Table]


class AnalysisDataSet(DataSetFile):
    """One analysis data set: ``adam/<dataset>.yaml``.

    ``records`` is one table, or several by name, one below the other. ``predecessors`` come along
    unchanged (``ADSL.TRT01A``, ``ADSL.*``), ``parameters`` give variables by PARAMCD. ``publish``
    is the whole list of variables in their order; without it predecessors come first.
    """

    dataset: Text
    label: Text
    class_: Literal[
        "subject-level",
        "basic-data-structure",
        "time-to-event",
        "occurrence",
        "nca",
        "tabulation",
        "other",
    ] = "other"
    sources: dict[str, Text] = Field(default_factory=dict)
    tables: Tables = Field(default_factory=dict)
    records: Annotated[Tables, BeforeValidator(_named)] = Field(default_factory=dict)
    time_to_event: TimeToEvent | None = None
    parameters: dict[str, dict[str, Text]] = Field(default_factory=dict)
    predecessors: Texts = Field(default_factory=list)
    drop: Texts = Field(default_factory=list)
    publish: Texts = Field(default_factory=list)
    sort: Texts = Field(default_factory=list)
    reproduces: list[Reproduced] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_records(self) -> AnalysisDataSet:
        if not self.records and self.time_to_event is None:
            message = "{name} has no records: `records` or `time-to-event` is needed"
            raise PydanticCustomError("records", message, {"name": self.dataset})
        return self

    def all_tables(self) -> Tables:
        """Working tables and record tables."""
        return {**self.tables, **self.records}


LoadedSet = Loaded[AnalysisDataSet]
"""A file of ``adam/``, read."""

__all__ = [
    "RECORDS",
    "SUBJECT",
    "TIME_TO_EVENT",
    "AnalysisDataSet",
    "LoadedSet",
    "OneLine",
    "Reproduced",
]

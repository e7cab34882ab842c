"""Time-to-event parameters as a specification says them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from derive.line import SUBJECT, OneLine, Read, all_reads, condition_reads, reads_of
from specs.language.base import SpecModel, Text, Texts, Where

NO_SEQUENCE = "none"
NAMES = (
    "PARAMCD", "PARAM", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC", "CNSDTDSC",
    "SRCDOM", "SRCVAR", "SRCSEQ",
)  # fmt: skip
"""The variables that every time-to-event parameter makes by itself."""


class Source(SpecModel):
    """An event or a plain censoring: a dated record, what it says, and where the date stands.

    ``EVNTDESC``, ``CNSDTDSC`` and ``CNSR`` fill the variables of these names. ``source``
    (``RS.RSDTC``) is what SRCDOM and SRCVAR name, ``sequence`` the variable that SRCSEQ takes
    (usually ASEQ, else the data set's own --SEQ).
    """

    from_: Text
    where: Where | None = None
    date: Text
    evntdesc: Text = Field(alias="EVNTDESC")
    cnsdtdsc: Text | None = Field(default=None, alias="CNSDTDSC")
    cnsr: int | None = Field(default=None, ge=0, alias="CNSR")
    sequence: Text | None = None
    date_flag: Text | None = None
    source: Text | None = None

    def reads(self) -> list[Read]:
        """What the source reads."""
        sequence = None if self.sequence == NO_SEQUENCE else self.sequence
        names = reads_of([self.date, SUBJECT, sequence, self.date_flag], self.from_)
        return names + condition_reads(self.where, self.from_)


class Rule(SpecModel):
    """A rule of censoring. Rules are tried in the order they are written; the first that holds
    counts.

    * ``date``: a therapy or transplant before the event; the time stops at ``stop``.
    * ``missed-visits``: at least ``at-least`` planned visits without an adequate assessment lie
      between the last assessment and the event. ``visits`` names those with an assessment, each
      with the days of its window on either side; without it every visit after day 1 counts.
    * ``no-assessment``: no event, and no adequate assessment after the start.
    * ``end-of-data``: no event; the time stops at the last assessment.
    * ``latest``: no event; the latest of ``of``, cut at the data cut.
    """

    rule: Literal["date", "missed-visits", "no-assessment", "end-of-data", "latest"]
    date: Text | None = None
    at_least: int = Field(default=2, ge=1)
    schedule: Text | None = None
    schedule_day: Text = "VISITDY"
    schedule_visit: Text = "VISIT"
    visits: dict[str, float] = Field(default_factory=dict)
    window_before: float = 7
    window_after: float = 7
    day_one: Text | None = None
    stop: Literal["start", "last-assessment", "date"] = "last-assessment"
    cnsr: int = Field(default=1, ge=1, alias="CNSR")
    evntdesc: Text | None = Field(default=None, alias="EVNTDESC")
    cnsdtdsc: Text | None = Field(default=None, alias="CNSDTDSC")
    of: list[Source] = Field(default_factory=list)

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        needed = {"date": self.date, "missed-visits": self.schedule, "latest": self.of}
        if self.rule in needed and not needed[self.rule]:
            key = {"date": "date", "missed-visits": "schedule", "latest": "of"}[self.rule]
            message = "the rule {rule} needs the key '{key}'"
            raise PydanticCustomError("rule", message, {"rule": self.rule, "key": key})
        return self

    def reads(self) -> list[Read]:
        """What the rule reads."""
        out = reads_of([self.date, self.day_one])
        if self.schedule:
            names = [self.schedule_day, *([self.schedule_visit] if self.visits else [])]
            out += reads_of(names, self.schedule)
        return out + [read for source in self.of for read in source.reads()]


class Parameter(SpecModel):
    """One time-to-event parameter: for whom (``when``), from which ``start``, to which events."""

    label: Text
    when: Where | None = None
    start: OneLine
    start_flag: Text | None = None
    events: list[Source] = Field(min_length=1)
    assessments: Source | None = None
    censor: list[Rule] = Field(default_factory=list)
    plus_one: bool = True
    set: dict[str, Text] = Field(default_factory=dict)

    def reads(self, subjects: str) -> list[Read]:
        """What the parameter reads; bare names belong to the data set of subjects."""
        own = [*condition_reads(self.when), *all_reads(self.start)]
        own += reads_of([self.start_flag])
        own += [read for rule in self.censor for read in rule.reads()]
        sources = [*self.events, *([self.assessments] if self.assessments else [])]
        out = [read if read.data_set else Read(read.name, subjects) for read in own]
        return out + [read for source in sources for read in source.reads()]


class TimeToEvent(SpecModel):
    """Time-to-event parameters of the records of ``subjects``, all sources cut at ``cut``: what is
    dated after it did not happen yet, and who is known alive after it is censored at it."""

    subjects: Text = "ADSL"
    cut: Text | None = None
    unit: Literal["DAYS"] | None = None
    parameters: dict[str, Parameter] = Field(min_length=1)

    def reads(self) -> list[Read]:
        """What all parameters read."""
        out = reads_of([SUBJECT, "STUDYID", self.cut], self.subjects)
        return out + [r for p in self.parameters.values() for r in p.reads(self.subjects)]

    def extras(self) -> Texts:
        """Further variables that some parameters make."""
        found = [name for p in self.parameters.values() for name in p.set]
        found += ["AVALU"] if self.unit else []
        found += ["STARTDTF"] if any(p.start_flag for p in self.parameters.values()) else []
        sources = [source for p in self.parameters.values() for source in p.events]
        return found + (["ADTF"] if any(source.date_flag for source in sources) else [])

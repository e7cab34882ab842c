"""The ADaM part of the language: tables of records, time to event, non-compartmental
analysis, data sets."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from adam.language import SUBJECT, Line, Ref, condition_refs, order_refs, ref, walk
from specs.language.base import SpecModel, Text, Texts, Where


class Confirmed(SpecModel):
    """A response that a later record confirms.

    A later record holds one of ``by`` in ``variable``, at least ``days`` later; every record up
    to it
    holds one of ``through``, ``at_most`` limits how often a value may be among them, and
    ``not_after`` (``PR: CR``) refuses a PR after a CR.
    """

    variable: Text = "AVALC"
    date: Text = "ADT"
    by: Texts
    days: int = Field(ge=0)
    through: Texts
    at_most: dict[str, int] = Field(default_factory=dict)
    not_after: dict[str, Text] = Field(default_factory=dict)


class Event(SpecModel):
    """Records that decide: of which table, under which condition, which one, and what it says."""

    from_: Text | None = None
    where: Where | None = None
    keep: Literal["first", "last"] = "first"
    by: Texts = Field(default_factory=list)
    confirmed: Confirmed | None = None
    set: dict[str, Line] = Field(default_factory=dict)

    def refs(self) -> list[Ref]:
        """What the event reads of its table."""
        table = self.from_ or ""
        out = [*condition_refs(self.where, table), *order_refs(self.by, table), (table, SUBJECT)]
        if self.confirmed:
            out += [(table, self.confirmed.variable), (table, self.confirmed.date)]
        return out + [(d or table, n) for line in self.set.values() for d, n in line.refs()]


class Expand(SpecModel):
    """One record per dose of an interval of doses.

    ``every`` names a frequency (QD, BID, QW ...) or holds a number of days; ``nominal`` is a
    time in
    ``unit`` that grows with each dose.
    """

    start: Text
    end: Text
    every: Text = "1"
    frequencies: dict[str, float] = Field(default_factory=dict)
    nominal: Text | None = None
    unit: Literal["hours", "days"] = "hours"
    also: Texts = Field(default_factory=list)

    def refs(self) -> list[Ref]:
        """Start, end, frequency, nominal time."""
        names = [self.start, self.end, *([self.nominal] if self.nominal else [])]
        return [ref(n) for n in [*names, *([] if _number(self.every) else [self.every])]]


def _number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


class Summary(SpecModel):
    """One derived record per group; maximum and minimum are the record itself (the
    first of equals)."""

    within: Texts
    of: Text = "AVAL"
    how: Literal["average", "maximum", "minimum", "sum", "median"]
    by: Texts = Field(default_factory=list)
    keep: Texts = Field(default_factory=list)
    dtype: Text | None = None


class Carried(SpecModel):
    """A record for each planned visit that a group lacks, with the last value before it (LOCF)."""

    within: Texts
    visit: Text = "AVISITN"
    visits: dict[str, Text]
    named: Text = "AVISIT"
    dtype: Text = "LOCF"


class NcaParameter(SpecModel):
    """One parameter of non-compartmental analysis, and its record's further variables.

    An area ``to`` a time ends with the last sample when that lies at most ``early`` before it.
    """

    is_: Literal[
        "cmax",
        "tmax",
        "clst",
        "tlst",
        "auclst",
        "auc",
        "lamz",
        "lamzhl",
        "lamznpt",
        "r2adj",
        "lamzll",
        "lamzul",
    ]
    to: float | None = None
    early: float = Field(default=0, ge=0)
    set: dict[str, Text] = Field(default_factory=dict)


class Nca(SpecModel):
    """Non-compartmental analysis of each profile (``within``): times in the unit of ``time``."""

    within: Texts
    concentration: Text = "AVAL"
    time: Text = "ARRLT"
    quantifiable: Where
    method: Literal["linear", "lin-up-log-down"] = "lin-up-log-down"
    start_value: float | None = 0.0
    half_life_from: Literal["after-tmax", "tmax"] = "after-tmax"
    half_life_points: int = Field(default=3, ge=3)
    half_life_r2adj: float = Field(default=0.0, ge=0, le=1)
    parameters: dict[str, NcaParameter]


class Table(SpecModel):
    """Records: where they come from, under which condition, and their variables.

    The steps are always in this order: ``from`` (several tables: one below the other), ``where``,
    ``events``, ``variables``, ``having``, ``expand``, ``one-per``, ``summary``, ``locf``, ``nca``.
    """

    from_: Texts
    where: Where | None = None
    events: list[Event] = Field(default_factory=list)
    decide: Literal["first-listed", "earliest", "latest"] = "first-listed"
    date: Text = "ADT"
    keys: Texts = Field(default_factory=lambda: ["STUDYID", SUBJECT])
    variables: dict[str, Line] = Field(default_factory=dict)
    having: Where | None = None
    expand: Expand | None = None
    one_per: Texts = Field(default_factory=list)
    keep: Literal["first", "last"] = "first"
    by: Texts = Field(default_factory=list)
    summary: Summary | None = None
    locf: Carried | None = None
    nca: Nca | None = None
    drop: Texts = Field(default_factory=list)
    note: Text | None = None

    def refs(self) -> list[Ref]:
        """Every variable that the table reads, those of its own making left in."""
        out = [(source, "") for source in self.from_]
        out += condition_refs(self.where) + condition_refs(self.having)
        out += [r for event in self.events for r in event.refs()]
        out += [r for line in self.variables.values() for r in line.refs()]
        out += [("", k) for k in self.one_per] + order_refs(self.by)
        return out + (self.expand.refs() if self.expand else [])

    def made(self) -> list[str]:
        """The variables that the table's lines make."""
        names = [name for name, _ in walk(self.variables)]
        names += ["DTYPE"] if self.summary or self.locf else []
        if self.nca is not None:
            names += ["PARAMCD", "AVAL", *(n for p in self.nca.parameters.values() for n in p.set)]
        return names + [name for event in self.events for name in event.set]


class TteSource(SpecModel):
    """An event or a plain censoring: a dated record, what it says, and where the date stands."""

    from_: Text
    where: Where | None = None
    date: Text
    says: Text
    describes: Text | None = None
    code: int | None = None
    sequence: Text | None = None
    date_flag: Text | None = None
    reported_as: Text | None = None

    def refs(self) -> list[Ref]:
        """What the source reads."""
        own = [self.date, SUBJECT, *([self.sequence] if self.sequence else [])]
        own += [self.date_flag] if self.date_flag else []
        return [(self.from_, name) for name in own] + condition_refs(self.where, self.from_)


class CensorRule(SpecModel):
    """A rule of censoring. Rules are tried in the order they are written; the first that holds
    counts.

    * ``date``: a therapy or transplant before the event; the time stops at ``stop``.
    * ``missed-visits``: at least ``at_least`` planned visits without an adequate assessment lie
    between
      the last assessment and the event. ``visits`` names those with an assessment, each with
      the days of its window on either side; without it every visit after day 1 counts.
    * ``no-assessment``: no event, and no adequate assessment after the start.
    * ``end-of-data``: no event; the time stops at the last assessment.
    * ``latest``: no event; the latest of ``of``.
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
    code: int = Field(default=1, ge=1)
    says: Text | None = None
    describes: Text | None = None
    of: list[TteSource] = Field(default_factory=list)

    @model_validator(mode="after")
    def _complete(self) -> CensorRule:
        needed = {"date": self.date, "missed-visits": self.schedule, "latest": self.of}
        if self.rule in needed and not needed[self.rule]:
            key = {"date": "date", "missed-visits": "schedule", "latest": "of"}[self.rule]
            message = "the rule {rule} needs the key '{key}'"
            raise PydanticCustomError("rule", message, {"rule": self.rule, "key": key})
        return self

    def refs(self) -> list[Ref]:
        """What the rule reads."""
        out = [ref(name) for name in (self.date, self.day_one) if name]
        if self.schedule:
            out += [(self.schedule, self.schedule_day)]
            out += [(self.schedule, self.schedule_visit)] if self.visits else []
        return out + [r for source in self.of for r in source.refs()]


class TteParameter(SpecModel):
    """One time-to-event parameter."""

    label: Text
    where: Where | None = None
    start: Line
    start_flag: Text | None = None
    events: list[TteSource] = Field(min_length=1)
    assessments: TteSource | None = None
    censor: list[CensorRule] = Field(default_factory=list)
    plus_one: bool = True
    set: dict[str, Text] = Field(default_factory=dict)

    def refs(self, subjects: str) -> list[Ref]:
        """What the parameter reads."""
        out = [(d or subjects, n) for d, n in condition_refs(self.where) + self.start.refs()]
        flag = [ref(self.start_flag)] if self.start_flag else []
        out += [(d or subjects, n) for d, n in flag]
        sources = [*self.events, *([self.assessments] if self.assessments else [])]
        out += [r for source in sources for r in source.refs()]
        return out + [(d or subjects, n) for rule in self.censor for d, n in rule.refs()]


class TimeToEvent(SpecModel):
    """Time-to-event parameters of the records of ``subjects``, all sources cut at ``cut``."""

    subjects: Text = "ADSL"
    cut: Text | None = None
    unit: Literal["DAYS"] | None = None
    parameters: dict[str, TteParameter] = Field(min_length=1)

    def refs(self) -> list[Ref]:
        """What all parameters read."""
        out = [(self.subjects, SUBJECT), (self.subjects, "STUDYID")]
        out += [(d or self.subjects, n) for d, n in ([ref(self.cut)] if self.cut else [])]
        return out + [r for p in self.parameters.values() for r in p.refs(self.subjects)]


class Reproduced(SpecModel):
    """A published value that is wrong and matched on purpose: which variables, and why."""

    variables: Texts
    why: Text


class AdamDataset(SpecModel):
    """One analysis data set, as a study states it."""

    dataset: Text
    label: Text
    class_: Literal[
        "subject-level",
        "basic-data-structure",
        "time-to-event",
        "occurrence",
        "nca",
        "other",
        "tabulation",
    ] = "other"
    structure: Text | None = None
    keys: Texts = Field(min_length=1)
    sources: dict[str, Text] = Field(default_factory=dict)
    from_: Texts = Field(default_factory=list)
    where: Where | None = None
    tables: dict[str, Table] = Field(default_factory=dict)
    records: dict[str, Table] = Field(default_factory=dict)
    time_to_event: TimeToEvent | None = None
    parameters: dict[str, dict[str, Text]] = Field(default_factory=dict)
    predecessors: Texts = Field(default_factory=list)
    variables: dict[str, Line] = Field(default_factory=dict)
    drop: Texts = Field(default_factory=list)
    publish: Texts = Field(default_factory=list)
    sort: Texts = Field(default_factory=list)
    reproduces: list[Reproduced] = Field(default_factory=list)
    note: Text | None = None

    def record_tables(self) -> dict[str, Table]:
        """The tables whose records are published."""
        if self.from_:
            return {
                "records": Table.model_validate({"from": list(self.from_), "where": self.where}),
                **self.records,
            }
        return self.records

"""The steps of a record table, as a specification says them, in the order of their execution."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from derive.data_set import Lines
from derive.line import SUBJECT, Line, Read, all_makes, all_reads, condition_reads, reads_of
from derive.verbs.matching import Order, order_reads
from specs.language.base import SpecModel, Text, Texts, Where

EXPAND_UNITS = ("hours", "days")


class Confirmed(SpecModel):
    """A response that a later record confirms.

    A later record holds one of ``by`` in ``variable``, at least ``days`` later; every record up to
    it holds one of ``through``, ``at-most`` limits how often a value may be among them, and
    ``not-after`` (``PR: CR``) refuses a PR after a CR.
    """

    variable: Text = "AVALC"
    date: Text = "ADT"
    by: Texts
    days: int = Field(ge=0)
    through: Texts
    at_most: dict[str, int] = Field(default_factory=dict)
    not_after: dict[str, Text] = Field(default_factory=dict)


class Event(SpecModel):
    """Records that decide: of which table, under which condition, which of them by which order, and
    what the deciding record says (``set``). Without ``from`` the base record itself decides."""

    from_: Text | None = None
    where: Where | None = None
    take: Literal["first", "last"] = "first"
    by: Order = ()
    ties: Literal["error", "allow"] = "error"
    confirmed: Confirmed | None = None
    set: Lines = Field(default_factory=dict)

    def reads(self) -> list[Read]:
        """What the event reads of its table."""
        table = self.from_ or ""
        out = [*condition_reads(self.where, table), *order_reads(self.by, table)]
        out += [Read(SUBJECT, table), Read(SUBJECT)] if table else []
        if self.confirmed is not None:
            out += reads_of([self.confirmed.variable, self.confirmed.date], table)
        inner = [read for line in self.set.values() for read in all_reads(line)]
        return out + [r if r.data_set else Read(r.name, table) for r in inner]


class Expand(SpecModel):
    """One record per dose of an interval of doses, from ``start`` to ``end``, both inside.

    ``every`` names a frequency (QD, BID, QW ...) by its variable, or is a number of days;
    ``frequencies`` states further terms in days. ``nominal`` is a time in ``unit`` that grows with
    each dose; the dates of ``also`` move with it. ``end-missing`` and ``end-before-start`` say what
    becomes of such an interval: ``error``, or one dose (``once``).
    """

    start: Text
    end: Text
    every: Text = "1"
    frequencies: dict[str, float] = Field(default_factory=dict)
    nominal: Text | None = None
    unit: Literal["hours", "days"] = "hours"
    also: Texts = Field(default_factory=list)
    end_missing: Literal["error", "once"] = "error"
    end_before_start: Literal["error", "once"] = "error"

    @property
    def days(self) -> float | None:
        """The interval, where it is written as a number of days."""
        text = self.every
        return float(text) if text.replace(".", "", 1).isdecimal() else None

    def reads(self) -> list[Read]:
        """Start, end, frequency, nominal time, and what moves along."""
        every = [] if self.days is not None else [self.every]
        return reads_of([self.start, self.end, *every, self.nominal, *self.also])


class Summary(SpecModel):
    """One derived record per group; maximum and minimum are the record itself (the first of equals
    by ``by``). ``keep`` are further variables that the group's records share."""

    within: Texts
    of: Text = "AVAL"
    how: Literal["average", "maximum", "minimum", "sum", "median"]
    by: Order = ()
    keep: Texts = Field(default_factory=list)
    dtype: Text | None = None

    @property
    def of_record(self) -> bool:
        """Whether a record of the group is taken, and not a value worked out of all."""
        return self.how in ("maximum", "minimum")

    def reads(self) -> list[Read]:
        """Group, value, order, what is kept."""
        return [*reads_of([*self.within, self.of, *self.keep]), *order_reads(self.by)]


class Carried(SpecModel):
    """A record for each planned visit that a group lacks, with its last value before it (LOCF).

    ``visits`` are a number and a name each. Records without a value of ``of`` are no observation;
    two records of one visit are told apart by ``by``.
    """

    within: Texts
    of: Text = "AVAL"
    visit: Text = "AVISITN"
    visits: dict[str, Text] = Field(min_length=1)
    named: Text = "AVISIT"
    by: Order = ()
    dtype: Text = "LOCF"

    def reads(self) -> list[Read]:
        """Group, value, visit, order."""
        return [*reads_of([*self.within, self.of, self.visit]), *order_reads(self.by)]


NcaName = Literal[
    "cmax", "tmax", "clst", "tlst", "auclst", "auc", "lamz", "lamzhl", "lamznpt", "r2adj",
    "lamzll", "lamzul",
]  # fmt: skip


class NcaParameter(SpecModel):
    """One parameter of non-compartmental analysis, and its record's further variables.

    An area ``to`` a time ends with the last sample when that lies at most ``early`` before it.
    """

    is_: NcaName
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
    start_value: float | None = Field(default=0.0, ge=0)
    half_life_from: Literal["after-tmax", "tmax"] = "after-tmax"
    half_life_points: int = Field(default=3, ge=3)
    half_life_r2adj: float = Field(default=0.0, ge=0, le=1)
    parameters: dict[str, NcaParameter] = Field(min_length=1)

    def reads(self) -> list[Read]:
        """Profile, time, concentration, what is quantifiable."""
        names = reads_of([*self.within, self.concentration, self.time])
        return names + condition_reads(self.quantifiable)


class Table(SpecModel):
    """Records: where they come from, and what is done with them.

    The steps are always in this order: ``from`` (several: one below the other), ``where``,
    ``events``, ``variables``, ``having``, ``expand``, ``one-per``, ``summary``, ``locf``, ``nca``,
    ``drop``.
    """

    from_: Texts = Field(min_length=1)
    where: Where | None = None
    events: list[Event] = Field(default_factory=list)
    decide: Literal["first-listed", "earliest", "latest"] = "first-listed"
    date: Text = "ADT"
    keys: Texts = Field(default_factory=lambda: ["STUDYID", SUBJECT])
    variables: Lines = Field(default_factory=dict)
    having: Where | None = None
    expand: Expand | None = None
    one_per: Texts = Field(default_factory=list)
    take: Literal["first", "last"] = "first"
    by: Order = ()
    ties: Literal["error", "allow"] = "error"
    summary: Summary | None = None
    locf: Carried | None = None
    nca: Nca | None = None
    drop: Texts = Field(default_factory=list)
    note: Text | None = None

    @model_validator(mode="after")
    def _one_kind_of_derived_record(self) -> Table:
        if sum(step is not None for step in (self.summary, self.locf, self.nca)) > 1:
            message = "`summary`, `locf` and `nca` each make records of their own: say one"
            raise PydanticCustomError("table", message, {"code": "SPEC112"})
        if self.by and not self.one_per:
            message = "`by` orders the records of `one-per`"
            raise PydanticCustomError("table", message, {})
        return self

    def reads(self) -> list[Read]:
        """Every variable that the table reads, those of its own making left in."""
        out = condition_reads(self.where) + condition_reads(self.having)
        out += [read for event in self.events for read in event.reads()]
        out += reads_of([self.date]) if self.decide != "first-listed" else []
        out += [read for line in self.variables.values() for read in all_reads(line)]
        return out + [read for _, reads in self.step_reads() for read in reads]

    def step_reads(self) -> list[tuple[str, list[Read]]]:
        """What each step after the lines reads of the records it stands on, by its key."""
        out = [("one-per", [*reads_of(self.one_per), *order_reads(self.by)])]
        for key in ("expand", "summary", "locf", "nca"):
            step = getattr(self, key)
            out += [(key, step.reads())] if step is not None else []
        return out

    def made(self) -> list[str]:
        """Variables that the table makes, in the order they are written."""
        names = [n for event in self.events for n, line in event.set.items() for n in _all(n, line)]
        names += [n for name, line in self.variables.items() for n in _all(name, line)]
        if self.summary is not None or self.locf is not None:
            names.append("DTYPE")
        if self.nca is not None:
            names += ["PARAMCD", "AVAL", *(n for p in self.nca.parameters.values() for n in p.set)]
        return [name for name in dict.fromkeys(names) if name not in self.drop]


def _all(name: str, line: Line) -> list[str]:
    return [name, *all_makes(line, name, "")]

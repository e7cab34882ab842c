"""One SDTM data set as a study states it: where its records come from, what its variables are,
and what goes to SUPP-- and RELREC."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from derive.data_set import DataSetFile, Lines
from derive.line import Answer, OneLine, Origin
from specs.language.base import ONE_OR_MANY, SpecModel, Text, Texts, Where, _many
from specs.standards import is_associated

PLACES = ("source", "domain", "table", "one", "visits_of", "elements")
"""Where a stream can take its records from."""


def _supplemental(value: Any) -> Any:
    """``{label: L, from: COL}``: label and evaluator belong to SUPP--, the rest is a line."""
    if not isinstance(value, dict):
        return value
    own = {"label", "evaluator"}
    line = {k: v for k, v in value.items() if k not in own}
    return {**{k: v for k, v in value.items() if k in own}, "line": line}


By = Annotated[list[OneLine], BeforeValidator(_many), ONE_OR_MANY]
"""Lines that order records: ``{number: VERSION}``, ``{date: EXAM_DT}``."""


class Join(SpecModel):
    """Columns of another raw source beside a record's own, named ``source.COLUMN``."""

    source: Text
    on: dict[str, Text] | Texts
    where: Where | None = None
    take: Literal["first", "last"] | None = None
    by: By = Field(default_factory=list)
    unmatched: Answer = Answer.QUERY

    @model_validator(mode="after")
    def _by_something(self) -> Join:
        if not self.on:
            raise PydanticCustomError("on", "a join needs key columns: on: [SUBJID]", {})
        if bool(self.take) != bool(self.by):
            extra = {"hint": "take: last, by: {number: VERSION}", "code": "SPEC105"}
            message = "of several rows a join takes the first or last by something"
            raise PydanticCustomError("join", message, extra)
        return self


class Supplemental(SpecModel):
    """A non-standard variable, which goes to SUPP--."""

    label: Text
    line: OneLine
    evaluator: Text | None = None


Supplements = dict[str, Annotated[Supplemental, BeforeValidator(_supplemental)]]


class ElementStart(SpecModel):
    """When a subject enters a trial element, and, of the last one, when it ends."""

    etcd: Text
    element: Text | None = None
    starts: OneLine
    ends: OneLine | None = None
    unplanned: Text | None = None


class Stream(SpecModel):
    """One stream of records. Exactly one of source, domain, table, one, visits-of, elements."""

    name: Text | None = None
    source: Text | None = None
    domain: Text | None = None
    table: Text | None = None
    one: bool = False
    visits_of: Texts | None = None
    elements: list[ElementStart] | None = None
    ends: OneLine | None = None
    where: Where | None = None
    left_out: Text | None = None
    """Why rows that ``where`` does not hold for may be in no data set at all."""
    join: Annotated[list[Join], BeforeValidator(_many), ONE_OR_MANY] = Field(default_factory=list)
    duplicates: Literal["error", "query", "drop", "keep"] | None = None
    one_per: Texts = Field(default_factory=list)
    take: Literal["first", "last"] | None = None
    by: By = Field(default_factory=list)
    not_in_earlier: Texts = Field(default_factory=list)
    unpivot: Texts = Field(default_factory=list)
    test: Text | None = None
    panel: Text | None = None
    unmapped: Literal["error", "query"] = "error"
    working: Lines = Field(default_factory=dict)
    variables: Lines = Field(default_factory=dict)
    supplemental: Supplements = Field(default_factory=dict)
    note: Text | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Stream:
        named = [place for place in PLACES if getattr(self, place)]
        if len(named) != 1:
            said = "no place" if not named else "several places: " + ", ".join(named)
            hint = "name one of source, domain, table, one, visits-of, elements"
            extra = {"said": said, "hint": hint, "code": "SPEC124"}
            raise PydanticCustomError("stream", "this record stream names {said}", extra)
        if self.unpivot and not self.source:
            extra = {"code": "SPEC124", "hint": "name a raw source"}
            message = "only the columns of a raw source can be unpivoted"
            raise PydanticCustomError("stream", message, extra)
        return self

    @model_validator(mode="after")
    def _taken_by_something(self) -> Stream:
        if self.left_out and self.where is None:
            extra = {"hint": "say where, or leave left-out out", "code": "SPEC105"}
            raise PydanticCustomError("stream", "left-out says why where leaves rows out", extra)
        if (self.take or self.by) and not self.one_per:
            extra = {"hint": "say one-per, or leave take and by out", "code": "SPEC105"}
            raise PydanticCustomError("stream", "take and by choose one record per key", extra)
        if bool(self.take) != bool(self.by):
            extra = {"hint": "take: last, by: {number: VERSION}", "code": "SPEC105"}
            message = "one-per takes the first or last record by something: say take and by"
            raise PydanticCustomError("stream", message, extra)
        return self

    @property
    def shown(self) -> str:
        """What people call it: its name, or where its records come from."""
        known = self.name or self.source or self.domain or self.table
        return known or next(p.replace("_", "-") for p in PLACES if getattr(self, p))


def _named(streams: list[Stream]) -> list[Stream]:
    """Several streams have names of their own, which findings and lineage tell them by."""
    names = [stream.name for stream in streams]
    again = {name for name in names if name and names.count(name) > 1}
    if len(names) > 1 and (None in names or again):
        said = f"two are called {min(again)!r}" if again else "one has no name"
        extra = {"said": said, "hint": "- name: central", "code": "SPEC124"}
        message = "of several record streams each has a name of its own: {said}"
        raise PydanticCustomError("streams", message, extra)
    return streams


class Relation(SpecModel):
    """Records of this data set related to records of another (RELREC)."""

    to: Text
    on: dict[str, Text] = Field(min_length=1)
    unmatched: Answer = Answer.QUERY
    one_to: Literal["ONE", "MANY"] | None = None
    to_many: Literal["ONE", "MANY"] | None = None
    where: Where | None = None
    note: Text | None = None


class Domain(DataSetFile):
    """One data set of the tabulation, as a study states it."""

    domain: Text
    dataset: Text | None = None
    """The name of a part of a split domain: QSAD of QS (SDTMIG 3.4 section 4.1.7)."""
    class_: (
        Literal[
            "Interventions",
            "Events",
            "Findings",
            "Findings About",
            "Special Purpose",
            "Trial Design",
            "Relationship",
        ]
        | None
    ) = None
    records: Annotated[
        list[Stream], BeforeValidator(_many), AfterValidator(_named), ONE_OR_MANY
    ] = Field(min_length=1)
    tables: dict[str, Stream] = Field(default_factory=dict)
    """Working tables: what lines look things up in, where a raw source needs to be read first."""
    tests: Text | None = None
    supplemental: Supplements = Field(default_factory=dict)
    relations: list[Relation] = Field(default_factory=list)
    equal_keys: Literal["error", "query"] = "query"
    first_dose_day: Literal["before", "after"] = "before"
    """Whether a result of the day of first exposure counts as before it, where one of the two has
    no time (--LOBXFL, --BLFL)."""

    @model_validator(mode="after")
    def _named_part(self) -> Domain:
        """A part is called like its domain and one or two characters more."""
        part = self.dataset
        if part is None:
            return self
        more = part.removeprefix(self.domain)
        longest = 6 if is_associated(self.domain) else 4
        if not part.startswith(self.domain) or not re.fullmatch(r"[A-Z0-9]{1,2}", more):
            said = f"{part!r} is no part of {self.domain}"
            hint = f"{self.domain} and one or two capital letters or digits, {longest} at most"
            extra = {"said": said, "hint": hint, "code": "SPEC105"}
            raise PydanticCustomError("dataset", "{said}", extra)
        return self

    @property
    def data_set(self) -> str:
        """What the data set is called: its domain, or the name of a part of it."""
        return self.dataset or self.domain


def stream_path(model: Domain, index: int, *, listed: bool) -> tuple[str | int, ...]:
    """Where a stream stands in its file."""
    return ("records", index) if listed or len(model.records) > 1 else ("records",)


def states(model: Domain, variable: str) -> bool:
    """Whether a line of the data set or of one of its streams makes a variable."""
    places = (model.variables, *(stream.variables for stream in model.records))
    return any(variable in lines for lines in places)


def all_supplements(model: Domain) -> dict[str, Supplemental]:
    """Every declared qualifier of a data set."""
    out = dict(model.supplemental)
    for stream in model.records:
        out = {**stream.supplemental, **out}
    return out


def supplement_origin(supplement: Supplemental) -> Origin | None:
    """The origin that the qualifier's line states."""
    stated: Origin | None = supplement.line.origin
    return stated

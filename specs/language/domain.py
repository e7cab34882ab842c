"""One SDTM data set: where its records come from and what its variables are."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from specs.language.base import ONE_OR_MANY, SpecModel, Text, Texts, Where, _many
from specs.language.lines import Line, OnMissing, Origin


def _supplemental(value: Any) -> Any:
    """``{label: L, from: COL}``: label and evaluator belong to SUPP--, the rest is a line."""
    if not isinstance(value, dict) or "is" in value:
        return value
    own = {"label", "evaluator"}
    line = {k: v for k, v in value.items() if k not in own}
    return {**{k: v for k, v in value.items() if k in own}, "is": line}


class Join(SpecModel):
    """Columns of another raw source beside a record's own, named ``source.COLUMN``."""

    source: Text
    on: dict[str, Text] | Texts
    where: Where | None = None
    several: Text | None = None
    unmatched: OnMissing = OnMissing.BLANK

    @model_validator(mode="after")
    def _by_something(self) -> Join:
        if not self.on:
            raise PydanticCustomError("on", "a join needs key columns: on: [SUBJID]", {})
        return self


class Records(SpecModel):
    """One stream of records. Exactly one of source, domain, table, one, visits-of, elements."""

    source: Text | None = None
    domain: Text | None = None
    table: Text | None = None
    one: bool = False
    visits_of: Texts | None = None
    elements: list[ElementStart] | None = None
    where: Where | None = None
    join: Annotated[list[Join], BeforeValidator(_many), ONE_OR_MANY] = Field(default_factory=list)
    one_per: Texts = Field(default_factory=list)
    not_in_earlier: Texts = Field(default_factory=list)
    several: Text | None = None
    duplicates: Literal["error", "drop", "keep"] | None = None
    unpivot: Texts = Field(default_factory=list)
    test: Text | None = None
    panel: Text | None = None
    unmapped: Literal["error", "query"] = "error"
    ends: Line | None = None
    working: dict[str, Line] = Field(default_factory=dict)
    variables: dict[str, Line] = Field(default_factory=dict)
    supplemental: dict[str, Annotated[Supplemental, BeforeValidator(_supplemental)]] = Field(
        default_factory=dict
    )
    note: Text | None = None


class ElementStart(SpecModel):
    """When a subject enters a trial element: the first of a variable under a condition."""

    etcd: Text
    element: Text | None = None
    starts: Line
    ends: Line | None = None
    unplanned: Text | None = None


class Supplemental(SpecModel):
    """A non-standard variable, which goes to SUPP--."""

    label: Text
    is_: Line
    origin: Origin | None = None
    evaluator: Text | None = None


class Relation(SpecModel):
    """Records of this data set related to records of another (RELREC)."""

    to: Text
    on: dict[str, Text] = Field(default_factory=dict)
    via: Literal["required"] | None = None
    one_to: Literal["ONE", "MANY"] | None = None
    to_many: Literal["ONE", "MANY"] | None = None
    where: Where | None = None
    note: Text | None = None


class Check(SpecModel):
    """An edit check: the records that ``where`` holds for, or that agree in all of ``same``.

    They are listed for ``at``, a raw column, and stay as they are. ``of`` limits the check to the
    streams of one source; ``once-per`` asks once for the records of a subject that agree in these
    columns (the tests of one sample).
    """

    says: Text
    where: Where | None = None
    once_per: Texts = Field(default_factory=list)
    same: Texts = Field(default_factory=list)
    of: Text | None = None
    at: Text | None = None
    severity: Literal["blocks", "explain", "info"] = "explain"
    note: Text | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Check:
        if (self.where is None) == (not self.same):
            raise PydanticCustomError("check", "a check asks either `where` or `same`", {})
        return self


class Domain(SpecModel):
    """One data set of the tabulation, as a study states it."""

    domain: Text
    label: Text | None = None
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
    structure: Text | None = None
    keys: Texts = Field(min_length=1)
    records: Annotated[list[Records], BeforeValidator(_many), ONE_OR_MANY] = Field(min_length=1)
    tests: Text | None = None
    working: dict[str, Line] = Field(default_factory=dict)
    variables: dict[str, Line] = Field(default_factory=dict)
    standard: Texts = Field(default_factory=list)
    supplemental: dict[str, Annotated[Supplemental, BeforeValidator(_supplemental)]] = Field(
        default_factory=dict
    )
    relations: list[Relation] = Field(default_factory=list)
    checks: list[Check] = Field(default_factory=list)
    cut: Text | None = None
    drop: Where | None = None
    note: Text | None = None
    duplicates: Literal["error", "query"] = "query"

"""The study: identifiers, standards, agency, sources, decisions; and its code lists."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from specs.language.base import ONE_OR_MANY, TEXT_OR_FULL, SpecModel, Text, Texts, Where, _many
from specs.language.pool import Pool
from specs.suggest import did_you_mean


class Standards(SpecModel):
    """Which versions the study is built to. They are data: nothing is looked up elsewhere."""

    sdtmig: Text = "3.4"
    sdtm_ct: Text = "2025-03-28"
    adamig: Text = "1.3"
    adam_ct: Text = "2026-03-27"
    define: Text = "2.1"


class SamePerson(SpecModel):
    """Subject numbers of one person (a rescreening): ``from`` is replaced by ``is``."""

    source: Text
    from_: Text
    is_: Text
    where: Where | None = None


class Subject(SpecModel):
    """How a record names its subject, and how that becomes USUBJID."""

    from_: Text = "SUBJID"
    usubjid: Text = "{study}-{subject}"
    pattern: Text | None = None
    same_person: SamePerson | None = None


class Site(SpecModel):
    """A site: the language that it is asked in, and its name."""

    language: Text = "en"
    name: Text = ""


class VisitForm(SpecModel):
    """The raw source that says when each visit took place. Unscheduled visits of all data sets are
    numbered by it together, so that a day has one number wherever it is known from. ``date`` is a
    line, kept as it is written."""

    source: Text
    visit: Text
    date: Any


class NotSubmitted(SpecModel):
    """Why a column of a source is not submitted; with ``where`` on these rows alone."""

    where: Where | None = None
    why: Text


class UnderQuery(SpecModel):
    """What analysis data do with values that an open query asks about: ``flag`` names a variable
    that is Y on their records, ``leave-out`` names analysis variables whose values are then
    missing, ``keep`` says why they stay as they are."""

    flag: Annotated[Text, Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")] | None = None
    leave_out: Texts = Field(default_factory=list)
    keep: Text | None = None

    @model_validator(mode="after")
    def _one_choice(self) -> UnderQuery:
        if sum((self.flag is not None, bool(self.leave_out), self.keep is not None)) != 1:
            message = "say one of `flag`, `leave-out` and `keep`"
            raise PydanticCustomError("under-query", message, {})
        return self


def _not_submitted(value: object) -> object:
    return {"why": value} if isinstance(value, str) else value


class AnyValue(SpecModel):
    """A tested column that may hold any text, and why no set of values can be named."""

    any: Text


ValueSet = AnyValue | Text | list[Text]
"""The values of a tested column: a list, the name of a map, ``number``, or any, with the reason."""
NUMBER_SET = "number"


class Source(SpecModel):
    """A raw file (or several of one layout), and how to read it."""

    file: Text
    format: Literal["csv", "tsv", "xlsx", "sas7bdat", "xpt", "parquet", "odm"] | None = None
    encoding: Text | None = None
    delimiter: Text | None = None
    sheet: Text | None = None
    header_row: int = Field(default=1, ge=1)
    label_rows: int = Field(default=0, ge=0)
    item_group: Text | None = None
    displayed: Texts = Field(default_factory=list)
    """Columns of a workbook that are read as the cells show them; ``"*"`` for all."""
    member: Text | None = None
    contract: Text | None = None
    row_id: Text | None = None
    subject: Text | Subject | None = None
    rename: dict[str, Text] = Field(default_factory=dict)
    values: dict[str, ValueSet] = Field(default_factory=dict)
    origin: Literal["Collected", "Derived", "Assigned", "Protocol", "Predecessor"] = "Collected"
    collected_by: Literal["Investigator", "Sponsor", "Subject", "Vendor"] = "Investigator"
    not_submitted: dict[
        Text, Annotated[NotSubmitted, BeforeValidator(_not_submitted), TEXT_OR_FULL]
    ] = Field(default_factory=dict)
    """Columns that hold something and are in no data set, with the reason."""
    group: Texts = Field(default_factory=list)
    """Columns whose rows are one sample or event: what is asked about it is asked once."""
    note: Text | None = None


class Dates(SpecModel):
    """How dates and times are written, for every ``date`` line that says nothing else."""

    format: Texts = Field(default_factory=lambda: ["YYYY-MM-DD"])
    time_format: Texts = Field(default_factory=lambda: ["HH:mm"])
    unknown: Texts = Field(default_factory=list)
    pivot: int | None = Field(default=None, ge=0, le=99)
    earliest: Text | None = None
    latest: Text | None = None


class Dictionary(SpecModel):
    """An external dictionary (MedDRA, WHODrug, CTCAE ...); its content is never shipped.

    ``files`` is where the sponsor's copy lies, from the study folder: coded values are held against
    it. ``kind`` says in which layout; it follows from the name where that is the publisher's.
    """

    name: Text
    version: Text
    variables: Texts = Field(default_factory=list)
    href: Text | None = None
    kind: Literal["meddra", "whodrug", "ctcae", "loinc"] | None = None
    files: Text | None = None

    @property
    def layout(self) -> str:
        """The kind that is said, or that the name says; "" for another dictionary."""
        named = self.name.lower().replace(" ", "")
        found = (kind for kind in ("meddra", "whodrug", "ctcae", "loinc") if named.startswith(kind))
        return self.kind or next(found, "")

    @model_validator(mode="after")
    def _layout_of_files(self) -> Dictionary:
        if self.files is not None and not self.layout:
            message = "the files of {name} are in an unknown layout: say `kind`"
            details = {"name": self.name, "hint": "one of meddra, whodrug, ctcae, loinc"}
            raise PydanticCustomError("dictionary", message, details)
        return self


class Decision(SpecModel):
    """A choice where practice differs: what was chosen, out of what, and why."""

    choice: Text
    options: Texts = Field(default_factory=list)
    reason: Text | None = None

    @model_validator(mode="after")
    def _one_of_the_options(self) -> Decision:
        if self.options and self.choice not in self.options:
            raise PydanticCustomError(
                "decision",
                "{choice} is none of the options",
                {"choice": repr(self.choice), "hint": did_you_mean(self.choice, self.options)},
            )
        return self


def _decision(value: object) -> object:
    return {"choice": value} if isinstance(value, str) else value


class Extends(SpecModel):
    """The sponsor's library that a study builds on, and files of it that it does not want."""

    folder: Text
    without: Texts = Field(default_factory=list)


def _extends(value: object) -> object:
    return {"folder": value} if isinstance(value, str) else value


class StudySpec(SpecModel):
    """``study.yaml``."""

    study: Text
    extends: Annotated[Extends | None, BeforeValidator(_extends)] = None
    title: Text = ""
    protocol: Text | None = None
    sponsor: Text | None = None
    standards: Standards = Field(default_factory=Standards)
    agency: Literal["fda", "pmda", "nmpa"] = "fda"
    language: Text = "en"
    encoding: Literal["ascii", "utf-8", "gb18030", "shift_jis"] = "ascii"
    cut: date | None = None
    decisions: dict[str, Annotated[Decision, BeforeValidator(_decision), TEXT_OR_FULL]] = Field(
        default_factory=dict
    )
    assumptions: Annotated[list[Text], BeforeValidator(_many), ONE_OR_MANY] = Field(
        default_factory=list
    )
    subject: Subject = Field(default_factory=Subject)
    dates: Dates = Field(default_factory=Dates)
    visit_form: VisitForm | None = None
    day_one: int = 1
    """The protocol day that is study day 1; there is no study day 0, whatever the protocol has."""
    sources: dict[str, Source] = Field(default_factory=dict)
    not_read: dict[Text, Text] = Field(default_factory=dict)
    """Files of the raw folder that no source reads, with the reason."""
    under_query: UnderQuery | None = None
    dictionaries: list[Dictionary] = Field(default_factory=list)
    sites: dict[str, Site] = Field(default_factory=dict)
    """The sites by SITEID; one that is not named is asked in English."""
    raw: Text = "raw"
    pool: Pool | None = None
    """Of a pooled study: the studies whose records it has."""


class TermMap(SpecModel):
    """Raw spellings of submission values. A raw spelling stands in one place only."""

    codelist: Text | None = None
    ignore_case: bool = False
    values: dict[str, Texts] = Field(default_factory=dict)
    file: Text | None = None
    query: Texts = Field(default_factory=list)
    blank: Texts = Field(default_factory=list)


class Extension(SpecModel):
    """A sponsor's term in an extensible codelist."""

    term: Text
    decode: Text | None = None
    note: Text | None = None


def _extension(value: object) -> object:
    return (
        [{"term": v} if isinstance(v, str) else v for v in value]
        if isinstance(value, list)
        else value
    )


class SponsorCodelist(SpecModel):
    """A codelist of the sponsor's own."""

    name: Text
    terms: dict[str, Text]
    variables: Texts = Field(default_factory=list)


class Codelists(SpecModel):
    """``codelists.yaml``."""

    maps: dict[str, TermMap] = Field(default_factory=dict)
    extensions: dict[str, Annotated[list[Extension], BeforeValidator(_extension)]] = Field(
        default_factory=dict
    )
    codelists: dict[str, SponsorCodelist] = Field(default_factory=dict)

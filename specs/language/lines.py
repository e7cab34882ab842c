"""The verbs: what a line of a specification can say a value is.

A line is a text (``AETERM: AETERM_EN`` is short for ``{from: AETERM_EN}``) or a mapping with
exactly one verb. Verbs are a closed set; what none of them can say is a named ``function``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from specs.language.base import TEXT_OR_FULL, DecimalText, SpecModel, Text, Texts, Where
from specs.suggest import did_you_mean


class Unmapped(StrEnum):
    """What to do with a term that a map or codelist does not hold."""

    ERROR = "error"
    QUERY = "query"
    BLANK = "blank"
    KEEP = "keep"


class OnMissing(StrEnum):
    """What to do when the source cell is blank. The default depends on the variable's core."""

    ERROR = "error"
    QUERY = "query"
    BLANK = "blank"


class Case(StrEnum):
    """How letters are changed before mapping."""

    UPPER = "upper"
    LOWER = "lower"


class LongText(StrEnum):
    """What to do with a text longer than 200 bytes."""

    ERROR = "error"
    SPLIT = "split"
    """The rest goes to SUPP--, as the implementation guide says (section 4.5.3.2)."""


class Origin(StrEnum):
    """Where a value comes from (Define-XML 2.1 origin types)."""

    COLLECTED = "Collected"
    DERIVED = "Derived"
    ASSIGNED = "Assigned"
    PROTOCOL = "Protocol"
    PREDECESSOR = "Predecessor"
    NOT_AVAILABLE = "Not Available"


class LineBase(SpecModel):
    """What every line may carry, whatever its verb."""

    verb: ClassVar[str] = ""
    where: Where | None = None
    else_: Line | None = None
    missing: OnMissing | None = None
    note: Text | None = None
    origin: Origin | None = None
    source: Literal["Investigator", "Sponsor", "Subject", "Vendor"] | None = None
    pages: Texts = Field(default_factory=list)
    length: int | None = Field(default=None, ge=1, le=200)
    codelist: Text | None = None
    long: LongText = LongText.ERROR


class From(LineBase):
    """A column's text; of several columns, the first that is not blank."""

    verb = "from"
    from_: Texts
    map: Text | dict[str, Texts] | None = None
    unmapped: Unmapped = Unmapped.ERROR
    case: Case | None = None
    pattern: Text | None = None
    part: int = Field(default=1, ge=1)
    unmatched: OnMissing = OnMissing.QUERY


class Constant(LineBase):
    """The same text for every record (that ``where`` holds for)."""

    verb = "constant"
    constant: Text


class DateTime(LineBase):
    """A date, with or without time, in ISO 8601, right-truncated where parts are unknown.

    What is not said here is as study.yaml says under ``dates``.
    """

    verb = "date"
    date: Text
    """The column of the date; of its year, when month and day have columns of their own."""
    month: Text | None = None
    day: Text | None = None
    time: Text | None = None
    zone: Text | None = None
    """The column of the time's offset from UTC: ``+02:00``, ``Z``."""
    format: Texts = Field(default_factory=list)
    time_format: Texts = Field(default_factory=list)
    unknown: Texts = Field(default_factory=list)
    pivot: int | None = Field(default=None, ge=0, le=99)
    excel: Literal["1900", "1904"] = "1900"
    earliest: Text | None = None
    latest: Text | None = None
    at_least: Literal["month", "day"] | None = None
    """What must be known; a date that knows less is sent as it is, and asked about."""


class Number(LineBase):
    """A number, with the unit it is converted to."""

    verb = "number"
    number: Text
    unit: Text | None = None
    unit_is: Text | None = None
    to: Text | None = None
    analyte: Text | None = None
    decimals: int | None = Field(default=None, ge=0, le=12)
    locale: Literal["point", "comma"] = "point"
    times: DecimalText | None = None
    power_of_ten: Literal["10^n"] | None = None


class Combine(LineBase):
    """A text made of columns: ``"{A}-{B}"``; missing when a part is missing."""

    verb = "combine"
    combine: Text


class Choice(SpecModel):
    """One alternative of ``choose``: a text, or a column's."""

    is_: Text | None = None
    from_: Text | None = None
    where: Where

    @model_validator(mode="after")
    def _one_value(self) -> Choice:
        if (self.is_ is None) == (self.from_ is None):
            raise PydanticCustomError("choice", "an alternative says either `is` or `from`", {})
        return self


class Choose(LineBase):
    """The first alternative whose condition holds."""

    verb = "choose"
    choose: list[Choice] = Field(min_length=1)


class LookUp(LineBase):
    """A column of a table or of another raw source, found by equal keys.

    ``as-of: {SINCE: DATE}`` takes, of the rows that match, the one in force on the record's date.
    """

    verb = "look-up"
    look_up: Text
    on: dict[str, Text] | Texts
    take: Text
    as_of: dict[str, Text] | None = None
    unmatched: OnMissing = OnMissing.ERROR
    several: Text | None = None

    @model_validator(mode="after")
    def _by_something(self) -> LookUp:
        if not self.on:
            raise PydanticCustomError("on", "a look-up needs key columns: on: [SUBJID]", {})
        if self.as_of is not None and len(self.as_of) != 1:
            raise PydanticCustomError("as_of", "as-of names one pair: {SINCE: DATE}", {})
        return self


class Across(LineBase):
    """The first, last, smallest or largest value of a variable of another data set, by subject."""

    verb = "first"
    first: Texts | None = None
    last: Texts | None = None
    of: Where | None = None
    take: Text | None = None
    not_after: Text | None = None
    not_before: Text | None = None
    plus: int = 0
    """Days that are added to the date that is found; a time falls away."""
    over: Literal["subject", "study"] = "subject"
    on: dict[str, Text] | Texts = Field(default_factory=list)


class Count(LineBase):
    """How many different values a variable has (over the study, or by subject)."""

    verb = "count"
    count: Text
    of: Where | None = None
    over: Literal["subject", "study"] = "study"


class Calculate(LineBase):
    """Decimal-exact arithmetic on numeric columns: ``+ - * /`` and parentheses."""

    verb = "calculate"
    calculate: Text
    decimals: int | None = Field(default=None, ge=0, le=12)


class Visit(LineBase):
    """A planned visit by its raw name; gives VISITNUM, VISIT and VISITDY."""

    verb = "visit"
    visit: Text
    by: Text = "visits.csv"
    unscheduled: dict[Literal["date", "names", "label"], Text | Texts] | None = None
    unmapped: Unmapped = Unmapped.ERROR


class Result(LineBase):
    """A finding's result with unit, range and flags; gives --ORRES to --REASND together."""

    verb = "value"
    value: Text
    unit: Text | None = None
    unit_is: Text | None = None
    low: Text | None = None
    high: Text | None = None
    range: Text | None = None
    sex: Text | None = None
    flags: Text = ""
    below: Texts = Field(default_factory=list)
    not_detected: Texts = Field(default_factory=list)
    not_done: Texts = Field(default_factory=list)
    ambiguous: Texts = Field(default_factory=list)
    reason: Text | None = None
    lloq: Text | None = None
    map: Text | dict[str, Texts] | None = None
    flag: Text | None = None
    units: Literal["UNIT", "PKUNIT"] = "UNIT"
    locale: Literal["point", "comma"] = "point"
    unmapped_unit: Literal["error", "query"] = "query"


class Function(LineBase):
    """A function that the study registers in functions.py; its docstring becomes the method."""

    verb = "function"
    function: Text
    of: Texts


_VERBS: dict[str, type[LineBase]] = {
    "from": From,
    "constant": Constant,
    "date": DateTime,
    "number": Number,
    "combine": Combine,
    "choose": Choose,
    "look-up": LookUp,
    "first": Across,
    "last": Across,
    "count": Count,
    "calculate": Calculate,
    "visit": Visit,
    "value": Result,
    "function": Function,
}
VERBS = tuple(_VERBS)
"""Every verb of the SDTM language."""


def _tag(value: Any) -> str | None:
    if isinstance(value, LineBase):
        return type(value).verb
    found = [verb for verb in _VERBS if verb in value] if isinstance(value, dict) else []
    return _VERBS[found[0]].verb if found else None


def _one_verb(value: Any) -> Any:
    """Long form of a line; refuses one with no verb, and one that could be read two ways."""
    if isinstance(value, str):
        return {"from": value}
    if not isinstance(value, dict):
        if isinstance(value, LineBase):
            return value
        raise PydanticCustomError(
            "line", "a line is a column's name or a mapping with one verb", {}
        )
    found = [verb for verb in _VERBS if verb in value]
    if len(found) > 1:
        extra = {"found": ", ".join(found), "hint": "keep one verb", "code": "SPEC112"}
        raise PydanticCustomError("line", "this line has several verbs: {found}", extra)
    if not found:
        hints = (did_you_mean(str(key), VERBS) for key in value)
        hint = next((h for h in hints if h.startswith("did you mean")), "")
        extra = {"verbs": ", ".join(VERBS), "hint": hint, "code": "SPEC111"}
        raise PydanticCustomError("line", "this line has no verb; one of {verbs} is needed", extra)
    return value


Line = Annotated[
    Annotated[From, Tag("from")]
    | Annotated[Constant, Tag("constant")]
    | Annotated[DateTime, Tag("date")]
    | Annotated[Number, Tag("number")]
    | Annotated[Combine, Tag("combine")]
    | Annotated[Choose, Tag("choose")]
    | Annotated[LookUp, Tag("look-up")]
    | Annotated[Across, Tag("first")]
    | Annotated[Count, Tag("count")]
    | Annotated[Calculate, Tag("calculate")]
    | Annotated[Visit, Tag("visit")]
    | Annotated[Result, Tag("value")]
    | Annotated[Function, Tag("function")],
    Discriminator(_tag),
    BeforeValidator(_one_verb),
    TEXT_OR_FULL,
]

"""The verbs of a line about the record's own values, and what all lines share."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from adam.arithmetic import Expression, ExpressionError, parse_expression
from specs.conditions import Condition
from specs.language.base import SpecModel, Text, Texts, Where

Ref = tuple[str, str]
"""(data set or "" for the record's own table, variable)."""

SUBJECT = "USUBJID"


def ref(text: str) -> Ref:
    """``DM.AGE`` is ("DM", "AGE"), ``AGE`` is ("", "AGE")."""
    dataset, _, name = text.rpartition(".")
    return dataset, name


def condition_refs(condition: Condition | None, dataset: str = "") -> list[Ref]:
    """What a condition uses; bare names belong to ``dataset``."""
    names = [ref(name) for name in condition.names] if condition else []
    return [(own or dataset, name) for own, name in names]


def order_refs(order: list[str], dataset: str = "") -> list[Ref]:
    """What a sort order uses."""
    return [(dataset, item.split(" ")[0]) for item in order]


def _expression(value: Any) -> Any:
    if isinstance(value, Expression):
        return value
    try:
        return parse_expression(str(value))
    except ExpressionError as error:
        raise PydanticCustomError("expression", "{message}", {"message": str(error)}) from error


Formula = Annotated[Expression, BeforeValidator(_expression), WithJsonSchema({"type": "string"})]
_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
DateFill = Annotated[Text, Field(pattern=rf"^(first|last|mid|{_DAY})$")]
"""What an unknown part of a date becomes: first, last, mid or a month and day."""
TimeFill = Annotated[Text, Field(pattern=r"^(first|last|mid|([01]\d|2[0-3]):[0-5]\d:[0-5]\d)$")]
"""What an unknown time becomes: first, last, mid or HH:MM:SS."""
ImputeRule = Annotated[Text, Field(pattern=rf"^(none|(day|month)( (first|last|mid|{_DAY}))?)$")]
"""The largest part of a date that may be filled in, and what it becomes: ``day first``."""
As = Literal["text", "number", "date", "datetime"]


class AdamLine(SpecModel):
    """What every line may carry, whatever its verb."""

    verb: ClassVar[str] = ""
    note: Text | None = None
    label: Text | None = None
    codelist: Text | None = None
    origin: Text | None = None
    length: int | None = Field(default=None, ge=1, le=200)
    format: Text | None = None
    as_: As | None = None

    def refs(self) -> list[Ref]:
        """Every variable the line reads."""
        return []

    def extras(self) -> list[str]:
        """Further variables the same line makes (an imputation flag, for example)."""
        return []


class Copy(AdamLine):
    """A variable of the record, or of another data set; ``map`` changes its terms."""

    verb = "from"
    from_: Text
    on: Texts = Field(default_factory=list)
    where: Where | None = None
    several: Annotated[Text, Field(pattern=r"^(first|last) by \S+( desc)?$")] | None = None
    map: dict[str, Text] | None = None
    unmapped: Literal["error", "blank", "keep"] = "error"
    missing: Literal["blank", "error"] = "blank"

    def refs(self) -> list[Ref]:
        """The source, its keys, its condition and its order."""
        dataset, name = ref(self.from_)
        own = [(dataset, name), *condition_refs(self.where, dataset)]
        keys = [(side, key) for key in self.on for side in ("", dataset)]
        return (
            own
            + keys
            + (order_refs([self.several.split(" by ")[1]], dataset) if self.several else [])
        )


class Constant(AdamLine):
    """The same value in every record that ``where`` holds for."""

    verb = "constant"
    constant: Text
    where: Where | None = None
    else_: Text | None = None

    def refs(self) -> list[Ref]:
        """What the condition uses."""
        return condition_refs(self.where)


class Choice(SpecModel):
    """One alternative: a fixed value, a variable or an expression, under a condition."""

    is_: Text | None = None
    from_: Text | None = None
    compute: Formula | None = None
    blank: bool = False
    where: Where | None = None

    def refs(self) -> list[Ref]:
        """What the value and the condition use."""
        value = [ref(self.from_)] if self.from_ else []
        value += [ref(n) for n in self.compute.names] if self.compute else []
        return value + condition_refs(self.where)


class Choose(AdamLine):
    """The first alternative whose condition holds; missing when none does."""

    verb = "choose"
    choose: list[Choice] = Field(min_length=1)

    def refs(self) -> list[Ref]:
        """What the alternatives use."""
        return [r for choice in self.choose for r in choice.refs()]


class Bins(AdamLine):
    """A category of a number. ``cut`` are lower bounds (``closed: left``) or upper bounds."""

    verb = "bins"
    bins: Text
    cut: list[float] = Field(min_length=1)
    labels: Texts
    closed: Literal["left", "right"] = "left"
    missing: Text | None = None

    def refs(self) -> list[Ref]:
        """The number."""
        return [ref(self.bins)]


class Flag(AdamLine):
    """Y where the condition holds, else nothing or ``else``."""

    verb = "flag"
    flag: Text
    where: Where
    else_: Text | None = None

    def refs(self) -> list[Ref]:
        """What the condition uses."""
        return condition_refs(self.where)


class DateLine(AdamLine):
    """A numeric date of ISO 8601 text. ``impute``: day or month to first, last, mid or MM-DD."""

    verb = "date"
    date: Text
    impute: Literal["none", "day", "month"] = "none"
    to: DateFill = "first"
    not_before: Text | None = None
    not_after: Text | None = None
    flag: Text | None = None

    def refs(self) -> list[Ref]:
        """The text and the bounds."""
        return [ref(t) for t in (self.date, self.not_before, self.not_after) if t]

    def extras(self) -> list[str]:
        """The imputation flag."""
        return [self.flag] if self.flag else []


class DateTimeLine(DateLine):
    """A numeric date-time; ``time`` fills unknown parts: first, last, mid or HH:MM:SS."""

    verb = "datetime"
    date: Text = ""
    datetime: Text
    time: TimeFill | None = None
    time_flag: Text | None = None
    seconds_flag: bool = False

    def refs(self) -> list[Ref]:
        """The text and the bounds."""
        return [ref(t) for t in (self.datetime, self.not_before, self.not_after) if t]

    def extras(self) -> list[str]:
        """The imputation flags."""
        return [name for name in (self.flag, self.time_flag) if name]


class DatePart(AdamLine):
    """The day, or the time of day in seconds, of a date-time."""

    verb = "date-of"
    date_of: Text | None = None
    time_of: Text | None = None

    def refs(self) -> list[Ref]:
        """The date-time."""
        return [ref(self.date_of or self.time_of or "")]


class StudyDay(AdamLine):
    """The relative day of a date: 1 on the reference day, no day 0."""

    verb = "study-day"
    study_day: Text
    reference: Text

    def refs(self) -> list[Ref]:
        """Date and reference."""
        return [ref(self.study_day), ref(self.reference)]


class Duration(AdamLine):
    """Time from one date to another; ``plus-one`` counts the first day too."""

    verb = "duration"
    duration: Annotated[list[Text], Field(min_length=2, max_length=2)]
    unit: Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"] = "days"
    plus_one: bool = False

    def refs(self) -> list[Ref]:
        """Both dates."""
        return [ref(t) for t in self.duration]


class Compute(AdamLine):
    """Arithmetic on numeric variables: + - * / // % **, min max abs round floor log exp sqrt."""

    verb = "compute"
    compute: Formula
    where: Where | None = None
    decimals: int | None = Field(default=None, ge=0, le=12)

    def refs(self) -> list[Ref]:
        """The variables of the expression and the condition."""
        return [ref(n) for n in self.compute.names] + condition_refs(self.where)


class Fill(AdamLine):
    """A text made of variables: ``"{ATPTREF} Baseline"``; missing when a part is missing."""

    verb = "text"
    text: Text

    def names(self) -> list[str]:
        """The variables in braces."""
        return [part.split("}")[0] for part in self.text.split("{")[1:]]

    def refs(self) -> list[Ref]:
        """The variables in braces."""
        return [ref(n) for n in self.names()]


class Function(AdamLine):
    """A function that the study registers in functions.py; its docstring becomes the method.

    It is called once per distinct combination of values, with text ("" for missing), float or ISO
    date (None for missing) arguments, and gives a text, a number or None.
    """

    verb = "function"
    function: Text
    of: Texts = Field(min_length=1)

    def refs(self) -> list[Ref]:
        """The arguments."""
        return [ref(name) for name in self.of]


class Shown(AdamLine):
    """A number as text, with so many decimals or significant digits."""

    verb = "shown"
    shown: Text
    decimals: int | None = Field(default=None, ge=0, le=12)
    significant: int | None = Field(default=None, ge=1, le=15)

    def refs(self) -> list[Ref]:
        """The number."""
        return [ref(self.shown)]

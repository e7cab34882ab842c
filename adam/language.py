"""The ADaM part of the specification language: the verbs of a line, tables, data sets.

A line is a name (``AGE: DM.AGE`` is short for ``{from: DM.AGE}``) or a mapping with exactly one
verb. A name with a full stop (``ADSL.TRTSDT``) is a variable of another data set, found by subject
unless ``on`` says otherwise. A name in lower case is a working variable and is never published.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from adam.arithmetic import Expression, ExpressionError, parse_expression
from specs.conditions import Condition
from specs.language.base import SpecModel, Text, Texts, Where
from specs.suggest import did_you_mean

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


Formula = Annotated[Expression, BeforeValidator(_expression)]
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
    several: Text | None = None
    map: dict[str, Text] | None = None
    unmapped: Literal["error", "blank", "keep"] = "error"
    missing: Literal["blank", "error"] = "blank"

    def refs(self) -> list[Ref]:
        """The source, its keys, its condition and its order."""
        dataset, name = ref(self.from_)
        own = [(dataset, name), *condition_refs(self.where, dataset)]
        keys = [(side, key) for key in self.on for side in ("", dataset)]
        return own + keys + (order_refs([self.several.split(" by ")[1]], dataset) if self.several else [])


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


class Exists(AdamLine):
    """Y when another data set has a record of the subject under the condition."""

    verb = "exists"
    exists: Text
    where: Where | None = None
    on: Texts = Field(default_factory=lambda: [SUBJECT])
    is_: Text = "Y"
    else_: Text | None = None

    def refs(self) -> list[Ref]:
        """The other data set's keys and condition."""
        keys = [(side, key) for key in self.on for side in ("", self.exists)]
        return keys + condition_refs(self.where, self.exists)


class Across(AdamLine):
    """Base of the verbs that look at several records of a data set or of the own table."""

    where: Where | None = None
    on: Texts = Field(default_factory=list)
    within: Texts = Field(default_factory=list)

    def sources(self) -> list[str]:
        """The variables that are looked at."""
        raise NotImplementedError

    def keys(self) -> list[str]:
        """How records are matched."""
        return self.within or self.on or [SUBJECT]

    def refs(self) -> list[Ref]:
        """Sources, keys on both sides, and conditions."""
        out: list[Ref] = []
        for source in self.sources():
            dataset, name = ref(source)
            out += [(dataset, name), *condition_refs(self.where, dataset)]
            out += [(side, key) for key in self.keys() for side in ("", dataset)]
        return out


class Pick(Across):
    """The value in the first, last or only record, in the order ``by`` (else of the value itself)."""

    verb = "first"
    first: Texts | None = None
    last: Texts | None = None
    only: Text | None = None
    by: Texts = Field(default_factory=list)
    impute: Text | None = None
    time: Text | None = None
    flag: Text | None = None
    allow_ties: bool = True

    def sources(self) -> list[str]:
        """The variables that are looked at."""
        return [*(self.first or []), *(self.last or []), *([self.only] if self.only else [])]

    def refs(self) -> list[Ref]:
        """Sources, keys, conditions and order."""
        orders = [r for s in self.sources() for r in order_refs(self.by, ref(s)[0])]
        return super().refs() + orders

    def extras(self) -> list[str]:
        """The imputation flag."""
        return [self.flag] if self.flag else []


class Aggregate(Across):
    """min, max, sum, mean or count of a variable over the matching records."""

    verb = "min"
    min: Text | None = None
    max: Text | None = None
    sum: Text | None = None
    mean: Text | None = None
    count: Text | None = None

    def sources(self) -> list[str]:
        """The variable that is looked at."""
        return [text for text in (self.min, self.max, self.sum, self.mean, self.count) if text]

    @property
    def how(self) -> str:
        """Which of the five."""
        return next(n for n in ("min", "max", "sum", "mean", "count") if getattr(self, n))


class Nearest(Across):
    """The value in the record nearest in time on one side: previous dose, next dose."""

    verb = "latest"
    latest: Text | None = None
    earliest: Text | None = None
    at: Text
    before: Text | None = None
    on_or_before: Text | None = None
    after: Text | None = None
    on_or_after: Text | None = None

    def sources(self) -> list[str]:
        """The variable that is looked at."""
        return [text for text in (self.latest, self.earliest) if text]

    def limit(self) -> tuple[str, str]:
        """(side, own variable)."""
        sides = ("before", "on_or_before", "after", "on_or_after")
        return next((s.replace("_", "-"), getattr(self, s)) for s in sides if getattr(self, s))

    def refs(self) -> list[Ref]:
        """Sources, keys, both times."""
        dataset = ref(self.sources()[0])[0]
        return [*super().refs(), (dataset, self.at), ref(self.limit()[1])]


class DateLine(AdamLine):
    """A numeric date of ISO 8601 text. ``impute``: day or month to first, last, mid or MM-DD."""

    verb = "date"
    date: Text
    impute: Literal["none", "day", "month"] = "none"
    to: Text = "first"
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
    time: Text | None = None
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


class Shown(AdamLine):
    """A number as text, with so many decimals or significant digits."""

    verb = "shown"
    shown: Text
    decimals: int | None = Field(default=None, ge=0, le=12)
    significant: int | None = Field(default=None, ge=1, le=15)

    def refs(self) -> list[Ref]:
        """The number."""
        return [ref(self.shown)]


class Sequence(AdamLine):
    """1, 2, 3 ... within groups in a total order; ties are an error unless allowed."""

    verb = "sequence"
    sequence: Texts
    by: Texts
    allow_ties: bool = False

    def refs(self) -> list[Ref]:
        """Groups and order."""
        return [("", g) for g in self.sequence] + order_refs(self.by)


class Baseline(AdamLine):
    """The value of the group's baseline record (``where``), in every record of the group."""

    verb = "baseline"
    baseline: Text
    within: Texts
    where: Where | None = None

    def refs(self) -> list[Ref]:
        """Value, group and condition (default ABLFL == "Y")."""
        own = [("", g) for g in self.within] + [ref(self.baseline)]
        return own + (condition_refs(self.where) if self.where else [("", "ABLFL")])


class Change(AdamLine):
    """AVAL minus BASE, or that in per cent of BASE (missing when BASE is 0)."""

    verb = "change"
    change: Text | None = None
    percent_change: Text | None = None
    from_: Text = "BASE"
    where: Where | None = None

    def refs(self) -> list[Ref]:
        """Value, baseline, condition."""
        return [ref(self.change or self.percent_change or ""), ref(self.from_), *condition_refs(self.where)]


class Mark(AdamLine):
    """Y in one record per group: the first or last in an order, among those of a condition."""

    verb = "mark"
    mark: Literal["first", "last"]
    within: Texts
    by: Texts
    where: Where | None = None
    is_: Text = "Y"

    def refs(self) -> list[Ref]:
        """Group, order, condition."""
        return [("", g) for g in self.within] + order_refs(self.by) + condition_refs(self.where)


class WindowSpec(SpecModel):
    """One analysis window: days ``low`` to ``high`` (both inside), aimed at ``target``."""

    name: Text
    number: float | None = None
    target: float
    low: float
    high: float


class Window(AdamLine):
    """The analysis window that a day falls in: AVISIT, AVISITN, AWTARGET, AWTDIFF, AWLO, AWHI."""

    verb = "window"
    window: Text
    windows: list[WindowSpec] = Field(min_length=1)

    def refs(self) -> list[Ref]:
        """The day."""
        return [ref(self.window)]

    def extras(self) -> list[str]:
        """The variables of the window."""
        return ["AVISITN", "AWTARGET", "AWTDIFF", "AWLO", "AWHI"]


_VERBS: dict[str, type[AdamLine]] = {
    "from": Copy, "constant": Constant, "choose": Choose, "bins": Bins, "flag": Flag, "exists": Exists,
    "first": Pick, "last": Pick, "only": Pick, "min": Aggregate, "max": Aggregate, "sum": Aggregate,
    "mean": Aggregate, "count": Aggregate, "latest": Nearest, "earliest": Nearest, "date": DateLine,
    "datetime": DateTimeLine, "date-of": DatePart, "time-of": DatePart, "study-day": StudyDay,
    "duration": Duration, "compute": Compute, "text": Fill, "shown": Shown, "sequence": Sequence,
    "baseline": Baseline, "change": Change, "percent-change": Change, "mark": Mark, "window": Window,
}  # fmt: skip
VERBS = tuple(_VERBS)
"""Every verb of the ADaM language."""

_OPTIONS = {"flag": {"first", "last", "only", "date", "datetime"}, "from": {"change", "percent-change"}}
"""Verbs that are an option of other verbs."""


def verbs_in(value: dict[str, Any]) -> list[str]:
    """The verbs a mapping holds, those left out that are options of another one there."""
    found = [key for key in value if key in _VERBS]
    return [v for v in found if not (_OPTIONS.get(v, set()) & set(found))]


def _tag(value: Any) -> str:
    if isinstance(value, AdamLine):
        return type(value).verb
    if isinstance(value, str):
        return "from"
    if not isinstance(value, dict):
        raise PydanticCustomError("line", "a line is a variable's name or a mapping with one verb", {})
    found = verbs_in(value)
    if len(found) == 1:
        return _VERBS[found[0]].verb
    if found:
        context = {"found": ", ".join(found), "hint": "keep one verb", "code": "SPEC112"}
        raise PydanticCustomError("line", "this line can be executed in several ways: {found}", context)
    hint = next((h for h in (did_you_mean(str(k), VERBS) for k in value) if "mean" in h), "")
    context = {"verbs": ", ".join(VERBS), "hint": hint, "code": "SPEC111"}
    raise PydanticCustomError("line", "no verb in this line; one of {verbs} is needed", context)


def _short(value: Any) -> Any:
    return {"from": value} if isinstance(value, str) else value


Line = Annotated[
    Annotated[Copy, Tag("from")]
    | Annotated[Constant, Tag("constant")]
    | Annotated[Choose, Tag("choose")]
    | Annotated[Bins, Tag("bins")]
    | Annotated[Flag, Tag("flag")]
    | Annotated[Exists, Tag("exists")]
    | Annotated[Pick, Tag("first")]
    | Annotated[Aggregate, Tag("min")]
    | Annotated[Nearest, Tag("latest")]
    | Annotated[DateLine, Tag("date")]
    | Annotated[DateTimeLine, Tag("datetime")]
    | Annotated[DatePart, Tag("date-of")]
    | Annotated[StudyDay, Tag("study-day")]
    | Annotated[Duration, Tag("duration")]
    | Annotated[Compute, Tag("compute")]
    | Annotated[Fill, Tag("text")]
    | Annotated[Shown, Tag("shown")]
    | Annotated[Sequence, Tag("sequence")]
    | Annotated[Baseline, Tag("baseline")]
    | Annotated[Change, Tag("change")]
    | Annotated[Mark, Tag("mark")]
    | Annotated[Window, Tag("window")],
    Discriminator(_tag),
    BeforeValidator(_short),
]


def walk(lines: dict[str, AdamLine]) -> Iterator[tuple[str, AdamLine]]:
    """Every variable with the line that makes it, extras included."""
    for name, line in lines.items():
        yield name, line
        for extra in line.extras():
            yield extra, line

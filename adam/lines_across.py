"""The verbs of a line that look at several records, of another data set or of the own table."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from adam.lines import (
    SUBJECT,
    AdamLine,
    ImputeRule,
    Ref,
    TimeFill,
    condition_refs,
    order_refs,
    ref,
)
from specs.language.base import SpecModel, Text, Texts, Where


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


class PickSource(SpecModel):
    """A source of ``first`` or ``last`` with a condition and imputation of its own."""

    from_: Text
    where: Where | None = None
    impute: ImputeRule | None = None


def _sources(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    return [{"from": item} if isinstance(item, str) else item for item in items]


PickSources = Annotated[list[PickSource], BeforeValidator(_sources)]


class Pick(Across):
    """The value in the first, last or only record, in the order ``by`` (else of the value itself).

    Values outside ``not_before`` and ``not_after``, dates of the own record, do not count.
    """

    verb = "first"
    first: PickSources | None = None
    last: PickSources | None = None
    only: Text | None = None
    not_before: Text | None = None
    not_after: Text | None = None
    by: Texts = Field(default_factory=list)
    impute: ImputeRule | None = None
    time: TimeFill | None = None
    flag: Text | None = None
    allow_ties: bool = False

    def sources(self) -> list[str]:
        """The variables that are looked at."""
        return [item.from_ for item in self.items()]

    def items(self) -> list[PickSource]:
        """The sources with their own conditions."""
        if self.only:
            return [PickSource.model_validate({"from": self.only})]
        return [*(self.first or []), *(self.last or [])]

    def refs(self) -> list[Ref]:
        """Sources, keys, conditions and order."""
        orders = [r for s in self.sources() for r in order_refs(self.by, ref(s)[0])]
        own = [(ref(i.from_)[0], i.where) for i in self.items()]
        conditions = [r for dataset, where in own for r in condition_refs(where, dataset)]
        bounds = [ref(name) for name in (self.not_before, self.not_after) if name]
        return super().refs() + orders + conditions + bounds

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

    @model_validator(mode="after")
    def _one_side(self) -> Nearest:
        sides = (self.before, self.on_or_before, self.after, self.on_or_after)
        if sum(side is not None for side in sides) != 1:
            message = "one of before, on-or-before, after, on-or-after is needed"
            raise PydanticCustomError("side", message, {})
        return self

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
        return [
            ref(self.change or self.percent_change or ""),
            ref(self.from_),
            *condition_refs(self.where),
        ]


class Mark(AdamLine):
    """Y in one record per group: the first or last in an order, among those of a condition."""

    verb = "mark"
    mark: Literal["first", "last"]
    within: Texts
    by: Texts
    where: Where | None = None
    is_: Text = "Y"
    allow_ties: bool = False

    def refs(self) -> list[Ref]:
        """Group, order, condition."""
        return [("", g) for g in self.within] + order_refs(self.by) + condition_refs(self.where)


class Episode(AdamLine):
    """1, 2, 3 ... for runs of records that overlap or lie at most ``gap`` days apart, per group.

    A record without an end lasts: what starts later belongs to its episode.
    """

    verb = "episode"
    episode: Text
    end: Text
    gap: float = 1
    within: Texts

    def refs(self) -> list[Ref]:
        """Start, end, group."""
        return [ref(self.episode), ref(self.end), *(("", g) for g in self.within)]


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

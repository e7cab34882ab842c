"""``analyses.yaml`` as models: populations, displays, and analyses whose verb is the method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from specs.language.base import SpecModel, Text, Texts, Where

METHODS = (
    "subjects",
    "proportion",
    "categories",
    "incidence",
    "describe",
    "survival",
    "cumulative-incidence",
    "shift",
)
"""The closed set of methods."""
TIMES = ("survival", "cumulative-incidence")
"""Methods that estimate a curve."""
ANYBODY = "USUBJID is not missing"
FOUND, ANY = "found", "any"


@dataclass(frozen=True, slots=True)
class Level:
    """A level as it is shown, and the values that it stands for (``any``: whatever there is)."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels in their order; ``found``: those that the data hold."""

    items: tuple[Level, ...] = ()
    found: bool = False

    def of(self, value: str) -> int | None:
        """The place of the level that names a value."""
        return next((i for i, one in enumerate(self.items) if value in one.values), None)


def _levels(value: Any) -> Any:
    if isinstance(value, Levels) or value is None:
        return value
    if value == FOUND:
        return Levels(found=True)
    if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        return Levels(tuple(Level(v, (v,)) for v in value))
    if isinstance(value, Mapping) and value:
        return Levels(tuple(_level(str(key), entry) for key, entry in value.items()))
    raise PydanticCustomError(
        "levels", "levels are a list, a mapping of values to labels, or the word found", {}
    )


def _level(key: str, entry: Any) -> Level:
    if isinstance(entry, list) and all(isinstance(v, str) for v in entry):
        return Level(key, tuple(entry))
    if isinstance(entry, str):
        return Level(entry, (key,))
    raise PydanticCustomError(
        "levels", "a level is VALUE: Label, or Label: [VALUE, VALUE]; {key} is not", {"key": key}
    )


DeclaredLevels = Annotated[Any, BeforeValidator(_levels)]
Counted = Annotated[Where, BeforeValidator(lambda v: ANYBODY if v == ANY else v)]
"""A condition; ``any`` is short for every record."""


class PopulationSpec(SpecModel):
    """A set of subjects: a condition on the subject-level data set, and its name in displays."""

    where: Where
    label: Text


class GroupSpec(SpecModel):
    """A grouping by the values of a variable."""

    by: Text
    levels: DeclaredLevels = None
    label: Text | None = None


def _groups(value: Any) -> Any:
    many = value if isinstance(value, list) else [value]
    return [{"by": one} if isinstance(one, str) else one for one in many]


Groups = Annotated[list[GroupSpec], BeforeValidator(_groups)]


class AnalysisSpec(SpecModel):
    """One analysis. Exactly one key is a method."""

    subjects: Counted | None = None
    proportion: Counted | None = None
    categories: Text | None = None
    incidence: Texts | None = None
    describe: Text | None = None
    survival: Text | None = None
    cumulative_incidence: Text | None = None
    shift: Texts | None = None

    data: Text = "ADSL"
    where: Where | None = None
    population: Text | None = None
    by: Groups = Field(default_factory=list)
    levels: DeclaredLevels = None
    percent_of: Text = "population"
    subjects_of: Text | None = None
    no_record: Text | None = None
    missing: Text | None = None
    take: Literal["worst"] | None = None
    worst: Text | None = None
    agrees_with: Text | None = None
    statistics: Texts = Field(default_factory=list)
    decimals: int = Field(default=0, ge=0, le=4)
    significant: int | None = Field(default=None, ge=1, le=8)
    not_positive: Literal["leave-out"] | None = None
    unit: Literal["days", "months"] | None = None
    at: list[float] = Field(default_factory=list)
    event: Where | None = None
    competing: Where | None = None
    interval: Literal["exact", "without"] | None = None
    label: Text | None = None
    empty: Literal["allowed"] | None = None
    purpose: Literal["primary", "secondary", "exploratory"] | None = None
    reason: Literal["protocol", "sap", "data", "agency"] = "protocol"

    @property
    def method(self) -> str:
        """The verb."""
        return next(m for m in METHODS if getattr(self, m.replace("-", "_")) is not None)

    @model_validator(mode="after")
    def _one_method(self) -> AnalysisSpec:
        said = [m for m in METHODS if getattr(self, m.replace("-", "_")) is not None]
        if len(said) != 1:
            words = " and ".join(said) or "none"
            raise PydanticCustomError(
                "method",
                "an analysis has one method, found {words}",
                {"words": words, "hint": f"one of {', '.join(METHODS)}"},
            )
        self._only_own_keys(said[0])
        return self

    def _only_own_keys(self, method: str) -> None:
        own = _OWN[method]
        wrong = sorted(
            name.replace("_", "-")
            for name in self.model_fields_set
            if name in _SOME and name not in own
        )
        if wrong:
            raise PydanticCustomError(
                "method",
                "{method} has no use for {wrong}",
                {"method": method, "wrong": ", ".join(wrong)},
            )
        if method == "cumulative-incidence" and (self.event is None or self.competing is None):
            raise PydanticCustomError("method", "it needs both `event` and `competing`", {})
        unknown = [s for s in self.statistics if s not in STATISTICS[method]]
        if unknown:
            raise PydanticCustomError(
                "method",
                "{method} has no statistic {unknown}",
                {
                    "method": method,
                    "unknown": ", ".join(unknown),
                    "hint": f"it has {', '.join(STATISTICS[method])}",
                },
            )


_COUNTS = {"percent_of", "interval"}
_OWN: dict[str, set[str]] = {
    "subjects": _COUNTS,
    "proportion": _COUNTS,
    "categories": _COUNTS | {"levels", "no_record", "missing", "take", "agrees_with"},
    "incidence": {"levels", "missing", "worst", "agrees_with", "percent_of"},
    "describe": {"statistics", "decimals", "significant", "not_positive"},
    "survival": {"statistics", "decimals", "unit", "at", "event", "no_record"},
    "cumulative-incidence": {
        "statistics",
        "decimals",
        "unit",
        "at",
        "event",
        "competing",
        "no_record",
    },
    "shift": {"levels", "missing", "take", "percent_of"},
}
_SOME = set().union(*_OWN.values())
"""Keys that some method has a use for, and others have not."""
STATISTICS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("subjects", "proportion", "categories", "incidence", "shift"), ()),
    "describe": ("n", "mean", "median", "quartiles", "range", "geometric"),
    "survival": ("n", "quartiles", "median", "landmark", "followup"),
    "cumulative-incidence": ("n", "landmark"),
}


class DisplaySpec(SpecModel):
    """A table: its title, what all its analyses share, and their order."""

    title: Text
    population: Text
    where: Where | None = None
    columns: Groups = Field(default_factory=list)
    rows: dict[str, AnalysisSpec] = Field(min_length=1)
    footnotes: Texts = Field(default_factory=list)


class FigureSpec(SpecModel):
    """A figure: the curves of analyses of times, in one picture."""

    title: Text
    of: Texts = Field(min_length=1)
    band: bool = True
    at_risk: bool = True
    footnotes: Texts = Field(default_factory=list)


class AnalysesSpec(SpecModel):
    """All populations, displays and figures of a study."""

    populations: dict[str, PopulationSpec] = Field(min_length=1)
    displays: dict[str, DisplaySpec] = Field(min_length=1)
    figures: dict[str, FigureSpec] = Field(default_factory=dict)

"""The ADaM part of the specification language: a line, and the closed set of its verbs.

A line is a name (``AGE: DM.AGE`` is short for ``{from: DM.AGE}``) or a mapping with exactly one
verb. A name with a full stop (``ADSL.TRTSDT``) is a variable of another data set, found by subject
unless ``on`` says otherwise. A name in lower case is a working variable and is never published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Tag
from pydantic_core import PydanticCustomError

from adam.lines import (
    SUBJECT,
    AdamLine,
    Bins,
    Choice,
    Choose,
    Compute,
    Constant,
    Copy,
    DateLine,
    DatePart,
    DateTimeLine,
    Duration,
    Fill,
    Flag,
    Function,
    Ref,
    Shown,
    StudyDay,
    condition_refs,
    order_refs,
    ref,
)
from adam.lines_across import (
    Across,
    Aggregate,
    Baseline,
    Change,
    Episode,
    Exists,
    Mark,
    Nearest,
    Pick,
    PickSource,
    Sequence,
    Window,
    WindowSpec,
)
from specs.suggest import did_you_mean

__all__ = [
    "SUBJECT",
    "VERBS",
    "Across",
    "AdamLine",
    "Aggregate",
    "Baseline",
    "Bins",
    "Change",
    "Choice",
    "Choose",
    "Compute",
    "Constant",
    "Copy",
    "DateLine",
    "DatePart",
    "DateTimeLine",
    "Duration",
    "Episode",
    "Exists",
    "Fill",
    "Flag",
    "Function",
    "Line",
    "Mark",
    "Nearest",
    "Pick",
    "PickSource",
    "Ref",
    "Sequence",
    "Shown",
    "StudyDay",
    "Window",
    "WindowSpec",
    "condition_refs",
    "order_refs",
    "ref",
    "verbs_in",
    "walk",
]

_VERBS: dict[str, type[AdamLine]] = {
    "from": Copy,
    "constant": Constant,
    "choose": Choose,
    "bins": Bins,
    "flag": Flag,
    "exists": Exists,
    "first": Pick,
    "last": Pick,
    "only": Pick,
    "min": Aggregate,
    "max": Aggregate,
    "sum": Aggregate,
    "mean": Aggregate,
    "count": Aggregate,
    "latest": Nearest,
    "earliest": Nearest,
    "date": DateLine,
    "datetime": DateTimeLine,
    "date-of": DatePart,
    "time-of": DatePart,
    "study-day": StudyDay,
    "duration": Duration,
    "compute": Compute,
    "text": Fill,
    "shown": Shown,
    "sequence": Sequence,
    "baseline": Baseline,
    "change": Change,
    "percent-change": Change,
    "mark": Mark,
    "window": Window,
    "episode": Episode,
    "function": Function,
}
VERBS = tuple(_VERBS)
"""Every verb of the ADaM language."""

_OPTIONS = {
    "flag": {"first", "last", "only", "date", "datetime"},
    "from": {"change", "percent-change"},
}
"""Verbs that are an option of other verbs."""


def verbs_in(value: dict[str, Any]) -> list[str]:
    """The verbs a mapping holds, those left out that are options of another one there."""
    found = [key for key in value if key in _VERBS]
    return [v for v in found if not (_OPTIONS.get(v, set()) & set(found))]


def _tag(value: Any) -> str:
    if isinstance(value, AdamLine):
        return type(value).verb
    return _VERBS[verbs_in(value)[0]].verb


def _line(value: Any) -> Any:
    """A mapping with exactly one verb; a bare name is short for ``from``."""
    if isinstance(value, str):
        return {"from": value}
    if isinstance(value, AdamLine):
        return value
    if not isinstance(value, dict):
        message = "a line is a variable's name or a mapping with one verb"
        raise PydanticCustomError("line", message, {})
    found = verbs_in(value)
    if len(found) == 1:
        return value
    if found:
        several = {"found": ", ".join(found), "hint": "keep one verb", "code": "SPEC112"}
        message = "this line can be executed in several ways: {found}"
        raise PydanticCustomError("line", message, several)
    hint = next((h for h in (did_you_mean(str(k), VERBS) for k in value) if "mean" in h), "")
    none = {"verbs": ", ".join(VERBS), "hint": hint, "code": "SPEC111"}
    raise PydanticCustomError("line", "no verb in this line; one of {verbs} is needed", none)


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
    | Annotated[Window, Tag("window")]
    | Annotated[Episode, Tag("episode")]
    | Annotated[Function, Tag("function")],
    Discriminator(_tag),
    BeforeValidator(_line),
]


def walk(lines: Mapping[str, AdamLine]) -> Iterator[tuple[str, AdamLine]]:
    """Every variable with the line that makes it, extras included."""
    for name, line in lines.items():
        yield name, line
        for extra in line.extras():
            yield extra, line

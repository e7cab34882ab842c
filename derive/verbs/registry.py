"""The register of verbs: which word calls which class, loaded when a file first uses it.

A module of the house registers its verbs by name, so that nothing points upward: ``sdtm`` adds the
verbs that only raw data need when it is imported.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from pydantic_core import PydanticCustomError

from derive.line import Line
from specs.suggest import did_you_mean

_VERBS: dict[str, str] = {
    "from": "derive.verbs.record.copy:Copy",
    "constant": "derive.verbs.record.constant:Constant",
    "flag": "derive.verbs.record.constant:Flag",
    "choose": "derive.verbs.record.choose:Choose",
    "category": "derive.verbs.record.category:Category",
    "text": "derive.verbs.record.text:Fill",
    "join": "derive.verbs.record.text:Join",
    "calculate": "derive.verbs.record.calculate:Calculate",
    "number": "derive.verbs.record.number:Number",
    "as-text": "derive.verbs.record.as_text:AsText",
    "function": "derive.verbs.record.function:Function",
    "date": "derive.verbs.time.moment:Date",
    "datetime": "derive.verbs.time.moment:DateTime",
    "date-of": "derive.verbs.time.part:DateOf",
    "time-of": "derive.verbs.time.part:TimeOf",
    "study-day": "derive.verbs.time.study_day:StudyDay",
    "duration": "derive.verbs.time.duration:Duration",
    "age": "derive.verbs.time.duration:Age",
    "iso-duration": "derive.verbs.time.duration:IsoDuration",
    "first": "derive.verbs.across.pick:Pick",
    "last": "derive.verbs.across.pick:Pick",
    "nearest": "derive.verbs.across.nearest:Nearest",
    "min": "derive.verbs.across.aggregate:Aggregate",
    "max": "derive.verbs.across.aggregate:Aggregate",
    "sum": "derive.verbs.across.aggregate:Aggregate",
    "mean": "derive.verbs.across.aggregate:Aggregate",
    "median": "derive.verbs.across.aggregate:Aggregate",
    "count": "derive.verbs.across.aggregate:Count",
    "count-distinct": "derive.verbs.across.aggregate:Count",
    "exists": "derive.verbs.across.exists:Exists",
    "sequence": "derive.verbs.group.sequence:Sequence",
    "mark": "derive.verbs.group.mark:Mark",
    "baseline": "derive.verbs.group.baseline:Baseline",
    "change": "derive.verbs.group.change:Change",
    "percent-change": "derive.verbs.group.change:Change",
    "window": "derive.verbs.group.window:Window",
    "episode": "derive.verbs.group.episode:Episode",
}

_CASE = "from: A with case: upper, lower or title"
_PARTS = 'text: "{A} {B}", or join: [A, B] of those that are there'
_PATTERN = 'from: A with pattern: "(...)", and part'
GONE: dict[str, str] = {
    "compute": "calculate",
    "combine": "text",
    "look-up": "from: TABLE.COLUMN with on",
    "bins": "category",
    "shown": "as-text",
    "value": "result",
    "only": "from: DATASET.VARIABLE with where",
    "latest": "nearest with before or on-or-before",
    "earliest": "nearest with after or on-or-after",
    "coalesce": "from: [A, B], the first that is not missing",
    "upper": _CASE,
    "upcase": _CASE,
    "lower": _CASE,
    "lowcase": _CASE,
    "title": _CASE,
    "propcase": _CASE,
    "concat": _PARTS,
    "concatenate": _PARTS,
    "cat": _PARTS,
    "catx": _PARTS,
    "substr": _PATTERN,
    "substring": _PATTERN,
    "scan": _PATTERN,
    "regex": _PATTERN,
    "replace": 'from: A with replace: {"old": new}',
    "tranwrd": 'from: A with replace: {"old": new}',
    "contains": 'flag: A contains "x"',
    "if": "when: CONDITION beside a line, or choose",
    "case": "choose, or from: A with case: upper, lower or title",
    "lookup": "from: TABLE.COLUMN with on",
    "merge": "from: TABLE.COLUMN with on",
    "years": "age with at",
    "average": "mean",
    "rank": "sequence",
    "round": "calculate with round(A, 1), or decimals beside a number",
    "put": "as-text",
    "input": "number, or date",
}
"""Words of drafts of the language and of other languages, and what says it here."""


def register(word: str, where: str) -> None:
    """Add a verb: its word, and ``module:Class``. Raises ValueError for a word that is taken."""
    if _VERBS.setdefault(word, where) != where:
        raise ValueError(f"the verb {word!r} is registered twice")


def words() -> tuple[str, ...]:
    """Every word that is a verb."""
    return tuple(_VERBS)


@cache
def verb_class(word: str) -> type[Line]:
    """The class of a verb, imported when it is first asked for."""
    module, _, name = _VERBS[word].partition(":")
    found: type[Line] = getattr(import_module(module), name)
    return found


def read_line(value: Any) -> Line:
    """A line as it is written. Errors of its keys keep their places.

    Raises PydanticCustomError (SPEC111 no verb, SPEC112 several), ValidationError.
    """
    if isinstance(value, Line):
        return value
    if isinstance(value, str):
        value = {"from": value}
    if not isinstance(value, dict):
        message = "a line is a name or a mapping with one verb"
        raise PydanticCustomError("line", message, {})
    return verb_class(one_verb(value)).model_validate(value)


def one_verb(value: dict[str, Any]) -> str:
    """The verb of a mapping; refuses one with none, and one that could be executed two ways."""
    found = [str(key) for key in value if key in _VERBS]
    if len(found) == 1:
        return found[0]
    if found:
        extra = {"found": ", ".join(found), "hint": "keep one verb", "code": "SPEC112"}
        raise PydanticCustomError("line", "this line has several verbs: {found}", extra)
    gone = next((f"write {GONE[str(key)]}" for key in value if str(key) in GONE), "")
    guesses = (did_you_mean(str(key), _VERBS) for key in value)
    hint = gone or next((text for text in guesses if text.startswith("did you mean")), "")
    extra = {"verbs": ", ".join(_VERBS), "hint": hint, "code": "SPEC111"}
    raise PydanticCustomError("line", "this line has no verb; one of {verbs} is needed", extra)

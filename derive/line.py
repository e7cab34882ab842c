"""What every line carries, whatever its verb, and what every verb must be able to say of itself."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import PydanticCustomError, core_schema

from derive.values.column import Column, Kind, KindError
from specs.language.base import SpecModel, Text, Texts, Where

if TYPE_CHECKING:
    from derive.scope import Scope
    from specs import Study
    from specs.conditions import Condition

Made = dict[str, Column]
"""The variables that a line makes, for the records of its scope."""

SUBJECT = "USUBJID"


class Answer(StrEnum):
    """What to do where a value cannot be had: stop, ask a person, or leave it blank."""

    ERROR = "error"
    QUERY = "query"
    BLANK = "blank"


class Origin(StrEnum):
    """Where a value comes from (Define-XML 2.1 origin types)."""

    COLLECTED = "Collected"
    DERIVED = "Derived"
    ASSIGNED = "Assigned"
    PROTOCOL = "Protocol"
    PREDECESSOR = "Predecessor"
    NOT_AVAILABLE = "Not Available"


AS_KINDS = {"text": Kind.TEXT, "number": Kind.NUMBER, "date": Kind.DAY, "datetime": Kind.SECOND}
"""What ``as`` and ``gives`` may say. They declare a kind and change no value."""


class LongText(StrEnum):
    """What to do with a text longer than 200 bytes."""

    ERROR = "error"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Read:
    """A name that a line reads: a variable of ``data_set``, or, where that is "", of its own
    records (or a column of their source)."""

    name: str
    data_set: str = ""

    @classmethod
    def of(cls, text: str, data_set: str = "") -> Read:
        """``DM.AGE`` is AGE of DM; a bare name belongs to ``data_set``; ``own.X`` and ``raw.X`` are
        the record's own, whatever ``data_set`` is."""
        head, dot, tail = text.partition(".")
        if dot and head in ("own", "raw"):
            return cls(tail if head == "own" else text)
        return cls(tail, head) if dot else cls(text, data_set)

    def __str__(self) -> str:
        return f"{self.data_set}.{self.name}" if self.data_set else self.name


def reads_of(names: Iterable[str | None], data_set: str = "") -> list[Read]:
    """Reads of names, nothing for those that are not said."""
    return [Read.of(name, data_set) for name in names if name]


def condition_reads(condition: Condition | None, data_set: str = "") -> list[Read]:
    """What a condition reads; bare names belong to ``data_set``."""
    return reads_of(condition.names, data_set) if condition is not None else []


class Kinds(Protocol):
    """Kinds of names, before a row is read."""

    declared: Kind | None
    """The kind that the variable being made must have (the standard's, or the line's ``as``)."""

    def of(self, read: Read) -> Kind:
        """The kind of a name. Raises KindError for one that is not there."""
        ...

    def is_raw(self, read: Read) -> bool:
        """Whether a name is a raw column: text that has not been read as anything yet."""
        ...

    def condition(self, condition: Condition, data_set: str = "") -> None:
        """Refuse a condition that mixes kinds; its bare names are those of ``data_set``.

        Raises KindError with the offset of what is wrong.
        """
        ...


@contextmanager
def at_key(*steps: str | int) -> Iterator[None]:
    """Of the node at ``steps`` below a line: a KindError tells its place and not the line's."""
    try:
        yield
    except KindError as error:
        error.steps = (*steps, *error.steps)
        raise


class AnyLine:
    """Annotation of a field that holds a line: a name, or a mapping with exactly one verb."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        from derive.verbs.registry import read_line

        return core_schema.no_info_plain_validator_function(read_line)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"$comment": "line", "anyOf": [{"type": "string"}, {"type": "object"}]}


class Line(SpecModel):
    """What every line may carry, whatever its verb.

    ``when`` says for which own records the line holds, ``else`` is the line for the others.
    """

    verb: ClassVar[str] = ""
    words_of_verb: ClassVar[tuple[str, ...]] = ()
    """Every word that calls this verb (``first`` and ``last`` are one)."""
    fills_blanks: ClassVar[bool] = False
    """Whether its value is a condition (flag, exists, mark): ``else`` then stands wherever it gives
    nothing, and a text there is a written value (``else: N``)."""
    usual_origin: ClassVar[Origin] = Origin.DERIVED

    when: Where | None = None
    else_: Annotated[Any, AnyLine] = None
    missing: Answer | None = None
    as_: Literal["text", "number", "date", "datetime"] | None = None
    label: Text | None = None
    note: Text | None = None
    origin: Origin | None = None
    source: Literal["Investigator", "Sponsor", "Subject", "Vendor"] | None = None
    pages: Texts = Field(default_factory=list)
    length: int | None = Field(default=None, ge=1, le=200)
    display_format: Text | None = None
    codelist: Text | None = None
    long: LongText = LongText.ERROR

    @model_validator(mode="before")
    @classmethod
    def _written_else(cls, data: Any) -> Any:
        if cls.fills_blanks and isinstance(data, dict) and isinstance(data.get("else"), str):
            return {**data, "else": {"constant": data["else"]}}
        return data

    @model_validator(mode="after")
    def _else_of_something(self) -> Line:
        if self.else_ is not None and self.when is None and not self.fills_blanks:
            message = "`else` says nothing without `when`"
            raise PydanticCustomError("line", message, {"code": "SPEC122"})
        return self

    @property
    def whole(self) -> bool:
        """Whether it looks at all records of its data set at once (sequence, baseline ...)."""
        return False

    @abstractmethod
    def reads(self) -> list[Read]:
        """Every name that the verb reads (``when`` and ``else`` are added by `all_reads`)."""

    @abstractmethod
    def kind(self, kinds: Kinds) -> Kind:
        """The kind of the value. Raises KindError for kinds that do not go together."""

    @abstractmethod
    def values(self, scope: Scope) -> Made:
        """The values for the records of the scope, for those that are active in it."""

    @abstractmethod
    def words(self) -> str:
        """What the line does, as a sentence for define.xml that names every key that counts."""

    def words_in(self, study: Study) -> str:
        """As :meth:`words`, the study's own functions by their docstrings."""
        return self.words()

    def possible(self, study: Study) -> set[str]:
        """The values that the line can give, where it writes them (a constant, targets of a map);
        none where they come from data."""
        return set()

    def makes(self, variable: str, data_set: str) -> dict[str, Kind]:
        """Further variables that the line makes, with their kinds (an imputation flag, a unit)."""
        return {}


OneLine = Annotated[Line, AnyLine]
"""The type of a field that holds a line."""


def all_reads(line: Line) -> list[Read]:
    """Every name that a line reads, its condition and its alternative among them."""
    out = [*condition_reads(line.when), *line.reads()]
    return out + (all_reads(line.else_) if line.else_ is not None else [])


def all_makes(line: Line, variable: str, data_set: str) -> dict[str, Kind]:
    """Further variables of a line and of its alternative."""
    out = dict(line.makes(variable, data_set))
    if line.else_ is not None:
        out |= all_makes(line.else_, variable, data_set)
    return out

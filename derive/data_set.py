"""What every data set file says, tabulation and analysis alike. ``sdtm`` and ``adam`` add where
records come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from derive.line import Line, OneLine
from specs import SpecPlace
from specs.language.base import SpecModel, Text, Texts, Where
from specs.reading.yaml_source import YamlDocument
from specs.words import differing, fault

Lines = dict[str, OneLine]
"""Lines by the variable that they make."""


class Check(SpecModel):
    """An edit check: the records that ``where`` holds for, or that agree in all of ``same``.

    They are listed for ``at`` (a raw column, or a variable) and stay as they are. ``of`` limits the
    check to the streams of one source; ``once-per`` asks once for the records of a subject that
    agree in these columns (the tests of one sample).

    ``ask`` is the question by language, ``owner`` who answers it, ``group`` the raw columns whose
    rows are one question (SAMPLE_ID); ``id`` names the check for good, so that its questions keep
    their ids when its condition is worded anew.
    """

    says: Text
    where: Where | None = None
    once_per: Texts = Field(default_factory=list)
    same: Texts = Field(default_factory=list)
    of: Text | None = None
    at: Text | None = None
    severity: Literal["blocks", "explain", "info"] = "explain"
    id: Text | None = None
    ask: dict[Text, Text] = Field(default_factory=dict)
    owner: Literal["site", "laboratory", "coding", "data management"] | None = None
    group: Texts = Field(default_factory=list)
    note: Text | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Check:
        if (self.where is None) == (not self.same):
            raise PydanticCustomError("check", "a check asks either `where` or `same`", {})
        compared = set(self.names)
        wrong = next((why for text in self.ask.values() if (why := fault(text, compared))), "")
        if wrong := wrong or differing(self.ask):
            raise PydanticCustomError("check", "`ask`: {why}", {"why": wrong})
        return self

    @property
    def names(self) -> list[str]:
        """The names that it compares."""
        return [*(self.where.names if self.where else ()), *self.same]


class DataSetFile(SpecModel):
    """The keys that a file of either folder may have."""

    label: Text | None = None
    structure: Text | None = None
    keys: Texts = Field(min_length=1)
    working: Lines = Field(default_factory=dict)
    variables: Lines = Field(default_factory=dict)
    standard: Texts = Field(default_factory=list)
    checks: list[Check] = Field(default_factory=list)
    cut: Text | None = None
    leave_out: Where | None = None
    note: Text | None = None


Model = TypeVar("Model", bound=DataSetFile)


@dataclass(slots=True)
class Loaded(Generic[Model]):
    """A data set's model and the document it was read from."""

    name: str
    model: Model
    document: YamlDocument
    lines: dict[str, Line] = field(default_factory=dict)

    def place(self, *path: str | int, key: bool = False, offset: int = 0) -> SpecPlace:
        """The place of a node of this file."""
        return self.document.place(path, key=key, offset=offset)

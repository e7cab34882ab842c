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

Lines = dict[str, OneLine]
"""Lines by the variable that they make."""


class Check(SpecModel):
    """An edit check: the records that ``where`` holds for, or that agree in all of ``same``.

    They are listed for ``at`` (a raw column, or a variable) and stay as they are. ``of`` limits the
    check to the streams of one source; ``once-per`` asks once for the records of a subject that
    agree in these columns (the tests of one sample).
    """

    says: Text
    where: Where | None = None
    once_per: Texts = Field(default_factory=list)
    same: Texts = Field(default_factory=list)
    of: Text | None = None
    at: Text | None = None
    severity: Literal["blocks", "explain", "info"] = "explain"
    note: Text | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Check:
        if (self.where is None) == (not self.same):
            raise PydanticCustomError("check", "a check asks either `where` or `same`", {})
        return self


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

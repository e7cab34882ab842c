"""``pool`` of study.yaml: a study whose records are those of other studies' builds."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from specs.language.base import SpecModel, Text, Texts


class PoolStudy(SpecModel):
    """One study of a pool: ``study`` is its folder here, with its own build (or ``build``, if that
    lies elsewhere); ``folder`` holds data sets that nothing here built. Paths count from the folder
    of the pooled study.

    ``encoding`` is that of transport files that are not UTF-8, where no specification says it.
    ``usubjid`` makes subjects' identifiers unlike those of other studies (``{study}``,
    ``{usubjid}``). ``standards`` are the versions of data that nobody here built.
    """

    study: Text | None = None
    build: Text | None = None
    folder: Text | None = None
    raw: Text | None = None
    encoding: Text | None = None
    usubjid: Text | None = None
    standards: dict[Text, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_place(self) -> PoolStudy:
        ours = self.study is not None or self.build is not None
        if ours == (self.folder is not None):
            details = {"hint": "`study: ../abc` was built here; `folder: ../data` was not"}
            raise PydanticCustomError("pool", "say `study` (or `build`), or `folder`", details)
        named = set(re.findall(r"\{(.*?)\}", self.usubjid or "{usubjid}"))
        if "usubjid" not in named or named - {"usubjid", "study"}:
            details = {"hint": 'it has "{usubjid}", and may have "{study}"'}
            raise PydanticCustomError("pool", "`usubjid` is made of other names", details)
        return self


class PoolStandard(SpecModel):
    """The version of a standard that the pool has, and how the values of studies that were made to
    another one are brought to it."""

    version: Text
    mapped: dict[Text, Text] = Field(default_factory=dict)


OnlySome = Literal["blank", "leave-out"]
"""What becomes of a variable that only some studies have."""


class PoolDataSet(SpecModel):
    """A data set of a pool: the records of ``from`` of each study, one study below the other.

    ``rename`` is by study, ``values`` by study and variable (old to new value, or the name of a map
    of codelists.yaml), ``constants`` by study (variable to value); they are done in this order.
    ``labels`` and ``formats`` say what variables have that differ in it; ``differs`` says why a
    difference of codes, units or codelists stays as it is; ``without`` which studies have no such
    data set.
    """

    from_: Text
    label: Text | None = None
    without: dict[Text, Text] = Field(default_factory=dict)
    rename: dict[Text, dict[Text, Text]] = Field(default_factory=dict)
    values: dict[Text, dict[Text, dict[Text, Text] | Text]] = Field(default_factory=dict)
    constants: dict[Text, dict[Text, Text]] = Field(default_factory=dict)
    variables: Texts = Field(default_factory=list)
    leave_out: dict[Text, Text] = Field(default_factory=dict)
    only_some: OnlySome | dict[Text, OnlySome] = Field(default_factory=dict)
    labels: dict[Text, Text] = Field(default_factory=dict)
    formats: dict[Text, Text] = Field(default_factory=dict)
    differs: dict[Text, Text] = Field(default_factory=dict)

    def of_some(self, variable: str) -> OnlySome | None:
        """What is said of a variable that only some studies have."""
        said = self.only_some
        return said.get(variable) if isinstance(said, dict) else said


class Pool(SpecModel):
    """``pool``: studies in the order of their records, data sets by their name in the pool.

    ``same-person`` maps a USUBJID of the pool to the ones that the person has, by study;
    ``same-usubjid`` says why one USUBJID in two studies is one person.
    """

    studies: dict[Text, PoolStudy] = Field(default_factory=dict)
    data_sets: dict[Text, PoolDataSet] = Field(default_factory=dict)
    standards: dict[Text, PoolStandard] = Field(default_factory=dict)
    same_person: dict[Text, dict[Text, Text]] = Field(default_factory=dict)
    same_usubjid: Text | None = None

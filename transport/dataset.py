"""A data set: variables, values, and nothing about the study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from specs.codes import finding
from specs.errors import BuildError

VariableType = Literal["Char", "Num"]


@dataclass(frozen=True, slots=True)
class VariableMeta:
    """One variable as a file describes it.

    ``length`` is in bytes; None takes it from the data when written. ``format`` and ``informat``
    are SAS formats with their full stop (``DATE9.``, ``8.2``). ``data_type`` is the data type of
    Dataset-JSON and define.xml (string, integer, float, decimal, date, datetime, ...) if known.
    """

    name: str
    label: str = ""
    type: VariableType = "Char"
    length: int | None = None
    format: str = ""
    informat: str = ""
    data_type: str = ""


@dataclass(frozen=True, slots=True)
class SpecialMissing:
    """Where a Num column holds SAS's special missing values ``._`` and ``.A`` to ``.Z``.

    ``rows`` are 0-based positions, ``letters`` the letter of each (``_`` or ``A`` to ``Z``); the
    frame holds NaN there.
    """

    rows: npt.NDArray[np.int64]
    letters: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.letters):
            raise ValueError("as many letters as rows are needed")
        if not all(len(x) == 1 and (x == "_" or "A" <= x <= "Z") for x in self.letters):
            raise ValueError(f"special missing values are _ and A to Z, not {self.letters}")


@dataclass
class Dataset:
    """A data set in memory.

    ``frame`` has the columns of ``variables`` in that order: Char as pandas ``category`` of text
    (code -1 for blank; "" is never a category when read), Num as float64 with NaN.
    Writers take text columns (str, object) with "" or NA for blank as well.

    Raises:
        BuildError: FILE030, the frame's columns are not the variables.
    """

    name: str
    frame: Any
    variables: tuple[VariableMeta, ...]
    label: str = ""
    key_variables: tuple[str, ...] = ()
    source: Path | str | None = None
    special_missing: Mapping[str, SpecialMissing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.variables = tuple(self.variables)
        self.key_variables = tuple(self.key_variables)
        described = [v.name for v in self.variables]
        columns = [str(c) for c in self.frame.columns]
        if columns != described or len(set(described)) != len(described):
            raise BuildError(_mismatch(self.name, columns, described))

    @property
    def records(self) -> int:
        """The number of records."""
        return len(self.frame)

    def variable(self, name: str) -> VariableMeta:
        """The variable of that name. Raises KeyError."""
        for meta in self.variables:
            if meta.name == name:
                return meta
        raise KeyError(name)


def _mismatch(name: str, columns: list[str], described: list[str]) -> Any:
    if len(set(described)) != len(described):
        twice = sorted({v for v in described if described.count(v) > 1})
        what = f"{', '.join(twice)} described twice"
    else:
        extra = [c for c in columns if c not in described]
        absent = [v for v in described if v not in columns]
        what = f"not described: {extra}; not in the data: {absent}"
        if not extra and not absent:
            what = f"order is {columns}, described as {described}"
    return finding("FILE030", f"{name}: columns and variables differ: {what}", dataset=name)

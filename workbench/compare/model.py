"""What a comparison is asked, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import IntFlag
from typing import Any, Literal

Method = Literal["exact", "absolute", "relative", "percent"]


class Sysinfo(IntFlag):
    """The bits of PROC COMPARE's return code (SAS 9.4, macro variable SYSINFO)."""

    LABEL_OF_DATA_SET = 1
    INFORMAT = 4
    FORMAT = 8
    LENGTH = 16
    LABEL = 32
    RECORDS_ONLY_IN_BASE = 64
    RECORDS_ONLY_IN_COMPARE = 128
    VARIABLES_ONLY_IN_BASE = 1024
    VARIABLES_ONLY_IN_COMPARE = 2048
    VALUES = 4096
    TYPES = 8192


@dataclass(frozen=True, slots=True)
class Asked:
    """How to compare. ``keys`` by data set, ``*`` for all, none of them
    for pairing by place; ``renamed`` leads from a name of the
    base to that of the other side; ``criterion`` is the largest difference that is none."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    method: Method = "exact"
    criterion: float = 0.0
    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)
    attributes: bool = True
    most: int = 3


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute that differs. ``variable`` is blank for the data set itself."""

    variable: str
    name: str
    base: str
    compare: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One value that differs, with the key of its record."""

    key: str
    base: str
    compare: str


@dataclass(frozen=True, slots=True)
class Unequal:
    """A variable whose values differ: how many, the largest difference of numbers, the first."""

    variable: str
    count: int
    largest: float | None
    first: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DataSetComparison:
    """One data set on both sides. ``keys_from`` says where the keys are from; ``repeated`` counts
    records that share their key with another one and were paired in their order."""

    name: str
    keys: tuple[str, ...]
    keys_from: str
    records: tuple[int, int]
    paired: int
    repeated: tuple[int, int]
    only: tuple[int, int]
    first_only: tuple[tuple[str, ...], tuple[str, ...]]
    compared: tuple[str, ...]
    variables_only: tuple[tuple[str, ...], tuple[str, ...]]
    attributes: tuple[Attribute, ...]
    unequal: tuple[Unequal, ...]
    order: bool

    @property
    def sysinfo(self) -> Sysinfo:
        """What SAS would return for these two."""
        bits = Sysinfo(0)
        for one in self.attributes:
            bits |= _ATTRIBUTES.get((bool(one.variable), one.name), Sysinfo(0))
        flags = (
            (self.only[0], Sysinfo.RECORDS_ONLY_IN_BASE),
            (self.only[1], Sysinfo.RECORDS_ONLY_IN_COMPARE),
            (self.variables_only[0], Sysinfo.VARIABLES_ONLY_IN_BASE),
            (self.variables_only[1], Sysinfo.VARIABLES_ONLY_IN_COMPARE),
            (self.unequal, Sysinfo.VALUES),
        )
        for found, bit in flags:
            bits |= bit if found else Sysinfo(0)
        return bits

    @property
    def equal(self) -> bool:
        """Whether nothing differs; the order of variables and records counts as an attribute."""
        return not self.sysinfo and not self.attributes and not self.order

    def line(self) -> str:
        """One line of it: ``LB: 14,593 of 14,595 records equal, 2 variables differ``."""
        if self.equal:
            return f"{self.name}: equal, {self.paired:,} records, {len(self.compared)} variables"
        parts = [f"{self.paired:,} of {max(self.records):,} records paired"]
        parts += [f"{n:,} only in {side}" for n, side in zip(self.only, SIDES, strict=True) if n]
        for names, side in zip(self.variables_only, SIDES, strict=True):
            parts += [f"{', '.join(names)} only in {side}"] if names else []
        if self.unequal:
            many = len(self.unequal)
            cells = sum(one.count for one in self.unequal)
            values = "1 value" if cells == 1 else f"{cells:,} values"
            variables = f"{many} variable{'s' if many > 1 else ''}"
            parts.append(f"{values} of {variables} differ{'s' if cells == 1 else ''}")
        if self.attributes:
            many = len(self.attributes)
            parts.append(f"{many} attribute{'s differ' if many > 1 else ' differs'}")
        if self.order:
            parts.append("in another order")
        return f"{self.name}: {', '.join(parts)}, SYSINFO {int(self.sysinfo)}"


SIDES = ("base", "compare")
_ATTRIBUTES = {
    (False, "label"): Sysinfo.LABEL_OF_DATA_SET,
    (True, "label"): Sysinfo.LABEL,
    (True, "length"): Sysinfo.LENGTH,
    (True, "format"): Sysinfo.FORMAT,
    (True, "informat"): Sysinfo.INFORMAT,
    (True, "type"): Sysinfo.TYPES,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two folders or files. ``only`` names the data sets that one side alone has."""

    base: str
    compare: str
    data_sets: tuple[DataSetComparison, ...]
    only: tuple[tuple[str, ...], tuple[str, ...]]
    method: Method = "exact"
    criterion: float = 0.0

    @property
    def equal(self) -> bool:
        """Whether both sides hold the same."""
        return not any(self.only) and all(one.equal for one in self.data_sets)

    @property
    def sysinfo(self) -> int:
        """The bits of all data sets together."""
        bits = Sysinfo(0)
        for one in self.data_sets:
            bits |= one.sysinfo
        return int(bits)

    def to_dict(self) -> dict[str, Any]:
        """For ``--format json``."""
        sets = [
            {**asdict(one), "sysinfo": int(one.sysinfo), "equal": one.equal}
            for one in self.data_sets
        ]
        return {
            "schema": "tracelock-compare/1",
            "base": self.base,
            "compare": self.compare,
            "method": self.method,
            "criterion": self.criterion,
            "equal": self.equal,
            "sysinfo": self.sysinfo,
            "only": dict(zip(SIDES, self.only, strict=True)),
            "data_sets": sets,
        }

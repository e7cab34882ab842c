"""What a method gets and gives: a cell of records, and statistics by level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from adam.results.load import Declared
from adam.results.model import Level, Levels
from adam.results.records import Positions, Records
from adam.results.statistics.survival import Curve
from derive.values.column import Kind, Mask


class RefusedError(Exception):
    """An analysis that cannot be executed on these data: code, message, the key at fault."""

    def __init__(self, code: str, message: str, *path: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.path, self.hint = code, message, path, hint


@dataclass(frozen=True, slots=True)
class Stat:
    """One number: its name, raw and as displays print it; ``reason`` says why it is missing,
    ``records`` how many records stand behind it."""

    name: str
    value: float
    text: str
    reason: str = ""
    records: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """One level of a grouping; ``value`` is as the data hold it."""

    variable: str
    value: str
    label: str
    order: int


@dataclass(frozen=True, slots=True)
class Made:
    """Statistics of one level of a variable (empty: of the cell). ``groups`` are groups that the
    method itself makes, below those of the cell."""

    stats: tuple[Stat, ...]
    variable: str = ""
    level: str = ""
    order: int = 0
    groups: tuple[Group, ...] = ()


@dataclass(slots=True)
class Cell:
    """Records of one column and one row group.

    ``rows`` are the positions looked at; ``population`` says which subjects make its N; ``whole``
    are the subjects that a percentage is of; ``marks`` is 1 for a record looked at by the analysis
    in any of its cells, 2 for one that counts.
    """

    of: Declared
    records: Records
    rows: Positions
    population: Mask
    whole: Mask
    marks: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    curve: Curve | None = None
    """What a method of times has estimated, for figures."""

    @property
    def subjects(self) -> Positions:
        """The subject of each record looked at."""
        return self.records.subject[self.rows]

    @property
    def total(self) -> int:
        """The denominator."""
        return int(self.whole.sum())

    def count(self, rows: Positions) -> None:
        """Note the records that count."""
        self.marks[rows] = 2

    def one_each(self) -> None:
        """Hold that no subject has two records here. Raises RefusedError ADAM311."""
        subjects, times = np.unique(self.subjects, return_counts=True)
        if len(subjects) and times.max() > 1:
            first = self.rows[self.subjects == subjects[times > 1][0]][0]
            key = ", ".join(f"{n}={v}" for n, v in self.records.key(int(first)))
            message = f"a subject has {int(times.max())} records in one cell ({key})"
            hint = "narrow `where` by an analysis flag, or say `take: worst`"
            raise RefusedError("ADAM311", message, "where", hint=hint)

    def one_kind(self) -> None:
        """Hold that the cell is of one parameter, one baseline, one reference and one unit. Raises
        RefusedError ADAM303, ADAM312."""
        names = self.records.names
        if "PARAMCD" not in names:
            return
        for name in ("PARAMCD", "BASETYPE", "ATPTREF", "AVALU"):
            held = sorted(set(self.records.texts(name)[self.rows])) if name in names else []
            if len(held) > 1:
                code = "ADAM312" if name == "AVALU" else "ADAM303"
                some = ", ".join(repr(v) for v in held[:3])
                message = f"one cell holds {len(held)} values of {name} ({some})"
                raise RefusedError(code, message, "where", hint=f"fix {name}, or group by it")

    def one_unit(self, name: str) -> None:
        """Hold that the values of a variable are in one unit, where a variable beside it says the
        unit: ADURU of ADURN, EXDOSU of EXDOSE, AVALU of AVAL. Raises RefusedError ADAM312."""
        known = self.rows[~np.isnan(self.records.numbers(name)[self.rows])]
        for unit in {f"{name}U", f"{name[:-1]}U"} - {name}:
            if unit in self.records.names and self.records.kind(unit) is Kind.TEXT:
                held = sorted(set(self.records.texts(unit)[known]))
                if len(held) > 1:
                    some = ", ".join(repr(v) for v in held[:3])
                    message = f"one cell holds {len(held)} values of {unit} ({some})"
                    raise RefusedError("ADAM312", message, "where", hint=f"fix {unit}")

    def unit(self) -> str:
        """The unit of the values, where the records state one."""
        if "AVALU" not in self.records.names:
            return ""
        held = set(self.records.texts("AVALU")[self.rows])
        return held.pop() if len(held) == 1 else ""


def level_places(
    values: Iterable[str], levels: Levels, missing: str | None
) -> tuple[Positions, list[Level]]:
    """The level of each value, and the levels, ``missing`` last where it is asked for.

    Raises RefusedError ADAM313 for a value without a level, or a missing one without a word.
    """
    held = list(values)
    items = list(levels.items)
    if levels.found:
        items = [Level(v, (v,)) for v in sorted(set(held) - {""})]
    place = {value: i for i, one in enumerate(items) for value in one.values}
    if missing is not None:
        place[""] = len(items)
        items.append(Level(missing, ("",)))
    strange = sorted(set(held) - set(place))
    if strange:
        shown = "records without a value" if strange == [""] else ", ".join(map(repr, strange[:5]))
        hint = "say `missing: LABEL`" if "" in strange else "add it to `levels`"
        raise RefusedError("ADAM313", f"no level names {shown}", "levels", hint=hint)
    return np.array([place[v] for v in held], np.int64), items

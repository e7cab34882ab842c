"""What every column can do, and the few things that hold for columns of any kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NewType, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
"""One code per row into a list of distinct values; -1 is missing."""
Rows = NDArray[np.int64]
"""Row numbers (-1: none), or one group number per row (-1: in no group)."""
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
"""Numbers; NaN is missing."""
Ranks = NDArray[np.int64]
"""One sort key per row, ascending; equal values have equal keys, missing has :data:`NO_RANK`."""
Days = NewType("Days", NDArray[np.int64])
"""Whole days since 1970-01-01 (proleptic Gregorian)."""
Seconds = NewType("Seconds", NDArray[np.int64])
"""Whole seconds since 1970-01-01T00:00:00. Days and seconds never meet unconverted."""

NO_RANK = np.iinfo(np.int64).max
"""The rank of missing: behind every value, whichever way is sorted."""


class Kind(Enum):
    """What a value is; known before a row is read. ``value`` is the word for people."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "date"
    SECOND = "date-time"

    @property
    def is_moment(self) -> bool:
        """A date or a date-time."""
        return self in (Kind.DAY, Kind.SECOND)


class KindError(Exception):
    """Two kinds that must not meet. ``names`` are the names at fault, ``offset`` the 0-based
    character where they meet (None: the whole text) in the text that stands at ``steps`` below the
    line. Told as SPEC131."""

    def __init__(
        self, message: str, hint: str = "", names: tuple[str, ...] = (), offset: int | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.hint, self.names, self.offset = message, hint, names, offset
        self.steps: tuple[str | int, ...] = ()


class Column(Protocol):
    """``n`` values of one kind. Columns are never changed in place."""

    @property
    def kind(self) -> Kind:
        """The kind of every value."""
        ...

    def __len__(self) -> int: ...

    def take(self, rows: Rows) -> Self:
        """Values at the rows; -1 gives missing."""
        ...

    def keep(self, mask: Mask) -> Self:
        """Missing wherever the mask is false."""
        ...

    def fill(self, other: Self, mask: Mask) -> Self:
        """The other column's values wherever the mask holds; both of one kind and length."""
        ...

    def below(self, others: Sequence[Self]) -> Self:
        """This column and others of its kind, one below the other."""
        ...

    def missing(self) -> Mask:
        """Which rows are missing."""
        ...

    def present(self) -> Mask:
        """Which rows are not missing."""
        ...

    def ranks(self) -> Ranks:
        """A sort key per row; equal ranks are equal values; missing is NO_RANK."""
        ...

    def distinct(self) -> tuple[Codes, Sequence[object]]:
        """A code per row (-1 missing) and the distinct values."""
        ...

    def texts(self) -> NDArray[np.object_]:
        """One text per row, missing as ''."""
        ...


class Timed(Column, Protocol):
    """A column of moments, as keys and order need it."""

    def bounds(self) -> tuple[Seconds, Seconds]:
        """First and last second that each row's text allows (missing rows: any numbers)."""
        ...

    def edges(self) -> tuple[Seconds, Seconds]:
        """The same in the order of time: in UTC where the text has an offset."""
        ...


_EMPTY: dict[Kind, Callable[[Kind, int], Column]] = {}


def makes_nothing(make: Callable[[Kind, int], Column], *kinds: Kind) -> None:
    """Tell how an all-missing column of these kinds is made (called once by each kind's module)."""
    for kind in kinds:
        _EMPTY[kind] = make


def nothing(kind: Kind, n: int) -> Column:
    """A column of ``n`` missing values."""
    return _EMPTY[kind](kind, n)


def stack(columns: Sequence[Column]) -> Column:
    """One below the other. A column that is missing everywhere agrees with any kind.

    Raises KindError when kinds differ, ValueError when there is no column.
    """
    if not columns:
        raise ValueError("there is no column to stack")
    first, *rest = agreed(columns)
    return first.below(rest) if rest else first


def filled(column: Column, other: Column, mask: Mask) -> Column:
    """``other`` wherever the mask holds, else ``column``; raises KindError when kinds differ."""
    mine, theirs = agreed([column, other])
    return mine.fill(theirs, mask)


def part(column: Column, start: int, stop: int) -> Column:
    """The rows from ``start`` to before ``stop``."""
    return column.take(np.arange(start, stop, dtype=np.int64))


def agreed(columns: Sequence[Column]) -> list[Column]:
    """The columns, those that are missing everywhere turned into the kind of the others.

    Raises KindError when the others are of several kinds.
    """
    kinds = {column.kind for column in columns}
    if len(kinds) == 1:
        return list(columns)
    telling = [column.kind for column in columns if column.present().any()]
    kind = telling[0] if telling else columns[0].kind
    for other in telling:
        if other is not kind:
            raise KindError(f"a {kind.value} meets a {other.value}", _hint(kind, other))
    return [c if c.kind is kind else nothing(kind, len(c)) for c in columns]


def _hint(one: Kind, other: Kind) -> str:
    if one.is_moment and other.is_moment:
        return "take the day of the date-time with date-of"
    return "both must be of one kind"

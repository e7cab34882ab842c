"""How text that people wrote becomes dates and numbers: the keys that say it, and who reads it.

The verbs ``date``, ``datetime`` and ``number`` carry these keys. Text of a raw column is read by
the reader that is registered here (``sdtm`` registers its own when it is imported, so that nothing
points upward); text of a data set is ISO 8601 or a plain number, and needs no reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from derive.values.column import Kind
from derive.values.moment import Moment
from derive.values.number import Number
from specs.language.base import DecimalText, SpecModel, Text, Texts

if TYPE_CHECKING:
    from derive.scope import Scope


class DateParts(SpecModel):
    """A date that is collected in columns of its own: ``{year: Y, month: M, day: D}``. What is
    blank in one of them is not known; what the others say is kept."""

    year: Text
    month: Text | None = None
    day: Text | None = None

    @property
    def names(self) -> list[str]:
        """The columns, largest part first."""
        return [name for name in (self.year, self.month, self.day) if name]


class DateKeys(SpecModel):
    """How the dates of a raw column are written, where study.yaml says nothing or otherwise."""

    format: Texts = Field(default_factory=list)
    time_format: Texts = Field(default_factory=list)
    unknown: Texts = Field(default_factory=list)
    pivot: int | None = Field(default=None, ge=0, le=99)
    excel: Literal["1900", "1904"] = "1900"
    earliest: Text | None = None
    latest: Text | None = None
    zone: Text | None = None
    """The column of the time's offset from UTC: ``+02:00``, ``Z``."""
    at_least: Literal["month", "day"] | None = None
    """What must be known; a date that knows less is sent as it is, and asked about."""


class NumberKeys(SpecModel):
    """How the numbers of a raw column are written, and the unit they are converted to."""

    unit: Text | None = None
    unit_is: Text | None = None
    to: Text | None = None
    analyte: Text | None = None
    locale: Literal["point", "comma"] = "point"
    times: DecimalText | None = None
    power_of_ten: Literal["10^n"] | None = None
    decimals: int | None = Field(default=None, ge=0, le=12)


def said_keys(line: SpecModel, keys: type[SpecModel]) -> dict[str, object]:
    """The reading keys that a line says, by their names in YAML, in the order of the model."""
    return {
        name.rstrip("_").replace("_", "-"): getattr(line, name)
        for name in keys.model_fields
        if name in line.model_fields_set
    }


ReadDates = Callable[["Scope", DateKeys, "str | DateParts", "str | None", Kind], Moment]
"""(scope, keys, date column or parts, time column, grain) to moments, one per record of the scope;
what cannot be read is missing and told. ``date`` and ``time`` may be raw columns or variables."""
ReadNumbers = Callable[["Scope", NumberKeys, str], Number]
"""(scope, keys, column) to numbers; what cannot be read or converted is missing and told."""


@dataclass(slots=True)
class _Readers:
    dates: ReadDates | None = None
    numbers: ReadNumbers | None = None


_READERS = _Readers()


def register_readers(dates: ReadDates, numbers: ReadNumbers) -> None:
    """Say who reads raw text. Raises ValueError when somebody else does already."""
    if _READERS.dates not in (None, dates) or _READERS.numbers not in (None, numbers):
        raise ValueError("raw text has a reader already")
    _READERS.dates, _READERS.numbers = dates, numbers


def needs_reader(
    scope: Scope, line: SpecModel, keys: type[SpecModel], names: Sequence[str]
) -> bool:
    """Whether a registered reader reads this: a raw column, or any text of which a line says how
    it is written."""
    return any(scope.is_raw(name) for name in names) or bool(said_keys(line, keys))


def read_dates(
    scope: Scope, keys: DateKeys, date: str | DateParts, time: str | None, kind: Kind
) -> Moment:
    """Moments of raw text, as declared.

    Raises SpecificationError SPEC131 where nobody reads raw text (analysis data have none).
    """
    if _READERS.dates is None:
        raise scope.wrong("SPEC131", "raw dates are read in tabulation data alone")
    return _READERS.dates(scope, keys, date, time, kind)


def read_numbers(scope: Scope, keys: NumberKeys, column: str) -> Number:
    """Numbers of raw text, as declared.

    Raises SpecificationError SPEC131 where nobody reads raw text (analysis data have none).
    """
    if _READERS.numbers is None:
        raise scope.wrong("SPEC131", "raw numbers are read in tabulation data alone")
    return _READERS.numbers(scope, keys, column)

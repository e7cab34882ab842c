"""``min max sum mean median`` of a variable, ``count`` of records, ``count-distinct`` of values."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from derive.line import Kinds, Made, Read
from derive.scope import Scope
from derive.values.column import Column, Kind
from derive.values.keys import of_groups
from derive.values.moment import Moment, date_of
from derive.values.number import Number
from derive.values.summary import aggregate, kind_of_summary
from derive.verbs.across.looking import Looking
from derive.verbs.matching import Beside, true_rows
from derive.verbs.picking import Lined, take_records
from specs.language.base import Text

_WORDS = {
    "min": "smallest",
    "max": "largest",
    "sum": "sum",
    "mean": "mean",
    "median": "median",
}


class Aggregate(Looking):
    """The smallest, largest, sum, mean or median over the matching records that have a value;
    missing where none has. Text has none of them."""

    verb: ClassVar[str] = "min"
    words_of_verb: ClassVar[tuple[str, ...]] = tuple(_WORDS)
    min: Text | None = None
    max: Text | None = None
    sum: Text | None = None
    mean: Text | None = None
    median: Text | None = None

    @property
    def how(self) -> str:
        """Which of the five."""
        return next(name for name in _WORDS if getattr(self, name) is not None)

    @property
    def looked(self) -> Read:
        """What is looked at."""
        return Read.of(getattr(self, self.how))

    def reads(self) -> list[Read]:
        """The variable, keys and condition."""
        return [self.looked, *self.key_and_where_reads(self.looked.data_set)]

    def kind(self, kinds: Kinds) -> Kind:
        """The kind that is summed up: numbers, and, for min and max, moments."""
        self.check_keys_and_where(self.looked.data_set, kinds)
        return kind_of_summary(kinds.of(self.looked), self.how)  # type: ignore[arg-type]

    def values(self, scope: Scope) -> Made:
        """One value per own record."""
        found = self.beside(scope, self.looked.data_set)
        values = found.other.column(self.looked.name)
        codes = np.where(found.keep, found.theirs, -1)
        scope.step(f"{self.how} of {self.looked} by {self.shown_keys()}")
        if self.how in ("min", "max"):
            return {scope.variable: self._extreme(scope, found, values)}
        made = aggregate(codes, found.groups, values, self.how)  # type: ignore[arg-type]
        return {scope.variable: made.take(found.mine)}

    def _extreme(self, scope: Scope, found: Beside, values: Column) -> Column:
        """The record that has it is kept as a link."""
        keep = found.keep & values.present()
        last = self.how == "max"
        lined = Lined(found.theirs, found.groups, keep, [values], [False])
        of = f"{found.other.name}.{self.looked.name}"
        day = date_of(values) if isinstance(values, Moment) else values
        best = take_records(scope, lined, last=last, mine=found.mine, of=of, values=day.ranks())
        rows = of_groups(best.rows, found.mine)
        scope.link(self.looked.data_set or scope.view.name, true_rows(found, rows))
        return values.take(rows)

    def words(self) -> str:
        """What is summed up, over which records."""
        word = _WORDS[self.how]
        of = "value of" if self.how in ("min", "max") else "of"
        return f"The {word} {of} {self.looked}{self.looked_at()}."


class Count(Looking):
    """How many matching records there are (``count``), or how many different values a variable has
    among them (``count-distinct``); 0 where there is none."""

    verb: ClassVar[str] = "count"
    words_of_verb: ClassVar[tuple[str, ...]] = ("count", "count-distinct")
    count: Text | None = None
    count_distinct: Text | None = None

    @property
    def looked(self) -> Read:
        """What is looked at; of ``count`` a data set."""
        if self.count_distinct is not None:
            return Read.of(self.count_distinct)
        return Read("", self.count or "")

    def reads(self) -> list[Read]:
        """The variable, keys and condition."""
        own = [self.looked] if self.count_distinct is not None else []
        return own + self.key_and_where_reads(self.looked.data_set)

    def kind(self, kinds: Kinds) -> Kind:
        """A number."""
        self.check_keys_and_where(self.looked.data_set, kinds)
        if self.count_distinct is not None:
            kinds.of(self.looked)
        return Kind.NUMBER

    def values(self, scope: Scope) -> Made:
        """One number per own record."""
        found = self.beside(scope, self.looked.data_set)
        codes = np.where(found.keep, found.theirs, -1)
        distinct = self.count_distinct is not None
        values: Column = (
            found.other.column(self.looked.name)
            if distinct
            else Number.constant(1.0, found.other.records.size)
        )
        how = "count-distinct" if distinct else "count"
        made = aggregate(codes, found.groups, values, how)  # type: ignore[arg-type]
        counted = made.take(found.mine)
        none = scope.on() & counted.missing()
        scope.step(f"{how} of {self.looked} by {self.shown_keys()}")
        return {scope.variable: counted.fill(Number.constant(0.0, scope.size), none)}

    def words(self) -> str:
        """What is counted, over which records."""
        if self.count_distinct is not None:
            return f"The number of different values of {self.looked}{self.looked_at()}."
        looked = self.looked_at().removeprefix(" of all records")
        return f"The number of records of {self.count}{looked}."

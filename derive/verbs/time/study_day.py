"""``study-day``: the day of a date, counted from a reference date."""

from __future__ import annotations

from typing import ClassVar

from derive.line import Kinds, Line, Made, Read
from derive.scope import Scope
from derive.values.column import Kind
from derive.values.number import Number
from derive.values.time import calendar
from derive.verbs.time.duration import check_moment
from specs.language.base import Text


class StudyDay(Line):
    """The day of a date counted from ``reference``: day 1 on it, day -1 before it, no day 0
    (SDTMIG 4.4.4). Missing where either is not known to the day."""

    verb: ClassVar[str] = "study-day"
    study_day: Text
    reference: Text

    def reads(self) -> list[Read]:
        """Date and reference."""
        return [Read.of(self.study_day), Read.of(self.reference)]

    def kind(self, kinds: Kinds) -> Kind:
        """A number, of two moments of whichever grain."""
        check_moment(self.study_day, kinds)
        check_moment(self.reference, kinds)
        return Kind.NUMBER

    def values(self, scope: Scope) -> Made:
        """The days."""
        reference = scope.moment(self.reference)
        scope.step(f"study day of {self.study_day} from {self.reference}")
        days = calendar.study_day(scope.moment(self.study_day), reference)
        return {scope.variable: Number(days, 0)}

    def words(self) -> str:
        """Both dates."""
        return f"Days from {self.reference} to {self.study_day}, plus 1 on or after it."

"""``episode``: runs of records of a group that overlap or lie close together."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from derive.line import Kinds, Made, Read
from derive.scope import Scope
from derive.values.column import Floats, Kind, KindError
from derive.values.moment import Moment
from derive.values.number import Number
from derive.values.order import episodes
from derive.verbs.group.groups import Grouped, counted
from specs.language.base import Text


class Episode(Grouped):
    """1, 2, 3 ... for runs of records that overlap or lie at most ``gap`` days apart. A record
    without an end lasts: what starts later belongs to its episode. Without a start: missing."""

    verb: ClassVar[str] = "episode"
    episode: Text
    end: Text
    gap: float = 1

    def reads(self) -> list[Read]:
        """Start, end, group."""
        return [Read.of(self.episode), Read.of(self.end), *self.group_reads()]

    def kind(self, kinds: Kinds) -> Kind:
        """A number, of two moments of one grain."""
        self.check_groups(kinds)
        start, end = (kinds.of(Read.of(name)) for name in (self.episode, self.end))
        if not start.is_moment or start is not end:
            message = f"{self.episode} is a {start.value}, {self.end} a {end.value}"
            raise KindError(message, "an episode runs from date to date")
        return Kind.NUMBER

    def values(self, scope: Scope) -> Made:
        """The numbers."""
        codes, _ = self.groups(scope)
        starts, ends = self._days(scope, self.episode), self._days(scope, self.end)
        rows = np.flatnonzero(counted(scope, scope.on()))
        found = episodes(codes[rows], starts[rows], ends[rows], gap=self.gap)
        out = np.full(scope.size, np.nan)
        out[rows] = np.where(np.isnan(starts[rows]), np.nan, found)
        scope.step(f"runs of records with gaps of at most {self.gap:g} days")
        return {scope.variable: Number(out, 0)}

    @staticmethod
    def _days(scope: Scope, name: str) -> Floats:
        column = scope.column(name)
        assert isinstance(column, Moment)  # noqa: S101 - `kind` refused everything else
        return column.days() if column.kind is Kind.DAY else column.seconds() / 86_400

    def words(self) -> str:
        """What makes a run."""
        text = f"1, 2, 3 ... for runs of records from {self.episode} to {self.end} that overlap"
        return f"{text} or lie at most {self.gap:g} days apart,{self.in_words()}."

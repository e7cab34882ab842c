"""``nearest``: the value in the record nearest in time on one side of the own moment."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from derive.line import Answer, Kinds, Made, Read
from derive.scope import Scope
from derive.values.column import Kind, KindError
from derive.values.hashed import numbered
from derive.values.keys import Match, match_nearest
from derive.values.moment import Moment
from derive.verbs.across.looking import Looking
from derive.verbs.matching import Beside, true_rows
from derive.verbs.picking import tell_nearest_doubt, tell_uneven_offsets
from specs.language.base import Text

type_side = Literal["before", "on-or-before", "after", "on-or-after"]
_SIDES: tuple[type_side, ...] = ("before", "on-or-before", "after", "on-or-after")


class Nearest(Looking):
    """The value in the record whose moment ``at`` is nearest to the own moment on one side:
    ``before``, ``on-or-before``, ``after``, ``on-or-after``; compared to the precision both have.

    Two records at one moment with other values are an error; ``ties: allow`` takes the first.
    ``unmatched`` says what happens to records with a moment and no such record.
    """

    verb: ClassVar[str] = "nearest"
    nearest: Text
    at: Text
    before: Text | None = None
    on_or_before: Text | None = None
    after: Text | None = None
    on_or_after: Text | None = None
    ties: Literal["error", "allow"] = "error"
    unmatched: Answer = Answer.BLANK

    @model_validator(mode="after")
    def _one_side(self) -> Nearest:
        if sum(getattr(self, _attribute(side)) is not None for side in _SIDES) != 1:
            message = "one of before, on-or-before, after, on-or-after is needed"
            raise PydanticCustomError("side", message, {})
        return self

    @property
    def side(self) -> tuple[type_side, str]:
        """The side, and the own moment."""
        return next((s, name) for s in _SIDES if (name := getattr(self, _attribute(s))))

    @property
    def looked(self) -> Read:
        """What is looked at."""
        return Read.of(self.nearest)

    @property
    def _at(self) -> Read:
        return Read.of(self.at, self.looked.data_set)

    def reads(self) -> list[Read]:
        """The value, both moments, keys and condition."""
        keys = self.key_and_where_reads(self.looked.data_set)
        return [self.looked, self._at, Read.of(self.side[1]), *keys]

    def kind(self, kinds: Kinds) -> Kind:
        """The kind of the value that is looked at."""
        self.check_keys_and_where(self.looked.data_set, kinds)
        at, own = self._moment(self._at, kinds), self._moment(Read.of(self.side[1]), kinds)
        if at is not own:
            message = f"{self._at} is a {at.value}, {self.side[1]} a {own.value}"
            raise KindError(message, "take the day of the date-time with date-of")
        return kinds.of(self.looked)

    @staticmethod
    def _moment(read: Read, kinds: Kinds) -> Kind:
        kind = kinds.of(read)
        if not kind.is_moment:
            hint = "make a date of it: {date: ...}"
            raise KindError(f"{read} is a {kind.value}, a date is needed", hint, (str(read),))
        return kind

    def values(self, scope: Scope) -> Made:
        """The value of the record that is taken."""
        found = self.beside(scope, self.looked.data_set)
        at, limit = found.other.column(self._at.name), scope.column(self.side[1])
        assert isinstance(at, Moment)  # noqa: S101 - `kind` refused everything else
        assert isinstance(limit, Moment)  # noqa: S101 - `kind` refused everything else
        match = match_nearest(
            found.mine, found.theirs, at, limit, side=self.side[0], keep=found.keep
        )
        both = np.concatenate([found.theirs, found.mine])
        counts = np.concatenate([found.keep, scope.on()])
        tell_uneven_offsets(scope, found, at.below([limit]), counts, both)
        value = found.other.column(self.looked.name)
        self._answer_ties(scope, found, at, match)
        tell_nearest_doubt(scope, found, at, limit, match.rows, side=self.side[0], values=value)
        lost = np.flatnonzero((match.rows < 0) & limit.present() & scope.on())
        message = f"{self.looked} has no record {self.side[0]} {self.side[1]}"
        scope.answer(self.unmatched, "MAP305", message, lost, name=self.side[1])
        scope.link(self.looked.data_set or scope.view.name, true_rows(found, match.rows))
        scope.step(f"{self.looked} nearest {self.side[0]} {self.side[1]} by {self.shown_keys()}")
        return {scope.variable: value.take(match.rows)}

    def _answer_ties(self, scope: Scope, found: Beside, at: Moment, match: Match) -> None:
        """Records at the moment that is taken with another value."""
        if not match.several.any():
            return
        value, when = found.other.column(self.looked.name).ranks(), at.ranks()
        rows = np.flatnonzero(found.keep & (found.theirs >= 0) & at.present())
        group = numbered(found.theirs[rows] * (int(when[rows].max()) + 1) + when[rows])[0]
        low = np.full(len(rows), np.iinfo(np.int64).max)
        high = np.full(len(rows), -1, np.int64)
        np.minimum.at(low, group, value[rows])
        np.maximum.at(high, group, value[rows])
        differs = np.zeros(found.other.records.size, np.bool_)
        differs[rows] = low[group] != high[group]
        wrong = np.flatnonzero(match.several & differs[np.maximum(match.rows, 0)])
        if self.ties == "allow":
            scope.allowed_ties(len(wrong))
        elif len(wrong):
            message = f"records of {found.other.name} at one moment differ in {self.looked.name}"
            scope.fail("ADAM208", message, wrong, hint="narrow `where`, or say `ties: allow`")

    def words(self) -> str:
        """What is taken, and on which side of what."""
        side, own = self.side
        text = f"The value of {self.nearest} in the record whose {self._at.name} is nearest "
        text += f"{side.replace('-', ' ')} {own}{self.looked_at()}"
        text += "; of ties the first record" if self.ties == "allow" else ""
        if self.unmatched is not Answer.BLANK:
            text += f"; records without one are {_UNMATCHED[self.unmatched]}"
        return f"{text}."


_UNMATCHED = {Answer.ERROR: "an error", Answer.QUERY: "asked about"}


def _attribute(side: str) -> str:
    return side.replace("-", "_")

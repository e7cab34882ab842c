"""What all verbs share that look at other records: where they look, and beside which own ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from derive.line import SUBJECT, Answer, Kinds, Line, Read, condition_reads
from derive.scope import Other, Scope
from derive.values.column import Mask
from derive.values.keys import group_codes
from derive.verbs.matching import (
    Beside,
    On,
    beside,
    check_keys,
    check_where,
    key_reads,
    own_keys,
    shown_keys,
)
from derive.verbs.words import listed, said
from specs.conditions import Condition
from specs.language.base import Texts, Where


class Looking(Line):
    """Looks at the records of a data set or table that match by subject, by ``on``, or, of the own
    data set, by ``within``; those that ``where`` holds for count."""

    where: Where | None = None
    on: On = Field(default_factory=list)
    within: Texts = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_way_to_match(self) -> Looking:
        if self.on and self.within:
            message = "`within` groups the data set's own records, `on` matches another's: say one"
            raise PydanticCustomError("on", message, {"code": "SPEC112"})
        return self

    @property
    def whole(self) -> bool:
        """It looks at all records of its own data set."""
        return bool(self.within)

    @property
    def looks_up(self) -> bool:
        """Whether keys beside the subject say which record is meant: one is expected then."""
        return bool(set(own_keys(self.on)) - {SUBJECT, "STUDYID"}) if self.on else False

    def key_and_where_reads(self, data_set: str, where: Condition | None = None) -> list[Read]:
        """Keys on both sides, and conditions on the other's records."""
        keys = [Read.of(name) for name in self.within] or key_reads(self.on, data_set)
        both = condition_reads(self.where, data_set) + condition_reads(where, data_set)
        return keys + both

    def check_keys_and_where(
        self, data_set: str, kinds: Kinds, where: Condition | None = None
    ) -> None:
        """Refuse keys and conditions that mix kinds. Raises KindError."""
        if not self.within:
            check_keys(self.on, data_set, kinds)
        for condition in (self.where, where):
            check_where(condition, data_set, kinds)

    def beside(self, scope: Scope, data_set: str, where: Condition | None = None) -> Beside:
        """Own records and those that count, by key."""
        other = scope.other(data_set)
        if self.within:
            return self._within(scope, other, where)
        found = beside(scope, other, self.on, self.where)
        if where is None:
            return found
        return Beside(found.mine, found.theirs, found.keep & found.other.mask(where), found.other)

    def _within(self, scope: Scope, other: Other, where: Condition | None) -> Beside:
        """The own data set's records by group; a missing key is a group of its own."""
        codes, _ = group_codes([other.column(name) for name in self.within])
        mine = codes[scope.view.records(np.arange(scope.size, dtype=np.int64))]
        keep = other.mask(self.where) & other.mask(where)
        return Beside(np.where(scope.on(), mine, -1), codes, keep, other)

    def shown_keys(self) -> str:
        """Whose records are looked at, for ``explain``."""
        return ", ".join(self.within) or shown_keys(self.on)

    def looked_at(self, where: Condition | None = None) -> str:
        """Which records count, in words."""
        keys = self.within or own_keys(self.on)
        if keys == [SUBJECT]:
            text = " of the subject"
        elif not keys:
            text = " of all records"
        else:
            text = f" of the records with the same {listed(keys)}"
        conditions = [said(c) for c in (self.where, where) if c is not None]
        return text + (f", where {' and '.join(conditions)}" if conditions else "")


def counted(found: Beside) -> Mask:
    """Per own record whether any of the records beside it counts."""
    held = np.zeros(found.groups + 1, np.bool_)
    held[found.theirs[found.keep & (found.theirs >= 0)]] = True
    held[-1] = False
    matched: Mask = held[found.mine]
    return matched


def answer_unmatched(
    line: Looking, scope: Scope, matched: Sequence[Mask | None], answer: Answer | None
) -> None:
    """Answer for records all of whose keys are there, and that no record has (MAP305; by default it
    is asked)."""
    asked = scope.on().copy()
    for one in matched:
        asked &= ~one if one is not None else False
    keys = own_keys(line.on)
    for name in keys:
        asked = asked & scope.column(name).present()
    message = f"nothing that counts has this {line.shown_keys()}"
    hint = "say `unmatched: blank` where there may be none"
    first = next((name for name in keys if name != SUBJECT), "")
    scope.answer(
        answer or Answer.QUERY, "MAP305", message, np.flatnonzero(asked), name=first, hint=hint
    )

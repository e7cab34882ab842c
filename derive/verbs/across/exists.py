"""``exists``: whether another data set has such a record."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from derive.line import Kinds, Made, Read
from derive.scope import Scope
from derive.values.column import Kind
from derive.values.keys import exists, of_groups
from derive.values.order import extreme_rows
from derive.verbs.across.looking import Looking
from derive.verbs.matching import true_rows
from derive.verbs.record.constant import literal, stated_kind
from derive.verbs.words import written
from specs import Study
from specs.language.base import Text


class Exists(Looking):
    """``is`` (Y) where another data set has a record of the subject (or ``on``) that the condition
    holds for; ``no`` where it has none (a variable by itself: ``no: N``)."""

    verb: ClassVar[str] = "exists"
    exists: Text
    is_: Text = "Y"
    no: Text | None = None

    def reads(self) -> list[Read]:
        """The other data set's keys and condition."""
        return self.key_and_where_reads(self.exists)

    def kind(self, kinds: Kinds) -> Kind:
        """Text, unless the variable is a number."""
        self.check_keys_and_where(self.exists, kinds)
        kind = stated_kind(self, kinds)
        for text in (self.is_, self.no):
            if text is not None:
                literal(text, kind, 1)
        return kind

    def values(self, scope: Scope) -> Made:
        """The answer, and the first record that is there."""
        found = self.beside(scope, self.exists)
        there = exists(found.mine, found.theirs, found.keep)
        best = extreme_rows(found.theirs, found.groups, [], found.keep)
        scope.link(self.exists, true_rows(found, of_groups(best, found.mine)))
        scope.step(f"{'there is' if np.any(there) else 'there is no'} such record of {self.exists}")
        kind = scope.kind or Kind.TEXT
        yes = literal(self.is_, kind, scope.size).keep(there)
        if self.no is None:
            return {scope.variable: yes}
        return {scope.variable: yes.fill(literal(self.no, kind, scope.size), ~there)}

    def possible(self, study: Study) -> set[str]:
        """Both answers."""
        return {text for text in (self.is_, self.no) if text is not None}

    def words(self) -> str:
        """What there must be."""
        no = "" if self.no is None else f", else {written(self.no, self)}"
        text = f"{written(self.is_, self)} if there is a record of {self.exists}"
        return f"{text}{self.looked_at().removeprefix(' of all records')}{no}."

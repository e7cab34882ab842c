"""``baseline``: the value of the group's baseline record, in every record of the group."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from derive.line import Kinds, Made, Read, condition_reads
from derive.scope import Scope
from derive.values.column import Kind
from derive.values.keys import of_groups
from derive.values.order import extreme_rows
from derive.verbs.group.groups import Grouped, counted
from derive.verbs.matching import check_where
from derive.verbs.words import said
from specs.conditions import Condition, parse_condition
from specs.language.base import Text, Where

_ABLFL = parse_condition('ABLFL == "Y"')


class Baseline(Grouped):
    """The value in the group's baseline record (``where``; usually ABLFL == "Y"), in every record
    of the group. Two baseline records are an error; a group without one has none."""

    verb: ClassVar[str] = "baseline"
    baseline: Text
    where: Where | None = None

    @property
    def condition(self) -> Condition:
        """Which record it is."""
        return self.where if self.where is not None else _ABLFL

    def reads(self) -> list[Read]:
        """Value, group and condition."""
        return [Read.of(self.baseline), *self.group_reads(), *condition_reads(self.condition)]

    def kind(self, kinds: Kinds) -> Kind:
        """The kind of the value."""
        self.check_groups(kinds)
        check_where(self.condition, "", kinds)
        return kinds.of(Read.of(self.baseline))

    def values(self, scope: Scope) -> Made:
        """The value, and which record it is of."""
        codes, n = self.groups(scope)
        keep = counted(scope, scope.mask(self.condition))
        number = np.bincount(codes[keep], minlength=n)
        several = np.flatnonzero(keep & (number[codes] > 1))
        if len(several):
            message = f"{int((number > 1).sum())} groups have several baseline records"
            scope.fail("ADAM212", message, several)
        rows = of_groups(extreme_rows(codes, n, [], keep), codes)
        scope.link(scope.view.name, np.where(rows < 0, -1, scope.view.records(rows)))
        scope.step(f"{self.baseline} of the record where {self.condition}")
        return {scope.variable: scope.column(self.baseline).take(rows)}

    def words(self) -> str:
        """The value, the record, the group."""
        text = f"The value of {self.baseline} in the record where {said(self.condition)}"
        return f"{text},{self.in_words()}."

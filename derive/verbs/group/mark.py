"""``mark``: one record of each group."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from derive.line import Kinds, Made, Read, condition_reads
from derive.scope import Scope
from derive.values.column import Kind
from derive.verbs.group.groups import Grouped, counted
from derive.verbs.matching import Order, check_order, check_where, order_columns, order_reads
from derive.verbs.picking import Lined, take_records
from derive.verbs.record.constant import literal, stated_kind
from derive.verbs.words import ordered, said, written
from specs import Study
from specs.language.base import Text, Where


class Mark(Grouped):
    """``is`` (Y) in the first or last record of each group in the order ``by``, among those that
    ``where`` holds for. Two records in that place are an error; ``ties: allow`` takes the first."""

    verb: ClassVar[str] = "mark"
    mark: Literal["first", "last"]
    by: Order
    where: Where | None = None
    is_: Text = "Y"
    ties: Literal["error", "allow"] = "error"

    def reads(self) -> list[Read]:
        """Groups, order, condition."""
        return self.group_reads() + order_reads(self.by) + condition_reads(self.where)

    def kind(self, kinds: Kinds) -> Kind:
        """Text, unless the variable is a number."""
        self.check_groups(kinds)
        check_order(self.by, "", kinds)
        check_where(self.where, "", kinds)
        kind = stated_kind(self, kinds)
        literal(self.is_, kind, 1)
        return kind

    def values(self, scope: Scope) -> Made:
        """The mark in the records that are taken."""
        keep = counted(scope, scope.mask(self.where))
        columns = order_columns(self.by, scope.own())
        lined = Lined.by(self.groups(scope), keep, self.by, columns)
        taken = take_records(scope, lined, last=self.mark == "last")
        rows, beside = taken.rows, taken.tied
        if self.ties == "error" and len(beside):
            message = f"{len(beside)} records tie by {self._order()} with the {self.mark} one"
            hint = "add a key to `by`, or say `ties: allow`"
            scope.fail("ADAM208", message, beside, hint=hint)
        scope.allowed_ties(len(beside))
        hit = np.zeros(scope.size, np.bool_)
        hit[rows[rows >= 0]] = True
        scope.step(f"the {self.mark} by {self._order()}: {'yes' if hit.any() else 'no'}")
        return {scope.variable: literal(self.is_, scope.kind or Kind.TEXT, scope.size).keep(hit)}

    def possible(self, study: Study) -> set[str]:
        """The mark."""
        return {self.is_}

    def _order(self) -> str:
        return ordered([str(by) for by in self.by])

    def words(self) -> str:
        """The groups, the order, the condition."""
        where = f" where {said(self.where)}" if self.where is not None else ""
        ties_ = "; of ties the first" if self.ties == "allow" else ""
        text = f"{written(self.is_, self)} in the {self.mark} record{where}{self.in_words()}"
        return f"{text}, in the order of {self._order()}{ties_}."

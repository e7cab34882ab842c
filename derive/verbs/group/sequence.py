"""``sequence``: 1, 2, 3 ... in a total order."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from derive.line import SUBJECT, Kinds, Made, Read
from derive.scope import Scope
from derive.values.column import Kind, Mask, Ranks, Rows
from derive.values.number import Number
from derive.values.order import repeated, sequence
from derive.verbs.group.groups import Grouped, counted, own_order
from derive.verbs.matching import Order, check_order, order_reads
from derive.verbs.words import ordered
from specs.language.base import Texts


class Sequence(Grouped):
    """1, 2, 3 ... within each subject (or ``within``) in the order that is the verb's value. Two
    records in one place are an error; ``ties: allow`` leaves them in the data set's order."""

    verb: ClassVar[str] = "sequence"
    sequence: Order
    within: Texts = Field(default_factory=lambda: [SUBJECT])
    ties: Literal["error", "allow"] = "error"

    def reads(self) -> list[Read]:
        """Groups and order."""
        return self.group_reads() + order_reads(self.sequence)

    def kind(self, kinds: Kinds) -> Kind:
        """A number; text may order records, since the order only has to be total."""
        self.check_groups(kinds)
        check_order(self.sequence, "", kinds, texts=True)
        return Kind.NUMBER

    def values(self, scope: Scope) -> Made:
        """The numbers of the records that count."""
        codes, _ = self.groups(scope)
        keys = own_order(self.sequence, scope)
        keep = counted(scope, scope.on())
        self._answer_ties(scope, codes, keys, keep)
        rows = np.flatnonzero(keep)
        out = np.full(scope.size, np.nan)
        out[rows] = sequence(codes[rows], [key[rows] for key in keys])
        scope.step(f"numbered by {self._order()}")
        return {scope.variable: Number(out, 0)}

    def _answer_ties(self, scope: Scope, codes: Rows, keys: list[Ranks], keep: Mask) -> None:
        rows = np.flatnonzero(keep)
        again = repeated([key[rows] for key in keys], codes[rows])
        if self.ties == "allow":
            scope.allowed_ties(len(again))
        elif len(again):
            message = f"{len(again)} records stand where another one stands by {self._order()}"
            hint = "add a variable that tells them apart, or say `ties: allow`"
            scope.fail("ADAM208", message, rows[again], hint=hint)

    def _order(self) -> str:
        return ordered([str(by) for by in self.sequence])

    def words(self) -> str:
        """The groups and the order."""
        ties = "; of ties in the order of the records" if self.ties == "allow" else ""
        return f"1, 2, 3 ...{self.in_words()} in the order of {self._order()}{ties}."

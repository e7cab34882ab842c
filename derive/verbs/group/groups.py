"""The groups that verbs work in: records of the own data set with the same values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derive.line import Kinds, Line, Read, reads_of
from derive.scope import Scope
from derive.values.column import Mask, Ranks, Rows
from derive.values.keys import group_codes
from derive.verbs.matching import By, order_keys
from derive.verbs.words import listed
from specs.language.base import Texts


class Grouped(Line):
    """A verb on groups of the own data set; it sees all records at once. A missing value of
    ``within`` is a group of its own."""

    within: Texts

    @property
    def whole(self) -> bool:
        """It looks at all records of the data set."""
        return True

    def group_reads(self) -> list[Read]:
        """What the groups read."""
        return reads_of(self.within)

    def check_groups(self, kinds: Kinds) -> None:
        """Refuse names that are not there. Raises KindError."""
        for read in self.group_reads():
            kinds.of(read)

    def groups(self, scope: Scope) -> tuple[Rows, int]:
        """A group number per record, and how many there are."""
        if not self.within:
            return np.zeros(scope.size, np.int64), 1
        return group_codes([scope.column(name) for name in self.within])

    def in_words(self) -> str:
        """Whose records belong together."""
        return f" within each {listed(self.within)}" if self.within else ""


def own_order(order: Sequence[By], scope: Scope) -> list[Ranks]:
    """A sort key per item of an order, for the own records."""
    own = scope.own()
    return order_keys(order, own)


def counted(scope: Scope, mask: Mask) -> Mask:
    """The records that count: kept ones that the mask holds for."""
    return mask & scope.own().kept()


__all__ = ["Grouped", "counted", "own_order"]

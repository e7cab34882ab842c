"""The conditions that lines ask, each where it is asked, for what is judged of them before a row is
read: whether they can hold at all, and which words they know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.line import Read
from derive.values.column import Kind
from specs.conditions import Condition

if TYPE_CHECKING:
    from derive.planning.types import LineKinds, TypedLine


@dataclass(frozen=True, slots=True)
class Bound:
    """What a name of a condition is: ``read`` as it was resolved, its kind, whether people wrote it
    (a raw column), and whether it is of the other records that the line looks at."""

    read: Read
    kind: Kind
    raw: bool
    other: bool


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A condition on the records of one line; its bare names are those of ``data_set`` where it is
    about other records."""

    typed: TypedLine
    condition: Condition
    data_set: str
    kinds: LineKinds

    def bound(self, name: str) -> Bound:
        """What a name is. Raises KindError, UntoldKindError as the check of the line does."""
        read = Read.of(name, self.data_set)
        other = bool(self.data_set) and read.data_set == self.data_set
        return Bound(read, self.kinds.of(read), self.kinds.is_raw(read), other)

"""Who is told what lines read, what became of terms, and which answers were needed.

The engine tells; what is done with it is the caller's. :class:`Witness` itself does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from derive.values.column import Rows

if TYPE_CHECKING:
    from derive.records import Records
    from derive.scope import Scope
    from derive.values.text import Text


class How(Enum):
    """How a line reads a column: takes its value, compares it in a condition, or asks there whether
    it holds anything, whatever that is."""

    VALUE = "value"
    TESTED = "tested"
    PRESENCE = "presence"


class Witness:
    """Told of every reading of a build; this one forgets it."""

    def read(self, scope: Scope, name: str, how: How) -> None:
        """A line read a name of its own records, where it is active."""

    def looked(self, scope: Scope, other: Records, name: str, how: How) -> None:
        """A line looked at a column of other records."""

    def linked(self, scope: Scope, data_set: str, rows: Rows) -> None:
        """Values were taken from these records of other ones (-1: from none)."""

    def mapped(self, scope: Scope, name: str, texts: Text, became: Sequence[str]) -> None:
        """What became of each distinct text of a column."""

    def answered(self, scope: Scope, what: str, answer: str, records: int) -> None:
        """A declared answer (``what``: a finding code, or else) was needed for so many records."""


__all__ = ["How", "Witness"]

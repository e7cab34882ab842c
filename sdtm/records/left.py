"""What a stream of records leaves out on its way, each with its reason, place and rows."""

from __future__ import annotations

from dataclasses import dataclass

from derive.values.column import Rows
from specs import SpecPlace

WHERE, DUPLICATES, SEVERAL = "where", "duplicates", "several"
NO_VALUE, NO_TEST, UNMAPPED, NOT_WANTED = "no value", "no test", "test unmapped", "test not wanted"
SUBJECT_RULE, EARLIER, CUT, LEAVE_OUT = "subject", "in earlier", "cut", "leave-out"
ROW_REASONS = (WHERE, DUPLICATES, SEVERAL)
"""Reasons for which a row is left out before it gives any record."""
TEST_REASONS = (NO_TEST, UNMAPPED, NOT_WANTED)
"""Reasons for which a cell, or a row of one test, gives no record."""
RECORD_REASONS = (SUBJECT_RULE, EARLIER, CUT, LEAVE_OUT)
"""Reasons for which a record is left out that was there already."""


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """Rows of the source (0-based, one per record) that a step of a stream left out; ``why`` is
    what the specification says of it."""

    reason: str
    place: SpecPlace
    rows: Rows
    why: str = ""


@dataclass(slots=True)
class Wide:
    """The cells of a wide form: of ``rows`` carried by ``columns``, ``blank`` ones and ``filled``
    ones."""

    rows: int
    columns: int
    blank: int
    filled: int

    @property
    def cells(self) -> int:
        """All of them."""
        return self.rows * self.columns

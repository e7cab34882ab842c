"""Which cells of raw sources a build reads, and as what; kept while it runs, counted at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from derive.values.column import Mask, Rows

VALUE, IDENTITY, TESTED, DECLARED = "value", "identity", "tested", "declared"
PRESENCE = "presence"
ROLES = (VALUE, IDENTITY, TESTED, DECLARED)
"""What a cell is read as, by precedence: it reaches something published; it tells rows apart or
breaks ties; conditions alone look at it; the table of tests says that it is not wanted. Below them
all, and below what study.yaml declares: conditions ask whether it is there (PRESENCE), and nothing
reads what it says."""


class Sized(Protocol):
    """A source: its name, and how many rows it has."""

    name: str
    n: int


@dataclass(slots=True)
class Seen:
    """The rows on which a column is read as one thing: every one, those that streams hold at the
    end (by identity), and single ones; and the places that read it."""

    every: bool = False
    streams: dict[int, Callable[[], Rows]] = field(default_factory=dict)
    single: Mask | None = None
    by: dict[str, None] = field(default_factory=dict)

    def rows(self, n: int, of_stream: Callable[[int, Callable[[], Rows]], Mask]) -> Mask:
        """Which of ``n`` rows."""
        if self.every:
            return np.ones(n, np.bool_)
        out = np.zeros(n, np.bool_) if self.single is None else self.single.copy()
        for key, rows in self.streams.items():
            out |= of_stream(key, rows)
        return out


@dataclass(slots=True)
class Ledger:
    """What was read of each source: by column and role; rows that were only looked up; terms and
    declared answers."""

    seen: dict[tuple[str, str], dict[str, Seen]] = field(default_factory=dict)
    consulted: dict[str, Mask] = field(default_factory=dict)
    people: dict[str, Mask] = field(default_factory=dict)
    """Per source the rows that say which two subject numbers are one person's."""
    looked_up: dict[str, list[int]] = field(default_factory=dict)
    """Per source how often it was looked up, and how often nothing was found."""
    answers: dict[tuple[str, str, str, str], list[object]] = field(default_factory=dict)
    terms: dict[tuple[str, str], dict[str, dict[str, None]]] = field(default_factory=dict)
    """Per source and column what each text became, by all lines that map it."""

    def tested(
        self, source: str, columns: Iterable[str], by: str = "", *, compared: Set[str]
    ) -> None:
        """Columns that a condition looks at on every row; ``compared`` are those whose texts it
        looks at."""
        for column in columns:
            self.every(source, [column], TESTED if column in compared else PRESENCE, by)

    def _of(self, source: str, column: str, role: str, by: str) -> Seen:
        roles = self.seen.setdefault((source, column), {})
        found = roles.setdefault(role, Seen())
        if by:
            found.by.setdefault(by)
        return found

    def every(self, source: str, columns: Iterable[str], role: str, by: str = "") -> None:
        """Columns that are read on every row."""
        for column in columns:
            self._of(source, column, role, by).every = True

    def stream(
        self, source: str, column: str, role: str, by: str, rows: tuple[int, Callable[[], Rows]]
    ) -> None:
        """A column that is read on every row that a stream (by a key) holds in the end."""
        key, of_stream = rows
        self._of(source, column, role, by).streams[key] = of_stream

    def rows(self, source: Sized, column: str, role: str, by: str, rows: Rows) -> None:
        """A column that is read on these rows (-1: none)."""
        found = self._of(source.name, column, role, by)
        if found.single is None:
            found.single = np.zeros(source.n, np.bool_)
        found.single[rows if not len(rows) or rows.min() >= 0 else rows[rows >= 0]] = True

    def say_who(self, of: Sized, rows: Rows) -> None:
        """Rows of a source that say that two subject numbers are one person's."""
        self.people.setdefault(of.name, np.zeros(of.n, np.bool_))[rows] = True

    def consult(self, of: Sized, rows: Rows) -> None:
        """Rows of a source that a record found (-1: it found none)."""
        source = of.name
        found = self.consulted.setdefault(source, np.zeros(of.n, np.bool_))
        hit = rows[rows >= 0]
        found[hit] = True
        counts = self.looked_up.setdefault(source, [0, 0])
        counts[0] += len(rows)
        counts[1] += len(rows) - len(hit)

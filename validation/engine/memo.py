"""Results that several rules share, kept within a budget of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Kept = TypeVar("Kept")
BUDGET = 384 * 1024 * 1024
"""Bytes of arrays kept; what was used longest ago goes first."""
_OVERHEAD = 256


class Memo:
    """A cache that forgets the least recently used results above its budget.

    It knows what each result was made from (:meth:`note`), so that whoever uses a result that is
    there already has read all of that too.
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._held = 0
        self._entries: OrderedDict[Hashable, tuple[Any, int, frozenset[str]]] = OrderedDict()
        self._reading: list[set[str]] = []

    def note(self, name: str) -> None:
        """Say that something is read, by its name."""
        if self._reading:
            self._reading[-1].add(name)

    @contextmanager
    def reading(self) -> Iterator[set[str]]:
        """What is read meanwhile: the set fills as it is."""
        found: set[str] = set()
        self._reading.append(found)
        try:
            yield found
        finally:
            self._reading.pop()
            if self._reading:
                self._reading[-1] |= found

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """The result for ``key``; ``make`` computes it the first time."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
            known: Kept = entry[0]
            if self._reading:
                self._reading[-1] |= entry[2]
            return known
        with self.reading() as read:
            made = make()
        size = _bytes(made)
        self._entries[key] = (made, size, frozenset(read))
        self._held += size
        while self._held > self._budget and len(self._entries) > 1:
            _, (_, freed, _) = self._entries.popitem(last=False)
            self._held -= freed
        return made


def _bytes(value: Any) -> int:
    if isinstance(value, (tuple, list)):
        return _OVERHEAD + sum(_bytes(each) for each in value if hasattr(each, "nbytes"))
    return _OVERHEAD + int(getattr(value, "nbytes", 0))

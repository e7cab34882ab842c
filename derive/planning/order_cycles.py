"""Numbers and dates that would have to come before themselves.

A value stands between its first and its last possible point (of a number they are one; 2020-03
goes from its first day to its last). ``a < b`` says that the last point of ``a`` lies before the
first of ``b``; ``a <= b`` only that the first point of ``a`` does not lie after the last of ``b``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from derive.values.column import Kind
from derive.values.moment import literal

Value = tuple[object, Kind]
"""What a value is, and its kind."""
Point = tuple[object, str]
"""A value (or a literal) and which end of it."""
LOW, HIGH = "low", "high"


@dataclass(slots=True)
class Bounds:
    """Points, and which of them come before which (``strictly`` or not)."""

    after: dict[Point, dict[Point, bool]] = field(default_factory=dict)
    shown: dict[object, str] = field(default_factory=dict)
    constants: dict[Point, float] = field(default_factory=dict)
    """Where the ends of literals stand: numbers as floats, moments in ticks (whole numbers)."""
    apart: list[tuple[object, object]] = field(default_factory=list)

    def value(self, mine: Value, op: str, value: str | float, shown: str) -> None:
        """A value against a number or a date of the condition."""
        other: object = ("literal", value)
        kind = mine[1]
        if kind is Kind.NUMBER:
            if isinstance(value, str):
                return
            self.constants[(other, LOW)] = self.constants[(other, HIGH)] = float(value)
        else:
            moment = literal(value, kind) if isinstance(value, str) else None
            if moment is None:
                return
            self.constants[(other, LOW)] = int(moment.table.low[0])
            self.constants[(other, HIGH)] = int(moment.table.high[0])
        self.shown.setdefault(other, shown)
        self.pair(mine, op, (other, kind), shown)

    def pair(self, mine: Value, op: str, theirs: Value, shown: str) -> None:
        """A value against another one."""
        self.shown.setdefault(mine[0], shown)
        if op in (">", ">="):
            mine, op, theirs = theirs, "<" if op == ">" else "<=", mine
        for key, kind in (mine, theirs):
            self._before((key, LOW), (key, HIGH))
            if kind is Kind.NUMBER:
                self._before((key, HIGH), (key, LOW))
        left, right = mine[0], theirs[0]
        if op == "<":
            self._before((left, HIGH), (right, LOW), strictly=True)
        elif op == "<=":
            self._before((left, LOW), (right, HIGH))
        elif op == "==":
            for end in (LOW, HIGH):
                self._before((left, end), (right, end))
                self._before((right, end), (left, end))
        elif mine[1] is Kind.NUMBER:
            self.apart.append((left, right))

    def _before(self, one: Point, other: Point, *, strictly: bool = False) -> None:
        found = self.after.setdefault(one, {})
        found[other] = found.get(other, False) or strictly

    def broken(self) -> str:
        """Which value would have to come before itself; '' for none."""
        self._order_constants()
        for one, others in self.after.items():
            for other, strictly in others.items():
                if strictly and self._reaches(other, one):
                    return f"{self._named(one[0], other[0])} cannot stand in such an order"
        for left, right in self.apart:
            here, there = (left, LOW), (right, LOW)
            if here == there or (self._reaches(here, there) and self._reaches(there, here)):
                return f"{self._named(left, right)} cannot be another number"
        return ""

    def _named(self, one: object, other: object) -> str:
        return self.shown.get(one) or self.shown.get(other) or "it"

    def _order_constants(self) -> None:
        """Literals by their place: numbers among themselves, moments among themselves."""
        for kind in (float, int):
            known = sorted(
                ((place, point) for point, place in self.constants.items() if type(place) is kind),
                key=lambda item: item[0],
            )
            for (low, one), (high, other) in pairwise(known):
                equal = low == high or (kind is float and _close(low, high))
                self._before(one, other, strictly=not equal)
                if equal:
                    self._before(other, one)

    def _reaches(self, start: Point, goal: Point) -> bool:
        seen, open_ = {start}, [start]
        while open_:
            here = open_.pop()
            if here == goal:
                return True
            for other in self.after.get(here, {}):
                if other not in seen:
                    seen.add(other)
                    open_.append(other)
        return False


def _close(one: float, other: float) -> bool:
    """Whether two numbers may count as one: decimals are compared to 15 digits."""
    return abs(one - other) <= 1e-13 * max(abs(one), abs(other))

"""Conditions that no record can fulfil, found without data.

A condition is written out as alternatives, each a list of comparisons that must hold together. An
alternative is impossible by what the comparisons themselves say: one value against itself, words
that exclude each other or that the column cannot hold, numbers and dates out of order, a value that
is compared and missing. What is not understood (patterns, arithmetic) is taken to be possible, and
so is a condition of more than MOST alternatives. Offsets from UTC are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from derive.planning.order_cycles import Bounds
from derive.values.column import Kind
from derive.values.text import is_number
from specs.conditions import (
    MIRROR,
    Among,
    Comparison,
    Contains,
    Joined,
    Literal,
    Missing,
    Name,
    Node,
    Not,
)

MOST = 256
"""Alternatives that are looked at."""
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a name: what it is (``key``: two names of one value have the same), its
    kind, the words it can hold (None: any), whether it is always missing, and of a moment the
    first and the last one that it can be (ISO 8601; "": any)."""

    key: object
    kind: Kind
    words: frozenset[str] | None = None
    empty: bool = False
    raw: bool = False
    shown: str = ""
    least: str = ""
    most: str = ""


KnownOf = Callable[[str], Known | None]
"""What is known of a name of a condition; None for one that nothing is known of."""


def never_holds(tree: Node, known: KnownOf) -> str:
    """Why no record fulfils a condition; '' where one might, or where it is not judged."""
    alternatives = _alternatives(_one_by_one(tree, known), negated=False)
    if alternatives is None:
        return ""
    reasons = [_impossible(alternative, known) for alternative in alternatives]
    return next(iter(reasons), "it has no alternative") if all(reasons) else ""


def _one_by_one(node: Node, known: KnownOf) -> Node:
    """The condition, a number or date ``in`` a list written as one comparison per value."""
    if isinstance(node, Joined):
        return Joined(node.op, tuple(_one_by_one(part, known) for part in node.parts))
    if isinstance(node, Not):
        return Not(_one_by_one(node.inner, known))
    if not isinstance(node, Among) or not node.values:
        return node
    found = known(node.name.text)
    if found is None or found.kind is Kind.TEXT:
        return node
    op, join = ("!=", "and") if node.negated else ("==", "or")
    parts = tuple(Comparison(node.name, op, Literal(value)) for value in node.values)
    return Joined(join, parts)


Atom = tuple[Node, bool]
"""A comparison, and whether it is negated."""
Alternative = tuple[Atom, ...]


def _alternatives(node: Node, *, negated: bool) -> list[Alternative] | None:
    """The disjunctive form; None when it is too long."""
    if isinstance(node, Not):
        return _alternatives(node.inner, negated=not negated)
    if not isinstance(node, Joined):
        return [((node, negated),)]
    parts = [_alternatives(part, negated=negated) for part in node.parts]
    if (node.op == "or") != negated:
        out = [one for part in parts if part is not None for one in part]
        return None if None in parts or len(out) > MOST else out
    found: list[Alternative] = [()]
    for part in parts:
        if part is None or len(found) * len(part) > MOST:
            return None
        found = [(*one, *other) for one in found for other in part]
    return found


def _impossible(alternative: Alternative, known: KnownOf) -> str:
    """Why the comparisons cannot hold together; '' where they might.

    A negated comparison holds too where one of its sides is missing: each way is tried.
    """
    reasons = []
    for way in _ways(list(alternative)):
        if way is None:
            return ""
        reason = _Together(known).reason(way)
        if not reason:
            return ""
        reasons.append(reason)
    return reasons[0] if reasons else "no side of it can be"


def _ways(atoms: list[Atom]) -> Iterator[list[Node] | None]:
    """Lists of plain comparisons, one per way in which the atoms can hold; None for too many."""
    ways: list[list[Node]] = [[]]
    for node, negated in atoms:
        options = _options(node) if negated else [node]
        if len(ways) * len(options) > MOST:
            yield None
            return
        ways = [[*way, option] for way in ways for option in options]
    yield from ways


def _options(node: Node) -> list[Node]:
    """How a comparison can fail: its opposite, or a side of it that is missing."""
    if isinstance(node, Missing):
        return [Missing(node.name, not node.negated)]
    if isinstance(node, Among):
        return [Among(node.name, node.values, not node.negated), Missing(node.name, False)]
    if isinstance(node, Contains):
        return [Contains(node.name, node.text, not node.negated), Missing(node.name, False)]
    assert isinstance(node, Comparison)  # noqa: S101 - the other nodes are taken apart before
    sides = [side for side in (node.left, node.right) if isinstance(side, Name)]
    missing = [Missing(side, False) for side in sides]
    return [Comparison(node.left, _OPPOSITE[node.op], node.right, failed=True), *missing]


@dataclass(slots=True)
class _Together:
    """Comparisons that must hold together."""

    known_of: KnownOf
    present: dict[object, str] = field(default_factory=dict)
    missing: dict[object, str] = field(default_factory=dict)
    same: dict[object, object] = field(default_factory=dict)
    different: list[tuple[object, object, str]] = field(default_factory=list)
    words: dict[object, list[frozenset[str]]] = field(default_factory=dict)
    never: dict[object, set[str]] = field(default_factory=dict)
    numbers: list[tuple[object, str, float]] = field(default_factory=list)
    bounds: Bounds = field(default_factory=Bounds)

    def reason(self, nodes: list[Node]) -> str:
        """Why they cannot; '' where they can."""
        for node in nodes:
            told = self._take(node)
            if told:
                return told
        return self._blank() or self._distinct() or self._wordless() or self.bounds.broken()

    def _take(self, node: Node) -> str:
        """Enter one comparison; what is impossible by itself is told."""
        if isinstance(node, Missing):
            return self._missing(node)
        if isinstance(node, Among):
            return self._among(node)
        if isinstance(node, Contains):
            known = self.known_of(node.name.text)
            return self._here(known) if known is not None else ""
        assert isinstance(node, Comparison)  # noqa: S101 - alternatives hold no other node
        return self._comparison(node)

    def _missing(self, node: Missing) -> str:
        known = self.known_of(node.name.text)
        if known is None:
            return ""
        if node.negated:
            return self._here(known)
        self.missing[known.key] = known.shown
        return ""

    def _comparison(self, node: Comparison) -> str:
        left, op, right = node.left, node.op, node.right
        if isinstance(left, Literal):
            left, op, right = right, MIRROR[op], left
        if isinstance(left, Literal):
            return ""
        mine = self.known_of(left.text)
        if isinstance(right, Literal):
            return self._value(mine, op, right.value, failed=node.failed)
        return self._pair(mine, op, self.known_of(right.text))

    def _here(self, known: Known) -> str:
        self.present[known.key] = known.shown
        if known.words is not None and known.kind is Kind.TEXT:
            self.words.setdefault(known.key, []).append(known.words)
        for op, limit in ((">=", known.least), ("<=", known.most)):
            if limit and known.kind is not Kind.TEXT:
                self.bounds.value((known.key, known.kind), op, limit, known.shown)
        return f"{known.shown} is always missing" if known.empty else ""

    def _among(self, node: Among) -> str:
        known = self.known_of(node.name.text)
        if known is None:
            return ""
        told = self._here(known)
        if told or known.kind is not Kind.TEXT:
            return told
        if any(not isinstance(value, str) for value in node.values):
            return ""
        texts = {str(value) for value in node.values}
        if node.negated:
            self.never.setdefault(known.key, set()).update(texts)
        else:
            self.words.setdefault(known.key, []).append(frozenset(texts))
        return ""

    def _value(self, known: Known | None, op: str, value: str | float, *, failed: bool) -> str:
        if known is None:
            return ""
        told = self._here(known)
        if told:
            return told
        if known.kind is not Kind.TEXT:
            self.bounds.value((known.key, known.kind), op, value, known.shown)
        elif not isinstance(value, str):
            if not failed:  # a raw text that is no number fails every comparison with one
                self.numbers.append((known.key, op, value))
                self.bounds.value(((known.key, "number"), Kind.NUMBER), op, value, known.shown)
        elif op == "==":
            self.words.setdefault(known.key, []).append(frozenset({value}))
        elif op == "!=":
            self.never.setdefault(known.key, set()).add(value)
        return ""

    def _pair(self, left: Known | None, op: str, right: Known | None) -> str:
        if left is None or right is None:
            return next((self._here(one) for one in (left, right) if one is not None), "")
        told = self._here(left) or self._here(right)
        if told:
            return told
        if left.kind is not Kind.TEXT and right.kind is not Kind.TEXT:
            self.bounds.pair((left.key, left.kind), op, (right.key, right.kind), left.shown)
        if op == "==":
            self.same[self._root(left.key)] = self._root(right.key)
        elif op == "!=":
            self.different.append((left.key, right.key, f"{left.shown} and {right.shown}"))
        return ""

    def _root(self, key: object) -> object:
        while self.same.get(key, key) != key:
            key = self.same[key]
        return key

    def _blank(self) -> str:
        both = next((key for key in self.missing if key in self.present), None)
        return "" if both is None else f"{self.missing[both]} is missing and compared"

    def _distinct(self) -> str:
        for left, right, shown in self.different:
            if self._root(left) == self._root(right):
                return f"{shown} are one value"
        return ""

    def _wordless(self) -> str:
        """Whether no word is left for a value."""
        left: dict[object, frozenset[str]] = {}
        for key, sets in self.words.items():
            for words in sets:
                root = self._root(key)
                left[root] = words if root not in left else left[root] & words
        for key, texts in self.never.items():
            root = self._root(key)
            if root in left:
                left[root] -= texts
        for key, op, value in self.numbers:
            root = self._root(key)
            if root in left:
                left[root] = frozenset(t for t in left[root] if _stands(t, op, value))
        empty = next((root for root, words in left.items() if not words), None)
        if empty is None:
            return ""
        shown = next((self.present[k] for k in self.present if self._root(k) == empty), "it")
        return f"{shown} cannot hold such a value"


def _stands(text: str, op: str, value: float) -> bool:
    if not is_number(text):
        return False
    number = float(text)
    return {
        "==": number == value,
        "!=": number != value,
        "<": number < value,
        "<=": number <= value,
        ">": number > value,
        ">=": number >= value,
    }[op]

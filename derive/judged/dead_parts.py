"""Conditions of a file that never hold, and alternatives that are never reached behind others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from derive.judged.never import Known, KnownOf, never_holds
from derive.line import Line
from derive.values.column import Kind
from derive.verbs.record.choose import Choose
from specs import Finding, SpecPlace, finding
from specs.conditions import Comparison, Condition, Joined, Literal, Name, Node, Not, walk_atoms
from specs.language.walking import walk_parts
from specs.reading.yaml_source import NodePath

_HINT = "mend the condition, or take it out; `raw.NAME` is the column, `DATASET.NAME` the variable"
_ORDERED = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class DeadParts:
    """Judges one file. ``known`` gives what is known of the names of a condition, once for each
    kind of record that it is asked of; nothing for a condition that is not judged."""

    data_set: str
    place: Callable[..., SpecPlace]
    known: Callable[[Condition], list[KnownOf]]

    def of(self, model: Any) -> Iterator[Finding]:
        """SPEC140 for each condition that never holds, SPEC141 for each alternative behind others
        that hold wherever it would."""
        for path, part in walk_parts(model):
            if isinstance(part, Condition):
                why = self.never(part, part.tree)
                if why:
                    yield self.told("SPEC140", f"never holds: {why}", path)
            elif isinstance(part, Choose):
                yield from self._choose(part, path)
            if isinstance(part, Line) and part.when is not None and part.else_ is not None:
                yield from self._else(part.when, path)

    def _else(self, condition: Condition, path: NodePath) -> Iterator[Finding]:
        if self.never(condition, Not(condition.tree)):
            message = f"`else` is never reached: {condition} always holds"
            yield self.told("SPEC141", message, (*path, "else"))

    def _choose(self, line: Choose, path: NodePath) -> Iterator[Finding]:
        """Alternatives that hold only where an earlier one does."""
        conditions = [choice.when for choice in line.choose]
        for number in self.behind(conditions):
            message = f"alternative {number + 1} is never reached: "
            message += "one before it holds wherever it would"
            yield self.told("SPEC141", message, (*path, "choose", number))

    def behind(self, conditions: list[Condition | None]) -> Iterator[int]:
        """The numbers of conditions (None: always) that hold only where an earlier one does; those
        that never hold at all are not among them."""
        before: list[Condition] = []
        for number, condition in enumerate(conditions):
            asked = condition or (before[0] if before else None)
            dead = condition is not None and self.never(condition, condition.tree)
            if before and asked is not None and not dead:
                parts: list[Node] = [Not(one.tree) for one in before]
                parts += [condition.tree] if condition is not None else []
                if self.never(asked, parts[0] if len(parts) == 1 else Joined("and", tuple(parts))):
                    yield number
            if condition is not None:
                before.append(condition)

    def never(self, condition: Condition, tree: Node) -> str:
        """Why a tree of a condition's names never holds on any of the records it is asked of."""
        reasons = [never_holds(tree, known) for known in self.known(condition)]
        return reasons[0] if reasons and all(reasons) else ""

    def told(self, code: str, message: str, path: NodePath) -> Finding:
        """A finding at a node of the file."""
        steps = [str(step) for step in path]
        at = steps.index("variables") + 1 if "variables" in steps else len(steps)
        variable = steps[at] if at < len(steps) else ""
        place = self.place(*path)
        return finding(
            code, message, dataset=self.data_set, variable=variable, spec=place, hint=_HINT
        )


def as_written(condition: Condition) -> list[KnownOf]:
    """What a condition itself says of its names: the same text is the same value, and what a name
    is compared with tells its kind. For files whose names are not resolved."""
    return [lambda name: Known(name, _kind(condition, name), shown=name)]


def _kind(condition: Condition, name: str) -> Kind:
    """The kind of a name; of values in order that nothing tells more of, that of moments, from
    which the least follows."""
    kinds = {Kind.SECOND} if name in _in_order(condition.tree) else set()
    for atom in walk_atoms(condition.tree):
        if atom.name.text == name:
            number = any(not isinstance(value, str) for value in atom.values)
            moment = Kind.SECOND if atom.op in _ORDERED else Kind.TEXT
            kinds.add(Kind.NUMBER if number else moment)
    order = (Kind.NUMBER, Kind.SECOND, Kind.TEXT)
    return next((kind for kind in order if kind in kinds), Kind.TEXT)


def _in_order(node: Node) -> set[str]:
    """Names that are compared with each other by ``<`` and the like."""
    if isinstance(node, Not):
        return _in_order(node.inner)
    if isinstance(node, Joined):
        return {name for part in node.parts for name in _in_order(part)}
    if not isinstance(node, Comparison) or node.op not in _ORDERED:
        return set()
    sides = (node.left, node.right)
    if any(isinstance(side, Literal) for side in sides):
        return set()
    return {side.text for side in sides if isinstance(side, Name)}

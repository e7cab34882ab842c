"""Conditions that never hold and alternatives that are never reached, found without data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from derive.heard import Heard
from derive.line import Line
from derive.never import never_holds
from derive.verbs.record.choose import Choose
from sdtm.planning.bound_names import BoundNames
from specs import Finding, SpecPlace, finding
from specs.conditions import Condition, Joined, Node, Not
from specs.language.walking import walk_parts
from specs.reading.yaml_source import NodePath

if TYPE_CHECKING:
    from sdtm.planning.plan import Planner

_HINT = "mend the condition, or take it out; `raw.NAME` is the column, `DATASET.NAME` the variable"


def dead_conditions(planner: Planner) -> Iterator[Finding]:
    """SPEC140 for each condition that never holds, SPEC141 for what is never reached behind others.

    A condition that is asked of several streams is dead where it is dead on each of them.
    """
    names = BoundNames(planner)
    asked: dict[int, list[Heard]] = {}
    for heard in planner.types.heard.values():
        asked.setdefault(id(heard.condition), []).append(heard)
    for tabulation in planner.making.sets.values():
        judge = _Judge(names, asked, tabulation.name, tabulation.loaded.place)
        yield from judge.file(tabulation.model)


class _Judge:
    """Judges the conditions of one file."""

    def __init__(
        self, names: BoundNames, asked: dict[int, list[Heard]], data_set: str, place: Any
    ) -> None:
        self.names, self.asked, self.data_set = names, asked, data_set
        self.place = place

    def file(self, model: Any) -> Iterator[Finding]:
        """Every condition of a file, and every alternative behind others."""
        for path, part in walk_parts(model):
            if isinstance(part, Condition):
                why = self._never(part, part.tree)
                if why:
                    yield self._told("SPEC140", f"never holds: {why}", path)
            elif isinstance(part, Choose):
                yield from self._choose(part, path)
            if isinstance(part, Line) and part.when is not None and part.else_ is not None:
                yield from self._else(part.when, path)

    def _else(self, condition: Condition, path: NodePath) -> Iterator[Finding]:
        if self._never(condition, Not(condition.tree)):
            message = f"`else` is never reached: {condition} always holds"
            yield self._told("SPEC141", message, (*path, "else"))

    def _choose(self, line: Choose, path: NodePath) -> Iterator[Finding]:
        """Alternatives that hold only where an earlier one does."""
        before: list[Node] = []
        for number, choice in enumerate(line.choose):
            tree = choice.when.tree if choice.when is not None else None
            known = choice.when or line.choose[0].when
            dead = tree is not None and choice.when and self._never(choice.when, tree)
            if before and known is not None and not dead:
                parts = [Not(one) for one in before] + ([tree] if tree is not None else [])
                whole = parts[0] if len(parts) == 1 else Joined("and", tuple(parts))
                if self._never(known, whole):
                    message = f"alternative {number + 1} is never reached: "
                    message += "one before it holds wherever it would"
                    yield self._told("SPEC141", message, (*path, "choose", number))
            if tree is not None:
                before.append(tree)

    def _never(self, condition: Condition, tree: Node) -> str:
        """Why a tree of a condition's names never holds on any of the records it is asked of."""
        reasons = [
            never_holds(tree, lambda name, heard=heard: self.names.known(heard, name))  # type: ignore[misc]
            for heard in self.asked.get(id(condition), [])
        ]
        return reasons[0] if reasons and all(reasons) else ""

    def _told(self, code: str, message: str, path: NodePath) -> Finding:
        place: SpecPlace = self.place(*path)
        variable = next((str(s) for s in reversed(path) if str(s).isupper()), "")
        known = self.names.making.variable(self.data_set, variable) if variable else None
        variable = variable if known is not None else ""
        return finding(
            code, message, dataset=self.data_set, variable=variable, spec=place, hint=_HINT
        )

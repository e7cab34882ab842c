"""Decisions: which of the written alternatives a study takes.

Practice differs in places (which day is study day 1, where flow cytometry goes), so a study states
its choice once, in study.yaml under ``decisions:``, and the domain files hold every alternative:

* ``only-if: {flow-cells: PC}`` in any mapping (a record stream, a line, a relation, a whole file)
  keeps it under that choice alone; several choices may be listed, and all decisions must hold.
* ``by-decision: reference-start`` makes a mapping a choice between its other keys, one per option.

They are settled when a file is read: what is left is an ordinary specification, with every place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from specs.codes import finding
from specs.errors import SpecificationError
from specs.language import Decision
from specs.reading.yaml_source import NodePath, YamlDocument
from specs.suggest import did_you_mean

ONLY_IF, BY_DECISION = "only-if", "by-decision"
_LEFT_OUT = object()


def settle(document: YamlDocument, decisions: Mapping[str, Decision]) -> YamlDocument | None:
    """The document under the decisions taken; None if all of it is left out.

    Raises SpecificationError SPEC150 for a decision or choice that study.yaml does not have.
    """
    out = YamlDocument(document.file, None, document.lines)
    out.layers, out.used = dict(document.layers), dict(document.used)
    data = _Settler(document, decisions, out).node(document.data, (), ())
    if data is _LEFT_OUT:
        return None
    out.data = data
    return out


def settle_itself(document: YamlDocument) -> YamlDocument:
    """study.yaml under the decisions that it takes itself.

    Decisions that are not well formed are left for the validation of study.yaml to tell.
    """
    stated = document.data.get("decisions") if isinstance(document.data, dict) else None
    decisions: dict[str, Decision] = {}
    for name, one in stated.items() if isinstance(stated, dict) else ():
        try:
            decisions[name] = Decision.model_validate(
                {"choice": one} if isinstance(one, str) else one
            )
        except ValidationError:
            return document
    return settle(document, decisions) or document


class _Settler:
    """Copies a document, leaving out what the decisions leave out."""

    def __init__(
        self, old: YamlDocument, decisions: Mapping[str, Decision], new: YamlDocument
    ) -> None:
        self.old, self.decisions, self.new = old, decisions, new

    def node(self, data: Any, before: NodePath, after: NodePath) -> Any:
        """A node, its place carried from path ``before`` to path ``after``."""
        if isinstance(data, dict):
            if ONLY_IF in data and not self._holds(data[ONLY_IF], (*before, ONLY_IF)):
                return _LEFT_OUT
            if BY_DECISION in data:
                return self._chosen(data, before, after)
        self._carry(before, after)
        if isinstance(data, list):
            return self._items(data, before, after)
        return self._pairs(data, before, after) if isinstance(data, dict) else data

    def _carry(self, before: NodePath, after: NodePath) -> None:
        for old, new in ((self.old.values, self.new.values), (self.old.keys, self.new.keys)):
            if before in old:
                new.setdefault(after, old[before])
        if before in self.old.layers and after != before:
            self.new.layers.setdefault(after, self.old.layers[before])
        if before in self.old.used and after != before:
            self.new.used.setdefault(after, self.old.used[before])

    def _items(self, data: list[Any], before: NodePath, after: NodePath) -> list[Any]:
        out: list[Any] = []
        for index, item in enumerate(data):
            one = self.node(item, (*before, index), (*after, len(out)))
            if one is not _LEFT_OUT:
                out.append(one)
        return out

    def _pairs(self, data: dict[str, Any], before: NodePath, after: NodePath) -> dict[str, Any]:
        out = {}
        for key, item in data.items():
            if key == ONLY_IF:
                continue
            one = self.node(item, (*before, key), (*after, key))
            if one is not _LEFT_OUT:
                out[key] = one
        return out

    def _chosen(self, data: dict[str, Any], before: NodePath, after: NodePath) -> Any:
        name = data[BY_DECISION]
        decision = self._decision(name, (*before, BY_DECISION))
        branches = [key for key in data if key not in (BY_DECISION, ONLY_IF)]
        for key in branches:
            self._check_choice(str(name), decision, key, (*before, key))
        if decision.choice not in data:
            message = f"no line for {name} = {decision.choice}"
            self._refuse(message, before, did_you_mean(decision.choice, branches))
        if after:
            self.new.keys.setdefault(after, self.old.keys.get(before, (1, 1, 1)))
        return self.node(data[decision.choice], (*before, decision.choice), after)

    def _holds(self, wanted: Any, path: NodePath) -> bool:
        if not isinstance(wanted, dict) or not wanted:
            self._refuse("only-if names decisions and choices: {flow-cells: PC}", path)
        holds = True
        for name, choices in wanted.items():
            decision = self._decision(name, (*path, name))
            listed = choices if isinstance(choices, list) else [choices]
            for choice in listed:
                self._check_choice(str(name), decision, choice, (*path, name))
            holds &= decision.choice in listed
        return holds

    def _decision(self, name: Any, path: NodePath) -> Decision:
        if not isinstance(name, str) or name not in self.decisions:
            message = f"study.yaml takes no decision {name!r}"
            self._refuse(message, path, did_you_mean(str(name), self.decisions))
        return self.decisions[name]

    def _check_choice(self, name: str, decision: Decision, choice: Any, path: NodePath) -> None:
        options = decision.options or [decision.choice]
        if decision.options and choice not in options:
            message = f"{choice!r} is no option of the decision {name}"
            self._refuse(message, path, did_you_mean(str(choice), options))

    def _refuse(self, message: str, path: NodePath, hint: str = "") -> None:
        place = self.old.place(path)
        raise SpecificationError(finding("SPEC150", message, spec=place, hint=hint))

"""What has to be made before what: one graph of tabulation and analysis data.

A node is (data set, what): a variable; ``*records`` (which records there are); ``*kept`` (which of
them are in this cut); ``/name`` (a working table); ``+QNAM`` (a supplemental qualifier); ``?n`` (an
edit check). A circle is an error that prints the circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from specs import SpecificationError, SpecPlace, finding

Node = tuple[str, str]
RECORDS, KEPT = "*records", "*kept"


def shown(node: Node) -> str:
    """A node as people read it: AE.AESTDTC, AE (records), ADRS/OVR."""
    name, what = node
    if what.startswith("/"):
        return f"{name}{what}"
    if what in (RECORDS, KEPT):
        return f"{name} ({'records' if what == RECORDS else 'records of this cut'})"
    return f"{name}.{what.lstrip('+?')}"


@dataclass(slots=True)
class Task:
    """One step of a build: what it makes, what it needs, where it is written."""

    node: Node
    run: Callable[[], None]
    needs: set[Node] = field(default_factory=set)
    gives: list[Node] = field(default_factory=list)
    place: SpecPlace | None = None


@dataclass(slots=True)
class Plan:
    """Tasks by node, and which task gives which variable."""

    tasks: dict[Node, Task] = field(default_factory=dict)
    owner: dict[Node, Node] = field(default_factory=dict)

    def add(self, task: Task) -> None:
        """Add a step. A variable's own line comes after a line that gives it beside another
        variable (--STAT beside --ORRES), and wins where both speak."""
        self.tasks[task.node] = task
        for given in [task.node, *task.gives]:
            self._own(task, given)

    def _own(self, task: Task, given: Node) -> None:
        before = self.owner.get(given, task.node)
        if given == task.node or before != given:
            self.owner[given] = task.node
        own, beside = (task.node, before) if given == task.node else (before, task.node)
        if own == given and beside != own and own in self.tasks:
            self.tasks[own].needs.add(beside)

    def gives(self, node: Node) -> bool:
        """Whether some step makes this."""
        return node in self.owner

    def order(self, wanted: Iterable[Node] | None = None) -> list[Node]:
        """The steps that ``wanted`` takes (None: all), each after what it needs.

        Raises SpecificationError SPEC118 for a circle.
        """
        chosen = set(self.tasks) if wanted is None else self._closure(wanted)
        graph = {node: sorted(self._needs(node) & chosen - {node}) for node in sorted(chosen)}
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            raise self._circle(error.args[1]) from error

    def _needs(self, node: Node) -> set[Node]:
        return {self.owner.get(need, need) for need in self.tasks[node].needs}

    def _closure(self, wanted: Iterable[Node]) -> set[Node]:
        found: set[Node] = set()
        waiting = [self.owner.get(node, node) for node in wanted]
        while waiting:
            node = waiting.pop()
            if node in found or node not in self.tasks:
                continue
            found.add(node)
            waiting.extend(self._needs(node))
        return found

    def _circle(self, nodes: list[Node]) -> SpecificationError:
        circle = [*reversed(nodes)]
        message = "these need each other in a circle: " + " -> ".join(map(shown, circle))
        places = [task.place for node in circle if (task := self.tasks.get(node)) and task.place]
        return SpecificationError(
            finding(
                "SPEC118",
                message,
                dataset=circle[0][0],
                variable=circle[0][1].lstrip("*+?/"),
                spec=places[0] if places else None,
            )
        )

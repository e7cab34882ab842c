"""What of a study is made of what: data sets, the steps between them, the raw sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.planning.plan import Node, Plan
    from specs import Study

_NAME = re.compile(r"\w+")


@dataclass(slots=True)
class Graph:
    """The steps of all data sets of a folder of the study.

    ``names`` are the data sets that it builds; ``sources`` the names of what is read from outside
    (raw sources; for analysis data, tabulation data sets) and the data sets that read each.
    """

    names: tuple[str, ...]
    needs: dict[Node, set[Node]] = field(default_factory=dict)
    sources: dict[str, set[str]] = field(default_factory=dict)

    def above(self, names: Iterable[str]) -> set[str]:
        """These data sets and all that they are made of."""
        return self._reached(names, self.needs)

    def below(self, names: Iterable[str]) -> set[str]:
        """These data sets and all of which some step needs one of theirs, however far."""
        needed: dict[Node, set[Node]] = {}
        for node, needs in self.needs.items():
            for need in needs:
                needed.setdefault(need, set()).add(node)
        return self._reached(names, needed)

    def readers(self, sources: Iterable[str]) -> set[str]:
        """The data sets that read one of these sources themselves."""
        return {name for source in sources for name in self.sources.get(source, ())}

    def _reached(self, names: Iterable[str], along: dict[Node, set[Node]]) -> set[str]:
        wanted = set(names)
        waiting = [node for node in self.needs if node[0] in wanted]
        found = set(waiting)
        while waiting:
            for node in along.get(waiting.pop(), ()):
                if node not in found:
                    found.add(node)
                    waiting.append(node)
        return {node[0] for node in found if node[0] in self.names} | (wanted & {*self.names})


def sdtm_graph(study: Study, raw: Path) -> Graph:
    """The tabulation data sets of a study. Nothing is built.

    Raises SpecificationError, RawDataError as a build does that begins.
    """
    from sdtm.build import new_making
    from sdtm.planning.plan import Planner

    making = new_making(study, raw, terms_later=True)
    planner = Planner(making)
    sources: dict[str, set[str]] = {name: set() for name in study.spec.sources}
    for name, loaded in making.loaded.items():
        for word in _words(loaded.document.data) & sources.keys():
            sources[word].add(name)
    return Graph(tuple(sorted(making.loaded)), _needs(planner.plan), sources)


def adam_graph(study: Study, sdtm: Path) -> Graph:
    """The analysis data sets of a study on a folder of tabulation data. Nothing is built."""
    from adam.build import new_making
    from adam.planning.plan import Planner

    making = new_making(study, sdtm)
    planner = Planner(making)
    needs, own = _needs(planner.plan), set(making.loaded)
    sources: dict[str, set[str]] = {}
    for node, above in needs.items():
        for need in above:
            if need[0] not in own:
                sources.setdefault(making.folder.file(need[0]), set()).add(node[0])
    return Graph(tuple(sorted(own)), needs, sources)


def _needs(plan: Plan) -> dict[Node, set[Node]]:
    return {
        node: {plan.owner.get(need, need) for need in task.needs}
        for node, task in plan.tasks.items()
    }


def _words(data: Any) -> set[str]:
    """Every word of a document: what it names is among them."""
    return {word for text in _texts(data) for word in _NAME.findall(text)}


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
    elif data is not None:
        yield str(data)

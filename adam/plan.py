"""What has to be made before what: dependencies between variables, across data sets.

Nodes are texts: ``DM`` a source, ``ADRS/OVR`` a table, ``ADRS`` the records of a data set,
``ADRS.ADT`` a variable at data set level. A data set may need another one that needs it, as long as
no variable needs itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from adam.language import SUBJECT, Ref
from adam.language_datasets import Table
from adam.load import TTE_TABLE, LoadedDataset
from specs.codes import finding
from specs.errors import SpecificationError


class Plan:
    """The dependencies of all data sets of a study."""

    def __init__(self, datasets: dict[str, LoadedDataset]) -> None:
        self.datasets = datasets
        self._needs: dict[str, list[str]] = {}

    def needs(self, node: str) -> list[str]:
        """The nodes that a node reads directly."""
        if node not in self._needs:
            self._needs[node] = list(dict.fromkeys(n for n in self._find(node) if n != node))
        return self._needs[node]

    def targets(self, name: str) -> list[str]:
        """Every node that publishing a data set takes."""
        dataset = self.datasets[name]
        makers = [
            dataset.maker(v) for v in [*dataset.published, *dataset.model.keys, *dataset.model.sort]
        ]
        return [name, *(f"{name}.{m}" for m in dict.fromkeys(makers) if m)]

    def order(self, targets: Iterable[str]) -> list[str]:
        """Nodes so that each comes after what it needs. Raises SpecificationError for a circle."""
        done: dict[str, None] = {}
        for target in targets:
            self._visit(target, done)
        return list(done)

    def _visit(self, target: str, done: dict[str, None]) -> None:
        path: list[str] = []
        stack: list[tuple[str, int]] = [(target, 0)]
        while stack:
            node, position = stack.pop()
            if node in done:
                continue
            if position == 0:
                if node in path:
                    self._refuse([*path[path.index(node) :], node])
                path.append(node)
            wanted = self.needs(node)
            if position < len(wanted):
                stack += [(node, position + 1), (wanted[position], 0)]
                continue
            path.pop()
            done[node] = None

    def _refuse(self, circle: list[str]) -> None:
        name = circle[0].split("/")[0].split(".")[0]
        variable = circle[0].rpartition(".")[2] if "." in circle[0] else ""
        place = self.datasets[name].place("variables", variable) if name in self.datasets else None
        message = "these need each other in a circle: " + " -> ".join(circle)
        raise SpecificationError(
            finding("ADAM103", message, dataset=name, variable=variable, spec=place)
        )

    def _find(self, node: str) -> list[str]:
        name, _, table = node.partition("/")
        if table:
            return self._table_needs(name, table)
        name, _, variable = node.partition(".")
        if name not in self.datasets:
            return []
        if not variable:
            return self._record_tables(name)
        refs = self.datasets[name].lines[variable].refs()
        found = [self.node_of(name, r, own_line=variable) for r in refs]
        return [name, *found, *self._subjects(name, refs)]

    def _record_tables(self, name: str) -> list[str]:
        dataset = self.datasets[name]
        tables = [f"{name}/{table}" for table in dataset.model.record_tables()]
        return tables + ([f"{name}/{TTE_TABLE}"] if dataset.model.time_to_event else [])

    def _subjects(self, name: str, refs: list[Ref]) -> list[str]:
        others = {dataset for dataset, _ in refs if dataset and dataset != name}
        return [self.node_of(name, (dataset, SUBJECT)) for dataset in sorted(others)]

    def _table_needs(self, name: str, table: str) -> list[str]:
        dataset = self.datasets[name]
        if table == TTE_TABLE and dataset.model.time_to_event:
            refs = dataset.model.time_to_event.refs()
            refs += [
                (d, "ASEQ")
                for d in {d for d, _ in refs}
                if d in self.datasets and self._has(d, "ASEQ")
            ]
            return [self.node_of(name, r) for r in refs if r[0] != name]
        spec = dataset.tables()[table]
        refs = spec.refs()
        out = [self.node_of(name, r) for r in refs if r[0]]
        out += self._subjects(name, [r for r in refs if r[0]])
        for source in spec.from_:
            if source in self.datasets and source not in dataset.tables():
                out += [self.node_of(name, (source, n)) for n in self.carried(name, spec, source)]
        return out

    def carried(self, name: str, spec: Table, source: str) -> list[str]:
        """The variables of another analysis data set that a table takes with it: those
        named in the tables."""
        dataset = self.datasets[name]
        named = {
            n
            for table in dataset.tables().values()
            for d, n in table.refs()
            if d in ("", *dataset.tables())
        }
        named |= {n for line in dataset.lines.values() for d, n in line.refs() if not d}
        named |= {item for item in dataset.model.predecessors if "." not in item}
        named |= {SUBJECT, "STUDYID", *spec.keys}
        return sorted(n for n in named if n and self._has(source, n))

    def _has(self, name: str, variable: str) -> bool:
        dataset = self.datasets[name]
        made = {n for table in dataset.model.record_tables().values() for n in table.made()}
        return bool(dataset.maker(variable)) or variable in made or variable in dataset.published

    def node_of(self, name: str, reference: Ref, *, own_line: str = "") -> str:
        """The node that provides a variable, seen from data set ``name``."""
        dataset, variable = reference
        if dataset in self.datasets[name].tables():
            return f"{name}/{dataset}"
        owner = dataset or name
        if "." in owner or "/" in owner:
            message = f"{owner} is no name of a data set"
            place = self.datasets[name].place("dataset")
            raise SpecificationError(finding("ADAM101", message, dataset=name, spec=place))
        if owner not in self.datasets:
            return owner
        maker = self.datasets[owner].maker(variable)
        if maker and not (owner == name and maker == own_line):
            return f"{owner}.{maker}"
        return owner

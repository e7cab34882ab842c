"""Building analysis data sets: every node of the plan in its order, failures contained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from adam.checks import dataset_findings, source_findings
from adam.frame import TABLE, Frame, union
from adam.load import TTE_TABLE, LoadedDataset
from adam.plan import Plan
from adam.scope import Functions, Scope
from adam.sources import SourceFolder
from adam.tables import build_table, made
from adam.tte_records import build_tte
from specs.codes import finding
from specs.errors import BuildError
from specs.findings import Finding, Severity, SpecPlace

Progress = Callable[[str], None]


def as_source(frame: Frame, name: str) -> Frame:
    """A data set as another one reads it: its records come from itself."""
    out = frame.shallow(name)
    out.origin = {name: np.arange(frame.size, dtype=np.int32)}
    out.links = {}
    return out


@dataclass
class Build:
    """One run: what is made so far, what failed, and what was noted."""

    datasets: dict[str, LoadedDataset]
    folder: SourceFolder
    frames: dict[str, Frame] = field(default_factory=dict)
    tables: dict[str, dict[str, Frame]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    function: Functions | None = None

    def __post_init__(self) -> None:
        self.plan = Plan(self.datasets)
        self.needed = self._names()

    def _names(self) -> set[str]:
        """Every variable name that any line mentions: what is read of the sources."""
        out: set[str] = {"STUDYID", "USUBJID", "ASEQ"}
        for dataset in self.datasets.values():
            refs = [r for line in dataset.lines.values() for r in line.refs()]
            refs += [r for table in dataset.tables().values() for r in table.refs()]
            refs += dataset.model.time_to_event.refs() if dataset.model.time_to_event else []
            out |= {name for _, name in refs} | set(dataset.published) | set(dataset.model.keys)
            out |= {f"{source}SEQ" for source, _ in refs}
            for table in dataset.tables().values():
                out |= set(table.keys)
                for part in (table.summary, table.nca, table.locf):
                    out |= set(part.within) if part else set()
                out |= set(table.summary.keep) | {table.summary.of} if table.summary else set()
                out |= (
                    {table.nca.concentration, table.nca.time, *table.nca.quantifiable.names}
                    if table.nca
                    else set()
                )
        return out

    def run(self, names: Iterable[str], progress: Progress | None = None) -> None:
        """Make everything that publishing ``names`` takes."""
        targets = [node for name in names for node in self.plan.targets(name)]
        for node in self.plan.order(targets):
            cause = next((self.failed[n] for n in self.plan.needs(node) if n in self.failed), None)
            if cause is not None:
                self.failed[node] = cause
                continue
            if progress is not None and node in self.datasets:
                progress(node)
            self._make(node)

    def _make(self, node: str) -> None:
        try:
            self._node(node)
        except BuildError as error:
            located = [self._located(f, node) for f in error.findings]
            self.findings += located
            self.failed[node] = located[0].message

    def _located(self, one: Finding, node: str) -> Finding:
        """The finding with the data set and the line of the specification that it is about."""
        name, place = self._place(node, one.variable)
        return replace(one, dataset=one.dataset or name, spec=one.spec or place)

    def _place(self, node: str, variable: str) -> tuple[str, SpecPlace | None]:
        name, _, table = node.partition("/")
        name, _, line = name.partition(".")
        dataset = self.datasets.get(name)
        if dataset is None:
            return name, self._reader_of(name)
        if table == TTE_TABLE:
            return name, dataset.place("time-to-event")
        if table:
            section = "tables" if table in dataset.model.tables else "records"
            return name, dataset.place(section, table, "variables", variable)
        return name, dataset.place("variables", line) if line else dataset.place("dataset")

    def _reader_of(self, source: str) -> SpecPlace | None:
        """The first line of the specification that reads a source data set."""
        for dataset in self.datasets.values():
            for section, tables in (
                ("tables", dataset.model.tables),
                ("records", dataset.model.records),
            ):
                for name, table in tables.items():
                    if any(d == source for d, _ in table.refs()):
                        return dataset.place(section, name)
            if source in dataset.model.from_:
                return dataset.place("from")
            for name, line in dataset.lines.items():
                if any(d == source for d, _ in line.refs()):
                    return dataset.place("variables", name)
        return None

    def _node(self, node: str) -> None:
        name, _, table = node.partition("/")
        name, _, variable = name.partition(".")
        if table:
            self._table(name, table)
        elif name not in self.datasets:
            self.frames[name] = self.folder.read(name, self.needed)
        elif variable:
            self._variable(name, variable)
        else:
            self._records(name)

    def _others(self, name: str) -> dict[str, Frame]:
        """What a data set's lines can name: all data sets, and its own tables."""
        return {**self.frames, **self.tables.get(name, {})}

    def _table(self, name: str, table: str) -> None:
        dataset = self.datasets[name]
        own = self.tables.setdefault(name, {})
        others = self._others(name)
        if table == TTE_TABLE and dataset.model.time_to_event is not None:
            subjects = dataset.model.time_to_event.subjects
            others[subjects] = as_source(self.frames[subjects], subjects)
            own[table] = build_tte(table, dataset.model.time_to_event, others, self.findings)
            return
        spec = dataset.tables()[table]
        for source in spec.from_:
            if source in self.datasets and source not in own:
                others[source] = self._carried(name, source, table)
        own[table] = build_table(table, spec, others, self.findings, self.function)

    def _carried(self, name: str, source: str, table: str) -> Frame:
        kept = self.plan.carried(name, self.datasets[name].tables()[table], source)
        frame = as_source(self.frames[source], source)
        frame.columns = {n: c for n, c in frame.columns.items() if n in kept}
        return frame

    def _records(self, name: str) -> None:
        dataset = self.datasets[name]
        own = self.tables[name]
        names = [*dataset.model.record_tables()] + (
            [TTE_TABLE] if dataset.model.time_to_event else []
        )
        try:
            frame = union(name, [own[table] for table in names])
            sizes = [own[table].size for table in names]
        except TypeError as error:
            raise BuildError(
                finding("ADAM203", f"{name}: records do not fit together: {error}")
            ) from error
        frame.origin[TABLE] = np.repeat(np.arange(len(names), dtype=np.int32), sizes)
        frame.tables = names
        self.frames[name] = frame
        self.findings += dataset_findings(dataset, self.frames, self.datasets, records_only=True)

    def _variable(self, name: str, variable: str) -> None:
        dataset = self.datasets[name]
        frame = self.frames[name]
        scope = Scope(frame, self._others(name), self.findings, self.function)
        frame.columns.update(made(dataset.lines[variable], scope, variable))

    def broken(self, name: str) -> str | None:
        """Why a data set cannot be published; None when it can."""
        return next((self.failed[n] for n in self.plan.targets(name) if n in self.failed), None)

    def broken_dependency(self, name: str) -> str | None:
        """A data set that this one reads and that cannot be published."""
        for node in self.plan.order(self.plan.targets(name)):
            other = node.split("/")[0].split(".")[0]
            if other != name and other in self.datasets and self.failed.get(node):
                return other
        return None

    def check(self, names: Sequence[str]) -> None:
        """Findings about the finished data sets and their sources."""
        for name in names:
            if self.broken(name) is not None:
                continue
            found = dataset_findings(self.datasets[name], self.frames, self.datasets)
            self.findings += found
            blocking = [f for f in found if f.severity is Severity.BLOCKS]
            if blocking:
                self.failed[name] = blocking[0].message
        self.findings += source_findings(self.frames, self.datasets)

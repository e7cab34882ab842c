"""The tasks of the analysis data: what tables, records and variables need of one another."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from adam.making import AnalysisSet, Making
from adam.model import TIME_TO_EVENT
from adam.planning.checks import check_set
from adam.planning.kinds_of_lines import Typist
from adam.planning.steps import (
    make_kept,
    make_order,
    make_records,
    make_table,
    make_variable,
    read_source,
    run_check,
)
from adam.tables.bench import in_order
from adam.tables.model import Table
from derive.line import SUBJECT, Read, all_makes, all_reads, condition_reads
from derive.planning.plan import KEPT, RECORDS, Node, Plan, Task
from specs import Finding, SpecificationError, SpecPlace, finding

ORDER, DONE = "*order", "*done"


class Planner:
    """Makes the tasks of every data set, and the kinds of all lines.

    ``faults`` are what is wrong with the specification.
    """

    def __init__(self, making: Making) -> None:
        self.making, self.plan = making, Plan()
        self.needed = self._needed()
        self.sources_read = {making.folder.file(name) for name in self._read_names()}
        for name in self._sources():
            run = partial(read_source, making, name, self.needed)
            self.plan.add(Task((name, RECORDS), run))
        for of in making.sets.values():
            self._add(of)
        making.read_at = {name: self._reader(name) for name in self._sources()}
        self.faults: list[Finding] = []

    def type_lines(self) -> None:
        """Work out the kinds of all lines; what is refused is one of the ``faults``."""
        typist = Typist(self.making)
        self.faults += typist.faults
        for of in self.making.sets.values():  # a summary leaves out what its source had
            known = set(typist.types.names(of.name))
            of.published = [name for name in of.published if name in known]

    def targets(self, name: str) -> list[Node]:
        """The steps that finish a data set."""
        return [(name, DONE)]

    # what is read

    def _reader(self, name: str) -> SpecPlace | None:
        """Where a data set of the folder is first read."""
        needing = (task for task in self.plan.tasks.values() if (name, RECORDS) in task.needs)
        return next((task.place for task in needing if task.place is not None), None)

    def _sources(self) -> list[str]:
        """Every data set of the folder that the specification reads."""
        known, csv = self.making.folder, self.making.csv
        names = sorted(self._read_names() - set(csv))
        return [n for n in names if known.file(n) in known.headers or n in known.guide]

    def _read_names(self) -> set[str]:
        names: set[str] = set()
        for of in self.making.sets.values():
            tables = of.model.all_tables()
            for table in tables.values():
                names |= {source for source in table.from_ if source not in tables}
                names |= {e.from_ for e in table.events if e.from_}
            names |= {read.data_set for read in self._reads(of)}
        return names - set(self.making.loaded) - {""}

    def _reads(self, of: AnalysisSet) -> list[Read]:
        """Everything that a file reads anywhere."""
        model = of.model
        out = [read for stated in of.lines.values() for read in all_reads(stated.line)]
        out += [read for table in model.all_tables().values() for read in table.reads()]
        if model.time_to_event is not None:
            out += [*model.time_to_event.reads(), Read("", model.time_to_event.subjects)]
        for check in model.checks:
            out += condition_reads(check.where)
        return out

    def _needed(self) -> set[str]:
        """Every variable name that any line mentions: what is read of the sources."""
        out = {"STUDYID", SUBJECT, "ASEQ"}
        for of in self.making.sets.values():
            reads = self._reads(of)
            out |= {read.name for read in reads} | {f"{read.data_set}SEQ" for read in reads}
            out |= {*of.published, *of.model.keys, *(n.lstrip("-") for n in of.model.sort)}
            out |= {n for table in of.model.all_tables().values() for n in table.keys}
        return out

    # tasks

    def _add(self, of: AnalysisSet) -> None:
        name, model = of.name, of.model
        for table, spec in model.all_tables().items():
            place = of.loaded.place(*of.section(table))
            needs = self._table_needs(of, spec)
            run = partial(make_table, self.making, of, table)
            self.plan.add(Task((name, f"/{table}"), run, needs, place=place))
        tables = list(model.records)
        if model.time_to_event is not None:
            tables.append(TIME_TO_EVENT)
            run = partial(make_table, self.making, of, TIME_TO_EVENT)
            place = of.loaded.place("time-to-event", key=True)
            needs = self._time_to_event_needs(of)
            self.plan.add(Task((name, f"/{TIME_TO_EVENT}"), run, needs, place=place))
        records = partial(make_records, self.making, of)
        self.plan.add(Task((name, RECORDS), records, {(name, f"/{table}") for table in tables}))
        for variable, stated in of.lines.items():
            needs = {(name, RECORDS), *self._line_needs(of, all_reads(stated.line))}
            run = partial(make_variable, self.making, of, variable, stated)
            made = all_makes(stated.line, variable, name)
            gives = [(name, one) for one in made if one != variable]
            place = of.loaded.place(*stated.path)
            self.plan.add(Task((name, variable), run, needs, gives, place))
        self._finish(of)

    def _finish(self, of: AnalysisSet) -> None:
        """Which records stay, edit checks, order, and the checks of the finished data set."""
        name, model = of.name, of.model
        cut = [Read.of(model.cut)] if model.cut else []
        needs = self._line_needs(of, [*cut, *condition_reads(model.leave_out)])
        run = partial(make_kept, self.making, of)
        self.plan.add(Task((name, KEPT), run, {(name, RECORDS), *needs}))
        done: set[Node] = {(name, RECORDS), (name, KEPT)}
        for number, check in enumerate(model.checks):
            reads = [*condition_reads(check.where), *(Read(n) for n in check.same)]
            run = partial(run_check, self.making, of, number)
            needs = {(name, KEPT), *self._line_needs(of, reads)}
            self.plan.add(Task((name, f"?{number}"), run, needs))
            done.add((name, f"?{number}"))
        names = [*model.keys, *(n.lstrip("-") for n in model.sort), *of.published]
        done |= {(name, variable) for variable in names}
        self.plan.add(Task((name, ORDER), partial(make_order, self.making, of), set(done)))
        level = self._death_needs()
        self.plan.add(
            Task((name, DONE), partial(check_set, self.making, of), {(name, ORDER), *level})
        )

    def _death_needs(self) -> set[Node]:
        """The day of death, which finished records are held against."""
        from adam.planning.complete import subject_level

        level = subject_level(self.making.loaded)
        if level is None or "DTHDT" not in self.making.sets[level].published:
            return set()
        return {(level, RECORDS), (level, "DTHDT")}

    # needs

    def _line_needs(self, of: AnalysisSet, reads: Iterable[Read]) -> set[Node]:
        """What lines of a data set read: bare names are its own."""
        out: set[Node] = set()
        for read in reads:
            if read.data_set in ("", of.name):
                out |= {(of.name, read.name)} if read.name else set()
            else:
                out |= self._of_set(of, read)
        return out

    def _of_set(self, of: AnalysisSet, read: Read) -> set[Node]:
        """What it takes to read another data set or a table."""
        if read.data_set in of.model.all_tables():
            return {(of.name, f"/{read.data_set}")}
        if read.data_set not in self.making.loaded:
            return {(read.data_set, RECORDS)}
        found: set[Node] = {(read.data_set, RECORDS), (read.data_set, KEPT)}
        if not self._cuts(read.data_set):
            found.discard((read.data_set, KEPT))
        return found | ({(read.data_set, read.name)} if read.name else set())

    def _cuts(self, name: str) -> bool:
        """Whether records of a data set may be left out."""
        model = self.making.loaded[name].model
        return model.cut is not None or model.leave_out is not None

    def _table_needs(self, of: AnalysisSet, spec: Table) -> set[Node]:
        out: set[Node] = set()
        for read in spec.reads():
            if read.data_set == of.name:
                out |= {(of.name, RECORDS), (of.name, read.name)}
            elif read.data_set:
                out |= self._of_set(of, read)
        sources = [*spec.from_, *(e.from_ for e in spec.events if e.from_)]
        for source in sources:
            out |= self._of_set(of, Read("", source))
            if source in self.making.loaded and source not in of.model.all_tables():
                out |= {(source, name) for name in self._carried(of, source, spec)}
        return out

    def _carried(self, of: AnalysisSet, source: str, spec: Table) -> set[str]:
        """The variables of another analysis data set that a table takes with it: those that the
        file names."""
        tables = of.model.all_tables()
        names = {r.name for r in self._reads(of) if r.data_set in ("", *tables)}
        names |= {n for _, n in self.making.completion.predecessors(of.name) if "." not in n}
        names |= {SUBJECT, "STUDYID", *spec.keys}
        return {n for n in names if n and n in self._made_by(source)}

    def _made_by(self, name: str) -> set[str]:
        other = self.making.sets[name]
        made = {n for v, s in other.lines.items() for n in (v, *all_makes(s.line, v, name))}
        return made | set(other.published)

    def _time_to_event_needs(self, of: AnalysisSet) -> set[Node]:
        spec = of.model.time_to_event
        assert spec is not None  # noqa: S101 - asked only then
        out: set[Node] = set()
        names = {read.data_set for read in spec.reads()} - {"", of.name}
        for read in [*spec.reads(), *(Read("ASEQ", name) for name in names)]:
            out |= self._of_set(of, read)
        return {node for node in out if node[0] != of.name or node[1].startswith("/")}


def wrong_circles(planner: Planner, names: Iterable[str]) -> list[Finding]:
    """Circles among the steps that data sets take, and among the lines of their tables."""
    found: list[Finding] = []
    for of in planner.making.sets.values():
        for table, spec in of.model.all_tables().items():
            path = (*of.section(table), "variables")
            place = lambda name, path=path, of=of: of.loaded.place(*path, name)  # noqa: E731
            try:
                in_order(of.table(table), spec.variables, place)
            except SpecificationError as error:
                found += error.findings
            found += _from_itself(of, table, spec)
    for name in names:
        try:
            planner.plan.order(planner.targets(name))
        except SpecificationError as error:
            found += [one for one in error.findings if one not in found]
    return found


def _from_itself(of: AnalysisSet, table: str, spec: Table) -> Iterable[Finding]:
    """A table whose records are to come from its own."""
    places = [("from", number) for number, one in enumerate(spec.from_) if one == table]
    places += [("events", number) for number, one in enumerate(spec.events) if one.from_ == table]
    for key, number in places[:1]:
        message = f"these need each other in a circle: {of.table(table)} -> {of.table(table)}"
        place = of.loaded.place(*of.section(table), key, number)
        yield finding("SPEC118", message, dataset=of.name, variable=table, spec=place)

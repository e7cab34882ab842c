"""The kinds of all lines of the analysis data, and everything that is refused before a row is read.

Sets of kinds: a data set (``ADRS``), the inside of a table (``ADRS/OVR``), what a table gives to
others where that differs (``ADRS/OVR/made``), one event of a table (``ADRS/OVR/event 0``).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace

from adam.file_kinds import MOMENTS, FileKinds
from adam.making import AnalysisSet, Making
from adam.model import TIME_TO_EVENT
from adam.tables.kinds import step_faults
from adam.tables.model import Table
from adam.time_to_event.kinds import parameter_faults
from adam.time_to_event.model import NAMES, TimeToEvent
from derive.line import Line
from derive.planning.types import Carried, Types, UntoldKindError
from derive.tables import table_kinds
from derive.values.column import Kind
from derive.verbs.words import listed
from specs import Finding, SpecPlace
from specs.reading.yaml_source import NodePath


class Typist:
    """Works out every kind; ``faults`` are what is refused, in the order of the files."""

    def __init__(self, making: Making) -> None:
        self.making, self.types = making, Types()
        self.faults: list[Finding] = []
        self._later: list[Callable[[], Iterable[Finding]]] = []
        self._fix_sources()
        for of in making.sets.values():
            self._tables(of)
            self._lines(of)
        for fault in self.types.check():
            self._tell(fault)
        for check in self._later:
            for fault in check():
                self._tell(fault)
        self.faults = once_per_cause(self.faults, self._owners())

    def _owners(self) -> set[SpecPlace]:
        """Where variables are said to come along: the place of one that does not."""
        return {
            of.loaded.place("predecessors", number)
            for of in self.making.sets.values()
            for number in range(len(of.model.predecessors))
        }

    def _ask(self, of: AnalysisSet) -> FileKinds:
        return FileKinds(self.making, self.types, of)

    def _tell(self, fault: Finding) -> None:
        if fault not in self.faults:
            self.faults.append(fault)

    # sets

    def _fix_sources(self) -> None:
        making, types = self.making, self.types
        for name in {*making.folder.headers, *making.folder.aliases, *making.read_at}:
            kinds = making.folder.kinds(name)
            if kinds is not None and name not in making.loaded:
                types.fix(name, kinds)
        for stem, (file, folder) in making.csv.items():
            types.fix(stem, table_kinds(making.study.table(file, folder)))
        types.sets |= set(making.loaded)
        for name, of in making.sets.items():  # what a data set gives to tables of other files
            types.sets.add(f"{name}/published")
            types.carried[f"{name}/published"] = Carried((name,), frozenset(of.published))

    def _tables(self, of: AnalysisSet) -> None:
        for name, spec in of.model.all_tables().items():
            inside, made = of.table(name), self._ask(of).local()[name]
            self.types.sets |= {inside, made}
            sources = tuple(self._ask(of).set_of(source) for source in spec.from_)
            events = tuple(f"{inside}/event {i}" for i in range(len(spec.events)))
            for number, event in enumerate(spec.events):
                self._event(of, name, number, (event.from_, sources))
            self.types.carried[inside] = Carried(events or sources)
            if made != inside:
                self._given(of, spec, inside, made)
            self._all_lines(of, name, spec)
        if of.model.time_to_event is not None:
            self._time_to_event(of, of.model.time_to_event)
        names = [self._ask(of).local()[name] for name in of.model.records]
        if of.model.time_to_event is not None:
            names.append(of.table(TIME_TO_EVENT))
        self.types.carried[of.name] = Carried(tuple(names))
        self._later.append(lambda: self._unlike_tables(of, names))

    def _event(
        self, of: AnalysisSet, table: str, number: int, from_: tuple[str | None, tuple[str, ...]]
    ) -> None:
        spec = of.model.all_tables()[table]
        name = f"{of.table(table)}/event {number}"
        source, base = from_
        self.types.sets.add(name)
        keys = frozenset(spec.keys)
        carried = (
            Carried(base, only=keys) if source is None else Carried((self._ask(of).set_of(source),))
        )
        self.types.carried[name] = carried
        path = (*of.section(table), "events", number)
        for variable, line in spec.events[number].set.items():
            self._line(of, name, variable, line, (*path, "set", variable))

    def _given(self, of: AnalysisSet, spec: Table, inside: str, made: str) -> None:
        """What a table gives whose last steps make records of their own, or drop variables."""
        kinds: dict[str, Kind] = {}
        only: frozenset[str] | None = None
        if spec.summary is not None:
            kinds["DTYPE"] = Kind.TEXT
            if not spec.summary.of_record:
                rule = spec.summary
                only = frozenset([*rule.within, rule.of, *rule.keep])
        if spec.locf is not None:
            kinds |= {"DTYPE": Kind.TEXT, spec.locf.named: Kind.TEXT}
        if spec.nca is not None:
            names = {n for p in spec.nca.parameters.values() for n in p.set}
            kinds |= {n: self.making.declared(of.name, n) or Kind.TEXT for n in names}
            kinds |= {"PARAMCD": Kind.TEXT, "AVAL": Kind.NUMBER}
        self.types.fix(made, {n: k for n, k in kinds.items() if n not in spec.drop})
        self.types.carried[made] = Carried((inside,), only, frozenset(spec.drop))

    # lines

    def _line(
        self, of: AnalysisSet, where: str, name: str, line: Line, path: NodePath,
        *, working: bool = False, predecessor: bool = False,
    ) -> None:  # fmt: skip
        hidden = working or predecessor or name != name.upper()
        declared = None if hidden else self.making.declared(of.name, name)
        self.types.add(self._ask(of).typed(where, name, line, path, declared=declared))

    def _all_lines(self, of: AnalysisSet, name: str, spec: Table) -> None:
        path, inside = of.section(name), of.table(name)
        for variable, line in spec.variables.items():
            self._line(of, inside, variable, line, (*path, "variables", variable))
        self._later.append(lambda: step_faults(self._ask(of), name, spec))

    def _lines(self, of: AnalysisSet) -> None:
        for name, stated in of.lines.items():
            hidden = stated.said == "predecessor"
            self._line(
                of, of.name, name, stated.line, stated.path, working=stated.working,
                predecessor=hidden,
            )  # fmt: skip
        self._later.append(lambda: self._known_names(of))

    # data sets

    def _unlike_tables(self, of: AnalysisSet, sets: list[str]) -> Iterable[Finding]:
        """A variable that is of one kind in one record table and of another in another."""
        ask = self._ask(of)
        first: dict[str, Kind] = {}
        for number, one in enumerate(sets):
            table = [*of.model.records, TIME_TO_EVENT][number]
            for name in self.types.names(one):
                try:
                    kind = self.types.of((one, name))
                except UntoldKindError:
                    continue
                if kind is not None and first.setdefault(name, kind) is not kind:
                    message = f"{name} is a {kind.value} in {table}, a {first[name].value} before"
                    yield ask.wrong("SPEC131", message, of.section(table), variable=name)

    def _known_names(self, of: AnalysisSet) -> Iterable[Finding]:
        """Predecessors, published variables, keys and order that nothing makes."""
        ask = self._ask(of)
        for number, item in self.making.completion.predecessors(of.name):
            if "." not in item:
                yield from ask.kind(of.name, item, ("predecessors", number))
        for section in ("keys", "sort", "publish"):
            for number, name in enumerate(getattr(of.model, section)):
                yield from ask.kind(of.name, name.lstrip("-"), (section, number))
        published = set(of.published)
        known = set(self.types.names(of.name))
        for number, name in enumerate(of.model.keys):
            if name not in published and name in known:
                message = f"{of.name} does not publish its key {name}"
                yield ask.wrong("ADAM102", message, ("keys", number), variable=name)
        yield from ask.condition(of.name, of.model.leave_out, ("leave-out",))
        if of.model.cut:
            yield from ask.kind(of.name, of.model.cut, ("cut",), MOMENTS)
        for number, check in enumerate(of.model.checks):
            yield from ask.condition(of.name, check.where, ("checks", number, "where"))
            for name in (*check.same, *check.once_per, *([check.at] if check.at else [])):
                yield from ask.kind(of.name, name, ("checks", number))

    # time to event

    def _time_to_event(self, of: AnalysisSet, spec: TimeToEvent) -> None:
        table = of.table(TIME_TO_EVENT)
        kinds = {n: self.making.declared(of.name, n) or Kind.TEXT for n in spec.extras()}
        kinds |= dict.fromkeys(NAMES, Kind.TEXT)
        kinds |= {"STARTDT": Kind.DAY, "ADT": Kind.DAY, "STUDYID": Kind.TEXT, "USUBJID": Kind.TEXT}
        kinds |= dict.fromkeys(("AVAL", "CNSR", "SRCSEQ"), Kind.NUMBER)
        self.types.fix(table, kinds)
        self._later.append(lambda: parameter_faults(self._ask(of), spec))


def once_per_cause(faults: Sequence[Finding], owners: Container[SpecPlace]) -> list[Finding]:
    """A name that is not there is told once per file, where the variable is said to come along
    (``owners``), else where it is read first; the other places stand beside the hint."""
    causes: dict[tuple[str, str, str], list[Finding]] = {}
    for fault in faults:
        place = fault.spec
        named = fault.rule in _UNKNOWN_NAMES and place is not None
        own = "" if named else str(len(causes))
        causes.setdefault((place.file if place else "", fault.message, own), []).append(fault)
    return [_first_of(told, owners) for told in causes.values()]


def _first_of(told: Sequence[Finding], owners: Container[SpecPlace]) -> Finding:
    placed = [(one, one.spec) for one in told if one.spec is not None]
    if len(told) == 1 or len(placed) < len(told):
        return told[0]
    placed.sort(key=lambda pair: (pair[1] not in owners, pair[1].line, pair[1].column))
    first, *others = placed
    lines = list(dict.fromkeys(f"{place.line}:{place.column}" for _, place in others))
    also = f"it is read at {listed(lines)} too"
    return replace(first[0], hint=f"{first[0].hint}; {also}" if first[0].hint else also)


_UNKNOWN_NAMES = ("SPEC114", "SPEC117")

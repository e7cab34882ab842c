"""The kinds of all lines of the analysis data, and everything that is refused before a row is read.

Sets of kinds: a data set (``ADRS``), the inside of a table (``ADRS/OVR``), what a table gives to
others where that differs (``ADRS/OVR/made``), one event of a table (``ADRS/OVR/event 0``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from adam.making import AnalysisSet, Making
from adam.model import TIME_TO_EVENT
from adam.tables.model import Table
from adam.time_to_event.model import NAMES, Parameter, Source, TimeToEvent
from derive.line import Line, Read
from derive.tables import table_kinds
from derive.types import Carried, LineKinds, TypedLine, Types, UntoldKindError
from derive.values.column import Kind, KindError
from derive.verbs.matching import By, check_order
from derive.verbs.record.constant import Flag
from specs import Finding, SpecPlace, finding
from specs.conditions import Condition
from specs.suggest import did_you_mean
from specs.yaml_source import NodePath

_MOMENTS, _NUMBERS = "a date or date-time", "a number"


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
            inside, made = of.table(name), self.local(of)[name]
            self.types.sets |= {inside, made}
            sources = tuple(self._set(of, source) for source in spec.from_)
            events = tuple(f"{inside}/event {i}" for i in range(len(spec.events)))
            for number, event in enumerate(spec.events):
                self._event(of, name, number, (event.from_, sources))
            self.types.carried[inside] = Carried(events or sources)
            if made != inside:
                self._given(of, spec, inside, made)
            self._all_lines(of, name, spec)
        if of.model.time_to_event is not None:
            self._time_to_event(of, of.model.time_to_event)
        names = [self.local(of)[name] for name in of.model.records]
        if of.model.time_to_event is not None:
            names.append(of.table(TIME_TO_EVENT))
        self.types.carried[of.name] = Carried(tuple(names))
        self._later.append(lambda: self._unlike_tables(of, names))

    def local(self, of: AnalysisSet) -> dict[str, str]:
        """The tables of a file, with the set of what each gives to others."""
        out = {}
        for name, spec in of.model.all_tables().items():
            changed = bool(spec.drop or spec.summary or spec.locf or spec.nca)
            out[name] = f"{of.table(name)}/made" if changed else of.table(name)
        return out

    def _set(self, of: AnalysisSet, name: str) -> str:
        """The set behind a source of records of a table."""
        given = f"{name}/published" if name in self.making.sets else name
        return self.local(of).get(name, given)

    def _event(
        self, of: AnalysisSet, table: str, number: int, from_: tuple[str | None, tuple[str, ...]]
    ) -> None:
        spec = of.model.all_tables()[table]
        name = f"{of.table(table)}/event {number}"
        source, base = from_
        self.types.sets.add(name)
        keys = frozenset(spec.keys)
        carried = Carried(base, only=keys) if source is None else Carried((self._set(of, source),))
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
        self.types.add(self._typed(of, where, name, line, path, declared))

    def _typed(
        self, of: AnalysisSet, where: str, name: str, line: Line, path: NodePath,
        declared: Kind | None = None,
    ) -> TypedLine:  # fmt: skip
        loaded = of.loaded

        def place(*steps: str | int, **more: int) -> SpecPlace:
            return loaded.place(*path, *steps, **more)  # type: ignore[arg-type]

        return TypedLine(where, name, line, place, declared=declared, local=self.local(of))

    def _all_lines(self, of: AnalysisSet, name: str, spec: Table) -> None:
        path, inside = of.section(name), of.table(name)
        for variable, line in spec.variables.items():
            self._line(of, inside, variable, line, (*path, "variables", variable))
        self._later.append(lambda: self._steps(of, name, spec))

    def _lines(self, of: AnalysisSet) -> None:
        for name, stated in of.lines.items():
            hidden = stated.said == "predecessor"
            self._line(
                of, of.name, name, stated.line, stated.path, working=stated.working,
                predecessor=hidden,
            )  # fmt: skip
        self._later.append(lambda: self._known_names(of))

    # what is read beside lines

    def _condition(
        self, of: AnalysisSet, where: str, condition: Condition | None, path: NodePath
    ) -> list[Finding]:
        """What is refused of a condition whose bare names are of a set."""
        if condition is None:
            return []
        line = Flag.model_construct(flag=condition, is_="Y", when=None, else_=None, as_=None)
        typed = self._typed(of, where, "", line, path)

        def place(*steps: str | int, **more: int) -> SpecPlace:
            return of.loaded.place(*path, **more)  # type: ignore[arg-type]

        typed.place = place
        return [_of_set(one, of.name) for one in self.types.refused(typed)]

    def _kind(
        self, of: AnalysisSet, where: str, name: str, path: NodePath, wanted: str = ""
    ) -> list[Finding]:
        """What is refused of a name: that it is none, or is not what a step needs."""
        line = Flag.model_construct(flag=None, is_="Y")
        kinds = LineKinds(self.types, self._typed(of, where, "", line, path))
        try:
            kind = kinds.of(Read.of(name))
        except KindError as error:
            code = getattr(error, "code", "SPEC131")
            return [self._wrong(of, code, error.message, path, error.hint, name)]
        except UntoldKindError:
            return []
        fits = kind.is_moment if wanted == _MOMENTS else kind is Kind.NUMBER
        if wanted and not fits:
            message = f"{name} is a {kind.value}, {wanted} is needed"
            return [self._wrong(of, "SPEC131", message, path, "", name)]
        return []

    def _wrong(
        self, of: AnalysisSet, code: str, message: str, path: NodePath, hint: str, variable: str
    ) -> Finding:
        place = of.loaded.place(*path)
        return finding(code, message, dataset=of.name, variable=variable, spec=place, hint=hint)

    def _order(
        self, of: AnalysisSet, where: str, order: tuple[By, ...], path: NodePath
    ) -> list[Finding]:
        line = Flag.model_construct(flag=None, is_="Y")
        kinds = LineKinds(self.types, self._typed(of, where, "", line, path))
        try:
            check_order(order, "", kinds)
        except KindError as error:
            code = getattr(error, "code", "SPEC131")
            return [self._wrong(of, code, error.message, path, error.hint, "")]
        except UntoldKindError:
            pass
        return []

    # steps

    def _steps(self, of: AnalysisSet, name: str, spec: Table) -> Iterable[Finding]:
        path, inside = of.section(name), of.table(name)
        for number, source in enumerate(spec.from_):
            yield from self._source(of, source, (*path, "from", number), (*path, "from"))
        carried = self.types.carried[inside].sets
        if spec.events:
            carried = tuple(self._set(of, source) for source in spec.from_)
        for source in carried:
            if source in self.types.sets:
                yield from self._condition(of, source, spec.where, (*path, "where"))
        yield from self._events(of, spec, path)
        yield from self._condition(of, inside, spec.having, (*path, "having"))
        for number, variable in enumerate(spec.one_per):
            yield from self._kind(of, inside, variable, (*path, "one-per", number))
        yield from self._order(of, inside, spec.by, (*path, "by"))
        yield from self._expand(of, spec, inside, path)
        yield from self._derived(of, spec, inside, path)

    def _source(
        self, of: AnalysisSet, source: str, path: NodePath, whole: NodePath
    ) -> Iterable[Finding]:
        if self._set(of, source) not in self.types.sets:
            known = [*of.model.all_tables(), *(n for n in self.types.sets if "/" not in n)]
            hint = did_you_mean(source, known)
            message = f"there is no data set or table {source!r}"
            yield self._wrong(of, "SPEC117", message, path, hint, "")

    def _events(self, of: AnalysisSet, spec: Table, path: NodePath) -> Iterable[Finding]:
        for number, event in enumerate(spec.events):
            here = (*path, "events", number)
            if event.from_ is None:
                for source in spec.from_:
                    where = self._set(of, source)
                    yield from self._condition(of, where, event.where, (*here, "where"))
                continue
            if self._set(of, event.from_) not in self.types.sets:
                yield from self._source(of, event.from_, (*here, "from"), here)
                continue
            where = self._set(of, event.from_)
            yield from self._condition(of, where, event.where, (*here, "where"))
            yield from self._order(of, where, event.by, (*here, "by"))
            rule = event.confirmed
            if rule is not None:
                inner = (*here, "confirmed")
                yield from self._kind(of, where, rule.variable, inner)
                yield from self._kind(of, where, rule.date, inner, _MOMENTS)
            if spec.decide != "first-listed":
                yield from self._kind(of, where, spec.date, here, _MOMENTS)

    def _expand(
        self, of: AnalysisSet, spec: Table, inside: str, path: NodePath
    ) -> Iterable[Finding]:
        rule = spec.expand
        if rule is None:
            return
        here = (*path, "expand")
        for key, variable in (("start", rule.start), ("end", rule.end)):
            yield from self._kind(of, inside, variable, (*here, key), _MOMENTS)
        if rule.days is None:
            yield from self._kind(of, inside, rule.every, (*here, "every"))
        if rule.nominal is not None:
            yield from self._kind(of, inside, rule.nominal, (*here, "nominal"), _NUMBERS)
        for variable in rule.also:
            yield from self._kind(of, inside, variable, (*here, "also"), _MOMENTS)

    def _derived(
        self, of: AnalysisSet, spec: Table, inside: str, path: NodePath
    ) -> Iterable[Finding]:
        for key, numbers in (
            ("summary", ("of",)), ("locf", ("of", "visit")), ("nca", ("concentration", "time")),
        ):  # fmt: skip
            rule = getattr(spec, key)
            if rule is None:
                continue
            here = (*path, key)
            for number, variable in enumerate(rule.within):
                yield from self._kind(of, inside, variable, (*here, "within", number))
            for one in numbers:
                wanted = "" if (key, one) == ("locf", "of") else _NUMBERS
                place = (*here, one) if one in _written(of, here) else here
                yield from self._kind(of, inside, getattr(rule, one), place, wanted)
            yield from self._order(of, inside, getattr(rule, "by", ()), (*here, "by"))
        if spec.summary is not None:
            for number, variable in enumerate(spec.summary.keep):
                yield from self._kind(of, inside, variable, (*path, "summary", "keep", number))
        if spec.nca is not None:
            here = (*path, "nca", "quantifiable")
            yield from self._condition(of, inside, spec.nca.quantifiable, here)

    # data sets

    def _unlike_tables(self, of: AnalysisSet, sets: list[str]) -> Iterable[Finding]:
        """A variable that is of one kind in one record table and of another in another."""
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
                    yield self._wrong(of, "SPEC131", message, of.section(table), "", name)

    def _known_names(self, of: AnalysisSet) -> Iterable[Finding]:
        """Predecessors, published variables, keys and order that nothing makes."""
        for number, item in enumerate(of.model.predecessors):
            if "." not in item:
                yield from self._kind(of, of.name, item, ("predecessors", number))
        for section in ("keys", "sort", "publish"):
            for number, name in enumerate(getattr(of.model, section)):
                yield from self._kind(of, of.name, name.lstrip("-"), (section, number))
        published = set(of.published)
        known = set(self.types.names(of.name))
        for number, name in enumerate(of.model.keys):
            if name not in published and name in known:
                message = f"{of.name} does not publish its key {name}"
                yield self._wrong(of, "ADAM102", message, ("keys", number), "", name)
        yield from self._condition(of, of.name, of.model.leave_out, ("leave-out",))
        if of.model.cut:
            yield from self._kind(of, of.name, of.model.cut, ("cut",), _MOMENTS)
        for number, check in enumerate(of.model.checks):
            yield from self._condition(of, of.name, check.where, ("checks", number, "where"))
            for name in (*check.same, *check.once_per, *([check.at] if check.at else [])):
                yield from self._kind(of, of.name, name, ("checks", number))

    # time to event

    def _time_to_event(self, of: AnalysisSet, spec: TimeToEvent) -> None:
        table = of.table(TIME_TO_EVENT)
        kinds = {n: self.making.declared(of.name, n) or Kind.TEXT for n in spec.extras()}
        kinds |= dict.fromkeys(NAMES, Kind.TEXT)
        kinds |= {"STARTDT": Kind.DAY, "ADT": Kind.DAY, "STUDYID": Kind.TEXT, "USUBJID": Kind.TEXT}
        kinds |= dict.fromkeys(("AVAL", "CNSR", "SRCSEQ"), Kind.NUMBER)
        self.types.fix(table, kinds)
        self._later.append(lambda: self._parameters(of, spec))

    def _parameters(self, of: AnalysisSet, spec: TimeToEvent) -> Iterable[Finding]:
        subjects = self._set(of, spec.subjects)
        if subjects not in self.types.sets:
            yield from self._source(of, spec.subjects, ("time-to-event", "subjects"), ())
            return
        if spec.cut is not None:
            yield from self._kind(of, subjects, spec.cut, ("time-to-event", "cut"), _MOMENTS)
        for code, parameter in spec.parameters.items():
            path: NodePath = ("time-to-event", "parameters", code)
            yield from self._parameter(of, subjects, parameter, path)

    def _parameter(
        self, of: AnalysisSet, subjects: str, spec: Parameter, path: NodePath
    ) -> Iterable[Finding]:
        yield from self._condition(of, subjects, spec.when, (*path, "when"))
        typed = self._typed(of, subjects, "STARTDT", spec.start, (*path, "start"))
        found = self.types.refused(typed)
        yield from (_of_set(one, of.name) for one in found)
        if not found:
            yield from self._start(of, typed, path)
        if spec.start_flag:
            yield from self._kind(of, subjects, spec.start_flag, (*path, "start-flag"))
        for number, source in enumerate(spec.events):
            yield from self._tte_source(of, source, (*path, "events", number))
        if spec.assessments is not None:
            yield from self._tte_source(of, spec.assessments, (*path, "assessments"))
        for number, rule in enumerate(spec.censor):
            here = (*path, "censor", number)
            for key in ("date", "day_one"):
                if getattr(rule, key):
                    place = (*here, key.replace("_", "-"))
                    yield from self._kind(of, subjects, getattr(rule, key), place, _MOMENTS)
            if rule.schedule:
                known = self._set(of, rule.schedule)
                yield from self._source(of, rule.schedule, (*here, "schedule"), here)
                if known in self.types.sets:
                    yield from self._kind(of, known, rule.schedule_day, here, _NUMBERS)
            for position, source in enumerate(rule.of):
                yield from self._tte_source(of, source, (*here, "of", position))

    def _start(self, of: AnalysisSet, typed: TypedLine, path: NodePath) -> Iterable[Finding]:
        try:
            kind = self.types.kind_of_line(typed)
        except (KindError, UntoldKindError):
            return
        if not kind.is_moment:
            message = f"the start of the clock is a {kind.value}, a date is needed"
            yield self._wrong(of, "SPEC131", message, (*path, "start"), "", "STARTDT")

    def _tte_source(self, of: AnalysisSet, source: Source, path: NodePath) -> Iterable[Finding]:
        where = self._set(of, source.from_)
        if where not in self.types.sets:
            yield from self._source(of, source.from_, (*path, "from"), path)
            return
        yield from self._condition(of, where, source.where, (*path, "where"))
        yield from self._kind(of, where, source.date, (*path, "date"), _MOMENTS)
        if source.date_flag:
            yield from self._kind(of, where, source.date_flag, (*path, "date-flag"))
        if source.sequence and source.sequence != "none":
            yield from self._kind(of, where, source.sequence, (*path, "sequence"), _NUMBERS)


def _of_set(one: Finding, data_set: str) -> Finding:
    """A finding about what another set gives, told where the data set's file reads it."""
    from dataclasses import replace

    return replace(one, dataset=data_set)


def _written(of: AnalysisSet, path: NodePath) -> Mapping[str, object]:
    """The keys that stand at a node of the file."""
    node: object = of.loaded.document.data
    for step in path:
        node = node[step] if isinstance(node, dict | list) else {}  # type: ignore[index]
    return node if isinstance(node, dict) else {}

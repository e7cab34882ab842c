"""The tasks of the tabulation: what each data set's steps need, and the kinds of all its lines."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from derive.line import SUBJECT, Line, all_makes, all_reads
from derive.planning.plan import KEPT, RECORDS, Node, Plan, Task
from derive.planning.types import TypedLine, Types
from derive.tables import table_kinds
from derive.values.column import Kind
from sdtm.finishing.checks import run_check
from sdtm.finishing.conform import conform
from sdtm.making import Making
from sdtm.model import Stream, all_supplements, states, stream_path
from sdtm.names import RawNames, StreamNames, own_kinds, table_variables
from sdtm.planning.kept import make_kept
from sdtm.planning.links import Linker
from sdtm.planning.plan_checks import (
    long_texts,
    missing_tests,
    open_variables,
    qualifier_faults,
    split_whole_lines,
    unknown_codelists,
    unknown_variables,
)
from sdtm.planning.plan_conditions import condition_faults
from sdtm.planning.steps import (
    make_order,
    make_records,
    make_supplement,
    make_variable,
    tell_blank,
    tell_unknown_subjects,
)
from sdtm.records.beside.working_tables import make_table, table_lines
from sdtm.records.stream import no_records
from sdtm.standard import Derivation, derivation_names, find_derivation
from sdtm.tabulation import AUTOMATIC, RELATED, Recipe, Tabulation
from specs import Finding, SpecPlace, finding
from specs.reading.yaml_source import NodePath
from specs.suggest import did_you_mean

ORDER, SUBJECTS = "*order", "?subjects"


class Planner:
    """Makes the tasks of every data set of the study, and links them.

    ``faults`` are what is wrong with the specification, by data set.
    """

    def __init__(self, making: Making) -> None:
        self.making, self.plan, self.types = making, Plan(), Types()
        self.faults: dict[str, list[Finding]] = {}
        self.recipes: dict[Node, list[Recipe]] = {}
        self.derived: dict[Node, Derivation] = {}
        self.table_owner: dict[str, str] = {}
        self._tables, self._fixed = making.study.tables_by_stem(), set[str]()
        self.linker = Linker(self)
        self._fix_kinds()
        for tabulation in self.making.sets.values():
            self._add(tabulation)
        for tabulation in self.making.sets.values():
            self._type_set(tabulation)
        for tabulation in self.making.sets.values():
            self.linker.link(tabulation)
            self._check(tabulation)
        for fault in self.types.check():
            self.fault(fault)

    def fault(self, fault: Finding) -> None:
        """Keep what is wrong with the specification of a data set."""
        known = self.faults.setdefault(fault.dataset, [])
        if fault not in known:
            known.append(fault)

    def wrong(
        self, data_set: str, code: str, message: str, place: SpecPlace, *, variable: str = "",
        hint: str = "",
    ) -> None:  # fmt: skip
        """Say what is wrong with the specification of a data set."""
        self.fault(
            finding(code, message, dataset=data_set, variable=variable, spec=place, hint=hint)
        )

    def _fix_kinds(self) -> None:
        raw = set(self.making.study.spec.sources) - set(self.making.loaded)
        raw |= {n for n, one in self.making.tables.items() if one.streams[0].model.source}
        self.types.raw_sources = raw
        self.types.sets |= {*self.making.loaded, *raw, *self._tables, *self.making.tables}

    def _fix_table(self, stem: str) -> None:
        """The kinds of a CSV table's columns, when a line first names it."""
        if stem in self._tables and stem not in self._fixed:
            self._fixed.add(stem)
            table = self.making.study.table(*self._tables[stem])
            self.types.fix(stem, table_kinds(table))

    # tasks

    def _add(self, tabulation: Tabulation) -> None:
        name, model = tabulation.name, tabulation.model
        listed = isinstance(tabulation.loaded.document.data.get("records"), list)
        tabulation.streams = [
            no_records(i, stream, stream_path(model, i, listed=listed))
            for i, stream in enumerate(model.records)
        ]
        for fault in missing_tests(tabulation):
            self.fault(fault)
        own = table_variables(self.making, model)
        given = [*AUTOMATIC, *(n for n in own if n not in AUTOMATIC)]
        if tabulation.person != SUBJECT and not states(model, RELATED):
            given.append(RELATED)
        self._task((name, RECORDS), partial(make_records, self.making, tabulation, own), given)
        self._task((name, KEPT), partial(make_kept, self.making, tabulation))
        self.types.fix(name, {n: self._declared(name, n) for n in given})
        for variable, recipes in self._lines(tabulation).items():
            self._variable(tabulation, variable, recipes)
        self._standard(tabulation)
        for table in model.tables:
            run = partial(make_table, self.making, tabulation, table)
            self._task((name, f"/{table}"), run)
            self.table_owner[table] = name
        for qualifier in all_supplements(model):
            self._supplement(tabulation, qualifier)
        for number in range(len(model.checks)):
            run = partial(run_check, self.making, tabulation, number)
            self._task((name, f"?{number}"), run)
        run = partial(make_order, self.making, tabulation)
        self._task((name, ORDER), run, [tabulation.seq])
        tabulation.made.add(tabulation.seq)
        self.types.fix(name, {tabulation.seq: Kind.NUMBER})
        if self._has_subjects(name):
            run = partial(tell_unknown_subjects, self.making, tabulation)
            self._task((name, SUBJECTS), run)

    def _type_set(self, tabulation: Tabulation) -> None:
        """Hand all lines of a data set over to be typed, once all data sets are known."""
        for (data_set, name), recipes in self.recipes.items():
            if data_set != tabulation.name:
                continue
            working = name.startswith("+") or any("working" in r.path for r in recipes)
            declared = None if working else self.making.declared(data_set, name)
            for recipe in recipes:
                names = self.names(tabulation, recipe.stream, name)
                self._typed(
                    tabulation, (data_set, name), recipe.line, names, recipe.path,
                    declared=declared,
                )  # fmt: skip
        for table in tabulation.model.tables:
            self._table(tabulation, table)

    def _has_subjects(self, name: str) -> bool:
        known = any(self.making.variable(name, one) is not None for one in (SUBJECT, RELATED))
        return known and name != "DM" and "DM" in self.making.loaded

    def _task(self, node: Node, run: object, gives: Iterable[str] = ()) -> None:
        place = None
        recipes = self.recipes.get(node)
        if recipes:
            place = self.making.loaded[node[0]].place(*recipes[0].path)
        nodes = [(node[0], name) for name in gives]
        for given in nodes:
            if given in self.plan.owner and given in self.plan.tasks:
                continue
        self.plan.add(Task(node, run, gives=nodes, place=place))  # type: ignore[arg-type]

    def _declared(self, data_set: str, name: str) -> Kind:
        return self.making.declared(data_set, name) or Kind.TEXT

    def _lines(self, tabulation: Tabulation) -> dict[str, list[Recipe]]:
        """Per variable its line on each stream: the stream's own, or the data set's."""
        model, out = tabulation.model, {}
        for section in ("working", "variables"):
            places = [getattr(place, section) for place in (model, *model.records)]
            for name in dict.fromkeys(n for place in places for n in place):
                found = [_recipe(tabulation, i, section, name) for i in range(len(model.records))]
                out[name] = [recipe for recipe in found if recipe is not None]
        return out

    def _variable(self, tabulation: Tabulation, name: str, recipes: list[Recipe]) -> None:
        node = (tabulation.name, name)
        self.recipes[node] = recipes
        gives: dict[str, None] = {}
        for recipe in recipes:
            made = dict.fromkeys(all_makes(recipe.line, name, tabulation.prefix))
            gives |= made
            tabulation.made_on.setdefault(recipe.stream, set()).update([name, *made])
            tabulation.made.update([name, *made])
            if _same_name(recipe.line, name):
                tabulation.copied.setdefault(recipe.stream, set()).add(name)
        run = partial(make_variable, self.making, tabulation, name, recipes)
        self._task(node, run, [given for given in gives if given != name])

    def _typed(
        self,
        tabulation: Tabulation,
        node: Node,
        line: Line,
        names: StreamNames,
        path: NodePath,
        *,
        declared: Kind | None = None,
    ) -> None:
        """Hand a line over to be typed, and what it looks at."""
        for read in all_reads(line):
            self._fix_table(read.data_set)
        loaded = tabulation.loaded
        self.types.add(
            TypedLine(
                *node,
                line,
                lambda *steps, **more: loaded.place(*path, *steps, **more),
                names,
                RawNames(names),
                declared,
                iso=True,
                prefix=tabulation.prefix,
            )
        )

    def names(self, tabulation: Tabulation, index: int, making: str) -> StreamNames:
        """The names that only the records of a stream have."""
        stream = tabulation.model.records[index]
        own = self.own_kinds(tabulation, stream)
        sets = self.all_sets()
        joined = frozenset(join.source for join in stream.join)
        here = tabulation.made_on.get(index, set())
        copied = tabulation.copied.get(index, set())
        return StreamNames(stream, own, tabulation.made, here, copied, sets, making, joined)

    def own_kinds(self, tabulation: Tabulation, stream: Stream) -> dict[str, Kind]:
        """The columns of a stream that no raw file has, with their kinds."""
        if stream.domain is None:
            return own_kinds(self.making, tabulation.model, stream)
        known = {variable for one, variable in self.plan.owner if one == stream.domain}
        return {n: self.making.declared(stream.domain, n) or Kind.TEXT for n in known}

    def _table(self, tabulation: Tabulation, name: str) -> None:
        """A working table: one step, which needs what its lines read of other data sets."""
        table, stream = self.making.tables[name], tabulation.model.tables[name]
        own = own_kinds(self.making, tabulation.model, stream)
        self.types.fix(name, own)
        for variable, (line, section) in table_lines(tabulation, name).items():
            names = StreamNames(
                stream, own, table.made, table.made_on[0], (), self.all_sets(), variable,
                frozenset(join.source for join in stream.join),
            )  # fmt: skip
            path = ("tables", name, section, variable)
            self._typed(tabulation, (name, variable), line, names, path)

    def all_sets(self) -> set[str]:
        """Everything that can stand before the full stop of a name."""
        return {*self.making.loaded, *self.types.sets}

    def _standard(self, tabulation: Tabulation) -> None:
        name, model = tabulation.name, tabulation.model
        asked = list(model.standard)
        test = f"{tabulation.prefix}TEST"
        coded = self.plan.gives((name, f"{test}CD"))
        if coded and not self.plan.gives((name, test)) and test not in asked:
            asked.append(test)
        for number, variable in enumerate(asked):
            found = find_derivation(tabulation.domain, variable, model.first_dose_day)
            if found is None or self.making.variable(name, variable) is None:
                message = f"{variable!r} is not a standard derivation of {name}"
                hint = did_you_mean(variable, derivation_names(tabulation.domain))
                if found is not None:
                    message, hint = f"{name} has no variable {variable!r} to derive", ""
                place = tabulation.loaded.place("standard", number)
                self.wrong(name, "SPEC125", message, place, variable=variable, hint=hint)
                continue
            self.derived[(name, variable)] = found
            tabulation.made.add(variable)
            self.types.fix(name, {variable: found.kind})
            run = partial(_derive, self.making, tabulation, variable, found)
            self._task((name, variable), run)

    def _supplement(self, tabulation: Tabulation, name: str) -> None:
        recipes = []
        for index, stream in enumerate(tabulation.model.records):
            own = stream.supplemental.get(name)
            chosen = own or tabulation.model.supplemental.get(name)
            if chosen is None:
                continue
            head: NodePath = tabulation.streams[index].path if own else ()
            recipes.append(Recipe(chosen.line, index, (*head, "supplemental", name)))
        node = (tabulation.name, f"+{name}")
        self.recipes[node] = recipes
        self._task(node, partial(make_supplement, self.making, tabulation, name, recipes))

    # what is wrong

    def _check(self, tabulation: Tabulation) -> None:
        for fault in (
            *unknown_variables(self, tabulation),
            *open_variables(self, tabulation),
            *qualifier_faults(self, tabulation),
            *long_texts(self, tabulation),
            *unknown_codelists(self, tabulation),
            *split_whole_lines(self, tabulation),
            *condition_faults(self, tabulation),
        ):
            self.fault(fault)


def _same_name(line: Line, name: str) -> bool:
    """Whether a line is a column of the variable's own name, unchanged."""
    said = line.model_fields_set - {
        "note",
        "origin",
        "label",
        "pages",
        "source",
        "codelist",
        "length",
    }
    return said == {"from_"} and getattr(line, "from_", None) == [name]


def _derive(making: Making, tabulation: Tabulation, name: str, derivation: Derivation) -> None:
    tabulation.columns[name] = derivation.derive(making, tabulation, name)
    conform(making, tabulation, name, [])
    tell_blank(making, tabulation, name)


def _recipe(tabulation: Tabulation, index: int, section: str, name: str) -> Recipe | None:
    """A stream's own line of a variable, or the data set's."""
    stream = tabulation.model.records[index]
    own: dict[str, Line] = getattr(stream, section)
    shared: dict[str, Line] = getattr(tabulation.model, section)
    if name in own:
        return Recipe(own[name], index, (*tabulation.streams[index].path, section, name))
    return Recipe(shared[name], index, (section, name)) if name in shared else None


__all__ = ["AUTOMATIC", "ORDER", "SUBJECTS", "Planner"]

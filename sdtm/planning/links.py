"""What every task of a tabulation needs: the names of lines, conditions, keys, derivations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.line import SUBJECT, Read, all_reads, condition_reads, reads_of
from derive.planning.plan import KEPT, RECORDS, Node, Task
from sdtm.model import Stream
from sdtm.planning.steps import earlier_parts
from sdtm.records.beside.others import two_things
from sdtm.records.beside.working_tables import table_lines
from sdtm.records.made.from_sets import timing_date
from sdtm.records.made.visit_form import unscheduled_line
from sdtm.tabulation import RELATED, Recipe, Tabulation
from specs import SpecPlace
from specs.suggest import did_you_mean

if TYPE_CHECKING:
    from sdtm.planning.plan import Planner


class Linker:
    """Adds to the tasks of a plan what they need."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.making, self.plan = planner.making, planner.plan
        self._two = two_things(self.making.study, {**self.making.loaded, **self.making.tables})

    def link(self, tabulation: Tabulation) -> None:
        """Link the tasks of one data set."""
        name = tabulation.name
        for node, task in self.plan.tasks.items():
            if node[0] != name:
                continue
            if node[1] != RECORDS:
                task.needs.add((name, RECORDS))
            for recipe in self.planner.recipes.get(node, ()):
                self._link_recipe(tabulation, task, recipe)
            if node[1].startswith("?") and node[1] != "?subjects":
                self._link_check(tabulation, task, int(node[1][1:]))
        self._link_tables(tabulation)
        self._link_subjects(tabulation)
        self._link_derived(tabulation)
        self._link_kept(tabulation)
        self._link_order(tabulation)
        for index, stream in enumerate(tabulation.model.records):
            self._link_stream(tabulation, index, stream)

    def _link_recipe(self, tabulation: Tabulation, task: Task, recipe: Recipe) -> None:
        place = tabulation.loaded.place(*recipe.path)
        for read in all_reads(recipe.line):
            self._read(tabulation, task, recipe.stream, read, place)
        if recipe.line.whole:
            task.needs.add((tabulation.name, KEPT))
        stream = tabulation.model.records[recipe.stream]
        known = unscheduled_line(tabulation.model, stream)
        if known is not None and known[1] is recipe.line:
            self._need_visits(task)

    def _read(
        self, tabulation: Tabulation, task: Task, index: int, read: Read, place: SpecPlace
    ) -> None:
        """A name that a line reads on the records of a stream."""
        names = self.planner.names(tabulation, index, task.node[1].lstrip("+"))
        name, own = read.name, tabulation.name
        if (str(read) in names and read.data_set != own) or name.startswith("raw."):
            return
        if read.data_set and read.data_set != own:
            self._need_other(task, read, place)
        else:
            self._need(task, (own, name))

    def _need(self, task: Task, node: Node) -> None:
        if self.plan.gives(node) and self.plan.owner[node] != task.node:
            task.needs.add(node)

    def _need_other(self, task: Task, read: Read, place: SpecPlace) -> None:
        other = read.data_set
        owner = self.planner.table_owner.get(other)
        if owner is not None:
            task.needs.add((owner, f"/{other}"))
            return
        if other in self._two:
            message = f"{other!r} is {self._two[other]}"
            hint = "give one of them another name"
            self.planner.wrong(task.node[0], "SPEC120", message, place, hint=hint)
        elif other in self.making.loaded:
            self._need(task, (other, read.name))
            task.needs.add((other, KEPT))
            if other != task.node[0] and not self._known(other, read.name):
                self._unknown(task, read, place)
        elif other not in self.planner.types.sets:
            message = f"{task.node[0]} needs {other}, which the study does not build"
            hint = did_you_mean(other, self.planner.types.sets)
            self.planner.wrong(
                task.node[0],
                "SPEC117",
                message,
                place,
                variable=task.node[1].lstrip("+"),
                hint=hint,
            )

    def _known(self, other: str, name: str) -> bool:
        return not name or self.plan.gives((other, name)) or self.plan.gives((other, f"+{name}"))

    def _unknown(self, task: Task, read: Read, place: SpecPlace) -> None:
        known = [variable for one, variable in self.plan.owner if one == read.data_set]
        self.planner.wrong(
            task.node[0],
            "SPEC117",
            f"{read.data_set} has no variable {read.name!r}",
            place,
            variable=task.node[1].lstrip("+"),
            hint=did_you_mean(read.name, known),
        )

    def _need_visits(self, task: Task) -> None:
        """Unscheduled visits are numbered after the planned visits that SV or the form of visits
        holds; by the form, together with those of all other data sets."""
        if self.making.study.spec.visit_form is not None:
            self._need_all_unscheduled(task)
        elif task.node[0] != "SV" and "SV" in self.making.loaded:
            for name in (SUBJECT, "VISITNUM", "SVSTDTC"):
                self._need(task, ("SV", name))
            task.needs.add(("SV", KEPT))

    def _need_all_unscheduled(self, task: Task) -> None:
        for other in self.making.sets.values():
            if other.name == "SV":
                continue
            for index, stream in enumerate(other.model.records):
                known = unscheduled_line(other.model, stream)
                if known is None:
                    continue
                task.needs.add((other.name, RECORDS))
                place = other.loaded.place()
                inner = Task((other.name, known[0]), task.run)
                for read in all_reads(known[1]):
                    self._read(other, inner, index, read, place)
                task.needs |= inner.needs - {task.node}

    def _link_check(self, tabulation: Tabulation, task: Task, number: int) -> None:
        check = tabulation.model.checks[number]
        place = tabulation.loaded.place("checks", number)
        reads = [*condition_reads(check.where), *reads_of([*check.same, *check.once_per])]
        task.needs.add((tabulation.name, KEPT))
        for index, stream in enumerate(tabulation.model.records):
            if check.of in (None, stream.source, stream.name):
                for read in reads:
                    self._read(tabulation, task, index, read, place)

    def _link_tables(self, tabulation: Tabulation) -> None:
        """What the lines of working tables read of other data sets."""
        for name in tabulation.model.tables:
            task = self.plan.tasks[(tabulation.name, f"/{name}")]
            task.needs.discard((tabulation.name, RECORDS))
            for variable, (line, section) in table_lines(tabulation, name).items():
                place = tabulation.loaded.place("tables", name, section, variable)
                for read in all_reads(line):
                    known = self.planner.types.sets
                    if read.data_set in known and read.data_set != name:
                        self._need_other(task, read, place)

    def _link_subjects(self, tabulation: Tabulation) -> None:
        task = self.plan.tasks.get((tabulation.name, "?subjects"))
        if task is not None:
            task.needs |= {(tabulation.name, KEPT), ("DM", KEPT)}
            self._need(task, (tabulation.name, RELATED))

    def _link_kept(self, tabulation: Tabulation) -> None:
        """The variables that say which records are in this cut."""
        name, model = tabulation.name, tabulation.model
        task = self.plan.tasks[(name, KEPT)]
        named = [("cut", model.cut)] if model.cut else []
        named += [("leave-out", read.name) for read in condition_reads(model.leave_out)]
        for key, variable in named:
            self._named(tabulation, task, str(variable), key)
        for index, stream in enumerate(model.records):
            path = (*tabulation.streams[index].path, "not-in-earlier")
            for number, variable in enumerate(stream.not_in_earlier):
                self._named(tabulation, task, variable, *path, number)

    def _named(self, tabulation: Tabulation, task: Task, variable: str, *path: str | int) -> None:
        if self.plan.gives((tabulation.name, variable)):
            self._need(task, (tabulation.name, variable))
            return
        known = [name for one, name in self.plan.owner if one == tabulation.name]
        message = f"{path[0]}: {tabulation.name} has no variable {variable!r}"
        hint = did_you_mean(variable, known)
        place = tabulation.loaded.place(*path)
        self.planner.wrong(tabulation.name, "SPEC115", message, place, hint=hint)

    def _link_order(self, tabulation: Tabulation) -> None:
        task = self.plan.tasks[(tabulation.name, "*order")]
        task.needs.add((tabulation.name, KEPT))
        for other in earlier_parts(self.making, tabulation):
            task.needs.add((other, "*order"))
        self._need(task, (tabulation.name, tabulation.person))
        for number, name in enumerate(tabulation.model.keys):
            if name != tabulation.seq:
                self._named(tabulation, task, name, "keys", number)

    def _link_stream(self, tabulation: Tabulation, index: int, stream: Stream) -> None:
        """What records that come from other data sets need."""
        task = self.plan.tasks[(tabulation.name, RECORDS)]
        place = tabulation.loaded.place(*tabulation.streams[index].path)
        if stream.domain:
            for name in sorted(self._read_of(tabulation, index, stream.domain) | {SUBJECT}):
                self._need_other(task, Read(name, stream.domain), place)
        for other in stream.visits_of or []:
            columns = {name for one, name in self.plan.owner if one == other}
            for name in (SUBJECT, "VISITNUM", timing_date(self.making.sets[other].prefix, columns)):
                self._need_other(task, Read(name, other), place)
            for name in sorted({"VISIT", "VISITDY"} & columns):
                self._need_other(task, Read(name, other), place)
        lines = [line for e in stream.elements or [] for line in (e.starts, e.ends)]
        for line in [*lines, stream.ends] if stream.elements else []:
            self._need_other(task, Read(SUBJECT, "DM"), place)
            for read in all_reads(line) if line is not None else []:
                if read.data_set:
                    self._need_other(task, read, place)

    def _read_of(self, tabulation: Tabulation, index: int, other: str) -> set[str]:
        """The variables of ``other`` that the stream's lines and filter name."""
        stream = tabulation.model.records[index]
        known = {variable for one, variable in self.plan.owner if one == other}
        names = {read.name for read in condition_reads(stream.where)} | set(stream.one_per)
        for node, recipes in self.planner.recipes.items():
            if node[0] == tabulation.name:
                for recipe in recipes:
                    if recipe.stream == index:
                        names |= {r.name for r in all_reads(recipe.line) if not r.data_set}
        return {name.removeprefix("raw.") for name in names} & known

    def _link_derived(self, tabulation: Tabulation) -> None:
        name = tabulation.name
        for (data_set, variable), derivation in self.planner.derived.items():
            if data_set != name:
                continue
            task = self.plan.tasks[(name, variable)]
            for need in derivation.needs:
                self._derived_need(tabulation, task, need)
            if all(need.startswith("?") for need in derivation.needs):
                self._refuse_idle(tabulation, variable, derivation.needs)

    def _refuse_idle(self, tabulation: Tabulation, variable: str, needs: tuple[str, ...]) -> None:
        """A derivation of which nothing is there would leave every record blank in silence."""
        reads = [Read.of(need.lstrip("?"), tabulation.name) for need in needs]
        if any(self.plan.gives((read.data_set, read.name)) for read in reads):
            return
        names = ", ".join(need.lstrip("?") for need in needs)
        message = f"{variable} is derived from {names}, and the study has none of them"
        place = tabulation.loaded.place("standard")
        self.planner.wrong(tabulation.name, "SPEC117", message, place, variable=variable)

    def _derived_need(self, tabulation: Tabulation, task: Task, need: str) -> None:
        name = tabulation.name
        optional, wanted = need.startswith("?"), need.lstrip("?").replace("--", tabulation.prefix)
        if wanted == "=keys":
            for key in tabulation.model.keys:
                self._need(task, (name, key))
            task.needs.add((name, KEPT))
            return
        if wanted == "=date":
            columns = {variable for one, variable in self.plan.owner if one == name}
            wanted = timing_date(tabulation.prefix, columns)
        read = Read.of(wanted, name)
        if self.plan.gives((read.data_set, read.name)):
            self._need(task, (read.data_set, read.name))
            if read.data_set != name:
                task.needs.add((read.data_set, KEPT))
        elif not optional:
            variable, place = task.node[1], tabulation.loaded.place("standard")
            message = f"{variable} is derived from {wanted}, which {name} does not have"
            if read.data_set != name and read.data_set not in self.making.loaded:
                message = f"{name}.{variable} needs {read.data_set}, "
                message += "which the study does not build"
            self.planner.wrong(name, "SPEC117", message, place, variable=variable)

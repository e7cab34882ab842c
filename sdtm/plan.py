"""The plan of a build: which variable needs which, across data sets, and in what order.

A node is (data set, what): a variable, ``*records`` (the record streams), ``*kept`` (which records
are in this cut), ``+QNAM`` (a supplemental qualifier), ``?n`` (an edit check). A circle is an
error that prints the circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

import numpy as np

from sdtm.failure import LineFailed
from sdtm.plan_errors import circle, unknown_domain, unknown_variable
from sdtm.plan_model import (
    AUTOMATIC,
    KEPT,
    RECORDS,
    Node,
    Plan,
    Recipe,
    outputs,
)
from sdtm.references import Reference, references
from sdtm.scene import Kitchen
from sdtm.standard import Derivation, derivation_names, find_derivation
from sdtm.standard.epochs import timing_date
from sdtm.state import DomainState, Stream
from sdtm.streams import check_entry, raw_stream, stream_path
from sdtm.unscheduled import own_unscheduled, unscheduled_lines
from sdtm.variables_check import open_variables, unknown_variables
from specs import RawDataError, SpecificationError, finding
from specs.language import Check, Records, Visit
from specs.suggest import did_you_mean
from specs.yaml_source import NodePath


class Planner:
    """Makes the plan of the data sets asked for and of all that they need."""

    def __init__(self, kitchen: Kitchen, wanted: Iterable[str]) -> None:
        self.kitchen, self.plan = kitchen, Plan()
        self.problems: list[SpecificationError] = []
        for domain in wanted:
            self.load(domain)

    def load(self, domain: str) -> None:
        """Open a data set: its raw streams, its lines, its standard derivations."""
        if domain in self.kitchen.states or domain not in self.kitchen.study.domains:
            return
        state = DomainState(self.kitchen.study.domains[domain])
        self.kitchen.states[domain] = state
        try:
            self._streams(state)
            self._lines(state)
        except SpecificationError as error:
            self.problems.append(error)

    def _streams(self, state: DomainState) -> None:
        entries = state.spec.model.records
        written = state.spec.document.data.get("records")
        streams = []
        for index, entry in enumerate(entries):
            path = stream_path(entries, index, isinstance(written, list))
            check_entry(state, entry, path)
            if entry.source or entry.table or entry.one:
                streams.append(self._raw_stream(state, index, path))
            else:
                streams.append(_placeholder(index, entry, path))
        state.streams = streams

    def _raw_stream(self, state: DomainState, index: int, path: NodePath) -> Stream:
        """The records of a stream; none, and a failed data set, where the data do not allow it."""
        try:
            return raw_stream(self.kitchen, state, index, path)
        except (LineFailed, RawDataError) as error:
            self.plan.failed[state.name] = error.findings[0].message
            if isinstance(error, RawDataError):
                known = self.plan.unreadable
                known.extend(f for f in error.findings if f not in known)
            return _placeholder(index, state.spec.model.records[index], path)

    def _lines(self, state: DomainState) -> None:
        domain = state.name
        self.plan.needs[(domain, RECORDS)] = set()
        self.plan.needs[(domain, KEPT)] = {(domain, RECORDS)}
        for name, found in self._recipes(state).items():
            node = (domain, name)
            self.plan.lines[node] = found
            for recipe in found:
                for output in outputs(recipe.line, domain, name):
                    self._own(node, (domain, output))
        self.problems.extend(unknown_variables(self.kitchen, self.plan, state))
        for name in [*AUTOMATIC, *self._table_variables(state)]:
            self.plan.owner.setdefault((domain, name), (domain, RECORDS))
        self._standard(state)
        for name, supplement in self._supplements(state).items():
            self.plan.lines[(domain, f"+{name}")] = supplement
        self.problems.extend(open_variables(self.kitchen, self.plan, state))

    def _own(self, node: Node, output: Node) -> None:
        """Say which node gives a variable. Its own line comes after a line that gives it beside
        another variable (--STAT beside --ORRES), and wins where both speak."""
        before = self.plan.owner.get(output, node)
        if output == node or before != output:
            self.plan.owner[output] = node
        own, beside = (node, before) if output == node else (before, node)
        if own == output and beside != own:
            self.plan.needs.setdefault(own, set()).add(beside)

    def _recipes(self, state: DomainState) -> dict[str, list[Recipe]]:
        """Per variable its line on each stream: the stream's own, or the data set's."""
        model, out = state.spec.model, {}
        places = (model, *model.records)
        for section in ("working", "variables"):
            for name in dict.fromkeys(n for place in places for n in getattr(place, section)):
                out[name] = [
                    recipe
                    for stream in state.streams
                    if (recipe := _recipe(state, stream, section, name)) is not None
                ]
        return out

    def _supplements(self, state: DomainState) -> dict[str, list[Recipe]]:
        model, out = state.spec.model, {}
        names = [*model.supplemental, *(n for e in model.records for n in e.supplemental)]
        for name in dict.fromkeys(names):
            recipes = []
            for stream in state.streams:
                own = stream.entry.supplemental.get(name)
                shared = model.supplemental.get(name)
                base: NodePath = (
                    (*stream.path, "supplemental", name) if own else ("supplemental", name)
                )
                chosen = own or shared
                if chosen is not None:
                    recipes.append(Recipe(chosen.is_, stream.index, base))
            out[name] = recipes
        return out

    def _table_variables(self, state: DomainState) -> list[str]:
        """Variables that the table of tests gives."""
        names = dict.fromkeys(n for s in state.streams for n in s.virtual)
        return [n for n in names if self.kitchen.variable(state.name, n) is not None]

    def _standard(self, state: DomainState) -> None:
        domain, model = state.name, state.spec.model
        asked = list(model.standard)
        test = f"{domain}TEST"
        if (
            (domain, f"{test}CD") in self.plan.owner
            and (domain, test) not in self.plan.owner
            and test not in asked
        ):
            asked.append(test)
        for number, name in enumerate(asked):
            found = find_derivation(domain, name)
            if found is None:
                message = f"{name!r} is not a standard derivation of {domain}"
                hint = did_you_mean(name, derivation_names(domain))
                place = state.spec.place("standard", number)
                raise SpecificationError(
                    finding(
                        "SPEC125", message, dataset=domain, variable=name, spec=place, hint=hint
                    )
                )
            self.plan.derived[(domain, name)] = found
            self.plan.owner.setdefault((domain, name), (domain, name))

    def finish(self) -> Plan:
        """Link the nodes and put them in order. Raises SpecificationError for all that is wrong,
        RawDataError for that and all files that cannot be read."""
        linked: set[str] = set()
        while set(self.kitchen.states) - linked:
            for domain in [d for d in self.kitchen.states if d not in linked]:
                linked.add(domain)
                self._link(self.kitchen.states[domain])
        found = [f for problem in self.problems for f in problem.findings]
        wrong = [f for f in found if f.dataset not in self.plan.failed]
        if wrong and self.plan.unreadable:
            raise RawDataError([*self.plan.unreadable, *wrong])
        if wrong:
            raise SpecificationError(wrong)
        try:
            self.plan.order = list(TopologicalSorter(_sorted(self.plan.needs)).static_order())
        except CycleError as error:
            raise circle(self.kitchen, self.plan, error.args[1]) from error
        return self.plan

    def _link(self, state: DomainState) -> None:
        domain, model = state.name, state.spec.model
        if (domain, KEPT) not in self.plan.needs:
            return  # its specification is wrong, which `problems` says
        for node, recipes in [item for item in self.plan.lines.items() if item[0][0] == domain]:
            needs = self.plan.needs.setdefault(node, set())
            needs.add((domain, RECORDS))
            for recipe in recipes:
                stream = state.streams[recipe.stream]
                for reference in references(recipe.line, domain):
                    self._need(needs, node, state, stream, reference)
                if isinstance(recipe.line, Visit) and recipe.line.unscheduled:
                    self._need_visits(needs, node)
        for node, derivation in [
            item for item in self.plan.derived.items() if item[0][0] == domain
        ]:
            self._link_derived(state, node, derivation)
        for number, check in enumerate(model.checks):
            self._link_check(state, (domain, f"?{number}"), check)
        self._link_kept(state)
        for stream in state.streams:
            self._link_stream(state, stream)

    def _link_kept(self, state: DomainState) -> None:
        """The variables that say which records are in this cut, and in which order."""
        domain, model = state.name, state.spec.model
        node = (domain, KEPT)
        named = [
            ("cut", model.cut),
            *(("drop", n) for n in (model.drop.names if model.drop else ())),
        ]
        for key, name in named:
            if name and (domain, name) in self.plan.owner:
                self._need_variable(self.plan.needs[node], node, domain, name)
            elif name:
                self.problems.append(unknown_variable(self.plan, state, name, key))
        for stream in state.streams:
            for number, name in enumerate(stream.entry.not_in_earlier):
                if (domain, name) in self.plan.owner:
                    self._need_variable(self.plan.needs[node], node, domain, name)
                else:
                    self.problems.append(
                        unknown_variable(
                            self.plan, state, name, *stream.path, "not-in-earlier", number
                        )
                    )
        for number, name in enumerate(model.keys):
            if (domain, name) not in self.plan.owner and name != f"{domain}SEQ":
                self.problems.append(unknown_variable(self.plan, state, name, "keys", number))

    def _need_visits(self, needs: set[Node], node: Node) -> None:
        """Unscheduled visits are numbered after the planned visits that SV or the form of visits
        holds; by the form, together with those of all other data sets."""
        if self.kitchen.study.spec.visit_form is not None:
            self._need_unscheduled(needs, node)
            return
        if node[0] != "SV" and "SV" in self.kitchen.study.domains:
            for name in ("USUBJID", "VISITNUM", "SVSTDTC"):
                self._need_other(needs, node, "SV", name)

    def _need_unscheduled(self, needs: set[Node], node: Node) -> None:
        for domain in self.kitchen.study.domains:
            model = self.kitchen.study.domains[domain].model
            if domain == "SV" or not any(True for _ in unscheduled_lines(model)):
                continue
            self.load(domain)
            state = self.kitchen.states[domain]
            needs.add((domain, RECORDS))
            for stream in state.streams:
                line = own_unscheduled(model, stream.entry)
                for reference in references(line[1], domain) if line else ():
                    self._need(needs, node, state, stream, reference)

    def _link_check(self, state: DomainState, node: Node, check: Check) -> None:
        names = [*(check.where.names if check.where else ()), *check.same, *check.once_per]
        needs = self.plan.needs.setdefault(node, {(state.name, KEPT)})
        for stream in state.streams:
            if check.of in (None, stream.entry.source):
                for name in names:
                    self._need(needs, node, state, stream, Reference(name))

    def _link_stream(self, state: DomainState, stream: Stream) -> None:
        """What records that come from other data sets need."""
        entry, node = stream.entry, (state.name, RECORDS)
        needs = self.plan.needs[node]
        if entry.domain:
            self.load(entry.domain)
            self._all_of(needs, state, stream, entry.domain)
        for other in entry.visits_of or []:
            self.load(other)
            for name in ("USUBJID", "VISITNUM", self._date_of(other)):
                self._need_other(needs, node, other, name)
                if other in self.kitchen.states and (other, name) not in self.plan.owner:
                    self.problems.append(
                        unknown_variable(self.plan, self.kitchen.states[other], name, "domain")
                    )
        for start in entry.elements or []:
            self._need_other(needs, node, "DM", "USUBJID")
            for line in (start.starts, start.ends, entry.ends):
                if line is not None:
                    for reference in references(line, state.name):
                        self._need_elsewhere(needs, node, reference)

    def _all_of(self, needs: set[Node], state: DomainState, stream: Stream, other: str) -> None:
        """The variables of ``other`` that the stream's lines and filter name."""
        known = {v for d, v in self.plan.owner if d == other}
        names = set(stream.entry.where.names if stream.entry.where else ()) | set(
            stream.entry.one_per
        )
        for (domain, _), recipes in self.plan.lines.items():
            if domain == state.name:
                for recipe in recipes:
                    if recipe.stream == stream.index:
                        names |= {r.name for r in references(recipe.line, domain) if not r.domain}
        for name in sorted((names & known) | {"USUBJID"}):
            self._need_other(needs, (state.name, RECORDS), other, name)

    def _date_of(self, domain: str) -> str:
        start = f"{domain}STDTC"
        return start if (domain, start) in self.plan.owner else f"{domain}DTC"

    def _need_elsewhere(self, needs: set[Node], node: Node, reference: Reference) -> None:
        domain, name = reference.domain, reference.name
        if not domain and "." in name:
            domain, _, name = name.partition(".")
        if domain:
            self._need_other(needs, node, domain, name)

    def _need(
        self, needs: set[Node], node: Node, state: DomainState, stream: Stream, reference: Reference
    ) -> None:
        domain, name = state.name, reference.name
        if reference.domain and reference.domain != domain:
            self._need_other(needs, node, reference.domain, name)
            return
        own = not reference.domain and (
            stream.has(name.removeprefix("raw.")) or bool(stream.entry.domain)
        )
        if own and (not stream.entry.domain or (domain, name) not in self.plan.owner):
            return
        head, _, tail = name.partition(".")
        if tail and head in self.kitchen.study.domains and head != domain:
            self._need_other(needs, node, head, tail)
            return
        self._need_variable(needs, node, domain, tail if tail and head == domain else name)

    def _need_variable(self, needs: set[Node], node: Node, domain: str, name: str) -> None:
        owner = self.plan.owner.get((domain, name))
        if owner is not None and owner != node:
            needs.add(owner)

    def _need_other(self, needs: set[Node], node: Node, domain: str, name: str) -> None:
        self.load(domain)
        if domain not in self.kitchen.states:
            self.problems.append(unknown_domain(self.kitchen, self.plan, node, domain))
            return
        self._need_variable(needs, node, domain, name)
        if domain != node[0]:
            needs.add((domain, KEPT))

    def _link_derived(self, state: DomainState, node: Node, derivation: Derivation) -> None:
        domain = state.name
        needs = self.plan.needs.setdefault(node, set())
        needs.add((domain, RECORDS))
        for need in derivation.needs:
            optional, name = need.startswith("?"), need.lstrip("?").replace("--", domain)
            if name == "=date":
                name = self._date_of(domain)
            if name == "=keys":
                for key in state.spec.model.keys:
                    self._need_variable(needs, node, domain, key)
                needs.add((domain, KEPT))
                continue
            other, dot, variable = name.partition(".")
            if dot:
                self._need_other(needs, node, other, variable)
            elif (domain, name) in self.plan.owner:
                self._need_variable(needs, node, domain, name)
            elif not optional:
                message = f"{node[1]} is derived from {name}, which {domain} does not have"
                place = state.spec.place("standard")
                self.problems.append(
                    SpecificationError(
                        finding("SPEC117", message, dataset=domain, variable=node[1], spec=place)
                    )
                )


def _recipe(state: DomainState, stream: Stream, section: str, name: str) -> Recipe | None:
    """A stream's own line of a variable, or the data set's."""
    own, shared = getattr(stream.entry, section), getattr(state.spec.model, section)
    if name in own:
        return Recipe(own[name], stream.index, (*stream.path, section, name))
    return Recipe(shared[name], stream.index, (section, name)) if name in shared else None


def _placeholder(index: int, entry: Records, path: NodePath) -> Stream:
    return Stream(index, entry, path, np.empty(0, np.int64), domain=entry.domain or "*")


def _sorted(needs: dict[Node, set[Node]]) -> dict[Node, list[Node]]:
    """The graph with edges in a fixed order, so that the plan is the same every time."""
    return {node: sorted(edges) for node, edges in sorted(needs.items())}


__all__ = ["KEPT", "RECORDS", "Node", "Plan", "Planner", "Recipe", "outputs", "timing_date"]

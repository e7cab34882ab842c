"""What a file leaves unsaid: lines of predecessors, of parameters, of standard derivations, and the
order of the published variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adam.model import AnalysisDataSet, LoadedSet
from adam.standard import standard_line, standard_names
from adam.tables.model import Table
from adam.time_to_event.model import NAMES as TTE_NAMES
from derive.line import Line, all_makes
from derive.verbs.registry import read_line
from specs import SpecificationError, finding
from specs.reading.yaml_source import NodePath
from specs.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Stated:
    """A line of a data set and where it stands. ``said`` tells how: as a line, or by a predecessor,
    a table of parameters, or the name of a standard derivation."""

    line: Line
    path: NodePath
    said: str = "line"
    working: bool = False


@dataclass(slots=True)
class Completion:
    """The data sets of a study, completed by one another and by what the source folder has
    (``sources``: its data sets and their variables; None where nothing is built yet)."""

    loaded: Mapping[str, LoadedSet]
    sources: Mapping[str, Sequence[str]] | None
    _published: dict[str, list[str]] = field(default_factory=dict)

    def lines(self, name: str) -> dict[str, Stated]:
        """Every line at data set level, by the variable that it makes.

        Raises SpecificationError SPEC117 (predecessors of no data set), SPEC125 (no such standard
        derivation).
        """
        loaded = self.loaded[name]
        model = loaded.model
        out: dict[str, Stated] = {}
        for section, working in (("working", True), ("variables", False)):
            for variable, line in getattr(model, section).items():
                hidden = working or variable != variable.upper()
                out[variable] = Stated(line, (section, variable), working=hidden)
        for number, item in self.predecessors(name):
            data_set, _, bare = item.rpartition(".")
            if data_set:
                path = ("predecessors", number)
                out.setdefault(bare, Stated(_line({"from": item}), path, "predecessor"))
        for attribute, line in _attributes(model).items():
            out.setdefault(attribute, Stated(line, ("parameters",), "parameter"))
        return out | self._standard(loaded)

    def _standard(self, loaded: LoadedSet) -> dict[str, Stated]:
        out = {}
        for number, variable in enumerate(loaded.model.standard):
            made = standard_line(variable, subject_level(self.loaded))
            if made is None:
                message = f"{variable!r} is not a standard derivation of analysis data"
                hint = did_you_mean(variable, standard_names())
                place = loaded.place("standard", number)
                raise SpecificationError(
                    finding(
                        "SPEC125",
                        message,
                        dataset=loaded.name,
                        variable=variable,
                        spec=place,
                        hint=hint,
                    )
                )
            out[variable] = Stated(_line(made), ("standard", number), "standard")
        return out

    def predecessors(self, name: str) -> list[tuple[int, str]]:
        """Predecessors one by one, ``ADSL.*`` put out, each with its place in the list.

        Those of the data sets that the records themselves come from are bare names: ``*`` is all
        of them, ``AE.*`` and ``AE.AETERM`` in records of AE are the record's own.
        """
        loaded = self.loaded[name]
        own = set(self.own_names(name))
        out: list[tuple[int, str]] = []
        for number, item in enumerate(loaded.model.predecessors):
            data_set, _, variable = item.rpartition(".")
            names = [variable]
            sets = [data_set] if data_set or variable != "*" else self._record_sources(name)
            if variable == "*":
                taken = {*own, *(one.rpartition(".")[2] for _, one in out)}
                found = dict.fromkeys(n for one in sets for n in self._of(loaded, number, one))
                names = [n for n in found if n not in taken]
            bare = not data_set or data_set in self._record_sources(name)
            out += [
                (number, n if bare and (n not in own or not data_set) else f"{data_set}.{n}")
                for n in names
            ]
        return out

    def _record_sources(self, name: str) -> list[str]:
        """The data sets that all records of a data set come from, but for the subjects'."""
        model = self.loaded[name].model
        tables = tables_behind(model)
        if model.time_to_event is not None or any(table.events for table in tables.values()):
            return []
        found = dict.fromkeys(one for table in tables.values() for one in table.from_)
        return [one for one in found if one not in tables and one != subject_level(self.loaded)]

    def _of(self, loaded: LoadedSet, number: int, data_set: str) -> Sequence[str]:
        if data_set in self.loaded:
            return self.published(data_set)
        data_set = loaded.model.sources.get(data_set, data_set).upper()
        if self.sources is None:
            return []
        if data_set in self.sources:
            return self.sources[data_set]
        message = f"there is no data set {data_set}"
        hint = did_you_mean(data_set, [*self.loaded, *self.sources])
        place = loaded.place("predecessors", number)
        raise SpecificationError(
            finding("SPEC117", message, dataset=loaded.name, spec=place, hint=hint)
        )

    def own_names(self, name: str) -> list[str]:
        """Variables that a data set makes by itself, in the order they are written."""
        model = self.loaded[name].model
        names = [n for table in tables_behind(model).values() for n in table.made()]
        if model.time_to_event is not None:
            names += [*TTE_NAMES, *model.time_to_event.extras()]
        names += [a for p in model.parameters.values() for a in p]
        for variable, line in model.variables.items():
            names += [variable, *all_makes(line, variable, name)]
        names += model.standard
        return [n for n in dict.fromkeys(names) if n == n.upper() and n not in model.working]

    def published(self, name: str) -> list[str]:
        """The variables in their order: ``publish``, or predecessors and then its own."""
        if name not in self._published:
            self._published[name] = self._order(name)
        return self._published[name]

    def _order(self, name: str) -> list[str]:
        model = self.loaded[name].model
        if model.publish:
            return list(model.publish)
        carried = [item.rpartition(".")[2] for _, item in self.predecessors(name)]
        names = dict.fromkeys([*carried, *self.own_names(name)])
        return [n for n in names if n not in model.drop]


def tables_behind(model: AnalysisDataSet) -> dict[str, Table]:
    """The record tables by name, each after the working tables that its records come through."""
    known = model.all_tables()
    out: dict[str, Table] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        for source in (*known[name].from_, *(e.from_ for e in known[name].events if e.from_)):
            if source in known and source not in out and source not in path:
                visit(source, (*path, name))
        out.setdefault(name, known[name])

    for name in model.records:
        visit(name, ())
    return out


def subject_level(loaded: Mapping[str, LoadedSet]) -> str | None:
    """The subject-level data set of a study."""
    return next((n for n, one in loaded.items() if one.model.class_ == "subject-level"), None)


def _attributes(model: AnalysisDataSet) -> dict[str, Line]:
    """A line per variable that PARAMCD gives: the same value for all codes that have it. A text
    that a parameter has not is an error, a number is left blank."""
    names: Iterable[str] = dict.fromkeys(a for p in model.parameters.values() for a in p)
    out = {}
    for name in names:
        terms: dict[str, list[str]] = {}
        for code, attributes in model.parameters.items():
            if attributes.get(name):
                terms.setdefault(attributes[name], []).append(code)
        number = name.endswith("N")
        full = all(attributes.get(name) for attributes in model.parameters.values())
        unmapped = "error" if full and not number else "blank"
        line: dict[str, object] = {"from": "PARAMCD", "map": terms, "unmapped": unmapped}
        out[name] = _line(line | ({"as": "number"} if number else {}))
    return out


def _line(data: object) -> Line:
    line = read_line(data)
    assert line is not None  # noqa: S101 - made of a mapping
    return line

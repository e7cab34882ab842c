"""The analysis data sets of a study folder, read and completed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adam.language import AdamLine, Copy, walk
from adam.language_datasets import AdamDataset, Table
from adam.tte_records import NAMES as TTE_NAMES
from specs.codes import finding
from specs.decisions import settle, settle_itself
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from specs.language import StudySpec
from specs.suggest import did_you_mean
from specs.tables import Table as CsvTable
from specs.tables import read_table
from specs.validate import validate
from specs.yaml_source import YamlDocument, read_yaml

TTE_TABLE = "time-to-event"


@dataclass
class LoadedDataset:
    """One data set: its model, its document, and what the two leave unsaid filled in.

    ``lines`` holds every line at data set level: those written, those that ``predecessors`` stand
    for, and those that ``parameters`` stand for. ``published`` are the variables in their order.
    """

    model: AdamDataset
    document: YamlDocument
    lines: dict[str, AdamLine]
    published: list[str]

    @property
    def name(self) -> str:
        """The data set's name."""
        return self.model.dataset

    def tables(self) -> dict[str, Table]:
        """Working tables and record tables."""
        return {**self.model.tables, **self.model.record_tables()}

    def maker(self, variable: str) -> str | None:
        """The name of the line that makes a variable at data set level; None: it comes
        with the records."""
        if variable in self.lines:
            return variable
        return next((n for n, line in self.lines.items() if variable in line.extras()), None)

    def lines_of(self, variable: str) -> dict[str, tuple[str, AdamLine]]:
        """The lines of record tables that make a variable: table to (name of the line, line).

        A record table without a line of its own takes that of the working table it comes through.
        """
        out = {}
        for table in self.model.record_tables():
            found = self._line_in(table, variable, set())
            if found is not None:
                out[table] = found
        return out

    def _line_in(self, table: str, variable: str, seen: set[str]) -> tuple[str, AdamLine] | None:
        spec = self.tables().get(table)
        if spec is None or table in seen:
            return None
        for event in spec.events:
            if variable in event.set:
                return table, event.set[variable]
        for name, line in walk(spec.variables):
            if name == variable:
                return table, line
        found = (self._line_in(source, variable, seen | {table}) for source in spec.from_)
        return next((one for one in found if one is not None), None)

    def place_of(self, variable: str) -> SpecPlace:
        """Where a variable is written: its line, its parameter attribute, or its predecessor."""
        for name, line in self.model.variables.items():
            if variable in (name, *line.extras()):
                return self.place("variables", name)
        for section, tables in (("records", self.model.records), ("tables", self.model.tables)):
            for table, spec in tables.items():
                for name, line in spec.variables.items():
                    if variable in (name, *line.extras()):
                        return self.place(section, table, "variables", name)
        if any(variable in attributes for attributes in self.model.parameters.values()):
            return self.place("parameters")
        for number, item in enumerate(self.model.predecessors):
            if item == variable or item.rpartition(".")[2] in (variable, "*"):
                return self.place("predecessors", number)
        return self.place("time-to-event" if self.model.time_to_event else "dataset")

    def place(self, *path: str | int) -> SpecPlace:
        """The place of a node of the file."""
        return self.document.place(path)


def load_study_spec(study: Path) -> StudySpec:
    """study.yaml under the decisions that it takes itself. Raises SpecificationError."""
    return validate(StudySpec, settle_itself(read_yaml(study / "study.yaml", "study.yaml")))


def load_adam(study: Path, known: dict[str, list[str]]) -> dict[str, LoadedDataset]:
    """Every ``adam/*.yaml``, under the decisions of study.yaml.

    ``known`` maps the data sets of the source folder to their variables.

    Raises SpecificationError with everything that is wrong.
    """
    problems: list[Finding] = []
    models: dict[str, tuple[AdamDataset, YamlDocument]] = {}
    decisions = load_study_spec(study).decisions
    for path in sorted((study / "adam").glob("*.yaml")):
        try:
            document = settle(read_yaml(path, f"adam/{path.name}"), decisions)
            if document is None:
                continue
            document.data = _with_tables(document.data, path.parent)
            model = validate(AdamDataset, document)
        except SpecificationError as error:
            problems += error.findings
            continue
        problems += _shape(model, document)
        if model.dataset in models:
            message = (
                f"{document.file} and {models[model.dataset][1].file} both build {model.dataset}"
            )
            problems.append(finding("ADAM105", message, spec=document.place(("dataset",))))
        models[model.dataset] = (model, document)
    if not models and not problems:
        place = SpecPlace("adam")
        problems.append(finding("ADAM105", "the study has no adam/*.yaml", spec=place))
    if problems:
        raise SpecificationError(problems)
    return {name: _completed(name, models, known) for name in models}


def _with_tables(node: Any, folder: Path) -> Any:
    """The document with its CSV tables read in (of parameters, windows and maps)."""
    if isinstance(node, list):
        return [_with_tables(item, folder) for item in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for key, value in node.items():
        named = isinstance(value, str) and value.endswith(".csv") and key in _TABLES
        table = read_table(folder / value, f"adam/{value}") if named else None
        out[key] = _TABLES[key](table) if table is not None else _with_tables(value, folder)
    return out


def _parameters(table: CsvTable) -> dict[str, dict[str, str]]:
    codes = table.column("PARAMCD")
    kept = [{k: v for k, v in row.items() if v and k != "PARAMCD"} for row in table.rows]
    return dict(zip(codes, kept, strict=True))


def _windows(table: CsvTable) -> list[dict[str, str]]:
    return [{k: v for k, v in row.items() if v} for row in table.rows]


def _terms(table: CsvTable) -> dict[str, str]:
    return dict(zip(table.column("from"), table.column("to"), strict=True))


_TABLES: dict[str, Callable[[CsvTable], Any]] = {
    "parameters": _parameters,
    "windows": _windows,
    "map": _terms,
}


def _shape(model: AdamDataset, document: YamlDocument) -> list[Finding]:
    """What the models alone cannot say."""
    out = []
    if not (model.record_tables() or model.time_to_event):
        message = f"{model.dataset} has no records: `from`, `records` or `time-to-event` is needed"
        out.append(finding("ADAM105", message, spec=document.place(("dataset",))))
    sections = [("variables", name) for name, line in walk(model.variables)]
    twice = {n for _, n in sections if [m for _, m in sections].count(n) > 1}
    for name in sorted(twice):
        message = f"{name} is made by two lines"
        out.append(finding("ADAM105", message, spec=document.place(("variables", name))))
    return out


def _completed(
    name: str, models: dict[str, tuple[AdamDataset, YamlDocument]], known: dict[str, list[str]]
) -> LoadedDataset:
    model, document = models[name]
    lines: dict[str, AdamLine] = dict(model.variables)
    own = _own_names(model)
    for variable in _predecessors(name, models, known, own):
        dataset, _, bare = variable.rpartition(".")
        if dataset:
            lines.setdefault(bare, Copy.model_validate({"from": variable}))
    for attribute in dict.fromkeys(a for p in model.parameters.values() for a in p):
        kind = "number" if attribute.endswith("N") else None
        stated = {code: p.get(attribute, "") for code, p in model.parameters.items()}
        terms = {code: text for code, text in stated.items() if text or not kind}
        line = {
            "from": "PARAMCD",
            "map": terms,
            "unmapped": "blank" if kind else "error",
            "as": kind,
        }
        lines.setdefault(attribute, Copy.model_validate(line))
    return LoadedDataset(model, document, lines, published(name, models, known))


def _own_names(model: AdamDataset) -> list[str]:
    """Variables that the data set makes by itself, in the order they are written."""
    names = [n for table in _with_sources(model) for n in table.made()]
    if model.time_to_event is not None:
        names += [*TTE_NAMES, *_tte_extras(model)]
    names += [a for p in model.parameters.values() for a in p]
    names += [n for n, _ in walk(model.variables)]
    return list(dict.fromkeys(n for n in names if n == n.upper()))


def _with_sources(model: AdamDataset) -> list[Table]:
    """The record tables, each after the working tables that its records come through."""
    out: dict[str, Table] = {}

    def visit(name: str, table: Table) -> None:
        for source in table.from_:
            known = {**model.tables, **model.records}
            if source in known and source not in out:
                visit(source, known[source])
        out.setdefault(name, table)

    for name, table in model.record_tables().items():
        visit(name, table)
    return list(out.values())


def _tte_extras(model: AdamDataset) -> list[str]:
    spec = model.time_to_event
    if spec is None:
        return []
    names = [n for p in spec.parameters.values() for n in p.set]
    names += ["AVALU"] if spec.unit else []
    sources = [s for p in spec.parameters.values() for s in p.events]
    names += ["STARTDTF"] if any(p.start_flag for p in spec.parameters.values()) else []
    return names + (["ADTF"] if any(s.date_flag for s in sources) else [])


def _predecessors(
    name: str,
    models: dict[str, tuple[AdamDataset, YamlDocument]],
    known: dict[str, list[str]],
    own: Iterable[str],
) -> list[str]:
    model, document = models[name]
    out: list[str] = []
    for item in model.predecessors:
        dataset, _, variable = item.rpartition(".")
        if variable != "*":
            out.append(item)
            continue
        if dataset not in models and dataset not in known:
            message = f"{item}: there is no data set {dataset}"
            hint = did_you_mean(dataset, [*models, *known])
            raise SpecificationError(
                finding("ADAM101", message, spec=document.place(("predecessors",)), hint=hint)
            )
        names = published(dataset, models, known) if dataset in models else known[dataset]
        taken = {*own, *(i.rpartition(".")[2] for i in out)}
        out += [f"{dataset}.{n}" for n in names if n not in taken]
    return out


def published(
    name: str, models: dict[str, tuple[AdamDataset, YamlDocument]], known: dict[str, list[str]]
) -> list[str]:
    """The variables of a data set in their order: ``publish``, or predecessors and then its own."""
    model, _ = models[name]
    if model.publish:
        return list(model.publish)
    own = _own_names(model)
    carried = [i.rpartition(".")[2] for i in _predecessors(name, models, known, own)]
    return [n for n in dict.fromkeys([*carried, *own]) if n not in model.drop]

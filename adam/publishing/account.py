"""What a data set of the analysis data says of itself: parts, and the lines of every variable."""

from __future__ import annotations

from collections.abc import Sequence

from adam.making import NOTE, AnalysisSet, Making
from adam.model import TIME_TO_EVENT
from adam.planning.complete import Stated, tables_behind
from adam.publishing.account_steps import told_by_steps
from adam.publishing.account_tables import dated_names, start_names, table_accounts, working_names
from adam.time_to_event.words import VARIABLES, parameter_names, parameter_words
from derive.line import Line, Origin, all_makes
from derive.lineage.accounts import line_account
from derive.lineage.vectors import taken
from specs.account import (
    ALL,
    DataSetAccount,
    LineAccount,
    PartAccount,
    VariableAccount,
)
from specs.reading.yaml_source import NodePath

CLASSES = {
    "subject-level": ("SUBJECT LEVEL ANALYSIS DATASET", ""),
    "basic-data-structure": ("BASIC DATA STRUCTURE", ""),
    "time-to-event": ("BASIC DATA STRUCTURE", "TIME-TO-EVENT"),
    "nca": ("BASIC DATA STRUCTURE", "NON-COMPARTMENTAL ANALYSIS"),
    "occurrence": ("OCCURRENCE DATA STRUCTURE", ""),
    "other": ("ADAM OTHER", ""),
    "tabulation": ("FINDINGS", ""),
}
"""def:Class and def:SubClass of Define-XML 2.1."""


def data_set_account(making: Making, of: AnalysisSet) -> DataSetAccount:
    """The account of a finished data set."""
    model = of.model
    cls, sub_class = CLASSES[model.class_]
    if model.class_ == "occurrence" and "AETERM" in of.published:
        sub_class = "ADVERSE EVENT"
    working = [n for n in of.records.columns if n == n.lower() or n in of.model.working]
    names = list(dict.fromkeys([*of.published, *working]))
    return DataSetAccount(
        of.name,
        cls,
        sub_class,
        model.structure or "",
        model.label,
        tuple(model.keys),
        model.note or "",
        of.loaded.document.file,
        tuple(_parts(of)),
        tuple(sorted(n for n in of.records.origin if not n.startswith(NOTE))),
        {name: _variable(making, of, name) for name in names if name in of.records.columns},
        tables=table_accounts(
            of,
            lambda name, line, path, table: _account(making, of, name, line, path, table=table),
        ),
    )


def _parts(of: AnalysisSet) -> list[PartAccount]:
    out = []
    for name, table in of.model.records.items():
        where = table.where.text if table.where is not None else ""
        place = str(of.loaded.place(*of.section(name)))
        out.append(PartAccount(name, "table", ", ".join(table.from_), (), (), place, where))
    if of.model.time_to_event is not None:
        place = str(of.loaded.place("time-to-event", key=True))
        source = of.model.time_to_event.subjects
        out.append(PartAccount(TIME_TO_EVENT, "table", source, (), (), place))
    return out


def _variable(making: Making, of: AnalysisSet, name: str) -> VariableAccount:
    meta = of.records.metas.get(name)
    return VariableAccount(
        of.records.columns[name].kind.value,
        _lines(making, of, name),
        taken(of.records, name),
        published=name in of.published,
        label=meta.label if meta is not None else "",
        by_value=_by_value(making, of, name),
        by_value_names=_by_value_names(of, name),
    )


def _lines(making: Making, of: AnalysisSet, name: str) -> dict[str, LineAccount]:
    """The line of each part of a variable, or the one that serves all records."""
    choice = making.study.spec.under_query
    if choice is not None and name == choice.flag:
        place = str(making.study.document.place(("under-query",), key=True))
        method = "Y where a value of the record rests on a value that an open query asks about."
        return {ALL: LineAccount("under-query", place, f"flag: {name}", method=method)}
    for written, stated in of.lines.items():
        if name in (written, *all_makes(stated.line, written, of.name)):
            return {ALL: _stated(making, of, name, stated)}
    out: dict[str, LineAccount] = {}
    for table in of.model.records:
        found = _in_table(of, table, name, set())
        if found is not None:
            out[table] = _account(making, of, name, found[0], found[1], table=table)
        else:
            out |= _carried(making, of, table, name)
        out |= told_by_steps(making, of, table, name, out.get(table))
    if of.model.time_to_event is not None and name not in out:
        out[TIME_TO_EVENT] = _of_time(of, name)
    return out


def _in_table(
    of: AnalysisSet, table: str, name: str, seen: set[str]
) -> tuple[Line, NodePath] | None:
    """The line that makes a variable in a record table, or in one that its records come through."""
    spec = of.model.all_tables().get(table)
    if spec is None or table in seen:
        return None
    path = of.section(table)
    for written, line in spec.variables.items():
        if name in (written, *all_makes(line, written, of.name)):
            return line, (*path, "variables", written)
    for number, event in enumerate(spec.events):
        if name in event.set:
            return event.set[name], (*path, "events", number, "set", name)
    found = (_in_table(of, source, name, seen | {table}) for source in spec.from_)
    return next((one for one in found if one is not None), None)


def _stated(making: Making, of: AnalysisSet, name: str, stated: Stated) -> LineAccount:
    if stated.said == "predecessor":
        return _account(making, of, name, stated.line, stated.path, predecessor=True)
    return _account(making, of, name, stated.line, stated.path)


def _account(
    making: Making,
    of: AnalysisSet,
    name: str,
    line: Line,
    path: NodePath,
    *,
    table: str = "",
    predecessor: bool = False,
) -> LineAccount:
    origin, root = _origin(making, of, line, table)
    if predecessor:
        origin, root = Origin.PREDECESSOR, str(line.reads()[0])
    place = of.loaded.place(*path)
    return line_account(line, place, path, making.study, origin=origin, predecessor=root)


def _origin(making: Making, of: AnalysisSet, line: Line, table: str) -> tuple[Origin, str]:
    """Where a line's values come from: a copy under its own or another name is a predecessor."""
    if line.origin is not None:
        return line.origin, ""
    reads = line.reads()
    plain = line.verb == "from" and line.when is None and len(reads) >= 1
    if plain and not any(getattr(line, k, None) for k in ("map", "where", "pattern", "replace")):
        read = reads[0]
        roots = [read.data_set] if read.data_set else roots_of(of, table)
        local = of.model.all_tables()
        known = [r for r in roots if r not in local and read.name == read.name.upper()]
        if (holder := _holder(making, known, read.name)) is not None:
            return Origin.PREDECESSOR, f"{holder}.{read.name}"
        return Origin.DERIVED, ""
    if line.verb == "constant" and line.when is None:
        return Origin.ASSIGNED, ""
    return Origin.DERIVED, ""


def _holder(making: Making, roots: Sequence[str], name: str) -> str | None:
    """The data set that a name comes from: the first of the roots that has it; None is no copy."""

    def has(root: str) -> bool:
        if root in making.sets:
            return name in making.sets[root].published
        return root in making.sources and name in making.sources[root].columns

    return next(filter(has, roots), None)


def roots_of(of: AnalysisSet, table: str = "") -> list[str]:
    """The data sets that the records of a table ("": of all) come from, in order."""
    known = of.model.all_tables()
    waiting = [table] if table else list(of.model.records)
    out: dict[str, None] = {}
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        if name in known and name not in seen:
            seen.add(name)
            waiting[:0] = known[name].from_
        elif name not in known:
            out[name] = None
    return list(out)


def _carried(making: Making, of: AnalysisSet, table: str, name: str) -> dict[str, LineAccount]:
    """A variable that came along with the records of a table: a predecessor."""
    roots = [root for root in roots_of(of, table) if name in of.tables[table].columns]
    if not roots or name in {n for t in tables_behind(of.model).values() for n in t.made()}:
        return {}
    number = next((i for i, one in making.completion.predecessors(of.name) if one == name), None)
    path: NodePath = ("predecessors", number) if number is not None else of.section(table)
    place = of.loaded.place(*path)
    return {
        table: LineAccount(
            "record", str(place), place.source.strip(), path, (), Origin.PREDECESSOR.value,
            predecessor=f"{_holder(making, roots, name) or roots[0]}.{name}",
        )
    }  # fmt: skip


def _of_time(of: AnalysisSet, name: str) -> LineAccount:
    place = of.loaded.place("time-to-event", key=True)
    spec = of.model.time_to_event
    words = VARIABLES.get(name, "")
    path: NodePath = ("time-to-event",)
    if words:
        reads = {"AVAL": ("ADT", "STARTDT"), "STARTDT": (), "ADT": ()}.get(name, ("ADT",))
        takes = {"ADT": dated_names, "STARTDT": start_names}
        taken_of = takes[name](of) if name in takes else ()
        return LineAccount(
            "time-to-event", str(place), "", path, reads, method=words, takes=taken_of
        )
    if spec is not None and name in ("STUDYID", "USUBJID"):
        root = f"{spec.subjects}.{name}"
        kind = Origin.PREDECESSOR.value
        return LineAccount("record", str(place), "", path, (), kind, predecessor=root)
    return LineAccount("time-to-event", str(place), "", path, origin=Origin.ASSIGNED.value)


def _by_value(making: Making, of: AnalysisSet, name: str) -> dict[str, str]:
    spec = of.model.time_to_event
    if spec is None or name != "AVAL":
        return {}
    return {c: parameter_words(p, spec, making.study) for c, p in spec.parameters.items()}


def _by_value_names(of: AnalysisSet, name: str) -> dict[str, tuple[str, ...]]:
    spec = of.model.time_to_event
    if spec is None or name != "AVAL":
        return {}
    return {c: parameter_names(p, spec.subjects) for c, p in spec.parameters.items()}


__all__ = ["CLASSES", "data_set_account", "roots_of", "working_names"]

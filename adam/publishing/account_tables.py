"""What the tables of a data set say of themselves: the way from its records back to their source.

Working names are in no published data set. Their lines are told here, table by table, so that who
explains a value need not read the specification again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from adam.making import AnalysisSet
from adam.publishing.table_words import nca_words, table_names, table_words
from adam.tables.model import Event, Table
from adam.time_to_event.model import Source
from derive.line import SUBJECT, Line, all_makes, condition_reads
from specs.account import LineAccount, TableAccount
from specs.reading.yaml_source import NodePath

LineTold = Callable[[str, Line, NodePath, str], LineAccount]
"""The account of a line: the variable, the line, its place, its table."""
_KEYS = ("STUDYID", SUBJECT)


def table_accounts(of: AnalysisSet, told: LineTold) -> dict[str, TableAccount]:
    """Every table of a data set, by name: record tables and working tables."""
    return {
        name: TableAccount(
            sources=tuple(table.from_),
            spec=str(of.loaded.place(*of.section(name), key=True)),
            lines=_lines(of, name, table, told),
            events=tuple(_events(of, name, table, told)),
            method=table_words(table),
            names=table_names(table),
            where=tuple(c.text for c in (table.where, table.having) if c is not None),
        )
        for name, table in of.model.all_tables().items()
    }


def working_names(of: AnalysisSet) -> set[str]:
    """The names that tables make on the way, published or not."""
    tables = of.model.all_tables().values()
    lines = {name: line for table in tables for name, line in table.variables.items()}
    return {n for name, line in lines.items() for n in (name, *all_makes(line, name, of.name))}


def _lines(of: AnalysisSet, name: str, table: Table, told: LineTold) -> dict[str, LineAccount]:
    path = (*of.section(name), "variables")
    out: dict[str, LineAccount] = {}
    for written, line in table.variables.items():
        account = told(written, line, (*path, written), name)
        out |= dict.fromkeys((written, *all_makes(line, written, of.name)), account)
    return out | _worked_out(of, name, table)


def _worked_out(of: AnalysisSet, name: str, table: Table) -> dict[str, LineAccount]:
    """Values that a step works out of several records, none of which is theirs alone."""
    found: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    nca, summary = table.nca, table.summary
    if nca is not None:
        reads = (nca.concentration, nca.time)
        names = ["AVAL", "PARAMCD", *(n for p in nca.parameters.values() for n in p.set)]
        found |= {one: ("nca", "nca", reads if one == "AVAL" else ()) for one in names}
    if summary is not None and not summary.of_record:
        found[summary.of] = ("summary", "summary", (summary.of,))
    section = of.section(name)
    places = {key: of.loaded.place(*section, key, key=True) for _, key, _ in found.values()}
    return {
        one: LineAccount(
            verb,
            str(places[key]),
            places[key].source.strip(),
            reads=reads,
            method=nca_words(nca, one) if nca is not None and verb == "nca" else "",
        )
        for one, (verb, key, reads) in found.items()
    }


def _events(of: AnalysisSet, name: str, table: Table, told: LineTold) -> Iterator[TableAccount]:
    for number, event in enumerate(table.events):
        path: NodePath = (*of.section(name), "events", number)
        place = of.loaded.place(*path)
        lines = {n: told(n, line, (*path, "set", n), name) for n, line in event.set.items()}
        sources = (event.from_,) if event.from_ else tuple(table.from_)
        where = (event.where.text,) if event.where is not None else ()
        source = place.source.strip()
        yield TableAccount(sources, str(place), source, lines, _decides(event), where=where)


def _decides(event: Event) -> tuple[str, ...]:
    """What makes the record the deciding one: the names of its condition."""
    names = [str(r) for r in condition_reads(event.where) if not r.data_set]
    if event.confirmed is not None:
        names.append(event.confirmed.variable)
    return tuple(dict.fromkeys(n for n in names if n not in _KEYS))


def dated_names(of: AnalysisSet) -> tuple[str, ...]:
    """The dates that the parameters of time to event may take, ``ADRS.ADT``."""
    spec = of.model.time_to_event
    sources: list[Source] = []
    for parameter in spec.parameters.values() if spec is not None else ():
        sources += parameter.events
        sources += [parameter.assessments] if parameter.assessments is not None else []
        sources += [one for rule in parameter.censor for one in rule.of]
    return tuple(dict.fromkeys(f"{one.from_}.{one.date}" for one in sources))


def start_names(of: AnalysisSet) -> tuple[str, ...]:
    """What the parameters of time to event may take as their start."""
    from derive.lineage.accounts import taken_reads

    spec = of.model.time_to_event
    lines = [one.start for one in spec.parameters.values()] if spec is not None else []
    named = {f"{r.data_set or spec.subjects}.{r.name}": None  # type: ignore[union-attr]
             for line in lines for r in (taken_reads(line) or line.reads())}  # fmt: skip
    return tuple(named)


__all__ = ["dated_names", "start_names", "table_accounts", "working_names"]

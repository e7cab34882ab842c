"""What events, summaries and carried values make of a variable, beside the line that it has.

A line says how the value of one record comes about; these steps decide which records there are and
which value they bear, so that a method without them would say something else than what is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from adam.making import AnalysisSet, Making
from adam.publishing.table_words import event_words, nca_words, step_words, table_names
from adam.tables.model import Table
from derive.line import Line, Origin, all_makes, all_reads
from derive.lineage.accounts import possible
from derive.verbs.words import line_words
from specs.account import LineAccount


def told_by_steps(
    making: Making, of: AnalysisSet, table: str, name: str, line: LineAccount | None
) -> dict[str, LineAccount]:
    """The account of a variable in the records of a table, where steps have a part in it; nothing
    where the line alone (or the record) says all."""
    behind = list(_behind(of, table, name))
    events = next((one for _, one in behind if _set_by(one, name)), None)
    if events is not None and (line is None or "events" in line.path):
        line = _by_events(making, events, name, line)
    words = [(place, text) for place, one in reversed(behind) if (text := _step(one, name))]
    if not words:
        return {} if line is None or events is None else {table: line}
    place = of.loaded.place(*of.section(words[0][0]), key=True)
    base = line or LineAccount("step", str(place), place.source.strip())
    first = [base.method or f"{base.predecessor}."] if base.method or base.predecessor else []
    names = [n for key, _ in words for n in table_names(of.model.all_tables()[key])]
    return {
        table: replace(
            base,
            origin=Origin.DERIVED.value,
            predecessor="",
            method=" ".join([*first, *(text for _, text in words)]),
            names=tuple(dict.fromkeys([*base.names, *names])),
        )
    }


def _behind(of: AnalysisSet, table: str, name: str) -> Iterator[tuple[str, Table]]:
    """The tables that records come through, the last first, down to the one whose line makes the
    variable."""
    known, seen = of.model.all_tables(), set()
    waiting = [table]
    while waiting:
        place = waiting.pop(0)
        if place in seen or place not in known:
            continue
        seen.add(place)
        one = known[place]
        yield place, one
        makes = any(name in (w, *all_makes(x, w, of.name)) for w, x in one.variables.items())
        if not makes and not _set_by(one, name):
            waiting += one.from_


def _step(table: Table, name: str) -> str:
    if table.nca is not None:
        return nca_words(table.nca, name)
    return step_words(table, name)


def _set_by(table: Table, name: str) -> bool:
    return any(name in event.set for event in table.events)


def _by_events(
    making: Making, table: Table, name: str, line: LineAccount | None
) -> LineAccount | None:
    """Every event that says something of a variable, in the order in which they are asked."""
    if line is None:
        return None
    lines: dict[int, Line] = {n: e.set[name] for n, e in enumerate(table.events) if name in e.set}
    methods = {n: line_words(one, making.study) for n, one in lines.items()}
    given = set().union(*(possible(one, making.study) for one in lines.values()))
    reads = [str(read) for one in lines.values() for read in all_reads(one)]
    return replace(
        line,
        origin=Origin.DERIVED.value,
        predecessor="",
        method=event_words(table, name, methods),
        possible=tuple(sorted(given)),
        names=tuple(dict.fromkeys([*table_names(table), *reads])),
    )

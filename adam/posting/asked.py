"""Analysis values that rest on a value which an open query of the SDTM build asks about.

Which values are asked about stands in the lineage of that build. An analysis value rests on one
when its line, or a line that this one reads in the same file, reads the asked variable, and the
record comes from the asked record or a value was taken from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from derive.line import all_makes, all_reads
from derive.records import Records
from derive.values.column import Mask
from derive.values.text import Text
from specs import Finding, Study, finding
from specs.build_accounts import ASKED
from transport import VariableMeta, content_hash

if TYPE_CHECKING:
    from adam.making import AnalysisSet, Making

_LABEL = "Value under Open Query Flag"
_FIRST = 5
_OF_A_CLOCK = ("ADT", "STARTDT", "AVAL", "CNSR", "EVNTDESC", "CNSDTDSC")
"""What a time-to-event record takes of its sources."""


@dataclass(slots=True)
class Asked:
    """Records (0-based) that are asked about, by data set and variable; how many values of a
    variable were left out for it, by data set; and the hash of the list, "" where there is none."""

    records: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    left: dict[tuple[str, str], int] = field(default_factory=dict)
    hash: str = ""

    def of(self, data_set: str, variable: str, size: int) -> Mask | None:
        """Which of the records of a tabulation data set have an asked value; None for none."""
        rows = self.records.get(data_set, {}).get(variable)
        if not rows:
            return None
        out = np.zeros(size, np.bool_)
        out[[row for row in rows if row < size]] = True
        return out


def read_asked(sdtm: Path | None) -> Asked:
    """What the build that a folder of tabulation data lies in asks about; nothing where it is no
    build of ours."""
    out = Asked()
    path = None if sdtm is None else sdtm.parent / "lineage" / ASKED
    if path is None or not path.is_file():
        return out
    import pyarrow.parquet as pq

    out.hash = content_hash(path)
    for one in pq.read_table(path, columns=["dataset", "record", "variable"]).to_pylist():
        known = out.records.setdefault(one["dataset"], {})
        known.setdefault(one["variable"], []).append(int(one["record"]) - 1)
    return out


@dataclass(slots=True)
class _Known:
    """What has been found while no record changes: the chain of each variable of a file, and the
    records of finished data sets (None: none) that rest on an asked value.

    Variables may rest on one another in a circle, and each way through one ends where it began
    (``cuts`` counts these ends): then what is found depends on where the search began, and is not
    kept.
    """

    chains: dict[tuple[str, str], tuple[set[str], list[tuple[str, str]]]] = field(
        default_factory=dict
    )
    finished: dict[tuple[str, str], Mask | None] | None = None
    cuts: int = 0


def resting(making: Making, of: AnalysisSet, records: Records, variable: str) -> Mask:
    """The records whose value of a variable rests on an asked one."""
    found = _resting(making, of, records, variable, frozenset(), _Known())
    return np.zeros(records.size, np.bool_) if found is None else found


def _resting(  # noqa: PLR0917 - a value, and the way to it
    making: Making,
    of: AnalysisSet,
    records: Records,
    variable: str,
    seen: frozenset[str],
    known: _Known,
) -> Mask | None:
    """Like :func:`resting`; None for none. ``seen`` are the variables on the way here."""
    if not making.asked.records:
        return None
    if f"{of.name}.{variable}" in seen:
        known.cuts += 1
        return None
    key, cuts = (of.name, variable), known.cuts
    if known.finished is not None and key in known.finished:
        return known.finished[key]
    if key not in known.chains:
        known.chains[key] = _chain(of, variable)
    names, reads = known.chains[key]
    out: Mask | None = None
    for source, name in reads:
        vectors = list(_rows(records, source, names))
        if not vectors:
            continue
        found = _asked_of(making, source, name, seen | {f"{of.name}.{variable}"}, known)
        if found is None:
            continue
        out = np.zeros(records.size, np.bool_) if out is None else out
        for rows in vectors:
            hit = (rows >= 0) & (rows < len(found))
            out[hit] |= found[rows[hit]]
    if known.finished is not None and known.cuts == cuts:
        known.finished[key] = out
    return out


def _asked_of(
    making: Making, source: str, name: str, seen: frozenset[str], known: _Known
) -> Mask | None:
    if source in making.sets:
        other = making.sets[source]
        return _resting(making, other, other.records, name, seen, known)
    there = making.sources.get(source)
    return None if there is None else making.asked.of(source, name, there.size)


def _rows(records: Records, source: str, names: set[str]) -> Iterator[Any]:
    """Records of a source behind each record: its origin, and where values were taken."""
    if source in records.origin:
        yield records.origin[source]
    for name in names:
        yield from (k.rows for k in records.links.get(name, ()) if k.data_set == source)


def _chain(of: AnalysisSet, variable: str) -> tuple[set[str], list[tuple[str, str]]]:
    """The variables of the file that a variable is made by way of, and what these read elsewhere:
    (data set, variable); a bare name that no line makes is one of each source."""
    lines: dict[str, list[Any]] = {}
    tables = of.model.all_tables()
    written = [(name, stated.line) for name, stated in of.lines.items()]
    for table in tables.values():
        written += [*table.variables.items()]
        written += [pair for event in table.events for pair in event.set.items()]
    for name, line in written:
        for one in dict.fromkeys((name, *all_makes(line, name, of.name))):
            lines.setdefault(one, []).append(line)
    sources = {s for table in tables.values() for s in table.from_ if s not in tables}
    sources |= {e.from_ for table in tables.values() for e in table.events if e.from_}
    names, out, todo = set(), set(), [variable]
    while todo:
        name = todo.pop()
        if name in names:
            continue
        names.add(name)
        reads = [read for line in lines.get(name, []) for read in all_reads(line)]
        for read in reads:
            if read.data_set in ("", of.name, *tables):
                todo.append(read.name)
            else:
                out.add((read.data_set, read.name))
        out |= {(source, name) for source in sources if source not in tables}
        clock = of.model.time_to_event
        if clock is not None and name in _OF_A_CLOCK:
            out |= {(read.data_set or clock.subjects, read.name) for read in clock.reads()}
            todo += ["ADT", "STARTDT"]
    return names, sorted(out)


def leave_out(making: Making, of: AnalysisSet, records: Records, name: str) -> None:
    """Make the values of a variable missing that rest on an asked one, where the study says so."""
    choice = making.study.spec.under_query
    if choice is None or name not in choice.leave_out:
        return
    gone = resting(making, of, records, name) & records.columns[name].present()
    if gone.any():
        records.columns[name] = records.columns[name].keep(~gone)
        key = (of.name, name)
        making.asked.left[key] = making.asked.left.get(key, 0) + int(gone.sum())


def under_query(making: Making, names: Sequence[str]) -> dict[str, dict[str, list[int]]]:
    """Published records (from 1) with a value under query, by data set of ``names`` and variable;
    all data sets are finished. Values that were left out are none."""
    choice = making.study.spec.under_query
    left = set(choice.leave_out) if choice is not None else set()
    known = _Known(finished={})
    return {name: _under_query(making, making.sets[name], left, known) for name in names}


def _under_query(
    making: Making, of: AnalysisSet, left: set[str], known: _Known
) -> dict[str, list[int]]:
    out = {}
    for name in of.published:
        if name not in of.records.columns or name in left:
            continue
        rests = _resting(making, of, of.records, name, frozenset(), known)
        if rests is None:
            continue
        found = np.flatnonzero((rests & of.records.columns[name].present())[of.order]) + 1
        if len(found):
            out[name] = found.tolist()
    return out


def put_flag(making: Making, of: AnalysisSet, found: dict[str, list[int]]) -> None:
    """The flag of the study's choice, in every data set of analysis alike."""
    choice = making.study.spec.under_query
    if choice is None or choice.flag is None:
        return
    at = sorted({row - 1 for rows in found.values() for row in rows})
    flags: list[str | None] = [None] * of.records.size
    for row in of.order[np.asarray(at, np.int64)].tolist():
        flags[row] = "Y"
    of.records.columns[choice.flag] = Text.of(flags)
    of.records.metas[choice.flag] = VariableMeta(choice.flag, _LABEL, "Char", length=1)
    if choice.flag not in of.published:
        of.published.append(choice.flag)


def listed(found: dict[str, list[int]]) -> dict[str, Any]:
    """As the account says it: per variable how many records, and the first of them."""
    return {
        name: {"records": len(rows), "first": rows[:_FIRST]} for name, rows in sorted(found.items())
    }


def told(study: Study, name: str, found: dict[str, list[int]], asked: Asked) -> list[Finding]:
    """What is said of a data set: values under query that nobody decided about (ADAM231), or what
    the study decided (ADAM232)."""
    choice = study.spec.under_query
    lost = {variable: n for (of, variable), n in asked.left.items() if of == name}
    if not found and not lost:
        return []
    records = len({row for rows in found.values() for row in rows})
    counts = [f"{variable} {len(rows):,}" for variable, rows in sorted(found.items())]
    what = f"{records:,} records of {name} rest on values under an open query: {', '.join(counts)}"
    if choice is None:
        hint = "answer the queries, or say in study.yaml under-query: flag, leave-out or keep"
        return [finding("ADAM231", what, dataset=name, hint=hint)]
    place = study.document.place(("under-query",), key=True)
    said = [what] if found else []
    said += [f"{n:,} values of {variable} were left out" for variable, n in sorted(lost.items())]
    return [finding("ADAM232", "; ".join(said), dataset=name, spec=place)]

"""Findings of conformance that an open query of the build asks about already.

A finding is asked when a query lies on the raw row of its record and on one of its variables: the
variable itself, or a raw column that the variable is made from, by the account of lines. Records of
analysis data are led back to the tabulation records that they were made from.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specs.account import DataSetAccount, read_accounts
from specs.findings import CLOSED, Severity
from specs.language.study import Source

_TO_ANSWER = (Severity.REJECTS.value, Severity.BLOCKS.value, Severity.EXPLAIN.value)
_RAW = "raw."
_FROM = "from:"
_RESULT = "RESULT"
"""What lines call the cell of a form that was turned into records."""
Row = tuple[str, int]


@dataclass(frozen=True, slots=True)
class OpenQuery:
    """A query of the build. ``number`` is its place in findings.json; ``answer`` is what closed it,
    with who and when, "" for one that is open."""

    number: int
    rule: str
    severity: str
    dataset: str
    variable: str
    file: str
    row: int
    column: str
    answer: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.row} {self.column}".rstrip() if self.file else self.dataset
        return f"{self.rule} ({place})"


def open_queries(build: Path) -> list[OpenQuery]:
    """The queries of a build's findings.json that nobody has closed."""
    return [one for one in _queries(build) if not one.answer]


def closed_queries(build: Path) -> list[OpenQuery]:
    """The queries of a build's findings.json that a person closed: what stands there is so."""
    return [one for one in _queries(build) if one.answer]


def _queries(build: Path) -> list[OpenQuery]:
    read = json.loads((build / "findings.json").read_bytes())
    found = []
    for number, one in enumerate(read):
        if one["severity"] in _TO_ANSWER:
            raw, details = one.get("raw", {}), one.get("details", {})
            closed = details.get("state") == CLOSED and one["severity"] != Severity.REJECTS.value
            query = OpenQuery(
                number=number,
                rule=str(one["rule"]),
                severity=one["severity"],
                dataset=str(one.get("dataset", "")),
                variable=str(one.get("variable", "")),
                file=str(raw.get("file", "")),
                row=int(raw.get("row", 0)),
                column=str(raw.get("column", "")),
                answer=str(details.get("answer") or CLOSED) if closed else "",
            )
            found.append(query)
    return found


@dataclass
class Questions:
    """The open queries of a build, to be asked for by record and variable."""

    build: Path
    queries: list[OpenQuery]
    sources: Mapping[str, Source] = field(default_factory=dict)
    """The sources of the study, by name: they say how columns were renamed."""
    closed: list[OpenQuery] = field(default_factory=list)
    """The queries that a person closed."""
    _accounts: dict[str, tuple[Path, DataSetAccount]] = field(default_factory=dict)
    _vectors: dict[str, dict[str, Any]] = field(default_factory=dict)
    _feeding: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_row: dict[Row, list[OpenQuery]] = defaultdict(list)
        self._closed_by_row: dict[Row, list[OpenQuery]] = defaultdict(list)
        for queries, by_row in ((self.queries, self._by_row), (self.closed, self._closed_by_row)):
            for query in queries:
                if query.row:
                    by_row[query.file, query.row].append(query)
        for folder in (self.build / "lineage", self.build / "adam" / "lineage"):
            if folder.is_dir():
                known = read_accounts(folder)
                self._accounts = {**{n: (folder, a) for n, a in known.items()}, **self._accounts}

    def about(self, dataset: str, record: int, variables: Iterable[str]) -> set[int]:
        """Numbers of the open queries about one of the variables of a record (from 1)."""
        return {q.number for q in self._about(dataset, record, variables, self._by_row)}

    def answered(self, dataset: str, record: int, variables: Iterable[str]) -> list[OpenQuery]:
        """The queries about one of the variables of a record that a person closed."""
        return list(self._about(dataset, record, variables, self._closed_by_row))

    def _about(
        self,
        dataset: str,
        record: int,
        variables: Iterable[str],
        by_row: Mapping[Row, list[OpenQuery]],
    ) -> Iterator[OpenQuery]:
        wanted = {variable for name in variables for variable in name.split(", ")}
        if not by_row:
            return
        for origin, row, place in self._places(dataset, record, wanted):
            for query in by_row.get(row, ()):
                named = query.dataset == origin and query.variable and query.variable in place
                if query.column in place or named:
                    yield query

    @property
    def queries_by_number(self) -> dict[int, OpenQuery]:
        """The open queries by their number."""
        return {query.number: query for query in self.queries}

    def records(self) -> Iterator[tuple[str, int, list[str]]]:
        """Records (from 1) of tabulation data on whose raw row an open query lies, with the
        published variables of their data set."""
        import numpy as np

        rows = np.unique([row for _, row in self._by_row] or [0])
        for dataset, (folder, account) in sorted(self._accounts.items()):
            known = self._read(dataset, folder).get("row")
            if known is None:
                continue
            names = [name for name, one in account.variables.items() if one.published]
            for at in np.flatnonzero(np.isin(known, rows)).tolist():
                if self.on_row(dataset, at + 1):
                    yield dataset, at + 1, names

    def on_row(self, dataset: str, record: int) -> set[int]:
        """Numbers of the open queries on the raw rows of a record, whatever they are about."""
        return {
            query.number
            for _, row, _ in self._places(dataset, record, set())
            for query in self._by_row.get(row, ())
        }

    def softer(self, numbers: set[int]) -> set[int]:
        """Those queries that do not block themselves, where none of them does."""
        severities = {q.number: q.severity for q in self.queries if q.number in numbers}
        if set(severities.values()) & {Severity.BLOCKS.value, Severity.REJECTS.value}:
            return set()
        return set(sorted(severities)[:1])

    def severities(self, rule: str, dataset: str) -> list[str]:
        """How severe the open queries of a rule in a data set are."""
        return [q.severity for q in self.queries if (q.rule, q.dataset) == (rule, dataset)]

    def of(self, rule: str, dataset: str) -> set[int]:
        """Numbers of the open queries of a rule in a data set."""
        return {q.number for q in self.queries if (q.rule, q.dataset) == (rule, dataset)}

    def _places(
        self, dataset: str, record: int, variables: set[str]
    ) -> list[tuple[str, Row, frozenset[str]]]:
        """The tabulation data sets and raw rows behind a record, each with the variables and raw
        columns that feed the named ones."""
        if dataset not in self._accounts or record < 1:
            return []
        folder, account = self._accounts[dataset]
        vectors = self._read(dataset, folder)
        feeding = frozenset().union(*(self._feeds(dataset, name) for name in variables))
        found = []
        raw = self._raw_place(account, vectors, record)
        if raw is not None:
            row, source, cell = raw
            found.append((dataset, row, self._as_exported(source, feeding, cell)))
        for name, column in vectors.items():
            origin = name.removeprefix(_FROM)
            if name.startswith(_FROM) and record <= len(column) and column[record - 1] > 0:
                of_origin = {v.removeprefix(f"{origin}.") for v in feeding}
                of_origin = {v for v in of_origin if "." not in v}
                found += self._places(origin, int(column[record - 1]), of_origin)
        return found

    def _read(self, dataset: str, folder: Path) -> dict[str, Any]:
        if dataset not in self._vectors:
            import pyarrow.parquet as pq

            path = folder / f"{dataset.lower()}.parquet"
            table = pq.read_table(path) if path.is_file() else None
            found = {} if table is None else {n: table[n].to_numpy() for n in table.column_names}
            self._vectors[dataset] = found
        return self._vectors[dataset]

    @staticmethod
    def _raw_place(
        account: DataSetAccount, vectors: Mapping[str, Any], record: int
    ) -> tuple[Row, str, str] | None:
        """Raw row, source and (of a form that was turned) column of a record."""
        rows = vectors.get("row")
        if rows is None or record > len(rows):
            return None
        stream, file, cell = (
            int(vectors[name][record - 1]) if name in vectors else 0
            for name in ("stream", "file", "cell")
        )
        part = account.parts[stream]
        if part.kind != "raw" or not part.files:
            return None
        turned = part.cells[cell] if part.cells and 0 <= cell < len(part.cells) else ""
        return (part.files[file], int(rows[record - 1])), part.source, turned

    def _as_exported(self, source: str, names: frozenset[str], turned: str) -> frozenset[str]:
        """The names, and beside them those that raw columns have in the export. Of a form that was
        turned into records the column of the record goes with what its result is made from."""
        found = set(names)
        if turned and _RESULT in names:
            found.add(turned)
        spec = self.sources.get(source)
        renamed = {} if spec is None else spec.rename
        return frozenset(found | {old for old, new in renamed.items() if new in found})

    def _feeds(self, dataset: str, variable: str) -> frozenset[str]:
        """The variable, and all variables and raw columns that its lines read, and theirs."""
        key = (dataset, variable)
        if key not in self._feeding:
            known = self._accounts[dataset][1].variables
            found: set[str] = set()
            todo = [variable]
            while todo:
                name = todo.pop().removeprefix(f"{dataset}.")
                if name in found:
                    continue
                found.add(name)
                lines = known[name].lines.values() if name in known else ()
                todo += [read for line in lines for read in line.reads]
            self._feeding[key] = frozenset(name.removeprefix(_RAW) for name in found)
        return self._feeding[key]

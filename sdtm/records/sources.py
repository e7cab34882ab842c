"""Raw sources while a build runs: several files of one layout as one table of text columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from derive.values.column import Rows
from derive.values.text import Text, concat
from sdtm.raw import KeptTables, RawTable, ReadOptions, read_source
from sdtm.records.ledger import Ledger
from specs import Finding, RawCell, RawDataError, SpecificationError, SpecPlace, Study, finding
from specs.language import Source
from specs.reading.tables import Table
from specs.suggest import did_you_mean


@dataclass(slots=True)
class SourceTable:
    """A source: ``n`` rows, text columns (trimmed), and the file and row that each came from.

    ``raws`` keeps the verbatim text; ``files[file_of[i]]`` and ``row_of[i]`` (1-based, as a person
    sees it) say where row ``i`` stands.
    """

    name: str
    files: list[str]
    n: int
    row_of: Rows
    file_of: Rows
    names: list[str]
    is_raw: bool = True
    row_id: str | None = None
    """The column that numbers the rows; it never makes two of them different."""
    raws: list[RawTable] = field(default_factory=list)
    rename: dict[str, str] = field(default_factory=dict)
    _columns: dict[str, Text] = field(default_factory=dict)
    _verbatim: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, column: Text, verbatim: str | None = None) -> None:
        """Set a column; ``verbatim`` is the raw text of a source of one row."""
        self._columns[name] = column
        if verbatim is not None:
            self._verbatim[name] = verbatim

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self._columns or name in self.names or self._says_why(name)

    def _says_why(self, name: str) -> bool:
        """Whether a column says why an item of the source is null; in some exports none is."""
        item, _, last = name.rpartition(".")
        known = last == "ReasonForNull" and item in self.names
        return known and any(raw.null_reasons for raw in self.raws)

    def column(self, name: str) -> Text:
        """A column, trimmed; blank is missing."""
        if name not in self._columns:
            pieces = []
            for raw in self.raws:
                found = self._raw_name(raw, name)
                pieces.append(
                    Text.nothing(len(raw.frame))
                    if found is None
                    else Text.from_series(raw.frame[found])
                )
            self._columns[name] = pieces[0] if len(pieces) == 1 else concat(pieces)
        return self._columns[name]

    def cell(self, row: int, name: str) -> RawCell:
        """The raw cell of a row (0-based) with its verbatim text."""
        file = self.files[self.file_of[row]]
        if not self.raws:
            known = self._verbatim.get(name)
            if known is None:
                known = (
                    str(self.column(name).take(np.array([row])).texts()[0])
                    if self.has(name)
                    else ""
                )
            shown = next((old for old, new in self.rename.items() if new == name), name)
            return RawCell(file, int(self.row_of[row]), shown, known)
        raw, offset = self._located(row)
        found = self._raw_name(raw, name)
        value = raw.frame[found].iloc[row - offset] if found is not None else ""
        text = value if isinstance(value, str) else ""
        return RawCell(file, int(self.row_of[row]), found or name, text)

    def _located(self, row: int) -> tuple[RawTable, int]:
        offset = 0
        for raw in self.raws:
            if row < offset + len(raw.frame):
                return raw, offset
            offset += len(raw.frame)
        raise IndexError(row)

    def _raw_name(self, raw: RawTable, name: str) -> str | None:
        if name in raw.frame.columns:
            return name
        for old, new in self.rename.items():
            if new == name and old in raw.frame.columns:
                return old
        return None


class Sources:
    """Reads each source once, on first use. ``wanted`` limits the columns that are read; ``kept``
    are tables of earlier builds."""

    def __init__(
        self,
        study: Study,
        raw_dir: Path,
        wanted: Mapping[str, set[str]] | None = None,
        kept: KeptTables | None = None,
    ) -> None:
        self.study, self.raw_dir, self.wanted, self.kept = study, raw_dir, wanted or {}, kept
        self.findings: list[Finding] = []
        self.unreadable: list[Finding] = []
        """What is wrong with files that cannot be read at all."""
        self.ledger = Ledger()
        """What is read of them."""
        self._tables: dict[str, SourceTable] = {}
        self._raws: dict[str, list[RawTable]] = {}

    def get(self, name: str, place: SpecPlace | None = None) -> SourceTable:
        """A source by its name in study.yaml. Raises SpecificationError, RawDataError."""
        if name not in self._tables:
            spec = self.study.spec.sources.get(name)
            if spec is None:
                hint = did_you_mean(name, self.study.spec.sources)
                message = f"unknown source {name!r}"
                raise SpecificationError(finding("SPEC113", message, spec=place, hint=hint))
            self._tables[name] = self._read(name, spec)
        return self._tables[name]

    def table(self, table: Table) -> SourceTable:
        """A table of the specification as a source."""
        key = f"table:{table.file}"
        if key not in self._tables:
            self._tables[key] = from_table(table)
        return self._tables[key]

    @property
    def read(self) -> dict[str, SourceTable]:
        """What has been read so far."""
        return self._tables

    def raw_tables(self, name: str) -> list[RawTable]:
        """The raw tables of a source, read once. Raises RawDataError."""
        if name not in self._raws:
            spec = self.study.spec.sources[name]
            try:
                self._raws[name] = read_source(
                    self.raw_dir, spec.file, read_options(spec), self.kept
                )
            except RawDataError as error:
                self.unreadable.extend(f for f in error.findings if f not in self.unreadable)
                raise
        return self._raws[name]

    def _read(self, name: str, spec: Source) -> SourceTable:
        raws = self.raw_tables(name)
        for raw in raws:
            self.findings.extend(raw.findings)
        out = from_raw(name, raws, spec.rename)
        out.row_id = spec.row_id if spec.row_id is not None and out.has(spec.row_id) else None
        return out


def read_options(spec: Source) -> ReadOptions:
    """How the adapter is to read a source."""
    return ReadOptions(
        format=spec.format,
        encoding=spec.encoding,
        delimiter=spec.delimiter,
        sheet=spec.sheet,
        header_row=spec.header_row,
        label_rows=spec.label_rows,
        item_group=spec.item_group,
        member=spec.member,
        displayed=tuple(spec.displayed),
    )


def from_raw(name: str, raws: list[RawTable], rename: dict[str, str]) -> SourceTable:
    """Raw tables of one layout as one source."""
    names = list(
        dict.fromkeys(rename.get(c, c) for raw in raws for c in map(str, raw.frame.columns))
    )
    lengths = [len(raw.frame) for raw in raws]
    return SourceTable(
        name=name,
        files=[f"{raw.file}#{raw.sheet}" if raw.sheet else raw.file for raw in raws],
        n=sum(lengths),
        row_of=np.concatenate([np.asarray(raw.rows, np.int64) for raw in raws])
        if raws
        else np.empty(0, np.int64),
        file_of=np.repeat(np.arange(len(raws)), lengths),
        names=names,
        raws=raws,
        rename=rename,
    )


def from_table(table: Table) -> SourceTable:
    """A specification table as a source; its rows are lines of the CSV file."""
    n = len(table.rows)
    out = SourceTable(
        name=table.file,
        files=[table.file],
        n=n,
        row_of=np.asarray(table.lines, np.int64),
        file_of=np.zeros(n, np.int64),
        names=list(table.columns),
        is_raw=False,
    )
    for name in table.columns:
        out.put(name, Text.of(row[name] for row in table.rows))
    return out

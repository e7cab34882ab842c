"""Raw tables as a build kept them, for matching: columns by the file's own names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from derive.values.column import Rows
from derive.values.text import Text
from transport.columns import (
    FOLDER,
    RAW,
    Coded,
    Kept,
    KeptTable,
    coded,
    read_columns,
    write_columns,
)

if TYPE_CHECKING:
    from sdtm.records.sources import SourceTable
    from specs import Study

ROW, FILE = "\x01row", "\x01file"
"""Columns of a kept raw table that no raw file has: the row in its file (from 1), the file."""


@dataclass(frozen=True, slots=True)
class RawRows:
    """One raw table: text columns as its file calls them, trimmed of nothing.

    ``row_of`` is each record's row in its file as a person sees it, from 1; ``file_of`` counts
    ``files`` from 0. ``named`` leads from the specification's name of a column to the file's.
    ``row_id``, ``subject`` and ``keys`` are columns by the file's names; ``keys`` are lists of
    columns that tell rows apart, as its contract says.
    """

    source: str
    files: tuple[str, ...]
    row_of: Rows
    file_of: Rows
    columns: Mapping[str, Text]
    row_id: str | None = None
    subject: str | None = None
    keys: tuple[tuple[str, ...], ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row_of)

    def place(self, row: int) -> tuple[str, int]:
        """File and row of a record (0-based), as a person sees it."""
        return self.files[int(self.file_of[row])], int(self.row_of[row])

    def cell(self, row: int, column: str) -> str:
        """The text of a cell; blank is ''."""
        found = self.columns.get(column)
        if found is None or found.codes[row] < 0:
            return ""
        return found.values[int(found.codes[row])]

    def header(self, name: str) -> str:
        """The file's name of a column that the specification calls ``name``."""
        return self.named.get(name, name)


def keep_raw(study: Study, tables: Mapping[str, SourceTable], folder: Path) -> None:
    """Write each raw table that was read to ``columns/raw/<source>.arrow`` below a build."""
    for name, table in tables.items():
        if table.is_raw and table.raws:
            path = folder / FOLDER / RAW / f"{name}.arrow"
            write_columns(_kept(study, table), path)


def _kept(study: Study, table: SourceTable) -> KeptTable:
    spec = study.spec.sources[table.name]
    headers = list(dict.fromkeys(c for raw in table.raws for c in map(str, raw.frame.columns)))
    columns: dict[str, Kept] = {ROW: table.row_of, FILE: table.file_of.astype(np.int64)}
    for header in headers:
        parts = [
            Text(*coded(raw.frame[header])) if header in raw.frame else Text.nothing(len(raw.frame))
            for raw in table.raws
        ]
        joined = parts[0].below(parts[1:]) if len(parts) > 1 else parts[0]
        columns[header] = Coded(joined.codes, joined.values)
    named = {new: old for old, new in spec.rename.items() if old in headers}
    said = spec.subject or study.spec.subject
    subject = said if isinstance(said, str) else said.from_
    about = {
        "files": table.files,
        "row_id": named.get(spec.row_id or "", spec.row_id),
        "subject": named.get(subject or "", subject),
        "keys": [[named.get(n, n) for n in key] for key in contract_keys(study, spec.contract)],
        "named": named,
    }
    return KeptTable(columns, about)


def contract_keys(study: Study, contract: str | None) -> list[list[str]]:
    """The lists of columns that a contract says are unique."""
    if contract is None:
        return []
    from specs.reading.yaml_source import read_yaml

    found = next(
        (p for p in study.files() if p.parent.name == "contracts" and p.stem == contract), None
    )
    if found is None:
        return []
    said = read_yaml(found).data
    keys = said.get("unique") if isinstance(said, dict) else None
    listed = keys if isinstance(keys, list) else []
    return [[one] if isinstance(one, str) else [str(n) for n in one] for one in listed]


def read_raw(build: Path) -> dict[str, RawRows]:
    """The raw tables that a build kept, by source. Raises BuildError LIN101."""
    folder = build / FOLDER / RAW
    return {path.stem: read_one(path) for path in sorted(folder.glob("*.arrow"))}


def read_one(path: Path) -> RawRows:
    """One kept raw table. Raises BuildError LIN101."""
    return _rows(path.stem, read_columns(path))


def as_rows(study: Study, table: SourceTable) -> RawRows:
    """A source as it was read, without keeping it."""
    return _rows(table.name, _kept(study, table))


def _rows(source: str, table: KeptTable) -> RawRows:
    about = table.about
    texts = {n: Text(c.codes, c.values) for n, c in table.columns.items() if isinstance(c, Coded)}
    row_id, subject = about.get("row_id"), about.get("subject")
    return RawRows(
        source,
        tuple(about["files"]),
        np.asarray(table.columns[ROW], np.int64),
        np.asarray(table.columns[FILE], np.int64),
        texts,
        row_id if row_id in texts else None,
        subject if subject in texts else None,
        tuple(tuple(key) for key in about.get("keys", ()) if set(key) <= set(texts)),
        about.get("named", {}),
    )

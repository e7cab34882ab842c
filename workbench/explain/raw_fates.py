"""What became of one raw row and of each of its cells, from what a build has left."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specs import SpecificationError, Study, finding
from specs.account import ALL, DataSetAccount, LineAccount, read_accounts
from specs.build_accounts import read_raw
from specs.suggest import did_you_mean
from workbench.explain.reading.raw_rows import source_row

LEFT_ROWS = "left_rows.parquet"
_FATES = {
    "identity": "tells rows apart",
    "tested": "a condition looks at it",
    "presence": "a condition asks whether it is there; no line reads what it says",
    "technical": "says how the file is built",
    "declared": "declared as not submitted",
    "unread_here": "read on other rows, not on this one",
    "unread": "no line reads it",
    "value": "read",
}
_RESULT = "raw.RESULT"


@dataclass
class RowFate:
    """A row of a source: its text, its records, what left it out, and its cells in their order."""

    source: str
    file: str
    row: int
    fate: str
    spec: str = ""
    why: str = ""
    records: list[dict[str, Any]] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """For ``--format json``."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        yield f"{self.source}  {self.file}:{self.row}  {self.fate}" + (
            f"  {self.spec}" if self.spec else ""
        )
        if self.why:
            yield f"  {self.why}"
        for record in self.records:
            cell_of = f"  of {record['column']}" if record["column"] else ""
            number = f"{record['dataset']} record {record['record']:,}"
            yield f"  {number}{cell_of}  {record['spec']}"
        for cell in self.cells:
            yield f"  {cell['column']} = {cell['text']!r}  {'; '.join(cell['became'])}"
            for query in cell["queries"]:
                yield f"    {query}"


def explain_row(study: Study, build: Path, address: str, raw: Path) -> RowFate:
    """What became of ``SOURCE:ROW`` or ``SOURCE:FILE:ROW`` (the row as a person sees it).

    Raises SpecificationError PKG002 for an address that is none, PKG001 without a build, BuildError
    PKG004 for a row that is not there.
    """
    source, file, row = _address(study, address)
    account = read_raw(build)
    if account is None or source not in account["sources"]:
        message = f"no account of {source!r} in {build.as_posix()}"
        raise SpecificationError(finding("PKG001", message, hint="run build-sdtm"))
    one = account["sources"][source]
    files = one["files"]
    if file is None and len(files) > 1:
        message = f"{source!r} has {len(files)} files: say which, {source}:FILE:{row}"
        raise SpecificationError(finding("PKG002", message, hint=", ".join(files[:3])))
    place = file or files[0]
    if place not in files:
        message = f"{source!r} has no file {place!r}"
        raise SpecificationError(finding("PKG002", message, hint=did_you_mean(place, files)))
    out = RowFate(source, place, row, "became records")
    found = list(_records(read_accounts(build / "lineage"), build, (source, place, row)))
    out.records = [record for record, _, _ in found]
    if not found:
        out.fate, out.spec, out.why = _left(build, source, place, row)
    table = source_row(study, raw, source, place, row)
    queries = _queries(build, place, row)
    for name in table.names:
        cell = table.cell(0, name)
        became = _became(out, one["columns"].get(name, {}), name, cell.text, found)
        asked = [text for one in {name: 0, cell.column: 0} for text in queries.get(one, [])]
        out.cells.append(
            {"column": name, "text": cell.text, "became": became, "queries": asked}
        )  # fmt: skip
    return out


def _address(study: Study, address: str) -> tuple[str, str | None, int]:
    source, _, rest = address.partition(":")
    file, _, row = rest.rpartition(":")
    if source not in study.spec.sources:
        hint = did_you_mean(source, study.spec.sources)
        raise SpecificationError(finding("PKG002", f"unknown source {source!r}", hint=hint))
    if not (row.isascii() and row.isdigit() and 0 < len(row) < 16):
        message = f"{address!r} is no row"
        raise SpecificationError(finding("PKG002", message, hint="SOURCE:ROW, such as ae:17"))
    return source, file or None, int(row)


Found = tuple[dict[str, Any], DataSetAccount, str]


def _records(
    accounts: Mapping[str, DataSetAccount], build: Path, of: tuple[str, str, int]
) -> Iterator[Found]:
    """The records that come from a row: what they are, their data set, their part."""
    import numpy as np
    import pyarrow.parquet as pq

    source, file, row = of
    for name, account in accounts.items():
        path = build / "lineage" / f"{name.lower()}.parquet"
        parts = [p.kind == "raw" and p.source == source and file in p.files for p in account.parts]
        if not any(parts) or not path.is_file():
            continue
        known = pq.ParquetFile(path).schema_arrow.names
        table = pq.read_table(path, columns=[n for n in _VECTORS if n in known])
        vectors = {n: table[n].to_numpy() for n in table.column_names}
        for at in np.flatnonzero(vectors["row"] == row).tolist():
            stream, number, cell = (
                int(vectors[n][at]) if n in vectors else 0 for n in ("stream", "file", "cell")
            )
            part = account.parts[stream]
            if parts[stream] and part.files[number] == file:
                column = part.cells[cell] if part.cells and 0 <= cell < len(part.cells) else ""
                said = {"dataset": name, "record": at + 1, "column": column, "spec": part.spec}
                yield said, account, part.name


_VECTORS = ("row", "stream", "file", "cell")


def _left(build: Path, source: str, file: str, row: int) -> tuple[str, str, str]:
    """(words, place, why) of a row that gave no record."""
    import pyarrow.parquet as pq

    path = build / "lineage" / LEFT_ROWS
    if path.is_file():
        wanted = [("source", "=", source), ("file", "=", file), ("row", "=", row)]
        for one in pq.read_table(path, filters=wanted).to_pylist():
            words = {"consulted": "consulted", "unread": "looked at by nothing"}
            return words.get(one["fate"], f"left out: {one['fate']}"), one["spec"], one["why"]
    return "not told by the build", "", ""


def _queries(build: Path, file: str, row: int) -> dict[str, list[str]]:
    """Findings of the build about cells of the row, by column."""
    out: dict[str, list[str]] = {}
    path = build / "findings.json"
    for one in json.loads(path.read_bytes()) if path.is_file() else []:
        raw = one.get("raw", {})
        if (raw.get("file"), raw.get("row")) == (file, row):
            text = f"{one['rule']} {one['severity']}: {one['message']}"
            out.setdefault(raw.get("column", ""), []).append(text)
    return out


def _became(
    out: RowFate, column: Mapping[str, Any], name: str, text: str, found: list[Found]
) -> list[str]:
    """What became of a cell, in words."""
    if not text.strip():
        return ["blank"]
    if not found and out.fate.startswith("left out"):
        return ["left out with its row"]
    made: dict[tuple[str, str], list[str]] = {}
    for data_set, variable, spec in dict.fromkeys(_made(name, found)):
        made.setdefault((data_set, spec), []).append(variable)
    if made:
        return [f"{of} {', '.join(names)}  {spec}" for (of, spec), names in made.items()]
    places = ", ".join(column.get("by", [])[:3])
    words = [what for fate, what in _FATES.items() if fate in column]
    why = f": {column['why']}" if "why" in column and "declared" in column else ""
    shown = words[:1] or ["no line reads it"]
    return [f"{shown[0]}{why}{f' ({places})' if places and not why else ''}"]


def _made(name: str, found: list[Found]) -> Iterator[tuple[str, str, str]]:
    """The published variables that are made from a column, directly or by way of others."""
    for record, account, part in found:
        turned = record["column"] == name
        kinds = {**account.variables, **account.qualifiers}
        lines = {n: _line(v.lines, part) for n, v in kinds.items()}
        for variable, one in kinds.items():
            line = lines[variable]
            if one.published and line is not None and _reads(lines, variable, name, turned=turned):
                yield account.name, variable, line.spec


def _line(lines: Mapping[str, LineAccount], part: str) -> LineAccount | None:
    return lines.get(part, lines.get(ALL))


def _reads(
    lines: Mapping[str, LineAccount | None], variable: str, column: str, *, turned: bool
) -> bool:
    """Whether a variable's line, or a working line that it reads, reads a raw column."""
    todo, seen = [variable], set()
    while todo:
        name = todo.pop()
        line = lines.get(name)
        if name in seen or line is None:
            continue
        seen.add(name)
        if f"raw.{column}" in line.reads or (turned and _RESULT in line.reads):
            return True
        todo += [read for read in line.reads if read == read.lower() and "." not in read]
    return False

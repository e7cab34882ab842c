"""Collect the answer key: planted messes, and ordinary values drawn from what was true."""

# ruff: noqa: PLR0917 - a raw row is made of many values

from __future__ import annotations

import csv
import io
from collections import defaultdict
from pathlib import Path

from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.model import stream
from specs.studies.nct04938115.generate.tables import Fact, Row, Table, text

COLUMNS = [
    "mess",
    "raw_file",
    "sheet",
    "row",
    "row_id",
    "column",
    "verbatim",
    "domain",
    "usubjid",
    "key",
    "variable",
    "expected_value",
    "expected_query",
    "note",
]
Line = dict[str, str]


def _line(
    table: Table, place: int, row: Row, mess: str, fact: Fact, column: str, query: bool, note: str
) -> Line:
    cell = row.cells.get(column)
    return {
        "mess": mess,
        "raw_file": table.path,
        "sheet": table.sheet,
        "row": str(row.ordinal or table.first_row + place),
        "row_id": table.record(row),
        "column": column,
        "verbatim": text(cell),
        "domain": fact.domain,
        "usubjid": row.usubjid,
        "key": fact.key,
        "variable": fact.variable,
        "expected_value": fact.value,
        "expected_query": "Y" if query else "N",
        "note": note,
    }


def _planted(export: Export) -> list[Line]:
    return [
        _line(
            table,
            place,
            row,
            m.mess,
            Fact("", m.domain, m.variable, m.expected, m.key),
            m.column,
            m.query,
            m.note,
        )
        for table in export.values()
        for place, row in enumerate(table.rows)
        for m in row.marks
    ]


def ordinary_lines(export: Export, each: int) -> list[Line]:
    """Give up to `each` untouched values per table and SDTM variable."""
    pools: dict[tuple[str, str, str], list[tuple[Table, int, Row, Fact]]] = defaultdict(list)
    for name, table in export.items():
        for place, row in enumerate(table.rows):
            if not row.spoiled:
                for fact in row.facts:
                    pools[(name, fact.domain, fact.variable)].append((table, place, row, fact))
    lines = []
    for pool_name in sorted(pools):
        pool = pools[pool_name]
        rng = stream("ordinary-" + "-".join(pool_name))
        for place in sorted(
            int(i) for i in rng.choice(len(pool), min(each, len(pool)), replace=False)
        ):
            table, at, row, fact = pool[place]
            lines.append(
                _line(table, at, row, "F", fact, fact.column, query=False, note="ordinary value")
            )
    return lines


def _place(line: Line) -> tuple[int, str, str, int]:
    return int(line["mess"]), line["raw_file"], line["sheet"], int(line["row"] or 0)


def key_lines(export: Export, more: list[Line]) -> list[Line]:
    """Give the planted lines and `more`, ordered by mess and place."""
    return sorted(_planted(export) + more, key=_place)


def write_lines(path: Path, lines: list[Line], columns: list[str]) -> None:
    """Write lines as CSV (UTF-8, LF)."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue().encode("utf-8"))

"""Values of tabulation data that an open query of the build asks about, kept in its lineage.

A value is asked about when a query lies on the raw row of its record and on a column that its
variable is made from, or on the variable itself. Analysis data are held against this list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from specs.build_accounts import ASKED
from specs.language.study import Source
from validation.lock.asked import Questions, open_queries

_COLUMNS = ("dataset", "record", "variable", "query", "rule")


def write_asked(build: Path, sources: Mapping[str, Source]) -> None:
    """Write ``lineage/asked.parquet`` of a build whose lineage and findings are there: data set,
    record (from 1), variable, number of the query in findings.json, and its rule."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[object]] = {name: [] for name in _COLUMNS}
    for entry in _asked(Questions(build, open_queries(build), sources)):
        for name, value in zip(_COLUMNS, entry, strict=True):
            columns[name].append(value)
    whole = ("record", "query")
    kinds = [pa.field(n, pa.int64() if n in whole else pa.string()) for n in _COLUMNS]
    path = build / "lineage" / ASKED
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns, schema=pa.schema(kinds)), path, compression="zstd")


def _asked(questions: Questions) -> Iterator[tuple[str, int, str, int, str]]:
    for dataset, record, variables in questions.records():
        for variable in variables:
            for number in sorted(questions.about(dataset, record, [variable])):
                rule = questions.queries_by_number[number].rule
                yield dataset, record, variable, number, rule

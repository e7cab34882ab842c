"""Rows that gave no record, kept in the lineage of a build: which, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from derive.values.column import Rows
from sdtm.posting.raw_account import RawAccount, SourceAccount
from sdtm.posting.rows import CONSULTED, UNREAD

FILE = "left_rows.parquet"
Entry = tuple[str, str, str, Rows]


def write_left_rows(account: RawAccount, folder: Path) -> None:
    """Write ``left_rows.parquet`` below a lineage folder: source, file, row (1-based, as a person
    sees it), fate (``consulted``, ``unread`` or the reason), specification place and why."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[object]] = {
        name: [] for name in ("source", "file", "row", "fate", "spec", "why")
    }
    for one in account.sources:
        source = one.fates.source
        for fate, spec, why, rows in _entries(one):
            for row in rows.tolist():
                file = source.files[source.file_of[row]]
                values = (one.name, file, int(source.row_of[row]), fate, spec, why)
                for name, value in zip(columns, values, strict=True):
                    columns[name].append(value)
    kinds = [pa.field(n, pa.int64() if n == "row" else pa.string()) for n in columns]
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns, schema=pa.schema(kinds)), folder / FILE, compression="zstd")


def _entries(one: SourceAccount) -> Iterator[Entry]:
    fates = one.fates
    for word, code in (("consulted", CONSULTED), ("unread", UNREAD)):
        yield word, "", "", np.flatnonzero(fates.codes == code)
    for reason, _ in fates.left():
        yield reason.reason, str(reason.place), reason.why, fates.rows_of(reason).astype(np.int64)

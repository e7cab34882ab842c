"""Vectors per record: where each record comes from, and where each value was taken.

``lineage/<data set>.parquet`` holds, in the order of the published file, ``from:DS`` (the record of
a source data set that the record comes from), ``value:VAR`` (the record that the value of VAR was
taken from; of several data sets ``value:VAR:DS``), and what the package that made the data set adds
(``row``, ``stream``, ``file``, ``cell`` of raw files; ``table``). Records of data sets count from 1
in the order of their files; 0 is none. Constant runs cost next to nothing: deltas, packed.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from derive.records import Records
from derive.values.column import Codes, Rows

Vectors = dict[str, Codes]
_GROUP = 262_144
"""Records of a row group: `explain` reads one of them."""


def places(order: Rows, size: int) -> Codes:
    """Record in the making to its number in the published file, from 1 (0: not published)."""
    out = np.zeros(size, np.int32)
    out[order] = np.arange(1, len(order) + 1, dtype=np.int32)
    return out


def numbered(rows: Rows, place: Codes | None) -> Codes:
    """Rows of a source (-1: none) as numbers from 1 (0: none); ``place`` as of its own file."""
    if place is None:
        return (rows + 1).astype(np.int32)
    return np.append(place, np.int32(0))[rows].astype(np.int32)


def vector_name(variable: str, data_set: str, number: int) -> str:
    """What the vector of a value's records is called."""
    return f"value:{variable}" if number == 1 else f"value:{variable}:{data_set}"


def record_vectors(
    records: Records,
    published: Container[str],
    known: Mapping[str, Codes],
    order: Rows,
    *,
    own: Container[str] = (),
) -> Vectors:
    """Origins and links of published variables, in the order of the file.

    ``known`` maps data sets of this build to their :func:`places`; what is not in it keeps the
    numbers of its own file. ``own`` are origins that the caller writes himself (raw files).
    """
    out: Vectors = {}
    for name, rows in records.origin.items():
        if name not in own:
            out[f"from:{name}"] = numbered(rows, known.get(name))[order]
    for variable, links in records.links.items():
        if variable not in published:
            continue
        for link in links:
            name = vector_name(variable, link.data_set, len(links))
            out[name] = numbered(link.rows, known.get(link.data_set))[order]
    return out


def taken(records: Records, variable: str) -> dict[str, str]:
    """Per data set the vector that says where a variable's values were taken."""
    links = records.links.get(variable, ())
    return {link.data_set: vector_name(variable, link.data_set, len(links)) for link in links}


def write_vectors(vectors: Mapping[str, NDArray[np.integer]], path: Path) -> None:
    """Write the vectors of a data set."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({name: pa.array(vector) for name, vector in vectors.items()})
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=9,
        use_dictionary=False,
        column_encoding=dict.fromkeys(vectors, "DELTA_BINARY_PACKED"),
        write_statistics=False,
        store_schema=False,
        row_group_size=_GROUP,
    )

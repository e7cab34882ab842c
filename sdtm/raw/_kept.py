"""Raw tables kept for the next build: what was read of the same bytes in the same way.

An entry is named by the hash of the file, its name, how it is read, and the program; it holds the
tables as Arrow, each distinct text once, and what was found in the file. Only what this build read
is kept, so that what is kept never grows beyond one export.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sdtm.raw._model import RawFile, RawTable, ReadOptions
from specs.findings import Finding, Owner, RawCell, Severity, SpecPlace
from transport.kept import Kept

if TYPE_CHECKING:  # most calls read nothing, and start without them
    import pandas as pd

_PREFIX = "raw-"
_MOST_CELLS = 32_000_000
"""A file with more cells is read anew: what it takes to keep it would be felt in memory."""
_LENGTH = struct.Struct("<Q")
_FRAME = ("frame", "rows", "findings")


class KeptTables:
    """Raw tables of earlier builds, below their output folders. ``program`` is the hash of all that
    reads: after another version nothing is used."""

    def __init__(self, folders: Sequence[Path], program: str) -> None:
        self._stores = [Kept(folder) for folder in folders]
        self._program = program
        self._used: dict[str, Kept | list[RawTable]] = {}

    def tables(
        self, source: RawFile, options: ReadOptions, read: Callable[[], list[RawTable]]
    ) -> list[RawTable]:
        """The tables of a file: as they were kept, or as ``read`` gives them. Raises what it
        raises; a file that is refused is kept nowhere."""
        name = self._name(source, options)
        for store in self._stores:
            content = store.get(name)
            found = None if content is None else _restored(content)
            if found is not None:
                self._used[name] = store
                return found
        made = read()
        if sum(table.frame.size for table in made) <= _MOST_CELLS:
            self._used[name] = made
        return made

    def keep(self, folder: Path, *, others: bool = False) -> None:
        """Keep what this build read below a folder; with ``others`` what it did not read too."""
        to = Kept(folder)
        if others:
            for store in self._stores:
                for name in store.names():
                    if name.startswith(_PREFIX) and name not in self._used:
                        store.carry(name, to)
        for name, held in self._used.items():
            if isinstance(held, Kept):
                held.carry(name, to)
                continue
            content = _content(held)
            if content is not None:
                to.put(name, content)

    @property
    def as_before(self) -> tuple[int, int]:
        """How many files did not have to be read, and how many there are."""
        return sum(isinstance(held, Kept) for held in self._used.values()), len(self._used)

    def _name(self, source: RawFile, options: ReadOptions) -> str:
        said = [self._program, source.file, source.sha256, dataclasses.asdict(options)]
        return _PREFIX + hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _content(tables: Sequence[RawTable]) -> bytes | None:
    """Tables as bytes; None for texts that Arrow does not hold."""
    import pyarrow as pa

    heads, parts = [], []
    try:
        for table in tables:
            body = _arrow(table)
            plain = {
                one.name: getattr(table, one.name)
                for one in dataclasses.fields(table)
                if one.name not in _FRAME
            }
            found = [dataclasses.asdict(one) for one in table.findings]
            heads.append({**plain, "findings": found, "bytes": len(body)})
            parts.append(body)
        head = json.dumps(heads).encode()
    except (pa.ArrowException, UnicodeEncodeError, TypeError):
        return None
    return b"".join([_LENGTH.pack(len(head)), head, *parts])


def _arrow(table: RawTable) -> bytes:
    import pyarrow as pa

    columns = {"": pa.array(np.asarray(table.rows, np.int64))}
    for name, series in table.frame.items():
        codes = np.asarray(series.cat.codes, np.int32)
        texts = pa.array(series.cat.categories, pa.large_string())
        indices = pa.array(codes, pa.int32(), mask=codes < 0)
        columns[f"={name}"] = pa.DictionaryArray.from_arrays(indices, texts)
    whole = pa.table(columns)
    sink = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(sink, whole.schema, options=options) as writer:
        writer.write_table(whole, max_chunksize=max(1, len(whole)))
    return sink.getvalue()


def _restored(content: bytes) -> list[RawTable] | None:
    """The tables of an entry; None for one that does not hold what it should."""
    import pyarrow as pa

    try:
        (size,) = _LENGTH.unpack_from(content)
        at = _LENGTH.size + size
        out = []
        for head in json.loads(content[_LENGTH.size : at]):
            body = content[at : at + head["bytes"]]
            at += head.pop("bytes")
            out.append(_table(head, body))
    except (pa.ArrowException, ValueError, KeyError, TypeError, IndexError, struct.error):
        return None
    return out


def _table(head: dict[str, Any], body: bytes) -> RawTable:
    import pandas as pd
    import pyarrow as pa

    whole = pa.ipc.open_file(pa.BufferReader(body)).read_all()
    rows = np.array(whole.column("").to_numpy(), np.int64)
    columns = {name[1:]: _categorical(whole.column(name)) for name in whole.column_names if name}
    findings = [_finding(one) for one in head.pop("findings")]
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), copy=False)
    for name in ("technical", "beside"):
        head[name] = tuple(head[name])
    return RawTable(frame=frame, rows=rows, findings=findings, **head)


def _categorical(chunked: Any) -> pd.Categorical:
    import pyarrow as pa

    from sdtm.raw._text import categories_of, unchecked

    array = chunked.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return unchecked(codes, categories_of(array.dictionary))


def _finding(said: dict[str, Any]) -> Finding:
    raw, spec = said.pop("raw"), said.pop("spec")
    return Finding(
        **{
            **said,
            "severity": Severity(said["severity"]),
            "owner": Owner(said["owner"]),
            "key": tuple((name, value) for name, value in said["key"]),
            "raw": None if raw is None else RawCell(**raw),
            "spec": None if spec is None else SpecPlace(**spec),
        }
    )

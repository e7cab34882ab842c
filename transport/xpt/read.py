"""SAS transport files to data sets, a column at a time."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from transport.dataset import Dataset, SpecialMissing, VariableMeta
from transport.text_column import known_encoding
from transport.xpt import ibm
from transport.xpt.damage import fail
from transport.xpt.header import forget, open_bytes, parse_header
from transport.xpt.layout import XptHeader
from transport.xpt.once import read_by_content

_CHUNK_BYTES = 4 << 20


def read_xpt(
    path: Path | str, *, encoding: str | None = None, member: str | None = None
) -> Dataset:
    """Read one data set from a SAS transport file, version 5.

    Char columns become categories (sorted; trailing blanks off; blank is missing), Num columns
    float64, special missing values NaN and listed in ``Dataset.special_missing``. ``encoding`` None
    takes text as UTF-8 (ASCII included), and fails where it is not.

    Raises:
        RawDataError: FILE001, FILE010 to FILE015, with the byte, or record and variable.
        BuildError: FILE032, an unknown encoding.
    """
    path = Path(path)
    if encoding is not None:
        encoding = known_encoding(encoding)
    return read_by_content(path, encoding, member, lambda: _read_file(path, encoding, member))


def _read_file(path: Path, encoding: str | None, member: str | None) -> Dataset:
    data = open_bytes(path)
    header = parse_header(path, data, encoding, member)
    readers = [_reader(meta, header.records) for meta in header.variables]
    _read_records(data, header, readers)
    special: dict[str, SpecialMissing] = {}
    columns: dict[int, Any] = {}
    for position, (meta, reader) in enumerate(zip(header.variables, readers, strict=True)):
        if isinstance(reader, _NumberReader):
            columns[position] = reader.values
            if reader.letters:
                special[meta.name] = reader.special()
        else:
            columns[position] = reader.column(path, meta, encoding or "utf-8")
    frame = pd.DataFrame(columns, index=pd.RangeIndex(header.records), copy=False)
    frame.columns = pd.Index([m.name for m in header.variables], dtype="str")
    return Dataset(
        header.name, frame, header.variables, header.label, source=path, special_missing=special
    )


def _reader(meta: VariableMeta, records: int) -> _NumberReader | _TextReader:
    width = meta.length or 1
    return _TextReader(width) if meta.type == "Char" else _NumberReader(width, records)


def _read_records(
    data: mmap.mmap | bytes, header: XptHeader, readers: list[_NumberReader | _TextReader]
) -> None:
    step = max(1, _CHUNK_BYTES // max(header.record_length, 1))
    for start in range(0, header.records, step):
        count = min(step, header.records - start)
        offset = header.offset + start * header.record_length
        block = data[offset : offset + count * header.record_length]
        forget(data, offset)
        for position, reader in zip(header.positions, readers, strict=True):
            strides = (header.record_length,)
            view = np.ndarray((count,), f"V{reader.width}", block, position, strides)
            reader.take(start, np.ascontiguousarray(view))


class _NumberReader:
    """Collects a Num column."""

    def __init__(self, width: int, records: int) -> None:
        self.width = width
        self.values = np.empty(records, dtype=np.float64)
        self.letters: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]] = []

    def take(self, start: int, items: npt.NDArray[np.void]) -> None:
        """Add the records from ``start`` on."""
        if self.width < 8:
            wide = np.zeros((len(items), 8), dtype=np.uint8)
            wide[:, : self.width] = items.view(np.uint8).reshape(-1, self.width)
            items = wide.view("V8").ravel()
        bits = items.view(">u8").astype(np.uint64)
        values = ibm.from_ibm(bits)
        letters = ibm.missing_letters(bits)
        values[letters > 0] = np.nan
        self.values[start : start + len(values)] = values
        rows = np.flatnonzero((letters > 0) & (letters != ord(".")))
        if len(rows):
            self.letters.append((rows + start, letters[rows]))

    def special(self) -> SpecialMissing:
        """Where the special missing values are."""
        rows = np.concatenate([r for r, _ in self.letters])
        return SpecialMissing(
            rows, tuple("".join(letters.tobytes().decode("ascii") for _, letters in self.letters))
        )


class _TextReader:
    """Collects a Char column, as distinct values and codes."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._chunks: list[Any] = []

    def take(self, start: int, items: npt.NDArray[np.void]) -> None:
        """Add records."""
        del start
        kind = pa.binary(self.width)
        array = pa.FixedSizeBinaryArray.from_buffers(kind, len(items), [None, pa.py_buffer(items)])
        self._chunks.append(array.dictionary_encode())

    def column(self, path: Path, meta: VariableMeta, encoding: str) -> Any:
        """The column as categories. Raises RawDataError FILE014."""
        if not self._chunks:
            empty = pd.Index([], dtype="str")
            return pd.Categorical.from_codes(np.empty(0, dtype=np.int8), categories=empty)
        merged = pa.chunked_array(self._chunks).unify_dictionaries()
        codes = np.concatenate([chunk.indices.to_numpy() for chunk in merged.chunks])
        self._chunks.clear()
        raw = merged.chunk(0).dictionary
        texts = _valid_utf8(raw, encoding)
        if texts is None:
            texts = _decoded(path, meta, raw, codes, encoding)
        return as_categories(codes, texts)


def _valid_utf8(raw: Any, encoding: str) -> Any:
    """Trimmed texts as an Arrow array, or None where bytes have to be decoded one by one."""
    if encoding == "ascii" and (np.frombuffer(raw.buffers()[1], dtype=np.uint8) > 0x7F).any():
        return None
    if encoding not in ("ascii", "utf-8"):
        return None
    try:
        texts = raw.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        return None
    return pc.utf8_rtrim(texts, " \0")


def _decoded(
    path: Path, meta: VariableMeta, raw: Any, codes: npt.NDArray[Any], encoding: str
) -> list[str]:
    texts: list[str] = []
    for place, value in enumerate(raw.to_pylist()):
        try:
            texts.append(value.rstrip(b" \0").decode(encoding))
        except UnicodeDecodeError as error:
            record = int(np.argmax(codes == place)) + 1
            odd = value[error.start : error.end]
            shown = value.rstrip()[:60]
            what = f"record {record}, {meta.name}: byte {odd!r} is not {encoding} in {shown!r}"
            fail("FILE014", path, what, record=record, variable=meta.name)
    return texts


def as_categories(codes: npt.NDArray[Any], texts: Any) -> Any:
    """Categories in order of their text, "" as missing.

    ``codes`` are places in ``texts`` (a list or Arrow array, repeats allowed); -1 is the last one.

    Raises:
        UnicodeEncodeError: a text is no Unicode (half a surrogate pair).
    """
    distinct = pa.array(texts, pa.large_string()).dictionary_encode()
    order = pc.sort_indices(distinct.dictionary).to_numpy()  # by UTF-8 bytes: by code point
    ordered = distinct.dictionary.take(pa.array(order))
    place = np.empty(len(order) + 1, dtype=np.int32)
    place[order] = np.arange(len(order))
    if len(ordered) and not ordered[0].as_py():
        place, ordered = place - 1, ordered.slice(1)
    renumber = place[distinct.indices.to_numpy(zero_copy_only=False)]
    index = pd.Index(ordered.to_numpy(zero_copy_only=False), dtype="str")
    return pd.Categorical.from_codes(renumber[codes], categories=index, validate=False)

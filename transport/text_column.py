"""A Char column as distinct texts and fixed-width bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from specs.codes import finding
from specs.errors import BuildError
from specs.findings import Finding
from transport.dataset import VariableMeta
from transport.xpt.layout import ENCODINGS

Codes = npt.NDArray[np.signedinteger[Any]]
Places = npt.NDArray[np.int64]
_TABLE_BYTES = 64 << 20


def distinct_texts(values: Any, dataset: str, variable: str) -> tuple[Codes, Any]:
    """Codes (-1 for blank) and the Arrow array of the distinct texts that occur.

    Trailing blanks carry no meaning in SAS data and are left off.

    Raises:
        BuildError: FILE026, the column holds something that is not text.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes = np.asarray(values.cat.codes)  # the narrowest integers that do
        texts = _as_text(values.cat.categories, dataset, variable)
    else:
        encoded = _as_text(values, dataset, variable).dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        texts = encoded.dictionary
    texts = pc.utf8_rtrim(texts, " ")
    blank = pc.equal(texts, "").to_numpy(zero_copy_only=False).astype(bool)
    if not len(texts):
        return np.full(len(codes), -1, dtype=np.int64), texts
    return _only_used(codes, texts, blank)


def _as_text(values: Any, dataset: str, variable: str) -> Any:
    try:
        array = pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeError) as error:
        raise BuildError(_not_text(dataset, variable, str(error))) from None
    if pa.types.is_null(array.type) or not len(array):
        return pa.nulls(len(array), pa.large_string())
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        raise BuildError(_not_text(dataset, variable, f"it holds {array.type}"))
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array.cast(pa.large_string())


def _not_text(dataset: str, variable: str, what: str) -> Finding:
    message = f"{dataset}.{variable} is Char, but {what}"
    return finding("FILE026", message, dataset=dataset, variable=variable)


def _only_used(codes: Codes, texts: Any, blank: npt.NDArray[np.bool_]) -> tuple[Codes, Any]:
    used = np.bincount(codes.astype(np.intp) + 1, minlength=len(texts) + 1)[1:] > 0
    keep = used & ~blank
    if keep.all():
        return codes, texts
    renumbered = np.full(len(texts) + 1, -1, dtype=codes.dtype)
    renumbered[:-1][keep] = np.arange(int(keep.sum()))
    return renumbered[codes], texts.filter(pa.array(keep))


class TextColumn:
    """Distinct texts in an encoding, ready to be laid out at a fixed width.

    ``findings`` names what cannot be written: FILE022, FILE023, FILE024, FILE031, FILE033.
    """

    def __init__(self, dataset: str, meta: VariableMeta, values: Any, encoding: str) -> None:
        self._dataset, self._meta = dataset, meta
        self._codes, self._texts = distinct_texts(values, dataset, meta.name)
        self.findings: list[Finding] = []
        self._lengths, self._data = self._encode(encoding)
        self._starts = np.concatenate(([0], np.cumsum(self._lengths)))
        longest = int(self._lengths.max(initial=1))
        self.width = longest if meta.length is None else meta.length
        self._check(encoding)
        self._whole: npt.NDArray[np.void] | None = None

    def fill(self, start: int, stop: int, out: npt.NDArray[np.void]) -> None:
        """Lay out the records ``start`` to ``stop`` in ``out``, ``width`` bytes each."""
        codes = self._codes[start:stop]
        if (len(self._lengths) + 1) * self.width <= _TABLE_BYTES:
            if self._whole is None:
                self._whole = self._table(np.arange(len(self._lengths)))
            out[:] = self._whole.take(codes, mode="wrap")  # -1 is the last: blank
            return
        distinct, inverse = np.unique(codes, return_inverse=True)
        known = distinct[distinct >= 0]
        table = self._table(known)
        out[:] = table.take(inverse - (len(distinct) - len(known)), mode="wrap")

    def blank_at(self, record: int) -> bool:
        """Whether the value of that record (0-based) is blank."""
        return bool(self._codes[record] < 0)

    def _table(self, which: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.void]:
        """The bytes of some distinct texts, padded with blanks, and a blank one at the end."""
        lengths = self._lengths[which]
        table = np.full((len(which) + 1, self.width), 0x20, dtype=np.uint8)
        inside = np.arange(self.width) < lengths[:, None]
        if len(which) == len(self._lengths):
            table[:-1][inside] = self._data
        else:
            ends = np.cumsum(lengths)
            places = np.repeat(self._starts[which] - ends + lengths, lengths)
            table[:-1][inside] = self._data[places + np.arange(len(places))]
        return table.view(f"V{self.width}").ravel()

    def _encode(self, encoding: str) -> tuple[Places, npt.NDArray[np.uint8]]:
        offsets, data = _utf8(self._texts)
        if encoding == "utf-8" or not (data > 0x7F).any():
            return np.diff(offsets), data
        pieces: list[bytes] = []
        for position, text in enumerate(self._texts.to_pylist()):
            try:
                pieces.append(text.encode(encoding))
            except UnicodeEncodeError as error:
                pieces.append(b"")
                what = f"{text[error.start]!r} is not in {encoding}"
                self._complain("FILE024", position, text, what)
        return np.array([len(p) for p in pieces], dtype=np.int64), _bytes(b"".join(pieces))

    def _check(self, encoding: str) -> None:
        if (self._data == 0).any():
            place = int(np.searchsorted(self._starts, np.flatnonzero(self._data == 0)[0], "right"))
            self._complain("FILE031", place - 1, self._texts[place - 1].as_py(), "holds NUL")
        if not 1 <= self.width <= 200 and self._meta.length is not None:
            self._complain("FILE033", None, "", f"length {self.width} is not 1 to 200")
        limit, code = (200, "FILE023") if self._meta.length is None else (self.width, "FILE022")
        if (self._lengths > limit).any():
            place = int(np.argmax(self._lengths > limit))
            size = f"{self._lengths[place]} bytes in {encoding}, length is {limit}"
            self._complain(code, place, self._texts[place].as_py(), size)

    def _complain(self, code: str, position: int | None, text: str, what: str) -> None:
        rows: Any = [] if position is None else np.flatnonzero(self._codes == position)
        record = int(rows[0]) + 1 if len(rows) else None
        where = f"{self._dataset}.{self._meta.name}"
        if record is not None:
            where += f" record {record}"
        shown = text if len(text) <= 60 else text[:57] + "..."
        message = f"{where}: {what}" + (f": {shown!r}" if text else "")
        fields = {"dataset": self._dataset, "variable": self._meta.name, "record": record}
        self.findings.append(finding(code, message, value=text, **fields))


def _bytes(data: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(data, dtype=np.uint8)


def _utf8(texts: Any) -> tuple[Places, npt.NDArray[np.uint8]]:
    """Offsets and bytes of an Arrow array of text."""
    texts = pa.concat_arrays([texts])  # an offset of its own, and no slice
    if not len(texts):
        return np.zeros(1, dtype=np.int64), _bytes(b"")
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    content = np.frombuffer(data, dtype=np.uint8) if data is not None else _bytes(b"")
    return places - places[0], content[places[0] : places[-1]]


def known_encoding(encoding: str, dataset: str = "") -> str:
    """The encoding's name as used here.

    Raises:
        BuildError: FILE032, it is none of :data:`ENCODINGS`.
    """
    other = {"us-ascii": "ascii", "utf8": "utf-8", "windows-1252": "cp1252", "sjis": "shift_jis"}
    name = other.get(encoding.lower(), encoding.lower().replace("shift-jis", "shift_jis"))
    if name not in ENCODINGS:
        message = f"encoding {encoding!r} is none of {', '.join(ENCODINGS)}"
        raise BuildError(finding("FILE032", message, dataset=dataset))
    return name

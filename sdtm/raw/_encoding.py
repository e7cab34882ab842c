"""The text of a file as UTF-8 bytes: declared encodings checked, others detected, never guessed."""

from __future__ import annotations

import codecs
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sdtm.raw._model import RawFile
from sdtm.raw.codes import error, note
from specs.errors import RawDataError
from specs.findings import Finding

_CHUNK = 1 << 22
_BOM = codecs.BOM_UTF8
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SURE = 4
"""So many characters that happen to be valid UTF-8 are no accident in another encoding."""


@dataclass(frozen=True, slots=True)
class Text:
    """``data`` is a buffer (bytes or mmap) of UTF-8, whose text begins at ``start``."""

    data: Any
    start: int
    encoding: str
    detected: bool
    findings: list[Finding]


def load_text(source: RawFile, declared: str | None) -> Text:
    """Read a text file. Raises RawDataError RAW103 and RAW106 to RAW109."""
    data = _map(source)
    bom = data[:3] == _BOM
    if declared is not None:
        return _declared(source, data, declared, bom=bom)
    if data[:2] in _WIDE_BOMS:
        raise error("RAW108", "the file is UTF-16", source.file, 1, hint="declare encoding: utf-16")
    _refuse_nul(source, data)
    bad = _first_invalid(data, "utf-8")
    if bad is None:
        name = "UTF-8 with byte order mark" if bom else "UTF-8"
        return Text(data, 3 if bom else 0, "utf-8", True, [_detected(source, name)])
    if bom:
        raise _invalid(source, data, bad, "UTF-8", "the file starts with a UTF-8 byte order mark")
    codec = _detect(source, data, bad)
    text = _transcode(source, data, codec)
    return Text(text, 0, codec, True, [_detected(source, codec.upper())])


def _map(source: RawFile) -> Any:
    if source.path.stat().st_size == 0:
        raise error("RAW103", "the file is empty", source.file)
    with source.path.open("rb") as handle:
        return mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)


def _declared(source: RawFile, data: Any, declared: str, *, bom: bool) -> Text:
    codec = _codec(source, declared)
    if codec == "utf-8":
        _refuse_nul(source, data)
        bad = _first_invalid(data, codec)
        if bad is not None:
            raise _invalid(source, data, bad, "UTF-8", "declared as UTF-8")
        return Text(data, 3 if bom else 0, codec, False, [])
    if bom:
        raise error(
            "RAW106",
            f"declared as {declared}, but the file starts with a UTF-8 byte order mark",
            source.file,
            1,
            hint="declare encoding: utf-8",
        )
    if not codec.startswith("utf"):
        _refuse_nul(source, data)
        _refuse_utf8(source, data, declared)
    return Text(_transcode(source, data, codec), 0, codec, False, [])


def _codec(source: RawFile, declared: str) -> str:
    try:
        info = codecs.lookup(declared)
        "".encode(info.name)
    except LookupError:
        message = f"there is no text encoding named {declared!r}"
        hint = "use utf-8, gb18030 or cp1252"
        raise error("RAW109", message, source.file, hint=hint) from None
    plain = {"utf-8-sig": "utf-8", "ascii": "utf-8"}
    return plain.get(info.name, info.name)


def _detected(source: RawFile, name: str) -> Finding:
    hint = f"declare encoding: {name.split(' ', maxsplit=1)[0].lower()}"
    return note("RAW105", f"read as {name}", source.file, hint=hint)


def _refuse_nul(source: RawFile, data: Any) -> None:
    place = data.find(b"\0")
    if place >= 0:
        row = _row_of(data, place)
        raise error("RAW108", f"NUL byte at offset {place}", source.file, row)


def _refuse_utf8(source: RawFile, data: Any, declared: str) -> None:
    if _first_invalid(data, "utf-8") is None and _many_wide(data):
        raise error(
            "RAW106",
            f"declared as {declared}, but every byte of the file fits UTF-8",
            source.file,
            hint="declare encoding: utf-8",
        )


def _many_wide(data: Any) -> bool:
    seen = 0
    for chunk in _chunks(data):
        if not chunk.isascii():
            seen += sum(byte >= 0xC0 for byte in chunk)
        if seen >= _SURE:
            return True
    return False


def _chunks(data: Any) -> Iterator[bytes]:
    for start in range(0, len(data), _CHUNK):
        yield data[start : start + _CHUNK]


def _first_invalid(data: Any, codec: str) -> int | None:
    """Offset of the first byte that is not of the encoding."""
    if codec == "utf-8" and _all_utf8(data):
        return None
    decoder = codecs.getincrementaldecoder(codec)("strict")
    place = 0
    for chunk in _chunks(data):
        pending = len(decoder.getstate()[0])
        if pending or not chunk.isascii():
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as problem:
                return place - pending + problem.start
        place += len(chunk)
    pending = len(decoder.getstate()[0])
    return place - pending if pending else None


def _all_utf8(data: Any) -> bool:
    """Arrow's vectorised check, on blocks that end with a whole character."""
    start = 0
    while start < len(data):
        stop = min(start + _CHUNK, len(data))
        for _ in range(3):
            if stop < len(data) and data[stop] & 0xC0 == 0x80:
                stop -= 1
        block = data[start:stop]
        ends = pa.py_buffer(np.array([0, len(block)], np.int32))
        try:
            pa.StringArray.from_buffers(1, ends, pa.py_buffer(block)).validate(full=True)
        except pa.ArrowInvalid:
            return False
        start = stop
    return True


def _transcode(source: RawFile, data: Any, codec: str) -> bytes:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    out = bytearray()
    place = 0
    try:
        for chunk in _chunks(data):
            pending = len(decoder.getstate()[0])
            out += decoder.decode(chunk).encode()
            place += len(chunk)
        pending = len(decoder.getstate()[0])
        out += decoder.decode(b"", final=True).encode()
    except UnicodeError as problem:
        start = getattr(problem, "start", 0)
        raise _invalid(
            source, data, place - pending + start, codec.upper(), f"read as {codec.upper()}"
        ) from None
    return bytes(out)


def _detect(source: RawFile, data: Any, bad: int) -> str:
    """GB18030 when nearly all its characters are of GB2312 (everyday Chinese); cp1252 when hardly
    any is; nothing in between."""
    chinese = _chinese_share(data) if _first_invalid_gb(data) is None else None
    western = _first_invalid(data, "cp1252") is None
    if chinese is not None and (chinese >= 0.9 or (chinese > 0.5 and not western)):
        return "gb18030"
    if western and (chinese is None or chinese <= 0.5):
        return "cp1252"
    row = _row_of(data, bad)
    raise error(
        "RAW107",
        f"no UTF-8 (byte 0x{data[bad]:02X} at offset {bad}), nor clearly GB18030 or cp1252",
        source.file,
        row,
        hint="declare the encoding of the source; a file of mixed encodings must be exported again",
    )


def _first_invalid_gb(data: Any) -> int | None:
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    try:
        for chunk in _chunks(data):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return 0
    return None


def _chinese_share(data: Any) -> float:
    """Share of the non-ASCII characters, decoded as GB18030, that GB2312 has too."""
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    wide = known = 0
    for chunk in _chunks(data):
        text = decoder.decode(chunk)
        if text.isascii():
            continue
        foreign = "".join(c for c in text if not c.isascii())
        wide += len(foreign)
        known += len(foreign.encode("gb2312", "ignore")) // 2
    return known / wide if wide else 0.0


def _row_of(data: Any, place: int) -> int:
    row, start = 1, 0
    while start < place:
        stop = min(start + _CHUNK, place)
        row += data[start:stop].count(b"\n")
        start = stop
    return row


def _invalid(source: RawFile, data: Any, place: int, name: str, why: str) -> RawDataError:
    place = min(place, len(data) - 1)
    line = data.rfind(b"\n", 0, place) + 1
    message = f"byte 0x{data[place]:02X} (byte {place - line + 1} of the line) is not {name}; {why}"
    hint = "declare the right encoding, or have a file of mixed encodings exported again"
    return error("RAW106", message, source.file, _row_of(data, place), hint=hint)

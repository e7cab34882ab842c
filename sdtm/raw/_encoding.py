"""The text of a file as UTF-8 bytes: an encoding other than UTF-8 is declared, and checked."""

from __future__ import annotations

import codecs
import mmap
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sdtm.raw._detect import (
    CHUNK,
    Proposal,
    chunks,
    has_plain_letter,
    is_damaged_utf8,
    proposal,
    utf8_counts,
)
from sdtm.raw._model import RawFile
from sdtm.raw.codes import error, note
from specs.errors import RawDataError
from specs.findings import Finding

_BOM = codecs.BOM_UTF8
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SURE = 4
"""So many characters that happen to be valid UTF-8 are no accident in an encoding of two bytes."""
_SURE_OF_ONE_BYTE = (1, 2)
"""In an encoding of one byte they are a letter before a symbol: one is no accident in a file that
is UTF-8 altogether, two are none in one most of whose characters are; nor is one that is a letter
of Western Europe (Ã before a sign, which no language writes)."""


@dataclass(frozen=True, slots=True)
class Text:
    """``data`` is a buffer (bytes or mmap) of UTF-8, whose text begins at ``start``.

    ``evidence`` says why an encoding that nobody declared is proposed.
    """

    data: Any
    start: int
    encoding: str
    detected: bool
    findings: list[Finding]
    evidence: str = ""


def load_text(source: RawFile, declared: str | None, *, propose: bool = False) -> Text:
    """Read a text file. Raises RawDataError RAW103 and RAW106 to RAW109.

    Without a declaration only UTF-8 is read; ``propose`` (for a first look) reads what the bytes
    speak for.
    """
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
    found = _proposed(source, data, bad)
    if not propose:
        raise _undeclared(source, data, bad, found)
    text = _transcode(source, data, found.codec)
    return Text(text, 0, found.codec, True, [], found.evidence)


def _proposed(source: RawFile, data: Any, bad: int) -> Proposal:
    good, wrong = utf8_counts(data)
    if is_damaged_utf8(good, wrong):
        raise _invalid(source, data, bad, "UTF-8", _damage(good, wrong))
    found = proposal(data)
    if found is None:
        raise error(
            "RAW107",
            f"no UTF-8 (byte 0x{data[bad]:02X} at offset {bad}), nor clearly GB18030 or cp1252",
            source.file,
            _row_of(data, bad),
            hint="declare the encoding of the source; a file of mixed encodings must be exported "
            "again",
        )
    return found


def _damage(good: int, wrong: int) -> str:
    return f"{good} characters of the file are, {wrong} places are not: it is damaged, or mixed"


def _undeclared(source: RawFile, data: Any, bad: int, found: Proposal) -> RawDataError:
    message = (
        f"no UTF-8 (byte 0x{data[bad]:02X} at offset {bad}), and no encoding is declared; "
        f"{found.codec} fits: {found.evidence}"
    )
    hint = f"look at the text, then declare encoding: {found.codec}"
    return error("RAW107", message, source.file, _row_of(data, bad), hint=hint)


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
        whole, most = _SURE_OF_ONE_BYTE if _of_one_byte(codec) else (_SURE, _SURE)
        _refuse_utf8(source, data, declared, whole)
        _refuse_damaged_utf8(source, data, declared, most)
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


def _of_one_byte(codec: str) -> bool:
    """Whether each byte is a character (cp1252, latin-1)."""
    return all(len(pair.decode(codec, errors="replace")) > 1 for pair in (b"\xc3\xa9", b"\x83A"))


def _refuse_utf8(source: RawFile, data: Any, declared: str, sure: int) -> None:
    if _first_invalid(data, "utf-8") is None and utf8_counts(data)[0] >= sure:
        raise error(
            "RAW106",
            f"declared as {declared}, but every byte of the file fits UTF-8",
            source.file,
            hint="declare encoding: utf-8",
        )


def _refuse_damaged_utf8(source: RawFile, data: Any, declared: str, sure: int) -> None:
    good, wrong = utf8_counts(data)
    enough = good >= sure or (sure <= _SURE_OF_ONE_BYTE[1] and has_plain_letter(data))
    if enough and wrong and is_damaged_utf8(good, wrong):
        bad = _first_invalid(data, "utf-8") or 0
        raise _invalid(source, data, bad, "UTF-8", f"{_damage(good, wrong)}, not {declared}")


def _first_invalid(data: Any, codec: str) -> int | None:
    """Offset of the first byte that is not of the encoding."""
    if codec == "utf-8" and _all_utf8(data):
        return None
    decoder = codecs.getincrementaldecoder(codec)("strict")
    place = 0
    for chunk in chunks(data):
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
        stop = min(start + CHUNK, len(data))
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
        for chunk in chunks(data):
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


def _row_of(data: Any, place: int) -> int:
    row, start = 1, 0
    while start < place:
        stop = min(start + CHUNK, place)
        row += data[start:stop].count(b"\n")
        start = stop
    return row


def _invalid(source: RawFile, data: Any, place: int, name: str, why: str) -> RawDataError:
    place = min(place, len(data) - 1)
    line = data.rfind(b"\n", 0, place) + 1
    message = f"byte 0x{data[place]:02X} (byte {place - line + 1} of the line) is not {name}; {why}"
    hint = "declare the right encoding, or have a file of mixed encodings exported again"
    return error("RAW106", message, source.file, _row_of(data, place), hint=hint)

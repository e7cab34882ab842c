"""Which encoding the bytes of a file speak for, and why: a proposal, never a decision."""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CHUNK = 1 << 22
_TYPOGRAPHY = set("’‘“”–—…°±µ²³€£§«»·×÷½¼¾™®©•\u00a0")
_EVERYDAY = 0.9
"""Share of a text's characters that must be everyday ones of an encoding's language."""
_LONGEST_RUN = 3
"""Letters beyond ASCII that follow one another in a language of Western Europe."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An encoding, and in words what speaks for it."""

    codec: str
    evidence: str


def utf8_counts(data: Any) -> tuple[int, int]:
    """Characters beyond ASCII that are whole UTF-8, and places that are none."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    for chunk in chunks(data):
        pending = len(decoder.getstate()[0])
        if pending or not chunk.isascii():
            text = decoder.decode(chunk)
            replaced = text.count("\ufffd")
            bad += replaced
            good += sum(c > "\x7f" for c in text) - replaced
    return good, bad + bool(decoder.getstate()[0])


def has_plain_letter(data: Any) -> bool:
    """Whether one of the characters that are whole UTF-8 is a letter of Western Europe, or of
    three bytes or more: what an encoding of one byte would spell as no word."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for chunk in chunks(data):
        text = decoder.decode(chunk)
        found = {c for c in set(text) if c > "\x7f" and c != "\ufffd"}
        if any("\xc0" <= c <= "\xff" or c >= "\u0800" for c in found):
            return True
    return False


def is_damaged_utf8(good: int, bad: int) -> bool:
    """Whether most of a file that is no UTF-8 is UTF-8 all the same: a character was cut, or
    lines of another encoding were put in. Of Chinese in GB18030 a quarter fits by accident."""
    return good > 0 and good >= bad


def proposal(data: Any) -> Proposal | None:
    """GB18030 when nearly all its characters are of GB2312 (everyday Chinese); cp1252 when its
    characters are letters of Western Europe one by one; nothing in between."""
    chinese, western = _chinese(data), _western(data)
    if chinese and western:
        return None
    return chinese or western


def _characters(data: Any, codec: str) -> tuple[Counter[str], int] | None:
    """How often each character beyond ASCII occurs, and the longest run of such; None if a byte
    is not of the encoding."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    found: Counter[str] = Counter()
    longest = 0
    try:
        for chunk in chunks(data):
            text = decoder.decode(chunk)
            if not text.isascii():
                found.update(c for c in text if c > "\x7f")
                longest = max(longest, _longest_run(text))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return found, longest


def _longest_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if character > "\x7f" and character != "\u00a0" else 0
        longest = max(longest, run)
    return longest


def _chinese(data: Any) -> Proposal | None:
    read = _characters(data, "gb18030")
    if read is None or not read[0]:
        return None
    found = read[0]
    known = sum(n for c, n in found.items() if c.encode("gb2312", "ignore"))
    if known < _EVERYDAY * found.total():
        return None
    shown = "".join(c for c, _ in found.most_common(6))
    what = f"{known} of {found.total()} characters are everyday Chinese ({shown})"
    return Proposal("gb18030", what)


def _western(data: Any) -> Proposal | None:
    read = _characters(data, "cp1252")
    if read is None or not read[0]:
        return None
    found, longest = read
    known = sum(
        n for c, n in found.items() if c in _TYPOGRAPHY or unicodedata.category(c)[0] == "L"
    )
    if known < _EVERYDAY * found.total() or longest > _LONGEST_RUN:
        return None
    shown = " ".join(c for c, _ in found.most_common(6))
    what = (
        f"{known} of {found.total()} characters are letters and signs of Western Europe ({shown})"
    )
    return Proposal("cp1252", what)


def chunks(data: Any) -> Iterator[bytes]:
    """The bytes of a buffer, block by block."""
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]

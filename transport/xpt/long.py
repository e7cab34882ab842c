"""Labels and formats of transport version 8 that are longer than a NAMESTR holds."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Any

from transport.xpt.damage import fail
from transport.xpt.layout import CARD, LONG_LABELS


def long_texts(
    path: Path, data: mmap.mmap | bytes, start: int, stop: int, rows: list[dict[str, Any]]
) -> int:
    """Put the long labels and formats at ``start`` into the rows of NAMESTR records, by their
    numbers; returns where the next header is.

    Raises:
        RawDataError: FILE012, an entry that leads out of the file, or names no variable.
    """
    header = data[start : start + CARD]
    numbers = LONG_LABELS.get(header[:48])
    if numbers is None:
        return start
    count = header[48:78].split(maxsplit=1)[0] if header[48:78].strip() else b""
    if not count.isdigit():
        fail("FILE012", path, f"number of long labels is {header[48:78]!r}", offset=start + 48)
    place = start + CARD
    for _ in range(int(count)):
        place = _entry(path, data[place : min(place + (1 << 17), stop)], place, numbers, rows)
    return place + (start - place) % CARD


def _entry(path: Path, block: bytes, place: int, numbers: int, rows: list[dict[str, Any]]) -> int:
    """One entry: the variable's number, the lengths of its texts, and these. Where the next is."""
    size = 2 * numbers
    head = block[:size].ljust(size, b"\0")
    variable, *lengths = (int(number) for number in struct.unpack(f">{numbers}H", head))
    end = size + sum(lengths)
    if not 1 <= variable <= len(rows) or end > len(block):
        fail("FILE012", path, f"a long label of variable {variable}", offset=place)
    texts = []
    for length in lengths:
        texts.append(block[size : size + length])
        size += length
    row = rows[variable - 1]
    for name, text in zip(("nname", "nlabel", "nform", "niform"), texts, strict=False):
        row[name] = text.strip(b" \0") or row[name]
    return place + end

"""The description of a built transport file, from its first cards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from transport import XptHeader, read_xpt_header
from transport.xpt.header import parse_header
from transport.xpt.layout import CARD, OBSERVATIONS

_START = 1 << 20


def header_of_one(path: Path) -> XptHeader:
    """As :func:`transport.read_xpt_header`, for a file that a build wrote: it holds one data set,
    and so is not searched for others, which takes a while when it is large.

    Raises RawDataError FILE001, FILE010 to FILE015.
    """
    size = path.stat().st_size if path.is_file() else 0
    if size > _START:
        with path.open("rb") as handle:
            start = handle.read(_START)
            end = start.find(OBSERVATIONS[:48])
            if end > 0 and end % CARD == 0 and size % CARD == 0:
                header = parse_header(path, start[: end + CARD], None, None)
                # no longer than a card, which blanks may fill, is the rest after the last record
                records, rest = divmod(size - header.offset, max(header.record_length, 1))
                handle.seek(size - rest)
                if header.record_length >= CARD > rest and not handle.read().strip(b" "):
                    return replace(header, records=records)
    return read_xpt_header(path)

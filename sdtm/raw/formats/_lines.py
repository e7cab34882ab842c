"""Where the records of a delimited text begin: line numbers as a person counts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHUNK = 1 << 23
_LF, _CR = 10, 13
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Layout:
    """``rows``: line of the first character of each record that is not blank; ``blank``: lines of
    blank records; ``stray``: line of the first quote out of place, ``open_at``: line of the record
    whose quote is never closed."""

    rows: NDArray[np.int64]
    blank: NDArray[np.int64]
    stray: int | None = None
    open_at: int | None = None


def physical_lines(data: Any, start: int) -> Iterator[tuple[bytes, int]]:
    """Lines with their ends (LF, CRLF or CR), and the offset after each."""
    while start < len(data):
        feed = data.find(b"\n", start)
        stop = len(data) if feed < 0 else feed + 1
        lone = data.find(b"\r", start, stop)
        if lone >= 0 and data[lone + 1 : lone + 2] != b"\n":
            stop = lone + 1
        yield data[start:stop], stop
        start = stop


def count_lines(data: Any, start: int) -> int:
    """Number of lines from an offset on, the last one with or without an end."""
    feeds = crs = pairs = 0
    for place in range(start, len(data), _CHUNK):
        chunk = data[place : place + _CHUNK + 1]
        body = chunk[:_CHUNK]
        feeds += body.count(b"\n")
        if b"\r" in body:
            crs += body.count(b"\r")
            pairs += chunk.count(b"\r\n")
    open_end = start < len(data) and data[-1:] not in (b"\n", b"\r")
    return feeds + crs - pairs + open_end


def layout(data: Any, start: int, first_line: int, delimiter: str, quote: str) -> Layout:
    """Walk the text once, in blocks of bytes; ``first_line`` is the line at offset ``start``."""
    scan = _Scan(start, first_line, ord(delimiter), ord(quote) if quote else -1)
    for place in range(start, len(data), _CHUNK):
        chunk = np.frombuffer(data[place : place + _CHUNK + 1], np.uint8)
        scan.add(chunk[:_CHUNK], int(chunk[_CHUNK]) if len(chunk) > _CHUNK else -1, place)
        if scan.stray is not None:
            break
    return scan.finish(len(data))


class _Scan:
    """State between two blocks: inside quotes or not, the byte before, lines so far."""

    def __init__(self, start: int, first_line: int, delimiter: int, quote: int) -> None:
        self.quote, self.delimiter = quote, delimiter
        self.inside = 0
        self.before = _LF
        self.line = first_line
        self.record_start, self.record_line = start, first_line
        self.stray: int | None = None
        self.rows: list[NDArray[np.int64]] = []
        self.blank: list[NDArray[np.int64]] = []

    def add(self, block: NDArray[np.uint8], after: int, place: int) -> None:
        following = np.append(block[1:], np.uint8(max(after, 0)))
        ends = (block == _LF) | ((block == _CR) & (following != _LF))
        quotes = block == self.quote if self.quote >= 0 else np.zeros(len(block), bool)
        within = np.bitwise_xor.accumulate(quotes.view(np.uint8)) ^ np.uint8(self.inside)
        if quotes.any():
            self._check_quotes(block, quotes, within, after, ends)
        self._records(np.flatnonzero(ends), within, place, block)
        self.inside = int(within[-1])
        self.before = int(block[-1])

    def _check_quotes(
        self, block: Any, quotes: _Mask, within: Any, after: int, ends: _Mask
    ) -> None:
        at = np.flatnonzero(quotes)
        opens = within[at] == 1
        before = np.where(at > 0, block[at - 1], self.before)
        last = len(block) - 1
        follow = np.where(at < last, block[np.minimum(at + 1, last)].astype(np.int16), after)
        neighbours = np.where(opens, before, follow)
        allowed = np.isin(neighbours, (self.delimiter, _LF, _CR, self.quote, -1))
        wrong = np.flatnonzero(~allowed)
        if len(wrong):
            self.stray = self.line + int(np.count_nonzero(ends[: at[wrong[0]]]))

    def _records(self, ends: Any, within: Any, place: int, block: Any) -> None:
        closing = within[ends] == 0
        lines_after = self.line + 1 + np.arange(len(ends), dtype=np.int64)
        self.line += len(ends)
        stops = ends[closing].astype(np.int64)
        if not len(stops):
            return
        begins = np.append(self.record_start, stops[:-1] + 1 + place)
        rows = np.append(self.record_line, lines_after[closing][:-1])
        lengths = stops + place - begins
        one_cr = (lengths == 1) & (np.where(stops > 0, block[stops - 1], self.before) == _CR)
        blank = (lengths == 0) | one_cr
        self.rows.append(rows[~blank])
        self.blank.append(rows[blank])
        self.record_start = int(stops[-1]) + 1 + place
        self.record_line = int(lines_after[closing][-1])

    def finish(self, size: int) -> Layout:
        if size > self.record_start:
            self.rows.append(np.array([self.record_line], np.int64))
        empty = np.array([], np.int64)
        return Layout(
            np.concatenate([empty, *self.rows]),
            np.concatenate([empty, *self.blank]),
            self.stray,
            self.record_line if self.inside and self.stray is None else None,
        )

"""The description in a SAS transport file, and where it is damaged."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from transport.dataset import VariableMeta
from transport.machine import pass_on
from transport.xpt import layout
from transport.xpt.damage import fail
from transport.xpt.end import is_filling, is_padding, padding_records
from transport.xpt.layout import CARD, XptHeader
from transport.xpt.long import long_texts

_WINDOW = 64 << 20


def open_bytes(path: Path) -> mmap.mmap | bytes:
    """The file's bytes, mapped rather than read. Raises RawDataError FILE001."""
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                return b""
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        pass_on(error)
        fail("FILE001", path, f"cannot be read: {getattr(error, 'strerror', None) or error}")


def forget(data: mmap.mmap | bytes, stop: int) -> None:
    """Let the system take back the memory of the mapped bytes before ``stop``."""
    whole = stop // mmap.PAGESIZE * mmap.PAGESIZE
    if isinstance(data, mmap.mmap) and whole and hasattr(mmap, "MADV_DONTNEED"):
        data.madvise(mmap.MADV_DONTNEED, 0, whole)


def read_xpt_header(
    path: Path | str, *, encoding: str | None = None, member: str | None = None
) -> XptHeader:
    """Describe a transport file without reading its records.

    ``encoding`` None takes labels as UTF-8 if they are, else as cp1252; ``member`` chooses one of
    several data sets.

    Raises:
        RawDataError: FILE001, FILE010 to FILE015.
    """
    path = Path(path)
    return parse_header(path, open_bytes(path), encoding, member)


def is_version_8(path: Path) -> bool:
    """Whether the file begins like one of transport version 8. Raises OSError."""
    with path.open("rb") as file:
        return file.read(48) == layout.LIBRARY_V8[:48]


def parse_header(
    path: Path, data: mmap.mmap | bytes, encoding: str | None, member: str | None
) -> XptHeader:
    """As :func:`read_xpt_header`, of bytes."""
    version = _version(path, data)
    members = _members(path, data, version)
    headers = [_Member(path, data, start, stop, version) for start, stop in members]
    if member is not None:
        named = [h for h in headers if h.name.upper() == member.upper()]
        if len(named) != 1:
            known = ", ".join(h.name for h in headers)
            fail("FILE013", path, f"{len(named)} data sets named {member}; the file holds {known}")
        headers = named
    if len(headers) > 1:
        known = ", ".join(h.name for h in headers)
        fail("FILE013", path, f"holds {len(headers)} data sets: {known}")
    return headers[0].header(encoding)


def _version(path: Path, data: mmap.mmap | bytes) -> layout.Version:
    """The version of the file, from its first card; and the last card is whole."""
    start = data[:CARD]
    if not start:
        fail("FILE010", path, "the file is empty")
    versions = {layout.LIBRARY[:48]: layout.V5, layout.LIBRARY_V8[:48]: layout.V8}
    version = versions.get(start[:48])
    if version is None:
        fail("FILE010", path, f"starts with {start[:24]!r}, not a library header", offset=0)
    if len(data) % CARD:
        whole = len(data) // CARD * CARD
        what = f"the last card has {len(data) - whole} of {CARD} bytes; the file is cut off"
        fail("FILE011", path, what, offset=whole)
    return version


def _members(path: Path, data: mmap.mmap | bytes, version: layout.Version) -> list[tuple[int, int]]:
    """Start and end of each member in the file."""
    starts = []
    for begin in range(0, len(data), _WINDOW):
        stop = min(begin + _WINDOW + len(version.member) - 1, len(data))
        place = data.find(version.member, begin, stop)
        while place >= 0:
            if place % CARD == 0:
                starts.append(place)
            place = data.find(version.member, place + 1, stop)
        forget(data, begin)
    if not starts or starts[0] != 3 * CARD:
        fail("FILE012", path, "no member header", offset=min(3 * CARD, len(data)))
    return list(zip(starts, [*starts[1:], len(data)], strict=True))


@dataclass
class _Member:
    """One member: ``start`` to ``stop`` of ``data``."""

    path: Path
    data: mmap.mmap | bytes
    start: int
    stop: int
    version: layout.Version

    def __post_init__(self) -> None:
        self._expect(1, self.version.descriptor, "descriptor header")
        self._expect(4, self.version.namestr, "NAMESTR header")
        self.name = self._card(2)[8 : 8 + self.version.name].decode("latin-1").strip(" \0")
        self.namestr_size = self._digits(self._card(0)[74:78], 74, "size of NAMESTR")
        if self.namestr_size not in (136, 140):
            what = f"NAMESTR records of {self.namestr_size} bytes; 140 or 136 are known"
            fail("FILE012", self.path, what, offset=self.start + 74)
        self.count = self._digits(self._card(4)[52:58], 4 * CARD + 52, "number of variables")

    def _card(self, number: int) -> bytes:
        return self.data[self.start + number * CARD : self.start + (number + 1) * CARD]

    def _expect(self, number: int, text: bytes, what: str) -> None:
        place = self.start + number * CARD
        if place + CARD > self.stop:
            fail("FILE011", self.path, f"the file ends before the {what}", offset=self.stop)
        if not self._card(number).startswith(text):
            fail("FILE012", self.path, f"no {what}", offset=place)

    def _digits(self, text: bytes, offset: int, what: str) -> int:
        if not text.strip().isdigit():
            fail("FILE012", self.path, f"{what} is {text!r}", offset=self.start + offset)
        return int(text)

    def header(self, encoding: str | None) -> XptHeader:
        """The description; ``encoding`` None is found from the labels."""
        begin = self.start + 5 * CARD
        size = self.count * self.namestr_size
        end = begin + size + (-size % CARD)
        if end > self.stop:
            fail("FILE011", self.path, "the file ends before the variables do", offset=self.stop)
        rows = self._namestr(self.data[begin : begin + size])
        if self.version is layout.V8:
            end = long_texts(self.path, self.data, end, self.stop, rows)
        self._expect((end - self.start) // CARD, self.version.observations, "observation header")
        label = self._card(3)[32:72]
        encoding = encoding or _detect([label, *(r["nlabel"] for r in rows)])
        variables = tuple(self._variable(row, begin, n, encoding) for n, row in enumerate(rows))
        names = [v.name for v in variables]
        if len(set(names)) < len(names):
            fail("FILE012", self.path, "two variables have one name", offset=begin)
        positions, length = self._positions(rows, begin)
        return XptHeader(
            name=self.name,
            label=self._text(label, encoding, self.start + 3 * CARD + 32, "label"),
            variables=variables,
            records=self._records(end, length, rows),
            offset=end + CARD,
            record_length=length,
            positions=positions,
            created=self._card(2)[64:80].decode("latin-1").strip(" \0"),
            modified=self._card(3)[:16].decode("latin-1").strip(" \0"),
            encoding=encoding,
            version=self.version.number,
        )

    def _namestr(self, block: bytes) -> list[dict[str, Any]]:
        if self.namestr_size == 136:
            short = np.frombuffer(block, dtype="V136")
            block = short.astype("V140").tobytes()
        table = np.frombuffer(block, dtype=layout.NAMESTR)
        names = [n for n in layout.NAMESTR.names or () if n != "rest"]
        rows = [{n: row[n].item() for n in names} for row in table]
        for row in rows if self.version is layout.V8 else ():
            row["nname"] = row["longname"].strip(b" \0") or row["nname"]
        return rows

    def _variable(
        self, row: dict[str, Any], begin: int, number: int, encoding: str
    ) -> VariableMeta:
        offset = begin + number * self.namestr_size
        name = row["nname"].decode("latin-1").strip(" \0")
        if row["ntype"] not in (1, 2):
            what = f"variable {number + 1} ({name!r}) has type {row['ntype']}; 1 and 2 are known"
            fail("FILE012", self.path, what, offset=offset)
        if not name:
            fail("FILE012", self.path, f"variable {number + 1} has no name", offset=offset + 8)
        return VariableMeta(
            name=name,
            label=self._text(row["nlabel"], encoding, offset + 16, f"label of {name}"),
            type="Char" if row["ntype"] == 2 else "Num",
            length=row["nlng"],
            format=_format(row["nform"], row["nfl"], row["nfd"]),
            informat=_format(row["niform"], row["nifl"], row["nifd"]),
        )

    def _text(self, text: bytes, encoding: str, offset: int, what: str) -> str:
        try:
            return text.strip(b" \0").decode(encoding)
        except UnicodeDecodeError:
            fail("FILE014", self.path, f"{what} is {text!r}, not in {encoding}", offset=offset)

    def _positions(self, rows: list[dict[str, Any]], begin: int) -> tuple[tuple[int, ...], int]:
        """Offsets of the variables in a record, and its length; they must fill it exactly."""
        expected = 0
        for number, row in enumerate(rows):
            longest = 8 if row["ntype"] == 1 else 32767
            shortest = 2 if row["ntype"] == 1 else 1
            offset = begin + number * self.namestr_size
            if not shortest <= row["nlng"] <= longest:
                what = f"variable {number + 1} has length {row['nlng']}"
                fail("FILE012", self.path, what, offset=offset + 4)
            if row["npos"] != expected:
                what = f"variable {number + 1} starts at {row['npos']}, not at {expected}"
                fail("FILE012", self.path, what, offset=offset + 84)
            expected += row["nlng"]
        return tuple(row["npos"] for row in rows), expected

    def _records(self, header: int, length: int, rows: list[dict[str, Any]]) -> int:
        """The number of records: as stated (version 8), or what is there less the padding."""
        if not length:
            return 0
        offset = header + CARD
        count, rest = divmod(self.stop - offset, length)
        stated = self.data[header + 48 : header + 63].strip()
        if self.version is layout.V8 and stated.isdigit() and int(stated):
            if int(stated) > count:
                what = f"{count} records of {int(stated)} are there; the file is cut off"
                fail("FILE011", self.path, what, offset=self.stop)
            return int(stated)
        tail = self.data[self.stop - rest : self.stop]
        if rest >= CARD or not is_padding(tail):
            what = f"record {count + 1} has {rest} of {length} bytes; the file is cut off"
            fail("FILE011", self.path, what, offset=self.stop - rest, record=count + 1)
        last = self.data[max(offset, self.stop - CARD - length) : self.stop - rest]
        numbers_only = all(row["ntype"] == 1 for row in rows)
        padding = padding_records(last, tail, length, numbers_only=numbers_only)
        if padding is None:
            what = "it ends in bytes of zero, which are the number 0 or padding: nothing says which"
            fail("FILE011", self.path, what, offset=self.stop - rest)
        start = offset + (count - padding - 1) * length
        texts = [(r["npos"], r["npos"] + r["nlng"]) for r in rows if r["ntype"] != 1]
        usual = len(texts) == len(rows) and self.stop - start < CARD  # texts filled with zeros
        if (
            count > padding
            and not usual
            and is_filling(bytes(self.data[start : start + length]), texts)
        ):
            what = "it ends in bytes of zero and blanks that are no record and no usual padding"
            fail("FILE011", self.path, what, offset=start, record=count - padding)
        return count - padding


def _format(name: bytes, width: int, decimals: int) -> str:
    text = name.decode("latin-1").strip(" \0")
    return str(layout.SasFormat(text, max(width, 0), max(decimals, 0)))


def _detect(texts: list[bytes]) -> str:
    try:
        b"\n".join(texts).decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"

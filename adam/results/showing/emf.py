"""A picture of ours as an enhanced metafile, which word processors draw in RTF and DOCX.

It is read back from the SVG, so that page and document show the same picture: polylines, polygons,
paths of straight lines, and texts. A metafile has no opacity: bands are filled in the colour that
they have on white, and all of them get a thin edge, so that none hides another. Text is of fixed
width (as in the tables), so that every character's place is known. Source of the records: [MS-EMF].
"""

from __future__ import annotations

import re
import struct
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

UNITS = 20
"""Units of the metafile in a pixel of the picture."""
_INK, _SOFT, _GRID = 0x1B2733, 0x5B6B7B, 0xD9E0E7
_COLOURS = (0x0B5CAD, 0xC2410C, 0x15803D, 0x9333EA, 0xA16207, 0x64748B)
_DASHES: tuple[tuple[int, ...], ...] = ((), (7, 3), (2, 3), (9, 3, 2, 3), (12, 4), (4, 2))
_LINES = {"axis": (_SOFT, 1.0), "grid": (_GRID, 0.7)}
_WIDTHS = {"curve": 2.0, "censor": 1.6, "band": 0.5}
_SIZES = {"label": 12.5, "small": 11.5}
_ADVANCE = 0.6
"""Of a character of Courier New, in its size."""
_FONT = "Courier New"
_OPACITY = 0.13
_ALIGN = {"start": 24, "end": 26, "middle": 30}
_MOVE = re.compile(r"^M([-\d.]+) ([-\d.]+)([VHh])([-\d.]+)$")
_TURNED = re.compile(r"translate\(([-\d.]+) ([-\d.]+)\) rotate\(-90\)")
Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Metafile:
    """A picture; ``width`` and ``height`` are its size on paper in 0.01 mm."""

    data: bytes
    width: int
    height: int


@dataclass(slots=True)
class _Records:
    made: list[bytes] = field(default_factory=list)

    def add(self, kind: int, *fields: int, more: bytes = b"") -> None:
        """A record of whole numbers, and what follows them."""
        held = b"".join(struct.pack("<i" if n < 0 else "<I", n) for n in fields) + more
        held += bytes(-len(held) % 4)
        self.made.append(struct.pack("<II", kind, len(held) + 8) + held)

    def shape(self, kind: int, points: Points) -> None:
        """A polygon (3) or polyline (4)."""
        xs, ys = [_units(x) for x, _ in points], [_units(y) for _, y in points]
        flat = [n for pair in zip(xs, ys, strict=True) for n in pair]
        self.add(kind, min(xs), min(ys), max(xs), max(ys), len(points), *flat)

    def line(self, points: Points, colour: int, width: float, dashes: tuple[int, ...] = ()) -> None:
        """A polyline by a pen of its own."""
        style = 0x10000 | 0x200 | 0x2000 | (7 if dashes else 0)
        self.add(95, 1, 0, 0, 0, 0, style, max(_units(width), 1), 0, _bgr(colour), 0, len(dashes),
                 *(_units(d) for d in dashes))  # fmt: skip
        self.add(37, 1)
        self.shape(4, points)
        self._let_go(0x80000007)

    def area(self, points: Points, colour: int) -> None:
        """A filled polygon without an edge."""
        self.add(39, 1, 0, _bgr(colour), 0)
        self.add(37, 1)
        self.add(37, 0x80000008)
        self.shape(3, points)
        self._let_go(0x80000000)

    def text(  # noqa: PLR0917 - words and their place
        self, x: float, y: float, words: str, size: float, colour: int, anchor: str, turned: bool
    ) -> None:
        """Words, their baseline at a place."""
        angle = 900 if turned else 0
        font = struct.pack("<5i8B", -_units(size), 0, angle, angle, 400, *[0] * 3, 1, *[0] * 3, 49)
        self.add(82, 1, more=(font + _FONT.encode("utf-16-le")).ljust(320, b"\0"))
        self.add(37, 1)
        self.add(24, _bgr(colour))
        self.add(22, _ALIGN[anchor])
        held = words.encode("utf-16-le")
        count = len(held) // 2
        steps = [_units(size * share) for letter in words for share in _shares(letter)]
        padded = held + bytes(-len(held) % 4)
        scale = struct.pack("<Iff", 2, 1.0, 1.0)
        place = struct.pack("<iiIII4iI", _units(x), _units(y), count, 76, 0, 0, 0, -1, -1,
                            76 + len(padded))  # fmt: skip
        bounds = struct.pack("<4i", 0, 0, -1, -1)
        dx = struct.pack(f"<{count}I", *steps)
        self.add(84, more=bounds + scale + place + padded + dx)
        self._let_go(0x8000000D)

    def _let_go(self, stock: int) -> None:
        self.add(37, stock)
        self.add(40, 1)


def metafile(svg: str, *, widest: int = 22000, highest: int = 13000) -> Metafile:
    """The picture, as large as fits (both in 0.01 mm)."""
    root = ET.fromstring(svg)  # noqa: S314 - it was made here
    wide, high = (float(n) for n in root.get("viewBox", "").split()[2:])
    scale = min(widest / wide, highest / high)
    records = _Records()
    width, height = _units(wide), _units(high)
    for kind, fields in ((17, (8,)), (10, (0, 0)), (9, (width, height)), (12, (0, 0)),
                         (11, (width, height)), (18, (1,))):  # fmt: skip
        records.add(kind, *fields)
    parts = list(root)
    for one in parts:
        if one.tag == "polygon":
            _band(records, one, filled=True)
    for one in parts:
        _draw(records, one, wide)
    records.add(14, 0, 16, 20)
    size = round(wide * scale), round(high * scale)
    return Metafile(_head(records, (width, height), size), *size)


def _head(records: _Records, device: tuple[int, int], paper: tuple[int, int]) -> bytes:
    total = 108 + sum(map(len, records.made))
    head = struct.pack("<II8i", 1, 108, 0, 0, device[0] - 1, device[1] - 1, 0, 0, *paper)
    head += struct.pack("<IIIIHHIII", 0x464D4520, 0x10000, total, len(records.made) + 1, 2, 0,
                        0, 0, 0)  # fmt: skip
    head += struct.pack("<4i", *device, round(paper[0] / 100), round(paper[1] / 100))
    head += struct.pack("<III2i", 0, 0, 0, paper[0] * 10, paper[1] * 10)
    return head + b"".join(records.made)


def _draw(records: _Records, one: ET.Element, wide: float) -> None:
    names = one.get("class", "").split()
    if one.tag == "text":
        _write(records, one, names[0], wide)
    elif one.tag == "polygon":
        _band(records, one, filled=False)
    elif names[0] in _LINES:
        records.line(_points(one), *_LINES[names[0]])
    else:
        series = int(names[1].removeprefix("s"))
        dashes = _DASHES[series] if names[0] == "curve" else ()
        records.line(_points(one), _COLOURS[series], _WIDTHS[names[0]], dashes)


def _band(records: _Records, one: ET.Element, *, filled: bool) -> None:
    colour = _COLOURS[int(one.get("class", "").split()[1].removeprefix("s"))]
    points = _points(one)
    if filled:
        records.area(points, _on_white(colour))
    else:
        records.line([*points, points[0]], colour, _WIDTHS["band"])


def _write(records: _Records, one: ET.Element, name: str, wide: float) -> None:
    turned = _TURNED.match(one.get("transform", ""))
    anchor, words = one.get("text-anchor", "start"), one.text or ""
    place = turned.groups() if turned else (_of(one, "x"), _of(one, "y"))
    x, y = map(float, place)
    size = _SIZES[name]
    takes = sum(share for letter in words for share in _shares(letter))
    if anchor == "start" and takes:
        size = min(size, (wide - x) / takes)
    colour = _INK if name == "label" else _SOFT
    records.text(x, y, words, size, colour, anchor, bool(turned))


def _points(one: ET.Element) -> Points:
    if one.tag == "path":
        found = _MOVE.match(_of(one, "d"))
        if found is None:
            raise ValueError(f"no straight line: {one.get('d')}")
        x, y, to = float(found[1]), float(found[2]), float(found[4])
        return [(x, y), {"V": (x, to), "H": (to, y), "h": (x + to, y)}[found[3]]]
    pairs = (pair.split(",") for pair in _of(one, "points").split())
    return [(float(x), float(y)) for x, y in pairs]


def _of(one: ET.Element, name: str) -> str:
    return one.get(name, "")


def _shares(letter: str) -> list[float]:
    """The widths of its code units, in the size of the font."""
    each = 1.0 if unicodedata.east_asian_width(letter) in ("W", "F") else _ADVANCE
    return [each] + [0.0] * (len(letter.encode("utf-16-le")) // 2 - 1)


def _units(pixels: float) -> int:
    return round(pixels * UNITS)


def _bgr(colour: int) -> int:
    return (colour & 0xFF) << 16 | colour & 0xFF00 | colour >> 16


def _on_white(colour: int) -> int:
    parts = [(colour >> shift & 0xFF) for shift in (16, 8, 0)]
    red, green, blue = (round(255 + (part - 255) * _OPACITY) for part in parts)
    return red << 16 | green << 8 | blue

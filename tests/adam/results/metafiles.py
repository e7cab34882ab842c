"""A reader of enhanced metafiles for tests, by the published layout of the records ([MS-EMF])."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field


@dataclass
class Drawn:
    """What a metafile draws: shapes with their colours (RRGGBB), texts with their place."""

    header: dict[str, int]
    kinds: list[int] = field(default_factory=list)
    lines: list[tuple[str, int, list[tuple[int, int]]]] = field(default_factory=list)
    areas: list[tuple[str, list[tuple[int, int]]]] = field(default_factory=list)
    texts: list[tuple[str, int, int, int, int, int]] = field(default_factory=list)
    """Words, x, y, alignment, size, angle."""


def read(data: bytes) -> Drawn:
    """Every record in order; sizes and counts of the header must hold."""
    names = ("kind", "size", "left", "top", "right", "bottom", "x0", "y0", "x1", "y1", "signature",
             "version", "bytes", "records")  # fmt: skip
    out = Drawn(dict(zip(names, struct.unpack_from("<2I8i4I", data), strict=True)))
    state: dict[str, int] = {"pen": 0, "width": 0, "brush": 0, "size": 0, "angle": 0, "align": 0}
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        assert size % 4 == 0
        assert size >= 8
        out.kinds.append(kind)
        _record(out, state, kind, data[at : at + size])
        at += size
    assert at == len(data) == out.header["bytes"]
    assert len(out.kinds) == out.header["records"]
    return out


def _record(out: Drawn, state: dict[str, int], kind: int, record: bytes) -> None:
    if kind == 95:  # a pen: handle, four of bitmaps, style, width, brush, colour
        state["width"], state["pen"] = (
            struct.unpack_from("<I", record, 8 + 4 * n)[0] for n in (6, 8)
        )
    elif kind == 39:
        state["brush"] = struct.unpack_from("<I", record, 16)[0]
    elif kind == 82:
        height, _, angle = struct.unpack_from("<3i", record, 12)
        state["size"], state["angle"] = -height, angle
    elif kind == 22:
        state["align"] = struct.unpack_from("<I", record, 8)[0]
    elif kind in (3, 4):
        count = struct.unpack_from("<I", record, 24)[0]
        flat = struct.unpack_from(f"<{2 * count}i", record, 28)
        points = list(zip(flat[::2], flat[1::2], strict=True))
        if kind == 4:
            out.lines.append((_rgb(state["pen"]), state["width"], points))
        else:
            out.areas.append((_rgb(state["brush"]), points))
    elif kind == 84:
        x, y, count, start = struct.unpack_from("<iiII", record, 36)
        steps = struct.unpack_from("<I", record, 72)[0]
        struct.unpack_from(f"<{count}I", record, steps)
        words = record[start : start + 2 * count].decode("utf-16-le")
        out.texts.append((words, x, y, state["align"], state["size"], state["angle"]))


def _rgb(colour: int) -> str:
    return f"{colour & 0xFF:02x}{colour >> 8 & 0xFF:02x}{colour >> 16 & 0xFF:02x}"

"""Flow charts in columns (raw files, tabulations, analysis data sets), drawn as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

_BOX, _HEIGHT, _GAP, _ROW = 196, 22, 150, 28
_LEFT, _TOP = 8, 40
_COLOURS = ("#eef1f5", "#e3eefb", "#e6f4ea")
_STROKES = ("#8a94a3", "#2f6db5", "#2e7d4f")


@dataclass(frozen=True, slots=True)
class Flow:
    """Boxes in columns and arrows between them. An arrow is (from, to) of boxes in any columns."""

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    arrows: frozenset[tuple[str, str]]

    def rows(self) -> list[tuple[str, ...]]:
        """The same as a table: column, box and what it is from, per box with sources."""
        out: list[tuple[str, ...]] = []
        for title, boxes in self.columns:
            for box in boxes:
                sources = self.sources(box)
                if sources:
                    out.append((title, box, ", ".join(sources)))
        return out

    def sources(self, box: str) -> list[str]:
        """Where a box comes from, in the order of the columns."""
        order = [b for _, boxes in self.columns for b in boxes]
        return [b for b in order if (b, box) in self.arrows]


def flow(columns: Iterable[tuple[str, Iterable[str]]], arrows: Iterable[tuple[str, str]]) -> Flow:
    """A flow chart without the boxes and columns that nothing is known of."""
    kept = tuple((title, tuple(boxes)) for title, boxes in columns)
    kept = tuple((title, boxes) for title, boxes in kept if boxes)
    known = {box for _, boxes in kept for box in boxes}
    return Flow(kept, frozenset((a, b) for a, b in arrows if a in known and b in known))


def untangled(
    first: Iterable[str], second: Iterable[str], arrows: Iterable[tuple[str, str]]
) -> list[str]:
    """The first column ordered by where its arrows lead in the second, so that few arrows cross."""
    place = {name: number for number, name in enumerate(second)}
    targets: dict[str, list[int]] = {}
    for start, end in arrows:
        if end in place:
            targets.setdefault(start, []).append(place[end])

    def middle(name: str) -> tuple[float, str]:
        held = targets.get(name, [len(place)])
        return sum(held) / len(held), name

    return sorted(first, key=middle)


def svg(chart: Flow, title: str) -> str:
    """The chart as an SVG element with a title for those who cannot see it."""
    place = {}
    for number, (_, boxes) in enumerate(chart.columns):
        for row, box in enumerate(boxes):
            place[box] = (_LEFT + number * (_BOX + _GAP), _TOP + row * _ROW)
    tallest = max((len(boxes) for _, boxes in chart.columns), default=0)
    place_of_bows = 48 if any(place[a][0] == place[b][0] for a, b in chart.arrows) else 0
    width = _LEFT * 2 + len(chart.columns) * (_BOX + _GAP) - _GAP + place_of_bows
    height = _TOP + tallest * _ROW + 8
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
    parts = [f'{start} font-family="inherit" font-size="12"><title>{escape(title)}</title>']
    parts += [_arrow(place[a], place[b]) for a, b in sorted(chart.arrows)]
    for number, (name, boxes) in enumerate(chart.columns):
        x = _LEFT + number * (_BOX + _GAP)
        parts.append(f'<text x="{x}" y="22" font-weight="600">{escape(name)}</text>')
        parts += [_box(box, place[box], number) for box in boxes]
    return "".join([*parts, "</svg>"])


def _box(name: str, at: tuple[int, int], column: int) -> str:
    x, y = at
    fill, stroke = _COLOURS[column % 3], _STROKES[column % 3]
    return (
        f'<rect x="{x}" y="{y}" width="{_BOX}" height="{_HEIGHT}" rx="4" fill="{fill}" '
        f'stroke="{stroke}"/><text x="{x + 8}" y="{y + 15}">{escape(_short(name))}</text>'
    )


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:11]}…{name[-12:]}"


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1 = start[0] + _BOX, start[1] + _HEIGHT // 2
    x2, y2 = end[0], end[1] + _HEIGHT // 2
    if start[0] == end[0]:  # within a column: a bow to the right
        x2 = end[0] + _BOX
        bow = min(18 + abs(y2 - y1) // 6, 60)
        path = f"M{x1} {y1}C{x1 + bow} {y1} {x2 + bow} {y2} {x2} {y2}"
    else:
        if start[0] > end[0]:  # back to an earlier column
            x1, x2 = start[0], end[0] + _BOX
        middle = (x1 + x2) // 2
        path = f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
    return f'<path d="{path}" fill="none" stroke="#9aa7b8" stroke-width="1" opacity=".75"/>'
